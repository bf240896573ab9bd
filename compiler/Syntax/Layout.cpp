// Breaks lines.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/Layout.h"

#include "compiler/Syntax/Unicode.h"

namespace lamina {

namespace {
constexpr size_t kContinuation = 4;
constexpr size_t kMaxAligned = 60; // columns; right of them `align` starts a new line

size_t columnsOf(std::string_view text) {
  size_t columns = 0;
  for (size_t i = 0; i < text.size();) {
    CodePoint point = decodeUtf8(text, i);
    columns += displayWidth(point.value);
    i += point.length;
  }
  return columns;
}
} // namespace

void Layout::text(std::string_view text) {
  pieces.push_back({Kind::Text, std::string(text), columnsOf(text)});
}
void Layout::comment(std::string_view text) {
  pieces.push_back({Kind::Text, std::string(text), 0});
}
void Layout::line(std::string_view flat) {
  pieces.push_back({Kind::Line, std::string(flat), flat.size()});
}
void Layout::hardLine(bool blankBefore) { pieces.push_back({Kind::Hard, "", blankBefore}); }
void Layout::open() { pieces.push_back({Kind::Open, "", 0}); }
void Layout::close() { pieces.push_back({Kind::Close, "", 0}); }
void Layout::indent(size_t columns) { pieces.push_back({Kind::Indent, "", columns}); }
void Layout::align() { pieces.push_back({Kind::Align, "", 0}); }
void Layout::dedent() { pieces.push_back({Kind::Dedent, "", 0}); }

/// Whether the group, and what follows it up to the next possible break, fits on the present line.
bool Layout::fits(size_t opener, size_t columnsLeft) const {
  size_t depth = 0, used = 0;
  bool inside = true;
  for (size_t i = opener; i < pieces.size() && used <= columnsLeft; ++i) {
    switch (pieces[i].kind) {
    case Kind::Open:
      ++depth;
      break;
    case Kind::Close:
      inside = inside && --depth > 0;
      break;
    case Kind::Hard:
      return !inside;
    case Kind::Line:
      if (!inside)
        return true;
      used += pieces[i].columns;
      break;
    case Kind::Text:
      used += pieces[i].columns;
      break;
    default:
      break;
    }
  }
  return used <= columnsLeft;
}

class Layout::Writer {
public:
  void text(const std::string &text, size_t columns) {
    out += text;
    column += columns;
  }
  void newLine(bool blankBefore) {
    while (!out.empty() && out.back() == ' ')
      out.pop_back();
    if (!out.empty() || blankBefore)
      out += blankBefore ? "\n\n" : "\n";
    out.append(indents.back(), ' ');
    column = indents.back();
  }

  std::string out;
  size_t column = 0;
  std::vector<size_t> indents = {0};
  std::vector<bool> flat = {false};
};

std::string Layout::finish() const {
  Writer writer;
  for (size_t i = 0; i < pieces.size(); ++i) {
    const Piece &piece = pieces[i];
    switch (piece.kind) {
    case Kind::Text:
      writer.text(piece.text, piece.columns);
      break;
    case Kind::Line:
      if (writer.flat.back())
        writer.text(piece.text, piece.columns);
      else
        writer.newLine(false);
      break;
    case Kind::Hard:
      writer.newLine(piece.columns != 0);
      break;
    case Kind::Open:
      writer.flat.push_back(writer.flat.back() ||
                            (writer.column <= width && fits(i, width - writer.column)));
      break;
    case Kind::Close:
      writer.flat.pop_back();
      break;
    case Kind::Indent:
      writer.indents.push_back(writer.indents.back() + piece.columns);
      break;
    case Kind::Align: {
      bool far = !writer.flat.back() && writer.column > kMaxAligned;
      writer.indents.push_back(far ? writer.indents.back() + kContinuation : writer.column);
      if (far)
        writer.newLine(false);
      break;
    }
    case Kind::Dedent:
      writer.indents.pop_back();
      break;
    }
  }
  return std::move(writer.out);
}

} // namespace lamina
