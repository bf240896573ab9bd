// Threads that run one function together: who takes which part of a loop, and where all wait.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_KERNELS_SHARING_H
#define COMPILER_KERNELS_SHARING_H

#include "compiler/Kernels/Kernels.h"

namespace lamina::kernels {

/// `for i in low .. high step step`, in one piece for each thread; the whole loop where the code is
/// for one thread. Threads beyond the number of steps get none, so that a thread with work has a
/// number below the number of steps.
void sharedLoop(const FunctionContext &context, mlir::ImplicitLocOpBuilder &builder,
                mlir::Value low, mlir::Value high, int64_t step,
                llvm::function_ref<void(mlir::Value)> body);

/// What no loop divides is done by the first thread, which has the smallest pieces.
void onFirstThread(const FunctionContext &context, mlir::ImplicitLocOpBuilder &builder,
                   llvm::function_ref<void()> body);

/// No thread goes on before all have come here. Nothing in code for one thread.
void awaitThreads(const FunctionContext &context, mlir::ImplicitLocOpBuilder &builder);

/// The byte offset of the kernel's scratch in the workspace, of this thread's own where there are
/// several; null where the plan gives none.
mlir::Value scratchOffset(ir::KernelOp kernel, const FunctionContext &context,
                          mlir::ImplicitLocOpBuilder &builder);

/// The byte offset in the workspace of a part of the kernel's scratch that all threads share. The
/// plan says under `key` where in the scratch it begins; null where it does not.
mlir::Value sharedScratchOffset(ir::KernelOp kernel, llvm::StringRef key,
                                const FunctionContext &context,
                                mlir::ImplicitLocOpBuilder &builder);

} // namespace lamina::kernels

#endif // COMPILER_KERNELS_SHARING_H
