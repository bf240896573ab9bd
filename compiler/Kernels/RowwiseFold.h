// Folding the elements along a row into one: accumulators, padding, and a tree of fixed shape.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_KERNELS_ROWWISEFOLD_H
#define COMPILER_KERNELS_ROWWISEFOLD_H

#include "compiler/Kernels/ElementwiseLoops.h"

namespace lamina::kernels {

/// How elements are taken into accumulators.
enum class Fold { Sum, Squares, Product, Max, Min, LooseMax, Or, And };

/// `lanes` accumulators into which nothing has been taken.
mlir::Value foldIdentity(Fold fold, mlir::Type element, int64_t lanes,
                         mlir::ImplicitLocOpBuilder &builder);

/// Two accumulators become one.
mlir::Value merge(Fold fold, mlir::Value a, mlir::Value b, mlir::ImplicitLocOpBuilder &builder);

/// The accumulators of a vector, a power of two of them, become one by a tree of fixed shape.
mlir::Value foldLanes(Fold fold, mlir::Value x, mlir::ImplicitLocOpBuilder &builder);

/// One row of a row-wise kernel: where it stands, and the axes along it. Lanes run along the row
/// (`lanesInner`), or across rows: then every accumulator is a vector with one lane for each row.
struct Row {
  Evaluator &evaluator;
  Place place;
  llvm::ArrayRef<LoopAxis> inner;
  bool lanesInner;
  int64_t width; ///< lanes of a step along the row

  mlir::ImplicitLocOpBuilder &builder() const { return evaluator.getBuilder(); }
};

/// What stands at a place of the row.
using RowTerm = llvm::function_ref<mlir::Value(const Place &)>;

/// Folds `term` over the row: a scalar, or a vector with a lane for each row. `element` is the
/// terms' type in registers. The order of operations depends on the row's length and the target
/// alone. `LooseMax` may drop NaN, `Max` and `Min` never do.
mlir::Value foldRow(const Row &row, Fold fold, mlir::Type element, RowTerm term);

/// An element and its position (i32) in the order of selection: larger first, NaN largest, of
/// equals the first one.
struct Ranked {
  mlir::Value value;
  mlir::Value index;
};

/// i1: whether `b` comes before `a` in that order.
mlir::Value comesBefore(const Ranked &b, const Ranked &a, bool isUnsigned,
                        mlir::ImplicitLocOpBuilder &builder);

/// The first element of the row in order, of those that come after `last` where that is given.
/// Where there is none the position is beyond the row.
Ranked foldRanked(const Row &row, mlir::Type element, bool isUnsigned,
                  llvm::function_ref<Ranked(const Place &)> term, const Ranked *last = nullptr);

/// The position of the first of the largest elements (NaN is largest) along the one axis of the
/// row, as i64.
mlir::Value argmaxOfRow(const Row &row, mlir::Type element, bool isUnsigned, RowTerm term);

/// Runs over the row without a result.
void forEachOfRow(const Row &row, LoopBody body);

} // namespace lamina::kernels

#endif // COMPILER_KERNELS_ROWWISEFOLD_H
