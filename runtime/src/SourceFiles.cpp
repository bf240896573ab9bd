// Opens the files of a source by its kind.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "SourceFiles.h"

#include "ImageSources.h"
#include "lamina/Idx.h"
#include "lamina/Npy.h"
#include "lamina/Npz.h"

#include <cstring>
#include <numeric>

namespace lamina::runtime {
namespace {

using Pieces = std::vector<ColumnPiece>;

std::string locate(const std::string &folder, const std::string &path) {
  const bool isAbsolute = path.starts_with("/");
  return isAbsolute || folder.empty() ? path : folder + "/" + path;
}

/// An array within a file, whose rows are decoded.
class StoredRows : public RowSource {
public:
  explicit StoredRows(StoredArray stored) : stored(std::move(stored)) {}
  ElementType type() const override { return elementOf(stored.layout.type); }
  Status read(int64_t first, int64_t count, std::byte *to) const override {
    Result<Array> rows = stored.rows(first, count);
    if (!rows)
      return rows.failure();
    std::memcpy(to, rows->data(), rows->sizeInBytes());
    return {};
  }

private:
  StoredArray stored;
};

/// Whether an array of this shape has a sample of the column in each row.
Status checkRows(const std::string &path, const ColumnSpec &column, const Shape &shape) {
  const std::string name = column.member.empty() ? "" : " '" + printable(column.member) + "'";
  if (shape.empty())
    return Failure{printable(path) + ": the array" + name +
                   " is one number, not one for each sample"};
  const Shape sample(shape.begin() + 1, shape.end());
  if (countElements(sample) != countElements(column.shape))
    return Failure{printable(path) + ": a sample of the array" + name + " is " +
                   printShape(sample) + ", but " + printShape(column.shape) + " is read"};
  return {};
}

Result<ColumnPiece> openNpzColumn(const std::string &path, const ColumnSpec &column) {
  Result<Input> input = Input::open(path);
  Result<Array> array = input ? readNpz(*input, column.member) : Result<Array>(input.failure());
  if (!array)
    return array.failure();
  if (Status status = checkRows(path, column, array->shape()); !status)
    return status.failure();
  return ColumnPiece(std::move(*array));
}

/// A .npy or IDX file, as [rows, shape…] of the column.
Result<ColumnPiece> openArrayColumn(const std::string &path, bool isNpy, const ColumnSpec &column,
                                    int64_t inMemory) {
  Result<Input> input = Input::open(path);
  if (!input)
    return input.failure();
  Result<StoredArray> stored =
      isNpy ? openNpy(std::move(*input)) : openIdx(std::move(*input), inMemory);
  if (!stored)
    return stored.failure();
  if (Status status = checkRows(path, column, stored->layout.shape); !status)
    return status.failure();
  if (stored->hasRows() && stored->sizeInBytes() > inMemory) {
    const int64_t rows = stored->layout.shape[0];
    return ColumnPiece(rows, std::make_unique<StoredRows>(std::move(*stored)));
  }
  Result<Array> array = stored->all();
  return array ? Result(ColumnPiece(std::move(*array))) : array.failure();
}

/// The numbers of generated samples.
Result<Pieces> countRows(int64_t rows, size_t columns) {
  Pieces pieces;
  for (size_t i = 0; i < columns; ++i) {
    Result<Array> array = Array::create(ElementType::I64, {rows});
    if (!array)
      return array.failure();
    std::iota(array->as<int64_t>(), array->as<int64_t>() + rows, int64_t(0));
    pieces.emplace_back(std::move(*array));
  }
  return pieces;
}

Result<Pieces> inMemory(Result<std::vector<Array>> arrays) {
  if (!arrays)
    return arrays.failure();
  Pieces pieces;
  for (Array &array : *arrays)
    pieces.emplace_back(std::move(array));
  return pieces;
}

/// The column of one file of a source whose columns are read one by one.
Result<ColumnPiece> openColumn(const std::string &path, const SourceSpec &source,
                               const ColumnSpec &spec, Opening &opening) {
  if (source.kind == "npz")
    return openNpzColumn(path, spec);
  if (source.kind != "image")
    return openArrayColumn(path, source.kind == "npy", spec, opening.inMemory);
  Result<Array> array = readPixels(path, spec, opening.grid);
  return array ? Result(ColumnPiece(std::move(*array))) : array.failure();
}

/// The columns of one file of a source.
Result<Pieces> openFile(const std::string &path, const SourceSpec &source,
                        std::span<const ColumnSpec> specs, Opening &opening) {
  if (source.kind == "csv") {
    Result<Input> input = Input::open(path);
    return input ? openCsvColumns(std::move(*input), specs, opening.inMemory) : input.failure();
  }
  if (source.kind == "cifar10")
    return inMemory(readCifar10(path, specs));
  if (source.kind == "image_folder")
    return openImageFolder(path, source.size, specs, opening.classes, opening.inMemory);
  Pieces pieces;
  for (const ColumnSpec &spec : specs) {
    Result<ColumnPiece> piece = openColumn(path, source, spec, opening);
    if (!piece)
      return piece.failure();
    pieces.push_back(std::move(*piece));
  }
  return pieces;
}

/// Whether the pieces of a file go on with the columns so far.
Status checkPieces(const std::string &file, const Pieces &pieces, std::span<const Pieces> columns) {
  for (size_t i = 0; i < pieces.size(); ++i) {
    const ColumnPiece &piece = pieces[i];
    if (!columns[i].empty() && piece.type() != columns[i].front().type())
      return Failure{printable(file) + ": holds " + elementName(piece.type()) +
                     ", but the files before it " + elementName(columns[i].front().type())};
    if (piece.rows != pieces.front().rows)
      return Failure{printable(file) + ": one array has " + std::to_string(piece.rows) +
                     " rows, another " + std::to_string(pieces.front().rows)};
  }
  return {};
}

} // namespace

Result<std::vector<Pieces>> openSource(const SourceSpec &source, std::span<const ColumnSpec> specs,
                                       Opening &opening, std::vector<RowRange> &parts) {
  std::vector<Pieces> columns(specs.size());
  if (source.kind == "generated") {
    Result<Pieces> counted = countRows(source.rows, specs.size());
    if (!counted)
      return counted.failure();
    for (size_t i = 0; i < specs.size(); ++i)
      columns[i].push_back(std::move((*counted)[i]));
    return columns;
  }
  int64_t rows = 0;
  for (const auto &[role, path] : source.files) {
    const std::string file = locate(opening.folder, path);
    Result<Pieces> pieces = openFile(file, source, specs, opening);
    if (!pieces)
      return pieces.failure();
    if (Status status = checkPieces(file, *pieces, columns); !status)
      return status.failure();
    for (size_t i = 0; i < specs.size(); ++i) {
      (*pieces)[i].first = rows;
      columns[i].push_back(std::move((*pieces)[i]));
    }
    const int64_t end = rows + columns.front().back().rows;
    if (!role.empty())
      parts.push_back({role, rows, end});
    rows = end;
  }
  return columns;
}

} // namespace lamina::runtime
