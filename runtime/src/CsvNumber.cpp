// Numbers in cells of CSV text, independent of the locale.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CsvNumber.h"

#include "lamina/HalfFloat.h"

#include <charconv>
#include <cmath>
#include <new>

namespace lamina::runtime {
namespace {

/// All of `text` as a number of type T.
template <typename T> std::errc parseWhole(std::string_view text, T &value) {
  const char *begin = text.data(), *end = begin + text.size();
  const auto [stop, error] = std::from_chars(begin, end, value);
  return stop == end ? error : std::errc::invalid_argument;
}

/// True where a number that from_chars calls out of range is too small, not too large: it is 0
/// then.
bool isTiny(std::string_view text) {
  const size_t exponent = text.find_first_of("eE");
  const size_t point = std::min(text.find('.'), std::min(exponent, text.size()));
  const size_t digit = text.find_first_of("123456789");
  const int64_t scale = int64_t(point) - int64_t(digit);
  int64_t power = 0;
  if (exponent != std::string_view::npos) {
    const size_t digits = exponent + 1 + (text[exponent + 1] == '+');
    if (parseWhole(text.substr(digits), power) == std::errc::result_out_of_range)
      return text[exponent + 1] == '-';
  }
  return scale + power < 0;
}

template <typename T> Verdict parseFloat(std::string_view text, T &value) {
  const std::errc error = parseWhole(text, value);
  if (error == std::errc::invalid_argument || text.back() == ')')
    return Verdict::NoNumber;
  if (error == std::errc::result_out_of_range) {
    if (!isTiny(text))
      return Verdict::OutOfRange;
    value = text[0] == '-' ? T(-0.0) : T(0);
  }
  return Verdict::Number;
}

/// Where a cell's number goes: element `i` of an array, or nowhere.
struct Place {
  Array *array;
  int64_t i;

  template <typename T> Verdict put(T value, Verdict verdict) const {
    if (array && verdict == Verdict::Number)
      array->as<T>()[i] = value;
    return verdict;
  }
  template <typename T> Verdict putInteger(std::string_view text, T highest) const {
    T value = 0;
    const std::errc error = parseWhole(text, value);
    if (error == std::errc::invalid_argument)
      return Verdict::NoNumber;
    return put(value,
               error != std::errc() || value > highest ? Verdict::OutOfRange : Verdict::Number);
  }
  template <typename T> Verdict putFloat(std::string_view text) const {
    T value = 0;
    const Verdict verdict = parseFloat(text, value);
    return put(value, verdict);
  }
  Verdict putHalf(std::string_view text, bool isF16) const {
    float single = 0;
    const Verdict verdict = parseFloat(text, single);
    const uint16_t bits = isF16 ? floatToF16(single) : floatToBf16(single);
    const float stored = isF16 ? f16ToFloat(bits) : bf16ToFloat(bits);
    if (verdict == Verdict::Number && std::isinf(stored) && !std::isinf(single))
      return Verdict::OutOfRange;
    return put(bits, verdict);
  }
};

} // namespace

Verdict parseCell(std::string_view text, ElementType type, Array *array, int64_t i) {
  if (!text.empty() && text[0] == '+' && text.size() > 1 && text[1] != '-' && text[1] != '+')
    text.remove_prefix(1);
  if (text.empty())
    return Verdict::NoNumber;
  const Place place{array, i};
  switch (type) {
  case ElementType::I8:
    return place.putInteger<int8_t>(text, INT8_MAX);
  case ElementType::U8:
    return place.putInteger<uint8_t>(text, UINT8_MAX);
  case ElementType::Bool:
    return place.putInteger<uint8_t>(text, 1);
  case ElementType::I32:
    return place.putInteger<int32_t>(text, INT32_MAX);
  case ElementType::I64:
    return place.putInteger<int64_t>(text, INT64_MAX);
  case ElementType::F64:
    return place.putFloat<double>(text);
  case ElementType::F32:
    return place.putFloat<float>(text);
  case ElementType::BF16:
  case ElementType::F16:
    break;
  }
  return place.putHalf(text, type == ElementType::F16);
}

Failure badCell(const Input &input, const CsvCells &cells, ElementType type, Verdict verdict) {
  const std::string where =
      "row " + std::to_string(cells.row) + ", column " + std::to_string(cells.column) + ": ";
  const std::string cell = "'" + printable(cells.cell.substr(0, 64)) + "'";
  if (cells.cell.empty())
    return input.fail(where + "the cell is empty");
  if (verdict == Verdict::OutOfRange)
    return input.fail(where + cell + " is beyond the range of " + elementName(type));
  if (cells.cell.find(';') != std::string_view::npos)
    return input.fail(where + cell + " is no number; cells are separated by commas");
  const bool isWhole =
      isFloat(type) || parseCell(cells.cell, ElementType::F64, nullptr, 0) == Verdict::NoNumber;
  return input.fail(where + cell +
                    (isWhole
                         ? " is no number"
                         : std::string(" is no integer, and the input is ") + elementName(type)));
}

} // namespace lamina::runtime
