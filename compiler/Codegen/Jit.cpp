// Runs compiled models through LLVM's ORC JIT.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/Jit.h"

#include "llvm/ExecutionEngine/Orc/ExecutionUtils.h"
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

static Error start(JitModel &model, orc::LLJIT &jit, orc::ThreadSafeModule module,
                   const std::string &symbol) {
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

/// Lets the code find OpenMP's runtime, which is loaded where the linker of this program or LLVM
/// has it, and sets the number of threads.
static Error loadOpenMP(orc::LLJIT &jit, int threads) {
  const char prefix = jit.getDataLayout().getGlobalPrefix();
  std::string reasons;
  for (const char *name : {"libomp.so.5", LAMINA_LLVM_LIBRARIES "/libomp.so.5", "libomp.so"}) {
    auto library = orc::DynamicLibrarySearchGenerator::Load(name, prefix);
    if (!library) {
      reasons += "; " + toString(library.takeError());
      continue;
    }
    jit.getMainJITDylib().addGenerator(std::move(*library));
    void (*setThreads)(int) = nullptr;
    if (Error error = find(jit, "omp_set_num_threads", setThreads))
      return error;
    setThreads(threads);
    return Error::success();
  }
  return createStringError("threads need OpenMP's runtime (package libomp-22-dev)" + reasons);
}

std::unique_ptr<JitModel> JitModel::create(std::unique_ptr<Module> module,
                                           std::unique_ptr<LLVMContext> context,
                                           const std::string &symbol, std::string &error,
                                           int threads, Profile profile) {
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
  if (threads > 0)
    if (Error failure = loadOpenMP(**jit, threads)) {
      error = toString(std::move(failure));
      return nullptr;
    }
  if (profile)
    if (Error failure = (*jit)->getMainJITDylib().define(orc::absoluteSymbols(
            {{(*jit)->mangleAndIntern("lamina_profile"),
              {orc::ExecutorAddr::fromPtr(profile), JITSymbolFlags::Callable}}}))) {
      error = toString(std::move(failure));
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
