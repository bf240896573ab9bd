// The steps of a map's rule.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/ArrayOps.h"
#include "lamina/Weights.h"

namespace lamina::runtime {
namespace {

Result<Array> transpose(const Array &array) {
  if (array.rank() != 2)
    return Failure{"'transpose' exchanges the axes of a matrix, but the shape is " +
                   printShape(array.shape()) + "; 'permute' orders any axes"};
  return permute(array, Shape{1, 0});
}

Result<Array> split(const Array &array, int64_t axis, int64_t count, int64_t piece) {
  const int64_t extent =
      axis >= 0 && axis < int64_t(array.rank()) ? array.shape()[size_t(axis)] : 0;
  if (piece < 0 || piece >= count)
    return Failure{"'split' gives " + std::to_string(count) + " pieces; number " +
                   std::to_string(piece) + " is wanted"};
  if (extent % count)
    return Failure{"'split' cannot cut axis " + std::to_string(axis) + " of the shape " +
                   printShape(array.shape()) + " into " + std::to_string(count) + " equal pieces"};
  const int64_t length = extent / count;
  return slice(array, axis, piece * length, (piece + 1) * length);
}

/// Adds (`isAdded`) or removes an axis of extent 1.
Result<Array> resize(Array array, int64_t axis, bool isAdded) {
  Shape shape = array.shape();
  const int64_t rank = int64_t(shape.size());
  if (axis < 0 || axis >= rank + isAdded || (!isAdded && shape[size_t(axis)] != 1))
    return Failure{std::string(isAdded ? "'unsqueeze'" : "'squeeze'") + " has no axis " +
                   std::to_string(axis) + (isAdded ? " to add" : " of extent 1") +
                   " in the shape " + printShape(shape)};
  if (isAdded)
    shape.insert(shape.begin() + axis, 1);
  else
    shape.erase(shape.begin() + axis);
  array.reshape(std::move(shape));
  return array;
}

Result<Array> stack(std::vector<Array> arrays, int64_t axis) {
  std::vector<const Array *> parts;
  for (Array &array : arrays) {
    Result<Array> wide = resize(std::move(array), axis, true);
    if (!wide)
      return wide;
    array = std::move(*wide);
    parts.push_back(&array);
  }
  return concat(parts, axis);
}

Result<Array> apply(const Transform &step, Array array, int64_t piece) {
  const std::vector<int64_t> &a = step.arguments;
  switch (step.kind) {
  case Transform::Kind::Reshape:
    return reshape(std::move(array), a);
  case Transform::Kind::Transpose:
    return transpose(array);
  case Transform::Kind::Permute:
    return permute(array, a);
  case Transform::Kind::Split:
    return split(array, a[0], a[1], piece);
  case Transform::Kind::Flip:
    return flip(array, a[0]);
  case Transform::Kind::Slice:
    return slice(array, a[0], a[1], a[2]);
  case Transform::Kind::Squeeze:
    return resize(std::move(array), a[0], false);
  case Transform::Kind::Unsqueeze:
    return resize(std::move(array), a[0], true);
  case Transform::Kind::Negate:
    return negate(std::move(array));
  case Transform::Kind::Stack:
    break; // it takes several arrays
  }
  return array;
}

} // namespace

Result<Array> transform(const Rule &rule, std::vector<Array> sources, int64_t piece) {
  for (const Transform &step : rule.transforms) {
    if (step.kind == Transform::Kind::Stack) {
      Result<Array> joined = stack(std::move(sources), step.arguments[0]);
      if (!joined)
        return joined;
      sources.clear();
      sources.push_back(std::move(*joined));
      continue;
    }
    for (Array &source : sources) {
      Result<Array> result = apply(step, std::move(source), piece);
      if (!result)
        return result;
      source = std::move(*result);
    }
  }
  return std::move(sources.front());
}

} // namespace lamina::runtime
