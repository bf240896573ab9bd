// What the compiler made of the operations of a model.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_REMARKS_H
#define COMPILER_TOOLS_LAMINA_REMARKS_H

#include "mlir/IR/BuiltinOps.h"

#include <string>

namespace lamina::tool {

/// One line for each kernel of a fused module: `FILE:LINE:COL: remark: …`, with the operations that
/// became its one loop nest.
std::string describeKernels(mlir::ModuleOp module);

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_REMARKS_H
