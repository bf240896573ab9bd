// What a training run does, as plain data, and the compiled programs that it calls.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_TRAININGPLAN_H
#define LAMINA_TRAININGPLAN_H

#include "lamina/Npz.h"
#include "lamina/Split.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace lamina::runtime {

/// A number of epochs or of steps.
struct TrainingSpan {
  double count = 0;
  bool isEpochs = false;
  /// In steps, rounded to the nearest, where an epoch has `perEpoch` steps.
  int64_t steps(int64_t perEpoch) const;
};

/// A factor on the learning rate: constant, step, cosine, one_cycle,
/// inverse_sqrt, plateau, or program: TrainingPrograms::schedule gives it.
struct ScheduleSpec {
  std::string kind = "constant";
  std::map<std::string, double> numbers;
  std::map<std::string, TrainingSpan> spans;
  std::string metric; ///< of plateau
  bool isMax = false; ///< of plateau: more is better
};
/// The factor in step `step` (from 0) of `total`. Plateau's depends on the run:
/// it is 1 here, as is that of a program.
double scheduleFactor(const ScheduleSpec &schedule, int64_t step, int64_t total, int64_t perEpoch);

/// A metric of a part, `val.accuracy`, and which way is better.
struct Criterion {
  std::string metric;
  bool isMax = false;
};

struct TrainingPlan {
  std::string name;
  std::string folder;                ///< of relative data files
  int64_t inMemory = kInMemoryBytes; ///< as of Dataset::open
  std::vector<SourceSpec> sources;
  std::vector<ColumnSpec> columns;
  SplitSpec split;
  std::string splitBy; ///< stratified: an output of the loader
  /// Metrics that are no means, with their kinds (Metrics.h): the check's outputs `NAME` or
  /// `NAME.PART` are what they are made of.
  std::map<std::string, std::string> combined;
  int64_t batch = 1;
  TrainingSpan length, interval;
  int64_t log = 1;
  uint64_t seed = 0;
  bool shuffle = true, dropLast = false;
  ScheduleSpec schedule;
  std::optional<Criterion> best, stop;
  int64_t patience = 0;   ///< checks without an improvement, for `stop`
  int64_t kept = 1;       ///< checkpoints of `keep = last(n)`
  int64_t maxSteps = 0;   ///< 0: no limit
  std::string out;        ///< the run's folder
  int64_t checkBatch = 0; ///< `check` is of batches of this size; a rest is left out; 0: of any
  std::string continues;  ///< a checkpoint whose optimizer goes on in this run;
                          ///< empty: none
  std::map<std::string, std::string> identity; ///< what a checkpoint must agree on to be resumed
  std::string source;                          ///< the hash of the source text
  std::vector<std::pair<std::string, std::string>> settings; ///< as they run: path and text
};

/// An input or output of a compiled program; an extent of -1 in front is the batch.
struct ProgramValue {
  std::string name;
  ElementType type = ElementType::F32;
  Shape shape;
  Shape shapeOf(int64_t batch) const;
};

/// A compiled program. It has one workspace: threads that share it take `mutex`.
class TrainingProgram {
public:
  virtual ~TrainingProgram() = default;
  virtual Status run(std::span<const std::byte *const> inputs, std::span<std::byte *const> outputs,
                     int64_t batch) = 0;
  /// The parameters by path, for programs that have some; positions of a `repeat` apart.
  virtual Status setWeights(std::span<const NamedArray> weights) = 0;
  virtual int64_t workspaceBytes(int64_t batch) = 0;

  std::vector<ProgramValue> inputs, outputs;
  std::mutex mutex;
};

/// A tensor that the step moves: a parameter, a state, or what an optimizer keeps of one.
struct SlotSpec {
  std::string name; ///< of a parameter or state its path, with a `*` for each `repeat` (whose axes
                    ///< stand first)
  std::string of;   ///< the parameter that it belongs to
  bool isSlot = false;
  /// Starts as the value of `of`; else filled with `fill`.
  bool startsAsParameter = false;
  double fill = 0;
  /// Follows the parameter and is what validation and compiled models use: of ema, lookahead and
  /// average.
  bool isFollower = false;
};

/// A compiled step. Inputs: bindings, the scalars `lr_factor` (f64), `step` (i64, from 0) and
/// `seed` (i64), then the slots; outputs: the loss, metrics, then the next values of the slots in
/// the same order.
struct StepProgram {
  std::unique_ptr<TrainingProgram> program;
  std::vector<SlotSpec> slots;
};

/// What a run does to parameters behind every so many updates. Inputs:
/// parameters by path; outputs: the new values of some.
struct PeriodicProgram {
  TrainingSpan interval;
  std::unique_ptr<TrainingProgram> program;
};

/// How the results of two batches become that of both.
enum class FitMerge { Sum, Product, Max, Min, Any, All };

/// One pass over the samples from which states are learnt: results of a batch, to be merged. Its
/// inputs are bindings and what earlier passes came to, under the names of their outputs. The last
/// program has no samples; its outputs are the states by path.
struct FitPass {
  std::unique_ptr<TrainingProgram> program;
  std::vector<FitMerge> merges; ///< one an output; none in the last
};

/// The programs of a `train` block.
struct TrainingPrograms {
  std::unique_ptr<TrainingProgram> load;  ///< columns to bindings
  std::unique_ptr<TrainingProgram> check; ///< bindings to loss and metrics, of each sample
  /// The step for a batch of this size.
  std::function<Result<StepProgram>(int64_t batch)> step;
  /// The schedule's factor of `step steps epoch epochs`, f64 all; null where it
  /// is none.
  std::unique_ptr<TrainingProgram> schedule;
  std::vector<PeriodicProgram> periodic;
  /// Learns states: pass number `pass` for batches of this size out of `rows` samples. Null where
  /// none is learnt.
  std::function<Result<FitPass>(size_t pass, int64_t batch, int64_t rows)> fit;
  /// The passes before the last program; nothing where all samples are needed at once: there is one
  /// program, of a batch of all rows, whose outputs are the states.
  std::optional<size_t> fitPasses;
};

} // namespace lamina::runtime

#endif // LAMINA_TRAININGPLAN_H
