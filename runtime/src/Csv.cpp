// Reads and writes tables of numbers, independent of the locale.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Csv.h"

#include "CsvCells.h"
#include "lamina/Gzip.h"
#include "lamina/HalfFloat.h"
#include "lamina/Output.h"

#include <charconv>
#include <cmath>
#include <cstring>

namespace lamina::runtime {
namespace {

enum class Verdict { Number, NoNumber, OutOfRange };

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

/// Stores the number in `text` as element `i`. Without an array, only looks whether it is one.
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

struct Table {
  std::string_view text;
  int64_t rows = 0; ///< the header not counted
  int64_t columns = 0;
  bool hasHeader = false;
};

std::string place(const CsvCells &cells) {
  return "row " + std::to_string(cells.row) + ", column " + std::to_string(cells.column);
}

/// Counts rows and columns and checks that they are even, so that storage is allotted once.
Result<Table> measure(const Input &input, std::string_view text) {
  Table table{text};
  CsvCells cells(text);
  while (cells.next()) {
    if (cells.isUnclosed)
      return input.fail("quotes that open in row " + std::to_string(cells.row) +
                        " are never closed");
    // A header is told by a cell that is no number of any kind.
    if (cells.row == 1 && !cells.cell.empty() &&
        parseCell(cells.cell, ElementType::F64, nullptr, 0) == Verdict::NoNumber)
      table.hasHeader = true;
    if (!cells.isLastOfRow)
      continue;
    if (cells.row == 1)
      table.columns = cells.column;
    if (cells.column != table.columns) {
      const bool isBlank = cells.column == 1 && cells.cell.empty();
      return input.fail(isBlank ? "row " + std::to_string(cells.row) + " is empty"
                                : "row " + std::to_string(cells.row) + " has " +
                                      std::to_string(cells.column) + " cells, but row 1 has " +
                                      std::to_string(table.columns));
    }
    table.rows = cells.row;
  }
  table.rows -= table.hasHeader;
  if (table.rows <= 0)
    return input.fail(table.hasHeader ? "has a header but no row of numbers" : "is empty");
  return table;
}

Failure badCell(const Input &input, const CsvCells &cells, ElementType type, Verdict verdict) {
  const std::string where = place(cells) + ": ";
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

Result<Array> parseTable(const Input &input, const Table &table, ElementType type) {
  Result<Array> array = Array::create(type, {table.rows, table.columns});
  if (!array)
    return input.fail(array.error());
  CsvCells cells(table.text);
  for (int64_t i = 0; cells.next();) {
    if (cells.row == 1 && table.hasHeader)
      continue;
    Verdict verdict = parseCell(cells.cell, type, &*array, i++);
    if (verdict != Verdict::Number)
      return badCell(input, cells, type, verdict);
  }
  return array;
}

} // namespace

Result<Array> readCsv(Input file, ElementType type) {
  Result<Input> input = unpackGzip(std::move(file));
  if (!input)
    return input.failure();
  Result<std::vector<std::byte>> bytes = input->readAll();
  if (!bytes)
    return bytes.failure();
  std::string_view text(reinterpret_cast<const char *>(bytes->data()), bytes->size());
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
    return input->fail("is UTF-16 text; save it as UTF-8");
  if (text.starts_with("\xef\xbb\xbf"))
    text.remove_prefix(3);
  if (const size_t nul = text.find('\0'); nul != std::string_view::npos)
    return input->fail("holds a NUL at byte " + std::to_string(nul) + ": it is no text");
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
    text.remove_suffix(1);
  Result<Table> table = measure(*input, text);
  return table ? parseTable(*input, *table, type) : table.failure();
}

Status writeCsv(Output &output, const Array &array) {
  const int64_t rows = array.rank() < 2 ? 1 : array.shape()[0];
  const int64_t columns = rows ? array.size() / rows : 0;
  std::string text;
  for (int64_t i = 0; i < array.size(); ++i) {
    char cell[32];
    std::to_chars_result end = {};
    if (array.type() == ElementType::F64)
      end = std::to_chars(cell, cell + sizeof cell, array.as<double>()[i]);
    else if (isFloat(array.type()))
      end = std::to_chars(cell, cell + sizeof cell, float(array.valueAt(i)));
    else if (array.type() == ElementType::I64)
      end = std::to_chars(cell, cell + sizeof cell, array.as<int64_t>()[i]);
    else
      end = std::to_chars(cell, cell + sizeof cell, int64_t(array.valueAt(i)));
    text.append(cell, end.ptr);
    text += (i + 1) % columns ? ',' : '\n';
    if (text.size() < (1 << 16) && i + 1 < array.size())
      continue;
    if (Status status = output.write(text); !status)
      return status;
    text.clear();
  }
  return {};
}

} // namespace lamina::runtime
