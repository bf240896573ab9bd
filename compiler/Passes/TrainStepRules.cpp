// The update rules, term by term as PyTorch computes them (lamb and lion: as their papers do), so
// that a step rounds as it does there.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/TrainStep.h"

using namespace mlir;

namespace lamina::train {

using ir::BinaryKind;
using ir::ReduceKind;
using ir::UnaryKind;

namespace {

/// One parameter's update.
class Rule {
public:
  Rule(Step &step, Trained &trained)
      : step(step), trained(trained), b(step.build),
        element(ir::TensorBuilder::elementOf(trained.now)) {}

  LogicalResult apply() {
    StringRef name = trained.rule.getAs<StringAttr>("link").getValue();
    if (name == "sgd")
      return sgd(), success();
    if (name == "adam" && !isZero("lazy", 0))
      return lazyAdam(), success();
    if (name == "adam" || name == "adamw")
      return adam(name), success();
    if (name == "lion")
      return lion(), success();
    if (name == "lamb")
      return lamb(), success();
    return muon();
  }

private:
  Value setting(StringRef name, double fallback) { return step.setting(trained, name, fallback); }
  bool isZero(StringRef name, double fallback) {
    return llvm::all_of(step.settings.ofMembers(trained.param, trained.rule, name, fallback),
                        [](double number) { return number == 0; });
  }
  /// A double of the step in the parameter's type.
  Value narrow(Value number) { return b.cast(number, element); }
  Value number(double value) { return b.constant(value, element); }
  Value doubles(StringRef name, double fallback) {
    return step.ofMembers(trained,
                          step.settings.ofMembers(trained.param, trained.rule, name, fallback));
  }
  Value minusOne(Value number) {
    return b.sub(b.constant(1, ir::TensorBuilder::elementOf(number)), number);
  }
  Slot &slot(StringRef name) {
    return step.addSlot(name, trained, step.builder.getF64FloatAttr(0));
  }

  /// a + weight (b - a), as torch.lerp for a weight below 1/2 and from 1/2 on.
  Value lerp(Value from, Value to, double weight) {
    if (weight < 0.5)
      return b.add(from, b.mul(number(weight), b.sub(to, from)));
    return b.sub(to, b.mul(b.sub(to, from), number(1 - weight)));
  }

  /// p (1 - lr decay)
  Value decayed(Value rate, double fallback) {
    if (isZero("weight_decay", fallback))
      return trained.now;
    return b.mul(trained.now, narrow(minusOne(b.mul(rate, doubles("weight_decay", fallback)))));
  }

  /// g + decay p
  Value penalised() {
    if (isZero("weight_decay", 0))
      return trained.gradient;
    return b.add(trained.gradient, b.mul(setting("weight_decay", 0), trained.now));
  }

  void sgd();
  void adam(StringRef name);
  void lazyAdam();
  Value touchedRows();
  void lion();
  void lamb();
  LogicalResult muon();
  std::pair<Value, Value> moments(Value gradient, double beta1, double beta2);
  Value correction(double beta);
  Value normOf(Value x);
  Value orthogonal(Value x, StringRef rows, StringRef columns, int64_t steps);

  Step &step;
  Trained &trained;
  ir::TensorBuilder &b;
  Type element;
};

/// Sutskever et al. 2013: the buffer holds gradients, not steps.
void Rule::sgd() {
  Value gradient = penalised();
  double momentum = Settings::number(trained.rule, "momentum", 0);
  if (momentum != 0) {
    Slot &buffer = slot("momentum");
    buffer.next = b.add(b.mul(buffer.now, momentum), gradient);
    gradient = Settings::flag(trained.rule, "nesterov", false)
                   ? b.add(gradient, b.mul(buffer.next, momentum))
                   : buffer.next;
  }
  Value rate = narrow(b.neg(step.learningRate(trained, 1e-3)));
  trained.next = b.add(trained.now, b.mul(rate, gradient));
}

/// The running means of the gradient and of its square.
std::pair<Value, Value> Rule::moments(Value gradient, double beta1, double beta2) {
  Slot &first = slot("first_moment"), &second = slot("second_moment");
  first.next = lerp(first.now, gradient, 1 - beta1);
  second.next =
      b.add(b.mul(second.now, beta2), b.mul(b.mul(number(1 - beta2), gradient), gradient));
  return {first.next, second.next};
}

/// 1 - beta ** t, in double.
Value Rule::correction(double beta) {
  Value base = b.constant(beta, step.builder.getF64Type());
  return minusOne(b.binary(BinaryKind::Pow, base, step.count));
}

/// Kingma and Ba 2015, arXiv:1412.6980; Loshchilov and Hutter 2019, arXiv:1711.05101.
void Rule::adam(StringRef name) {
  double beta1 = Settings::number(trained.rule, "beta1", 0.9);
  double beta2 = Settings::number(trained.rule, "beta2", 0.999);
  Value rate = step.learningRate(trained, 1e-3);
  bool decouples = name == "adamw";
  Value start = decouples ? decayed(rate, 0.01) : trained.now;
  auto [mean, square] = moments(decouples ? trained.gradient : penalised(), beta1, beta2);
  Value size = narrow(b.neg(b.div(rate, correction(beta1))));
  Value root = narrow(b.unary(UnaryKind::Sqrt, correction(beta2)));
  Value scale = b.add(b.div(b.unary(UnaryKind::Sqrt, square), root), setting("eps", 1e-8));
  trained.next = b.add(start, b.div(b.mul(size, mean), scale));
}

/// Whether a row has a gradient: a position of the first axis of a member, with all behind it.
Value Rule::touchedRows() {
  SmallVector<StringRef> axes;
  auto stacked = size_t(trained.param.getPath().count('*'));
  for (auto [i, name] : llvm::enumerate(ir::axisNames(trained.param.getType())))
    if (i > stacked)
      axes.push_back(name.getValue());
  Value isTouched = b.binary(BinaryKind::Ne, trained.gradient, 0.0);
  return axes.empty() ? isTouched : b.reduce(ReduceKind::Any, isTouched, axes);
}

/// Adam of the rows that have a gradient, as torch.optim.SparseAdam computes it: the other rows
/// keep their value and their moments, and `eps` stands before the correction of the mean square.
void Rule::lazyAdam() {
  double beta1 = Settings::number(trained.rule, "beta1", 0.9);
  double beta2 = Settings::number(trained.rule, "beta2", 0.999);
  Slot &first = slot("first_moment"), &second = slot("second_moment");
  Value gradient = penalised(), isTouched = touchedRows();
  auto towards = [&](Value from, Value to, double beta) {
    return b.add(b.mul(number(1 - beta), b.sub(to, from)), from);
  };
  Value mean = towards(first.now, gradient, beta1);
  Value square = towards(second.now, b.mul(gradient, gradient), beta2);
  Value rate = step.learningRate(trained, 1e-3);
  Value root = b.unary(UnaryKind::Sqrt, correction(beta2));
  Value size = narrow(b.neg(b.div(b.mul(rate, root), correction(beta1))));
  Value scale = b.add(b.unary(UnaryKind::Sqrt, square), setting("eps", 1e-8));
  Value moved = b.add(trained.now, b.mul(size, b.div(mean, scale)));
  first.next = b.where(isTouched, mean, first.now);
  second.next = b.where(isTouched, square, second.now);
  trained.next = b.where(isTouched, moved, trained.now);
}

/// Chen et al. 2023, arXiv:2302.06675.
void Rule::lion() {
  double beta1 = Settings::number(trained.rule, "beta1", 0.9);
  double beta2 = Settings::number(trained.rule, "beta2", 0.99);
  Value rate = step.learningRate(trained, 1e-4);
  Slot &mean = slot("first_moment");
  auto mix = [&](double beta) {
    return b.add(b.mul(mean.now, beta), b.mul(trained.gradient, 1 - beta));
  };
  Value sign = b.unary(UnaryKind::Sign, mix(beta1));
  mean.next = mix(beta2);
  trained.next = b.sub(decayed(rate, 0), b.mul(narrow(rate), sign));
}

/// The Euclidean norm of each member.
Value Rule::normOf(Value x) {
  SmallVector<StringRef> axes;
  auto stacked = trained.param.getPath().count('*');
  for (StringAttr name : ir::axisNames(trained.param.getType()).drop_front(stacked))
    axes.push_back(name.getValue());
  return axes.empty() ? b.unary(UnaryKind::Abs, x) : b.reduce(ReduceKind::Norm, x, axes);
}

/// You et al. 2020, arXiv:1904.00962, with the identity for the function of the norm.
void Rule::lamb() {
  double beta1 = Settings::number(trained.rule, "beta1", 0.9);
  double beta2 = Settings::number(trained.rule, "beta2", 0.999);
  auto [mean, square] = moments(trained.gradient, beta1, beta2);
  Value unbiased = b.div(mean, narrow(correction(beta1)));
  Value root = b.unary(UnaryKind::Sqrt, b.div(square, narrow(correction(beta2))));
  Value update = b.div(unbiased, b.add(root, setting("eps", 1e-6)));
  if (!isZero("weight_decay", 0))
    update = b.add(update, b.mul(setting("weight_decay", 0), trained.now));
  Value weight = normOf(trained.now), change = normOf(update);
  Value isPlain = b.binary(BinaryKind::Or, b.binary(BinaryKind::Eq, weight, 0.0),
                           b.binary(BinaryKind::Eq, change, 0.0));
  Value trust = b.where(isPlain, number(1), b.div(weight, change));
  Value rate = narrow(step.learningRate(trained, 1e-3));
  trained.next = b.sub(trained.now, b.mul(b.mul(rate, trust), update));
}

/// The nearest matrix with orthonormal rows, by the quintic Newton–Schulz iteration of Jordan et
/// al. 2024. At most as many rows as columns.
Value Rule::orthogonal(Value x, StringRef rows, StringRef columns, int64_t steps) {
  static constexpr StringLiteral kOther = "row'";
  Value norm = b.binary(BinaryKind::Max, normOf(x), Settings::number(trained.rule, "eps", 1e-7));
  x = b.div(x, norm);
  for (int64_t i = 0; i < steps; ++i) {
    Value other = b.rename(x, {rows}, {kOther});
    Value gram = b.dot(x, other, {columns});
    Value left = b.rename(gram, {kOther}, {columns}), right = b.rename(gram, {rows}, {columns});
    Value square = b.dot(left, right, {columns});
    Value update = b.add(b.mul(gram, -4.7750), b.mul(square, 2.0315));
    x = b.add(b.mul(x, 3.4445), b.dot(update, other, {kOther}));
  }
  return x;
}

LogicalResult Rule::muon() {
  auto stacked = trained.param.getPath().count('*');
  auto axes = ir::axisNames(trained.param.getType()).drop_front(stacked);
  if (axes.size() != 2)
    return trained.param.emitError()
           << "'muon' updates matrices, but '" << trained.param.getPath() << "' has " << axes.size()
           << (axes.size() == 1 ? " axis" : " axes")
           << "; give it an optimizer of its own in a 'group'";
  double momentum = Settings::number(trained.rule, "momentum", 0.95);
  Slot &buffer = slot("momentum");
  buffer.next = lerp(buffer.now, trained.gradient, 1 - momentum);
  Value update = Settings::flag(trained.rule, "nesterov", true)
                     ? lerp(trained.gradient, buffer.next, momentum)
                     : buffer.next;
  StringRef rows = axes[0].getValue(), columns = axes[1].getValue();
  double m = double(ir::extentOf(trained.param.getType(), rows));
  double n = double(ir::extentOf(trained.param.getType(), columns));
  if (m > n)
    std::swap(rows, columns);
  auto steps = int64_t(Settings::number(trained.rule, "steps", 5));
  update = orthogonal(update, rows, columns, steps);
  Value rate = step.learningRate(trained, 1e-3);
  Value size = narrow(b.mul(rate, -std::sqrt(std::max(1.0, m / n))));
  trained.next = b.add(decayed(rate, 0.1), b.mul(size, update));
  return success();
}

} // namespace

LogicalResult applyRule(Step &step, Trained &trained) { return Rule(step, trained).apply(); }

} // namespace lamina::train
