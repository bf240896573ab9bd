// Any bytes as a .npz archive.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Npz.h"

#include <cstdint>
#include <cstring>

using namespace lamina::runtime;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::vector<std::byte> bytes(size);
  if (size)
    std::memcpy(bytes.data(), data, size);
  (void)bool(readNpz(Input::fromMemory("f", std::move(bytes)), "x"));
  return 0;
}
