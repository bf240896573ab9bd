// Casts between element types that never lose silently.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Array.h"
#include "lamina/HalfFloat.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

namespace lamina::runtime {
namespace {

int64_t integerAt(const Array &array, int64_t i) {
  return array.type() == ElementType::I64 ? array.as<int64_t>()[i] : int64_t(array.valueAt(i));
}

/// Stores an integer; false where `type` cannot hold it exactly.
bool storeInteger(Array &to, int64_t i, int64_t value) {
  auto put = [&]<typename T>(T) {
    to.as<T>()[i] = T(value);
    return value >= int64_t(std::numeric_limits<T>::min()) &&
           value <= int64_t(std::numeric_limits<T>::max());
  };
  // A float type holds every integer up to 2^digits, and refuses 2^63 before the cast back would
  // overflow.
  auto exact = [&](int digits) {
    return value >= -(int64_t(1) << digits) && value <= (int64_t(1) << digits);
  };
  switch (to.type()) {
  case ElementType::I8:
    return put(int8_t());
  case ElementType::U8:
    return put(uint8_t());
  case ElementType::I32:
    return put(int32_t());
  case ElementType::I64:
    return put(int64_t());
  case ElementType::Bool:
    return put(uint8_t()) && value <= 1;
  case ElementType::F32:
    to.as<float>()[i] = float(value);
    return exact(24);
  case ElementType::F64:
    to.as<double>()[i] = double(value);
    return exact(53);
  case ElementType::BF16:
    to.as<uint16_t>()[i] = floatToBf16(float(value));
    return exact(8);
  case ElementType::F16:
    to.as<uint16_t>()[i] = floatToF16(float(value));
    return exact(11);
  }
  return false;
}

/// Stores a float; false where a finite value becomes infinite.
bool storeFloat(Array &to, int64_t i, double value) {
  double stored = value;
  switch (to.type()) {
  case ElementType::F32:
    stored = to.as<float>()[i] = float(value);
    break;
  case ElementType::BF16:
    stored = bf16ToFloat(to.as<uint16_t>()[i] = floatToBf16(float(value)));
    break;
  case ElementType::F16:
    stored = f16ToFloat(to.as<uint16_t>()[i] = floatToF16(float(value)));
    break;
  default:
    to.as<double>()[i] = value;
    break;
  }
  return std::isfinite(stored) || !std::isfinite(value);
}

/// The fewest digits that read back as the number.
std::string shortest(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value);
  return {text, end.ptr};
}

Failure wouldLose(const Array &array, int64_t i, const std::string &types) {
  const std::string value =
      isFloat(array.type()) ? shortest(array.valueAt(i)) : std::to_string(integerAt(array, i));
  return {"the cast from " + types + " would lose: the value " + value + " at " +
          printIndex(i, array.shape())};
}

} // namespace

Result<Array> cast(const Array &array, ElementType type) {
  if (array.type() == type)
    return array.copy();
  const bool fromFloat = isFloat(array.type());
  const std::string types = std::string(elementName(array.type())) + " to " + elementName(type);
  if (fromFloat && !isFloat(type))
    return Failure{"the cast from " + types + " would lose: convert the values to integers first"};
  Result<Array> to = Array::create(type, array.shape());
  if (!to)
    return to;
  for (int64_t i = 0; i < array.size(); ++i) {
    if (fromFloat ? storeFloat(*to, i, array.valueAt(i))
                  : storeInteger(*to, i, integerAt(array, i)))
      continue;
    return wouldLose(array, i, types);
  }
  return to;
}

} // namespace lamina::runtime
