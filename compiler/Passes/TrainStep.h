// The parts of lamina-train-step: settings, slots, gradients' links and update rules.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_PASSES_TRAINSTEP_H
#define COMPILER_PASSES_TRAINSTEP_H

#include "dialect/TensorBuilder.h"

#include <deque>
#include <string>
#include <vector>

namespace lamina::train {

/// The batch axis of a step: static, under a name that no source can spell.
inline constexpr llvm::StringLiteral kSamples = "batch'";

/// Makes every `batch` of a model an axis `kSamples` of this extent.
void makeBatchStatic(ir::ModelOp model, int64_t batch);

/// Moves every `lamina.assign` out of repeats: there it assigns the values of all rounds, stacked.
void hoistAssigns(ir::ModelOp model);

/// A tensor that a step takes and gives back changed.
struct Slot {
  std::string name;
  std::string role;     ///< `parameter`, `state`, `slot`, `average` of what follows
                        ///< another parameter, or `shipped`: what validation and
                        ///< deployment use in a parameter's place
  std::string of;       ///< the path of the parameter or state that it belongs to
  mlir::Attribute init; ///< a number, or the string `parameter`
  mlir::Value now;
  mlir::Value next;
};

/// The settings of a run, from the attribute `train` of a model.
class Settings {
public:
  /// Reports what it does not understand on `model`.
  static mlir::FailureOr<Settings> read(ir::ModelOp model, mlir::DictionaryAttr train);

  /// The link of this name in the chain, or null.
  mlir::DictionaryAttr link(llvm::StringRef name) const;
  /// A number of a link.
  static double number(mlir::DictionaryAttr link, llvm::StringRef name, double fallback);
  static bool flag(mlir::DictionaryAttr link, llvm::StringRef name, bool fallback);

  /// The rule that updates a parameter; an error where members of a repeat have different ones.
  mlir::FailureOr<mlir::DictionaryAttr> ruleOf(ir::ParamOp param) const;
  /// A setting of the rule for each member of a parameter: the group's, else the rule's, else
  /// `fallback`.
  std::vector<double> ofMembers(ir::ParamOp param, mlir::DictionaryAttr rule, llvm::StringRef name,
                                double fallback) const;
  /// Which members are trained: 1 or 0.
  std::vector<double> trained(ir::ParamOp param) const;

  /// `{path, of, decay}` of a parameter or state that follows another one, or
  /// null.
  mlir::DictionaryAttr follower(llvm::StringRef path) const;

  int64_t batch = 1;
  std::vector<mlir::DictionaryAttr> chain;

private:
  std::vector<mlir::DictionaryAttr> groups, followers;
  std::vector<std::string> only = {"*"};
  mlir::DictionaryAttr rule;
};

/// The paths of a parameter's members: each `*` replaced by a position, row-major.
std::vector<std::string> memberPaths(ir::ParamOp param);

/// Whether `text` fits `pattern`, in which `*` is any characters.
bool fits(llvm::StringRef pattern, llvm::StringRef text);

/// One trained parameter of a step.
struct Trained {
  ir::ParamOp param;
  mlir::DictionaryAttr rule;
  mlir::Value now; ///< its value before the update
  mlir::Value gradient;
  mlir::Value next; ///< after it
};

/// A step while it is built.
class Step {
public:
  Step(ir::ModelOp model, const Settings &settings)
      : model(model), settings(settings), builder(model.getContext()),
        build(builder, model.getLoc()) {}

  /// A new input of the model.
  mlir::Value addInput(llvm::StringRef name, mlir::RankedTensorType type);
  /// A slot of a parameter, of its type.
  Slot &addSlot(llvm::StringRef name, const Trained &trained, mlir::Attribute init);

  /// A setting of a parameter's rule as a value of its element type: a scalar, or one for each
  /// member.
  mlir::Value setting(const Trained &trained, llvm::StringRef name, double fallback);
  /// The learning rate of this step for a parameter, in double.
  mlir::Value learningRate(const Trained &trained, double fallback);
  /// Numbers for each member of a parameter, in double.
  mlir::Value ofMembers(const Trained &trained, const std::vector<double> &numbers);

  ir::ModelOp model;
  const Settings &settings;
  mlir::OpBuilder builder;
  ir::TensorBuilder build;
  mlir::Value factor; ///< of the schedule, f64
  mlir::Value step;   ///< i64, 0 at the first update
  mlir::Value count;  ///< step + 1 as f64
  mlir::Value seed;   ///< i64
  std::deque<Slot> slots;
};

/// What random numbers are keyed by beside their place in the program: i64s.
struct DrawKey {
  mlir::Value seed, step;
  mlir::Value row; ///< of each sample; null: its number in the batch
};

/// The random numbers that `lamina.draw` describes. `round` tells the rounds of repeats apart: an
/// i64, or null.
mlir::Value drawNumbers(const DrawKey &key, ir::TensorBuilder &b, ir::DrawKind kind,
                        llvm::StringRef path, uint64_t application, mlir::RankedTensorType type,
                        mlir::Value round);

/// Computes every `lamina.draw` of the step.
void lowerDraws(Step &step);

/// The same in a program that measures samples, by the seed and each sample's row in the data
/// alone: the rows become one more input of this name. Without draws nothing changes.
void lowerMeasuredDraws(ir::ModelOp model, uint64_t seed, llvm::StringRef rows);

/// The Euclidean norm of all elements of all tensors.
mlir::Value globalNorm(ir::TensorBuilder &b, llvm::ArrayRef<mlir::Value> tensors);

/// Changes the gradients: clip_norm, clip_value. False where a link is none of them.
bool applyGradientLink(Step &step, mlir::DictionaryAttr link,
                       llvm::MutableArrayRef<Trained> parameters);

/// Writes `next` of one parameter. Fails with an error for a rule that does not fit it.
llvm::LogicalResult applyRule(Step &step, Trained &trained);

/// The links behind the rule: ema, lookahead, average. False where a link is none of them.
bool applyLastLink(Step &step, mlir::DictionaryAttr link, Trained &trained);

} // namespace lamina::train

#endif // COMPILER_PASSES_TRAINSTEP_H
