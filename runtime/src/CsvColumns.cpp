// Typed columns of a CSV file.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CellText.h"
#include "CsvNumber.h"
#include "lamina/Dataset.h"
#include "lamina/Gzip.h"

#include <algorithm>
#include <cstring>

namespace lamina::runtime {
namespace {

/// Reads the columns that are asked for.
class Reader {
public:
  Reader(const Input &input, std::string_view text, std::span<const ColumnSpec> specs)
      : input(input), text(text), specs(specs) {}

  Result<std::vector<Array>> run() {
    if (Status status = measure(); !status)
      return status.failure();
    std::vector<Array> arrays;
    for (const ColumnSpec &spec : specs) {
      Shape shape = spec.shape;
      shape.insert(shape.begin(), rows);
      Result<Array> array = Array::create(spec.type, std::move(shape));
      if (!array)
        return input.fail(array.error());
      arrays.push_back(std::move(*array));
      Result<Array> blank = blankCell(spec);
      if (!blank)
        return input.fail(blank.error());
      blanks.push_back(std::move(*blank));
    }
    if (Status status = fill(arrays); !status)
      return status.failure();
    return arrays;
  }

private:
  /// For each column of the file, which (spec, place in its sample) read it.
  struct Use {
    size_t spec;
    int64_t place;
  };

  /// Counts rows and columns, finds the header and who reads which column.
  Status measure() {
    CsvCells cells(text);
    std::vector<std::string> first;
    while (cells.next()) {
      if (cells.isUnclosed)
        return input.fail("quotes that open in row " + std::to_string(cells.row) +
                          " are never closed");
      if (cells.row == 1)
        first.emplace_back(cells.cell);
      if (!cells.isLastOfRow)
        continue;
      if (cells.row == 1)
        if (Status status = resolve(first); !status)
          return status;
      if (cells.column != columns)
        return input.fail("row " + std::to_string(cells.row) + " has " +
                          std::to_string(cells.column) + " cells, but row 1 has " +
                          std::to_string(columns));
      rows = cells.row;
    }
    rows -= hasHeader;
    if (rows <= 0)
      return input.fail(hasHeader ? "has a header but no rows" : "is empty");
    return {};
  }

  Status resolve(const std::vector<std::string> &first) {
    columns = int64_t(first.size());
    uses.resize(first.size());
    for (size_t i = 0; i < specs.size(); ++i) {
      const ColumnSpec &spec = specs[i];
      int64_t begin = spec.first, end = spec.last;
      if (!spec.member.empty()) {
        hasHeader = true;
        const auto found = std::find(first.begin(), first.end(), spec.member);
        if (found == first.end())
          return input.fail("has no column '" + printable(spec.member) + "' in its first row");
        begin = found - first.begin();
        end = begin + 1;
      }
      if (end > columns)
        return input.fail("has " + std::to_string(columns) + " columns, but column " +
                          std::to_string(end - 1) + " is read; they count from 0");
      for (int64_t column = begin; column < end; ++column) {
        uses[size_t(column)].push_back({i, column - begin});
        hasHeader |=
            spec.reader == CellReader::Number && !first[size_t(column)].empty() &&
            parseCell(first[size_t(column)], ElementType::F64, nullptr, 0) == Verdict::NoNumber;
      }
    }
    return {};
  }

  Status fill(std::vector<Array> &arrays) {
    CsvCells cells(text);
    while (cells.next()) {
      if (cells.row == 1 && hasHeader)
        continue;
      const int64_t row = cells.row - 1 - hasHeader;
      for (const Use &use : uses[size_t(cells.column - 1)]) {
        Array &array = arrays[use.spec];
        const int64_t size = array.size() / rows;
        if (Status status = put(cells, use, array, row * size + use.place); !status)
          return status;
      }
    }
    return {};
  }

  /// The cell as element `i` of its column, or as the elements from there on.
  Status put(const CsvCells &cells, const Use &use, Array &array, int64_t i) {
    const ColumnSpec &spec = specs[use.spec];
    if (spec.reader == CellReader::Keys) {
      putKeys(cells, spec.separator, {array.as<int64_t>() + i, size_t(array.size() / rows)});
      return {};
    }
    if (cells.cell.empty() && spec.empty) {
      const size_t bytes = blanks[use.spec].sizeInBytes();
      std::memcpy(array.data() + size_t(i) * bytes, blanks[use.spec].data(), bytes);
      return {};
    }
    if (cells.cell.empty() || spec.reader == CellReader::Number) {
      const Verdict verdict = parseCell(cells.cell, array.type(), &array, i);
      return verdict == Verdict::Number ? Status()
                                        : Status(badCell(input, cells, array.type(), verdict));
    }
    const std::optional<int64_t> value =
        spec.reader == CellReader::Key ? keyOf(cells) : parseDate(cells.cell);
    if (!value)
      return badDate(input, cells);
    array.as<int64_t>()[i] = *value;
    return {};
  }

  const Input &input;
  std::string_view text;
  std::span<const ColumnSpec> specs;
  std::vector<Array> blanks; ///< what an empty cell of each column stands for
  std::vector<std::vector<Use>> uses;
  int64_t rows = 0, columns = 0;
  bool hasHeader = false;
};

} // namespace

Result<std::vector<Array>> readCsvColumns(const std::string &path,
                                          std::span<const ColumnSpec> columns) {
  Result<Input> file = Input::open(path);
  if (!file)
    return file.failure();
  Result<Input> input = unpackGzip(std::move(*file));
  if (!input)
    return input.failure();
  Result<std::string> text = readCsvText(*input);
  if (!text)
    return text.failure();
  return Reader(*input, *text, columns).run();
}

} // namespace lamina::runtime
