// topk, keep_topk, sort and cumulate on one line.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_KERNELS_SELECTOPS_H
#define COMPILER_KERNELS_SELECTOPS_H

#include "compiler/Kernels/RowwiseFold.h"

namespace lamina::kernels {

/// A line of a select kernel: a row along one axis, and where its results go.
struct Line {
  Row row;
  ir::KernelOp kernel;
  mlir::Value input;
  mlir::Type element; ///< of the input

  const LoopAxis &axis() const { return row.inner.front(); }
  mlir::Type inRegisters() const { return registerType(element); }
  mlir::Value at(const Place &place) const { return row.evaluator.at(input, place); }
};

/// The values and positions of the `k` first elements; null buffers are not written.
void emitTopK(const Line &line, int64_t k, const Buffer *values, const Buffer *indices);
/// The `k` first elements in their places, zero elsewhere.
void emitKeepTopK(const Line &line, int64_t k, const Buffer &output);
/// Ascending, NaN last, by merging in scratch memory.
llvm::LogicalResult emitSort(const Line &line, const Buffer &output);
/// Running sums or products.
void emitCumulate(const Line &line, ir::CumulateKind kind, const Buffer &output);

} // namespace lamina::kernels

#endif // COMPILER_KERNELS_SELECTOPS_H
