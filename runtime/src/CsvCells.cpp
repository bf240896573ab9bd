// The lexical level of CSV (RFC 4180).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CsvCells.h"

namespace lamina::runtime {
namespace {

std::string_view trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  return begin == std::string_view::npos
             ? ""
             : text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

} // namespace

/// The position behind the quotes that open at `begin`; a doubled quote stands for one.
size_t CsvCells::quoted(size_t begin) {
  for (size_t end = begin + 1;; end += 2) {
    end = text.find('"', end);
    if (end == std::string_view::npos) {
      isUnclosed = true;
      return text.size();
    }
    if (end + 1 >= text.size() || text[end + 1] != '"')
      return end + 1;
  }
}

bool CsvCells::next() {
  if (isLastOfRow) {
    if (position >= text.size())
      return false;
    ++row;
    column = 0;
  }
  ++column;
  const size_t first = text.find_first_not_of(" \t", position);
  size_t end = position;
  if (first != std::string_view::npos && text[first] == '"')
    end = quoted(first);
  end = text.find_first_of(",\r\n", end);
  if (end == std::string_view::npos)
    end = text.size();
  cell = trim(text.substr(position, end - position));
  isQuoted = cell.size() >= 2 && cell.front() == '"' && cell.back() == '"';
  if (isQuoted)
    cell = trim(cell.substr(1, cell.size() - 2));
  isLastOfRow = end >= text.size() || text[end] != ',';
  position = end + 1;
  if (text.substr(end, 2) == "\r\n")
    ++position;
  return true;
}

} // namespace lamina::runtime
