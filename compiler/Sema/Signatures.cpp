// Names in signatures: each once.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Signatures.h"

#include <map>
#include <string>

namespace lamina::sema {
namespace {

/// The names of one list of a signature.
class Names {
public:
  Names(std::string what, Diagnostics &diagnostics)
      : what(std::move(what)), diagnostics(diagnostics) {}

  void add(const ast::Name &name) {
    if (name.text == "_")
      return;
    auto [known, isNew] = seen.try_emplace(name.text, name.range);
    if (!isNew)
      diagnostics.error(name.range, "two " + what + " are called '" + name.text + "'")
          .note(known->second, "the other one is here");
  }

private:
  std::string what;
  Diagnostics &diagnostics;
  std::map<std::string, SourceRange> seen;
};

template <typename Generic> void checkGeneric(const Generic &decl, Diagnostics &diagnostics) {
  Names formals("static arguments", diagnostics), inputs("inputs", diagnostics),
      results("results", diagnostics);
  for (const ast::Formal &formal : decl.formals)
    formals.add(formal.name);
  for (const ast::Input &input : decl.inputs)
    inputs.add(input.name);
  for (const ast::Output &output : decl.outputs)
    if (output.name)
      results.add(*output.name);
}

} // namespace

void checkSignature(const ast::Decl &decl, Diagnostics &diagnostics) {
  if (auto *block = decl.as<ast::BlockDecl>())
    return checkGeneric(*block, diagnostics);
  if (auto *model = decl.as<ast::ModelDecl>())
    return checkGeneric(*model, diagnostics);
  Names params("parameters", diagnostics);
  if (auto *fn = decl.as<ast::FnDecl>())
    for (const ast::Name &name : fn->params)
      params.add(name);
}

} // namespace lamina::sema
