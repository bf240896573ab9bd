// Parse tree to AST: bodies and statements.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/TreeBuilder.h"

namespace lamina {

using antlr4::tree::TerminalNode;

ast::Body TreeBuilder::body(P::BodyContext *tree) {
  ast::Body body;
  body.range = range(tree);
  Docs docs;
  for (antlr4::tree::ParseTree *child : tree->children) {
    if (auto *give = dynamic_cast<P::GiveContext *>(child)) {
      if (!give->exception)
        this->give(give, body);
    } else if (auto *backward = dynamic_cast<P::BackwardContext *>(child)) {
      if (!backward->exception)
        this->backward(backward, body);
    } else if (auto *statement = dynamic_cast<P::StmtContext *>(child)) {
      if (statement->exception)
        continue;
      if (statement->DOC()) {
        docs.push_back(docLine(statement->DOC()));
        continue;
      }
      checkOrder(statement, body);
      ast::StmtPtr stmt = this->stmt(statement);
      stmt->doc = std::exchange(docs, {});
      body.statements.push_back(std::move(stmt));
    }
  }
  return body;
}

/// Nothing stands behind a `return`, but `backward`.
void TreeBuilder::checkOrder(antlr4::ParserRuleContext *tree, const ast::Body &body) {
  if (body.backward)
    diagnostics.error(range(tree), "'backward' ends a block; nothing may stand behind it")
        .note(body.backward->range, "'backward' is here");
  else if (!body.returns.empty())
    diagnostics.error(range(tree), "'return' must be the last statement; this comes after it")
        .note(body.returnRange, "'return' is here");
}

void TreeBuilder::give(P::GiveContext *tree, ast::Body &body) {
  checkOrder(tree, body);
  body.returns.clear();
  for (P::ExprContext *value : tree->expr())
    body.returns.push_back(expr(value));
  body.returnRange = range(tree);
}

void TreeBuilder::backward(P::BackwardContext *tree, ast::Body &body) {
  if (body.backward)
    checkOrder(tree, body);
  ast::BackwardClause clause;
  clause.range = range(tree);
  clause.grads = names(tree->ids());
  for (P::CotangentContext *cotangent : tree->cotangent())
    if (!cotangent->exception)
      clause.results.emplace_back(name(cotangent->ID()), expr(cotangent->expr()));
  body.backward = std::move(clause);
}

ast::StmtPtr TreeBuilder::stmt(P::StmtContext *tree) {
  auto stmt = std::make_unique<ast::Stmt>();
  stmt->range = range(tree);
  stmt->notes = notes(tree->note());
  stmt->node = stmtNode(tree);
  return stmt;
}

decltype(ast::Stmt::node) TreeBuilder::stmtNode(P::StmtContext *tree) {
  if (auto *layer = tree->layerStmt()) {
    ast::LayerStmt node{
        layer->K_FROZEN() != nullptr, name(layer->ID(0)), expr(layer->expr()), {}, nullptr};
    if (layer->K_EACH()) {
      node.eachAxis = name(layer->ID(1));
      node.eachCount = sum(layer->sum());
    }
    return node;
  }
  if (auto *param = tree->paramStmt())
    return ast::ParamStmt{param->K_FROZEN() != nullptr, name(param->ID()),
                          optionalType(param->type()),
                          param->expr() ? expr(param->expr()) : nullptr};
  if (auto *state = tree->stateStmt())
    return ast::StateStmt{name(state->ID()), type(state->type()), expr(state->expr())};
  if (auto *let = tree->letStmt())
    return ast::LetStmt{name(let->ID()), optionalType(let->type()), expr(let->expr())};
  if (auto *tap = tree->tapStmt())
    return ast::TapStmt{name(tap->ID()), expr(tap->expr())};
  if (auto *emit = tree->emitStmt())
    return ast::EmitStmt{name(emit->ID()), expr(emit->expr())};
  if (auto *repeat = tree->repeatStmt()) {
    std::vector<TerminalNode *> ids = repeat->ID();
    ast::RepeatStmt node{{}, expr(repeat->expr()), name(ids.back()), body(repeat->body())};
    if (ids.size() > 1)
      node.index = name(ids[0]);
    return node;
  }
  if (auto *loop = tree->forStmt())
    return ast::ForStmt{names(loop->ids()), expr(loop->expr()), body(loop->body())};
  if (auto *branch = tree->branch())
    return this->branch(branch);
  if (auto *scan = tree->scanStmt())
    return this->scan(scan);
  if (auto *assertion = tree->assertStmt())
    return ast::AssertStmt{expr(assertion->expr())};
  if (auto *bind = tree->bindStmt()) {
    std::vector<ast::Name> targets =
        bind->ids() ? names(bind->ids()) : std::vector<ast::Name>{name(bind->K_MODEL())};
    return ast::BindStmt{std::move(targets), optionalType(bind->type()), expr(bind->expr())};
  }
  if (auto *update = tree->updateStmt())
    return ast::UpdateStmt{path(update->path()),
                           update->index() ? index(update->index()) : std::vector<ast::Part>(),
                           expr(update->expr())};
  return setting(tree->settingStmt());
}

ast::IfStmt TreeBuilder::branch(P::BranchContext *tree) {
  ast::IfStmt node;
  node.condition = expr(tree->expr());
  node.thenBody = body(tree->body(0));
  if (P::BranchContext *chained = tree->branch()) {
    auto inner = std::make_unique<ast::Stmt>();
    inner->range = range(chained);
    inner->node = branch(chained);
    node.elseBody.emplace();
    node.elseBody->range = inner->range;
    node.elseBody->statements.push_back(std::move(inner));
    node.elseIsBranch = true;
  } else if (tree->K_ELSE()) {
    node.elseBody = body(tree->body(1));
  }
  return node;
}

ast::ScanStmt TreeBuilder::scan(P::ScanStmtContext *tree) {
  ast::ScanStmt node;
  node.statics = statics(tree->sargs());
  for (P::ExprContext *input : tree->expr())
    node.inputs.push_back(expr(input));
  node.body = body(tree->body());
  return node;
}

namespace {
/// Words of other languages that the grammar reads as parts of a train block.
struct Foreign {
  const char *word;
  const char *advice;
};
constexpr Foreign kForeign[] = {
    {"elif", "there is no 'elif'; write 'else if'"},
    {"elseif", "there is no 'elseif'; write 'else if'"},
    {"while", "there is no 'while'; 'repeat', 'for' and 'scan' go round"},
    {"var", "a name is bound by '=' alone; 'let' binds a static value"},
    {"const", "a name is bound by '=' alone; 'let' binds a static value"},
};
} // namespace

ast::SettingStmt TreeBuilder::setting(P::SettingStmtContext *tree) {
  ast::SettingStmt node;
  std::vector<TerminalNode *> ids = tree->ID();
  TerminalNode *keyword = tree->K_OBJECTIVE() ? tree->K_OBJECTIVE() : ids[0];
  node.keyword = name(keyword);
  for (const Foreign &foreign : kForeign)
    if (node.keyword.text == foreign.word)
      diagnostics.error(node.keyword.range, foreign.advice);
  if (tree->path()) {
    node.path = path(tree->path());
    node.value = expr(tree->expr());
    if (keyword->getSymbol()->getLine() != tree->path()->getStart()->getLine())
      diagnostics.error(node.keyword.range,
                        "'" + node.keyword.text +
                            "' alone is no statement; bind a value to it with '='");
    return node;
  }
  if (size_t head = tree->K_OBJECTIVE() ? 0 : 1; ids.size() > head)
    node.heads.push_back(make(ast::NameRef{name(ids[head]).text, std::nullopt}, range(ids[head])));
  if (tree->NUMBER())
    node.heads.push_back(make(number(tree->NUMBER()), range(tree->NUMBER())));
  for (TerminalNode *pattern : tree->STRING())
    node.heads.push_back(make(ast::String{unescape(pattern)}, range(pattern)));
  node.body = body(tree->body());
  return node;
}

} // namespace lamina
