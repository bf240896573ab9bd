// Cotangents: their axes and their sums.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/Adjoint.h"

using namespace mlir;

namespace lamina::ir {

SmallVector<StringRef> namesOf(ArrayAttr axes) {
  return llvm::to_vector(axes.getAsValueRange<StringAttr>());
}

/// `x` repeated along the axes of `like`, also those of run-time extent.
static Value expandLike(TensorBuilder &build, Value x, Value like, ArrayRef<Axis> extra) {
  SmallVector<Axis> known(extra);
  bool isDynamic = false;
  for (const Axis &axis : axisList(typeOf(like))) {
    if (!ShapedType::isDynamic(axis.extent))
      known.push_back(axis);
    else if (!hasAxis(typeOf(x), axis.name))
      isDynamic = true;
  }
  x = build.expand(x, known);
  if (!isDynamic)
    return x;
  RankedTensorType type = scalarType(build.builder.getI1Type());
  Value yes =
      ConstantOp::create(build.builder, build.location, type, DenseElementsAttr::get(type, true));
  return build.where(yes, x, like);
}

Value Adjoint::full(Value cotangent, Value value) {
  if (!cotangent)
    cotangent = build.constant(0, TensorBuilder::elementOf(value));
  return expandLike(build, cotangent, value, extra);
}

Value Adjoint::sumOver(Value cotangent, ArrayRef<StringRef> axes, Value domain) {
  SmallVector<StringRef> summed;
  int64_t copies = 1;
  SmallVector<StringRef> dynamic;
  for (StringRef name : axes) {
    if (hasAxis(typeOf(cotangent), name))
      summed.push_back(name);
    else if (int64_t extent = extentOf(typeOf(domain), name); !ShapedType::isDynamic(extent))
      copies *= extent;
    else
      dynamic.push_back(name);
  }
  Type element = TensorBuilder::elementOf(cotangent);
  Value sum = build.reduce(ReduceKind::Sum, cotangent, summed);
  sum = build.mul(sum, build.constant(double(copies), element));
  for (StringRef name : dynamic) {
    Value extent = ExtentOp::create(build.builder, build.location,
                                    scalarType(build.builder.getI64Type()), domain, name);
    sum = build.mul(sum, build.cast(extent, element));
  }
  return sum;
}

Value Adjoint::meanOver(Value cotangent, ArrayRef<StringRef> axes) {
  SmallVector<StringRef> present = llvm::filter_to_vector(
      axes, [&](StringRef name) { return hasAxis(typeOf(cotangent), name); });
  return build.reduce(ReduceKind::Mean, cotangent, present);
}

std::string Adjoint::freshName(StringRef word, ArrayRef<Value> values) {
  std::string name = (word + "'").str();
  while (llvm::any_of(values, [&](Value value) { return hasAxis(typeOf(value), name); }))
    name += "'";
  return name;
}

void Adjoint::add(Value operand, Value cotangent, Value domain) {
  if (!wants(operand))
    return;
  SmallVector<StringRef> lacking;
  auto consider = [&](RankedTensorType type) {
    for (StringAttr name : axisNames(type)) {
      bool isExtra = llvm::any_of(extra, [&](const Axis &axis) { return axis.name == name; });
      if (!isExtra && !hasAxis(typeOf(operand), name) &&
          !llvm::is_contained(lacking, name.getValue()))
        lacking.push_back(name.getValue());
    }
  };
  consider(typeOf(domain));
  consider(typeOf(cotangent));
  Value summed = sumOver(cotangent, lacking, domain);
  Value &place = cotangents[operand];
  place = place ? build.add(place, summed) : summed;
}

} // namespace lamina::ir
