// The tree as indented text: statements.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/TreePrinter.h"

#include "compiler/Syntax/Spelling.h"

namespace lamina::ast {

void TreePrinter::body(const Body &body) {
  node("body", body.range, [&] {
    for (const StmtPtr &each : body.statements)
      stmt(*each);
    if (!body.returns.empty())
      node("return", body.returnRange, [&] { exprs(body.returns); });
    if (body.backward)
      node("backward", body.backward->range, [&] {
        for (const Name &grad : body.backward->grads)
          leaf(label("gradient", grad.text), grad.range);
        for (const auto &[name, value] : body.backward->results)
          node(label("of", name.text), name.range, [&] { expr(*value); });
      });
  });
}

void TreePrinter::stmt(const Stmt &stmt) {
  std::visit([&](const auto &node) { state(node, stmt.range); }, stmt.node);
}

void TreePrinter::typeAndValue(const std::optional<TypeExpr> &declared, const ExprPtr &value) {
  if (declared)
    type(*declared);
  optional(value);
}

void TreePrinter::state(const LayerStmt &stmt, SourceRange where) {
  node(label(stmt.frozen ? "frozen layer" : "layer", stmt.name.text), where, [&] {
    expr(*stmt.value);
    if (stmt.eachAxis)
      node(label("each", stmt.eachAxis->text), stmt.eachAxis->range,
           [&] { expr(*stmt.eachCount); });
  });
}

void TreePrinter::state(const ParamStmt &stmt, SourceRange where) {
  node(label(stmt.frozen ? "frozen param" : "param", stmt.name.text), where,
       [&] { typeAndValue(stmt.type, stmt.init); });
}

void TreePrinter::state(const StateStmt &stmt, SourceRange where) {
  node(label("state", stmt.name.text), where, [&] {
    type(stmt.type);
    expr(*stmt.init);
  });
}

void TreePrinter::state(const LetStmt &stmt, SourceRange where) {
  node(label("let", stmt.name.text), where, [&] { typeAndValue(stmt.type, stmt.value); });
}

void TreePrinter::state(const TapStmt &stmt, SourceRange where) {
  node(label("tap", stmt.name.text), where, [&] { expr(*stmt.value); });
}

void TreePrinter::state(const EmitStmt &stmt, SourceRange where) {
  node(label("emit", stmt.name.text), where, [&] { expr(*stmt.value); });
}

void TreePrinter::state(const RepeatStmt &stmt, SourceRange where) {
  node(label("repeat", stmt.name.text) + (stmt.index ? " index " + stmt.index->text : ""), where,
       [&] {
         expr(*stmt.count);
         body(stmt.body);
       });
}

void TreePrinter::state(const ForStmt &stmt, SourceRange where) {
  node(label("for", join(stmt.names)), where, [&] {
    expr(*stmt.source);
    body(stmt.body);
  });
}

void TreePrinter::state(const IfStmt &stmt, SourceRange where) {
  node("if", where, [&] {
    expr(*stmt.condition);
    body(stmt.thenBody);
    if (stmt.elseBody)
      body(*stmt.elseBody);
  });
}

void TreePrinter::state(const ScanStmt &stmt, SourceRange where) {
  node("scan", where, [&] {
    statics(stmt.statics);
    exprs(stmt.inputs);
    body(stmt.body);
  });
}

void TreePrinter::state(const AssertStmt &stmt, SourceRange where) {
  node("assert", where, [&] { expr(*stmt.condition); });
}

void TreePrinter::state(const BindStmt &stmt, SourceRange where) {
  node(label("bind", join(stmt.names)), where, [&] { typeAndValue(stmt.type, stmt.value); });
}

void TreePrinter::state(const UpdateStmt &stmt, SourceRange where) {
  node(label("update", spelling(stmt.path)), where, [&] {
    parts(stmt.index);
    expr(*stmt.value);
  });
}

void TreePrinter::state(const SettingStmt &stmt, SourceRange where) {
  std::string text = label("setting", stmt.keyword.text);
  if (!stmt.path.empty())
    text += " " + spelling(stmt.path);
  node(text, where, [&] {
    exprs(stmt.heads);
    optional(stmt.value);
    if (stmt.body)
      body(*stmt.body);
  });
}

} // namespace lamina::ast
