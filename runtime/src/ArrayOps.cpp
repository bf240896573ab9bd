// Movement of elements; a block of bytes at a time where they lie together.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/ArrayOps.h"

#include <algorithm>
#include <cstring>

namespace lamina::runtime {
namespace {

Failure noAxis(const Array &array, int64_t axis) {
  return {"there is no axis " + std::to_string(axis) + " in the shape " +
          printShape(array.shape())};
}
bool hasAxis(const Array &array, int64_t axis) { return axis >= 0 && axis < int64_t(array.rank()); }

/// An array as [outer, extent of axis, inner bytes].
struct Split {
  Split(const Array &array, int64_t axis) : inner(int64_t(elementSize(array.type()))) {
    for (int64_t i = 0; i < int64_t(array.rank()); ++i)
      (i < axis ? outer : i == axis ? extent : inner) *= array.shape()[size_t(i)];
  }
  int64_t outer = 1, extent = 1, inner;
};

} // namespace

Result<Array> permute(const Array &array, std::span<const int64_t> order) {
  Shape sorted(order.begin(), order.end()), shape, strides;
  std::sort(sorted.begin(), sorted.end());
  for (size_t i = 0; i < sorted.size(); ++i)
    if (sorted[i] != int64_t(i) || sorted.size() != array.rank())
      return Failure{"the order " + printShape({order.begin(), order.end()}) +
                     " does not name each axis of the shape " + printShape(array.shape()) +
                     " once"};
  if (sorted.size() != array.rank())
    return Failure{"the order [] does not name the axes of the shape " + printShape(array.shape())};
  Shape all(array.rank(), 1);
  for (size_t i = array.rank(); i-- > 1;)
    all[i - 1] = all[i] * array.shape()[i];
  for (int64_t axis : order) {
    shape.push_back(array.shape()[size_t(axis)]);
    strides.push_back(all[size_t(axis)]);
  }
  Result<Array> result = Array::create(array.type(), shape);
  if (!result)
    return result;
  const size_t size = elementSize(array.type());
  Shape position(shape.size());
  for (int64_t i = 0, from = 0; i < array.size(); ++i) {
    std::memcpy(result->data() + size_t(i) * size, array.data() + size_t(from) * size, size);
    for (size_t axis = shape.size(); axis-- > 0;) {
      from += strides[axis];
      if (++position[axis] < shape[axis])
        break;
      from -= strides[axis] * shape[axis];
      position[axis] = 0;
    }
  }
  return result;
}

Result<Array> slice(const Array &array, int64_t axis, int64_t lo, int64_t hi) {
  if (!hasAxis(array, axis))
    return noAxis(array, axis);
  const Split split(array, axis);
  if (lo < 0 || lo > hi || hi > split.extent)
    return Failure{"the range " + std::to_string(lo) + " to " + std::to_string(hi) +
                   " does not lie in axis " + std::to_string(axis) + " of the shape " +
                   printShape(array.shape())};
  Shape shape = array.shape();
  shape[size_t(axis)] = hi - lo;
  Result<Array> result = Array::create(array.type(), shape);
  for (int64_t i = 0; result && i < split.outer; ++i)
    std::memcpy(result->data() + i * (hi - lo) * split.inner,
                array.data() + (i * split.extent + lo) * split.inner,
                size_t((hi - lo) * split.inner));
  return result;
}

Result<Array> concat(std::span<const Array *const> arrays, int64_t axis) {
  const Array &first = *arrays[0];
  if (!hasAxis(first, axis))
    return noAxis(first, axis);
  Shape shape = first.shape();
  shape[size_t(axis)] = 0;
  for (const Array *array : arrays) {
    Shape same = array->shape();
    if (array->rank() == first.rank())
      same[size_t(axis)] = first.shape()[size_t(axis)];
    if (array->type() != first.type() || same != first.shape())
      return Failure{"arrays of the shapes " + printShape(first.shape()) + " and " +
                     printShape(array->shape()) + " do not join along axis " +
                     std::to_string(axis)};
    if (__builtin_add_overflow(shape[size_t(axis)], array->shape()[size_t(axis)],
                               &shape[size_t(axis)]))
      return Failure{"the joined array is too large"};
  }
  Result<Array> result = Array::create(first.type(), shape);
  if (!result)
    return result;
  const Split whole(*result, axis);
  for (int64_t i = 0, offset = 0; i < whole.outer; ++i)
    for (const Array *array : arrays) {
      const Split part(*array, axis);
      std::memcpy(result->data() + offset, array->data() + i * part.extent * part.inner,
                  size_t(part.extent * part.inner));
      offset += part.extent * part.inner;
    }
  return result;
}

Result<Array> flip(const Array &array, int64_t axis) {
  if (!hasAxis(array, axis))
    return noAxis(array, axis);
  const Split split(array, axis);
  Result<Array> result = Array::create(array.type(), array.shape());
  for (int64_t i = 0; result && i < split.outer; ++i)
    for (int64_t j = 0; j < split.extent; ++j)
      std::memcpy(result->data() + (i * split.extent + j) * split.inner,
                  array.data() + (i * split.extent + split.extent - 1 - j) * split.inner,
                  size_t(split.inner));
  return result;
}

Result<Array> reshape(Array array, Shape shape) {
  const Failure misfit{"an array of shape " + printShape(array.shape()) + " cannot become " +
                       printShape(shape)};
  auto open = std::find(shape.begin(), shape.end(), -1);
  if (open != shape.end()) {
    *open = 1;
    std::optional<int64_t> rest = countElements(shape);
    if (!rest || *rest == 0 || array.size() % *rest)
      return misfit;
    *open = array.size() / *rest;
  }
  if (countElements(shape) != array.size())
    return misfit;
  array.reshape(std::move(shape));
  return array;
}

Result<Array> negate(Array array) {
  const bool isHalf = array.type() == ElementType::BF16 || array.type() == ElementType::F16;
  if (array.type() == ElementType::U8 || array.type() == ElementType::Bool)
    return Failure{std::string("a tensor of ") + elementName(array.type()) + " has no negative"};
  for (int64_t i = 0; i < array.size(); ++i) {
    if (isHalf)
      array.as<uint16_t>()[i] ^= 0x8000;
    else if (array.type() == ElementType::F32)
      array.as<float>()[i] = -array.as<float>()[i];
    else if (array.type() == ElementType::F64)
      array.as<double>()[i] = -array.as<double>()[i];
    else if (array.type() == ElementType::I8)
      array.as<int8_t>()[i] = int8_t(0u - unsigned(array.as<int8_t>()[i]));
    else if (array.type() == ElementType::I32)
      array.as<int32_t>()[i] = int32_t(0u - unsigned(array.as<int32_t>()[i]));
    else
      array.as<int64_t>()[i] = int64_t(uint64_t(0) - uint64_t(array.as<int64_t>()[i]));
  }
  return array;
}

Result<Array> filled(ElementType type, Shape shape, double value) {
  Result<Array> one = Array::create(ElementType::F64, {});
  if (!one)
    return one;
  *one->as<double>() = value;
  // A whole number goes in as an integer, so that an integer type can take it.
  if (!isFloat(type) && value >= INT32_MIN && value <= INT32_MAX &&
      value == double(int64_t(value))) {
    one = Array::create(ElementType::I64, {});
    if (!one)
      return one;
    *one->as<int64_t>() = int64_t(value);
  }
  one = cast(*one, type);
  if (!one)
    return one;
  Result<Array> result = Array::create(type, std::move(shape));
  for (int64_t i = 0; result && i < result->size(); ++i)
    std::memcpy(result->data() + i * int64_t(elementSize(type)), one->data(), elementSize(type));
  return result;
}

} // namespace lamina::runtime
