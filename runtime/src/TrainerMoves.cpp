// What the loop does around the compiled step: the schedule's factor, moves
// behind the update, an optimizer that goes on from another run.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Trainer.h"

#include <cmath>

namespace lamina::runtime {

/// The factor on the learning rate in the step after `number` others.
Result<double> Trainer::factor(int64_t number) {
  if (!programs.schedule)
    return scheduleFactor(plan.schedule, number, total, perEpoch) * plateau;
  const std::pair<const char *, double> known[] = {
      {"step", double(number)},
      {"steps", double(total)},
      {"epoch", double(number / perEpoch)}, // whole epochs that are over
      {"epochs", epochOf(total)}};
  std::vector<const std::byte *> inputs;
  for (const ProgramValue &input : programs.schedule->inputs)
    for (const auto &[name, value] : known)
      if (input.name == name)
        inputs.push_back(reinterpret_cast<const std::byte *>(&value));
  double value = 0;
  std::byte *output = reinterpret_cast<std::byte *>(&value);
  if (Status status = programs.schedule->run(inputs, std::span(&output, 1), 1); !status)
    return Failure{"the schedule failed in step " + std::to_string(number + 1) + ": " +
                   status.error()};
  if (!std::isfinite(value))
    return Failure{"the schedule gives no finite number in step " + std::to_string(number + 1)};
  return value;
}

/// `every 10 steps { … }`, after the update that made `number` steps whole.
Status Trainer::runPeriodic(int64_t number) {
  for (PeriodicProgram &periodic : programs.periodic) {
    if (number % std::max<int64_t>(periodic.interval.steps(perEpoch), 1) != 0)
      continue;
    TrainingProgram &program = *periodic.program;
    std::vector<const std::byte *> inputs;
    for (const ProgramValue &input : program.inputs) {
      const std::optional<size_t> moved = state->find(input.name);
      const Array *constant = moved ? &state->current(*moved) : state->constant(input.name);
      if (!constant)
        return Failure{"'every' reads '" + input.name + "', which the run has not"};
      inputs.push_back(constant->data());
    }
    std::vector<size_t> changed;
    std::vector<std::byte *> outputs;
    for (const ProgramValue &output : program.outputs) {
      const std::optional<size_t> moved = state->find(output.name);
      if (!moved)
        return Failure{"'every' moves '" + output.name + "', which is not trained here"};
      changed.push_back(*moved);
      outputs.push_back(state->next(*moved).data());
    }
    if (Status status = program.run(inputs, outputs, 1); !status)
      return Failure{"'every' failed after step " + std::to_string(number) + ": " + status.error()};
    for (size_t i : changed)
      state->advance(i);
  }
  return {};
}

/// A stage with `continue = true` has the optimizer of the one before it.
Status Trainer::continueOptimizer() {
  if (plan.continues.empty())
    return {};
  Result<Input> input = Input::open(plan.continues);
  if (!input)
    return input.failure();
  Result<Safetensors> file = Safetensors::open(std::move(*input));
  if (!file)
    return file.failure();
  Status status = state->restore(*file);
  return status ? status
                : Status(Failure{status.error() + "\nnote: with 'continue = true' a stage goes on "
                                                  "with the optimizer of the one before it"});
}

} // namespace lamina::runtime
