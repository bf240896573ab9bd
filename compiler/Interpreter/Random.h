// The counter-based generator behind initial values.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_INTERPRETER_RANDOM_H
#define COMPILER_INTERPRETER_RANDOM_H

#include <array>
#include <cstdint>

namespace lamina::interpreter {

/// Philox 4x32-10: four random words of a counter and a key.
std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

} // namespace lamina::interpreter

#endif // COMPILER_INTERPRETER_RANDOM_H
