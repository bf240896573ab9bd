// What a run will need of memory, said before it starts.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Trainer.h"

#include <cstdio>
#include <fstream>

namespace lamina::runtime {
namespace {

/// The bytes that programs may still take without swapping; -1 where the system does not say.
int64_t availableMemory() {
  std::ifstream file("/proc/meminfo");
  std::string key;
  int64_t kibibytes = 0;
  while (file >> key >> kibibytes) {
    if (key == "MemAvailable:")
      return kibibytes * 1024;
    file.ignore(64, '\n'); // the unit
  }
  return -1;
}

std::string mebibytes(int64_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f MiB", double(bytes) / (1 << 20));
  return text;
}

int64_t valueBytes(const std::vector<ProgramValue> &values, int64_t batch) {
  int64_t sum = 0;
  for (const ProgramValue &value : values)
    if (const std::optional<int64_t> bytes =
            countBytes(value.shapeOf(batch), elementSize(value.type)))
      sum += *bytes;
  return sum;
}

} // namespace

Status Trainer::checkMemory() {
  constexpr int64_t kBatchesAhead = 4; // made, two waiting, in use
  const StepProgram &step = whole ? *whole : *rest;
  const int64_t batches = kBatchesAhead * (valueBytes(programs.load->inputs, plan.batch) +
                                           valueBytes(programs.load->outputs, plan.batch));
  const int64_t working = step.program->workspaceBytes(1) +
                          programs.load->workspaceBytes(plan.batch) +
                          programs.check->workspaceBytes(plan.batch) + batches;
  const int64_t still = working + state->bytes(); // the data lie in memory already
  log.line("memory: data " + mebibytes(data->bytes()) + ", weights and optimizer " +
           mebibytes(state->bytes()) + ", steps and batches " + mebibytes(working));
  const int64_t available = availableMemory();
  if (available >= 0 && still > available + state->bytes())
    return Failure{"the run needs " + mebibytes(still) + " more, but the machine has " +
                   mebibytes(available) + " left; a smaller 'batch' needs less"};
  return {};
}

} // namespace lamina::runtime
