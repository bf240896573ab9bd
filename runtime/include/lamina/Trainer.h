// The training loop: batches in, steps, validation, checkpoints.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_TRAINER_H
#define LAMINA_TRAINER_H

#include "lamina/Batches.h"
#include "lamina/TrainingLog.h"
#include "lamina/TrainingState.h"

#include <atomic>
#include <chrono>

namespace lamina::runtime {

/// How a run ended.
struct TrainingSummary {
  int64_t steps = 0;
  double epochs = 0;
  double loss = 0; ///< of the last step
  double seconds = 0;
  Measured metrics; ///< of the last validation
  std::string checkpoint;
  std::string why; ///< it ended: `done`, `patience`, `signal`, `max-steps`
  int signal = 0;
  int64_t ran = 0; ///< steps of this call
};

/// Opens the data of a plan, splits it, and measures or trains.
class Trainer {
public:
  /// `signal` becomes the number of a signal that asks the run to save and stop; null: none does.
  Trainer(TrainingPlan plan, TrainingPrograms programs, TrainingLog &log,
          const std::atomic<int> *signal);

  /// Appends the states that are learnt from the training split to `initial`, but for those that it
  /// has already.
  Status fit(std::vector<OwnedArray> &initial);

  /// Trains from `initial` values of the parameters, or from the checkpoint `resume`.
  Result<TrainingSummary> train(std::span<const OwnedArray> initial, const std::string &resume);

  /// The mean loss and metrics of each part in `names` (all if empty) with these weights.
  Result<Measured> measure(std::span<const OwnedArray> weights,
                           const std::vector<std::string> &names);

  /// Opens and splits the data; the others do it by themselves.
  Status open();
  const std::vector<SplitPart> &parts() const { return splitParts; }

private:
  using Clock = std::chrono::steady_clock;
  /// Inputs of a step besides bindings and state.
  struct Scalars {
    double factor; ///< of the learning rate
    int64_t step, seed;
  };
  struct Pointers {
    std::vector<const std::byte *> inputs;
    std::vector<std::byte *> outputs;
    std::vector<double> results; ///< loss and metrics: each a scalar of at most eight bytes
  };

  Status split();
  Result<Array> labels();
  Status prepareSteps();
  Status prepare(std::span<const OwnedArray> initial, const std::string &from);
  Result<int64_t> runSteps(int64_t end, Clock::time_point begin, TrainingSummary &summary);
  Status checkMemory();
  Status packConstants(std::span<const OwnedArray> initial);
  Status resume(const std::string &path);
  Status continueOptimizer();
  Result<double> factor(int64_t number);
  Status runPeriodic(int64_t number);
  Pointers bind(const TrainingProgram &program, const Batch &batch, const Scalars &scalars);
  Result<double> step(int64_t number, const Batch &batch);
  Status describeNan(int64_t number, double loss, const Batch &batch);
  std::string placeOfNan(const Batch &batch);
  void tellChanges(const std::map<std::string, std::string> &metadata);
  Status afterStep(int64_t number);
  Status validate(int64_t number);
  Status rememberBest(int64_t number);
  Result<Measured> measurePart(const SplitPart &part);
  Status save(const std::string &name, int64_t number);
  Status saveLast(int64_t number);
  double metric(const std::string &name) const;
  double epochOf(int64_t steps) const { return double(steps) / double(perEpoch); }

  TrainingPlan plan;
  TrainingPrograms programs;
  TrainingLog &log;
  const std::atomic<int> *signal;
  std::optional<Dataset> data;
  std::vector<SplitPart> splitParts;
  std::optional<BatchOrder> order;
  std::optional<StepProgram> whole, rest; ///< the steps of a full and of an epoch's last batch
  std::optional<TrainingState> state;
  int64_t perEpoch = 1, total = 0, first = 0;
  Measured last;
  double best = 0, plateau = 1, plateauBest = 0;
  bool hasBest = false, hasPlateauBest = false;
  int64_t stale = 0, plateauStale = 0;
  std::vector<std::string> keptFiles;
  std::string ended; ///< why the run is over
};

} // namespace lamina::runtime

#endif // LAMINA_TRAINER_H
