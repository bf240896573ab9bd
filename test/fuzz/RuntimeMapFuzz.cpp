// Any text as a weight map, and its rules on some names.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/WeightMap.h"

#include <cstdint>
#include <cstring>

using namespace lamina::runtime;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  Result<WeightMap> map = WeightMap::parse("f.map", {reinterpret_cast<const char *>(data), size});
  if (!map)
    return 0;
  for (const char *name : {"blocks.3.fc1.weight", "encoder/layer_0/kernel", "x"}) {
    Bindings bindings;
    if (const Rule *rule = map->ruleFor(name, bindings); rule && !rule->constant)
      (void)rule->theirs.fill(bindings);
    (void)map->names(name);
    (void)map->ignores(name);
  }
  return 0;
}
