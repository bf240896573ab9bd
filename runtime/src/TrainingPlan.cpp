// Schedules and shapes of a training run.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/TrainingPlan.h"

#include <cmath>
#include <numbers>

namespace lamina::runtime {

int64_t TrainingSpan::steps(int64_t perEpoch) const {
  return std::llround(isEpochs ? count * double(perEpoch) : count);
}

Shape ProgramValue::shapeOf(int64_t batch) const {
  Shape result = shape;
  for (int64_t &extent : result)
    if (extent < 0)
      extent = batch;
  return result;
}

namespace {

double at(const ScheduleSpec &schedule, const char *name) {
  const auto found = schedule.numbers.find(name);
  return found == schedule.numbers.end() ? 0 : found->second;
}

/// From `from` to `to` along half a cosine.
double anneal(double from, double to, double share) {
  return to + (from - to) * (1 + std::cos(std::numbers::pi * share)) / 2;
}

/// Smith and Topin 2019, arXiv:1708.07120; up to the share `peak` of the run, then down.
double oneCycle(const ScheduleSpec &schedule, int64_t step, int64_t total) {
  const double top = at(schedule, "peak") * double(total) - 1;
  const double last = double(total) - 1;
  const double t = double(step);
  if (t <= top)
    return anneal(at(schedule, "start"), 1, top > 0 ? t / top : 1);
  return anneal(1, at(schedule, "final"), last > top ? (t - top) / (last - top) : 1);
}

} // namespace

double scheduleFactor(const ScheduleSpec &schedule, int64_t step, int64_t total, int64_t perEpoch) {
  auto span = [&](const char *name) {
    const auto found = schedule.spans.find(name);
    return found == schedule.spans.end() ? int64_t(0) : found->second.steps(perEpoch);
  };
  const double t = double(step);
  if (schedule.kind == "step")
    return std::pow(at(schedule, "factor"), double(step / std::max<int64_t>(span("every"), 1)));
  if (schedule.kind == "one_cycle")
    return oneCycle(schedule, step, total);
  if (schedule.kind != "cosine" && schedule.kind != "inverse_sqrt")
    return 1;
  const int64_t warmup = span("warmup");
  const double w = double(warmup);
  if (step < warmup)
    return (t + 1) / w;
  if (schedule.kind == "inverse_sqrt")
    return std::sqrt(w / (t + 1));
  const double rest = double(total) - w;
  return anneal(1, at(schedule, "final"), rest > 0 ? (t - w) / rest : 1);
}

} // namespace lamina::runtime
