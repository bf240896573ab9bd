// States that are learnt from the training split before the first step.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Trainer.h"

#include <algorithm>

namespace lamina::runtime {

Status Trainer::fit(std::vector<OwnedArray> &initial) {
  if (!programs.fit)
    return {};
  if (Status status = open(); !status)
    return status;
  const auto part = std::find_if(splitParts.begin(), splitParts.end(),
                                 [](const SplitPart &one) { return one.name == "train"; });
  if (part == splitParts.end())
    return Failure{"no part of the data is called 'train'"};
  Result<std::unique_ptr<TrainingProgram>> made = programs.fit(int64_t(part->rows.size()));
  if (!made)
    return made.failure();
  TrainingProgram &program = **made;
  std::vector<NamedArray> named;
  for (const OwnedArray &array : initial)
    named.push_back({array.name, &array.array});
  if (Status status = program.setWeights(named); !status)
    return status;
  Result<Batch> batch = BatchMaker(*data, *programs.load).make(part->rows);
  if (!batch)
    return batch.failure();
  std::vector<const std::byte *> inputs;
  for (const ProgramValue &input : program.inputs)
    for (size_t i = 0; i < batch->values.size(); ++i)
      if (programs.load->outputs[i].name == input.name)
        inputs.push_back(batch->values[i].data());
  std::vector<OwnedArray> states;
  std::vector<std::byte *> outputs;
  for (const ProgramValue &output : program.outputs) {
    Result<Array> value = Array::create(output.type, output.shape);
    if (!value)
      return value.failure();
    outputs.push_back(value->data());
    states.push_back({output.name, std::move(*value)});
  }
  if (Status status = program.run(inputs, outputs, 1); !status)
    return Failure{"what 'fit' learns cannot be computed: " + status.error()};
  for (OwnedArray &state : states)
    if (std::none_of(initial.begin(), initial.end(),
                     [&](const OwnedArray &known) { return known.name == state.name; }))
      initial.push_back(std::move(state));
  return {};
}

} // namespace lamina::runtime
