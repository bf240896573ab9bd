// The few array operations that reading weights and images needs. Every argument is checked.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_ARRAYOPS_H
#define LAMINA_ARRAYOPS_H

#include "lamina/Array.h"

namespace lamina::runtime {

/// Axis i of the result is axis `order[i]` of `array`.
Result<Array> permute(const Array &array, std::span<const int64_t> order);
/// Elements lo to hi - 1 along `axis`.
Result<Array> slice(const Array &array, int64_t axis, int64_t lo, int64_t hi);
/// One after the other along `axis`; all other extents and the type agree.
Result<Array> concat(std::span<const Array *const> arrays, int64_t axis);
/// The other way round along `axis`.
Result<Array> flip(const Array &array, int64_t axis);
/// One extent may be -1: it takes what is left.
Result<Array> reshape(Array array, Shape shape);
Result<Array> negate(Array array);
/// All elements are `value`; an integer type refuses what it cannot hold.
Result<Array> filled(ElementType type, Shape shape, double value);

} // namespace lamina::runtime

#endif // LAMINA_ARRAYOPS_H
