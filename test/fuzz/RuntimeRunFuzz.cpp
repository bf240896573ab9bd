// Any bytes as what a run left behind: the header of its checkpoint, the lines of metrics.jsonl,
// TensorBoard's events.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/EventFile.h"
#include "lamina/TrainingReport.h"
#include "lamina/TrainingState.h"

#include <cstdint>
#include <cstring>

using namespace lamina::runtime;

namespace {

/// A parameter of two positions, its momentum, and what follows it.
Result<TrainingState> makeState() {
  const std::vector<SlotSpec> slots = {{"blocks.*.w", "blocks.*.w", false, true, 0, false},
                                       {"m.blocks.*.w", "blocks.*.w", true, false, 0, false},
                                       {"ema.blocks.*.w", "blocks.*.w", true, true, 0, true}};
  const std::vector<ProgramValue> values(3, {"", ElementType::F32, {2, 3}});
  std::vector<OwnedArray> initial;
  for (const char *name : {"blocks.0.w", "blocks.1.w"}) {
    Result<Array> array = Array::create(ElementType::F32, {3});
    if (!array)
      return array.failure();
    std::memset(array->data(), 0, array->sizeInBytes());
    initial.push_back({name, std::move(*array)});
  }
  return TrainingState::create(slots, values, initial);
}

/// A file with this header and as many bytes of data as the first byte says.
void restore(const uint8_t *data, size_t size) {
  const uint64_t header = size - 1;
  std::vector<std::byte> bytes(8 + size - 1 + data[0]);
  std::memcpy(bytes.data(), &header, sizeof header);
  std::memcpy(bytes.data() + sizeof header, data + 1, size - 1);
  Result<Safetensors> file = Safetensors::open(Input::fromMemory("f", std::move(bytes)));
  Result<TrainingState> state = makeState();
  if (!state)
    __builtin_trap();
  if (file && state->restore(*file) && !state->checkpoint())
    __builtin_trap();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const std::string text(reinterpret_cast<const char *>(data), size);
  if (size > 1)
    restore(data, size);
  TrainingHistory history;
  history.read(text);
  (void)reportHtml({"fuzz", {}}, history);
  const std::string kept = eventsUpTo(text, 3);
  if (!text.starts_with(kept) || eventsUpTo(kept, 3) != kept)
    __builtin_trap();
  return 0;
}
