// Splits CSV text into cells.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef RUNTIME_SRC_CSVCELLS_H
#define RUNTIME_SRC_CSVCELLS_H

#include <cstdint>
#include <string_view>

namespace lamina::runtime {

/// Walks over the cells of a text. Rows end at LF, CRLF or CR, and at the end of the text.
class CsvCells {
public:
  explicit CsvCells(std::string_view text) : text(text) {}

  /// Moves to the next cell; false at the end of the text.
  bool next();

  std::string_view cell;   ///< without the blanks around it and the quotes
  int64_t row = 0;         ///< from 1
  int64_t column = 0;      ///< from 1
  bool isLastOfRow = true; ///< true before the first cell too
  bool isUnclosed = false; ///< the text ended within quotes
  bool isQuoted = false;   ///< a doubled quote in `cell` stands for one

private:
  size_t quoted(size_t begin);
  std::string_view text;
  size_t position = 0;
};

} // namespace lamina::runtime

#endif // RUNTIME_SRC_CSVCELLS_H
