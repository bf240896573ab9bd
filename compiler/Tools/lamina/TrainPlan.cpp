// A checked `train` block as the runtime's plain data.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Signature.h"
#include "compiler/Tools/lamina/TrainPrograms.h"
#include "lamina/TrainingState.h"

namespace lamina::tool {
namespace {

runtime::TrainingSpan spanOf(const sema::Duration &duration) {
  return {duration.count, duration.isEpochs};
}

/// `best(max = val.accuracy)`.
runtime::Criterion criterionOf(const sema::SettingCall &call) {
  const auto &[direction, metric] = *call.words.begin();
  return {metric, direction == "max"};
}

runtime::SplitSpec splitOf(const sema::DataSplit &split) {
  runtime::SplitSpec spec;
  spec.kind = split.kind;
  spec.seed = split.seed;
  for (const sema::DataSplit::Part &part : split.parts)
    spec.parts.push_back({part.name, part.fraction, part.first, part.last});
  return spec;
}

runtime::ScheduleSpec scheduleOf(const sema::SettingCall &schedule) {
  runtime::ScheduleSpec spec;
  spec.kind = schedule.name;
  spec.numbers = schedule.numbers;
  for (const auto &[name, duration] : schedule.durations)
    spec.spans[name] = spanOf(duration);
  if (!schedule.words.empty()) {
    spec.metric = schedule.words.begin()->second;
    spec.isMax = schedule.words.begin()->first == "max";
  }
  return spec;
}

runtime::CellReader readerOf(const std::string &reader) {
  using enum runtime::CellReader;
  return reader == "date" ? Date : reader == "key" ? Key : reader == "keys" ? Keys : Number;
}

void addData(const sema::Training &training, runtime::TrainingPlan &plan) {
  for (const sema::DataSource &source : training.sources) {
    auto option = [&](const char *name) {
      const auto found = source.options.numbers.find(name);
      return found == source.options.numbers.end() ? 0 : int64_t(found->second);
    };
    plan.sources.push_back(
        {source.name, source.kind, source.files, option("rows"), option("size")});
  }
  for (const sema::DataColumn &column : training.columns)
    plan.columns.push_back({column.source, column.member, column.first, column.last,
                            elementOf(column.element), column.shape, column.window,
                            readerOf(column.form.reader), column.form.empty,
                            column.form.separator});
}

/// What a checkpoint must agree on to be gone on with.
std::map<std::string, std::string> identityOf(const sema::Training &training) {
  std::map<std::string, std::string> identity = {
      {"train", training.name},
      {"model", training.model},
      {runtime::kInstantiation, training.network.instantiation},
      {"batch", std::to_string(training.batch)},
      {"seed", std::to_string(training.seed)}};
  if (!training.stage.empty())
    identity["stage"] = training.stage;
  for (const std::string &name : training.companions) {
    std::string &list = identity[runtime::kBeside];
    list += (list.empty() ? "" : " ") + name;
  }
  return identity;
}

} // namespace

runtime::TrainingPlan planOf(const sema::Training &training, const TrainBlockOptions &options) {
  runtime::TrainingPlan plan;
  plan.name = training.name;
  plan.folder = dataFolder(options);
  plan.inMemory = options.dataMemory << 20;
  addData(training, plan);
  plan.split = splitOf(training.split);
  plan.splitBy = training.split.by;
  plan.combined = training.combined;
  plan.batch = training.batch;
  plan.length = spanOf(training.length);
  plan.interval = spanOf(training.interval);
  plan.checkBatch = training.checksWholeBatches ? training.batch : 0;
  plan.log = training.log;
  plan.seed = training.seed;
  plan.shuffle = training.shuffle;
  plan.dropLast = training.dropLast;
  plan.schedule = scheduleOf(training.schedule);
  if (training.keep.name == "best")
    plan.best = criterionOf(training.keep);
  else
    plan.kept = int64_t(training.keep.numbers.at("count"));
  if (training.stop) {
    plan.stop = criterionOf(*training.stop);
    plan.patience = int64_t(training.stop->numbers.at("checks"));
  }
  for (const sema::ShownSetting &setting : training.shown)
    plan.settings.emplace_back(setting.path, setting.text);
  plan.identity = identityOf(training);
  return plan;
}

} // namespace lamina::tool
