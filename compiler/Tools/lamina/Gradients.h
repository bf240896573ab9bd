// The gradients of a `train` block's loss, twice: compiled, and as differences of the interpreter's
// loss in double.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_GRADIENTS_H
#define COMPILER_TOOLS_LAMINA_GRADIENTS_H

#include "compiler/Interpreter/Interpreter.h"
#include "compiler/Tools/lamina/ModelWeights.h"
#include "compiler/Tools/lamina/TrainPrograms.h"
#include "lamina/Batches.h"
#include "lamina/TrainingState.h"

namespace lamina::tool {

/// A derivative by one element from differences.
struct Slope {
  double value = 0;
  double noise = 0;     ///< how far rounding of the losses may have moved it
  bool isSmooth = true; ///< two widths agree: there is no kink between the points
};

class Gradients {
public:
  /// `training` is changed: its optimizer becomes one that gives the gradient away.
  Gradients(const Invocation &invocation, const SourceManager &sources, sema::Training &training);

  /// The interpreter is slow, and more would show no more.
  static constexpr int64_t kMostSamples = 8;

  /// Compiles, reads the first samples and takes the initial weights; an exit code.
  int prepare(const TrainBlockOptions &options);
  /// One compiled step; an exit code.
  int derive();

  int64_t samples() const { return batch.size; }
  /// Whether the step computes its loss in double.
  bool isDouble() const { return step->outputs[0].type == runtime::ElementType::F64; }
  double loss() const { return compiledLoss; }
  /// The slots that hold gradients, and the path and the values of one.
  std::vector<size_t> slots() const;
  const std::string &path(size_t slot) const { return state->slot(slot).of; }
  double compiled(size_t slot, int64_t element) const;
  const runtime::Shape &shape(size_t slot) const { return state->current(slot).shape(); }

  /// Nothing after an error message.
  std::optional<Slope> difference(size_t slot, int64_t element);

private:
  int fail(const runtime::Failure &failure) const;
  bool makeReference(const ModelWeights &weights);
  std::optional<double> lossAt(interpreter::Tensor &tensor, int64_t element, double value);
  const runtime::Array *binding(const std::string &name) const;

  const Invocation &invocation;
  const SourceManager &sources;
  sema::Training &training;
  Compilation reference; ///< the loss of the step, for the interpreter
  interpreter::Tensors inputs, parameters;
  std::unique_ptr<runtime::TrainingProgram> load, step;
  std::vector<runtime::SlotSpec> specs;
  std::optional<runtime::TrainingState> state;
  std::vector<runtime::OwnedArray> scalars;
  runtime::Batch batch;
  double compiledLoss = 0;
};

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_GRADIENTS_H
