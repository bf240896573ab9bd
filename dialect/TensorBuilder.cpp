// Types of results from those of operands.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/TensorBuilder.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace lamina::ir {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

bool isSplat(Value value, double number) {
  DenseElementsAttr elements;
  if (!matchPattern(value, m_Constant(&elements)) || !elements.isSplat())
    return false;
  if (isa<FloatType>(elements.getElementType()))
    return elements.getSplatValue<APFloat>().convertToDouble() == number;
  return double(elements.getSplatValue<APInt>().getSExtValue()) == number;
}

/// The axes of all values, each once; those of the value with the most axes first.
static SmallVector<Axis> unionOf(ArrayRef<Value> values) {
  auto lessAxes = [](Value a, Value b) { return typeOf(a).getRank() < typeOf(b).getRank(); };
  SmallVector<Axis> axes = axisList(typeOf(*llvm::max_element(values, lessAxes)));
  for (Value value : values)
    for (const Axis &axis : axisList(typeOf(value)))
      if (!llvm::is_contained(axes, axis))
        axes.push_back(axis);
  return axes;
}

static SmallVector<Axis> without(ArrayRef<Axis> axes, ArrayRef<StringRef> names) {
  return llvm::filter_to_vector(
      axes, [&](const Axis &axis) { return !llvm::is_contained(names, axis.name.getValue()); });
}

Value TensorBuilder::constant(double number, Type element) {
  RankedTensorType type = scalarType(element);
  DenseElementsAttr value;
  if (auto real = dyn_cast<FloatType>(element)) {
    APFloat rounded(number);
    bool losesInfo = false;
    rounded.convert(real.getFloatSemantics(), APFloat::rmNearestTiesToEven, &losesInfo);
    value = DenseElementsAttr::get(type, rounded);
  } else {
    value = DenseElementsAttr::get(
        type, APInt(64, uint64_t(int64_t(number))).trunc(element.getIntOrFloatBitWidth()));
  }
  return ConstantOp::create(builder, location, type, value);
}

Value TensorBuilder::constant(ArrayRef<int64_t> numbers, ArrayRef<Axis> axes) {
  RankedTensorType type = tensorType(axes, builder.getI64Type());
  return ConstantOp::create(builder, location, type, DenseElementsAttr::get(type, numbers));
}

// --- elementwise ---------------------------------------------------------------------------------

Value TensorBuilder::unary(UnaryKind kind, Value x) {
  RankedTensorType type = typeOf(x);
  if (kind == UnaryKind::IsNan)
    type = withElement(type, builder.getI1Type());
  return UnaryOp::create(builder, location, type, kind, x);
}

Value TensorBuilder::binary(BinaryKind kind, Value a, Value b) {
  Type element = kind >= BinaryKind::Eq ? Type(builder.getI1Type()) : elementOf(a);
  return BinaryOp::create(builder, location, tensorType(unionOf({a, b}), element), kind, a, b);
}

Value TensorBuilder::binary(BinaryKind kind, Value a, double b) {
  return binary(kind, a, constant(b, elementOf(a)));
}

Value TensorBuilder::mul(Value a, Value b) {
  bool isScalarA = typeOf(a).getRank() == 0, isScalarB = typeOf(b).getRank() == 0;
  if (isScalarA && isSplat(a, 1))
    return b;
  if (isScalarB && isSplat(b, 1))
    return a;
  return binary(BinaryKind::Mul, a, b);
}

Value TensorBuilder::where(Value condition, Value a, Value b) {
  RankedTensorType type = tensorType(unionOf({condition, a, b}), elementOf(a));
  return WhereOp::create(builder, location, type, condition, a, b);
}

Value TensorBuilder::cast(Value x, Type element) {
  if (elementOf(x) == element)
    return x;
  return CastOp::create(builder, location, withElement(typeOf(x), element), x);
}

// --- reductions ----------------------------------------------------------------------------------

Value TensorBuilder::dot(Value a, Value b, ArrayRef<StringRef> axes) {
  if (axes.empty())
    return mul(a, b);
  RankedTensorType type = tensorType(without(unionOf({a, b}), axes), elementOf(a));
  return DotOp::create(builder, location, type, a, b, builder.getStrArrayAttr(axes));
}

Value TensorBuilder::reduce(ReduceKind kind, Value x, ArrayRef<StringRef> axes) {
  if (axes.empty())
    return x;
  Type element = kind == ReduceKind::ArgMax ? Type(builder.getI64Type()) : elementOf(x);
  RankedTensorType type = tensorType(without(axisList(typeOf(x)), axes), element);
  return ReduceOp::create(builder, location, type, kind, x, builder.getStrArrayAttr(axes));
}

Value TensorBuilder::softmax(Value x, ArrayAttr axes) {
  return SoftmaxOp::create(builder, location, typeOf(x), x, axes, /*log=*/nullptr);
}

Value TensorBuilder::cumulate(CumulateKind kind, Value x, StringRef axis) {
  return CumulateOp::create(builder, location, typeOf(x), kind, x, axis);
}

// --- indexing ------------------------------------------------------------------------------------

Value TensorBuilder::index(const Axis &axis) {
  return IndexOp::create(builder, location, tensorType({axis}, builder.getI64Type()),
                         axis.name.getValue(), Value());
}

Value TensorBuilder::gather(Value table, Value index, StringRef axis) {
  SmallVector<Axis> axes = axisList(typeOf(index));
  for (const Axis &own : without(axisList(typeOf(table)), axis))
    if (!llvm::is_contained(axes, own))
      axes.push_back(own);
  return GatherOp::create(builder, location, tensorType(axes, elementOf(table)), table, index,
                          axis);
}

Value TensorBuilder::scatterAdd(Value updates, Value index, const Axis &axis, ArrayRef<Axis> kept) {
  SmallVector<Axis> axes = {axis};
  RankedTensorType places = typeOf(index);
  for (const Axis &own : axisList(typeOf(updates)))
    if (!hasAxis(places, own.name) || llvm::is_contained(kept, own))
      axes.push_back(own);
  for (const Axis &own : axisList(places))
    if (llvm::is_contained(kept, own) && !llvm::is_contained(axes, own))
      axes.push_back(own);
  return ScatterAddOp::create(builder, location, tensorType(axes, elementOf(updates)), updates,
                              index, axis.name.getValue());
}

Value TensorBuilder::oneHot(Value index, const Axis &axis, Type element) {
  SmallVector<Axis> axes = axisList(typeOf(index));
  axes.push_back(axis);
  RankedTensorType type = tensorType(axes, builder.getF32Type());
  return cast(OneHotOp::create(builder, location, type, index, axis.name.getValue()), element);
}

// --- movement ------------------------------------------------------------------------------------

Value TensorBuilder::rename(Value x, ArrayRef<StringRef> from, ArrayRef<StringRef> to) {
  SmallVector<StringRef> present, names;
  SmallVector<Axis> axes = axisList(typeOf(x));
  for (Axis &axis : axes)
    for (auto [old, made] : llvm::zip_equal(from, to))
      if (axis.name.getValue() == old && old != made) {
        present.push_back(old);
        names.push_back(made);
        axis.name = builder.getStringAttr(made);
        break;
      }
  if (present.empty())
    return x;
  return RenameOp::create(builder, location, tensorType(axes, elementOf(x)), x,
                          builder.getStrArrayAttr(present), builder.getStrArrayAttr(names));
}

Value TensorBuilder::expand(Value x, ArrayRef<Axis> axes) {
  SmallVector<Axis> all;
  for (const Axis &axis : axes)
    if (!hasAxis(typeOf(x), axis.name))
      all.push_back(axis);
  if (all.empty())
    return x;
  llvm::append_range(all, axisList(typeOf(x)));
  return ExpandOp::create(builder, location, tensorType(all, elementOf(x)), x);
}

/// The type of `x` with another extent along an axis.
static RankedTensorType resized(Value x, StringRef name, int64_t extent) {
  SmallVector<Axis> axes = axisList(typeOf(x));
  for (Axis &axis : axes)
    if (axis.name.getValue() == name)
      axis.extent = extent;
  return tensorType(axes, TensorBuilder::elementOf(x));
}

Value TensorBuilder::slice(Value x, StringRef axis, int64_t low, int64_t extent, int64_t step) {
  return SliceOp::create(builder, location, resized(x, axis, extent), x, axis, low, step);
}

Value TensorBuilder::pad(Value x, StringRef axis, int64_t low, int64_t high, double fill) {
  if (low == 0 && high == 0)
    return x;
  RankedTensorType type = resized(x, axis, extentOf(typeOf(x), axis) + low + high);
  return PadOp::create(builder, location, type, x, axis, low, high, PadMode::Fill, APFloat(fill));
}

Value TensorBuilder::roll(Value x, StringRef axis, int64_t offset) {
  return RollOp::create(builder, location, typeOf(x), x, axis, offset);
}

Value TensorBuilder::shift(Value x, StringRef axis, int64_t offset, double fill) {
  return ShiftOp::create(builder, location, typeOf(x), x, axis, offset, APFloat(fill));
}

Value TensorBuilder::flip(Value x, StringRef axis) {
  Axis along = *findAxis(typeOf(x), axis);
  Value last = constant(double(along.extent - 1), builder.getI64Type());
  return gather(x, sub(last, index(along)), axis);
}

Value TensorBuilder::merge(Value x, ArrayRef<StringRef> names, StringRef into) {
  if (names.size() == 1)
    return rename(x, names, {into});
  SmallVector<Attribute> from;
  SmallVector<StringRef> to = {into};
  SmallVector<int64_t> extents;
  int64_t product = 1;
  for (StringRef name : names) {
    from.push_back(builder.getStrArrayAttr({name}));
    to.push_back(name);
    extents.push_back(extentOf(typeOf(x), name));
    product *= extents.back();
  }
  SmallVector<Axis> axes = without(axisList(typeOf(x)), names);
  axes.push_back({builder.getStringAttr(into), product, 0});
  Attribute group = builder.getStrArrayAttr(to);
  return RearrangeOp::create(builder, location, tensorType(axes, elementOf(x)), x,
                             builder.getArrayAttr(from), builder.getArrayAttr({group}),
                             builder.getStrArrayAttr(names), extents);
}

Value TensorBuilder::split(Value x, StringRef axis, ArrayRef<Axis> into) {
  if (into.size() == 1)
    return rename(x, {axis}, {into[0].name.getValue()});
  SmallVector<Attribute> to;
  SmallVector<StringRef> from = {axis}, names;
  SmallVector<int64_t> extents;
  SmallVector<Axis> axes = without(axisList(typeOf(x)), axis);
  for (const Axis &part : into) {
    names.push_back(part.name.getValue());
    extents.push_back(part.extent);
    to.push_back(builder.getStrArrayAttr({part.name.getValue()}));
    axes.push_back(part);
  }
  llvm::append_range(from, names);
  Attribute group = builder.getStrArrayAttr(from);
  return RearrangeOp::create(builder, location, tensorType(axes, elementOf(x)), x,
                             builder.getArrayAttr({group}), builder.getArrayAttr(to),
                             builder.getStrArrayAttr(names), extents);
}

} // namespace lamina::ir
