// Contractions with a sparse operand.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_KERNELS_SPARSEDOT_H
#define COMPILER_KERNELS_SPARSEDOT_H

#include "compiler/Kernels/EvaluatorOps.h"

namespace lamina::kernels {

/// Writes a contraction with an operand that is mostly zeros (dialect/Sparse.h): each element of it
/// that is not zero adds its row of products to the result, the others add nothing, also where the
/// dense operand is infinite or NaN. The terms of an element of the result come in the order of the
/// sparse operand in memory, so that the bits do not depend on threads.
void buildSparseDot(ir::DotOp dot, const Buffer &output, Evaluator &evaluator);

} // namespace lamina::kernels

#endif // COMPILER_KERNELS_SPARSEDOT_H
