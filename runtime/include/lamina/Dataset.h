// The samples that a training reads: columns of tables and arrays of files.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_DATASET_H
#define LAMINA_DATASET_H

#include "lamina/Array.h"
#include "lamina/Input.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lamina::runtime {

/// Where columns come from. `files` by role: "" for one file that all parts share, else one for
/// each part of the split.
struct SourceSpec {
  std::string name;
  /// csv, npy, npz, idx, cifar10, image_folder (`image`, `label`), image (`at`, `color` of each
  /// pixel), generated (`row`)
  std::string kind;
  std::vector<std::pair<std::string, std::string>> files;
  int64_t rows = 0; ///< of `generated`, which has no files
  int64_t size = 0; ///< of `image_folder`: rows and columns
};

/// What makes numbers of the text of a CSV cell.
enum class CellReader {
  Number, ///< of the column's type
  Date,   ///< seconds from 1970-01-01 00:00 UTC on, an i64
  Key,    ///< `lamina_key` of the text, an i64
  Keys,   ///< the keys of the parts between `separator`: the last ones, filled up with 0
};

/// What is read of a source for one sample.
struct ColumnSpec {
  size_t source = 0;
  std::string member;          ///< a column's name or an archive's array; empty: by number
  int64_t first = 0, last = 0; ///< of a table: columns [first, last)
  ElementType type = ElementType::F32;
  Shape shape;        ///< of one row; its elements stand in the source in this order
  int64_t window = 0; ///< a sample is so many rows from its own on; 0: that row alone
  CellReader reader = CellReader::Number;
  std::optional<double> empty =
      std::nullopt;           ///< what an empty cell stands for; else it is a failure
  std::string separator = {}; ///< of Keys
};

/// Rows [first, last) of the data set.
struct RowRange {
  std::string name;
  int64_t first = 0, last = 0;
};

/// Rows of a column that are read where they are needed, from any thread.
class RowSource {
public:
  virtual ~RowSource() = default;
  virtual ElementType type() const = 0;
  /// Rows [first, first + count) one after the other, in C order and of that type.
  virtual Status read(int64_t first, int64_t count, std::byte *to) const = 0;
};

/// Rows of one column that one file holds, in the type of the file.
struct ColumnPiece {
  /// `array` is [rows, shape…].
  explicit ColumnPiece(Array array) : rows(array.shape()[0]), array(std::move(array)) {}
  ColumnPiece(int64_t rows, std::unique_ptr<RowSource> source)
      : rows(rows), source(std::move(source)) {}

  ElementType type() const { return array ? array->type() : source->type(); }

  int64_t first = 0, rows = 0;
  std::optional<Array> array;        ///< in memory
  std::unique_ptr<RowSource> source; ///< else in the file
};

/// Columns of equally many rows. They stay in the type of their file until a batch is gathered.
class Dataset {
public:
  /// Opens all columns. Relative paths are under `folder`. What of a file is up to `inMemory` bytes
  /// large lies in memory; else rows are read where they are needed: of .npy and IDX files and of
  /// pictures as they are, of CSV files and of what was packed from a temporary file. A failure
  /// names the file.
  static Result<Dataset> open(std::span<const SourceSpec> sources,
                              std::span<const ColumnSpec> columns, const std::string &folder,
                              int64_t inMemory = kInMemoryBytes);

  int64_t rows() const { return rowCount; }
  /// The rows of the longest window.
  int64_t reach() const;
  /// The parts of sources that have one file for each; else empty.
  const std::vector<RowRange> &parts() const { return ranges; }
  /// Of what lies in memory.
  int64_t bytes() const;
  /// Rows and columns of the image whose pixels are the samples; empty where they are none.
  const Shape &grid() const { return pixels; }
  /// Column `column` of these rows, [rows, window, shape…] in the column's type, into `to`. The
  /// windows must end by the last row.
  Status gather(size_t column, std::span<const int64_t> rows, std::byte *to) const;

private:
  Status gatherRaw(size_t column, std::span<const int64_t> rows, std::byte *to) const;

  std::vector<ColumnSpec> specs;
  std::vector<std::vector<ColumnPiece>> columns; ///< the pieces of each, by their first rows
  std::vector<bool> isImage;                     ///< bytes that are 0 to 1 as floats
  std::vector<RowRange> ranges;
  Shape pixels;
  int64_t rowCount = 0;
};

/// Seconds from 1970-01-01 00:00 UTC to `2016-07-01`, `2016-07-01 13:00`, `2016-07-01T13:00:05Z` or
/// `2016-07-01 13:00:05+02:00`, by the Gregorian calendar; nothing for any other text.
std::optional<int64_t> parseDate(std::string_view text);

/// Columns of one CSV(.gz) file, in the columns' types. A first row with a cell that is no number
/// where one is read, or any column by name, makes it a header. The text is read a stretch at a
/// time, twice; columns that take more than `inMemory` bytes together go to a temporary file.
Result<std::vector<ColumnPiece>> openCsvColumns(Input file, std::span<const ColumnSpec> columns,
                                                int64_t inMemory = kInMemoryBytes);

} // namespace lamina::runtime

#endif // LAMINA_DATASET_H
