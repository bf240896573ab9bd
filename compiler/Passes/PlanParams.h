// Where each parameter lies in the packed buffer and in what layout.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_PASSES_PLANPARAMS_H
#define COMPILER_PASSES_PLANPARAMS_H

#include "compiler/Passes/PlanContraction.h"

#include "llvm/ADT/MapVector.h"

namespace lamina::plan {

/// The contractions of a model with their choices, in order.
using Contractions = llvm::MapVector<mlir::Operation *, Contraction>;

/// Lays out every parameter: in panels where all its readers are contractions that want the same
/// panels, else plain (those contractions then stage it: `contractions` is changed). Writes `plan`
/// on the params and returns the bytes of the packed buffer with its head.
int64_t layOutParams(ir::ModelOp model, Contractions &contractions);

} // namespace lamina::plan

#endif // COMPILER_PASSES_PLANPARAMS_H
