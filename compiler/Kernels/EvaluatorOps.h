// What the evaluator calls for each family of ops.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_KERNELS_EVALUATOROPS_H
#define COMPILER_KERNELS_EVALUATOROPS_H

#include "compiler/Kernels/BufferAccess.h"
#include "compiler/Kernels/EvaluatorPlace.h"
#include "compiler/Kernels/Kernels.h"

namespace lamina::kernels {

/// Each gives the value of `op`'s result at `place`, or null where `op` is of another family.
mlir::Value evaluateElementwise(Evaluator &evaluator, mlir::Operation *op, const Place &place);
mlir::Value evaluateView(Evaluator &evaluator, mlir::Operation *op, const Place &place);
mlir::Value evaluateMovement(Evaluator &evaluator, mlir::Operation *op, const Place &place);
mlir::Value evaluateIndexing(Evaluator &evaluator, mlir::Operation *op, const Place &place);
mlir::Value evaluateResize(Evaluator &evaluator, mlir::Operation *op, const Place &place);

/// The tensor type of a value of the dialect.
inline mlir::RankedTensorType tensorOf(mlir::Value value) {
  return mlir::cast<mlir::RankedTensorType>(value.getType());
}

/// `place` with other coordinates on the named axes, restricted to the axes of `tensor`.
Place restricted(const Place &place, mlir::Value tensor);

/// Joins values of consecutive lanes (scalars or vectors) into one vector.
mlir::Value joinLanes(llvm::ArrayRef<mlir::Value> parts, llvm::ArrayRef<int64_t> counts,
                      mlir::ImplicitLocOpBuilder &builder);

/// A number of an element type, in registers.
mlir::Value numberOf(double value, mlir::Type element, mlir::ImplicitLocOpBuilder &builder);

/// `value` in the register type of `to`, converted from the element type `from`.
mlir::Value convertElement(mlir::Value value, mlir::Type from, mlir::Type to,
                           mlir::ImplicitLocOpBuilder &builder);

/// An index operand at a place, widened to i64.
mlir::Value wideIndex(mlir::Value index, const Place &place, Evaluator &evaluator);

/// A checked index as a coordinate. One that is out of range sets the status and becomes 0.
Coordinate checkedCoordinate(mlir::Value index, int64_t extent, Evaluator &evaluator);

/// A buffer in .rodata that holds `values` (row-major in the order of `axes`), shared with equal
/// ones.
Buffer constantBuffer(mlir::DenseElementsAttr values,
                      llvm::ArrayRef<std::pair<std::string, int64_t>> axes, mlir::Type element,
                      mlir::ImplicitLocOpBuilder &builder);

} // namespace lamina::kernels

#endif // COMPILER_KERNELS_EVALUATOROPS_H
