// The compiled programs of a `train` block: loader, check and step, in this process.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_TRAINPROGRAMS_H
#define COMPILER_TOOLS_LAMINA_TRAINPROGRAMS_H

#include "compiler/Tools/lamina/Compilation.h"
#include "compiler/Tools/lamina/TrainBlock.h"
#include "lamina/TrainingPlan.h"

namespace lamina::tool {

/// Compiles `model` for this machine; with `threads` > 0 for so many threads of OpenMP. `prepare`
/// may change the IR before the passes; it says false after an error message. Null after an error
/// message.
std::unique_ptr<runtime::TrainingProgram>
compileProgram(const Invocation &invocation, const SourceManager &sources, const sema::Model &model,
               const std::function<bool(Compilation &)> &prepare = nullptr, int threads = 0);

/// The loader and the check of a training, and how its steps are made. Nothing after an error
/// message.
std::optional<runtime::TrainingPrograms> compilePrograms(const Invocation &invocation,
                                                         const SourceManager &sources,
                                                         const sema::Training &training,
                                                         int threads = 0);

/// Turns the loss of `training` in `compilation` into a step on `batch` samples and says what it
/// moves. False after an error message.
bool makeStep(Compilation &compilation, const sema::Training &training, int64_t batch,
              std::vector<runtime::SlotSpec> &slots);

/// The settings of a checked `train` block as the runtime takes them.
runtime::TrainingPlan planOf(const sema::Training &training, const TrainBlockOptions &options);

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_TRAINPROGRAMS_H
