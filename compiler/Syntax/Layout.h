// Breaks lines: a stream of text, possible breaks and nested groups becomes lines of a given width.
// A group is set on one line if it fits there; else its own breaks are taken, and its inner groups
// are tried in turn (Oppen, "Prettyprinting", TOPLAS 1980).
// SPDX-License-Identifier: Apache-2.0
// WITH LLVM-exception
#ifndef COMPILER_SYNTAX_LAYOUT_H
#define COMPILER_SYNTAX_LAYOUT_H

#include <string>
#include <string_view>
#include <vector>

namespace lamina {

class Layout {
public:
  explicit Layout(size_t width) : width(width) {}

  void text(std::string_view text);
  /// Text at the end of a line, for which no line is broken.
  void comment(std::string_view text);
  /// `flat` if the group is on one line, else a new line.
  void line(std::string_view flat = " ");
  /// A new line in any case; the groups around it are broken.
  void hardLine(bool blankBefore = false);
  void open();
  void close();
  /// Lines inside begin `columns` further right.
  void indent(size_t columns);
  /// Lines inside begin at the present column, or, if that is far right, on a new line with a small
  /// indentation.
  void align();
  /// Ends `indent` or `align`.
  void dedent();

  /// The lines, without blanks at their ends.
  std::string finish() const;

private:
  enum class Kind { Text, Line, Hard, Open, Close, Indent, Align, Dedent };
  struct Piece {
    Kind kind;
    std::string text;
    size_t columns = 0; // Text, Line: width; Indent: by how much; Hard: 1 for a blank line before
  };
  class Writer;
  bool fits(size_t opener, size_t columnsLeft) const;

  size_t width;
  std::vector<Piece> pieces;
};

} // namespace lamina

#endif // COMPILER_SYNTAX_LAYOUT_H
