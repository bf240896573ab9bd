// Any bytes as CSV, for a float and for an integer input.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Csv.h"

#include <cstdint>
#include <cstring>

using namespace lamina::runtime;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::vector<std::byte> bytes(size);
  if (size)
    std::memcpy(bytes.data(), data, size);
  // Packed text goes the way that a name in .gz opens.
  const bool isPacked = size > 1 && data[0] == 0x1f && data[1] == 0x8b;
  const char *name = isPacked ? "f.gz" : "f";
  (void)bool(readCsv(Input::fromMemory(name, bytes), ElementType::F32));
  (void)bool(readCsv(Input::fromMemory(name, std::move(bytes)), ElementType::I32));
  return 0;
}
