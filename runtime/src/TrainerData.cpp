// The trainer's data: opening, splitting, and measuring a part of it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Metrics.h"
#include "lamina/Trainer.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace lamina::runtime {

Status Trainer::open() {
  if (data)
    return {};
  Result<Dataset> opened = Dataset::open(plan.sources, plan.columns, plan.folder, plan.inMemory);
  if (!opened)
    return opened.failure();
  data.emplace(std::move(*opened));
  return split();
}

/// The binding that a stratified split goes by, of all rows; the rest of the batches is dropped.
Result<Array> Trainer::labels() {
  constexpr int64_t kRows = 4096;
  Result<Array> labels = Array::create(ElementType::I64, {data->rows()});
  if (!labels)
    return labels;
  BatchMaker maker(*data, *programs.load);
  for (int64_t begin = 0; begin < data->rows(); begin += kRows) {
    std::vector<int64_t> rows(size_t(std::min(kRows, data->rows() - begin)));
    std::iota(rows.begin(), rows.end(), begin);
    Result<Batch> batch = maker.make(rows);
    if (!batch)
      return batch.failure();
    const Array *found = nullptr;
    for (size_t i = 0; i < batch->values.size(); ++i)
      if (programs.load->outputs[i].name == plan.splitBy)
        found = &batch->values[i];
    if (!found || found->rank() != 1 || found->type() != ElementType::I64)
      return Failure{"'stratified' goes by a binding with one i64 for each sample, which '" +
                     plan.splitBy + "' is not"};
    std::memcpy(labels->as<int64_t>() + begin, found->data(), found->sizeInBytes());
  }
  return labels;
}

Status Trainer::split() {
  std::optional<Array> byLabel;
  if (plan.split.kind == "stratified") {
    Result<Array> found = labels();
    if (!found)
      return found.failure();
    byLabel.emplace(std::move(*found));
  }
  Result<std::vector<SplitPart>> parts = splitRows(
      plan.split, data->rows(), byLabel ? &*byLabel : nullptr, data->parts(), data->reach());
  if (!parts)
    return parts.failure();
  splitParts = std::move(*parts);
  return {};
}

Result<Measured> Trainer::measure(std::span<const OwnedArray> weights,
                                  const std::vector<std::string> &names) {
  if (Status status = open(); !status)
    return status.failure();
  std::vector<NamedArray> named;
  for (const OwnedArray &weight : weights)
    named.push_back({weight.name, &weight.array});
  if (Status status = programs.check->setWeights(named); !status)
    return status.failure();
  Measured all;
  for (const SplitPart &part : splitParts) {
    if (!names.empty() && std::find(names.begin(), names.end(), part.name) == names.end())
      continue;
    Result<Measured> one = measurePart(part);
    if (!one)
      return one;
    all.insert(all.end(), one->begin(), one->end());
  }
  return all;
}

/// The metrics of what the samples gave, one list an output of the check: their means in double, in
/// the order of the rows, where nothing else combines them.
static Measured combine(const std::vector<ProgramValue> &outputs, const std::string &part,
                        const std::map<std::string, std::string> &kinds,
                        std::span<const std::vector<double>> values) {
  Measured measured;
  for (size_t k = 0; k < outputs.size();) {
    const std::string name = outputs[k].name.substr(0, outputs[k].name.find('.'));
    size_t end = k + 1;
    while (end < outputs.size() && outputs[end].name.starts_with(name + "."))
      ++end;
    const auto kind = kinds.find(name);
    const double mean = std::accumulate(values[k].begin(), values[k].end(), 0.0) /
                        double(std::max<size_t>(values[k].size(), 1));
    measured.emplace_back(
        part + "." + name,
        kind == kinds.end() ? mean : combineMetric(kind->second, values.subspan(k, end - k)));
    k = end;
  }
  return measured;
}

/// Sample by sample, in the order of the rows: independent of the batch.
Result<Measured> Trainer::measurePart(const SplitPart &part) {
  const size_t rows = plan.checkBatch ? size_t(plan.checkBatch) : 256;
  const size_t measured = plan.checkBatch ? part.rows.size() / rows * rows : part.rows.size();
  if (measured == 0)
    return Failure{"the part '" + part.name + "' has " + std::to_string(part.rows.size()) +
                   " samples, but the objective goes by whole batches of " + std::to_string(rows)};
  const std::vector<ProgramValue> &outputs = programs.check->outputs;
  std::vector<std::vector<double>> all(outputs.size());
  BatchMaker maker(*data, *programs.load);
  for (size_t begin = 0; begin < measured; begin += rows) {
    const size_t count = std::min(rows, measured - begin);
    Result<Batch> batch = maker.make(std::span(part.rows).subspan(begin, count));
    if (!batch)
      return batch.failure();
    std::vector<const std::byte *> inputs;
    for (const ProgramValue &input : programs.check->inputs) {
      if (input.name == kRowInput)
        inputs.push_back(reinterpret_cast<const std::byte *>(part.rows.data() + begin));
      for (size_t i = 0; i < batch->values.size(); ++i)
        if (programs.load->outputs[i].name == input.name)
          inputs.push_back(batch->values[i].data());
    }
    std::vector<Array> values;
    std::vector<std::byte *> results;
    for (const ProgramValue &output : outputs) {
      Result<Array> value = Array::create(output.type, output.shapeOf(int64_t(count)));
      if (!value)
        return value.failure();
      results.push_back(value->data());
      values.push_back(std::move(*value));
    }
    if (Status status = programs.check->run(inputs, results, plan.checkBatch ? 1 : int64_t(count));
        !status)
      return Failure{"the part '" + part.name + "' cannot be measured: " + status.error()};
    for (size_t k = 0; k < values.size();
         ++k) // a value of the whole batch counts for each of its samples
      for (size_t i = 0; i < count; ++i)
        all[k].push_back(values[k].valueAt(values[k].size() == 1 ? 0 : int64_t(i)));
  }
  return combine(outputs, part.name, plan.combined, all);
}

} // namespace lamina::runtime
