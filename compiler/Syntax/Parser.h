// The entry of the Syntax stage: text to AST.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SYNTAX_PARSER_H
#define COMPILER_SYNTAX_PARSER_H

#include "compiler/Syntax/Ast.h"
#include "compiler/Syntax/Diagnostics.h"

#include <optional>
#include <string>

namespace lamina {

/// Bounds on a source file, checked before ANTLR sees it; beyond them its runtime exhausts stack or
/// memory.
struct SourceLimits {
  size_t bytes = 4u << 20;
  size_t nesting = 256;
  size_t tokens = 500'000;
};

/// Parses file `file` of `diagnostics`' source manager. Reports every syntax error; the tree holds
/// what could be understood, so that later stages can report more. Never throws.
ast::Module parse(uint32_t file, Diagnostics &diagnostics, const SourceLimits &limits = {});

/// Parses one expression such as `Mixer<dim = 512>` (the `--model` option). Null after an error.
ast::ExprPtr parseExpression(uint32_t file, Diagnostics &diagnostics);

/// The tree as indented text (`--emit=ast`).
std::string printTree(const ast::Module &module, const SourceManager &sources);

/// The canonical source text (`lamina fmt`): a fixed point that keeps every comment.
std::string format(const ast::Module &module, const SourceManager &sources);

/// Reads a source file: a regular file, or standard input for "-", within `limits.bytes`. On
/// failure returns nothing and says why in `error`: one line that goes on after the path ("does not
/// exist"). What the bytes are is checked by parse, which can say where: UTF-8 without NUL; a BOM
/// and CRLF are accepted.
std::optional<std::string> readSource(const std::string &path, const SourceLimits &limits,
                                      std::string &error);

} // namespace lamina

#endif // COMPILER_SYNTAX_PARSER_H
