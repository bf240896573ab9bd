// Source files and places in them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SYNTAX_SOURCE_H
#define COMPILER_SYNTAX_SOURCE_H

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace lamina {

/// A half-open range of bytes in one file of a SourceManager. The default one is "no place".
struct SourceRange {
  static constexpr uint32_t kNoFile = UINT32_MAX;
  uint32_t file = kNoFile;
  uint32_t begin = 0;
  uint32_t end = 0;
  bool isValid() const { return file != kNoFile; }
};

/// A 1-based line and column; columns count Unicode code points.
struct LineColumn {
  uint32_t line = 0;
  uint32_t column = 0;
};

/// Owns the text of every file of a compilation. Texts never move once added.
class SourceManager {
public:
  /// Adds a file and returns its index. `name` is what diagnostics print.
  uint32_t add(std::string name, std::string text);
  uint32_t count() const { return uint32_t(files.size()); }
  std::string_view name(uint32_t file) const { return files[file].name; }
  std::string_view text(uint32_t file) const { return files[file].text; }
  /// The text that `range` covers.
  std::string_view text(SourceRange range) const;
  LineColumn lineColumn(uint32_t file, uint32_t offset) const;
  /// The line (1-based) without its newline.
  std::string_view line(uint32_t file, uint32_t line) const;

private:
  struct File {
    std::string name;
    std::string text;
    std::vector<uint32_t> lineStarts;
  };
  std::deque<File> files;
};

} // namespace lamina

#endif // COMPILER_SYNTAX_SOURCE_H
