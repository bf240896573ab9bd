// From stored bytes to arrays: width, byte order, axis order.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/StoredType.h"

#include "lamina/ArrayOps.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace lamina::runtime {

static_assert(std::endian::native == std::endian::little,
              "the readers copy little-endian files as they are");

size_t storedSize(StoredType type) {
  switch (type) {
  case StoredType::I16:
  case StoredType::U16:
    return 2;
  case StoredType::U32:
    return 4;
  case StoredType::U64:
    return 8;
  default:
    return elementSize(elementOf(type));
  }
}

ElementType elementOf(StoredType type) {
  switch (type) {
  case StoredType::I16:
  case StoredType::U16:
    return ElementType::I32;
  case StoredType::U32:
  case StoredType::U64:
    return ElementType::I64;
  default:
    return ElementType(int(type));
  }
}

namespace {

void swapBytes(std::byte *data, int64_t count, size_t size) {
  for (int64_t i = 0; i < count; ++i)
    std::reverse(data + i * int64_t(size), data + (i + 1) * int64_t(size));
}

/// Widens `count` elements that stand at the end of `array`'s storage into its whole; front to back
/// never overtakes.
template <typename From, typename To> void widen(Array &array, int64_t count) {
  const std::byte *from = array.data() + size_t(count) * (sizeof(To) - sizeof(From));
  for (int64_t i = 0; i < count; ++i) {
    From value;
    std::memcpy(&value, from + size_t(i) * sizeof(From), sizeof(From));
    array.as<To>()[i] = To(value);
  }
}

/// Fortran order is C order with the axes reversed.
Result<Array> toRowMajor(Array array) {
  const Shape shape = array.shape();
  array.reshape({shape.rbegin(), shape.rend()});
  Shape order(shape.size());
  for (size_t i = 0; i < order.size(); ++i)
    order[i] = int64_t(order.size() - 1 - i);
  return permute(array, order);
}

Status checkValues(const Input &input, const Array &array, StoredType type) {
  for (int64_t i = 0; i < array.size(); ++i) {
    if (type == StoredType::Bool && array.as<uint8_t>()[i] > 1)
      return input.fail("element " + printIndex(i, array.shape()) + " is no bool: its byte is " +
                        std::to_string(array.as<uint8_t>()[i]));
    if (type == StoredType::U64 && array.as<int64_t>()[i] < 0)
      return input.fail("element " + printIndex(i, array.shape()) +
                        " is beyond the range of i64: " + std::to_string(array.as<uint64_t>()[i]));
  }
  return {};
}

} // namespace

Result<Array> decode(const Input &input, int64_t offset, const Layout &layout) {
  Result<Array> array = Array::create(elementOf(layout.type), layout.shape);
  if (!array)
    return input.fail(array.error());
  const size_t size = storedSize(layout.type);
  const size_t stored = size_t(array->size()) * size;
  std::byte *place = array->data() + (array->sizeInBytes() - stored);
  if (Status status = input.read(offset, place, int64_t(stored)); !status)
    return status.failure();
  if (layout.bigEndian)
    swapBytes(place, array->size(), size);
  if (layout.type == StoredType::I16)
    widen<int16_t, int32_t>(*array, array->size());
  else if (layout.type == StoredType::U16)
    widen<uint16_t, int32_t>(*array, array->size());
  else if (layout.type == StoredType::U32)
    widen<uint32_t, int64_t>(*array, array->size());
  if (layout.type == StoredType::Bool || layout.type == StoredType::U64)
    if (Status status = checkValues(input, *array, layout.type); !status)
      return status.failure();
  if (layout.fortranOrder && layout.shape.size() > 1)
    return toRowMajor(std::move(*array));
  return array;
}

bool StoredArray::hasRows() const {
  return !layout.shape.empty() && (!layout.fortranOrder || layout.shape.size() == 1);
}

int64_t StoredArray::sizeInBytes() const {
  return countElements(layout.shape).value_or(0) * int64_t(storedSize(layout.type));
}

Result<Array> StoredArray::rows(int64_t first, int64_t count) const {
  Layout some = layout;
  const int64_t bytes = layout.shape[0] ? sizeInBytes() / layout.shape[0] : 0;
  some.shape[0] = count;
  return decode(input, offset + first * bytes, some);
}

} // namespace lamina::runtime
