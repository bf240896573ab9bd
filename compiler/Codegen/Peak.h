// What one core of this machine can do: the measure of kernels.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_CODEGEN_PEAK_H
#define COMPILER_CODEGEN_PEAK_H

#include "compiler/Codegen/Target.h"

#include <optional>
#include <string>
#include <vector>

namespace lamina::codegen {

struct Peak {
  double flops = 0; ///< fp32 multiply-adds count 2, a second, one core
  /// Bytes read a second from a working set of at most this size, one core; ascending.
  struct Level {
    int64_t bytes;
    double perSecond;
  };
  std::vector<Level> levels;

  /// The bandwidth of the smallest level that holds `bytes`.
  double bandwidth(double bytes) const;
};

/// Measures this machine with code made for it, in about half a second. Nothing, with `error`,
/// where the code cannot be made.
std::optional<Peak> measurePeak(const Target &target, std::string &error);

} // namespace lamina::codegen

#endif // COMPILER_CODEGEN_PEAK_H
