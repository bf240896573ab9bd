// What lies beyond a run-time extent must not reach what lies within.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_PASSES_WIDENMASKS_H
#define COMPILER_PASSES_WIDENMASKS_H

#include "compiler/Passes/RunTimeExtents.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace lamina::widen {

/// Changes `op`, whose operands and results have static extents by now, so that elements beyond the
/// run-time extents have no influence on those within; what the results hold beyond is not
/// specified. An error on the op where that cannot be.
mlir::LogicalResult maskOperands(mlir::Operation *op, RunTimeExtents &extents);

/// Builds the ops of masks in front of one op. Operands align by axis name.
class MaskBuilder {
public:
  explicit MaskBuilder(mlir::Operation *op) : builder(op->getLoc(), op) {}

  /// `value` within the run-time extents `lengths`, `beyond` elsewhere.
  mlir::Value masked(mlir::Value value, const Lengths &lengths, mlir::Value beyond);
  /// How many elements lie within along `axes` of `value`, as a scalar of a float type.
  mlir::Value countOf(mlir::Value value, const Lengths &lengths, mlir::ArrayAttr axes,
                      mlir::Type element);
  mlir::Value extentOf(const Source &source);

  mlir::Value number(double value, mlir::Type element);
  /// The least value of an element type (-inf, the smallest integer), or the largest.
  mlir::Value extreme(bool isLeast, mlir::Type element);
  mlir::Value binary(ir::BinaryKind kind, mlir::Value lhs, mlir::Value rhs);
  mlir::Value where(mlir::Value condition, mlir::Value held, mlir::Value other);
  mlir::Value squareRoot(mlir::Value value);
  mlir::Value cast(mlir::Value value, mlir::Type element);
  mlir::Value sum(mlir::Value value, mlir::ArrayAttr axes);
  /// `value` with its axes in the order of `type`, which has the same.
  mlir::Value inOrderOf(mlir::Value value, mlir::RankedTensorType type);

private:
  mlir::Value within(mlir::StringAttr axis, const Source &source);

  mlir::ImplicitLocOpBuilder builder;
};

} // namespace lamina::widen

#endif // COMPILER_PASSES_WIDENMASKS_H
