// Canonical text: expressions and arguments.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/Formatter.h"

namespace lamina {

using namespace ast;

void Formatter::expr(const Expr &value) {
  commentsInline(value.range.begin);
  std::visit([&](const auto &node) { express(node, value.range); }, value.node);
}

void Formatter::express(const Number &value, SourceRange where) {
  layout.text(value.unit.empty() ? value.spelling : value.spelling + " " + value.unit);
}

void Formatter::express(const String &value, SourceRange where) {
  layout.text(quoted(value.value));
}

void Formatter::express(const Constant &value, SourceRange where) { layout.text(spelling(value)); }

void Formatter::express(const NameRef &value, SourceRange where) {
  layout.text(value.text);
  if (value.statics)
    statics(*value.statics);
}

void Formatter::express(const List &value, SourceRange where) {
  std::vector<Entry> items;
  for (const ExprPtr &item : value.items)
    items.push_back({item->range, [this, &item] { expr(*item); }});
  list({"[", "]"}, items);
}

void Formatter::express(const Comprehension &value, SourceRange where) {
  layout.open();
  layout.text("[");
  layout.align();
  expr(*value.body);
  layout.line();
  layout.text("for ");
  names(value.names);
  layout.text(" in ");
  expr(*value.source);
  if (value.condition) {
    layout.line();
    layout.text("if ");
    expr(*value.condition);
  }
  layout.dedent();
  layout.text("]");
  layout.close();
}

void Formatter::express(const Tuple &value, SourceRange where) {
  std::vector<Entry> items;
  for (const TupleItem &item : value.items) {
    SourceRange range = item.value->range;
    if (item.key)
      range.begin = item.key->range.begin;
    items.push_back({range, [this, &item] {
                       if (item.key)
                         layout.text(item.key->text + ": ");
                       expr(*item.value);
                     }});
  }
  // `(a,)` is a list of one, `(a)` is a: here the comma is no matter of taste.
  bool isSingle = items.size() == 1 && !value.items[0].key;
  if (isSingle && value.trailingComma)
    return list({"(", isBroken(items) ? ")" : ",)"}, items);
  list({"(", ")", !isSingle}, items);
}

void Formatter::express(const Call &value, SourceRange where) {
  expr(*value.callee);
  arguments(value.args);
}

void Formatter::express(const Index &value, SourceRange where) {
  expr(*value.base);
  parts(value.parts);
}

void Formatter::express(const Member &value, SourceRange where) {
  expr(*value.base);
  // A point that touches a number would be a part of it.
  layout.text((value.base->as<Number>() ? " ." : ".") + value.name.text);
  if (value.statics)
    statics(*value.statics);
}

void Formatter::express(const Unary &value, SourceRange where) {
  layout.text(value.op == UnaryOp::Not ? "not " : "-");
  expr(*value.operand);
}

void Formatter::express(const Binary &value, SourceRange where) {
  expr(*value.lhs);
  layout.open();
  continuation();
  layout.text(std::string(spelling(value.op)) + " ");
  expr(*value.rhs);
  layout.close();
}

void Formatter::express(const RangeExpr &value, SourceRange where) {
  expr(*value.low);
  layout.text("..");
  expr(*value.high);
}

/// A chain of `else if` is one list of cases.
void Formatter::express(const Conditional &value, SourceRange where) {
  layout.open();
  for (const Conditional *link = &value; link;) {
    layout.text("if ");
    expr(*link->condition);
    layout.open();
    continuation();
    layout.text("then ");
    expr(*link->thenValue);
    layout.close();
    continuation();
    layout.text("else ");
    const Expr &rest = *link->elseValue;
    link = rest.as<Conditional>();
    if (link)
      commentsInline(rest.range.begin);
    else
      expr(rest);
  }
  layout.close();
}

void Formatter::express(const Pipe &value, SourceRange where) {
  layout.open();
  stages(*value.input);
  continuation();
  layout.text("|> ");
  expr(*value.target);
  layout.close();
}

/// The inner stages of a pipe: all of them break, or none.
void Formatter::stages(const Expr &value) {
  const Pipe *pipe = value.as<Pipe>();
  if (!pipe)
    return expr(value);
  stages(*pipe->input);
  continuation();
  layout.text("|> ");
  expr(*pipe->target);
}

void Formatter::arguments(const std::vector<Arg> &args) {
  std::vector<Entry> items;
  for (const Arg &arg : args)
    items.push_back({arg.range, [this, &arg] { argument(arg); }});
  list({"(", ")"}, items);
}

void Formatter::argument(const Arg &arg) {
  if (auto *pattern = std::get_if<Pattern>(&arg.value)) {
    cells(pattern->from);
    layout.text(" -> ");
    cells(pattern->to);
    return;
  }
  if (arg.name)
    layout.text(arg.name->text + (arg.binder == '=' ? " = " : ": "));
  expr(*std::get<ExprPtr>(arg.value));
}

void Formatter::cells(const std::vector<PatternCell> &cells) {
  std::string text = "[";
  for (const PatternCell &cell : cells) {
    text += (text.size() > 1 ? ", " : "") + cell.axis.text;
    if (!cell.parts)
      continue;
    std::string parts;
    for (const Name &part : *cell.parts)
      parts += (parts.empty() ? "" : " ") + part.text;
    text += ": (" + parts + ")";
  }
  layout.text(text + "]");
}

void Formatter::statics(const StaticArgs &args) {
  std::vector<Entry> items;
  for (const StaticArg &arg : args) {
    SourceRange range = arg.range;
    if (arg.arrow)
      range.end = arg.arrow->range.end;
    items.push_back({range, [this, &arg] { staticArg(arg); }});
  }
  list({"<", ">"}, items);
}

void Formatter::staticArg(const StaticArg &arg) {
  if (arg.name)
    layout.text(arg.name->text + (arg.binder == '=' ? " = " : ": "));
  part(arg.value);
  if (!arg.arrow)
    return;
  layout.text(" -> ");
  staticArg(*arg.arrow);
}

void Formatter::parts(const std::vector<Part> &parts) {
  std::vector<Entry> items;
  for (const Part &each : parts)
    items.push_back({each.range, [this, &each] { part(each); }});
  list({"[", "]", false}, items);
}

void Formatter::part(const Part &part) {
  if (part.low)
    expr(*part.low);
  if (part.isRange)
    layout.text("..");
  if (part.high)
    expr(*part.high);
}

} // namespace lamina
