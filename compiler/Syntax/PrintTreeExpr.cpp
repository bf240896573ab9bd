// The tree as indented text: expressions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/TreePrinter.h"

#include "compiler/Syntax/Spelling.h"

namespace lamina::ast {

void TreePrinter::optional(const ExprPtr &value) {
  if (value)
    expr(*value);
}

void TreePrinter::exprs(const std::vector<ExprPtr> &list) {
  for (const ExprPtr &each : list)
    expr(*each);
}

void TreePrinter::expr(const Expr &value) {
  std::visit([&](const auto &node) { express(node, value.range); }, value.node);
}

void TreePrinter::express(const Number &value, SourceRange where) {
  leaf(label("number", value.spelling) + (value.unit.empty() ? "" : " " + value.unit), where);
}

void TreePrinter::express(const String &value, SourceRange where) {
  leaf(label("string", quoted(value.value)), where);
}

void TreePrinter::express(const Constant &value, SourceRange where) {
  leaf(label("constant", spelling(value)), where);
}

void TreePrinter::express(const NameRef &value, SourceRange where) {
  node(label("name", value.text), where, [&] {
    if (value.statics)
      statics(*value.statics);
  });
}

void TreePrinter::express(const List &value, SourceRange where) {
  node("list", where, [&] { exprs(value.items); });
}

void TreePrinter::express(const Comprehension &value, SourceRange where) {
  node(label("comprehension", join(value.names)), where, [&] {
    expr(*value.body);
    expr(*value.source);
    optional(value.condition);
  });
}

void TreePrinter::express(const Tuple &value, SourceRange where) {
  node(value.isGrouping() ? "group" : "tuple", where, [&] {
    for (const TupleItem &item : value.items) {
      if (item.key)
        node(label("key", item.key->text), item.key->range, [&] { expr(*item.value); });
      else
        expr(*item.value);
    }
  });
}

void TreePrinter::express(const Call &value, SourceRange where) {
  node("call", where, [&] {
    expr(*value.callee);
    for (const Arg &arg : value.args)
      argument(arg);
  });
}

void TreePrinter::express(const Index &value, SourceRange where) {
  node("index", where, [&] {
    expr(*value.base);
    parts(value.parts);
  });
}

void TreePrinter::express(const Member &value, SourceRange where) {
  node(label("member", value.name.text), where, [&] {
    expr(*value.base);
    if (value.statics)
      statics(*value.statics);
  });
}

void TreePrinter::express(const Unary &value, SourceRange where) {
  node(value.op == UnaryOp::Not ? "not" : "negate", where, [&] { expr(*value.operand); });
}

void TreePrinter::express(const Binary &value, SourceRange where) {
  node(label("binary", spelling(value.op)), where, [&] {
    expr(*value.lhs);
    expr(*value.rhs);
  });
}

void TreePrinter::express(const RangeExpr &value, SourceRange where) {
  node("range", where, [&] {
    expr(*value.low);
    expr(*value.high);
  });
}

void TreePrinter::express(const Conditional &value, SourceRange where) {
  node("conditional", where, [&] {
    expr(*value.condition);
    expr(*value.thenValue);
    expr(*value.elseValue);
  });
}

void TreePrinter::express(const Pipe &value, SourceRange where) {
  node("pipe", where, [&] {
    expr(*value.input);
    expr(*value.target);
  });
}

void TreePrinter::argument(const Arg &arg) {
  if (auto *pattern = std::get_if<Pattern>(&arg.value)) {
    leaf(label("pattern", cells(pattern->from) + " -> " + cells(pattern->to)), pattern->range);
    return;
  }
  const Expr &value = *std::get<ExprPtr>(arg.value);
  if (arg.name)
    node(label("argument", arg.name->text) + " " + arg.binder, arg.range, [&] { expr(value); });
  else
    expr(value);
}

std::string TreePrinter::cells(const std::vector<PatternCell> &cells) {
  std::string result;
  for (const PatternCell &cell : cells) {
    result += (result.empty() ? "" : ", ") + cell.axis.text;
    if (!cell.parts)
      continue;
    std::string parts;
    for (const Name &part : *cell.parts)
      parts += (parts.empty() ? "" : " ") + part.text;
    result += ": (" + parts + ")";
  }
  return "[" + result + "]";
}

void TreePrinter::statics(const StaticArgs &args) {
  for (const StaticArg &arg : args)
    staticArg("static", arg);
}

void TreePrinter::staticArg(std::string_view kind, const StaticArg &arg) {
  std::string text = arg.name ? label(kind, arg.name->text) + " " + arg.binder : std::string(kind);
  node(text, arg.range, [&] {
    part(arg.value);
    if (arg.arrow)
      staticArg("to", *arg.arrow);
  });
}

void TreePrinter::parts(const std::vector<Part> &list) {
  for (const Part &each : list)
    part(each);
}

void TreePrinter::part(const Part &part) {
  if (!part.isRange)
    return expr(*part.low);
  node(part.low    ? part.high ? "from to" : "from"
       : part.high ? "to"
                   : "..",
       part.range, [&] {
         optional(part.low);
         optional(part.high);
       });
}

} // namespace lamina::ast
