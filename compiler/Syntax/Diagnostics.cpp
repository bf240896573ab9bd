// How a person sees errors, warnings and notes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/Diagnostics.h"

#include "compiler/Syntax/Unicode.h"

#include <algorithm>
#include <tuple>

namespace lamina {

Diagnostic &Diagnostics::error(SourceRange where, std::string message) {
  Diagnostic diagnostic{Severity::Error, where, std::move(message), {}};
  if (++errorCount > kMaxErrors)
    return dropped = std::move(diagnostic);
  return list.emplace_back(std::move(diagnostic));
}

Diagnostic &Diagnostics::warning(SourceRange where, std::string message) {
  Diagnostic diagnostic{Severity::Warning, where, std::move(message), {}};
  if (++warningCount > kMaxErrors)
    return dropped = std::move(diagnostic);
  return list.emplace_back(std::move(diagnostic));
}

namespace {
constexpr unsigned kTabWidth = 4;
constexpr size_t kMaxColumns = 160; // of a source line that is shown
constexpr const char *kReset = "\033[0m", *kBold = "\033[1m", *kGreen = "\033[1;32m",
                     *kRed = "\033[1;31m", *kMagenta = "\033[1;35m", *kCyan = "\033[1;36m";

/// A source line as it is shown: text without tabs and control characters, and the line of carets
/// under it.
struct Excerpt {
  std::string text;
  std::string carets;
};

/// Shows `line`; the caret range is the bytes [begin, end) of it. Of a very long line, only the
/// part about the caret.
Excerpt makeExcerpt(std::string_view line, size_t begin, size_t end) {
  Excerpt excerpt;
  size_t start = 0, columns = 0;
  if (begin > kMaxColumns / 2 && line.size() > kMaxColumns) {
    start = begin - kMaxColumns / 2;
    while (start < begin && (line[start] & 0xC0) == 0x80)
      ++start;
    excerpt = {"...", "   "};
  }
  bool placed = false;
  auto put = [&](std::string_view shown, size_t width, size_t at) {
    excerpt.text += shown;
    columns += width;
    bool inside = at >= begin && (at < end || !placed);
    for (size_t i = 0; i < width && (at < end || inside); ++i) {
      excerpt.carets += !inside ? ' ' : placed ? '~' : '^';
      placed |= inside;
    }
  };
  for (size_t i = start; i < line.size() && columns < kMaxColumns;) {
    CodePoint point = decodeUtf8(line, i);
    if (point.value == '\t')
      put(std::string(kTabWidth - columns % kTabWidth, ' '), kTabWidth - columns % kTabWidth, i);
    else if (!point.valid || point.value < 0x20 || (point.value >= 0x7F && point.value < 0xA0))
      put("\xEF\xBF\xBD", 1, i);
    else
      put(line.substr(i, point.length), displayWidth(point.value), i);
    i += point.length;
    if (i < line.size() && columns >= kMaxColumns)
      excerpt.text += "...";
  }
  if (!placed) // at the end of the line
    excerpt.carets += '^';
  return excerpt;
}

/// Writes diagnostics in the manner of clang, with a gutter of line numbers.
class Renderer {
public:
  Renderer(const SourceManager &sources, bool color) : sources(sources), color(color) {}

  void header(SourceRange where, const char *kind, const char *style, std::string_view message) {
    if (where.isValid()) {
      LineColumn place = sources.lineColumn(where.file, where.begin);
      paint(kBold, std::string(sources.name(where.file)) + ":" + std::to_string(place.line) + ":" +
                       std::to_string(place.column) + ":");
      out += ' ';
    }
    paint(style, std::string(kind) + ":");
    out += ' ';
    paint(kBold, message);
    out += '\n';
  }

  void excerpt(SourceRange where) {
    if (!where.isValid())
      return;
    uint32_t number = sources.lineColumn(where.file, where.begin).line;
    std::string_view line = sources.line(where.file, number);
    size_t lineStart = line.data() - sources.text(where.file).data();
    size_t begin =
        std::min<size_t>(where.begin - std::min<size_t>(where.begin, lineStart), line.size());
    size_t end =
        std::clamp<size_t>(where.end > lineStart ? where.end - lineStart : 0, begin, line.size());
    Excerpt shown = makeExcerpt(line, begin, end);
    std::string digits = std::to_string(number);
    out += std::string(digits.size() < 5 ? 5 - digits.size() : 0, ' ') + digits + " | " +
           shown.text + '\n';
    out += std::string(std::max<size_t>(5, digits.size()), ' ') + " | ";
    size_t indent = shown.carets.find_first_not_of(' ');
    out += shown.carets.substr(0, indent);
    paint(kGreen, shown.carets.substr(indent));
    out += '\n';
  }

  std::string out;

private:
  void paint(const char *style, std::string_view text) {
    if (color)
      out += style;
    out += text;
    if (color)
      out += kReset;
  }

  const SourceManager &sources;
  bool color;
};
} // namespace

std::string Diagnostics::render(bool color) const {
  std::vector<const Diagnostic *> order;
  for (const Diagnostic &diagnostic : list)
    order.push_back(&diagnostic);
  // What has no place comes first: kNoFile + 1 wraps to 0.
  auto key = [](const Diagnostic *d) {
    return std::tuple(d->range.file + 1, d->range.isValid() ? d->range.begin : 0, d);
  };
  std::sort(order.begin(), order.end(),
            [&](const Diagnostic *a, const Diagnostic *b) { return key(a) < key(b); });
  Renderer renderer(sources, color);
  for (const Diagnostic *diagnostic : order) {
    bool isError = diagnostic->severity == Severity::Error;
    renderer.header(diagnostic->range, isError ? "error" : "warning", isError ? kRed : kMagenta,
                    diagnostic->message);
    renderer.excerpt(diagnostic->range);
    for (const Note &note : diagnostic->notes)
      renderer.header(note.range, "note", kCyan, note.message);
  }
  auto countRest = [&](size_t count, const char *what) {
    if (count > kMaxErrors)
      renderer.header({}, "note", kCyan,
                      std::to_string(count - kMaxErrors) + " more " + what + " are not shown");
  };
  countRest(errorCount, "errors");
  countRest(warningCount, "warnings");
  return std::move(renderer.out);
}

} // namespace lamina
