// Compiles a training step in this process and runs it, as the runtime does.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef TEST_UNIT_STEPRUNNER_H
#define TEST_UNIT_STEPRUNNER_H

#include "compiler/Codegen/Jit.h"
#include "compiler/Interpreter/Interpreter.h"
#include "compiler/Passes/Passes.h"
#include "compiler/Pipelines/Pipelines.h"
#include "dialect/Lamina.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "gtest/gtest.h"

#include <cstring>

namespace lamina::testing {

/// A step whose inputs and outputs are the interpreter's tensors.
class StepRunner {
public:
  /// `text`: a module with one model that has the attribute `train`. Slots begin with their initial
  /// values.
  explicit StepRunner(const std::string &text) {
    mlir::DialectRegistry registry;
    registerDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    if (!module)
      return;
    auto loss = *module->getOps<ir::ModelOp>().begin();
    auto initial = llvm::cantFail(interpreter::initialParameters(loss, 0));
    mlir::PassManager manager(&context);
    manager.addPass(createInlinePass());
    manager.addPass(createTrainStepPass());
    if (failed(manager.run(*module)))
      return;
    (*module->getOps<ir::ModelOp>().begin()).erase();
    model = *module->getOps<ir::ModelOp>().begin();
    firstSlot = model.getBody().getNumArguments() - slotsOf().size();
    for (mlir::BlockArgument argument : model.getBody().getArguments())
      values.push_back(interpreter::makeTensor(typeOf(argument).getElementType(),
                                               interpreter::shapeOf(typeOf(argument), {})));
    value("lr_factor").reals = {1};
    for (auto [i, slot] : llvm::enumerate(slotsOf()))
      fill(values[firstSlot + i], mlir::cast<mlir::DictionaryAttr>(slot), initial);
    source = module->clone();
    compile();
  }
  explicit operator bool() const { return jit != nullptr; }

  /// An input or slot, by name.
  interpreter::Tensor &value(llvm::StringRef name) {
    auto names = sourceModel().getInputNames();
    for (size_t i = 0; i < names.size(); ++i)
      if (mlir::cast<mlir::StringAttr>(names[i]).getValue() == name)
        return values[i];
    ADD_FAILURE() << "no input is named " << name.str();
    return values[0];
  }
  mlir::ArrayAttr slotsOf() { return sourceModel()->getAttrOfType<mlir::ArrayAttr>("slots"); }

  /// Runs the machine code: outputs before the slots come back, slots change.
  std::vector<interpreter::Tensor> step() {
    std::vector<interpreter::Tensor> outputs = makeOutputs();
    std::vector<std::vector<char>> memory;
    std::vector<char> packed(jit->weightsBytes() + 64), workspace(jit->workspaceBytes(1) + 128);
    std::vector<void *> arguments = {aligned(packed)};
    if (int32_t status = jit->pack(nullptr, 0, aligned(packed)))
      ADD_FAILURE() << "pack: " << lamina_status_text(status);
    for (const interpreter::Tensor &input : values)
      memory.push_back(toBytes(input));
    for (const interpreter::Tensor &output : outputs)
      memory.push_back(toBytes(output));
    for (std::vector<char> &one : memory)
      arguments.push_back(one.data());
    int64_t batch = 1;
    arguments.push_back(&batch);
    arguments.push_back(aligned(workspace));
    if (int32_t status = jit->invoke(arguments.data()))
      ADD_FAILURE() << "run: " << lamina_status_text(status);
    for (size_t i = 0; i < outputs.size(); ++i)
      fromBytes(memory[values.size() + i], outputs[i]);
    return keepSlots(std::move(outputs));
  }

  /// The same by the interpreter, in double.
  std::vector<interpreter::Tensor> interpretedStep() {
    interpreter::Tensors inputs;
    for (auto [i, name] : llvm::enumerate(sourceModel().getInputNames()))
      inputs[mlir::cast<mlir::StringAttr>(name).str()] = values[i];
    mlir::OwningOpRef<mlir::ModuleOp> copy = source->clone();
    mlir::PassManager manager(&context);
    manager.addPass(createDifferentiatePass());
    EXPECT_TRUE(succeeded(manager.run(*copy)));
    auto outputs = interpreter::runModel(*copy->getOps<ir::ModelOp>().begin(), inputs, {});
    if (!outputs) {
      ADD_FAILURE() << llvm::toString(outputs.takeError());
      return {};
    }
    return keepSlots(std::move(*outputs));
  }

  std::vector<interpreter::Tensor> values;

private:
  static mlir::RankedTensorType typeOf(mlir::Value value) {
    return mlir::cast<mlir::RankedTensorType>(value.getType());
  }
  ir::ModelOp sourceModel() { return source ? *source->getOps<ir::ModelOp>().begin() : model; }
  static char *aligned(std::vector<char> &bytes) {
    return bytes.data() + (64 - reinterpret_cast<uintptr_t>(bytes.data()) % 64) % 64;
  }

  static void fill(interpreter::Tensor &tensor, mlir::DictionaryAttr slot,
                   const interpreter::Tensors &initial) {
    if (auto number = slot.getAs<mlir::FloatAttr>("init")) {
      tensor.reals.assign(tensor.reals.size(), number.getValueAsDouble());
      return;
    }
    llvm::StringRef path = slot.getAs<mlir::StringAttr>("of").getValue();
    if (path.count('*') == 0) {
      tensor.reals = initial.find(std::string_view(path))->second.reals;
      return;
    }
    auto [before, after] = path.split('*');
    tensor.reals.clear();
    for (int64_t i = 0; i < tensor.shape.extents[0]; ++i)
      llvm::append_range(tensor.reals,
                         initial.at((before + std::to_string(i) + after).str()).reals);
  }

  void compile() {
    CompileOptions options;
    std::string error;
    if (auto target = codegen::resolveTarget("", "", error))
      options.target = *target;
    options.invoke = true;
    std::vector<codegen::ModelInterface> interfaces;
    if (failed(runPipeline(*module, Level::Llvm, options, &interfaces)))
      return;
    auto llvmContext = std::make_unique<llvm::LLVMContext>();
    auto code = compileToLLVM(*module, options, interfaces, *llvmContext, error);
    if (code)
      jit = codegen::JitModel::create(std::move(code), std::move(llvmContext),
                                      interfaces.front().symbol, error);
    EXPECT_EQ(error, "");
  }

  std::vector<interpreter::Tensor> makeOutputs() {
    std::vector<interpreter::Tensor> outputs;
    for (mlir::Value output : sourceModel().getBody().front().getTerminator()->getOperands())
      outputs.push_back(interpreter::makeTensor(typeOf(output).getElementType(),
                                                interpreter::shapeOf(typeOf(output), {})));
    return outputs;
  }

  std::vector<interpreter::Tensor> keepSlots(std::vector<interpreter::Tensor> outputs) {
    size_t count = values.size() - firstSlot, first = outputs.size() - count;
    for (size_t i = 0; i < count; ++i)
      values[firstSlot + i] = std::move(outputs[first + i]);
    outputs.resize(first);
    return outputs;
  }

  template <typename T, typename From> static void append(std::vector<char> &bytes, From number) {
    T value = T(number);
    const char *begin = reinterpret_cast<const char *>(&value);
    bytes.insert(bytes.end(), begin, begin + sizeof(T));
  }
  static std::vector<char> toBytes(const interpreter::Tensor &tensor) {
    std::vector<char> bytes;
    for (double number : tensor.reals)
      tensor.element.isF32() ? append<float>(bytes, number) : append<double>(bytes, number);
    for (int64_t number : tensor.integers)
      tensor.element.isInteger(1) ? append<char>(bytes, number) : append<int64_t>(bytes, number);
    return bytes;
  }
  template <typename T, typename To>
  static void copy(const std::vector<char> &bytes, std::vector<To> &numbers) {
    for (size_t i = 0; i < numbers.size(); ++i) {
      T value;
      std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
      numbers[i] = To(value);
    }
  }
  static void fromBytes(const std::vector<char> &bytes, interpreter::Tensor &tensor) {
    if (tensor.isReal())
      tensor.element.isF32() ? copy<float>(bytes, tensor.reals) : copy<double>(bytes, tensor.reals);
    else
      tensor.element.isInteger(1) ? copy<char>(bytes, tensor.integers)
                                  : copy<int64_t>(bytes, tensor.integers);
  }

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module, source;
  ir::ModelOp model;
  size_t firstSlot = 0;
  std::unique_ptr<codegen::JitModel> jit;
};

} // namespace lamina::testing

#endif // TEST_UNIT_STEPRUNNER_H
