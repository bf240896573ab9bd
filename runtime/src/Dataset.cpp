// Sources to columns, and rows of columns to batches.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Dataset.h"

#include "lamina/ArrayOps.h"
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
Result<Array> readArrayColumn(const std::string &path, const std::string &kind,
                              const ColumnSpec &column) {
  Result<Input> input = Input::open(path);
  if (!input)
    return input.failure();
  const std::string label = input->name();
  Result<Array> array = kind == "npz"   ? readNpz(*input, column.member)
                        : kind == "npy" ? readNpy(*input)
                                        : readIdx(std::move(*input));
  if (!array)
    return array;
  const std::string name = column.member.empty() ? "" : " '" + printable(column.member) + "'";
  if (array->rank() == 0)
    return Failure{printable(label) + ": the array" + name +
                   " is one number, not one for each sample"};
  Shape sample(array->shape().begin() + 1, array->shape().end());
  if (countElements(sample) != countElements(column.shape))
    return Failure{printable(label) + ": a sample of the array" + name + " is " +
                   printShape(sample) + ", but " + printShape(column.shape) + " is read"};
  return array;
}

/// `color` or `at` of an image: one row a pixel. Places are those of the pixels' centres, (row,
/// column) from -1 to 1.
Result<Array> readPixels(const std::string &path, const ColumnSpec &column, Shape &grid) {
  Result<Input> input = Input::open(path);
  if (!input)
    return input.failure();
  Result<Array> image = input->startsWith("\x89PNG") ? readPng(*input) : readJpeg(*input);
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

/// The columns of one file of a source, by their numbers in `specs`.
Result<std::vector<Array>> readFile(const std::string &path, const SourceSpec &source,
                                    std::span<const ColumnSpec> specs, Shape &grid) {
  if (source.kind == "csv")
    return readCsvColumns(path, specs);
  std::vector<Array> arrays;
  for (const ColumnSpec &spec : specs) {
    Result<Array> array = source.kind == "image" ? readPixels(path, spec, grid)
                                                 : readArrayColumn(path, source.kind, spec);
    if (!array)
      return array.failure();
    arrays.push_back(std::move(*array));
  }
  return arrays;
}

/// All columns of one source: the files of its parts one after the other.
Result<std::vector<Array>> readSource(const SourceSpec &source, std::span<const ColumnSpec> specs,
                                      const std::string &folder, std::vector<RowRange> &parts,
                                      Shape &grid) {
  if (source.kind == "generated")
    return countRows(source.rows, specs.size());
  std::vector<Array> whole;
  int64_t rows = 0;
  for (const auto &[role, path] : source.files) {
    Result<std::vector<Array>> read = readFile(locate(folder, path), source, specs, grid);
    if (!read)
      return read;
    for (size_t i = 0; i < read->size(); ++i) {
      if (whole.size() <= i) {
        whole.push_back(std::move((*read)[i]));
        continue;
      }
      const Array *both[] = {&whole[i], &(*read)[i]};
      Result<Array> joined = concat(both, 0);
      if (!joined)
        return Failure{printable(path) + ": " + joined.error()};
      whole[i] = std::move(*joined);
    }
    const int64_t all = whole.empty() ? 0 : whole.front().shape()[0];
    if (!role.empty())
      parts.push_back({role, rows, all});
    rows = all;
  }
  return whole;
}

bool isSame(const std::vector<RowRange> &a, const std::vector<RowRange> &b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const RowRange &x, const RowRange &y) {
                      return x.name == y.name && x.first == y.first && x.last == y.last;
                    });
}

} // namespace

Result<Dataset> Dataset::open(std::span<const SourceSpec> sources,
                              std::span<const ColumnSpec> columns, const std::string &folder) {
  Dataset set;
  set.specs.assign(columns.begin(), columns.end());
  std::vector<std::optional<Array>> found(columns.size());
  bool isFirst = true;
  for (size_t s = 0; s < sources.size(); ++s) {
    std::vector<ColumnSpec> own;
    std::vector<size_t> numbers;
    for (size_t i = 0; i < columns.size(); ++i)
      if (columns[i].source == s) {
        own.push_back(columns[i]);
        numbers.push_back(i);
      }
    if (own.empty())
      continue;
    std::vector<RowRange> parts;
    Result<std::vector<Array>> arrays = readSource(sources[s], own, folder, parts, set.pixels);
    if (!arrays)
      return arrays.failure();
    for (size_t i = 0; i < arrays->size(); ++i) {
      const int64_t rows = (*arrays)[i].shape()[0];
      if (!isFirst && (rows != set.rowCount || !isSame(parts, set.ranges)))
        return Failure{"the source '" + sources[s].name + "' has " + std::to_string(rows) +
                       " rows, but another has " + std::to_string(set.rowCount) +
                       "; all sources of a block have the same rows"};
      set.rowCount = rows;
      set.ranges = parts;
      isFirst = false;
      found[numbers[i]] = std::move((*arrays)[i]);
    }
  }
  for (std::optional<Array> &array : found)
    set.arrays.push_back(std::move(*array));
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
  for (const Array &array : arrays)
    sum += int64_t(array.sizeInBytes());
  return sum;
}

Status Dataset::gather(size_t column, std::span<const int64_t> rows, std::byte *to) const {
  const Array &array = arrays[column];
  const size_t rowBytes = rowCount ? array.sizeInBytes() / size_t(rowCount) : 0;
  const bool isTyped = array.type() == specs[column].type;
  const size_t window = size_t(std::max<int64_t>(specs[column].window, 1));
  Shape shape = array.shape();
  shape[0] = int64_t(rows.size() * window);
  Result<Array> raw = isTyped ? Result<Array>(Failure{}) : Array::create(array.type(), shape);
  if (!isTyped && !raw)
    return raw.failure();
  std::byte *into = isTyped ? to : raw->data();
  for (int64_t row : rows) {
    std::memcpy(into, array.data() + size_t(row) * rowBytes, rowBytes * window);
    into += rowBytes * window;
  }
  if (isTyped)
    return {};
  Result<Array> typed = cast(*raw, specs[column].type);
  if (!typed)
    return typed.failure();
  std::memcpy(to, typed->data(), typed->sizeInBytes());
  return {};
}

} // namespace lamina::runtime
