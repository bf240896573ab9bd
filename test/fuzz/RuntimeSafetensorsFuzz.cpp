// Any bytes as a header of safetensors, then as a whole file: what is accepted has its bytes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Safetensors.h"

#include <cstdint>
#include <cstring>

using namespace lamina::runtime;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  // The header alone, so that the fuzzer need not guess its length.
  const std::string_view json(reinterpret_cast<const char *>(data), size);
  (void)bool(parseSafetensorsHeader(json, 24, {}));
  std::vector<std::byte> bytes(size);
  if (size)
    std::memcpy(bytes.data(), data, size);
  Result<Safetensors> file = Safetensors::open(Input::fromMemory("f", std::move(bytes)));
  if (!file)
    return 0;
  int64_t total = 0;
  for (const TensorEntry &tensor : file->header().tensors) {
    total += tensor.end - tensor.begin;
    (void)bool(file->read(tensor));
  }
  if (total > int64_t(size))
    __builtin_trap();
  return 0;
}
