// The printer of syntax trees: one node a line, with its place.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SYNTAX_TREEPRINTER_H
#define COMPILER_SYNTAX_TREEPRINTER_H

#include "compiler/Syntax/Ast.h"
#include "compiler/Syntax/Source.h"

#include <string>
#include <string_view>
#include <vector>

namespace lamina::ast {

class TreePrinter {
public:
  explicit TreePrinter(const SourceManager &sources) : sources(sources) {}

  void print(const Decl &decl) {
    std::visit([&](const auto &node) { declare(node, decl.range); }, decl.node);
  }
  std::string out;

private:
  /// Prints one line and, inside `children`, everything under it.
  template <typename Children>
  void node(std::string_view label, SourceRange where, Children children) {
    out.append(2 * depth, ' ').append(label);
    if (where.isValid()) {
      LineColumn place = sources.lineColumn(where.file, where.begin);
      out += " @" + std::to_string(place.line) + ":" + std::to_string(place.column);
    }
    out += '\n';
    ++depth;
    children();
    --depth;
  }
  void leaf(std::string_view label, SourceRange where);
  static std::string label(std::string_view kind, std::string_view text);

  // Declarations.
  void declare(const ImportDecl &decl, SourceRange where);
  void declare(const FnDecl &decl, SourceRange where);
  void declare(const LetDecl &decl, SourceRange where);
  void declare(const BlockDecl &decl, SourceRange where);
  void declare(const ModelDecl &decl, SourceRange where);
  void declare(const TrainDecl &decl, SourceRange where);
  void declare(const TestDecl &decl, SourceRange where);

  template <typename Callable> void signatureAndBody(const Callable &decl) {
    for (const Formal &each : decl.formals)
      formal(each);
    for (const Input &input : decl.inputs)
      node(label(input.shared ? "shared input" : "input", input.name.text) +
               (input.isOptional ? " = none" : ""),
           input.range, [&] { type(input.type); });
    for (const Output &output : decl.outputs)
      node(output.name ? label("output", output.name->text) : "output", output.type.range,
           [&] { type(output.type); });
    body(decl.body);
  }

  void formal(const Formal &formal);

  void type(const TypeExpr &type);

  // Statements.
  void body(const Body &body);

  void stmt(const Stmt &stmt);

  void typeAndValue(const std::optional<TypeExpr> &declared, const ExprPtr &value);

  void state(const LayerStmt &stmt, SourceRange where);
  void state(const ParamStmt &stmt, SourceRange where);
  void state(const StateStmt &stmt, SourceRange where);
  void state(const LetStmt &stmt, SourceRange where);
  void state(const TapStmt &stmt, SourceRange where);
  void state(const EmitStmt &stmt, SourceRange where);
  void state(const RepeatStmt &stmt, SourceRange where);
  void state(const ForStmt &stmt, SourceRange where);
  void state(const IfStmt &stmt, SourceRange where);
  void state(const ScanStmt &stmt, SourceRange where);
  void state(const AssertStmt &stmt, SourceRange where);
  void state(const BindStmt &stmt, SourceRange where);
  void state(const UpdateStmt &stmt, SourceRange where);
  void state(const SettingStmt &stmt, SourceRange where);

  static std::string join(const std::vector<Name> &names);

  // Expressions.
  void optional(const ExprPtr &value);
  void exprs(const std::vector<ExprPtr> &list);
  void expr(const Expr &value);

  void express(const Number &value, SourceRange where);
  void express(const String &value, SourceRange where);
  void express(const Constant &value, SourceRange where);
  void express(const NameRef &value, SourceRange where);
  void express(const List &value, SourceRange where);
  void express(const Comprehension &value, SourceRange where);
  void express(const Tuple &value, SourceRange where);
  void express(const Call &value, SourceRange where);
  void express(const Index &value, SourceRange where);
  void express(const Member &value, SourceRange where);
  void express(const Unary &value, SourceRange where);
  void express(const Binary &value, SourceRange where);
  void express(const RangeExpr &value, SourceRange where);
  void express(const Conditional &value, SourceRange where);
  void express(const Pipe &value, SourceRange where);

  // Arguments.
  void argument(const Arg &arg);
  static std::string cells(const std::vector<PatternCell> &cells);
  void statics(const StaticArgs &args);
  void staticArg(std::string_view kind, const StaticArg &arg);
  void parts(const std::vector<Part> &list);
  void part(const Part &part);

  const SourceManager &sources;
  size_t depth = 0;
};

} // namespace lamina::ast

#endif // COMPILER_SYNTAX_TREEPRINTER_H
