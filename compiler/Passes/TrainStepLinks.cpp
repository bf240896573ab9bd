// The links before and behind the update rule.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/TrainStep.h"

using namespace mlir;

namespace lamina::train {

using ir::BinaryKind;
using ir::ReduceKind;
using ir::UnaryKind;

static SmallVector<StringRef> allAxes(Value x) {
  SmallVector<StringRef> names;
  for (StringAttr name : ir::axisNames(ir::typeOf(x)))
    names.push_back(name.getValue());
  return names;
}

Value globalNorm(ir::TensorBuilder &b, ArrayRef<Value> tensors) {
  Value sum;
  for (Value tensor : tensors) {
    SmallVector<StringRef> axes = allAxes(tensor);
    Value square = b.reduce(ReduceKind::Sum, b.mul(tensor, tensor), axes);
    sum = sum ? b.add(sum, square) : square;
  }
  return b.unary(UnaryKind::Sqrt, sum);
}

/// torch.nn.utils.clip_grad_norm_.
static void clipNorm(Step &step, double most, MutableArrayRef<Trained> parameters) {
  ir::TensorBuilder &b = step.build;
  Value norm = globalNorm(
      b, llvm::map_to_vector(parameters, [](const Trained &one) { return one.gradient; }));
  Type element = ir::TensorBuilder::elementOf(norm);
  Value factor = b.div(b.constant(most, element), b.binary(BinaryKind::Add, norm, 1e-6));
  factor = b.binary(BinaryKind::Min, factor, 1.0);
  for (Trained &one : parameters)
    one.gradient = b.mul(one.gradient, factor);
}

static void clipValue(Step &step, double most, MutableArrayRef<Trained> parameters) {
  ir::TensorBuilder &b = step.build;
  for (Trained &one : parameters)
    one.gradient = b.binary(BinaryKind::Min, b.binary(BinaryKind::Max, one.gradient, -most), most);
}

/// Neelakantan et al. 2015, arXiv:1511.06807: normal noise of variance eta / (1 + t) ** gamma.
static void addNoise(Step &step, DictionaryAttr link, MutableArrayRef<Trained> parameters) {
  ir::TensorBuilder &b = step.build;
  double eta = Settings::number(link, "eta", 0.01), gamma = Settings::number(link, "gamma", 0.55);
  Value variance = b.binary(BinaryKind::Pow, step.count, -gamma);
  Value deviation = b.mul(b.unary(UnaryKind::Sqrt, variance), std::sqrt(eta));
  for (Trained &one : parameters) {
    RankedTensorType type = ir::typeOf(one.gradient);
    std::string path = ("gradient_noise." + one.param.getPath()).str();
    Value noise = drawNumbers({step.seed, step.step, nullptr}, b, ir::DrawKind::Normal, path, 0,
                              type, Value());
    one.gradient = b.add(one.gradient, b.mul(noise, b.cast(deviation, type.getElementType())));
  }
}

bool applyGradientLink(Step &step, DictionaryAttr link, MutableArrayRef<Trained> parameters) {
  StringRef name = link.getAs<StringAttr>("link").getValue();
  if (name == "clip_norm")
    clipNorm(step, Settings::number(link, "max", 1), parameters);
  else if (name == "clip_value")
    clipValue(step, Settings::number(link, "max", 1), parameters);
  else if (name == "gradient_noise")
    addNoise(step, link, parameters);
  else
    return false;
  return true;
}

// --- behind the rule -----------------------------------------------------------------------------

static Slot &shippedSlot(Step &step, StringRef name, const Trained &trained) {
  Slot &slot = step.addSlot(name, trained, step.builder.getStringAttr("parameter"));
  slot.role = "shipped";
  return slot;
}

/// Whether this update is the last of `period`.
static Value endsPeriod(Step &step, double period) {
  ir::TensorBuilder &b = step.build;
  Value rest = b.binary(BinaryKind::Mod, b.binary(BinaryKind::Add, step.step, 1.0), period);
  return b.binary(BinaryKind::Eq, rest, 0.0);
}

/// Zhang et al. 2019, arXiv:1907.08610: the slow weights step towards the fast ones, which then
/// start there.
static void lookahead(Step &step, DictionaryAttr link, Trained &trained) {
  ir::TensorBuilder &b = step.build;
  Slot &slow = shippedSlot(step, "lookahead", trained);
  Value now = endsPeriod(step, Settings::number(link, "steps", 5));
  Value moved =
      b.add(slow.now, b.mul(b.sub(trained.next, slow.now), Settings::number(link, "alpha", 0.5)));
  slow.next = b.where(now, moved, slow.now);
  trained.next = b.where(now, moved, trained.next);
}

/// The mean of all weights since an update, as torch.optim.swa_utils.AveragedModel has it.
static void average(Step &step, DictionaryAttr link, Trained &trained) {
  ir::TensorBuilder &b = step.build;
  Slot &mean = shippedSlot(step, "average", trained);
  Value start = b.constant(Settings::number(link, "start", 0), step.builder.getF64Type());
  Value seen = b.sub(step.count, start); // 1 at the first that counts
  Value isFirst = b.binary(BinaryKind::Le, seen, 1.0);
  Value weight =
      b.cast(b.binary(BinaryKind::Max, seen, 1.0), ir::TensorBuilder::elementOf(trained.next));
  Value moved = b.add(mean.now, b.div(b.sub(trained.next, mean.now), weight));
  mean.next = b.where(isFirst, trained.next, moved);
}

bool applyLastLink(Step &step, DictionaryAttr link, Trained &trained) {
  StringRef name = link.getAs<StringAttr>("link").getValue();
  ir::TensorBuilder &b = step.build;
  if (name == "ema") {
    Slot &mean = shippedSlot(step, "ema", trained);
    double keep = Settings::number(link, "decay", 0.999);
    mean.next = b.add(mean.now, b.mul(b.sub(trained.next, mean.now), 1 - keep));
  } else if (name == "lookahead") {
    lookahead(step, link, trained);
  } else if (name == "average") {
    average(step, link, trained);
  } else {
    return false;
  }
  return true;
}

} // namespace lamina::train
