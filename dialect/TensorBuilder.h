// Builds ops of the dialect with the types that follow from their operands.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef DIALECT_TENSORBUILDER_H
#define DIALECT_TENSORBUILDER_H

#include "dialect/Lamina.h"

namespace lamina::ir {

/// The type of a value of the dialect.
mlir::RankedTensorType typeOf(mlir::Value value);

/// The value is this number in every element.
bool isSplat(mlir::Value value, double number);

/// Makes ops at the insertion point of a builder, all of one location. Operands align by axis name;
/// what a result's type is follows from them. Products with one are not made.
class TensorBuilder {
public:
  TensorBuilder(mlir::OpBuilder &builder, mlir::Location location)
      : builder(builder), location(location) {}

  /// A scalar.
  mlir::Value constant(double number, mlir::Type element);
  /// Elements of an i64 tensor, row-major.
  mlir::Value constant(llvm::ArrayRef<int64_t> numbers, llvm::ArrayRef<Axis> axes);

  mlir::Value unary(UnaryKind kind, mlir::Value x);
  mlir::Value binary(BinaryKind kind, mlir::Value a, mlir::Value b);
  mlir::Value binary(BinaryKind kind, mlir::Value a, double b);
  mlir::Value add(mlir::Value a, mlir::Value b) { return binary(BinaryKind::Add, a, b); }
  mlir::Value sub(mlir::Value a, mlir::Value b) { return binary(BinaryKind::Sub, a, b); }
  mlir::Value mul(mlir::Value a, mlir::Value b);
  mlir::Value mul(mlir::Value a, double b) { return mul(a, constant(b, elementOf(a))); }
  mlir::Value div(mlir::Value a, mlir::Value b) { return binary(BinaryKind::Div, a, b); }
  mlir::Value neg(mlir::Value x) { return unary(UnaryKind::Neg, x); }
  mlir::Value where(mlir::Value condition, mlir::Value a, mlir::Value b);
  mlir::Value where(mlir::Value condition, mlir::Value a, double b) {
    return where(condition, a, constant(b, elementOf(a)));
  }
  mlir::Value cast(mlir::Value x, mlir::Type element);

  mlir::Value dot(mlir::Value a, mlir::Value b, llvm::ArrayRef<mlir::StringRef> axes);
  /// `x` itself where no axis is named.
  mlir::Value reduce(ReduceKind kind, mlir::Value x, llvm::ArrayRef<mlir::StringRef> axes);
  mlir::Value softmax(mlir::Value x, mlir::ArrayAttr axes);
  mlir::Value cumulate(CumulateKind kind, mlir::Value x, llvm::StringRef axis);

  mlir::Value index(const Axis &axis);
  mlir::Value gather(mlir::Value table, mlir::Value index, llvm::StringRef axis);
  /// The result has `axis`, the updates' other axes and those of `kept` that the index has.
  mlir::Value scatterAdd(mlir::Value updates, mlir::Value index, const Axis &axis,
                         llvm::ArrayRef<Axis> kept);
  mlir::Value oneHot(mlir::Value index, const Axis &axis, mlir::Type element);

  /// Names that `x` lacks are passed over.
  mlir::Value rename(mlir::Value x, llvm::ArrayRef<mlir::StringRef> from,
                     llvm::ArrayRef<mlir::StringRef> to);
  /// The axes that `x` lacks are put in front; all must be static.
  mlir::Value expand(mlir::Value x, llvm::ArrayRef<Axis> axes);
  mlir::Value slice(mlir::Value x, llvm::StringRef axis, int64_t low, int64_t extent,
                    int64_t step = 1);
  mlir::Value pad(mlir::Value x, llvm::StringRef axis, int64_t low, int64_t high, double fill = 0);
  mlir::Value roll(mlir::Value x, llvm::StringRef axis, int64_t offset);
  mlir::Value shift(mlir::Value x, llvm::StringRef axis, int64_t offset, double fill);
  /// The elements of a static axis from last to first.
  mlir::Value flip(mlir::Value x, llvm::StringRef axis);
  /// Several static axes of `x` as one, the first the slowest.
  mlir::Value merge(mlir::Value x, llvm::ArrayRef<mlir::StringRef> axes, llvm::StringRef into);
  /// The inverse of `merge`.
  mlir::Value split(mlir::Value x, llvm::StringRef axis, llvm::ArrayRef<Axis> into);

  static mlir::Type elementOf(mlir::Value value) { return typeOf(value).getElementType(); }

  mlir::OpBuilder &builder;
  mlir::Location location;
};

} // namespace lamina::ir

#endif // DIALECT_TENSORBUILDER_H
