// The ops that masks are made of.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/WidenMasks.h"

#include <limits>

using namespace mlir;

namespace lamina::widen {

static RankedTensorType typeOf(Value value) {
  return ::mlir::cast<RankedTensorType>(value.getType());
}

/// The axes of all values, each once, in the order in which they come.
static RankedTensorType unionOf(ArrayRef<Value> values, Type element) {
  SmallVector<ir::Axis> axes;
  for (Value value : values)
    for (const ir::Axis &axis : ir::axisList(typeOf(value)))
      if (!llvm::is_contained(axes, axis))
        axes.push_back(axis);
  return ir::tensorType(axes, element);
}

static Value constant(ImplicitLocOpBuilder &builder, Attribute value, Type element) {
  auto type = ir::scalarType(element);
  return ir::ConstantOp::create(builder, DenseElementsAttr::get(type, ArrayRef<Attribute>{value}));
}

Value MaskBuilder::number(double value, Type element) {
  if (isa<FloatType>(element))
    return constant(builder, builder.getFloatAttr(element, value), element);
  APInt whole(element.getIntOrFloatBitWidth(), uint64_t(int64_t(value)), /*isSigned=*/true,
              /*implicitTrunc=*/true);
  return constant(builder, IntegerAttr::get(element, whole), element);
}

Value MaskBuilder::extreme(bool isLeast, Type element) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (isa<FloatType>(element))
    return number(isLeast ? -kInfinity : kInfinity, element);
  unsigned bits = element.getIntOrFloatBitWidth();
  bool isUnsigned = element.isUnsignedInteger();
  APInt least = isUnsigned ? APInt::getMinValue(bits) : APInt::getSignedMinValue(bits);
  APInt largest = isUnsigned ? APInt::getMaxValue(bits) : APInt::getSignedMaxValue(bits);
  return constant(builder, IntegerAttr::get(element, isLeast ? least : largest), element);
}

Value MaskBuilder::binary(ir::BinaryKind kind, Value lhs, Value rhs) {
  Type element = kind == ir::BinaryKind::Lt ? builder.getI1Type() : typeOf(lhs).getElementType();
  return ir::BinaryOp::create(builder, unionOf({lhs, rhs}, element), kind, lhs, rhs);
}

Value MaskBuilder::where(Value condition, Value held, Value other) {
  RankedTensorType type = unionOf({held, condition, other}, typeOf(held).getElementType());
  return ir::WhereOp::create(builder, type, condition, held, other);
}

Value MaskBuilder::squareRoot(Value value) {
  return ir::UnaryOp::create(builder, value.getType(), ir::UnaryKind::Sqrt, value);
}

Value MaskBuilder::cast(Value value, Type element) {
  if (typeOf(value).getElementType() == element)
    return value;
  return ir::CastOp::create(builder, ir::withElement(typeOf(value), element), value);
}

Value MaskBuilder::sum(Value value, ArrayAttr axes) {
  RankedTensorType type = typeOf(value);
  for (auto axis : axes.getAsValueRange<StringAttr>())
    type = ir::withoutAxis(type, axis);
  return ir::ReduceOp::create(builder, type, ir::ReduceKind::Sum, value, axes);
}

Value MaskBuilder::inOrderOf(Value value, RankedTensorType type) {
  if (value.getType() == type)
    return value;
  return ir::RearrangeOp::create(builder, type, value, builder.getArrayAttr({}),
                                 builder.getArrayAttr({}), builder.getStrArrayAttr({}),
                                 builder.getDenseI64ArrayAttr({}));
}

Value MaskBuilder::extentOf(const Source &source) {
  Type type = builder.getI64Type();
  Value extent = ir::ExtentOp::create(builder, ir::scalarType(type), source.input, source.axis);
  if (source.isInputs())
    return extent;
  extent = binary(ir::BinaryKind::Mul, extent, number(double(source.scale), type));
  extent = binary(ir::BinaryKind::Add, extent, number(double(source.offset), type));
  extent = binary(ir::BinaryKind::FloorDiv, extent, number(double(source.divisor), type));
  if (source.isCut)
    extent = binary(ir::BinaryKind::Min, extent, number(double(source.bound), type));
  return binary(ir::BinaryKind::Max, extent, number(0, type));
}

Value MaskBuilder::within(StringAttr axis, const Source &source) {
  auto type = ir::tensorType({{axis, source.bound, 0}}, builder.getI64Type());
  Value position = ir::IndexOp::create(builder, type, axis, Value());
  return binary(ir::BinaryKind::Lt, position, extentOf(source));
}

Value MaskBuilder::masked(Value value, const Lengths &lengths, Value beyond) {
  Value inside;
  for (const auto &[axis, source] : lengths) {
    Value one = within(axis, source);
    inside = inside ? binary(ir::BinaryKind::And, inside, one) : one;
  }
  return inside ? where(inside, value, beyond) : value;
}

Value MaskBuilder::countOf(Value value, const Lengths &lengths, ArrayAttr axes, Type element) {
  double known = 1;
  for (auto axis : axes.getAsRange<StringAttr>())
    if (llvm::none_of(lengths, [&](const auto &entry) { return entry.first == axis; }))
      known *= double(ir::extentOf(typeOf(value), axis));
  Value count = number(known, element);
  for (const auto &[axis, source] : lengths)
    count = binary(ir::BinaryKind::Mul, count, cast(extentOf(source), element));
  return count;
}

} // namespace lamina::widen
