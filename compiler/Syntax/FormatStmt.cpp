// Canonical text: bodies and statements.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/Formatter.h"

namespace lamina {

using namespace ast;

std::vector<Formatter::Entry> Formatter::bodyEntries(const Body &body) {
  std::vector<Entry> list;
  for (const StmtPtr &each : body.statements)
    list.push_back({each->range, [this, &each] { stmt(*each); }});
  if (!body.returns.empty())
    list.push_back({body.returnRange, [this, &body] {
                      layout.text("return ");
                      for (const ExprPtr &value : body.returns) {
                        if (&value != &body.returns[0])
                          layout.text(", ");
                        expr(*value);
                      }
                    }});
  if (body.backward)
    list.push_back({body.backward->range, [this, &body] { backward(*body.backward); }});
  return list;
}

void Formatter::body(const Body &body) {
  std::vector<Entry> list = bodyEntries(body);
  uint32_t end = body.range.end - 1; // of the last thing before the brace
  bool hasComment = hasComments(end);
  layout.text("{");
  if (list.empty() && !hasComment)
    return layout.text("}");
  bool isOneLine = !hasComment && sources.text(body.range).find('\n') == std::string_view::npos;
  if (!isOneLine) {
    layout.indent(2);
    commentsTrailing(body.range.begin + 1, list.empty() ? end : list[0].range.begin);
    entries(list, body.range.begin + 1, end);
    layout.dedent();
    layout.hardLine();
    return layout.text("}");
  }
  layout.open();
  layout.indent(2);
  layout.line();
  for (const Entry &entry : list) {
    if (&entry != &list[0])
      layout.line(", ");
    entry.write();
  }
  layout.dedent();
  layout.line();
  layout.text("}");
  layout.close();
}

void Formatter::backward(const BackwardClause &clause) {
  layout.text("backward(");
  names(clause.grads);
  layout.text(") ");
  layout.open();
  layout.text("{");
  layout.indent(2);
  for (const auto &[name, value] : clause.results) {
    layout.line(&name == &clause.results[0].first ? " " : ", ");
    layout.text(name.text + ": ");
    expr(*value);
  }
  layout.dedent();
  layout.line();
  layout.text("}");
  layout.close();
}

void Formatter::notes(const std::vector<ast::Note> &notes) {
  for (const ast::Note &note : notes) {
    layout.text("@" + note.name.text);
    if (!note.args.empty())
      arguments(note.args);
    layout.hardLine();
  }
}

void Formatter::stmt(const Stmt &stmt) {
  notes(stmt.notes);
  std::visit([&](const auto &node) { state(node); }, stmt.node);
}

void Formatter::names(const std::vector<Name> &names) {
  for (const Name &name : names)
    layout.text((&name == &names[0] ? "" : ", ") + name.text);
}

void Formatter::typed(const std::optional<TypeExpr> &declared) {
  if (!declared)
    return;
  layout.text(": ");
  type(*declared);
}

void Formatter::assigned(const ExprPtr &value) {
  if (!value)
    return;
  layout.text(" = ");
  expr(*value);
}

void Formatter::state(const LayerStmt &stmt) {
  layout.text((stmt.frozen ? "frozen layer " : "layer ") + stmt.name.text);
  assigned(stmt.value);
  if (!stmt.eachAxis)
    return;
  layout.open();
  continuation();
  layout.text("each " + stmt.eachAxis->text + ": ");
  expr(*stmt.eachCount);
  layout.close();
}

void Formatter::state(const ParamStmt &stmt) {
  layout.text((stmt.frozen ? "frozen param " : "param ") + stmt.name.text);
  typed(stmt.type);
  assigned(stmt.init);
}

void Formatter::state(const StateStmt &stmt) {
  layout.text("state " + stmt.name.text + ": ");
  type(stmt.type);
  assigned(stmt.init);
}

void Formatter::state(const LetStmt &stmt) {
  layout.text("let " + stmt.name.text);
  typed(stmt.type);
  assigned(stmt.value);
}

void Formatter::state(const TapStmt &stmt) {
  layout.text("tap " + stmt.name.text);
  assigned(stmt.value);
}

void Formatter::state(const EmitStmt &stmt) {
  layout.text("emit " + stmt.name.text);
  assigned(stmt.value);
}

void Formatter::state(const RepeatStmt &stmt) {
  layout.text("repeat ");
  if (stmt.index)
    layout.text(stmt.index->text + " in ");
  expr(*stmt.count);
  layout.text(" as " + stmt.name.text + " ");
  body(stmt.body);
}

void Formatter::state(const ForStmt &stmt) {
  layout.text("for ");
  names(stmt.names);
  layout.text(" in ");
  expr(*stmt.source);
  layout.text(" ");
  body(stmt.body);
}

void Formatter::state(const IfStmt &stmt) {
  layout.text("if ");
  expr(*stmt.condition);
  layout.text(" ");
  body(stmt.thenBody);
  if (!stmt.elseBody)
    return;
  uint32_t next = stmt.elseBody->range.begin;
  if (hasComments(next)) {
    bool isFirst = false;
    commentsTrailing(stmt.thenBody.range.end, next);
    commentsAbove(next, stmt.thenBody.range.end, isFirst);
    layout.hardLine();
  } else {
    layout.text(" ");
  }
  layout.text("else ");
  if (stmt.elseIsBranch)
    this->stmt(*stmt.elseBody->statements[0]);
  else
    body(*stmt.elseBody);
}

void Formatter::state(const ScanStmt &stmt) {
  layout.text("scan");
  statics(stmt.statics);
  std::vector<Entry> items;
  for (const ExprPtr &input : stmt.inputs)
    items.push_back({input->range, [this, &input] { expr(*input); }});
  list({"(", ")", false}, items);
  layout.text(" ");
  body(stmt.body);
}

void Formatter::state(const AssertStmt &stmt) {
  layout.text("assert ");
  expr(*stmt.condition);
}

void Formatter::state(const BindStmt &stmt) {
  names(stmt.names);
  typed(stmt.type);
  assigned(stmt.value);
}

void Formatter::state(const UpdateStmt &stmt) {
  layout.text(spelling(stmt.path));
  if (!stmt.index.empty())
    parts(stmt.index);
  layout.text(" <- ");
  expr(*stmt.value);
}

void Formatter::state(const SettingStmt &stmt) {
  layout.text(stmt.keyword.text);
  if (!stmt.path.empty()) {
    layout.text(" " + spelling(stmt.path));
    return assigned(stmt.value);
  }
  for (const ExprPtr &head : stmt.heads) {
    layout.text(&head == &stmt.heads[0] ? " " : ", ");
    expr(*head);
  }
  layout.text(" ");
  if (stmt.body)
    body(*stmt.body);
}

} // namespace lamina
