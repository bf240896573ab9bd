// Where the loops over a kernel's result should be cut or nested, so that index arithmetic
// disappears from them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_KERNELS_ELEMENTWISECUTS_H
#define COMPILER_KERNELS_ELEMENTWISECUTS_H

#include "compiler/Kernels/ElementwiseLoops.h"

namespace lamina::kernels {

/// Adds to the axes the ends of the pieces of concats, pads, shifts and rolls that `value` is made
/// of, and nests the axes that a rearrange splits. `width` is the number of lanes along the last
/// axis, which is only nested where its fastest part holds a vector.
void addCuts(mlir::Value value, llvm::SmallVector<LoopAxis> &axes, int64_t width);

} // namespace lamina::kernels

#endif // COMPILER_KERNELS_ELEMENTWISECUTS_H
