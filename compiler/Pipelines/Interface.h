// Reading the outside of a model off its planned IR.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_PIPELINES_INTERFACE_H
#define COMPILER_PIPELINES_INTERFACE_H

#include "compiler/Pipelines/Pipelines.h"
#include "dialect/Lamina.h"

namespace lamina {

/// The interface of a planned model (compiler/Kernels/README.md describes the plan). The hash
/// covers the planned IR and the target, so that packed weights of another plan are refused.
codegen::ModelInterface readInterface(ir::ModelOp model, const CompileOptions &options);

} // namespace lamina

#endif // COMPILER_PIPELINES_INTERFACE_H
