// Parse tree to AST: types, signatures and declarations.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/TreeBuilder.h"

namespace lamina {

using antlr4::tree::TerminalNode;

namespace {
ast::ElementType elementType(std::string_view spelling) {
  using ast::ElementType;
  static constexpr std::pair<std::string_view, ElementType> kTable[] = {
      {"f32", ElementType::F32}, {"f64", ElementType::F64}, {"bf16", ElementType::BF16},
      {"f16", ElementType::F16}, {"i8", ElementType::I8},   {"u8", ElementType::U8},
      {"i32", ElementType::I32}, {"i64", ElementType::I64}, {"bool", ElementType::Bool}};
  for (auto [name, type] : kTable)
    if (name == spelling)
      return type;
  return ElementType::F32;
}
} // namespace

ast::TypeExpr TreeBuilder::type(P::TypeContext *tree) {
  ast::TypeExpr type;
  type.range = range(tree);
  type.sparse = tree->K_SPARSE() != nullptr;
  if (tree->ELEM())
    type.element = elementType(name(tree->ELEM()).text);
  type.hasAxes = tree->LBRACKET() != nullptr;
  for (P::AxisContext *entry : tree->axis())
    type.axes.push_back(axis(entry));
  return type;
}

std::optional<ast::TypeExpr> TreeBuilder::optionalType(P::TypeContext *tree) {
  return tree ? std::optional(type(tree)) : std::nullopt;
}

ast::AxisDecl TreeBuilder::axis(P::AxisContext *tree) {
  ast::AxisDecl axis;
  axis.range = range(tree);
  axis.isRest = tree->DOTS() != nullptr;
  if (axis.isRest)
    return axis;
  axis.name = name(tree->ID());
  axis.isBound = tree->LE() != nullptr;
  if (tree->sum())
    axis.extent = sum(tree->sum());
  return axis;
}

ast::Kind TreeBuilder::kind(P::KindContext *tree) {
  ast::Kind kind;
  kind.range = range(tree);
  if (tree->kind())
    kind.listOf = std::make_unique<ast::Kind>(this->kind(tree->kind()));
  else
    kind.name = spelling(kind.range);
  return kind;
}

std::vector<ast::Formal> TreeBuilder::formals(P::FormalsContext *tree) {
  std::vector<ast::Formal> result;
  if (!tree)
    return result;
  for (P::FormalPairContext *pair : tree->formalPair()) {
    std::vector<P::FormalContext *> sides = pair->formal();
    for (P::FormalContext *side : sides)
      result.push_back(formal(side));
    if (sides.size() > 1)
      result[result.size() - 2].arrowToNext = true;
  }
  return result;
}

ast::Formal TreeBuilder::formal(P::FormalContext *tree) {
  ast::Formal formal;
  formal.range = range(tree);
  std::vector<TerminalNode *> ids = tree->ID();
  formal.name = name(ids[0]);
  if (tree->K_AXIS() || tree->K_AXES()) {
    formal.sort = tree->K_AXIS() ? ast::Formal::Sort::Axis : ast::Formal::Sort::Axes;
    if (ids.size() > 1)
      formal.defaultAxis = name(ids[1]);
    return formal;
  }
  if (tree->kind())
    formal.kind = kind(tree->kind());
  if (tree->sum())
    formal.defaultValue = sum(tree->sum());
  return formal;
}

std::vector<ast::Input> TreeBuilder::inputs(P::InputsContext *tree) {
  std::vector<ast::Input> result;
  for (P::InputContext *entry : tree->input()) {
    ast::Input input;
    input.shared = entry->K_SHARED() != nullptr;
    input.name = name(entry->ID());
    input.type = type(entry->type());
    input.isOptional = entry->K_NONE() != nullptr;
    input.range = range(entry);
    result.push_back(std::move(input));
  }
  return result;
}

std::vector<ast::Output> TreeBuilder::outputs(P::OutputsContext *tree) {
  std::vector<ast::Output> result;
  if (tree->type()) {
    result.push_back({std::nullopt, type(tree->type())});
    return result;
  }
  for (P::OutputContext *entry : tree->output()) {
    ast::Output output;
    if (entry->ID())
      output.name = name(entry->ID());
    output.type = type(entry->type());
    result.push_back(std::move(output));
  }
  return result;
}

std::vector<ast::Note> TreeBuilder::notes(const std::vector<P::NoteContext *> &trees) {
  std::vector<ast::Note> result;
  for (P::NoteContext *tree : trees)
    result.push_back({name(tree->ID()), tree->args() ? args(tree->args()) : std::vector<ast::Arg>(),
                      range(tree)});
  return result;
}

void TreeBuilder::file(P::FileContext *tree, ast::Module &module) {
  Docs docs;
  for (antlr4::tree::ParseTree *child : tree->children) {
    std::unique_ptr<ast::Decl> decl;
    if (auto *leaf = dynamic_cast<TerminalNode *>(child)) {
      if (leaf->getSymbol()->getType() == P::DOC)
        docs.push_back(docLine(leaf));
      continue;
    }
    if (auto *use = dynamic_cast<P::UseContext *>(child))
      decl = use->exception ? nullptr : this->use(use);
    else if (auto *entry = dynamic_cast<P::DeclContext *>(child))
      decl = entry->exception ? nullptr : this->decl(entry);
    Docs lines = std::exchange(docs, {});
    if (!decl)
      continue;
    decl->doc = std::move(lines);
    module.decls.push_back(std::move(decl));
  }
}

std::unique_ptr<ast::Decl> TreeBuilder::use(P::UseContext *tree) {
  ast::ImportDecl node;
  node.path.push_back(name(tree->ID()));
  for (P::WordContext *word : tree->word())
    node.path.push_back(name(word));
  auto decl = std::make_unique<ast::Decl>();
  decl->node = std::move(node);
  decl->range = range(tree);
  return decl;
}

namespace {
/// Errors inside the brackets of a signature leave the declaration incomplete.
template <typename Callable> bool hasBrokenSignature(Callable *tree) {
  auto isBroken = [](antlr4::ParserRuleContext *part) { return part && part->exception; };
  return tree &&
         (isBroken(tree->formals()) || isBroken(tree->inputs()) || isBroken(tree->outputs()));
}
} // namespace

std::unique_ptr<ast::Decl> TreeBuilder::decl(P::DeclContext *tree) {
  if (hasBrokenSignature(tree->blockDecl()) || hasBrokenSignature(tree->modelDecl())) {
    // Built for its errors only.
    body(tree->blockDecl() ? tree->blockDecl()->body() : tree->modelDecl()->body());
    return nullptr;
  }
  auto decl = std::make_unique<ast::Decl>();
  decl->range = range(tree);
  decl->notes = notes(tree->note());
  decl->node = declNode(tree);
  return decl;
}

decltype(ast::Decl::node) TreeBuilder::declNode(P::DeclContext *tree) {
  if (auto *fn = tree->fnDecl())
    return ast::FnDecl{name(fn->ID()), fn->ids() ? names(fn->ids()) : std::vector<ast::Name>(),
                       expr(fn->expr())};
  if (auto *let = tree->letStmt())
    return ast::LetDecl{name(let->ID()), optionalType(let->type()), expr(let->expr())};
  if (auto *block = tree->blockDecl())
    return this->block(block);
  if (auto *model = tree->modelDecl())
    return this->model(model);
  if (auto *train = tree->trainDecl())
    return this->train(train);
  P::TestDeclContext *test = tree->testDecl();
  return ast::TestDecl{unescape(test->STRING()), body(test->body())};
}

ast::BlockDecl TreeBuilder::block(P::BlockDeclContext *tree) {
  return {name(tree->ID()), formals(tree->formals()), inputs(tree->inputs()),
          outputs(tree->outputs()), body(tree->body())};
}

ast::ModelDecl TreeBuilder::model(P::ModelDeclContext *tree) {
  ast::ModelDecl model;
  model.name = name(tree->ID());
  if (tree->expr()) {
    model.variant = expr(tree->expr());
    return model;
  }
  model.formals = formals(tree->formals());
  model.inputs = inputs(tree->inputs());
  model.outputs = outputs(tree->outputs());
  model.body = body(tree->body());
  return model;
}

ast::TrainDecl TreeBuilder::train(P::TrainDeclContext *tree) {
  std::vector<TerminalNode *> ids = tree->ID();
  ast::TrainDecl train;
  train.name = name(ids[0]);
  if (ids.size() > 1) {
    train.relation = name(ids[1]);
    if (train.relation->text != "of" && train.relation->text != "from")
      diagnostics.error(train.relation->range, "expected 'of', 'from' or '{' after 'train " +
                                                   train.name.text + "', but found '" +
                                                   train.relation->text + "'");
    train.target = expr(tree->expr());
  }
  train.body = body(tree->body());
  return train;
}

} // namespace lamina
