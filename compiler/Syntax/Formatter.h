// Writes a tree as canonical source text.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SYNTAX_FORMATTER_H
#define COMPILER_SYNTAX_FORMATTER_H

#include "compiler/Syntax/Ast.h"
#include "compiler/Syntax/Layout.h"
#include "compiler/Syntax/Spelling.h"

#include <functional>

namespace lamina {

/// What the author chose is kept where it carries meaning for a reader: comments, single blank
/// lines, statements that share a line with commas, a body on one line, and a list whose first item
/// stands on a line of its own. All else follows from the tree, so that formatting twice is
/// formatting once.
class Formatter {
public:
  Formatter(const ast::Module &module, const SourceManager &sources)
      : module(module), sources(sources), source(sources.text(module.file)), layout(100) {}

  std::string run();

private:
  /// One entry of a body, of the file or of a list: where it stands, and how it is written.
  struct Entry {
    SourceRange range;
    std::function<void()> write;
    bool hasBody = false; ///< top level: set off by blank lines
  };
  /// The brackets of a list.
  struct Brackets {
    const char *open;
    const char *close;
    bool trailingComma = true; ///< behind the last item, where each has its own line
  };

  // Comments and lists (FormatList.cpp).
  bool isBlankBetween(uint32_t begin, uint32_t end) const;
  bool beginsLine(uint32_t offset) const;
  bool hasComments(uint32_t before) const;
  uint32_t closerAfter(uint32_t offset) const;
  void commentsInline(uint32_t before);
  void commentsTrailing(uint32_t after, uint32_t limit);
  uint32_t commentsAbove(uint32_t before, uint32_t previousEnd, bool &isFirst);
  void entries(const std::vector<Entry> &list, uint32_t begin, uint32_t end);
  void setOffComment(uint32_t previousEnd);
  bool sharesLine(const Entry &left, const Entry &right) const;
  bool isBroken(const std::vector<Entry> &items) const;
  void list(const Brackets &brackets, const std::vector<Entry> &items);
  void brokenList(const Brackets &brackets, const std::vector<Entry> &items);
  void continuation(std::string_view flat = " ");

  // Declarations and statements (FormatStmt.cpp).
  void decl(const ast::Decl &decl);
  void declare(const ast::ImportDecl &decl);
  void declare(const ast::FnDecl &decl);
  void declare(const ast::LetDecl &decl);
  void declare(const ast::BlockDecl &decl);
  void declare(const ast::ModelDecl &decl);
  void declare(const ast::TrainDecl &decl);
  void declare(const ast::TestDecl &decl);
  void signature(const ast::Name &name, const std::vector<ast::Formal> &formals,
                 const std::vector<ast::Input> &inputs, const std::vector<ast::Output> &outputs);
  std::vector<Entry> formalEntries(const std::vector<ast::Formal> &formals);
  void formal(const ast::Formal &formal);
  void input(const ast::Input &input);
  void output(const ast::Output &output);
  void type(const ast::TypeExpr &type);
  void axis(const ast::AxisDecl &axis);
  void notes(const std::vector<ast::Note> &notes);
  void body(const ast::Body &body);
  std::vector<Entry> bodyEntries(const ast::Body &body);
  void backward(const ast::BackwardClause &clause);
  void stmt(const ast::Stmt &stmt);
  void state(const ast::LayerStmt &stmt);
  void state(const ast::ParamStmt &stmt);
  void state(const ast::StateStmt &stmt);
  void state(const ast::LetStmt &stmt);
  void state(const ast::TapStmt &stmt);
  void state(const ast::EmitStmt &stmt);
  void state(const ast::RepeatStmt &stmt);
  void state(const ast::ForStmt &stmt);
  void state(const ast::IfStmt &stmt);
  void state(const ast::ScanStmt &stmt);
  void state(const ast::AssertStmt &stmt);
  void state(const ast::BindStmt &stmt);
  void state(const ast::UpdateStmt &stmt);
  void state(const ast::SettingStmt &stmt);
  void typed(const std::optional<ast::TypeExpr> &type);
  void assigned(const ast::ExprPtr &value);
  void names(const std::vector<ast::Name> &names);

  // Expressions (FormatExpr.cpp).
  void expr(const ast::Expr &value);
  void express(const ast::Number &value, SourceRange where);
  void express(const ast::String &value, SourceRange where);
  void express(const ast::Constant &value, SourceRange where);
  void express(const ast::NameRef &value, SourceRange where);
  void express(const ast::List &value, SourceRange where);
  void express(const ast::Comprehension &value, SourceRange where);
  void express(const ast::Tuple &value, SourceRange where);
  void express(const ast::Call &value, SourceRange where);
  void express(const ast::Index &value, SourceRange where);
  void express(const ast::Member &value, SourceRange where);
  void express(const ast::Unary &value, SourceRange where);
  void express(const ast::Binary &value, SourceRange where);
  void express(const ast::RangeExpr &value, SourceRange where);
  void express(const ast::Conditional &value, SourceRange where);
  void express(const ast::Pipe &value, SourceRange where);
  void stages(const ast::Expr &value);
  void arguments(const std::vector<ast::Arg> &args);
  void argument(const ast::Arg &arg);
  void cells(const std::vector<ast::PatternCell> &cells);
  void statics(const ast::StaticArgs &args);
  void staticArg(const ast::StaticArg &arg);
  void parts(const std::vector<ast::Part> &parts);
  void part(const ast::Part &part);

  const ast::Module &module;
  const SourceManager &sources;
  std::string_view source;
  Layout layout;
  size_t nextComment = 0; // the first that is not written yet
};

} // namespace lamina

#endif // COMPILER_SYNTAX_FORMATTER_H
