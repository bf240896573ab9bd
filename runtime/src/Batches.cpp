// The loader's thread and the order of samples.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Batches.h"

#include "lamina/Random.h"

namespace lamina::runtime {

Result<Batch> BatchMaker::make(std::span<const int64_t> rows) {
  Batch batch;
  batch.size = int64_t(rows.size());
  std::vector<Array> columns;
  std::vector<const std::byte *> inputs;
  std::vector<std::byte *> outputs;
  for (size_t i = 0; i < load.inputs.size(); ++i) {
    Result<Array> column = Array::create(load.inputs[i].type, load.inputs[i].shapeOf(batch.size));
    if (!column)
      return column.failure();
    if (Status status = data.gather(i, rows, column->data()); !status)
      return status.failure();
    inputs.push_back(column->data());
    columns.push_back(std::move(*column));
  }
  for (const ProgramValue &output : load.outputs) {
    Result<Array> value = Array::create(output.type, output.shapeOf(batch.size));
    if (!value)
      return value.failure();
    outputs.push_back(value->data());
    batch.values.push_back(std::move(*value));
  }
  std::lock_guard lock(load.mutex); // validation loads too, while the next batches are made
  if (Status status = load.run(inputs, outputs, batch.size); !status)
    return Failure{"the data cannot be loaded: " + status.error()};
  return batch;
}

int64_t BatchOrder::perEpoch() const {
  const auto rows = int64_t(all.size());
  return dropLast ? rows / batch : (rows + batch - 1) / batch;
}

int64_t BatchOrder::remainder() const { return dropLast ? 0 : int64_t(all.size()) % batch; }

std::vector<int64_t> BatchOrder::rowsOf(int64_t step) {
  const int64_t wanted = step / perEpoch(), first = step % perEpoch() * batch;
  if (wanted != epoch) {
    order = all;
    if (shuffle) {
      const std::vector<int64_t> places =
          permutation(int64_t(all.size()), seed, uint64_t(wanted) + 1);
      for (size_t i = 0; i < order.size(); ++i)
        order[i] = all[size_t(places[i])];
    }
    epoch = wanted;
  }
  const int64_t last = std::min<int64_t>(first + batch, int64_t(order.size()));
  return {order.begin() + first, order.begin() + last};
}

BatchQueue::BatchQueue(BatchMaker &maker, BatchOrder given, int64_t first, int64_t last)
    : maker(maker), order(std::move(given)), thread([this, first, last] { produce(first, last); }) {
}

BatchQueue::~BatchQueue() {
  {
    std::lock_guard lock(mutex);
    isStopped = true;
  }
  changed.notify_all();
  thread.join();
}

void BatchQueue::produce(int64_t first, int64_t last) {
  for (int64_t step = first; step < last; ++step) {
    Result<Batch> batch = maker.make(order.rowsOf(step));
    const bool isFailed = !batch;
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return isStopped || ready.size() < kAhead; });
    if (isStopped)
      return;
    ready.push_back(std::move(batch));
    changed.notify_all();
    if (isFailed)
      return;
  }
}

Result<Batch> BatchQueue::next() {
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return !ready.empty(); });
  Result<Batch> batch = std::move(ready.front());
  ready.pop_front();
  changed.notify_all();
  return batch;
}

} // namespace lamina::runtime
