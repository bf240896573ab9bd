// What a stage takes over of larger parameters: the positions with the largest norm.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_CARRIEDWEIGHTS_H
#define COMPILER_TOOLS_LAMINA_CARRIEDWEIGHTS_H

#include "compiler/Sema/Training.h"
#include "lamina/Safetensors.h"

#include <map>

namespace lamina::tool {

/// The tensors that `stage` cuts, read from the checkpoint of the stage before and cut: along each
/// axis the positions with the largest norm over all parameters that have it, in their order; of
/// equal norms the first. By path.
runtime::Result<std::map<std::string, runtime::Array>> cutWeights(const sema::Training &stage,
                                                                  const runtime::Safetensors &file);

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_CARRIEDWEIGHTS_H
