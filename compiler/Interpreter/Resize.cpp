// resize: separable interpolation with half-pixel centres.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Interpreter/Bounds.h"
#include "compiler/Interpreter/Evaluate.h"

#include <algorithm>
#include <cmath>

namespace lamina::interpreter {

/// The weight of a sample at distance `x` from the centre. Bicubic: Keys 1981 with a = -0.75.
static double kernel(ir::ResizeMode mode, double x) {
  constexpr double a = -0.75;
  x = std::abs(x);
  if (mode == ir::ResizeMode::Linear)
    return std::max(0.0, 1 - x);
  if (x < 1)
    return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

/// A position of the input and its weight.
using Taps = std::vector<std::pair<int64_t, double>>;

/// What output position `o` of `m` takes from an input of `n` positions. With `antialias` a
/// shrinking kernel is stretched to the scale and its weights outside are dropped and the rest
/// normalised; without it positions outside are those of the edge.
static Taps tapsOf(ir::ResizeMode mode, bool antialias, int64_t o, int64_t n, int64_t m) {
  double scale = double(n) / double(m);
  if (mode == ir::ResizeMode::Nearest)
    return {{std::min<int64_t>(int64_t(std::floor((double(o) + 0.5) * scale)), n - 1), 1.0}};
  double centre = (double(o) + 0.5) * scale - 0.5;
  double stretch = antialias ? std::max(scale, 1.0) : 1.0;
  double support = (mode == ir::ResizeMode::Linear ? 1.0 : 2.0) * stretch;
  Taps taps;
  double sum = 0;
  for (auto i = int64_t(std::ceil(centre - support)); double(i) <= centre + support; ++i) {
    double weight = kernel(mode, (double(i) - centre) / stretch);
    bool isOutside = i < 0 || i >= n;
    if (weight == 0 || (antialias && isOutside))
      continue;
    taps.emplace_back(std::clamp<int64_t>(i, 0, n - 1), weight);
    sum += weight;
  }
  for (auto &tap : taps)
    tap.second /= sum;
  return taps;
}

Tensor evaluateResize(ir::ResizeOp op, const Tensor &input, const Options &options) {
  std::string axis = op.getAxis().str();
  Tensor result = makeTensor(op.getType().getElementType(), resultShape(op, {&input}));
  int64_t n = input.shape.extent(axis), m = result.shape.extent(axis);
  std::vector<Taps> taps;
  for (int64_t o = 0; o < m; ++o)
    taps.push_back(tapsOf(op.getMode(), op.getAntialias(), o, n, m));
  AxisMap strides = input.shape.strides();
  int64_t stride = strides[axis];
  strides.erase(axis);
  std::vector<int64_t> base = offsetsOf(result.shape, strides),
                       along = offsetsOf(result.shape, {{axis, 1}});
  if (options.tracksError)
    result.bounds.assign(base.size(), 0.0);
  for (size_t i = 0; i < base.size(); ++i) {
    double sum = 0, magnitude = 0, bound = 0;
    for (auto [position, weight] : taps[along[i]]) {
      int64_t j = base[i] + position * stride;
      sum += weight * input.reals[j];
      magnitude += std::abs(weight * input.reals[j]);
      bound += std::abs(weight) * input.bound(j);
    }
    result.reals[i] = sum;
    bool isCopy = taps[along[i]].size() == 1;
    if (options.tracksError) // weights and products are rounded, then summed
      result.bounds[i] = isCopy ? bound
                                : bound + double(taps[along[i]].size() + 8) *
                                              roundoff(result.element) * (magnitude + bound);
  }
  return result;
}

} // namespace lamina::interpreter
