// Constants and the bit tricks that the elementary functions share.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/VectorMathEmit.h"

using namespace mlir;

namespace lamina::kernels {

static Type sameShape(Type like, Type element) {
  auto vector = dyn_cast<VectorType>(like);
  return vector ? Type(VectorType::get(vector.getShape(), element)) : element;
}

Emit::Emit(Type type, ImplicitLocOpBuilder &builder)
    : type(type), builder(builder), width(getElementTypeOrSelf(type).getIntOrFloatBitWidth()) {
  intType = sameShape(type, builder.getIntegerType(width));
}

Value Emit::number(double value) {
  TypedAttr attr = builder.getFloatAttr(getElementTypeOrSelf(type), value);
  if (auto vector = dyn_cast<VectorType>(type))
    attr = DenseElementsAttr::get(vector, attr);
  return arith::ConstantOp::create(builder, attr);
}

Value Emit::integer(int64_t value) {
  TypedAttr attr = builder.getIntegerAttr(getElementTypeOrSelf(intType), value);
  if (auto vector = dyn_cast<VectorType>(intType))
    attr = DenseElementsAttr::get(vector, attr);
  return arith::ConstantOp::create(builder, attr);
}

/// Horner's scheme on every `step`-th coefficient.
static Value horner(Emit &e, Value x, ArrayRef<double> coefficients, size_t first, size_t step) {
  size_t last = first + (coefficients.size() - 1 - first) / step * step;
  Value result = e.number(coefficients[last]);
  for (size_t i = last; i > first; i -= step)
    result = e.fma(result, x, e.number(coefficients[i - step]));
  return result;
}

/// A long polynomial in f32 is two chains, of the even and the odd powers, that run side by side,
/// as its length decides the time; in f64 the last bits would be lost.
Value Emit::polynomial(Value x, ArrayRef<double> coefficients) {
  constexpr size_t kLong = 6;
  if (coefficients.size() < kLong || isDouble())
    return horner(*this, x, coefficients, 0, 1);
  Value square = mul(x, x);
  Value even = horner(*this, square, coefficients, 0, 2);
  return fma(horner(*this, square, coefficients, 1, 2), x, even);
}

Value Emit::clamp(Value x, double low, double high) {
  Value least = number(low), most = number(high);
  x = select(less(x, least), least, x);
  return select(less(most, x), most, x);
}

/// To the nearest, ties to even; NaN stays NaN.
static Value singleToBrain(Value x, ImplicitLocOpBuilder &builder) {
  Emit e(x.getType(), builder);
  Value pattern = e.bits(x);
  Value odd = e.andI(arith::ShRUIOp::create(builder, pattern, e.integer(16)), e.integer(1));
  Value rounded = e.addI(pattern, e.addI(odd, e.integer(0x7fff)));
  Value quiet = arith::OrIOp::create(builder, pattern, e.integer(0x400000));
  Value high = arith::ShRUIOp::create(builder, e.select(e.isNan(x), quiet, rounded), e.integer(16));
  Value half = arith::TruncIOp::create(builder, sameShape(x.getType(), builder.getI16Type()), high);
  return arith::BitcastOp::create(builder, sameShape(x.getType(), builder.getBF16Type()), half);
}

Value narrowFloat(Value x, Type element, ImplicitLocOpBuilder &builder) {
  if (getElementTypeOrSelf(x.getType()).isF64() && element.getIntOrFloatBitWidth() < 32)
    x = arith::TruncFOp::create(builder, sameShape(x.getType(), builder.getF32Type()), x);
  if (element.isBF16())
    return singleToBrain(x, builder);
  return arith::TruncFOp::create(builder, sameShape(x.getType(), element), x);
}

static int64_t bitsOf(double value, bool isDouble) {
  return isDouble ? int64_t(llvm::bit_cast<uint64_t>(value))
                  : int64_t(llvm::bit_cast<int32_t>(float(value)));
}

Value Emit::bitsOfMagic(Value z) { return subI(bits(z), integer(bitsOf(magic(), isDouble()))); }

Value Emit::toFloat(Value n) {
  return fromMagic(fromBits(addI(n, integer(bitsOf(magic(), isDouble())))));
}

} // namespace lamina::kernels
