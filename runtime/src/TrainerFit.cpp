// States that are learnt from the training split before the first step, batch by batch.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Trainer.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace lamina::runtime {
namespace {

/// Samples in memory at once.
constexpr size_t kRows = 4096;

double merge(FitMerge how, double a, double b) {
  switch (how) {
  case FitMerge::Sum:
    return a + b;
  case FitMerge::Product:
    return a * b;
  case FitMerge::Max:
    return std::isnan(a) || a > b ? a : b;
  case FitMerge::Min:
    return std::isnan(a) || a < b ? a : b;
  case FitMerge::Any:
    return a != 0 || b != 0;
  case FitMerge::All:
    return a != 0 && b != 0;
  }
  return a;
}

/// Runs the programs of `fit` over the rows of a part.
class Fitter {
public:
  Fitter(TrainingPrograms &programs, BatchMaker maker, std::span<const int64_t> rows,
         std::span<const NamedArray> weights)
      : programs(programs), maker(maker), rows(rows), weights(weights) {}

  Result<std::vector<OwnedArray>> run() {
    const size_t passes = programs.fitPasses.value_or(0);
    for (size_t pass = 0; pass < passes; ++pass)
      if (Status status = gather(pass); !status)
        return status.failure();
    // The last one: of no samples, or of all where no batch will do.
    const auto all = programs.fitPasses ? 1 : int64_t(rows.size());
    Result<FitPass> last = make(passes, all);
    if (!last)
      return last.failure();
    return call(*last->program, programs.fitPasses ? std::span<const int64_t>() : rows);
  }

private:
  Result<FitPass> make(size_t pass, int64_t batch) {
    Result<FitPass> made = programs.fit(pass, batch, int64_t(rows.size()));
    if (!made)
      return made;
    if (Status status = made->program->setWeights(weights); !status)
      return status.failure();
    return made;
  }

  /// What a pass comes to over all rows, in double, then in the type of its outputs.
  Status gather(size_t pass) {
    const size_t batch = std::min(kRows, rows.size());
    std::optional<FitPass> program;
    std::vector<std::vector<double>> sums;
    for (size_t begin = 0; begin < rows.size(); begin += batch) {
      const size_t count = std::min(batch, rows.size() - begin);
      if (!program || count != batch) {
        Result<FitPass> made = make(pass, int64_t(count));
        if (!made)
          return made.failure();
        program.emplace(std::move(*made));
      }
      Result<std::vector<OwnedArray>> part = call(*program->program, rows.subspan(begin, count));
      if (!part)
        return part.failure();
      add(sums, *part, program->merges);
    }
    return keep(sums, program->program->outputs);
  }

  static void add(std::vector<std::vector<double>> &sums, const std::vector<OwnedArray> &part,
                  const std::vector<FitMerge> &merges) {
    const bool isFirst = sums.empty();
    sums.resize(part.size());
    for (size_t k = 0; k < part.size(); ++k)
      for (int64_t i = 0; i < part[k].array.size(); ++i) {
        const double value = part[k].array.valueAt(i);
        if (isFirst)
          sums[k].push_back(value);
        else
          sums[k][size_t(i)] = merge(merges[k], sums[k][size_t(i)], value);
      }
  }

  Status keep(const std::vector<std::vector<double>> &sums,
              const std::vector<ProgramValue> &outputs) {
    for (size_t k = 0; k < outputs.size(); ++k) {
      Result<Array> wide = Array::create(ElementType::F64, outputs[k].shape);
      if (!wide)
        return wide.failure();
      std::copy(sums[k].begin(), sums[k].end(), wide->as<double>());
      Result<Array> narrow = outputs[k].type == ElementType::F64 ? std::move(wide)
                             : isFloat(outputs[k].type)          ? cast(*wide, outputs[k].type)
                                                                 : whole(*wide, outputs[k].type);
      if (!narrow)
        return narrow.failure();
      gathered.push_back({outputs[k].name, std::move(*narrow)});
    }
    return {};
  }

  /// Sums of integers wrap, as they do in one batch.
  static Result<Array> whole(const Array &wide, ElementType type) {
    Result<Array> made = Array::create(type, wide.shape());
    if (!made)
      return made;
    for (int64_t i = 0; i < wide.size(); ++i) {
      const auto value = int64_t(wide.as<double>()[i]);
      std::memcpy(made->data() + size_t(i) * elementSize(type), &value, elementSize(type));
    }
    return made;
  }

  Result<std::vector<OwnedArray>> call(TrainingProgram &program, std::span<const int64_t> samples) {
    std::optional<Batch> batch;
    if (!samples.empty()) {
      Result<Batch> made = maker.make(samples);
      if (!made)
        return made.failure();
      batch.emplace(std::move(*made));
    }
    std::vector<const std::byte *> inputs;
    for (const ProgramValue &input : program.inputs)
      inputs.push_back(valueOf(input.name, batch));
    std::vector<OwnedArray> results;
    std::vector<std::byte *> outputs;
    for (const ProgramValue &output : program.outputs) {
      Result<Array> value = Array::create(output.type, output.shape);
      if (!value)
        return value.failure();
      outputs.push_back(value->data());
      results.push_back({output.name, std::move(*value)});
    }
    if (Status status = program.run(inputs, outputs, 1); !status)
      return Failure{"what 'fit' learns cannot be computed: " + status.error()};
    return results;
  }

  const std::byte *valueOf(const std::string &name, const std::optional<Batch> &batch) const {
    for (const OwnedArray &array : gathered)
      if (array.name == name)
        return array.array.data();
    for (size_t i = 0; batch && i < batch->values.size(); ++i)
      if (maker.outputs()[i].name == name)
        return batch->values[i].data();
    return nullptr;
  }

  TrainingPrograms &programs;
  BatchMaker maker;
  std::span<const int64_t> rows;
  std::span<const NamedArray> weights;
  std::vector<OwnedArray> gathered; ///< of earlier passes
};

} // namespace

Status Trainer::fit(std::vector<OwnedArray> &initial) {
  if (!programs.fit)
    return {};
  if (Status status = open(); !status)
    return status;
  const auto part = std::find_if(splitParts.begin(), splitParts.end(),
                                 [](const SplitPart &one) { return one.name == "train"; });
  if (part == splitParts.end())
    return Failure{"no part of the data is called 'train'"};
  std::vector<NamedArray> named;
  for (const OwnedArray &array : initial)
    named.push_back({array.name, &array.array});
  Result<std::vector<OwnedArray>> states =
      Fitter(programs, BatchMaker(*data, *programs.load), part->rows, named).run();
  if (!states)
    return states.failure();
  for (OwnedArray &state : *states)
    if (std::none_of(initial.begin(), initial.end(),
                     [&](const OwnedArray &known) { return known.name == state.name; }))
      initial.push_back(std::move(state));
  return {};
}

} // namespace lamina::runtime
