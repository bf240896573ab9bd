// dot, reduce, softmax, standardize: sums in double, in the order that the dialect states.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Interpreter/Bounds.h"
#include "compiler/Interpreter/Evaluate.h"

#include "dialect/Sparse.h"

#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>
#include <cmath>

namespace lamina::interpreter {
using ir::ReduceKind;

/// The elements that one result is made of, as offsets from its start.
static Shape innerShape(mlir::ArrayAttr axes, const Tensor &input) {
  Shape inner;
  for (auto name : axes.getAsRange<mlir::StringAttr>())
    inner.append(name.getValue(), input.shape.extent(name.getValue()));
  return inner;
}

static Tensor evaluateDot(ir::DotOp op, const Tensor &lhs, const Tensor &rhs,
                          const Options &options) {
  Tensor result = makeTensor(op.getType().getElementType(), resultShape(op, {&lhs, &rhs}));
  Shape inner = innerShape(op.getAxes(), lhs);
  AxisMap left = lhs.shape.strides(), right = rhs.shape.strides();
  std::vector<int64_t> leftStart = offsetsOf(result.shape, left),
                       rightStart = offsetsOf(result.shape, right);
  std::vector<int64_t> leftStep = offsetsOf(inner, left), rightStep = offsetsOf(inner, right);
  double gamma = double(leftStep.size() + 2) * roundoff(result.element);
  mlir::OpOperand *sparse = ir::sparseOperand(op);
  const bool isLeftSparse = sparse && sparse->getOperandNumber() == 0;
  if (options.tracksError && (result.isReal() || !lhs.bounds.empty() || !rhs.bounds.empty()))
    result.bounds.resize(leftStart.size());
  for (size_t i = 0; i < leftStart.size(); ++i) {
    double real = 0, magnitude = 0, bound = 0;
    uint64_t integer = 0;
    for (size_t k = 0; k < leftStep.size(); ++k) {
      int64_t a = leftStart[i] + leftStep[k], b = rightStart[i] + rightStep[k];
      if (sparse && (isLeftSparse ? lhs.number(a) : rhs.number(b)) == 0)
        continue;
      if (result.isReal())
        real += lhs.reals[a] * rhs.reals[b];
      else
        integer += uint64_t(lhs.integers[a]) * uint64_t(rhs.integers[b]);
      if (result.bounds.empty())
        continue;
      magnitude += std::abs(lhs.number(a) * rhs.number(b));
      bound += propagate(ir::BinaryKind::Mul, {lhs.number(a), lhs.bound(a)},
                         {rhs.number(b), rhs.bound(b)});
    }
    if (result.isReal())
      result.reals[i] = real;
    else
      result.integers[i] = wrapTo(result.element, int64_t(integer));
    if (!result.bounds.empty())
      result.bounds[i] = rounded(bound + gamma * (magnitude + bound), real, 0.5, result.element);
  }
  return result;
}

/// A group of elements that become one.
struct Group {
  std::vector<Approximate> elements;
  double u = 0; ///< the unit roundoff

  double count() const { return double(elements.size()); }
  double largestBound() const {
    double largest = 0;
    for (Approximate x : elements)
      largest = std::max(largest, x.bound);
    return largest;
  }
  /// The largest element; NaN if one is, -inf without elements.
  double maximum() const {
    double best = -std::numeric_limits<double>::infinity();
    for (Approximate x : elements)
      best = apply(ir::BinaryKind::Max, best, x.value);
    return best;
  }
};

static Approximate sumOf(const Group &group) {
  Approximate sum;
  double magnitude = 0;
  for (Approximate x : group.elements) {
    sum.value += x.value;
    sum.bound += x.bound;
    magnitude += std::abs(x.value) + x.bound;
  }
  sum.bound += group.count() * group.u * magnitude;
  return sum;
}

static Approximate meanOf(const Group &group) {
  Approximate sum = sumOf(group);
  double mean = sum.value / group.count();
  return {mean, sum.bound / group.count() + group.u * std::abs(mean)};
}

static Approximate productOf(const Group &group) {
  double product = 1, worst = 1;
  for (Approximate x : group.elements) {
    product *= x.value;
    worst *= std::abs(x.value) + x.bound;
  }
  return {product, worst - std::abs(product) + group.count() * group.u * worst};
}

/// The elements less their mean.
static Group centred(const Group &group) {
  Approximate mean = meanOf(group);
  Group result{{}, group.u};
  for (Approximate x : group.elements) {
    double d = x.value - mean.value;
    result.elements.push_back(
        {d, x.bound + mean.bound + group.u * (std::abs(d) + x.bound + mean.bound)});
  }
  return result;
}

/// The mean of squares.
static Approximate meanSquare(const Group &group) {
  Group squares{{}, group.u};
  for (Approximate x : group.elements) {
    double square = x.value * x.value;
    squares.elements.push_back(
        {square, (2 * std::abs(x.value) + x.bound) * x.bound + group.u * square});
  }
  return meanOf(squares);
}

/// The Euclidean norm is 1-Lipschitz.
static Approximate normOf(const Group &group) {
  double squares = 0, bounds = 0;
  for (Approximate x : group.elements) {
    squares += x.value * x.value;
    bounds += x.bound * x.bound;
  }
  double norm = std::sqrt(squares);
  return {norm, std::sqrt(bounds) + (group.count() + 3) * group.u * (norm + std::sqrt(bounds))};
}

/// log of the sum of exp, and how far the log of a sum of computed exps may be from it.
static Approximate logSumExp(const Group &group) {
  double largest = group.maximum(), sum = 0, shifted = 0, bound = group.largestBound();
  if (!std::isfinite(largest))
    return {largest, bound};
  for (Approximate x : group.elements) {
    double e = std::exp(x.value - largest);
    sum += e;
    shifted += e * (largest - x.value);
  }
  double value = largest + std::log(sum);
  return {value, bound + group.u * (group.count() + 12 + 2 * shifted / sum + 2 * std::abs(value))};
}

static Approximate reduceGroup(ReduceKind kind, const Group &group) {
  switch (kind) {
  case ReduceKind::Sum:
    return sumOf(group);
  case ReduceKind::Mean:
    return meanOf(group);
  case ReduceKind::Max:
    return {group.maximum(), group.largestBound()};
  case ReduceKind::Min: {
    double best = std::numeric_limits<double>::infinity();
    for (Approximate x : group.elements)
      best = apply(ir::BinaryKind::Min, best, x.value);
    return {best, group.largestBound()};
  }
  case ReduceKind::Prod:
    return productOf(group);
  case ReduceKind::Var:
    return meanSquare(centred(group));
  case ReduceKind::LogSumExp:
    return logSumExp(group);
  case ReduceKind::Norm:
    return normOf(group);
  default:
    llvm_unreachable("any, all and argmax give no float");
  }
}

/// The first of the largest elements (the first NaN if there is one), and whether another may be
/// taken for it.
static std::pair<int64_t, bool> argmax(const Tensor &input, int64_t start,
                                       const std::vector<int64_t> &steps) {
  int64_t best = 0;
  auto at = [&](size_t k) { return input.number(start + steps[k]); };
  for (size_t k = 1; k < steps.size() && !std::isnan(at(best)); ++k) {
    bool isGreater = input.isReal()
                         ? at(k) > at(best) || std::isnan(at(k))
                         : input.integers[start + steps[k]] > input.integers[start + steps[best]];
    best = isGreater ? int64_t(k) : best;
  }
  bool isClose = false;
  for (size_t k = 0; k < steps.size(); ++k) {
    double slack = input.bound(start + steps[k]) + input.bound(start + steps[best]);
    isClose |= int64_t(k) != best && slack > 0 && !(at(best) - at(k) > slack);
  }
  return {best, isClose};
}

/// The least or largest integer of a type.
static int64_t extremeOf(mlir::Type element, bool isLeast) {
  unsigned bits = element.getIntOrFloatBitWidth();
  if (element.isUnsignedInteger())
    return isLeast ? 0 : int64_t((uint64_t(1) << bits) - 1);
  int64_t largest = int64_t(~uint64_t(0) >> (65 - bits));
  return isLeast ? -largest - 1 : largest;
}

/// Sum, product, extremes, any and all of integers and bools. Of none, as a run-time extent of 0
/// has it: what leaves others as they are.
static int64_t reduceIntegers(ReduceKind kind, const Tensor &input, int64_t start,
                              const std::vector<int64_t> &steps) {
  bool startsAtOne = kind == ReduceKind::Prod || kind == ReduceKind::All;
  int64_t result = startsAtOne ? 1 : 0;
  if (kind == ReduceKind::Max || kind == ReduceKind::Min)
    result = extremeOf(input.element, /*isLeast=*/kind == ReduceKind::Max);
  for (size_t k = 0; k < steps.size(); ++k) {
    int64_t x = input.integers[start + steps[k]];
    if (kind == ReduceKind::Sum)
      result = int64_t(uint64_t(result) + uint64_t(x));
    else if (kind == ReduceKind::Prod)
      result = int64_t(uint64_t(result) * uint64_t(x));
    else if (kind == ReduceKind::Any || kind == ReduceKind::All)
      result = kind == ReduceKind::Any ? result | x : result & x;
    else
      result = kind == ReduceKind::Max ? std::max(result, x) : std::min(result, x);
  }
  return result;
}

static Group groupOf(const Tensor &input, int64_t start, const std::vector<int64_t> &steps,
                     double u) {
  Group group{{}, u};
  group.elements.reserve(steps.size());
  for (int64_t step : steps)
    group.elements.push_back({input.reals[start + step], input.bound(start + step)});
  return group;
}

static Tensor evaluateReduce(ir::ReduceOp op, const Tensor &input, const Options &options) {
  Tensor result = makeTensor(op.getType().getElementType(), resultShape(op, {&input}));
  AxisMap strides = input.shape.strides();
  std::vector<int64_t> starts = offsetsOf(result.shape, strides),
                       steps = offsetsOf(innerShape(op.getAxes(), input), strides);
  if (options.tracksError && (result.isReal() || !input.bounds.empty()))
    result.bounds.resize(starts.size());
  for (size_t i = 0; i < starts.size(); ++i) {
    double bound = 0;
    if (op.getKind() == ReduceKind::ArgMax) {
      auto [best, isClose] = argmax(input, starts[i], steps);
      result.integers[i] = best;
      bound = isClose ? kUnknown : 0;
    } else if (result.isReal()) {
      Approximate reduced =
          reduceGroup(op.getKind(), groupOf(input, starts[i], steps, roundoff(result.element)));
      result.reals[i] = reduced.value;
      bool isPicked = op.getKind() == ReduceKind::Max || op.getKind() == ReduceKind::Min;
      bound = rounded(reduced.bound, reduced.value, isPicked ? 0 : 0.5, result.element);
    } else {
      result.integers[i] =
          wrapTo(result.element, reduceIntegers(op.getKind(), input, starts[i], steps));
      for (int64_t step : steps)
        bound += input.bound(starts[i] + step);
    }
    if (!result.bounds.empty())
      result.bounds[i] = bound;
  }
  return result;
}

/// exp(x - max) / sum. A change of the exponents by at most a changes the quotient by at most a
/// factor of e^(2a).
static std::vector<Approximate> softmax(const Group &group, bool isLog) {
  double largest = group.maximum(), sum = 0, argument = 0;
  std::vector<Approximate> results;
  for (Approximate x : group.elements) {
    sum += std::exp(x.value - largest);
    argument =
        std::max(argument, x.bound + group.u * (std::min(largest - x.value, 128.0) + x.bound));
  }
  double slack = 2 * argument + (group.count() + 16) * group.u;
  for (Approximate x : group.elements) {
    double value = isLog ? x.value - largest - std::log(sum) : std::exp(x.value - largest) / sum;
    double bound =
        isLog ? 2 * group.largestBound() + group.u * (group.count() + 16 + 4 * std::abs(value))
              : value * std::expm1(slack);
    results.push_back({value, bound});
  }
  return results;
}

/// (x - mean) / sqrt(var + eps).
static std::vector<Approximate> standardized(const Group &group, double eps) {
  Group differences = centred(group);
  Approximate variance = meanSquare(differences);
  double shifted = variance.value + eps, deviation = std::sqrt(shifted);
  double least = std::sqrt(std::max(shifted - variance.bound, 0.0));
  Approximate divisor{deviation, deviation - least + 4 * group.u * deviation};
  std::vector<Approximate> results;
  for (Approximate d : differences.elements) {
    double value = d.value / deviation;
    double bound =
        d.bound == 0 && divisor.bound == 0 ? 0 : propagate(ir::BinaryKind::Div, d, divisor);
    results.push_back({value, bound + 4 * group.u * std::abs(value)});
  }
  return results;
}

/// Ops that give a group of the same size for each group over the axes.
static Tensor mapGroups(mlir::Operation *op, mlir::ArrayAttr axes, const Tensor &input,
                        const Options &options,
                        llvm::function_ref<std::vector<Approximate>(const Group &)> map) {
  Tensor result = makeTensor(input.element, resultShape(op, {&input}));
  Shape inner = innerShape(axes, input), outer;
  for (size_t i = 0; i < input.shape.names.size(); ++i)
    if (!inner.find(input.shape.names[i]))
      outer.append(input.shape.names[i], input.shape.extents[i]);
  AxisMap from = input.shape.strides(), to = result.shape.strides();
  std::vector<int64_t> starts = offsetsOf(outer, from), steps = offsetsOf(inner, from);
  std::vector<int64_t> targets = offsetsOf(outer, to), targetSteps = offsetsOf(inner, to);
  if (options.tracksError)
    result.bounds.resize(result.reals.size());
  for (size_t i = 0; i < starts.size(); ++i) {
    std::vector<Approximate> mapped =
        map(groupOf(input, starts[i], steps, roundoff(result.element)));
    for (size_t k = 0; k < mapped.size(); ++k) {
      result.reals[targets[i] + targetSteps[k]] = mapped[k].value;
      if (options.tracksError)
        result.bounds[targets[i] + targetSteps[k]] =
            rounded(mapped[k].bound, mapped[k].value, 1, result.element);
    }
  }
  return result;
}

bool isReduction(mlir::Operation *op) {
  return mlir::isa<ir::DotOp, ir::ReduceOp, ir::SoftmaxOp, ir::StandardizeOp>(op);
}

Results evaluateReduction(mlir::Operation *op, const Operands &in, const Options &options) {
  return llvm::TypeSwitch<mlir::Operation *, Results>(op)
      .Case([&](ir::DotOp o) { return single(evaluateDot(o, *in[0], *in[1], options)); })
      .Case([&](ir::ReduceOp o) { return single(evaluateReduce(o, *in[0], options)); })
      .Case([&](ir::SoftmaxOp o) {
        return single(mapGroups(o, o.getAxes(), *in[0], options,
                                [&](const Group &group) { return softmax(group, o.getLog()); }));
      })
      .Case([&](ir::StandardizeOp o) {
        double eps = o.getEps().convertToDouble();
        return single(mapGroups(o, o.getAxes(), *in[0], options,
                                [&](const Group &group) { return standardized(group, eps); }));
      });
}

} // namespace lamina::interpreter
