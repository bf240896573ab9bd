// The stage's entry: a root file with its imports, and what is asked of it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Instantiator.h"

#include "compiler/Sema/Sema.h"

#include <set>

namespace lamina::sema {

struct Program::State {
  State(SourceManager &sources, Diagnostics &diagnostics, Options given)
      : options(std::move(given)), diagnostics(diagnostics),
        modules(sources, diagnostics, options) {}
  Options options;
  Diagnostics &diagnostics;
  ModuleTable modules;
  std::set<std::string> reported;
  const Module *root = nullptr;

  Instantiator instantiator() {
    return Instantiator(modules, diagnostics, options.limits, reported);
  }
};

Program::Program(SourceManager &sources, Diagnostics &diagnostics, Options options)
    : state(std::make_unique<State>(sources, diagnostics, std::move(options))) {}

Program::~Program() = default;

bool Program::load(uint32_t file, const std::string &path) {
  state->root = state->modules.loadRoot(file, path);
  return state->root != nullptr;
}

std::vector<std::string> Program::modelNames() const {
  std::vector<std::string> names;
  if (state->root)
    for (const auto &decl : state->root->syntax.decls)
      if (auto *model = decl->as<ast::ModelDecl>())
        names.push_back(model->name.text);
  return names;
}

/// Whether a model can be instantiated without arguments; a variant always is.
static bool needsNothing(const ast::ModelDecl &model) {
  if (model.variant)
    return true;
  for (const ast::Formal &formal : model.formals)
    if (formal.sort == ast::Formal::Sort::Value ? !formal.defaultValue : !formal.defaultAxis)
      return false;
  return true;
}

static ast::Expr nameExpr(const ast::Name &name) {
  ast::Expr expr;
  expr.node = ast::NameRef{name.text, std::nullopt};
  expr.range = name.range;
  return expr;
}

void Program::checkAll() {
  if (!state->root)
    return;
  for (const auto &[name, declared] : state->root->own) {
    const auto *model = declared.decl->as<ast::ModelDecl>();
    if (declared.decl->as<ast::LetDecl>() || (model && model->variant))
      state->instantiator().checkDeclared(*state->root, declared);
  }
  for (const auto &decl : state->root->syntax.decls) {
    if (auto *model = decl->as<ast::ModelDecl>(); model && needsNothing(*model))
      state->instantiator().model(*state->root, nameExpr(model->name));
    else if (auto *test = decl->as<ast::TestDecl>())
      state->instantiator().test(*state->root, *test);
  }
}

std::optional<Model> Program::instantiate(const ast::Expr &expression) {
  if (!state->root)
    return std::nullopt;
  state->reported.clear(); // a second instantiation tells its own errors
  Instantiator instantiator = state->instantiator();
  std::optional<Model> model = instantiator.model(*state->root, expression);
  if (model)
    model->doc = docOf(model->name);
  return model;
}

std::string Program::docOf(const std::string &model) const {
  std::string doc;
  auto found = state->root->own.find(model);
  if (found != state->root->own.end())
    for (const std::string &line : found->second.decl->doc)
      doc += (doc.empty() ? "" : "\n") + line;
  return doc;
}

std::vector<Test> Program::tests() {
  std::vector<Test> tests;
  if (!state->root)
    return tests;
  state->reported.clear();
  for (const auto &decl : state->root->syntax.decls)
    if (auto *test = decl->as<ast::TestDecl>())
      if (std::optional<Test> made = state->instantiator().test(*state->root, *test))
        tests.push_back(std::move(*made));
  return tests;
}

} // namespace lamina::sema
