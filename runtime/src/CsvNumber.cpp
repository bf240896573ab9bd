// Numbers in cells of CSV text, independent of the locale.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CsvNumber.h"

#include "lamina/HalfFloat.h"

#include <charconv>
#include <cmath>
#include <new>

namespace lamina::runtime {
namespace {

/// True where a number that from_chars calls out of range is too small, not too large: it is 0
/// then.
bool isTiny(std::string_view text) {
  const size_t exponent = text.find_first_of("eE");
  const size_t point = std::min(text.find('.'), std::min(exponent, text.size()));
  const size_t digit = text.find_first_of("123456789");
  const int64_t scale = int64_t(point) - int64_t(digit);
  int64_t power = 0;
  if (exponent != std::string_view::npos) {
    const char *begin = text.data() + exponent + 1 + (text[exponent + 1] == '+');
    if (std::from_chars(begin, text.data() + text.size(), power).ec ==
        std::errc::result_out_of_range)
      return text[exponent + 1] == '-';
  }
  return scale + power < 0;
}

template <typename T> Verdict parseFloat(std::string_view text, T &value) {
  const char *end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc::invalid_argument || stop != end || text.back() == ')')
    return Verdict::NoNumber;
  if (error == std::errc::result_out_of_range) {
    if (!isTiny(text))
      return Verdict::OutOfRange;
    value = text[0] == '-' ? T(-0.0) : T(0);
  }
  return Verdict::Number;
}

} // namespace

Verdict parseCell(std::string_view text, ElementType type, Array *array, int64_t i) {
  if (!text.empty() && text[0] == '+' && text.size() > 1 && text[1] != '-' && text[1] != '+')
    text.remove_prefix(1);
  if (text.empty())
    return Verdict::NoNumber;
  auto put = [&]<typename T>(T value, Verdict verdict) {
    if (array && verdict == Verdict::Number)
      array->as<T>()[i] = value;
    return verdict;
  };
  auto integer = [&]<typename T>(T value, T highest) {
    const char *end = text.data() + text.size();
    auto [stop, error] = std::from_chars(text.data(), end, value);
    if (stop != end || error == std::errc::invalid_argument)
      return Verdict::NoNumber;
    return put(value,
               error != std::errc() || value > highest ? Verdict::OutOfRange : Verdict::Number);
  };
  float single = 0;
  double wide = 0;
  Verdict verdict = Verdict::Number;
  switch (type) {
  case ElementType::I8:
    return integer(int8_t(), int8_t(INT8_MAX));
  case ElementType::U8:
    return integer(uint8_t(), uint8_t(UINT8_MAX));
  case ElementType::Bool:
    return integer(uint8_t(), uint8_t(1));
  case ElementType::I32:
    return integer(int32_t(), int32_t(INT32_MAX));
  case ElementType::I64:
    return integer(int64_t(), int64_t(INT64_MAX));
  case ElementType::F64:
    verdict = parseFloat(text, wide);
    return put(wide, verdict);
  case ElementType::F32:
    verdict = parseFloat(text, single);
    return put(single, verdict);
  case ElementType::BF16:
  case ElementType::F16:
    break;
  }
  verdict = parseFloat(text, single);
  const uint16_t bits = type == ElementType::F16 ? floatToF16(single) : floatToBf16(single);
  const float stored = type == ElementType::F16 ? f16ToFloat(bits) : bf16ToFloat(bits);
  if (verdict == Verdict::Number && std::isinf(stored) && !std::isinf(single))
    return Verdict::OutOfRange;
  return put(bits, verdict);
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
