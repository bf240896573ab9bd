// The samples that a training reads: columns of tables and arrays of files, in memory.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_DATASET_H
#define LAMINA_DATASET_H

#include "lamina/Array.h"

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace lamina::runtime {

/// Where columns come from. `files` by role: "" for one file that all parts share, else one for
/// each part of the split.
struct SourceSpec {
  std::string name;
  std::string kind; ///< csv, npy, npz, idx, image (`at`, `color` of each pixel), generated (`row`)
  std::vector<std::pair<std::string, std::string>> files;
  int64_t rows = 0; ///< of `generated`, which has no files
};

/// What is read of a source for one sample.
struct ColumnSpec {
  size_t source = 0;
  std::string member;          ///< a column's name or an archive's array; empty: by number
  int64_t first = 0, last = 0; ///< of a table: columns [first, last)
  ElementType type = ElementType::F32;
  Shape shape;        ///< of one row; its elements stand in the source in this order
  int64_t window = 0; ///< a sample is so many rows from its own on; 0: that row alone
};

/// Rows [first, last) of the data set.
struct RowRange {
  std::string name;
  int64_t first = 0, last = 0;
};

/// Columns of equally many rows. Arrays stay in the type of their file until a batch is gathered.
class Dataset {
public:
  /// Reads all columns. Relative paths are under `folder`. A failure names the file.
  static Result<Dataset> open(std::span<const SourceSpec> sources,
                              std::span<const ColumnSpec> columns, const std::string &folder);

  int64_t rows() const { return rowCount; }
  /// The rows of the longest window.
  int64_t reach() const;
  /// The parts of sources that have one file for each; else empty.
  const std::vector<RowRange> &parts() const { return ranges; }
  int64_t bytes() const;
  /// Column `column` of these rows, [rows, window, shape…] in the column's type, into `to`. The
  /// windows must end by the last row.
  Status gather(size_t column, std::span<const int64_t> rows, std::byte *to) const;

private:
  std::vector<ColumnSpec> specs;
  std::vector<Array> arrays; ///< [rows, …], one a column
  std::vector<RowRange> ranges;
  int64_t rowCount = 0;
};

/// Reads columns of one CSV(.gz) file in one pass: an array [rows, shape…] each, in the columns'
/// types. A first row with a cell that is no number where one is read, or any column by name, makes
/// it a header.
Result<std::vector<Array>> readCsvColumns(const std::string &path,
                                          std::span<const ColumnSpec> columns);

} // namespace lamina::runtime

#endif // LAMINA_DATASET_H
