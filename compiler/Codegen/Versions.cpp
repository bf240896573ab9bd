// Chooses among versions of a model when it runs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/Versions.h"

#include "compiler/Codegen/AbiFunctions.h"
#include "compiler/Codegen/Object.h"
#include "compiler/Codegen/SupportCode.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/Transforms/IPO/Internalize.h"

using namespace llvm;

namespace lamina::codegen {

static int countBits(const Target &target) {
  int count = 0;
  for (uint32_t word : cpuNeeds(target).bits)
    count += popcount(word);
  return count;
}

std::vector<Target> resolveTargets(const std::string &triple, const std::vector<std::string> &cpus,
                                   std::string &error) {
  std::vector<Target> targets;
  for (const std::string &cpu : cpus) {
    std::unique_ptr<Target> target = resolveTarget(triple, cpu, error);
    if (!target)
      return {};
    if (cpus.size() > 1 && Triple(target->triple).getArch() != Triple::x86_64) {
      error = "a list of CPUs is for x86_64, whose processors tell what they have; '" +
              target->triple + "' takes one";
      return {};
    }
    targets.push_back(std::move(*target));
  }
  llvm::sort(targets, [](const Target &a, const Target &b) {
    return std::pair(a.vectorBytes, countBits(a)) > std::pair(b.vectorBytes, countBits(b));
  });
  return targets;
}

std::string versionSymbol(const std::string &symbol, size_t i) {
  return symbol + "." + std::to_string(i);
}

ModelInterface commonInterface(const std::vector<ModelInterface> &versions,
                               const std::vector<Target> &targets) {
  ModelInterface model = versions.front();
  model.isVersioned = true;
  model.target = targets.front().triple;
  for (const Target &target : targets)
    model.target += " " + target.cpu;
  for (const ModelInterface &version : versions) {
    model.workspaceRows = std::max(model.workspaceRows, version.workspaceRows);
    model.packedBytes = std::max(model.packedBytes, version.packedBytes);
  }
  return model;
}

namespace {

class ChoiceBuilder {
public:
  ChoiceBuilder(Module &module, const ModelInterface &model, const std::vector<Target> &targets)
      : module(module), context(module.getContext()), model(model), targets(targets),
        builder(context), i32(builder.getInt32Ty()), i64(builder.getInt64Ty()),
        pointer(builder.getPtrTy()) {}

  void build() {
    addTables();
    ConstantInt *unsupported = builder.getInt32(LAMINA_UNSUPPORTED_CPU);
    addFunction("_info", FunctionType::get(pointer, false), nullptr);
    addFunction("_weights_bytes", FunctionType::get(i64, false), nullptr);
    addFunction("_pack", FunctionType::get(i32, {pointer, i64, pointer}, false), unsupported);
    addFunction("_workspace_bytes", FunctionType::get(i64, {i64}, false), nullptr);
    addFunction("_run", runType(context, model), unsupported);
  }

private:
  void addTables() {
    std::vector<uint32_t> words;
    for (const Target &target : targets) {
      const lamina_cpu_needs bits = cpuNeeds(target);
      words.insert(words.end(), std::begin(bits.bits), std::end(bits.bits));
    }
    Constant *table = ConstantDataArray::get(context, words);
    needs = new GlobalVariable(module, table->getType(), /*isConstant=*/true,
                               GlobalValue::PrivateLinkage, table, "needs");
    cache = new GlobalVariable(module, i32, /*isConstant=*/false, GlobalValue::PrivateLinkage,
                               builder.getInt32(0), "version");
  }

  /// A function that hands its arguments to the chosen version. `otherwise` is what it gives where
  /// there is none; null: the last version answers.
  void addFunction(StringRef name, FunctionType *type, Constant *otherwise) {
    Function *made =
        Function::Create(type, GlobalValue::ExternalLinkage, model.symbol + name, module);
    builder.SetInsertPoint(BasicBlock::Create(context, "entry", made));
    FunctionCallee choose =
        module.getOrInsertFunction("lamina_choose_version", i32, pointer, i32, pointer);
    Value *version =
        builder.CreateCall(choose, {needs, builder.getInt32(uint32_t(targets.size())), cache});
    BasicBlock *none = BasicBlock::Create(context, "none", made);
    SwitchInst *choice = builder.CreateSwitch(version, none, unsigned(targets.size()));
    SmallVector<Value *> arguments(make_pointer_range(made->args()));
    for (size_t i = 0; i < targets.size(); ++i) {
      FunctionCallee callee =
          module.getOrInsertFunction(versionSymbol(model.symbol, i) + name.str(), type);
      BasicBlock *block = BasicBlock::Create(context, "version", made);
      builder.SetInsertPoint(block);
      builder.CreateRet(builder.CreateCall(callee, arguments));
      choice->addCase(builder.getInt32(uint32_t(i)), block);
      if (i + 1 == targets.size() && !otherwise)
        choice->setDefaultDest(block);
    }
    builder.SetInsertPoint(none);
    if (otherwise)
      builder.CreateRet(otherwise);
    else
      none->eraseFromParent();
  }

  Module &module;
  LLVMContext &context;
  const ModelInterface &model;
  const std::vector<Target> &targets;
  IRBuilder<> builder;
  Type *i32;
  Type *i64;
  PointerType *pointer;
  GlobalVariable *needs = nullptr;
  GlobalVariable *cache = nullptr;
};

} // namespace

std::unique_ptr<Module> makeVersionChoice(const ModelInterface &model,
                                          const std::vector<Target> &targets, LLVMContext &context,
                                          std::string &error) {
  // Every processor runs this part, whatever it has.
  Target least = targets.front();
  least.cpu = "x86-64";
  least.features = "";
  least.vectorBytes = 16;
  std::unique_ptr<TargetMachine> machine = createMachine(least);
  auto module = std::make_unique<Module>("versions", context);
  setTarget(*module, least, *machine);
  ChoiceBuilder(*module, model, targets).build();
  if (!linkSupport(*module, SupportCode::CpuChoice, error))
    return nullptr;
  internalizeModule(*module, [&](const GlobalValue &value) {
    return value.getName().starts_with(model.symbol + "_");
  });
  setTarget(*module, least, *machine);
  optimize(*module, *machine, /*sanitize=*/false);
  return module;
}

} // namespace lamina::codegen
