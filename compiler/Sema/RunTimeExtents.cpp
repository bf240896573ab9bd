// Floors of linear functions are closed under what slices, windows and merges do to an extent.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/RunTimeExtents.h"

#include <algorithm>

namespace lamina::sema {

/// ⌊(⌊(s·n + o) / d⌋ - taken) / step⌋ + 1 = ⌊(s·n + o + d·(step - taken)) / (d·step)⌋.
Axis steppedAxis(const Axis &axis, int64_t taken, int64_t step) {
  Axis made = axis;
  made.extent = std::max<int64_t>(1, (axis.extent - taken) / step + 1);
  made.runTime.offset += axis.runTime.divisor * (step - taken);
  made.runTime.divisor *= step;
  return made;
}

std::optional<Axis> multipliedAxis(const Axis &axis, int64_t factor) {
  if (axis.runTime.divisor != 1 && factor != 1)
    return std::nullopt;
  Axis made = axis;
  made.extent *= factor;
  made.runTime.scale *= factor;
  made.runTime.offset *= factor;
  return made;
}

} // namespace lamina::sema
