// The tree as indented text: declarations and types.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/Parser.h"
#include "compiler/Syntax/TreePrinter.h"

#include "compiler/Syntax/Spelling.h"

namespace lamina::ast {

void TreePrinter::leaf(std::string_view label, SourceRange where) {
  node(label, where, [] {});
}

std::string TreePrinter::label(std::string_view kind, std::string_view text) {
  return std::string(kind) + " " + std::string(text);
}

void TreePrinter::declare(const ImportDecl &decl, SourceRange where) {
  leaf(label("import", spelling(decl.path)), where);
}

void TreePrinter::declare(const FnDecl &decl, SourceRange where) {
  node(label("fn", decl.name.text), where, [&] {
    for (const Name &param : decl.params)
      leaf(label("param", param.text), param.range);
    expr(*decl.value);
  });
}

void TreePrinter::declare(const LetDecl &decl, SourceRange where) {
  node(label("let", decl.name.text), where, [&] { typeAndValue(decl.type, decl.value); });
}

void TreePrinter::declare(const BlockDecl &decl, SourceRange where) {
  node(label("block", decl.name.text), where, [&] { signatureAndBody(decl); });
}

void TreePrinter::declare(const ModelDecl &decl, SourceRange where) {
  node(label("model", decl.name.text), where, [&] {
    if (decl.variant)
      expr(*decl.variant);
    else
      signatureAndBody(decl);
  });
}

void TreePrinter::declare(const TrainDecl &decl, SourceRange where) {
  node(label("train", decl.name.text), where, [&] {
    if (decl.relation)
      node(decl.relation->text, decl.relation->range, [&] { expr(*decl.target); });
    body(decl.body);
  });
}

void TreePrinter::declare(const TestDecl &decl, SourceRange where) {
  node(label("test", quoted(decl.title)), where, [&] { body(decl.body); });
}

void TreePrinter::formal(const Formal &formal) {
  static constexpr const char *kSorts[] = {"axis", "axes", "value"};
  std::string text = label(kSorts[size_t(formal.sort)], formal.name.text);
  if (formal.defaultAxis)
    text += " = " + formal.defaultAxis->text;
  if (formal.kind)
    text += ": " + spelling(*formal.kind);
  if (formal.arrowToNext)
    text += " ->";
  node(label("formal", text), formal.range, [&] { optional(formal.defaultValue); });
}

void TreePrinter::type(const TypeExpr &type) {
  std::string text = "type";
  if (type.sparse)
    text += " sparse";
  if (type.element)
    text += " " + std::string(spelling(*type.element));
  node(text, type.range, [&] {
    for (const AxisDecl &axis : type.axes)
      node(axis.isRest ? "axis .." : label("axis", axis.name.text) + (axis.isBound ? " <=" : ""),
           axis.range, [&] { optional(axis.extent); });
  });
}

std::string TreePrinter::join(const std::vector<Name> &names) {
  std::string result;
  for (const Name &name : names)
    result += (result.empty() ? "" : ", ") + name.text;
  return result;
}

} // namespace lamina::ast

namespace lamina {

std::string printTree(const ast::Module &module, const SourceManager &sources) {
  ast::TreePrinter printer(sources);
  for (const std::unique_ptr<ast::Decl> &decl : module.decls)
    printer.print(*decl);
  return std::move(printer.out);
}

} // namespace lamina
