// Element by element, in double.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Comparison.h"

#include <cmath>

namespace lamina::tool {

Comparison compare(const runtime::Array &got, const runtime::Array &expected, double tolerance) {
  Comparison result;
  for (int64_t i = 0; i < got.size(); ++i) {
    const double a = got.valueAt(i), b = expected.valueAt(i);
    if (a == b || (std::isnan(a) && std::isnan(b)))
      continue;
    // Against an infinity the tolerance would be infinite too.
    const bool isFinite = std::isfinite(a) && std::isfinite(b);
    const double absolute = isFinite ? std::fabs(a - b) : INFINITY;
    const double relative = b == 0 ? 0 : absolute / std::fabs(b);
    if (absolute > result.absolute) {
      result.absolute = absolute;
      result.absoluteAt = i;
    }
    if (relative > result.relative) {
      result.relative = relative;
      result.relativeAt = i;
    }
    if (isFinite && absolute <= tolerance * (1 + std::fabs(b)))
      continue;
    if (result.bad++ == 0)
      result.firstBad = i;
  }
  return result;
}

} // namespace lamina::tool
