// Reads and writes tables of numbers, independent of the locale.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Csv.h"

#include "CsvNumber.h"
#include "lamina/Gzip.h"
#include "lamina/Output.h"

#include <charconv>
#include <cmath>

namespace lamina::runtime {
namespace {

struct Table {
  int64_t rows = 0; ///< the header not counted
  int64_t columns = 0;
  bool hasHeader = false;
};

/// Counts rows and columns and checks that they are even, so that storage is allotted once.
Result<Table> measure(const Input &input) {
  Table table;
  CsvCells cells(input);
  while (cells.next()) {
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
  if (!cells.status())
    return cells.status().failure();
  table.rows -= table.hasHeader;
  if (table.rows <= 0)
    return input.fail(table.hasHeader ? "has a header but no row of numbers" : "is empty");
  return table;
}

Result<Array> parseTable(const Input &input, const Table &table, ElementType type) {
  Result<Array> array = Array::create(type, {table.rows, table.columns});
  if (!array)
    return input.fail(array.error());
  CsvCells cells(input);
  int64_t i = 0;
  while (cells.next()) {
    if (cells.row == 1 && table.hasHeader)
      continue;
    if (i == array->size())
      return input.fail("changed while it was read");
    Verdict verdict = parseCell(cells.cell, type, &*array, i++);
    if (verdict != Verdict::Number)
      return badCell(input, cells, type, verdict);
  }
  if (!cells.status())
    return cells.status().failure();
  if (i < array->size())
    return input.fail("changed while it was read");
  return array;
}

} // namespace

Result<Array> readCsv(Input file, ElementType type) {
  Result<Input> input = unpackGzip(std::move(file));
  if (!input)
    return input.failure();
  Result<Table> table = measure(*input);
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
