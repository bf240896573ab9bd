// Philox and what is drawn with it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Random.h"

#include <numeric>
#include <utility>

namespace lamina::runtime {

std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t a = uint64_t(0xD2511F53) * counter[0], b = uint64_t(0xCD9E8D57) * counter[2];
    counter = {uint32_t(b >> 32) ^ counter[1] ^ key[0], uint32_t(b),
               uint32_t(a >> 32) ^ counter[3] ^ key[1], uint32_t(a)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

std::vector<int64_t> permutation(int64_t count, uint64_t seed, uint64_t stream) {
  std::vector<int64_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), int64_t(0));
  for (int64_t i = count - 1; i > 0; --i) {
    const std::array<uint32_t, 4> words =
        philox({uint32_t(i), uint32_t(uint64_t(i) >> 32), uint32_t(stream), uint32_t(stream >> 32)},
               {uint32_t(seed), uint32_t(seed >> 32)});
    // The high part of a 64 x 64 bit product maps to 0 … i (Lemire 2019, without the rejection: its
    // bias is below 2^-32).
    const uint64_t word = uint64_t(words[1]) << 32 | words[0];
    const auto j =
        static_cast<std::size_t>((static_cast<unsigned __int128>(word) * uint64_t(i + 1)) >> 64);
    std::swap(order[static_cast<std::size_t>(i)], order[j]);
  }
  return order;
}

} // namespace lamina::runtime
