// Any bytes as a PNG image.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Image.h"

#include <cstdint>
#include <cstring>

using namespace lamina::runtime;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::vector<std::byte> bytes(size);
  if (size)
    std::memcpy(bytes.data(), data, size);
  (void)bool(readPng(Input::fromMemory("f", std::move(bytes))));
  return 0;
}
