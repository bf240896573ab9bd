// The passes of the lamina dialect (Passes.td).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_PASSES_PASSES_H
#define COMPILER_PASSES_PASSES_H

#include "mlir/Pass/Pass.h"

#include <memory>

namespace lamina {

#define GEN_PASS_DECL
#include "compiler/Passes/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "compiler/Passes/Passes.h.inc"

} // namespace lamina

#endif // COMPILER_PASSES_PASSES_H
