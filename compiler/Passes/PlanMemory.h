// Offsets of everything that lies in the workspace, by the times at which it is needed.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_PASSES_PLANMEMORY_H
#define COMPILER_PASSES_PLANMEMORY_H

#include "compiler/Passes/PlanParams.h"

namespace lamina::plan {

/// The sizes of the two forms of a model.
struct Sizes {
  int64_t tile = 1;
  int64_t workspaceOne = 0;
  int64_t workspaceRows = 0;
};

/// Chooses the batch tile, places all values and scratch for both forms, and writes `offsets`,
/// `offsets_one`, `scratch` and `scratch_one` on kernels, `carried`, `collected` and their `_one`
/// twins on repeats.
/// `packed`: the bytes of the packed parameters.
Sizes placeValues(ir::ModelOp model, ir::TargetAttr target, const Contractions &contractions,
                  int64_t packed);

/// Whether a kernel that reads `value` could write `result` over it: each element is read, at its
/// own position alone, before it is written.
bool overwrites(ir::KernelOp kernel, mlir::Value value, mlir::OpResult result);

/// Makes each slot of a training step one that its next value may be written over: where something
/// else still reads the slot, the value is made elsewhere and copied at the end. Orders must have
/// been chosen.
void separateSlots(ir::ModelOp model);

} // namespace lamina::plan

#endif // COMPILER_PASSES_PLANMEMORY_H
