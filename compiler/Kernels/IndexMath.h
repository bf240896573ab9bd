// Arithmetic on index values that folds constants as it goes, and loops.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_KERNELS_INDEXMATH_H
#define COMPILER_KERNELS_INDEXMATH_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace lamina::kernels {

inline mlir::Value constantIndex(mlir::ImplicitLocOpBuilder &builder, int64_t value) {
  return mlir::arith::ConstantIndexOp::create(builder, value);
}

inline mlir::Value plus(mlir::ImplicitLocOpBuilder &builder, mlir::Value lhs, mlir::Value rhs) {
  return builder.createOrFold<mlir::arith::AddIOp>(lhs, rhs);
}
inline mlir::Value plus(mlir::ImplicitLocOpBuilder &builder, mlir::Value lhs, int64_t rhs) {
  return rhs == 0 ? lhs : plus(builder, lhs, constantIndex(builder, rhs));
}

inline mlir::Value minus(mlir::ImplicitLocOpBuilder &builder, mlir::Value lhs, mlir::Value rhs) {
  return builder.createOrFold<mlir::arith::SubIOp>(lhs, rhs);
}

inline mlir::Value times(mlir::ImplicitLocOpBuilder &builder, mlir::Value lhs, int64_t rhs) {
  if (rhs == 0)
    return constantIndex(builder, 0);
  return rhs == 1 ? lhs
                  : builder.createOrFold<mlir::arith::MulIOp>(lhs, constantIndex(builder, rhs));
}

inline mlir::Value quotient(mlir::ImplicitLocOpBuilder &builder, mlir::Value lhs, int64_t rhs) {
  return rhs == 1 ? lhs
                  : builder.createOrFold<mlir::arith::DivUIOp>(lhs, constantIndex(builder, rhs));
}
inline mlir::Value rest(mlir::ImplicitLocOpBuilder &builder, mlir::Value lhs, int64_t rhs) {
  return rhs == 1 ? constantIndex(builder, 0)
                  : builder.createOrFold<mlir::arith::RemUIOp>(lhs, constantIndex(builder, rhs));
}

/// `for i in low .. high step step`, with the builder standing in the body for the length of
/// `body`.
inline void loopOver(mlir::ImplicitLocOpBuilder &builder, mlir::Value low, mlir::Value high,
                     int64_t step, llvm::function_ref<void(mlir::Value)> body) {
  auto loop = mlir::scf::ForOp::create(builder, low, high, constantIndex(builder, step));
  mlir::OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}
inline void loopOver(mlir::ImplicitLocOpBuilder &builder, int64_t count,
                     llvm::function_ref<void(mlir::Value)> body) {
  if (count == 1)
    return body(constantIndex(builder, 0));
  loopOver(builder, constantIndex(builder, 0), constantIndex(builder, count), 1, body);
}

} // namespace lamina::kernels

#endif // COMPILER_KERNELS_INDEXMATH_H
