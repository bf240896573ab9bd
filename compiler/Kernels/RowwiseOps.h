// The reductions of a row-wise kernel, one row at a time.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_KERNELS_ROWWISEOPS_H
#define COMPILER_KERNELS_ROWWISEOPS_H

#include "compiler/Kernels/RowwiseFold.h"

namespace lamina::kernels {

/// Lanes of a step: several registers, so that independent chains hide latencies.
int64_t rowWidth(const FunctionContext &context);

/// The scratch of a row-wise kernel: rows of values that later passes read instead of computing
/// them again. The plan reserves 16 bytes for each element of a row and each lane across rows;
/// without a plan there is none.
class RowScratch {
public:
  RowScratch(ir::KernelOp kernel, const Row &row);

  /// A buffer for one value of `element` along the row, if there is room.
  std::optional<Buffer> allocate(mlir::Type element);

private:
  const Row &row;
  mlir::Value start; ///< byte offset in the workspace; null: there is no scratch
  int64_t used = 0;  ///< bytes
  int64_t left = 0;  ///< bytes
};

/// Emits the passes of a reduction and binds its result in the row's evaluator.
void emitReducer(mlir::Operation *op, const Row &row, RowScratch &scratch);

} // namespace lamina::kernels

#endif // COMPILER_KERNELS_ROWWISEOPS_H
