// Splits CSV text into cells.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef RUNTIME_SRC_CSVCELLS_H
#define RUNTIME_SRC_CSVCELLS_H

#include "lamina/Input.h"

namespace lamina::runtime {

/// Walks over the cells of an unpacked file, a stretch of it in memory at a time. Rows end at LF,
/// CRLF or CR, and at the end of the text. A byte order mark and the newlines at the end of the
/// file are no part of the text.
class CsvCells {
public:
  static constexpr int64_t kStretch = 1 << 20;
  /// A longer cell is a failure; mostly it is a quote that is never closed.
  static constexpr size_t kLongestCell = size_t(16) << 20;

  /// Reads `stretch` bytes of the file at once. `input` must outlive this.
  explicit CsvCells(const Input &input, int64_t stretch = kStretch);

  /// Moves to the next cell; false at the end of the text, and where the walk fails.
  bool next();
  /// Why the walk ended before the text did.
  const Status &status() const { return failure; }

  std::string_view cell;   ///< without the blanks around it and the quotes; until the next one
  int64_t row = 0;         ///< from 1
  int64_t column = 0;      ///< from 1
  bool isLastOfRow = true; ///< true before the first cell too
  bool isQuoted = false;   ///< a doubled quote in `cell` stands for one

private:
  void findText();
  bool readOn();
  size_t endOfCell();
  size_t endOfQuotes(size_t begin);

  const Input &input;
  int64_t stretch;
  int64_t offset = 0, end = 0; ///< in the file: of what was not read yet, and of the text
  std::string text;            ///< what was read and may be needed
  size_t position = 0;         ///< in `text`
  bool isOpen = false;         ///< the text ended within quotes
  Status failure;
};

} // namespace lamina::runtime

#endif // RUNTIME_SRC_CSVCELLS_H
