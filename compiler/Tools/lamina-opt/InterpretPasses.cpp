// lamina-run-tests and lamina-evaluate: the interpreter as passes, so that a test can run IR before
// and after any pass.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina-opt/InterpretPasses.h"

#include "compiler/Interpreter/Interpreter.h"
#include "compiler/Interpreter/Random.h"
#include "dialect/Lamina.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "llvm/Support/Format.h"

#include <cmath>

using namespace mlir;
using namespace lamina;

/// Reports what stopped a run where it stopped; true if something did.
static bool report(llvm::Error error) {
  bool failed = false;
  llvm::handleAllErrors(std::move(error), [&](const interpreter::RunError &run) {
    emitError(run.location) << run.message;
    failed = true;
  });
  return failed;
}

namespace {
struct RunTestsPass : PassWrapper<RunTestsPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(RunTestsPass)
  StringRef getArgument() const override { return "lamina-run-tests"; }
  StringRef getDescription() const override {
    return "Run every lamina.test; an assert that fails is an error";
  }

  void runOnOperation() override {
    for (auto test : getOperation().getOps<ir::TestOp>()) {
      auto failed = interpreter::runTest(test);
      if (!failed && report(failed.takeError())) {
        signalPassFailure();
        continue;
      }
      for (const interpreter::FailedAssert &assertion : *failed) {
        emitError(assertion.location) << "assert failed: " << assertion.message << " ("
                                      << assertion.failed << " of " << assertion.elements << ")";
        signalPassFailure();
      }
    }
  }
};

struct EvaluatePass : PassWrapper<EvaluatePass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(EvaluatePass)
  EvaluatePass() = default;
  EvaluatePass(const EvaluatePass &other) : PassWrapper(other) {}
  StringRef getArgument() const override { return "lamina-evaluate"; }
  StringRef getDescription() const override {
    return "Print the outputs of every model for random inputs";
  }

  Option<int64_t> batch{*this, "batch", llvm::cl::desc("the extent of batch"), llvm::cl::init(2)};
  Option<uint64_t> seed{*this, "seed", llvm::cl::desc("the seed of inputs and parameters"),
                        llvm::cl::init(0)};
  Option<bool> bounds{*this, "bounds", llvm::cl::desc("print each element's rounding bound"),
                      llvm::cl::init(false)};

  void runOnOperation() override {
    for (auto model : getOperation().getOps<ir::ModelOp>())
      if (!evaluate(model))
        signalPassFailure();
  }

private:
  /// Reals in [-1, 1), integers in [0, 4).
  interpreter::Tensor randomInput(RankedTensorType type, uint32_t place) {
    interpreter::AxisMap dynamic = {{"batch", batch}};
    for (const ir::Axis &axis : ir::axisList(type))
      if (axis.bound != 0)
        dynamic[axis.name.str()] = std::max<int64_t>(1, axis.bound - 1);
    interpreter::Tensor tensor =
        interpreter::makeTensor(type.getElementType(), interpreter::shapeOf(type, dynamic));
    for (uint32_t i = 0, n = uint32_t(tensor.shape.size()); i < n; ++i) {
      uint32_t word = interpreter::philox({i, place, 0, 0}, {uint32_t(seed), 0x6c616d})[0];
      if (tensor.isReal())
        tensor.reals[i] = interpreter::roundTo(tensor.element, std::ldexp(double(word), -31) - 1);
      else
        tensor.integers[i] = word % (tensor.element.isInteger(1) ? 2 : 4);
    }
    return tensor;
  }

  bool evaluate(ir::ModelOp model) {
    interpreter::Tensors inputs;
    for (auto [argument, name] : llvm::zip_equal(model.getBody().getArguments(),
                                                 model.getInputNames().getAsRange<StringAttr>()))
      inputs[name.str()] =
          randomInput(cast<RankedTensorType>(argument.getType()), argument.getArgNumber());
    auto outputs = interpreter::runModel(model, inputs, {}, {seed, bounds});
    if (!outputs)
      return !report(outputs.takeError());
    for (auto [name, output] :
         llvm::zip_equal(model.getOutputNames().getAsRange<StringAttr>(), *outputs))
      print(model.getSymName(), name.getValue(), output);
    return true;
  }

  void print(StringRef model, StringRef name, const interpreter::Tensor &output) {
    llvm::outs() << model << '.' << name << '[';
    llvm::interleaveComma(
        llvm::zip_equal(output.shape.names, output.shape.extents), llvm::outs(),
        [](auto axis) { llvm::outs() << std::get<0>(axis) << ": " << std::get<1>(axis); });
    llvm::outs() << "]:";
    for (int64_t i = 0, n = output.shape.size(); i < n; ++i) {
      if (output.isReal())
        llvm::outs() << ' ' << llvm::format("%.9g", output.reals[i]);
      else
        llvm::outs() << ' ' << output.integers[i];
      if (bounds)
        llvm::outs() << " +- " << llvm::format("%.3g", output.bound(i));
    }
    llvm::outs() << '\n';
  }
};
} // namespace

void lamina::registerInterpretPasses() {
  PassRegistration<RunTestsPass>();
  PassRegistration<EvaluatePass>();
}
