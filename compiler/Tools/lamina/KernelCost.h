// What the kernels of a planned model compute and move.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_KERNELCOST_H
#define COMPILER_TOOLS_LAMINA_KERNELCOST_H

#include "dialect/Lamina.h"

#include <string>
#include <vector>

namespace lamina::tool {

struct KernelCost {
  std::string place; ///< `mixer.lam:14:20`
  std::string what;  ///< `contraction: dot add max`
  double rounds = 1; ///< of the repeats around it
  double flops = 0;  ///< of all rounds, for one sample; a multiply-add counts 2, movement nothing
  double bytesOfSample = 0; ///< inputs and outputs that a sample has, all rounds
  double bytesOfModel = 0;  ///< weights and what else is one for all samples, all rounds
};

/// The kernels in their order. A run-time extent counts as its bound.
std::vector<KernelCost> kernelCosts(ir::ModelOp model);

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_KERNELCOST_H
