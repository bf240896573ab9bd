// Numbers and arrays as text.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_PRINTARRAY_H
#define COMPILER_TOOLS_LAMINA_PRINTARRAY_H

#include "lamina/Array.h"

#include "llvm/Support/JSON.h"

namespace lamina::tool {

/// At most six digits, as short as can be.
std::string formatNumber(double value);

/// One line for each row of the last axis, the middle of long ones left out; ends in a newline.
std::string printArray(const runtime::Array &array);

/// An element; NaN and infinities, which JSON lacks, as strings.
llvm::json::Value jsonNumber(const runtime::Array &array, int64_t i);

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_PRINTARRAY_H
