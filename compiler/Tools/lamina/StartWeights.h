// Where the parameters of a run begin: initial values, `init` and `with`, the
// stage before.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_STARTWEIGHTS_H
#define COMPILER_TOOLS_LAMINA_STARTWEIGHTS_H

#include "compiler/Sema/Training.h"
#include "compiler/Tools/lamina/ModelWeights.h"

namespace lamina::tool {

/// What a run is given beside its block.
struct StartOptions {
  std::string source;  ///< the folder of the source: relative weight files are sought there first
  std::string data;    ///< the folder of the data: and there next
  WeightSource init;   ///< `--init`: takes the place of the block's `init`
  std::string earlier; ///< the checkpoint of the stage before; empty in the first
};

/// One tensor for each parameter of the loss of `training`, whose IR is in
/// `compilation`. Nothing after an error message.
std::optional<ModelWeights> startWeights(const Invocation &invocation, Compilation &compilation,
                                         const sema::Training &training,
                                         const StartOptions &options);

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_STARTWEIGHTS_H
