// Loop nests over named axes, vectorised along one of them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_KERNELS_ELEMENTWISELOOPS_H
#define COMPILER_KERNELS_ELEMENTWISELOOPS_H

#include "compiler/Kernels/EvaluatorOps.h"

namespace lamina::kernels {

/// One axis to run over. An extent that is known only at run time is `dynamic`.
struct LoopAxis {
  std::string name;
  int64_t extent = 0;
  mlir::Value dynamic;
  /// Extents of nested loops that make up the axis, slowest first; their product is `extent`.
  /// Empty: one loop.
  llvm::SmallVector<int64_t> factors;
  /// Positions at which the axis is cut into loops of their own, so that each sees one piece of a
  /// concat or pad.
  llvm::SmallVector<int64_t> cuts;
};

/// What a nest does at each place; `lanes` of the place is the width of the vector.
using LoopBody = llvm::function_ref<void(const Place &)>;

/// Values carried around a loop: takes the current ones, gives the next.
using CarryBody =
    llvm::function_ref<llvm::SmallVector<mlir::Value>(const Place &, mlir::ValueRange)>;

/// Runs over `axes`, the first slowest. The last one is taken `width` lanes at once and ends with a
/// narrower vector, or with single elements where its extent is dynamic; width 1 makes scalar
/// loops.
void emitNest(llvm::ArrayRef<LoopAxis> axes, int64_t width, const Place &start,
              mlir::ImplicitLocOpBuilder &builder, LoopBody body);

/// The same, shared by the threads that run the function; each place is one thread's.
void emitSharedNest(llvm::ArrayRef<LoopAxis> axes, int64_t width, const FunctionContext &context,
                    mlir::ImplicitLocOpBuilder &builder, LoopBody body);

/// The same with carried values.
llvm::SmallVector<mlir::Value> emitReduction(llvm::ArrayRef<LoopAxis> axes, int64_t width,
                                             const Place &start, mlir::ValueRange initial,
                                             mlir::ImplicitLocOpBuilder &builder, CarryBody body);

/// The axes of `tensor` in memory order as loops: `batch` has the context's rows.
llvm::SmallVector<LoopAxis> loopsOver(mlir::RankedTensorType tensor, const FunctionContext &context,
                                      mlir::ImplicitLocOpBuilder &builder);

/// Joins the axis `inner` with the one before it where every tensor of the kernel that has either
/// has both, contiguous: `outer` stays at 0 and `inner` runs over the product. Gives the joined
/// axes; `buffers` are all that the kernel touches.
llvm::SmallVector<LoopAxis> mergeContiguous(llvm::SmallVector<LoopAxis> axes,
                                            llvm::ArrayRef<Buffer> buffers);

/// Whether all ops of the block are elementwise, so that an axis' position is the same in all of
/// them.
bool isPurelyElementwise(mlir::Block &block);

} // namespace lamina::kernels

#endif // COMPILER_KERNELS_ELEMENTWISELOOPS_H
