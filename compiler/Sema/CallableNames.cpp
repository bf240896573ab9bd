// A walk over the text of a declaration that looks at what is applied.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/CallableNames.h"

#include "compiler/Sema/Instantiator.h"

#include <algorithm>
#include <set>

namespace lamina::sema {

namespace {

/// Every name that a body binds anywhere; a name is not held against where it stands.
class BoundNames {
public:
  std::set<std::string, std::less<>> names;

  void body(const ast::Body &body) {
    for (const ast::StmtPtr &stmt : body.statements)
      std::visit([&](const auto &node) { bind(node); }, stmt->node);
  }

private:
  void add(const std::vector<ast::Name> &list) {
    for (const ast::Name &name : list)
      names.insert(name.text);
  }
  void bind(const ast::RepeatStmt &node) {
    if (node.index)
      names.insert(node.index->text);
    body(node.body);
  }
  void bind(const ast::ForStmt &node) {
    add(node.names);
    body(node.body);
  }
  void bind(const ast::IfStmt &node) {
    body(node.thenBody);
    if (node.elseBody)
      body(*node.elseBody);
  }
  void bind(const ast::ScanStmt &node) { body(node.body); }
  void bind(const ast::BindStmt &node) { add(node.names); }
  void bind(const ast::AssertStmt &) {}
  void bind(const ast::UpdateStmt &) {}
  void bind(const ast::SettingStmt &) {}
  template <typename Named> void bind(const Named &node) { names.insert(node.name.text); }
};

class CallableWalk {
public:
  CallableWalk(const Module &module, const ModuleTable &modules, Diagnostics &diagnostics)
      : module(module), modules(modules), diagnostics(diagnostics) {}
  std::set<std::string, std::less<>> local;

  void body(const ast::Body &body) {
    for (const ast::StmtPtr &stmt : body.statements)
      std::visit([&](const auto &node) { statement(node); }, stmt->node);
    for (const ast::ExprPtr &value : body.returns)
      expr(value);
  }

private:
  void statement(const ast::LayerStmt &node) {
    expr(node.value);
    expr(node.eachCount);
  }
  void statement(const ast::ParamStmt &node) { expr(node.init); }
  void statement(const ast::StateStmt &node) { expr(node.init); }
  void statement(const ast::LetStmt &node) { expr(node.value); }
  void statement(const ast::TapStmt &node) { expr(node.value); }
  void statement(const ast::EmitStmt &node) { expr(node.value); }
  void statement(const ast::RepeatStmt &node) {
    expr(node.count);
    body(node.body);
  }
  void statement(const ast::ForStmt &node) {
    expr(node.source);
    body(node.body);
  }
  void statement(const ast::IfStmt &node) {
    expr(node.condition);
    body(node.thenBody);
    if (node.elseBody)
      body(*node.elseBody);
  }
  void statement(const ast::ScanStmt &node) { body(node.body); }
  void statement(const ast::AssertStmt &node) { expr(node.condition); }
  void statement(const ast::BindStmt &node) { expr(node.value); }
  void statement(const ast::UpdateStmt &node) { expr(node.value); }
  void statement(const ast::SettingStmt &) {}

  void expr(const ast::ExprPtr &expr) {
    if (expr)
      std::visit([&](const auto &node) { operand(node, *expr); }, expr->node);
  }
  void statics(const std::optional<ast::StaticArgs> &args) {
    if (!args)
      return;
    for (const ast::StaticArg &arg : *args) {
      expr(arg.value.low);
      expr(arg.value.high);
    }
  }
  void applied(const ast::ExprPtr &callee) {
    auto *ref = callee->as<ast::NameRef>();
    if (!ref)
      return expr(callee);
    check(ref->text, callee->range);
    statics(ref->statics);
  }
  void operand(const ast::Number &, const ast::Expr &) {}
  void operand(const ast::String &, const ast::Expr &) {}
  void operand(const ast::Constant &, const ast::Expr &) {}
  void operand(const ast::NameRef &node, const ast::Expr &at) {
    if (node.statics)
      check(node.text, at.range);
    statics(node.statics);
  }
  void operand(const ast::List &node, const ast::Expr &) {
    for (const ast::ExprPtr &item : node.items)
      expr(item);
  }
  void operand(const ast::Comprehension &node, const ast::Expr &) {
    for (const ast::Name &name : node.names)
      local.insert(name.text);
    expr(node.source);
    expr(node.condition);
    expr(node.body);
  }
  void operand(const ast::Tuple &node, const ast::Expr &) {
    for (const ast::TupleItem &item : node.items)
      expr(item.value);
  }
  void operand(const ast::Call &node, const ast::Expr &) {
    for (const ast::Arg &arg : node.args)
      if (auto *value = std::get_if<ast::ExprPtr>(&arg.value))
        expr(*value);
    applied(node.callee);
  }
  void operand(const ast::Index &node, const ast::Expr &) {
    expr(node.base);
    for (const ast::Part &part : node.parts) {
      expr(part.low);
      expr(part.high);
    }
  }
  void operand(const ast::Member &node, const ast::Expr &) {
    expr(node.base);
    statics(node.statics);
  }
  void operand(const ast::Unary &node, const ast::Expr &) { expr(node.operand); }
  void operand(const ast::Binary &node, const ast::Expr &) {
    expr(node.lhs);
    expr(node.rhs);
  }
  void operand(const ast::RangeExpr &node, const ast::Expr &) {
    expr(node.low);
    expr(node.high);
  }
  void operand(const ast::Conditional &node, const ast::Expr &) {
    expr(node.condition);
    expr(node.thenValue);
    expr(node.elseValue);
  }
  void operand(const ast::Pipe &node, const ast::Expr &) {
    expr(node.input);
    if (node.target->as<ast::Call>())
      expr(node.target);
    else
      applied(node.target);
  }

  void check(const std::string &name, SourceRange range) {
    if (local.contains(name) || isBuiltinFunction(name) || isPrimitive(name) ||
        !modules.find(module, name).candidates.empty())
      return;
    std::vector<std::string> known = modules.visibleNames(module), primitives = primitiveNames();
    known.insert(known.end(), local.begin(), local.end());
    known.insert(known.end(), primitives.begin(), primitives.end());
    std::optional<std::string> meant = nearest(name, known);
    diagnostics.error(range, "there is nothing to apply called '" + name + "'" +
                                 (meant ? "; did you mean '" + *meant + "'?" : ""));
  }

  const Module &module;
  const ModuleTable &modules;
  Diagnostics &diagnostics;
};

} // namespace

template <typename Decl>
static void checkDecl(const Module &module, const Decl &decl, const ModuleTable &modules,
                      Diagnostics &diagnostics) {
  BoundNames bound;
  bound.body(decl.body);
  CallableWalk walk(module, modules, diagnostics);
  walk.local = std::move(bound.names);
  for (const ast::Formal &formal : decl.formals)
    walk.local.insert(formal.name.text);
  for (const ast::Input &input : decl.inputs)
    walk.local.insert(input.name.text);
  walk.body(decl.body);
}

void checkCallableNames(const Module &module, const ast::Decl &decl, const ModuleTable &modules,
                        Diagnostics &diagnostics) {
  if (auto *block = decl.as<ast::BlockDecl>())
    checkDecl(module, *block, modules, diagnostics);
  else if (auto *model = decl.as<ast::ModelDecl>(); model && !model->variant)
    checkDecl(module, *model, modules, diagnostics);
}

} // namespace lamina::sema
