// What `lamina bench` measures, and how it is told.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_BENCH_H
#define COMPILER_TOOLS_LAMINA_BENCH_H

#include "compiler/Codegen/Peak.h"
#include "compiler/Tools/lamina/KernelCost.h"

#include <string>
#include <vector>

namespace lamina::tool {

struct Benchmark {
  std::string model, target;
  int64_t batch = 1;
  int threads = 1;
  int64_t rounds = 0; ///< that were measured
  double seconds = 0; ///< of a call of `run` without measuring, median
  codegen::Peak peak; ///< of one core
  std::vector<KernelCost> kernels;
  std::vector<double> times; ///< of the kernels, seconds in a call, median

  double flops(size_t kernel) const { return kernels[kernel].flops * double(batch); }
  double bytes(size_t kernel) const {
    return kernels[kernel].bytesOfModel + kernels[kernel].bytesOfSample * double(batch);
  }
  /// Shares of what the cores that run it could do: 1 is all.
  double shareOfPeak(double flops, double seconds) const;
  double shareOfBandwidth(size_t kernel) const;
};

std::string benchText(const Benchmark &benchmark);
std::string benchJson(const Benchmark &benchmark);
/// A page by itself, with a bar for each kernel.
std::string benchHtml(const Benchmark &benchmark);

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_BENCH_H
