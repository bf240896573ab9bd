// Shapes, offsets and elements of the interpreter's tensors.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Interpreter/Tensor.h"

#include "dialect/Lamina.h"

#include "llvm/ADT/APFloat.h"

namespace lamina::interpreter {

int64_t Shape::size() const {
  int64_t size = 1;
  for (int64_t extent : extents)
    size *= extent;
  return size;
}

AxisMap Shape::strides() const {
  AxisMap strides;
  int64_t stride = 1;
  for (size_t i = names.size(); i-- > 0; stride *= extents[i])
    strides[names[i]] = stride;
  return strides;
}

std::optional<size_t> Shape::find(std::string_view name) const {
  for (size_t i = 0; i < names.size(); ++i)
    if (names[i] == name)
      return i;
  return std::nullopt;
}

void Shape::append(std::string_view name, int64_t extent) {
  names.emplace_back(name);
  extents.push_back(extent);
}

Tensor makeTensor(mlir::Type element, Shape shape) {
  Tensor tensor{element, std::move(shape), {}, {}, {}};
  if (tensor.isReal())
    tensor.reals.assign(tensor.shape.size(), 0.0);
  else
    tensor.integers.assign(tensor.shape.size(), 0);
  return tensor;
}

Shape shapeOf(mlir::RankedTensorType type, const AxisMap &dynamic) {
  Shape shape;
  for (const ir::Axis &axis : ir::axisList(type)) {
    llvm::StringRef name = axis.name.getValue();
    int64_t extent = axis.extent;
    if (mlir::ShapedType::isDynamic(extent)) {
      auto found = dynamic.find(std::string_view(name));
      extent = found == dynamic.end() ? 0 : found->second;
    }
    shape.append(name, extent);
  }
  return shape;
}

std::vector<int64_t> offsetsOf(const Shape &shape, const AxisMap &strides, int64_t start) {
  size_t rank = shape.names.size();
  std::vector<int64_t> steps(rank, 0), position(rank, 0), offsets(shape.size());
  for (size_t i = 0; i < rank; ++i)
    if (auto found = strides.find(shape.names[i]); found != strides.end())
      steps[i] = found->second;
  int64_t offset = start;
  for (int64_t &out : offsets) {
    out = offset;
    for (size_t i = rank; i-- > 0;) {
      offset += steps[i];
      if (++position[i] < shape.extents[i])
        break;
      offset -= steps[i] * shape.extents[i];
      position[i] = 0;
    }
  }
  return offsets;
}

Tensor pick(const Tensor &input, Shape shape, const std::vector<int64_t> &sources, double fill) {
  Tensor result = makeTensor(input.element, std::move(shape));
  if (!input.bounds.empty())
    result.bounds.assign(sources.size(), 0.0);
  for (size_t i = 0; i < sources.size(); ++i) {
    int64_t source = sources[i];
    if (result.isReal())
      result.reals[i] = source < 0 ? roundTo(input.element, fill) : input.reals[source];
    else
      result.integers[i] =
          source < 0 ? wrapTo(input.element, int64_t(fill)) : input.integers[source];
    if (!result.bounds.empty() && source >= 0)
      result.bounds[i] = input.bounds[source];
  }
  return result;
}

double roundTo(mlir::Type element, double value) {
  auto type = mlir::cast<mlir::FloatType>(element);
  if (type.isF64())
    return value;
  if (type.isF32())
    return double(float(value));
  llvm::APFloat rounded(value);
  bool losesInfo = false;
  rounded.convert(type.getFloatSemantics(), llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  rounded.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  return rounded.convertToDouble();
}

int64_t wrapTo(mlir::Type element, int64_t value) {
  if (element.isInteger(1))
    return value & 1;
  if (element.isInteger(8))
    return element.isUnsignedInteger() ? int64_t(uint8_t(value)) : int64_t(int8_t(value));
  return element.isInteger(32) ? int64_t(int32_t(value)) : value;
}

} // namespace lamina::interpreter
