// Elementary functions as inline vector code.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_KERNELS_VECTORMATH_H
#define COMPILER_KERNELS_VECTORMATH_H

#include "dialect/Lamina.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace lamina::kernels {

/// The elementwise function `kind` of an f32 or f64 scalar or vector of any length, never a library
/// call; the same bits for every length. Stated errors (f32, in ULP): the table in this folder's
/// README, tested over all of f32 in steps.
mlir::Value buildUnary(ir::UnaryKind kind, mlir::Value input, mlir::ImplicitLocOpBuilder &builder,
                       bool isUnsigned = false);

/// Likewise for two operands of one type; comparisons give i1 or a vector of i1. `isUnsigned` for
/// u8.
mlir::Value buildBinary(ir::BinaryKind kind, mlir::Value lhs, mlir::Value rhs, bool isUnsigned,
                        mlir::ImplicitLocOpBuilder &builder);

} // namespace lamina::kernels

#endif // COMPILER_KERNELS_VECTORMATH_H
