// Canonical text: comments, blank lines, and the lists that all else consists of.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/Formatter.h"

#include "compiler/Syntax/Parser.h"

#include <algorithm>
#include <cstring>

namespace lamina {

std::string format(const ast::Module &module, const SourceManager &sources) {
  return Formatter(module, sources).run();
}

std::string Formatter::run() {
  std::vector<Entry> list;
  for (const std::unique_ptr<ast::Decl> &each : module.decls) {
    const ast::ModelDecl *model = each->as<ast::ModelDecl>();
    bool hasBody = each->as<ast::BlockDecl>() || each->as<ast::TrainDecl>() ||
                   each->as<ast::TestDecl>() || (model && !model->variant);
    list.push_back({each->range, [this, &each] { decl(*each); }, hasBody});
  }
  entries(list, 0, uint32_t(source.size()));
  std::string text = layout.finish();
  return text.empty() ? text : text + "\n";
}

bool Formatter::isBlankBetween(uint32_t begin, uint32_t end) const {
  if (begin >= end)
    return false;
  std::string_view gap = source.substr(begin, end - begin);
  size_t lines = 0;
  for (char c : gap) {
    lines += c == '\n';
    if (lines > 1)
      return true;
    if (c != '\n' && c != ' ' && c != '\t' && c != '\r')
      lines = 0;
  }
  return false;
}

bool Formatter::beginsLine(uint32_t offset) const {
  while (offset > 0 && (source[offset - 1] == ' ' || source[offset - 1] == '\t'))
    --offset;
  return offset == 0 || source[offset - 1] == '\n';
}

bool Formatter::hasComments(uint32_t before) const {
  return nextComment < module.comments.size() && module.comments[nextComment].range.begin < before;
}

/// Where the bracket stands that ends a list whose last item ends at `offset`.
uint32_t Formatter::closerAfter(uint32_t offset) const {
  for (size_t comment = nextComment; offset < source.size(); ++offset) {
    while (comment < module.comments.size() && module.comments[comment].range.end <= offset)
      ++comment;
    if (comment < module.comments.size() && module.comments[comment].range.begin == offset)
      offset = module.comments[comment].range.end;
    else if (!strchr(" \t\r\n,", source[offset]))
      break;
  }
  return offset;
}

/// A break inside a statement.
void Formatter::continuation(std::string_view flat) {
  layout.indent(4);
  layout.line(flat);
  layout.dedent();
}

/// Comments in the midst of an expression.
void Formatter::commentsInline(uint32_t before) {
  for (bool isFirst = true; hasComments(before); ++nextComment, isFirst = false) {
    layout.comment((isFirst ? " " : "") + module.comments[nextComment].text);
    layout.indent(4);
    layout.hardLine();
    layout.dedent();
  }
}

/// A comment on the line where something has just ended, if nothing else stands between.
void Formatter::commentsTrailing(uint32_t after, uint32_t limit) {
  if (!hasComments(limit))
    return;
  const ast::Comment &comment = module.comments[nextComment];
  if (comment.text.starts_with('/') || comment.range.begin < after ||
      source.substr(after, comment.range.begin - after).find('\n') != source.npos)
    return;
  layout.comment("  " + comment.text);
  ++nextComment;
}

/// Comments on lines of their own. Returns where the last thing written ends.
uint32_t Formatter::commentsAbove(uint32_t before, uint32_t previousEnd, bool &isFirst) {
  for (; hasComments(before); ++nextComment) {
    const ast::Comment &comment = module.comments[nextComment];
    layout.hardLine(!isFirst && isBlankBetween(previousEnd, comment.range.begin));
    layout.text(comment.text);
    previousEnd = comment.range.end;
    isFirst = false;
  }
  return previousEnd;
}

bool Formatter::sharesLine(const Entry &left, const Entry &right) const {
  std::string_view gap = source.substr(left.range.end, right.range.begin - left.range.end);
  return gap.find(',') != gap.npos && gap.find('\n') == gap.npos;
}

/// The entries of a body or of the file, each on its line, in source[begin, end).
void Formatter::entries(const std::vector<Entry> &list, uint32_t begin, uint32_t end) {
  bool isFirst = true;
  uint32_t previousEnd = begin;
  for (size_t i = 0; i < list.size(); ++i) {
    const Entry &entry = list[i];
    bool hadBody = i > 0 && list[i - 1].hasBody;
    bool isSetOff = i > 0 && (hadBody || entry.hasBody);
    bool hasNoComments = !hasComments(entry.range.begin);
    if (i > 0 && hasNoComments && !isSetOff && sharesLine(list[i - 1], entry)) {
      layout.open();
      layout.line(", ");
      entry.write();
      layout.close();
    } else {
      if (isSetOff && !hasNoComments)
        setOffComment(previousEnd);
      previousEnd = commentsAbove(entry.range.begin, previousEnd, isFirst);
      bool documented = !hasNoComments && module.comments[nextComment - 1].text.starts_with("///");
      bool blank = !documented && !isFirst && isBlankBetween(previousEnd, entry.range.begin);
      layout.hardLine(blank || (isSetOff && hasNoComments));
      entry.write();
    }
    isFirst = false;
    uint32_t limit = i + 1 < list.size() ? list[i + 1].range.begin : end;
    commentsTrailing(entry.range.end, limit);
    previousEnd = nextComment > 0
                      ? std::max(entry.range.end, module.comments[nextComment - 1].range.end)
                      : entry.range.end;
  }
  if (!list.empty() && list.back().hasBody && hasComments(end))
    setOffComment(previousEnd);
  commentsAbove(end, previousEnd, isFirst);
}

/// A blank line before the next comment, unless it brings one along.
void Formatter::setOffComment(uint32_t previousEnd) {
  if (!isBlankBetween(previousEnd, module.comments[nextComment].range.begin))
    layout.hardLine();
}

/// Whether each item gets its own line: because the first one and the bracket at the end have, or
/// because of a comment.
bool Formatter::isBroken(const std::vector<Entry> &items) const {
  if (items.empty())
    return false;
  uint32_t closer = closerAfter(items.back().range.end);
  return hasComments(closer) || (beginsLine(items[0].range.begin) && beginsLine(closer));
}

void Formatter::list(const Brackets &brackets, const std::vector<Entry> &items) {
  if (isBroken(items))
    return brokenList(brackets, items);
  layout.open();
  layout.text(brackets.open);
  layout.align();
  for (size_t i = 0; i < items.size(); ++i) {
    layout.open();
    if (i > 0)
      layout.line();
    items[i].write();
    if (i + 1 < items.size())
      layout.text(",");
    layout.close();
  }
  layout.dedent();
  layout.text(brackets.close);
  layout.close();
}

void Formatter::brokenList(const Brackets &brackets, const std::vector<Entry> &items) {
  layout.text(brackets.open);
  layout.indent(2);
  uint32_t closer = closerAfter(items.back().range.end);
  bool isFirst = true;
  for (size_t i = 0; i < items.size(); ++i) {
    commentsAbove(items[i].range.begin, i > 0 ? items[i - 1].range.end : 0, isFirst);
    layout.hardLine();
    items[i].write();
    bool isLast = i + 1 == items.size();
    if (!isLast || brackets.trailingComma)
      layout.text(",");
    commentsTrailing(items[i].range.end, isLast ? closer : items[i + 1].range.begin);
  }
  commentsAbove(closer, items.back().range.end, isFirst);
  layout.dedent();
  layout.hardLine();
  layout.text(brackets.close);
}

} // namespace lamina
