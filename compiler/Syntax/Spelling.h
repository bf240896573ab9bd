// How the words and signs of the language are spelled.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SYNTAX_SPELLING_H
#define COMPILER_SYNTAX_SPELLING_H

#include "compiler/Syntax/Ast.h"

#include <string>
#include <string_view>

namespace lamina {

std::string_view spelling(ast::ElementType type);
std::string_view spelling(ast::BinaryOp op);
std::string_view spelling(ast::Constant constant);
/// `int`, `[block]`
std::string spelling(const ast::Kind &kind);
/// `a.b.c`
std::string spelling(const std::vector<ast::Name> &path);
/// A string literal with its quotes and escapes.
std::string quoted(std::string_view value);

} // namespace lamina

#endif // COMPILER_SYNTAX_SPELLING_H
