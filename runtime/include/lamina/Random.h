// Random numbers by counter: equal for every machine and thread.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_RANDOM_H
#define LAMINA_RANDOM_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace lamina::runtime {

/// Philox 4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

/// 0 to count - 1 in an order that depends on `seed` and `stream` alone (Fisher and Yates).
std::vector<int64_t> permutation(int64_t count, uint64_t seed, uint64_t stream);

} // namespace lamina::runtime

#endif // LAMINA_RANDOM_H
