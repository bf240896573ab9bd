// Storage and sizes of arrays.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Array.h"

#include "lamina/HalfFloat.h"

#include <algorithm>
#include <cstring>

namespace lamina::runtime {

size_t elementSize(ElementType type) {
  switch (type) {
  case ElementType::F64:
  case ElementType::I64:
    return 8;
  case ElementType::F32:
  case ElementType::I32:
    return 4;
  case ElementType::BF16:
  case ElementType::F16:
    return 2;
  case ElementType::I8:
  case ElementType::U8:
  case ElementType::Bool:
    return 1;
  }
  return 0;
}

const char *elementName(ElementType type) {
  static constexpr const char *kNames[] = {"f32", "f64", "bf16", "f16", "i8",
                                           "u8",  "i32", "i64",  "bool"};
  return kNames[int32_t(type)];
}

bool isFloat(ElementType type) {
  return type == ElementType::F32 || type == ElementType::F64 || type == ElementType::BF16 ||
         type == ElementType::F16;
}

std::string printShape(const Shape &shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

std::string printIndex(int64_t index, const Shape &shape) {
  std::vector<int64_t> digits(shape.size());
  for (size_t i = shape.size(); i-- > 0;) {
    const int64_t extent =
        std::max<int64_t>(shape[i], 1); // an empty array has a place 0 in messages
    digits[i] = index % extent;
    index /= extent;
  }
  std::string text = printShape(digits);
  text.front() = '(';
  text.back() = ')';
  return text;
}

std::optional<int64_t> countElements(std::span<const int64_t> shape) {
  // Zeros are left out of the product, so that [2^62, 2^62, 0] is refused too: a stride of it would
  // overflow.
  int64_t product = 1;
  bool isEmpty = false;
  for (int64_t extent : shape) {
    if (extent < 0)
      return std::nullopt;
    if (extent == 0)
      isEmpty = true;
    else if (__builtin_mul_overflow(product, extent, &product))
      return std::nullopt;
  }
  return isEmpty ? 0 : product;
}

std::optional<int64_t> countBytes(std::span<const int64_t> shape, size_t elementSize) {
  std::optional<int64_t> count = countElements(shape);
  int64_t bytes = 0;
  if (!count || __builtin_mul_overflow(*count, int64_t(elementSize), &bytes))
    return std::nullopt;
  return bytes;
}

Result<Array> Array::create(ElementType type, Shape shape) {
  std::optional<int64_t> bytes = countBytes(shape, elementSize(type));
  if (!bytes || *bytes > INT64_MAX - 64)
    return Failure{"an array of shape " + printShape(shape) + " is too large"};
  Array array;
  array.elementType = type;
  array.count = *bytes / int64_t(elementSize(type));
  // Whole cache lines: kernels load vectors from the start of every array.
  array.bytes.reset(
      static_cast<std::byte *>(std::aligned_alloc(64, (size_t(*bytes) / 64 + 1) * 64)));
  if (!array.bytes)
    return Failure{"not enough memory for an array of " + std::to_string(*bytes) + " bytes"};
  array.extents = std::move(shape);
  return array;
}

Result<Array> Array::copy() const {
  Result<Array> other = create(elementType, extents);
  if (other)
    std::memcpy(other->data(), data(), sizeInBytes());
  return other;
}

double Array::valueAt(int64_t i) const {
  switch (elementType) {
  case ElementType::F32:
    return as<float>()[i];
  case ElementType::F64:
    return as<double>()[i];
  case ElementType::BF16:
    return bf16ToFloat(as<uint16_t>()[i]);
  case ElementType::F16:
    return f16ToFloat(as<uint16_t>()[i]);
  case ElementType::I8:
    return as<int8_t>()[i];
  case ElementType::U8:
  case ElementType::Bool:
    return as<uint8_t>()[i];
  case ElementType::I32:
    return as<int32_t>()[i];
  case ElementType::I64:
    return double(as<int64_t>()[i]);
  }
  return 0;
}

} // namespace lamina::runtime
