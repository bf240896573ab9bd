// Reverse mode over the ops of a block: what lamina-differentiate is made of.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_PASSES_DIFFERENTIATE_H
#define COMPILER_PASSES_DIFFERENTIATE_H

#include "dialect/Adjoint.h"

#include "llvm/ADT/SetVector.h"

namespace lamina::derive {

/// Which values depend on the values that are derived by, and the ops that make them, in order.
class Activity {
public:
  /// `leaves` are active from the start.
  explicit Activity(mlir::ValueRange leaves) : active(leaves.begin(), leaves.end()) {}

  /// Goes through the ops of `block` from its begin until `until`, into the regions that hold
  /// `until`. Fails with an error where a leaf outside of a repeat reaches `until` through the
  /// rounds of that repeat.
  llvm::LogicalResult follow(mlir::Block &block, mlir::Operation *until);

  bool contains(mlir::Value value) const { return active.contains(value); }

  llvm::DenseSet<mlir::Value> active;
  llvm::SmallVector<mlir::Operation *> ops; ///< whose results are active, outside of repeats

private:
  void markRepeat(ir::RepeatOp repeat);
  bool mark(mlir::Operation *op);
  llvm::LogicalResult enter(mlir::Operation *op, mlir::Operation *until);
};

/// Brings the cotangents that `adjoint` holds through `ops`, last first, to all active values. New
/// ops stand at the builder's insertion point; repeats on the way are given results for the values
/// that their derivatives read. Fails with an error at an op that has no derivative.
llvm::LogicalResult sweep(ir::Adjoint &adjoint, llvm::ArrayRef<mlir::Operation *> ops);

/// The rule of a repeat: the rounds once more, in the opposite order, over values that the first
/// pass keeps.
llvm::LogicalResult sweepRepeat(ir::RepeatOp repeat, ir::Adjoint &adjoint);

/// Whether an op is cheaper to have once more than to keep the value of.
bool isHadAgain(mlir::Operation *op);

/// The fewest bytes of a round from which `reads`, values of `body`, can be had again: values of
/// ops and of the `carried` first arguments behind the index.
llvm::SetVector<mlir::Value> chooseKept(mlir::Block &body, size_t carried,
                                        llvm::ArrayRef<mlir::Value> reads);

} // namespace lamina::derive

#endif // COMPILER_PASSES_DIFFERENTIATE_H
