// What the verifiers share: axes by name, their union, the type that a result must have.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef DIALECT_CHECKS_H
#define DIALECT_CHECKS_H

#include "dialect/Lamina.h"

namespace lamina::ir {

/// The axis `name` of `type`, or an error that says which axes `what` has.
mlir::FailureOr<Axis> requireAxis(mlir::Operation *op, mlir::RankedTensorType type,
                                  mlir::StringRef name, llvm::StringRef what = "the operand");

/// The axes of all operands, each once, in the order in which they come; an error where two extents
/// differ.
mlir::FailureOr<llvm::SmallVector<Axis>> unionOfAxes(mlir::Operation *op,
                                                     mlir::ValueRange operands);

/// The type has exactly these axes, in any order, and this element type.
mlir::LogicalResult requireType(mlir::Operation *op, mlir::RankedTensorType type,
                                llvm::ArrayRef<Axis> axes, mlir::Type element,
                                llvm::StringRef what = "the result");

/// The names are those of distinct axes of `type`, at least one.
mlir::LogicalResult requireAxes(mlir::Operation *op, mlir::RankedTensorType type,
                                mlir::ArrayAttr names, llvm::StringRef what = "the operand");

/// The attribute `name` is at least `least`.
mlir::LogicalResult requireAtLeast(mlir::Operation *op, llvm::StringRef name, int64_t value,
                                   int64_t least);

/// What a family of ops takes.
enum class Elements { Float, Integer, Number, Bool, Bits, Any };

/// The element type is one of them: floats, integers (not bool), both, bool, integers and bool.
mlir::LogicalResult requireElement(mlir::Operation *op, mlir::Type element, Elements wanted,
                                   llvm::StringRef what = "the operand");

/// The op's operands have one element type.
mlir::LogicalResult requireOneElement(mlir::Operation *op, mlir::ValueRange operands);

/// `axes` without the one of that name.
llvm::SmallVector<Axis> without(llvm::ArrayRef<Axis> axes, llvm::StringRef name);

/// An axis whose extent is computed from another's: f of a static extent, or f of the bound.
Axis derivedAxis(mlir::StringAttr name, const Axis &from, llvm::function_ref<int64_t(int64_t)> f);

} // namespace lamina::ir

#endif // DIALECT_CHECKS_H
