// How a pass tells that the program, not the compiler, is at fault.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_PASSES_REFUSAL_H
#define COMPILER_PASSES_REFUSAL_H

#include "llvm/ADT/StringRef.h"

namespace lamina {

/// A pass that refuses what the language allows sets this unit attribute on the module, next to an
/// error on the op that says why. Every other failure of a pass is a defect.
inline constexpr llvm::StringLiteral kRefusedAttr = "lamina.refused";

} // namespace lamina

#endif // COMPILER_PASSES_REFUSAL_H
