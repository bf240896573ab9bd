// Reading the axes of a tensor type by name, and making types from others.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/Axes.h"

#include "dialect/Lamina.h"

using namespace mlir;

namespace lamina::ir {

std::string Axis::extentText() const {
  if (bound != 0)
    return "<= " + std::to_string(bound);
  return ShapedType::isDynamic(extent) ? "?" : std::to_string(extent);
}

AxesAttr axesOf(Type type) {
  auto tensor = dyn_cast_or_null<RankedTensorType>(type);
  return tensor ? dyn_cast_or_null<AxesAttr>(tensor.getEncoding()) : AxesAttr();
}

ArrayRef<StringAttr> axisNames(RankedTensorType type) { return axesOf(type).getNames(); }

std::optional<unsigned> axisIndex(RankedTensorType type, StringRef name) {
  ArrayRef<StringAttr> names = axisNames(type);
  const auto *found = llvm::find_if(names, [&](StringAttr n) { return n.getValue() == name; });
  if (found == names.end())
    return std::nullopt;
  return found - names.begin();
}

bool hasAxis(RankedTensorType type, StringRef name) { return axisIndex(type, name).has_value(); }

int64_t extentOf(RankedTensorType type, StringRef name) {
  return type.getDimSize(*axisIndex(type, name));
}

SmallVector<Axis> axisList(RankedTensorType type) {
  SmallVector<Axis> axes;
  AxesAttr attr = axesOf(type);
  for (auto [name, extent, bound] :
       llvm::zip_equal(attr.getNames(), type.getShape(), attr.getBounds()))
    axes.push_back({name, extent, bound});
  return axes;
}

std::optional<Axis> findAxis(RankedTensorType type, StringRef name) {
  if (std::optional<unsigned> i = axisIndex(type, name))
    return Axis{axisNames(type)[*i], type.getDimSize(*i), axesOf(type).getBounds()[*i]};
  return std::nullopt;
}

RankedTensorType tensorType(ArrayRef<Axis> axes, Type element) {
  SmallVector<int64_t> shape, bounds;
  SmallVector<StringAttr> names;
  for (const Axis &axis : axes) {
    names.push_back(axis.name);
    shape.push_back(axis.extent);
    bounds.push_back(axis.bound);
  }
  return RankedTensorType::get(shape, element, AxesAttr::get(element.getContext(), names, bounds));
}

RankedTensorType withoutAxis(RankedTensorType type, StringRef name) {
  SmallVector<Axis> axes = axisList(type);
  axes.erase(axes.begin() + *axisIndex(type, name));
  return tensorType(axes, type.getElementType());
}

RankedTensorType withElement(RankedTensorType type, Type element) {
  return RankedTensorType::get(type.getShape(), element, type.getEncoding());
}

RankedTensorType scalarType(Type element) { return tensorType({}, element); }

} // namespace lamina::ir
