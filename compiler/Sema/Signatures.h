// What is wrong with a declaration before anything instantiates it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SEMA_SIGNATURES_H
#define COMPILER_SEMA_SIGNATURES_H

#include "compiler/Syntax/Ast.h"
#include "compiler/Syntax/Diagnostics.h"

namespace lamina::sema {

/// Reports names that stand twice among the formals, inputs or results of a block, model or `fn`.
void checkSignature(const ast::Decl &decl, Diagnostics &diagnostics);

} // namespace lamina::sema

#endif // COMPILER_SEMA_SIGNATURES_H
