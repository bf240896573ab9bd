// The dictionary at the head of a .npy file.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef RUNTIME_SRC_NPYHEADER_H
#define RUNTIME_SRC_NPYHEADER_H

#include "lamina/StoredType.h"

#include <string_view>

namespace lamina::runtime {

/// Parses `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`: these three keys once
/// each, in any order. The failure's message has no path.
Result<Layout> parseNpyHeader(std::string_view text);

} // namespace lamina::runtime

#endif // RUNTIME_SRC_NPYHEADER_H
