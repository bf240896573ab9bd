// Sources to columns, and rows of columns to batches.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Dataset.h"

#include "ImageSources.h"
#include "lamina/Idx.h"
#include "lamina/Image.h"
#include "lamina/Input.h"
#include "lamina/Npy.h"
#include "lamina/Npz.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace lamina::runtime {
namespace {

std::string locate(const std::string &folder, const std::string &path) {
  const bool isAbsolute = path.starts_with("/");
  return isAbsolute || folder.empty() ? path : folder + "/" + path;
}

/// One array of a file that holds arrays, as [rows, shape…] of the column.
Result<ColumnPiece> openArrayColumn(const std::string &path, const std::string &kind,
                                    const ColumnSpec &column, int64_t inMemory) {
  Result<Input> input = Input::open(path);
  if (!input)
    return input.failure();
  ColumnPiece piece;
  Shape shape;
  if (kind == "npz") {
    Result<Array> array = readNpz(*input, column.member);
    if (!array)
      return array.failure();
    shape = array->shape();
    piece.array.emplace(std::move(*array));
  } else {
    Result<StoredArray> stored =
        kind == "npy" ? openNpy(std::move(*input)) : openIdx(std::move(*input));
    if (!stored)
      return stored.failure();
    shape = stored->layout.shape;
    piece.stored.emplace(std::move(*stored));
  }
  const std::string name = column.member.empty() ? "" : " '" + printable(column.member) + "'";
  if (shape.empty())
    return Failure{printable(path) + ": the array" + name +
                   " is one number, not one for each sample"};
  const Shape sample(shape.begin() + 1, shape.end());
  if (countElements(sample) != countElements(column.shape))
    return Failure{printable(path) + ": a sample of the array" + name + " is " +
                   printShape(sample) + ", but " + printShape(column.shape) + " is read"};
  piece.rows = shape[0];
  if (piece.stored && (!piece.stored->hasRows() || piece.stored->sizeInBytes() <= inMemory)) {
    Result<Array> array = piece.stored->all();
    if (!array)
      return array.failure();
    piece.array.emplace(std::move(*array));
    piece.stored.reset();
  }
  return piece;
}

/// `color` or `at` of an image: one row a pixel. Places are those of the pixels' centres, (row,
/// column) from -1 to 1.
Result<Array> readPixels(const std::string &path, const ColumnSpec &column, Shape &grid) {
  Result<Array> image = readImage(path);
  if (!image)
    return image;
  const int64_t height = image->shape()[0], width = image->shape()[1];
  const int64_t channels = image->shape()[2], pixels = height * width;
  grid = {height, width};
  if (column.member != "at" && column.member != "color")
    return Failure{printable(path) + ": an image has 'at' and 'color', not '" +
                   printable(column.member) + "'"};
  const int64_t wanted = countElements(column.shape).value_or(-1);
  const int64_t found = column.member == "at" ? 2 : channels;
  if (wanted != found)
    return Failure{printable(path) + ": '" + column.member + "' of a pixel has " +
                   std::to_string(found) + " elements, but " + printShape(column.shape) +
                   " is read"};
  Result<Array> array = Array::create(ElementType::F32, {pixels, found});
  if (!array)
    return array;
  constexpr float kWhite = 255;
  const float scale = isFloat(image->type()) ? 1 : kWhite;
  for (int64_t i = 0; i < pixels * found; ++i)
    if (column.member == "color")
      array->as<float>()[i] = float(image->valueAt(i)) / scale;
    else
      array->as<float>()[i] = i % 2 ? (2 * float(i / 2 % width) + 1) / float(width) - 1
                                    : (2 * float(i / 2 / width) + 1) / float(height) - 1;
  return array;
}

/// The numbers of generated samples.
Result<std::vector<Array>> countRows(int64_t rows, size_t columns) {
  std::vector<Array> arrays;
  for (size_t i = 0; i < columns; ++i) {
    Result<Array> array = Array::create(ElementType::I64, {rows});
    if (!array)
      return array.failure();
    std::iota(array->as<int64_t>(), array->as<int64_t>() + rows, int64_t(0));
    arrays.push_back(std::move(*array));
  }
  return arrays;
}

/// What is known of a data set while its files are opened one after the other.
struct Opening {
  std::string folder;
  int64_t inMemory = 0;
  Shape grid;                       ///< of an image
  std::vector<std::string> classes; ///< of the folders of images
};

using Pieces = std::vector<ColumnPiece>;

Result<Pieces> inMemory(Result<std::vector<Array>> arrays) {
  if (!arrays)
    return arrays.failure();
  Pieces pieces;
  for (Array &array : *arrays) {
    const int64_t rows = array.shape()[0];
    pieces.push_back({0, rows, std::move(array), std::nullopt});
  }
  return pieces;
}

/// The columns of one file of a source.
Result<Pieces> openFile(const std::string &path, const SourceSpec &source,
                        std::span<const ColumnSpec> specs, Opening &opening) {
  if (source.kind == "csv")
    return inMemory(readCsvColumns(path, specs));
  if (source.kind == "cifar10")
    return inMemory(readCifar10(path, specs));
  if (source.kind == "image_folder")
    return inMemory(readImageFolder(path, source.size, specs, opening.classes));
  Pieces pieces;
  for (const ColumnSpec &spec : specs) {
    Result<ColumnPiece> piece = Failure{};
    if (source.kind == "image") {
      Result<Array> array = readPixels(path, spec, opening.grid);
      const int64_t rows = array ? array->shape()[0] : 0;
      piece =
          array ? Result(ColumnPiece{0, rows, std::move(*array), std::nullopt}) : array.failure();
    } else {
      piece = openArrayColumn(path, source.kind, spec, opening.inMemory);
    }
    if (!piece)
      return piece.failure();
    pieces.push_back(std::move(*piece));
  }
  return pieces;
}

ElementType elementOf(const ColumnPiece &piece) {
  return piece.array ? piece.array->type() : elementOf(piece.stored->layout.type);
}

/// All columns of one source: the files of its parts one after the other.
Result<std::vector<Pieces>> openSource(const SourceSpec &source, std::span<const ColumnSpec> specs,
                                       Opening &opening, std::vector<RowRange> &parts) {
  std::vector<Pieces> columns(specs.size());
  if (source.kind == "generated") {
    Result<Pieces> counted = inMemory(countRows(source.rows, specs.size()));
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
    for (size_t i = 0; i < specs.size(); ++i) {
      ColumnPiece &piece = (*pieces)[i];
      if (!columns[i].empty() && elementOf(piece) != elementOf(columns[i].front()))
        return Failure{printable(file) + ": holds " + elementName(elementOf(piece)) +
                       ", but the files before it " + elementName(elementOf(columns[i].front()))};
      if (piece.rows != pieces->front().rows)
        return Failure{printable(file) + ": one array has " + std::to_string(piece.rows) +
                       " rows, another " + std::to_string(pieces->front().rows)};
      piece.first = rows;
      columns[i].push_back(std::move(piece));
    }
    const int64_t end = rows + columns.front().back().rows;
    if (!role.empty())
      parts.push_back({role, rows, end});
    rows = end;
  }
  return columns;
}

bool isSame(const std::vector<RowRange> &a, const std::vector<RowRange> &b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const RowRange &x, const RowRange &y) {
                      return x.name == y.name && x.first == y.first && x.last == y.last;
                    });
}

} // namespace

Result<Dataset> Dataset::open(std::span<const SourceSpec> sources,
                              std::span<const ColumnSpec> specs, const std::string &folder,
                              int64_t inMemory) {
  Dataset set;
  set.specs.assign(specs.begin(), specs.end());
  set.columns.resize(specs.size());
  set.isImage.resize(specs.size());
  Opening opening{folder, inMemory, {}, {}};
  bool isFirst = true;
  for (size_t s = 0; s < sources.size(); ++s) {
    std::vector<ColumnSpec> own;
    std::vector<size_t> numbers;
    for (size_t i = 0; i < specs.size(); ++i)
      if (specs[i].source == s) {
        own.push_back(specs[i]);
        numbers.push_back(i);
      }
    if (own.empty())
      continue;
    std::vector<RowRange> parts;
    opening.classes.clear();
    Result<std::vector<Pieces>> opened = openSource(sources[s], own, opening, parts);
    if (!opened)
      return opened.failure();
    const bool hasImages = sources[s].kind == "cifar10" || sources[s].kind == "image_folder";
    for (size_t i = 0; i < numbers.size(); ++i) {
      Pieces &pieces = (*opened)[i];
      const int64_t rows = pieces.empty() ? 0 : pieces.back().first + pieces.back().rows;
      if (!isFirst && (rows != set.rowCount || !isSame(parts, set.ranges)))
        return Failure{"the source '" + sources[s].name + "' has " + std::to_string(rows) +
                       " rows, but another has " + std::to_string(set.rowCount) +
                       "; all sources of a block have the same rows"};
      set.rowCount = rows;
      set.ranges = parts;
      isFirst = false;
      set.isImage[numbers[i]] = hasImages && own[i].member == "image";
      set.columns[numbers[i]] = std::move(pieces);
    }
  }
  set.pixels = opening.grid;
  return set;
}

int64_t Dataset::reach() const {
  int64_t most = 1;
  for (const ColumnSpec &spec : specs)
    most = std::max(most, spec.window);
  return most;
}

int64_t Dataset::bytes() const {
  int64_t sum = 0;
  for (const Pieces &pieces : columns)
    for (const ColumnPiece &piece : pieces)
      sum += piece.array ? int64_t(piece.array->sizeInBytes()) : 0;
  return sum;
}

/// In the type of the files.
Status Dataset::gatherRaw(size_t column, std::span<const int64_t> rows, std::byte *to) const {
  const Pieces &pieces = columns[column];
  const int64_t window = std::max<int64_t>(specs[column].window, 1);
  for (int64_t row : rows) {
    const auto after =
        std::upper_bound(pieces.begin(), pieces.end(), row,
                         [](int64_t at, const ColumnPiece &piece) { return at < piece.first; });
    const ColumnPiece &piece = *std::prev(after);
    if (piece.array) {
      const size_t bytes = piece.array->sizeInBytes() / size_t(piece.rows);
      std::memcpy(to, piece.array->data() + size_t(row - piece.first) * bytes,
                  bytes * size_t(window));
      to += bytes * size_t(window);
      continue;
    }
    Result<Array> read = piece.stored->rows(row - piece.first, window);
    if (!read)
      return read.failure();
    std::memcpy(to, read->data(), read->sizeInBytes());
    to += read->sizeInBytes();
  }
  return {};
}

/// Bytes as 0 to 1.
static Result<Array> unitFloats(const Array &bytes, ElementType type) {
  Result<Array> unit = Array::create(ElementType::F32, bytes.shape());
  for (int64_t i = 0; unit && i < unit->size(); ++i)
    unit->as<float>()[i] = float(bytes.as<uint8_t>()[i]) / float(UINT8_MAX);
  return unit && type != ElementType::F32 ? cast(*unit, type) : std::move(unit);
}

Status Dataset::gather(size_t column, std::span<const int64_t> rows, std::byte *to) const {
  const ElementType type = specs[column].type;
  const ElementType found = columns[column].empty() ? type : elementOf(columns[column].front());
  if (found == type)
    return gatherRaw(column, rows, to);
  Shape shape = specs[column].shape;
  shape.insert(shape.begin(), int64_t(rows.size()) * std::max<int64_t>(specs[column].window, 1));
  Result<Array> raw = Array::create(found, shape);
  if (!raw)
    return raw.failure();
  if (Status status = gatherRaw(column, rows, raw->data()); !status)
    return status;
  const bool isUnit = isImage[column] && isFloat(type);
  Result<Array> typed = isUnit ? unitFloats(*raw, type) : cast(*raw, type);
  if (!typed)
    return typed.failure();
  std::memcpy(to, typed->data(), typed->sizeInBytes());
  return {};
}

} // namespace lamina::runtime
