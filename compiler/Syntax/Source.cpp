// Source files and places in them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/Source.h"

#include <algorithm>

namespace lamina {

uint32_t SourceManager::add(std::string name, std::string text) {
  if (text.starts_with("\xEF\xBB\xBF")) // a BOM is no character of the first line
    text.erase(0, 3);
  File &file = files.emplace_back(File{std::move(name), std::move(text), {0}});
  for (size_t i = 0; i < file.text.size(); ++i)
    if (file.text[i] == '\n')
      file.lineStarts.push_back(uint32_t(i + 1));
  return uint32_t(files.size() - 1);
}

std::string_view SourceManager::text(SourceRange range) const {
  if (!range.isValid())
    return {};
  std::string_view all = files[range.file].text;
  size_t begin = std::min<size_t>(range.begin, all.size());
  return all.substr(begin, range.end > begin ? range.end - begin : 0);
}

LineColumn SourceManager::lineColumn(uint32_t file, uint32_t offset) const {
  const File &entry = files[file];
  offset = std::min(offset, uint32_t(entry.text.size()));
  auto next = std::upper_bound(entry.lineStarts.begin(), entry.lineStarts.end(), offset);
  uint32_t start = *(next - 1);
  auto isCodePoint = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  auto column = std::count_if(entry.text.begin() + start, entry.text.begin() + offset, isCodePoint);
  return {uint32_t(next - entry.lineStarts.begin()), uint32_t(column + 1)};
}

std::string_view SourceManager::line(uint32_t file, uint32_t line) const {
  const File &entry = files[file];
  if (line == 0 || line > entry.lineStarts.size())
    return {};
  size_t begin = entry.lineStarts[line - 1];
  size_t end = line < entry.lineStarts.size() ? entry.lineStarts[line] - 1 : entry.text.size();
  if (end > begin && entry.text[end - 1] == '\r')
    --end;
  return std::string_view(entry.text).substr(begin, end - begin);
}

} // namespace lamina
