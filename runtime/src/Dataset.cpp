// Columns of several sources, and rows of columns to batches.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Dataset.h"

#include "SourceFiles.h"

#include <algorithm>
#include <cstring>

namespace lamina::runtime {
namespace {

using Pieces = std::vector<ColumnPiece>;

bool isSame(const std::vector<RowRange> &a, const std::vector<RowRange> &b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const RowRange &x, const RowRange &y) {
                      return x.name == y.name && x.first == y.first && x.last == y.last;
                    });
}

/// The columns that a source has to give, and which ones of the data set these are.
struct Wanted {
  std::vector<ColumnSpec> specs;
  std::vector<size_t> numbers;
};

Wanted wantedOf(size_t source, std::span<const ColumnSpec> specs) {
  Wanted wanted;
  for (size_t i = 0; i < specs.size(); ++i)
    if (specs[i].source == source) {
      wanted.specs.push_back(specs[i]);
      wanted.numbers.push_back(i);
    }
  return wanted;
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
    const Wanted wanted = wantedOf(s, specs);
    if (wanted.specs.empty())
      continue;
    std::vector<RowRange> parts;
    opening.classes.clear();
    Result<std::vector<Pieces>> opened = openSource(sources[s], wanted.specs, opening, parts);
    if (!opened)
      return opened.failure();
    const ColumnPiece &end = opened->front().back();
    const int64_t rows = end.first + end.rows;
    if (!isFirst && (rows != set.rowCount || !isSame(parts, set.ranges)))
      return Failure{"the source '" + sources[s].name + "' has " + std::to_string(rows) +
                     " rows, but another has " + std::to_string(set.rowCount) +
                     "; all sources of a block have the same rows"};
    isFirst = false;
    set.rowCount = rows;
    set.ranges = std::move(parts);
    const bool hasImages = sources[s].kind == "cifar10" || sources[s].kind == "image_folder";
    for (size_t i = 0; i < wanted.numbers.size(); ++i) {
      set.isImage[wanted.numbers[i]] = hasImages && wanted.specs[i].member == "image";
      set.columns[wanted.numbers[i]] = std::move((*opened)[i]);
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
  const size_t element = elementSize(pieces.front().type());
  const int64_t rowBytes = countBytes(specs[column].shape, element).value_or(0);
  for (int64_t row : rows) {
    const auto after =
        std::upper_bound(pieces.begin(), pieces.end(), row,
                         [](int64_t at, const ColumnPiece &piece) { return at < piece.first; });
    const ColumnPiece &piece = *std::prev(after);
    const int64_t first = row - piece.first;
    if (!piece.array) {
      if (Status status = piece.source->read(first, window, to); !status)
        return status;
      to += window * rowBytes;
      continue;
    }
    std::memcpy(to, piece.array->data() + first * rowBytes, size_t(window * rowBytes));
    to += window * rowBytes;
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
  const ElementType found = columns[column].front().type();
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
