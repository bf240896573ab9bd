// Any bytes as an IDX file, packed or not.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Idx.h"

#include <cstdint>
#include <cstring>

using namespace lamina::runtime;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::vector<std::byte> bytes(size);
  if (size)
    std::memcpy(bytes.data(), data, size);
  const bool isPacked = size > 1 && data[0] == 0x1f && data[1] == 0x8b;
  (void)bool(readIdx(Input::fromMemory(isPacked ? "f.gz" : "f", std::move(bytes))));
  return 0;
}
