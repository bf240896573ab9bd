// Folding of constant expressions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_PASSES_SIMPLIFYCONSTANTS_H
#define COMPILER_PASSES_SIMPLIFYCONSTANTS_H

#include "mlir/IR/PatternMatch.h"

namespace lamina {

/// Replaces every expression of constants and positions below `root` by a constant, computed in
/// double and rounded once. One of more than `maxElements` elements stays.
void foldConstants(mlir::Operation *root, int64_t maxElements, mlir::RewriterBase &rewriter);

} // namespace lamina

#endif // COMPILER_PASSES_SIMPLIFYCONSTANTS_H
