// Typed columns of a CSV file.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CellText.h"
#include "CsvNumber.h"
#include "ScratchFile.h"
#include "lamina/Dataset.h"
#include "lamina/Gzip.h"

#include <algorithm>
#include <cstring>

namespace lamina::runtime {
namespace {

/// Which of the file's columns is read for what.
class Columns {
public:
  /// One reads a column of the file: which of the specs, and where in its sample.
  struct Use {
    size_t spec;
    int64_t place;
  };

  Columns(const Input &input, std::span<const ColumnSpec> specs) : input(input), specs(specs) {}

  /// Counts rows and columns, finds the header and who reads which column.
  Status measure() {
    CsvCells cells(input);
    std::vector<std::string> first;
    while (cells.next()) {
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
    if (!cells.status())
      return cells.status();
    rows -= hasHeader;
    if (rows <= 0)
      return input.fail(hasHeader ? "has a header but no rows" : "is empty");
    return {};
  }

  int64_t rows = 0, columns = 0;
  bool hasHeader = false;
  std::vector<std::vector<Use>> uses; ///< of each column of the file

private:
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

  const Input &input;
  std::span<const ColumnSpec> specs;
};

/// What the cells of one row are, an array a column that is read.
class Row {
public:
  Row(const Input &input, std::span<const ColumnSpec> specs) : input(input), specs(specs) {}

  Status allot() {
    for (const ColumnSpec &spec : specs) {
      Result<Array> array = Array::create(spec.type, spec.shape), blank = blankCell(spec);
      if (!array || !blank)
        return input.fail((array ? blank : array).error());
      arrays.push_back(std::move(*array));
      blanks.push_back(std::move(*blank));
    }
    return {};
  }

  Status put(const CsvCells &cells, const Columns::Use &use) {
    const ColumnSpec &spec = specs[use.spec];
    Array &array = arrays[use.spec];
    if (spec.reader == CellReader::Keys) {
      putKeys(cells, spec.separator, {array.as<int64_t>() + use.place, size_t(array.size())});
      return {};
    }
    if (cells.cell.empty() && spec.empty) {
      const size_t bytes = blanks[use.spec].sizeInBytes();
      std::memcpy(array.data() + size_t(use.place) * bytes, blanks[use.spec].data(), bytes);
      return {};
    }
    if (cells.cell.empty() || spec.reader == CellReader::Number) {
      const Verdict verdict = parseCell(cells.cell, array.type(), &array, use.place);
      return verdict == Verdict::Number ? Status()
                                        : Status(badCell(input, cells, array.type(), verdict));
    }
    const std::optional<int64_t> value =
        spec.reader == CellReader::Key ? keyOf(cells) : parseDate(cells.cell);
    if (!value)
      return badDate(input, cells);
    array.as<int64_t>()[use.place] = *value;
    return {};
  }

  std::vector<Array> arrays;

private:
  const Input &input;
  std::span<const ColumnSpec> specs;
  std::vector<Array> blanks; ///< what an empty cell of each column stands for
};

/// Calls `take` with each row; `row` holds it.
template <typename Take>
Status readRows(const Input &input, const Columns &columns, Row &row, Take take) {
  CsvCells cells(input);
  int64_t rows = 0;
  while (cells.next()) {
    if (cells.row == 1 && columns.hasHeader)
      continue;
    const bool isLonger = rows == columns.rows || cells.column > columns.columns;
    if (isLonger || (cells.isLastOfRow && cells.column != columns.columns))
      return input.fail("changed while it was read");
    for (const Columns::Use &use : columns.uses[size_t(cells.column - 1)])
      if (Status status = row.put(cells, use); !status)
        return status;
    if (cells.isLastOfRow)
      if (Status status = take(rows++); !status)
        return status;
  }
  if (cells.status() && rows < columns.rows)
    return input.fail("changed while it was read");
  return cells.status();
}

/// A column of a file of rows that lie one after the other.
class ScratchColumn : public RowSource {
public:
  ScratchColumn(std::shared_ptr<const Input> rows, ElementType kind, int64_t offset, int64_t bytes,
                int64_t stride)
      : file(std::move(rows)), kind(kind), offset(offset), bytes(bytes), stride(stride) {}

  ElementType type() const override { return kind; }
  Status read(int64_t first, int64_t count, std::byte *to) const override {
    for (int64_t i = 0; i < count; ++i)
      if (Status status = file->read((first + i) * stride + offset, to + i * bytes, bytes); !status)
        return status;
    return {};
  }

private:
  std::shared_ptr<const Input> file;
  ElementType kind;
  int64_t offset, bytes, stride; ///< of a row in the file
};

Result<std::vector<ColumnPiece>> keepInMemory(const Input &input, const Columns &columns,
                                              Row &row) {
  std::vector<Array> arrays;
  for (const Array &one : row.arrays) {
    Shape shape = one.shape();
    shape.insert(shape.begin(), columns.rows);
    Result<Array> array = Array::create(one.type(), std::move(shape));
    if (!array)
      return input.fail(array.error());
    arrays.push_back(std::move(*array));
  }
  Status status = readRows(input, columns, row, [&](int64_t number) {
    for (size_t i = 0; i < arrays.size(); ++i) {
      const size_t bytes = row.arrays[i].sizeInBytes();
      std::memcpy(arrays[i].data() + size_t(number) * bytes, row.arrays[i].data(), bytes);
    }
    return Status();
  });
  if (!status)
    return status.failure();
  std::vector<ColumnPiece> pieces;
  pieces.reserve(arrays.size());
  for (Array &array : arrays)
    pieces.emplace_back(std::move(array));
  return pieces;
}

/// Row after row in a file without a name: a row is what a sample reads, so it lies together.
Result<std::vector<ColumnPiece>> keepInFile(const Input &input, const Columns &columns, Row &row,
                                            int64_t rowBytes) {
  Result<ScratchFile> file = ScratchFile::create(input.name());
  if (!file)
    return file.failure();
  Status status = readRows(input, columns, row, [&](int64_t) {
    for (const Array &array : row.arrays)
      if (Status put = file->write({array.data(), array.sizeInBytes()}); !put)
        return put;
    return Status();
  });
  if (!status)
    return status.failure();
  Result<Input> rows = file->finish();
  if (!rows)
    return rows.failure();
  const auto shared = std::make_shared<const Input>(std::move(*rows));
  std::vector<ColumnPiece> pieces;
  int64_t offset = 0;
  for (const Array &array : row.arrays) {
    const auto bytes = int64_t(array.sizeInBytes());
    pieces.emplace_back(columns.rows, std::make_unique<ScratchColumn>(shared, array.type(), offset,
                                                                      bytes, rowBytes));
    offset += bytes;
  }
  return pieces;
}

} // namespace

Result<std::vector<ColumnPiece>> openCsvColumns(Input file, std::span<const ColumnSpec> specs,
                                                int64_t inMemory) {
  Result<Input> input = unpackGzip(std::move(file), inMemory);
  if (!input)
    return input.failure();
  Columns columns(*input, specs);
  if (Status status = columns.measure(); !status)
    return status.failure();
  Row row(*input, specs);
  if (Status status = row.allot(); !status)
    return status.failure();
  int64_t bytes = 0;
  for (const Array &array : row.arrays)
    bytes += int64_t(array.sizeInBytes());
  return bytes <= inMemory / columns.rows ? keepInMemory(*input, columns, row)
                                          : keepInFile(*input, columns, row, bytes);
}

} // namespace lamina::runtime
