// The loop over steps.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Trainer.h"

#include "lamina/Input.h"

#include <cmath>
#include <cstring>
#include <filesystem>

namespace lamina::runtime {

Trainer::Trainer(TrainingPlan given, TrainingPrograms compiled, TrainingLog &log,
                 const std::atomic<int> *signal)
    : plan(std::move(given)), programs(std::move(compiled)), log(log), signal(signal) {}

Status Trainer::prepareSteps() {
  const SplitPart *training = nullptr;
  for (const SplitPart &part : splitParts)
    if (part.name == "train")
      training = &part;
  if (!training)
    return Failure{"no part of the data is called 'train'"};
  order.emplace(training->rows, plan.batch, plan.shuffle, plan.dropLast, plan.seed);
  perEpoch = order->perEpoch();
  if (perEpoch == 0)
    return Failure{"a batch of " + std::to_string(plan.batch) + " is more than the " +
                   std::to_string(training->rows.size()) + " samples, and 'drop_last' drops it"};
  total = plan.length.steps(perEpoch);
  const auto size = std::min<int64_t>(plan.batch, int64_t(training->rows.size()));
  if (size == plan.batch || order->remainder() == 0) {
    Result<StepProgram> program = programs.step(plan.batch);
    if (!program)
      return program.failure();
    whole.emplace(std::move(*program));
  }
  if (const int64_t remainder = order->remainder()) {
    Result<StepProgram> program = programs.step(remainder);
    if (!program)
      return program.failure();
    rest.emplace(std::move(*program));
  }
  return {};
}

/// Data, programs, state and log, as the run begins or goes on from `from`.
Status Trainer::prepare(std::span<const OwnedArray> initial, const std::string &from) {
  if (Status status = open(); !status)
    return status;
  if (Status status = prepareSteps(); !status)
    return status;
  const StepProgram &sample = whole ? *whole : *rest;
  const size_t before = sample.program->inputs.size() - sample.slots.size();
  Result<TrainingState> made = TrainingState::create(
      sample.slots, std::span(sample.program->inputs).subspan(before), initial);
  if (!made)
    return made.failure();
  state.emplace(std::move(*made));
  if (Status status = checkMemory(); !status)
    return status;
  if (Status status = packConstants(initial); !status)
    return status;
  if (Status status = from.empty() ? continueOptimizer() : resume(from); !status)
    return status;
  log.head = {plan.name, plan.settings};
  return log.open(plan.out, first);
}

Result<TrainingSummary> Trainer::train(std::span<const OwnedArray> initial,
                                       const std::string &from) {
  if (Status status = prepare(initial, from); !status)
    return status.failure();
  const int64_t end = plan.maxSteps ? std::min(total, first + plan.maxSteps) : total;
  TrainingSummary summary;
  summary.why = end < total ? "max-steps" : "done";
  const auto begin = Clock::now();
  Result<int64_t> steps = runSteps(end, begin, summary);
  if (!steps)
    return steps.failure();
  ended = summary.why;
  if (Status status = saveLast(*steps); !status)
    return status.failure();
  if (Status status = log.flush(); !status)
    return status.failure();
  if (Status status = log.report(); !status)
    return status.failure();
  summary.steps = *steps;
  summary.ran = *steps - first;
  summary.epochs = epochOf(*steps);
  summary.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  summary.metrics = last;
  summary.checkpoint =
      plan.out + (plan.best && hasBest ? "/best.safetensors" : "/last.safetensors");
  return summary;
}

/// The steps up to `end`, or to where the run ends earlier: how many are done.
Result<int64_t> Trainer::runSteps(int64_t end, Clock::time_point begin, TrainingSummary &summary) {
  BatchMaker maker(*data, *programs.load);
  BatchQueue queue(maker, *order, first, end);
  int64_t number = first, samples = 0;
  while (number < end) {
    Result<Batch> batch = queue.next();
    if (!batch)
      return batch.failure();
    Result<double> loss = step(number, *batch);
    if (!loss)
      return loss.failure();
    summary.loss = *loss;
    samples += batch->size;
    ++number;
    if (Status status = runPeriodic(number); !status)
      return status.failure();
    if (Status status = afterStep(number); !status)
      return status.failure();
    const double passed = std::chrono::duration<double>(Clock::now() - begin).count();
    log.progress(number, end, *loss, double(samples) / passed,
                 passed * double(end - number) / double(number - first));
    const bool isStale = plan.stop && stale >= plan.patience;
    if (!isStale && signal)
      summary.signal = signal->load();
    if (isStale || summary.signal != 0) {
      summary.why = isStale ? "patience" : "signal";
      break;
    }
  }
  return number;
}

/// What the steps read and do not move: frozen parameters.
Status Trainer::packConstants(std::span<const OwnedArray> initial) {
  std::vector<NamedArray> named;
  for (const OwnedArray &array : initial)
    named.push_back({array.name, &array.array});
  for (std::optional<StepProgram> *program : {&whole, &rest})
    if (*program)
      if (Status status = (*program)->program->setWeights(named); !status)
        return status;
  return {};
}

/// What a step reads and writes, in the order of its program.
Trainer::Pointers Trainer::bind(const TrainingProgram &program, const Batch &batch,
                                const Scalars &scalars) {
  const std::pair<const char *, const void *> named[] = {
      {"lr_factor", &scalars.factor}, {"step", &scalars.step}, {"seed", &scalars.seed}};
  const size_t firstInput = program.inputs.size() - state->size();
  const size_t firstOutput = program.outputs.size() - state->size();
  Pointers pointers;
  pointers.inputs.resize(program.inputs.size());
  for (size_t k = 0; k < firstInput; ++k) {
    for (size_t i = 0; i < batch.values.size(); ++i)
      if (programs.load->outputs[i].name == program.inputs[k].name)
        pointers.inputs[k] = batch.values[i].data();
    for (const auto &[name, value] : named)
      if (program.inputs[k].name == name)
        pointers.inputs[k] = static_cast<const std::byte *>(value);
  }
  pointers.outputs.resize(program.outputs.size());
  pointers.results.resize(firstOutput);
  for (size_t i = 0; i < firstOutput; ++i)
    pointers.outputs[i] = reinterpret_cast<std::byte *>(&pointers.results[i]);
  for (size_t i = 0; i < state->size(); ++i) {
    pointers.inputs[firstInput + i] = state->current(i).data();
    pointers.outputs[firstOutput + i] = state->next(i).data();
  }
  return pointers;
}

/// One step on a batch: the loss before the update.
Result<double> Trainer::step(int64_t number, const Batch &batch) {
  TrainingProgram &program = *(batch.size == plan.batch && whole ? *whole : *rest).program;
  Result<double> factored = factor(number);
  if (!factored)
    return factored;
  const Scalars scalars = {*factored, number, int64_t(plan.seed)};
  const Pointers pointers = bind(program, batch, scalars);
  if (Status status = program.run(pointers.inputs, pointers.outputs, 1); !status)
    return Failure{"step " + std::to_string(number + 1) + " failed: " + status.error()};
  float single = 0;
  std::memcpy(&single, &pointers.results[0], sizeof single);
  const bool isDouble = program.outputs[0].type == ElementType::F64;
  const double loss = isDouble ? pointers.results[0] : double(single);
  if (!std::isfinite(loss))
    return describeNan(number + 1, loss, batch).failure();
  state->advance();
  const bool isLogged = (number + 1) % plan.log == 0;
  if (Status status =
          isLogged ? log.step(number + 1, epochOf(number + 1), loss, *factored) : Status();
      !status)
    return status.failure();
  return loss;
}

/// The place of the first element that is no finite number; nothing where all are.
static std::optional<int64_t> firstBad(const Array &array) {
  for (int64_t i = 0; isFloat(array.type()) && i < array.size(); ++i)
    if (!std::isfinite(array.valueAt(i)))
      return i;
  return std::nullopt;
}

/// Where the first number that is none stands: in the data, in what the step read, or only in what
/// it made.
std::string Trainer::placeOfNan(const Batch &batch) {
  for (size_t i = 0; i < batch.values.size(); ++i)
    if (const std::optional<int64_t> bad = firstBad(batch.values[i]))
      return "; the data have one: '" + printable(programs.load->outputs[i].name) + "' at " +
             printIndex(*bad, batch.values[i].shape()) + " of the batch";
  for (size_t k = 0; k < state->size(); ++k)
    if (const std::optional<int64_t> bad = firstBad(state->current(k)))
      return "; '" + printable(state->slot(k).name) + "' holds one at " +
             printIndex(*bad, state->current(k).shape());
  for (size_t k = 0; k < state->size(); ++k)
    if (const std::optional<int64_t> bad = firstBad(state->next(k)))
      return "; the gradient of '" + printable(state->slot(k).of) + "' would make one at " +
             printIndex(*bad, state->next(k).shape()) + " of '" + printable(state->slot(k).name) +
             "'";
  return "";
}

/// Why the run cannot go on, and which checkpoint is still good.
Status Trainer::describeNan(int64_t number, double loss, const Batch &batch) {
  const std::string where = ": the loss is " +
                            std::string(std::isnan(loss) ? "no number" : "infinite") +
                            placeOfNan(batch);
  const std::string kept = plan.out + "/last.safetensors";
  const bool hasKept = std::filesystem::exists(kept);
  return Failure{"step " + std::to_string(number) + where +
                 (hasKept ? "\nnote: the last good checkpoint is " + kept : "") +
                 "\nnote: a smaller 'lr' or 'clip_norm(1.0)' in front of the optimizer may help"};
}

Status Trainer::afterStep(int64_t number) {
  const int64_t every = std::max<int64_t>(plan.interval.steps(perEpoch), 1);
  if (number % every != 0 && number != total)
    return {};
  if (Status status = validate(number); !status)
    return status;
  if (Status status = log.report(); !status)
    return status;
  return saveLast(number);
}

double Trainer::metric(const std::string &name) const {
  for (const auto &[known, value] : last)
    if (known == name)
      return value;
  return std::nan("");
}

Status Trainer::validate(int64_t number) {
  Result<std::vector<OwnedArray>> weights = state->weights();
  if (!weights)
    return weights.failure();
  std::vector<std::string> names;
  for (const SplitPart &part : splitParts)
    if (part.name != "train")
      names.push_back(part.name);
  if (names.empty())
    return {};
  Result<Measured> measured = measure(*weights, names);
  if (!measured)
    return measured.failure();
  last = std::move(*measured);
  if (Status status = log.check(number, epochOf(number), last); !status)
    return status;
  return rememberBest(number);
}

/// Early stopping, the best checkpoint and the plateau go by what was measured.
Status Trainer::rememberBest(int64_t number) {
  auto isBetter = [](double value, double than, bool isMax) {
    return isMax ? value > than : value < than;
  };
  if (plan.schedule.kind == "plateau") {
    const double value = metric(plan.schedule.metric);
    if (!hasPlateauBest || isBetter(value, plateauBest, plan.schedule.isMax)) {
      plateauBest = value;
      hasPlateauBest = true;
      plateauStale = 0;
    } else if (double(++plateauStale) > plan.schedule.numbers.at("patience")) {
      plateau =
          std::max(plateau * plan.schedule.numbers.at("factor"), plan.schedule.numbers.at("least"));
      plateauStale = 0;
    }
  }
  const Criterion *criterion = plan.best ? &*plan.best : plan.stop ? &*plan.stop : nullptr;
  if (!criterion)
    return {};
  const double value = metric(criterion->metric);
  if (hasBest && !isBetter(value, best, criterion->isMax)) {
    ++stale;
    return {};
  }
  best = value;
  hasBest = true;
  stale = 0;
  return plan.best ? save("best.safetensors", number) : Status();
}

} // namespace lamina::runtime
