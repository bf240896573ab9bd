// What a model costs: parameters and arithmetic, by layer.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_COST_H
#define COMPILER_TOOLS_LAMINA_COST_H

#include "compiler/Tools/lamina/Signature.h"

#include <string>
#include <vector>

namespace lamina::tool {

/// One layer and all that is in it.
struct LayerCost {
  std::string path;  ///< `blocks.*.mlp_tokens`
  std::string block; ///< its block's name
  std::string type;  ///< of its (first) result, for one sample
  size_t depth = 1;  ///< 1 for a layer of the model itself
  double flops = 0;  ///< for one sample, all rounds of the repeats around it
  int64_t parameters = 0;
  int64_t parameterBytes = 0;
};

struct ModelCost {
  std::vector<LayerCost> layers; ///< in the order of the text, outer before inner
  double flops = 0;
  int64_t parameters = 0; ///< trained ones and frozen ones
  int64_t trained = 0;
  int64_t parameterBytes = 0; ///< states included
};

/// A multiply-add counts 2, every other arithmetic op 1 for each element, movement nothing. A
/// run-time extent counts as its bound.
ModelCost costOf(const sema::Model &model);

/// `f32[s: 196, c: 512]`, without the batch.
std::string printType(const sema::Type &type);

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_COST_H
