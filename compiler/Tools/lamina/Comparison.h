// How far an output is from what was expected.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_COMPARISON_H
#define COMPILER_TOOLS_LAMINA_COMPARISON_H

#include "lamina/Array.h"

namespace lamina::tool {

/// The largest errors of `got` against `expected`, and where. NaN against NaN and infinities of one
/// sign are equal.
struct Comparison {
  double absolute = 0, relative = 0;
  int64_t absoluteAt = 0, relativeAt = 0;
  /// The first element where `|a - b| <= tolerance * (1 + |b|)` does not hold, or only one side is
  /// a NaN; -1 if none.
  int64_t firstBad = -1;
  int64_t bad = 0;
};

/// The arrays have as many elements.
Comparison compare(const runtime::Array &got, const runtime::Array &expected, double tolerance);

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_COMPARISON_H
