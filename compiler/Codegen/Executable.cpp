// The main program around a compiled model.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/Executable.h"

#include "compiler/Codegen/AbiFunctions.h"
#include "compiler/Codegen/Object.h"
#include "compiler/Codegen/Program.h"
#include "compiler/Codegen/SupportCode.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/IPO/Internalize.h"

using namespace llvm;

namespace lamina::codegen {

/// False, with `error`, where Program.c has no room for the model's values.
static bool fits(const ModelInterface &model, std::string &error) {
  size_t rank = 0;
  for (const auto *values : {&model.inputs, &model.outputs})
    for (const ValueInterface &value : *values)
      rank = std::max(rank, value.shape.size());
  auto check = [&](size_t count, int most, const char *what) {
    if (count > size_t(most))
      error = "a program takes at most " + std::to_string(most) + " " + what + "; '" + model.name +
              "' has " + std::to_string(count);
    return count <= size_t(most);
  };
  return check(rank, LAMINA_PROGRAM_RANK, "axes of a value") &&
         check(model.inputs.size() + model.outputs.size(), LAMINA_PROGRAM_VALUES,
               "inputs and outputs") &&
         check(model.extents.size(), LAMINA_PROGRAM_EXTENTS, "run-time extents");
}

/// `int main(int argc, char **argv)`: hands the model's functions to lamina_program_main.
static void addMain(Module &module, const ModelInterface &model) {
  LLVMContext &context = module.getContext();
  IRBuilder<> builder(context);
  Type *pointer = builder.getPtrTy(), *i32 = builder.getInt32Ty(), *i64 = builder.getInt64Ty();
  auto declare = [&](StringRef name, FunctionType *type) {
    return Function::Create(type, GlobalValue::ExternalLinkage, name, module);
  };
  Function *info = declare(model.symbol + "_info", FunctionType::get(pointer, false));
  Function *workspace =
      declare(model.symbol + "_workspace_bytes", FunctionType::get(i64, {i64}, false));
  Function *run = declare(model.symbol + "_run", runType(context, model));
  Function *invoke = addInvoke(module, *run, "lamina_program_invoke");
  FunctionCallee start =
      module.getOrInsertFunction("lamina_program_main", i32, i32, pointer, pointer);

  Function *main = declare("main", FunctionType::get(i32, {i32, pointer}, false));
  builder.SetInsertPoint(BasicBlock::Create(context, "entry", main));
  StructType *type = StructType::get(context, {pointer, pointer, pointer});
  Value *program = builder.CreateAlloca(type);
  Value *fields[] = {builder.CreateCall(info), workspace, invoke};
  for (auto [i, field] : enumerate(fields))
    builder.CreateStore(field, builder.CreateStructGEP(type, program, i));
  builder.CreateRet(builder.CreateCall(start, {main->getArg(0), main->getArg(1), program}));
}

std::unique_ptr<Module> makeProgram(const ModelInterface &model, const Target &target,
                                    LLVMContext &context, std::string &error) {
  if (!fits(model, error))
    return nullptr;
  std::unique_ptr<TargetMachine> machine = createMachine(target);
  auto module = std::make_unique<Module>("program", context);
  setTarget(*module, target, *machine);
  addMain(*module, model);
  if (!linkSupport(*module, SupportCode::Program, error))
    return nullptr;
  internalizeModule(*module, [](const GlobalValue &value) { return value.getName() == "main"; });
  setTarget(*module, target, *machine);
  optimize(*module, *machine, /*sanitize=*/false);
  return module;
}

} // namespace lamina::codegen
