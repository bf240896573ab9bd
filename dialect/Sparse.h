// Contractions with a sparse operand.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef DIALECT_SPARSE_H
#define DIALECT_SPARSE_H

#include "dialect/Lamina.h"

#include "mlir/IR/Builders.h"

namespace lamina::ir {

/// The attribute of a `lamina.dot` that tells which operand is sparse, 0 or 1. Zeros of that
/// operand add nothing to the sum, also where the other one is infinite or NaN.
inline constexpr llvm::StringLiteral kSparseAttr = "sparse";

/// The sparse operand; null where there is none.
inline mlir::OpOperand *sparseOperand(DotOp dot) {
  auto number = dot->getAttrOfType<mlir::IntegerAttr>(kSparseAttr);
  return number ? &dot->getOpOperand(number.getInt()) : nullptr;
}

/// Says that an operand is sparse.
inline void setSparse(DotOp dot, unsigned number) {
  dot->setAttr(kSparseAttr, mlir::Builder(dot.getContext()).getI64IntegerAttr(number));
}

} // namespace lamina::ir

#endif // DIALECT_SPARSE_H
