// Look-ups in the checked program.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Checked.h"

#include <algorithm>

namespace lamina::sema {

const Axis *Type::find(std::string_view name) const {
  auto found =
      std::find_if(axes.begin(), axes.end(), [&](const Axis &a) { return a.name == name; });
  return found == axes.end() ? nullptr : &*found;
}

} // namespace lamina::sema
