// The reference interpreter of the lamina dialect: the oracle of differential tests and what
// `lamina test` runs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_INTERPRETER_INTERPRETER_H
#define COMPILER_INTERPRETER_INTERPRETER_H

#include "compiler/Interpreter/Tensor.h"
#include "dialect/Lamina.h"

#include "llvm/Support/Error.h"

namespace lamina::interpreter {

struct Options {
  /// The seed of all initial values.
  uint64_t seed = 0;
  /// Carry, beside each element, a bound of how far a computation in the program's own element
  /// types may be from it. The bounds follow from the standard model of rounding (Higham 2002,
  /// chapters 2 and 3), whatever the order of sums, provided that each elementary function is
  /// within the units in the last place that Bounds.h states.
  bool tracksError = false;
};

/// Tensors by name (inputs) or by path in a weight file (parameters: `blocks.0.fc1.weight`).
using Tensors = std::map<std::string, Tensor, std::less<>>;

/// A run that came to no result: what `run` of the compiled model would report, or an argument that
/// does not fit.
class RunError : public llvm::ErrorInfo<RunError> {
public:
  enum class Kind { IndexOutOfRange, BadArgument };
  static char ID;
  RunError(Kind kind, mlir::Location location, std::string message)
      : kind(kind), location(location), message(std::move(message)) {}
  void log(llvm::raw_ostream &os) const override { os << message; }
  std::error_code convertToErrorCode() const override { return llvm::inconvertibleErrorCode(); }

  Kind kind;
  mlir::Location location;
  std::string message;
};

/// Runs a model, before or after any pass of the dialect. An input that has a `batch` axis takes
/// the extent of its tensor, equal in all of them; the axes of a tensor may stand in any order. A
/// parameter that `parameters` lacks gets its initial value, or the run fails. Gives the outputs in
/// the order of the model, axes in the order of their types.
llvm::Expected<std::vector<Tensor>> runModel(ir::ModelOp model, const Tensors &inputs,
                                             const Tensors &parameters,
                                             const Options &options = {});

/// An assert that does not hold, and how many of its elements do not.
struct FailedAssert {
  mlir::Location location;
  std::string message;
  int64_t failed = 0;
  int64_t elements = 0;
};

/// Runs a `test` block; its layers have their initial values.
llvm::Expected<std::vector<FailedAssert>> runTest(ir::TestOp test, const Options &options = {});

/// The initial value of every parameter that has one, by its path in a weight file, rounded to its
/// element type.
llvm::Expected<Tensors> initialParameters(ir::ModelOp model, uint64_t seed);

/// The value of one op from its operands; no regions, no parameters. What folding computes is what
/// the interpreter computes. Nothing where the op is none that the interpreter evaluates alone.
llvm::Expected<std::vector<Tensor>> evaluate(mlir::Operation *op,
                                             const std::vector<const Tensor *> &operands,
                                             const Options &options = {});

/// A constant attribute's elements.
Tensor tensorOf(mlir::ElementsAttr value);

} // namespace lamina::interpreter

#endif // COMPILER_INTERPRETER_INTERPRETER_H
