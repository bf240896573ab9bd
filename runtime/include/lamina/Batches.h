// Batches of bindings in the order of training, made on a thread of their own.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_BATCHES_H
#define LAMINA_BATCHES_H

#include "lamina/TrainingPlan.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace lamina::runtime {

/// The bindings of some samples: one array an output of the loader's program.
struct Batch {
  std::vector<Array> values;
  int64_t size = 0;
};

/// Runs the loader's program on rows of the data.
class BatchMaker {
public:
  BatchMaker(const Dataset &data, TrainingProgram &load) : data(data), load(load) {}
  Result<Batch> make(std::span<const int64_t> rows);
  /// What the values of a batch are.
  const std::vector<ProgramValue> &outputs() const { return load.outputs; }

private:
  const Dataset &data;
  TrainingProgram &load;
};

/// The order of samples: epoch by epoch, each shuffled by (seed, epoch) alone, so that any step can
/// be resumed.
class BatchOrder {
public:
  BatchOrder(std::vector<int64_t> rows, int64_t batch, bool shuffle, bool dropLast, uint64_t seed)
      : all(std::move(rows)), batch(batch), shuffle(shuffle), dropLast(dropLast), seed(seed) {}

  int64_t perEpoch() const;
  /// The size of an epoch's last batch where it is smaller than the others; else 0.
  int64_t remainder() const;
  /// The rows of step `step`, from 0.
  std::vector<int64_t> rowsOf(int64_t step);

private:
  std::vector<int64_t> all;
  int64_t batch;
  bool shuffle, dropLast;
  uint64_t seed;
  int64_t epoch = -1; ///< whose order `order` is
  std::vector<int64_t> order;
};

/// Makes the batches of steps first, first + 1, … ahead of their use.
class BatchQueue {
public:
  BatchQueue(BatchMaker &maker, BatchOrder order, int64_t first, int64_t last);
  ~BatchQueue();
  BatchQueue(const BatchQueue &) = delete;
  BatchQueue &operator=(const BatchQueue &) = delete;

  /// The batch of the next step; waits for it.
  Result<Batch> next();

private:
  static constexpr size_t kAhead = 2;
  void produce(int64_t first, int64_t last);

  BatchMaker &maker;
  BatchOrder order;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Result<Batch>> ready;
  bool isStopped = false;
  std::thread thread; ///< last, so that the others outlive it
};

} // namespace lamina::runtime

#endif // LAMINA_BATCHES_H
