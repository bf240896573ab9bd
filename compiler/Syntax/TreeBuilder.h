// From ANTLR's parse tree to the AST.
// Parser-internal: this header brings in the ANTLR runtime.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SYNTAX_TREEBUILDER_H
#define COMPILER_SYNTAX_TREEBUILDER_H

#include "compiler/Syntax/Tokens.h"

#include <string>
#include <string_view>
#include <vector>

namespace lamina {

/// Builds AST nodes. A statement or declaration that holds a syntax error is left out; everything
/// else of the tree is complete, because Recovery gives up no smaller part.
class TreeBuilder {
public:
  TreeBuilder(std::string_view text, const Positions &positions, Diagnostics &diagnostics)
      : text(text), positions(positions), diagnostics(diagnostics) {}

  void file(antlr::LaminaParser::FileContext *tree, ast::Module &module);
  ast::ExprPtr expr(antlr::LaminaParser::ExprContext *tree);

private:
  using P = antlr::LaminaParser;
  using Docs = std::vector<std::string>;

  // Places and names.
  SourceRange range(antlr4::ParserRuleContext *tree) const;
  SourceRange range(antlr4::tree::TerminalNode *leaf) const;
  std::string spelling(SourceRange range) const;
  ast::Name name(antlr4::tree::TerminalNode *leaf) const;
  ast::Name name(P::WordContext *word) const;
  std::vector<ast::Name> names(P::IdsContext *ids) const;
  std::vector<ast::Name> path(P::PathContext *path) const;
  std::string docLine(antlr4::tree::TerminalNode *leaf) const;

  // Expressions (BuildExpr.cpp).
  ast::ExprPtr make(decltype(ast::Expr::node) node, SourceRange range) const;
  ast::ExprPtr binary(ast::BinaryOp op, ast::ExprPtr lhs, ast::ExprPtr rhs,
                      SourceRange opRange) const;
  ast::ExprPtr conditional(P::ConditionalContext *tree);
  ast::ExprPtr pipe(P::PipeContext *tree);
  ast::ExprPtr any(P::AnyContext *tree);
  ast::ExprPtr all(P::AllContext *tree);
  ast::ExprPtr test(P::TestContext *tree);
  ast::ExprPtr rangeExpr(P::RangeContext *tree);
  ast::ExprPtr sum(P::SumContext *tree);
  ast::ExprPtr prod(P::ProdContext *tree);
  ast::ExprPtr unary(P::UnaryContext *tree);
  ast::ExprPtr postfix(P::PostfixContext *tree);
  ast::ExprPtr link(ast::ExprPtr base, P::LinkContext *tree);
  ast::ExprPtr primary(P::PrimaryContext *tree);
  ast::Number number(antlr4::tree::TerminalNode *leaf);
  std::string unescape(antlr4::tree::TerminalNode *leaf);
  ast::ExprPtr list(P::ListContext *tree);
  ast::ExprPtr tuple(P::TupleContext *tree);

  // Arguments (BuildArguments.cpp).
  std::vector<ast::Arg> args(P::ArgsContext *tree);
  ast::Arg arg(P::ArgContext *tree);
  std::vector<ast::PatternCell> cells(P::CellsContext *tree);
  std::vector<ast::Part> index(P::IndexContext *tree);
  ast::Part part(P::PartContext *tree);
  ast::StaticArgs statics(P::SargsContext *tree);
  ast::StaticArg staticArg(P::SargContext *tree);

  // Types, formals and signatures (BuildDecl.cpp).
  ast::TypeExpr type(P::TypeContext *tree);
  std::optional<ast::TypeExpr> optionalType(P::TypeContext *tree);
  ast::AxisDecl axis(P::AxisContext *tree);
  ast::Kind kind(P::KindContext *tree);
  std::vector<ast::Formal> formals(P::FormalsContext *tree);
  ast::Formal formal(P::FormalContext *tree);
  std::vector<ast::Input> inputs(P::InputsContext *tree);
  std::vector<ast::Output> outputs(P::OutputsContext *tree);
  std::vector<ast::Note> notes(const std::vector<P::NoteContext *> &trees);
  std::unique_ptr<ast::Decl> use(P::UseContext *tree);
  std::unique_ptr<ast::Decl> decl(P::DeclContext *tree);
  decltype(ast::Decl::node) declNode(P::DeclContext *tree);
  ast::BlockDecl block(P::BlockDeclContext *tree);
  ast::ModelDecl model(P::ModelDeclContext *tree);
  ast::TrainDecl train(P::TrainDeclContext *tree);

  // Statements (BuildStmt.cpp).
  ast::Body body(P::BodyContext *tree);
  void give(P::GiveContext *tree, ast::Body &body);
  void backward(P::BackwardContext *tree, ast::Body &body);
  void checkOrder(antlr4::ParserRuleContext *tree, const ast::Body &body);
  ast::StmtPtr stmt(P::StmtContext *tree);
  decltype(ast::Stmt::node) stmtNode(P::StmtContext *tree);
  ast::IfStmt branch(P::BranchContext *tree);
  ast::ScanStmt scan(P::ScanStmtContext *tree);
  ast::SettingStmt setting(P::SettingStmtContext *tree);

  std::string_view text;
  const Positions &positions;
  Diagnostics &diagnostics;
};

} // namespace lamina

#endif // COMPILER_SYNTAX_TREEBUILDER_H
