// Where the run-time extents of a model's values come from.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_PASSES_RUNTIMEEXTENTS_H
#define COMPILER_PASSES_RUNTIMEEXTENTS_H

#include "dialect/Lamina.h"

#include "llvm/ADT/DenseMap.h"

namespace lamina::widen {

/// A run-time extent: max(0, ⌊(scale · n + offset) / divisor⌋), where n is that of an axis of one
/// of the model's inputs; where it is cut, no more than the bound.
struct Source {
  mlir::Value input;
  mlir::StringAttr axis;
  int64_t bound = 0;
  int64_t scale = 1, offset = 0, divisor = 1;
  bool isCut = false; ///< the formula may give more than `bound`
  bool isInputs() const { return scale == 1 && offset == 0 && divisor == 1 && !isCut; }
};

/// The bounded axes of one value and the extent that each has.
using Lengths = llvm::SmallVector<std::pair<mlir::StringAttr, Source>>;

/// Follows the bounded axes of all values of a model, without `lamina.apply`, back to its inputs.
class RunTimeExtents {
public:
  explicit RunTimeExtents(ir::ModelOp model);

  /// Nothing where the axis has a static extent.
  std::optional<Source> of(mlir::Value value, mlir::StringAttr axis) const;
  const Lengths &of(mlir::Value value) const;
  bool empty() const { return lengths.empty(); }
  /// Whether an extent is computed from a run-time one; the error has been reported.
  bool hasFailed() const { return failed; }

  void set(mlir::Value value, Lengths own) { lengths[value] = std::move(own); }

private:
  void visit(mlir::Block &block);
  void visit(ir::RepeatOp repeat);
  void visitResult(mlir::Operation *op, mlir::Value result);

  llvm::DenseMap<mlir::Value, Lengths> lengths;
  bool failed = false;
};

} // namespace lamina::widen

#endif // COMPILER_PASSES_RUNTIMEEXTENTS_H
