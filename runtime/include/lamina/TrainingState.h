// The tensors that a training moves, and their checkpoints.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_TRAININGSTATE_H
#define LAMINA_TRAININGSTATE_H

#include "lamina/TrainingPlan.h"
#include "lamina/Weights.h"

namespace lamina::runtime {

/// Parameters, states and optimizer slots, in the order of the step's slots.
class TrainingState {
public:
  /// `values` are the types of the slots, as the step's inputs have them. `initial` has one tensor
  /// for each position of a `repeat`.
  static Result<TrainingState> create(std::span<const SlotSpec> slots,
                                      std::span<const ProgramValue> values,
                                      std::span<const OwnedArray> initial);

  size_t size() const { return tensors.size(); }
  const SlotSpec &slot(size_t i) const { return tensors[i].spec; }
  const Array &current(size_t i) const { return tensors[i].current; }
  Array &next(size_t i) { return tensors[i].next; }
  /// Makes the next values the current ones.
  void advance();
  /// The same of one tensor.
  void advance(size_t i) { std::swap(tensors[i].current, tensors[i].next); }
  /// The number of the parameter or state of this path; nothing if the step
  /// moves none such.
  std::optional<size_t> find(const std::string &path) const;
  /// A parameter that the step does not move; null if there is none of this
  /// path.
  const Array *constant(const std::string &path) const;
  int64_t bytes() const;

  /// The parameters as validation and `compile` use them: those of the last link that follows them,
  /// else the raw ones; and the initial values that the step does not move.
  Result<std::vector<OwnedArray>> weights() const;
  /// All tensors as a checkpoint has them: `weights` under their paths, raw ones that differ under
  /// `raw/`, slots under `optimizer/`.
  Result<std::vector<OwnedArray>> checkpoint() const;
  /// Takes the values of a checkpoint; a failure names what is missing or of another shape.
  Status restore(const Safetensors &file);

private:
  struct Tensor {
    SlotSpec spec;
    Array current, next;
  };
  const Tensor *followerOf(const std::string &parameter) const;
  std::string storedPrefix(const Tensor &tensor) const;
  std::vector<Tensor> tensors;
  std::vector<OwnedArray> constants;
};

/// Whether a tensor of a checkpoint is no weight of the model: an optimizer's slot or a raw weight.
bool isTrainingTensor(const std::string &name);

/// The key of a checkpoint's metadata that lists, with blanks between, the
/// names of what it holds beside the trained model: tensors of such a name, and
/// those under it.
inline constexpr const char *kBeside = "beside";
/// The key of the trained model with its static arguments, as in `Net<hidden = 64>`: other
/// arguments may make another function of parameters with the same shapes.
inline constexpr const char *kInstantiation = "instantiation";
/// The input of a measuring program that is no binding: the rows of the samples, by which it draws.
inline constexpr const char *kRowInput = "row'";
/// How the run ended that a checkpoint is of, as TrainingSummary::why has it;
/// empty while it runs.
inline constexpr const char *kEnded = "ended";

} // namespace lamina::runtime

#endif // LAMINA_TRAININGSTATE_H
