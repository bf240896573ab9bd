// The stage's entry: a root file with its imports, and what is asked of it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/CallableNames.h"
#include "compiler/Sema/Instantiator.h"
#include "compiler/Sema/TrainingBuilder.h"

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
  size_t before = state->diagnostics.all().size();
  for (const auto &decl : state->root->syntax.decls) {
    if (auto *model = decl->as<ast::ModelDecl>(); model && needsNothing(*model))
      state->instantiator().model(*state->root, nameExpr(model->name));
    else if (auto *test = decl->as<ast::TestDecl>())
      state->instantiator().test(*state->root, *test);
  }
  if (!state->diagnostics.hasErrors()) // a model's errors are not told again for its training
    for (const std::string &name : trainNames())
      training(name, {});
  if (state->diagnostics.all().size() == before) // else the same names would be reported twice
    for (const auto &decl : state->root->syntax.decls)
      checkCallableNames(*state->root, *decl, state->modules, state->diagnostics);
}

/// The words of `std.vision.mixer.Mixer_S16`, the last of which may carry `<…>`; empty for any
/// other expression.
static std::vector<std::string> dottedWords(const ast::Expr &expr) {
  if (auto *ref = expr.as<ast::NameRef>())
    return {ref->text};
  auto *member = expr.as<ast::Member>();
  std::vector<std::string> words = member ? dottedWords(*member->base) : std::vector<std::string>{};
  if (!words.empty())
    words.push_back(member->name.text);
  return words;
}

static std::string docOf(const Module &module, const std::string &model) {
  std::string doc;
  auto found = module.own.find(model);
  if (found != module.own.end())
    for (const std::string &line : found->second.decl->doc)
      doc += (doc.empty() ? "" : "\n") + line;
  return doc;
}

std::optional<Model> Program::instantiate(const ast::Expr &expression) {
  if (!state->root)
    return std::nullopt;
  state->reported.clear(); // a second instantiation tells its own errors
  const Module *home = state->root;
  std::vector<std::string> words = dottedWords(expression);
  bool isMember = expression.as<ast::Member>() && !words.empty();
  if (isMember && !state->modules.import(*home, words[0])) { // a library's model by its full name
    words.pop_back();
    home = state->modules.loadDotted(words, expression.range);
  }
  if (!home || state->diagnostics.hasErrors())
    return std::nullopt;
  std::optional<Model> model;
  if (home == state->root) {
    model = state->instantiator().model(*home, expression);
  } else {
    const ast::Member &member = *expression.as<ast::Member>();
    model = state->instantiator().memberModel(*home, member, expression.range);
  }
  if (model)
    model->doc = docOf(*home, model->name);
  return model;
}

std::vector<std::string> Program::trainNames() const {
  std::vector<std::string> names;
  if (state->root)
    for (const auto &decl : state->root->syntax.decls)
      if (auto *train = decl->as<ast::TrainDecl>())
        names.push_back(train->name.text);
  return names;
}

std::optional<Training> Program::training(const std::string &name,
                                          std::span<const SettingOverride> overrides) {
  if (!state->root)
    return std::nullopt;
  state->reported.clear();
  for (const auto &decl : state->root->syntax.decls) {
    auto *train = decl->as<ast::TrainDecl>();
    if (!train || train->name.text != name)
      continue;
    const Module *losses = state->modules.loadDotted({"std", "loss"}, train->name.range);
    const Module *wholes = state->modules.loadDotted({"std", "metric"}, train->name.range);
    if (!losses || !wholes)
      return std::nullopt;
    size_t stages = 0;
    auto build = [&](size_t stage) {
      TrainingBuilder builder(state->modules, state->diagnostics, state->options.limits,
                              state->reported, *state->root, losses, wholes);
      std::optional<Training> training = builder.build(*train, overrides, stage);
      stages = builder.countStages();
      return training;
    };
    std::optional<Training> first = build(0);
    for (size_t stage = 1; first && stage < stages; ++stage) {
      std::optional<Training> next = build(stage);
      const Training *before = !first->later.empty() ? &first->later.back() : &*first;
      if (!next || !linkStages(*before, *next, state->diagnostics))
        return std::nullopt;
      first->later.push_back(std::move(*next));
    }
    return first;
  }
  return std::nullopt;
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
