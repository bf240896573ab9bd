// The order of each value's axes in memory.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_PASSES_PLANORDER_H
#define COMPILER_PASSES_PLANORDER_H

#include "compiler/Passes/PlanContraction.h"

namespace lamina::plan {

/// Gives every value of the model a type whose axes stand in the order that suits the op that makes
/// it: from the inputs forward, so that no op transposes. What the model and its repeats yield
/// keeps the order that it must have.
void orderValues(ir::ModelOp model, ir::TargetAttr target);

} // namespace lamina::plan

#endif // COMPILER_PASSES_PLANORDER_H
