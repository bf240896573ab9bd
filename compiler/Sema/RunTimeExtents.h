// Extents that are computed from run-time ones.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SEMA_RUNTIMEEXTENTS_H
#define COMPILER_SEMA_RUNTIMEEXTENTS_H

#include "compiler/Sema/Checked.h"

#include <optional>

namespace lamina::sema {

/// The extent of every `step`-th element that is left of a bounded axis when `taken` fewer are
/// looked at: max(0, ⌊(n - taken) / step⌋ + 1), as slices (taken = low + 1) and windows (taken =
/// their reach) have it.
Axis steppedAxis(const Axis &axis, int64_t taken, int64_t step);

/// `factor` elements for each of a bounded axis; nothing where its extent is a quotient, which a
/// multiple of does not keep exact.
std::optional<Axis> multipliedAxis(const Axis &axis, int64_t factor);

} // namespace lamina::sema

#endif // COMPILER_SEMA_RUNTIMEEXTENTS_H
