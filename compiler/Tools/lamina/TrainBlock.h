// Finds and checks the `train` block that a verb works on, with the settings of `--set`.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_TRAINBLOCK_H
#define COMPILER_TOOLS_LAMINA_TRAINBLOCK_H

#include "compiler/Sema/Training.h"
#include "compiler/Tools/lamina/Frontend.h"
#include "compiler/Tools/lamina/ModelWeights.h"

namespace CLI {
class App;
}

namespace lamina::tool {

/// What the verbs that read a `train` block have in common.
struct TrainBlockOptions {
  std::string file, train, data;
  std::vector<std::string> settings; ///< `--set path=value`
  int64_t dataMemory = 256;          ///< MiB: larger data are read where they are needed
};

void addTrainBlockOptions(CLI::App &verb, TrainBlockOptions &options);

/// The weights of a verb that needs what a run has trained.
void addCheckpointOptions(CLI::App &verb, WeightSource &weights);

/// The block of `--train`, or the file's only one. Nothing after an error message.
std::optional<sema::Training> readTrainBlock(const Invocation &invocation, Frontend &frontend,
                                             const TrainBlockOptions &options);

/// The same of a verb that works with what a run has made: of a block with
/// stages the last one.
std::optional<sema::Training> readTrainedBlock(const Invocation &invocation, Frontend &frontend,
                                               const TrainBlockOptions &options);

/// Where relative data files are: `--data`, else beside the source file.
std::string dataFolder(const TrainBlockOptions &options);

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_TRAINBLOCK_H
