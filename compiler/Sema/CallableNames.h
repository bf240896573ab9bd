// A check of declarations that nothing instantiates: what they apply exists.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SEMA_CALLABLENAMES_H
#define COMPILER_SEMA_CALLABLENAMES_H

#include "compiler/Sema/Modules.h"

namespace lamina::sema {

/// Reports every name that a block or model applies although nothing of that name can be. Extents,
/// axes and types need an instantiation and are not looked at.
void checkCallableNames(const Module &module, const ast::Decl &decl, const ModuleTable &modules,
                        Diagnostics &diagnostics);

} // namespace lamina::sema

#endif // COMPILER_SEMA_CALLABLENAMES_H
