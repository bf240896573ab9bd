// Prints arrays for people and for programs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/PrintArray.h"

#include <charconv>
#include <cmath>

namespace lamina::tool {
namespace {

/// The first and last three of more than ten.
template <typename Print>
void printEnds(int64_t count, Print print, const char *gap, std::string &text) {
  static constexpr int64_t kMost = 10, kEnd = 3;
  for (int64_t i = 0; i < count; ++i) {
    if (count > kMost && i == kEnd) {
      text += gap;
      i = count - kEnd;
    }
    print(i);
  }
}

std::string formatElement(const runtime::Array &array, int64_t i) {
  if (array.type() == runtime::ElementType::I64)
    return std::to_string(array.as<int64_t>()[i]);
  if (array.type() == runtime::ElementType::Bool)
    return array.as<uint8_t>()[i] ? "true" : "false";
  return formatNumber(array.valueAt(i));
}

} // namespace

std::string formatNumber(double value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value, std::chars_format::general, 6).ptr};
}

std::string printArray(const runtime::Array &array) {
  const int64_t columns = array.rank() ? array.shape().back() : 1;
  const int64_t rows = columns ? array.size() / columns : 0;
  std::string text;
  auto row = [&](int64_t r) {
    text += " ";
    printEnds(
        columns, [&](int64_t c) { text += " " + formatElement(array, r * columns + c); }, " ...",
        text);
    text += "\n";
  };
  printEnds(rows, row, "  ...\n", text);
  return text;
}

llvm::json::Value jsonNumber(const runtime::Array &array, int64_t i) {
  if (!isFloat(array.type()))
    return array.type() == runtime::ElementType::I64 ? array.as<int64_t>()[i]
                                                     : int64_t(array.valueAt(i));
  const double value = array.valueAt(i);
  if (std::isfinite(value))
    return value;
  return formatNumber(value);
}

} // namespace lamina::tool
