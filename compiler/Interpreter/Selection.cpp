// topk, keep_topk, sort, cumulate: ops along the lines of one axis.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Interpreter/Bounds.h"
#include "compiler/Interpreter/Evaluate.h"

#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lamina::interpreter {

/// The lines of a tensor along an axis: where each starts and the stride within it.
struct Lines {
  std::vector<int64_t> starts;
  int64_t stride = 0;
  int64_t extent = 0;
};

/// The lines of `tensor`, in the order of those of `order` (which has the same other axes).
static Lines linesOf(const Tensor &tensor, const Tensor &order, const std::string &axis) {
  Shape others = order.shape;
  size_t i = *others.find(axis);
  others.names.erase(others.names.begin() + i);
  others.extents.erase(others.extents.begin() + i);
  AxisMap strides = tensor.shape.strides();
  return {offsetsOf(others, strides), strides[axis], tensor.shape.extent(axis)};
}

/// Whether x stands before y among the largest: greater, NaN greatest.
static bool isGreater(double x, double y) { return std::isnan(x) ? !std::isnan(y) : x > y; }

/// The positions of a line, largest element first, the first of equals first.
static std::vector<int64_t> descending(const Tensor &input, int64_t start, const Lines &lines) {
  std::vector<int64_t> order(lines.extent);
  std::iota(order.begin(), order.end(), 0);
  auto at = [&](int64_t i) { return start + i * lines.stride; };
  auto stands = [&](int64_t a, int64_t b) {
    return input.isReal() ? isGreater(input.reals[at(a)], input.reals[at(b)])
                          : input.integers[at(a)] > input.integers[at(b)];
  };
  llvm::sort(order, [&](int64_t a, int64_t b) { return stands(a, b) || (!stands(b, a) && a < b); });
  return order;
}

/// The largest bound on a line: no order statistic moves by more.
static double largestBound(const Tensor &input, int64_t start, const Lines &lines) {
  double largest = 0;
  for (int64_t i = 0; i < lines.extent; ++i)
    largest = std::max(largest, input.bound(start + i * lines.stride));
  return largest;
}

static std::vector<Tensor> evaluateTopK(ir::TopKOp op, const Tensor &input) {
  std::string axis = op.getAxis().str();
  Tensor values = makeTensor(input.element, resultShape(op, {&input}, 0));
  Tensor indices =
      makeTensor(op.getIndices().getType().getElementType(), resultShape(op, {&input}, 1));
  if (!input.bounds.empty()) {
    values.bounds.resize(values.shape.size());
    indices.bounds.resize(values.shape.size());
  }
  Lines from = linesOf(input, values, axis), to = linesOf(values, values, axis),
        places = linesOf(indices, values, axis);
  for (size_t line = 0; line < from.starts.size(); ++line) {
    std::vector<int64_t> order = descending(input, from.starts[line], from);
    double largest = largestBound(input, from.starts[line], from);
    auto at = [&](int64_t rank) { return from.starts[line] + order[rank] * from.stride; };
    for (int64_t rank = 0; rank < to.extent; ++rank) {
      int64_t value = to.starts[line] + rank * to.stride,
              index = places.starts[line] + rank * places.stride;
      if (values.isReal())
        values.reals[value] = input.reals[at(rank)];
      else
        values.integers[value] = input.integers[at(rank)];
      indices.integers[index] = order[rank];
      if (input.bounds.empty())
        continue;
      auto isClose = [&](int64_t other) {
        return other >= 0 && other < from.extent && largest > 0 &&
               !(std::abs(input.number(at(rank)) - input.number(at(other))) > 2 * largest);
      };
      values.bounds[value] = largest;
      indices.bounds[index] = isClose(rank - 1) || isClose(rank + 1) ? kUnknown : 0;
    }
  }
  return {std::move(values), std::move(indices)};
}

static Tensor evaluateKeepTopK(ir::KeepTopKOp op, const Tensor &input) {
  std::string axis = op.getAxis().str();
  Tensor result = makeTensor(input.element, resultShape(op, {&input}));
  result.bounds.assign(input.bounds.empty() ? 0 : result.shape.size(), 0.0);
  Lines from = linesOf(input, result, axis), to = linesOf(result, result, axis);
  int64_t k = std::min<int64_t>(op.getK(), from.extent);
  for (size_t line = 0; line < from.starts.size(); ++line) {
    std::vector<int64_t> order = descending(input, from.starts[line], from);
    double largest = largestBound(input, from.starts[line], from);
    auto at = [&](int64_t rank) { return from.starts[line] + order[rank] * from.stride; };
    for (int64_t rank = 0; rank < from.extent; ++rank) {
      int64_t out = to.starts[line] + order[rank] * to.stride;
      if (rank < k && result.isReal())
        result.reals[out] = input.reals[at(rank)];
      else if (rank < k)
        result.integers[out] = input.integers[at(rank)];
      if (input.bounds.empty())
        continue;
      // Near the threshold the other choice may be made: the element or zero.
      int64_t rival = rank < k ? k : k - 1;
      bool isClose = largest > 0 && rival >= 0 && rival < from.extent &&
                     !(std::abs(input.number(at(rank)) - input.number(at(rival))) > 2 * largest);
      result.bounds[out] = isClose ? std::abs(input.number(at(rank))) + input.bound(at(rank))
                                   : (rank < k ? input.bound(at(rank)) : 0);
    }
  }
  return result;
}

static Tensor evaluateSort(ir::SortOp op, const Tensor &input) {
  std::string axis = op.getAxis().str();
  Tensor result = makeTensor(input.element, resultShape(op, {&input}));
  result.bounds.assign(input.bounds.empty() ? 0 : result.shape.size(), 0.0);
  Lines from = linesOf(input, result, axis), to = linesOf(result, result, axis);
  for (size_t line = 0; line < from.starts.size(); ++line) {
    std::vector<int64_t> order = descending(input, from.starts[line], from);
    double largest = largestBound(input, from.starts[line], from);
    for (int64_t rank = 0; rank < from.extent; ++rank) {
      int64_t source = from.starts[line] + order[from.extent - 1 - rank] * from.stride;
      int64_t out = to.starts[line] + rank * to.stride;
      if (result.isReal())
        result.reals[out] = input.reals[source];
      else
        result.integers[out] = input.integers[source];
      if (!input.bounds.empty())
        result.bounds[out] = largest;
    }
  }
  return result;
}

static Tensor evaluateCumulate(ir::CumulateOp op, const Tensor &input, const Options &options) {
  std::string axis = op.getAxis().str();
  bool isSum = op.getKind() == ir::CumulateKind::Sum;
  Tensor result = makeTensor(input.element, resultShape(op, {&input}));
  Lines from = linesOf(input, result, axis), to = linesOf(result, result, axis);
  result.bounds.assign(
      options.tracksError && (result.isReal() || !input.bounds.empty()) ? result.shape.size() : 0,
      0.0);
  double u = roundoff(result.element);
  for (size_t line = 0; line < from.starts.size(); ++line) {
    double real = isSum ? 0 : 1, magnitude = real, worst = real, propagated = 0;
    uint64_t integer = isSum ? 0 : 1;
    for (int64_t i = 0; i < from.extent; ++i) {
      int64_t source = from.starts[line] + i * from.stride, out = to.starts[line] + i * to.stride;
      double x = input.number(source), bound = input.bound(source);
      propagated += bound;
      magnitude = isSum ? magnitude + std::abs(x) + bound : magnitude * std::abs(x);
      worst *= std::abs(x) + bound;
      if (result.isReal())
        result.reals[out] = real = isSum ? real + x : real * x;
      else
        result.integers[out] = wrapTo(
            result.element, int64_t(integer = isSum ? integer + uint64_t(input.integers[source])
                                                    : integer * uint64_t(input.integers[source])));
      if (!result.bounds.empty())
        result.bounds[out] = (isSum ? propagated : worst - magnitude) +
                             double(i + 1) * u * (isSum ? magnitude : worst);
    }
  }
  return result;
}

bool isSelection(mlir::Operation *op) {
  return mlir::isa<ir::TopKOp, ir::KeepTopKOp, ir::SortOp, ir::CumulateOp>(op);
}

Results evaluateSelection(mlir::Operation *op, const Operands &in, const Options &options) {
  return llvm::TypeSwitch<mlir::Operation *, Results>(op)
      .Case([&](ir::TopKOp o) { return evaluateTopK(o, *in[0]); })
      .Case([&](ir::KeepTopKOp o) { return single(evaluateKeepTopK(o, *in[0])); })
      .Case([&](ir::SortOp o) { return single(evaluateSort(o, *in[0])); })
      .Case([&](ir::CumulateOp o) { return single(evaluateCumulate(o, *in[0], options)); });
}

} // namespace lamina::interpreter
