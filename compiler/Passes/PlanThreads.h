// How threads share a model: when they start, and when each takes samples of its own.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_PASSES_PLANTHREADS_H
#define COMPILER_PASSES_PLANTHREADS_H

#include "compiler/Passes/PlanParams.h"

namespace lamina::plan {

/// More threads than this never run one call: workspaces are sized for them.
inline constexpr int64_t kMostThreads = 64;

struct Threads {
  /// Multiply-adds of one sample, other elements weighed by what they cost.
  int64_t work = 0;
  /// From so many samples a thread on, each thread runs all layers on samples of its own; with
  /// fewer they share each kernel.
  int64_t apart = 1;
};

Threads planThreads(ir::ModelOp model, ir::TargetAttr target, const Contractions &contractions,
                    int64_t packed);

} // namespace lamina::plan

#endif // COMPILER_PASSES_PLANTHREADS_H
