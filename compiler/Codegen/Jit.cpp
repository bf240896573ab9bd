// Runs compiled models through LLVM's ORC JIT.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/Jit.h"

#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace lamina::codegen {

struct JitModel::Engine {
  std::unique_ptr<orc::LLJIT> jit;
};

JitModel::JitModel() : engine(std::make_unique<Engine>()) {}
JitModel::~JitModel() = default;

template <typename Pointer>
static Error find(orc::LLJIT &jit, const std::string &name, Pointer &pointer) {
  Expected<orc::ExecutorAddr> address = jit.lookup(name);
  if (!address)
    return address.takeError();
  pointer = address->toPtr<Pointer>();
  return Error::success();
}

static Error start(JitModel &model, orc::LLJIT &jit, orc::ThreadSafeModule module, const std::string &symbol) {
  if (Error error = jit.addIRModule(std::move(module)))
    return error;
  if (Error error = find(jit, symbol + "_info", model.info))
    return error;
  if (Error error = find(jit, symbol + "_weights_bytes", model.weightsBytes))
    return error;
  if (Error error = find(jit, symbol + "_pack", model.pack))
    return error;
  if (Error error = find(jit, symbol + "_workspace_bytes", model.workspaceBytes))
    return error;
  return find(jit, symbol + "_invoke", model.invoke);
}

std::unique_ptr<JitModel> JitModel::create(std::unique_ptr<Module> module, std::unique_ptr<LLVMContext> context,
                                           const std::string &symbol, std::string &error) {
  Expected<orc::JITTargetMachineBuilder> machine = orc::JITTargetMachineBuilder::detectHost();
  if (!machine) {
    error = toString(machine.takeError());
    return nullptr;
  }
  machine->setCodeGenOptLevel(CodeGenOptLevel::Aggressive);
  Expected<std::unique_ptr<orc::LLJIT>> jit =
      orc::LLJITBuilder().setJITTargetMachineBuilder(std::move(*machine)).create();
  if (!jit) {
    error = toString(jit.takeError());
    return nullptr;
  }
  std::unique_ptr<JitModel> model(new JitModel());
  orc::ThreadSafeModule safe(std::move(module), std::move(context));
  if (Error failure = start(*model, **jit, std::move(safe), symbol)) {
    error = toString(std::move(failure));
    return nullptr;
  }
  model->engine->jit = std::move(*jit);
  return model;
}

} // namespace lamina::codegen
