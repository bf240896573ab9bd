// The lexical level of CSV (RFC 4180).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CsvCells.h"

#include <algorithm>
#include <new>

namespace lamina::runtime {
namespace {

std::string_view trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  return begin == std::string_view::npos
             ? ""
             : text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

bool endsCell(char c) { return c == ',' || c == '\n' || c == '\r'; }

} // namespace

CsvCells::CsvCells(const Input &input, int64_t stretch)
    : input(input), stretch(stretch), end(input.size()) {
  if (input.startsWith("\xff\xfe") || input.startsWith("\xfe\xff"))
    failure = input.fail("is UTF-16 text; save it as UTF-8");
  else
    findText();
}

/// Leaves out a byte order mark and newlines at the end.
void CsvCells::findText() {
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  if (input.startsWith(kMark))
    offset = int64_t(kMark.size());
  char tail[4096];
  while (end > offset) {
    const int64_t count = std::min<int64_t>(sizeof tail, end - offset);
    failure = input.read(end - count, tail, count);
    if (!failure)
      return;
    const size_t last = std::string_view(tail, size_t(count)).find_last_not_of("\r\n");
    end -= count;
    if (last != std::string_view::npos) {
      end += int64_t(last) + 1;
      return;
    }
  }
}

/// Forgets what stands before `position` and reads behind the rest; false where nothing is left.
bool CsvCells::readOn() {
  if (!failure || offset >= end)
    return false;
  text.erase(0, position);
  position = 0;
  const size_t kept = text.size();
  if (kept > kLongestCell) {
    failure = input.fail("row " + std::to_string(row) + ", column " + std::to_string(column) +
                         ": the cell has more than " + std::to_string(kLongestCell >> 20) +
                         " MiB; is a quote never closed?");
    return false;
  }
  // A cell that does not fit makes the text twice as long, so that it is not read too often.
  const int64_t count = std::min(std::max(stretch, int64_t(kept)), end - offset);
  try {
    text.resize(kept + size_t(count));
  } catch (const std::bad_alloc &) {
    failure = input.fail("not enough memory for a cell of " + std::to_string(kept) + " bytes");
    return false;
  }
  failure = input.read(offset, text.data() + kept, count);
  if (const size_t nul = text.find('\0', kept); failure && nul != std::string::npos)
    failure = input.fail("holds a NUL at byte " + std::to_string(offset + int64_t(nul - kept)) +
                         ": it is no text");
  offset += count;
  return bool(failure);
}

/// The position behind the quotes that open at `begin`; a doubled quote stands for one.
size_t CsvCells::endOfQuotes(size_t begin) {
  for (size_t close = begin + 1;; close += 2) {
    close = text.find('"', close);
    isOpen = close == std::string::npos;
    if (isOpen)
      return text.size();
    if (close + 1 >= text.size() || text[close + 1] != '"')
      return close + 1;
  }
}

/// Where the cell at `position` ends in what was read so far.
size_t CsvCells::endOfCell() {
  const size_t first = std::min(text.find_first_not_of(" \t", position), text.size());
  size_t at = first < text.size() && text[first] == '"' ? endOfQuotes(first) : position;
  while (at < text.size() && !endsCell(text[at]))
    ++at;
  return at;
}

bool CsvCells::next() {
  if (isLastOfRow) {
    if (position >= text.size() && !readOn())
      return false;
    ++row;
    column = 0;
  }
  ++column;
  isOpen = false;
  size_t stop = endOfCell();
  // What ends with the stretch may go on behind it, and a CR there be half of a CRLF.
  while (stop + 1 >= text.size() && readOn())
    stop = endOfCell();
  if (failure && isOpen)
    failure = input.fail("quotes that open in row " + std::to_string(row) + " are never closed");
  if (!failure)
    return false;
  cell = trim(std::string_view(text).substr(position, stop - position));
  isQuoted = cell.size() >= 2 && cell.front() == '"' && cell.back() == '"';
  if (isQuoted)
    cell = trim(cell.substr(1, cell.size() - 2));
  isLastOfRow = stop >= text.size() || text[stop] != ',';
  position = stop + 1;
  if (std::string_view(text).substr(stop, 2) == "\r\n")
    ++position;
  return true;
}

} // namespace lamina::runtime
