// Interpolation along an axis: source positions and weights are tables made at compile time.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/EvaluatorOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace lamina::kernels {

namespace {

/// What each output position takes: `count` source positions and weights, tap-major.
struct Taps {
  int64_t count = 0;
  SmallVector<int32_t> positions;
  SmallVector<double> weights;
};

} // namespace

/// The weight of a sample at distance `x`. Bicubic: Keys 1981 with a = -0.75.
static double kernel(ir::ResizeMode mode, double x) {
  constexpr double a = -0.75;
  x = std::abs(x);
  if (mode == ir::ResizeMode::Linear)
    return std::max(0.0, 1 - x);
  if (x < 1)
    return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

/// Position and weight of the samples of output `o`. With `antialias` a shrinking kernel is
/// stretched and what lies outside is left out; without it positions outside are those of the edge.
static SmallVector<std::pair<int64_t, double>> tapsOf(ir::ResizeOp op, int64_t o, int64_t from,
                                                      int64_t to) {
  const double scale = double(from) / double(to);
  if (op.getMode() == ir::ResizeMode::Nearest)
    return {{std::min<int64_t>(int64_t(std::floor((double(o) + 0.5) * scale)), from - 1), 1.0}};
  const double centre = (double(o) + 0.5) * scale - 0.5;
  const double stretch = op.getAntialias() ? std::max(scale, 1.0) : 1.0;
  const double support = (op.getMode() == ir::ResizeMode::Linear ? 1.0 : 2.0) * stretch;
  SmallVector<std::pair<int64_t, double>> taps;
  double sum = 0;
  for (auto i = int64_t(std::ceil(centre - support)); double(i) <= centre + support; ++i) {
    const double weight = kernel(op.getMode(), (double(i) - centre) / stretch);
    if (weight == 0 || (op.getAntialias() && (i < 0 || i >= from)))
      continue;
    taps.emplace_back(std::clamp<int64_t>(i, 0, from - 1), weight);
    sum += weight;
  }
  for (auto &tap : taps)
    tap.second /= sum;
  return taps;
}

static Taps allTaps(ir::ResizeOp op, int64_t from, int64_t to) {
  SmallVector<SmallVector<std::pair<int64_t, double>>> rows;
  Taps taps;
  for (int64_t o = 0; o < to; ++o) {
    rows.push_back(tapsOf(op, o, from, to));
    taps.count = std::max<int64_t>(taps.count, rows.back().size());
  }
  for (int64_t tap = 0; tap < taps.count; ++tap)
    for (const auto &row : rows) {
      const bool exists = tap < int64_t(row.size());
      taps.positions.push_back(int32_t(exists ? row[tap].first : row.back().first));
      taps.weights.push_back(exists ? row[tap].second : 0.0);
    }
  return taps;
}

static Coordinate coordinateOf(Value index, ImplicitLocOpBuilder &builder) {
  if (!isa<VectorType>(index.getType()))
    return Coordinate::of(arith::IndexCastOp::create(builder, builder.getIndexType(), index));
  Coordinate result;
  result.vector = index;
  return result;
}

/// A table `tap x output` as a buffer.
template <typename T>
static Buffer tableOf(ArrayRef<T> values, Type element, int64_t count, int64_t to,
                      ImplicitLocOpBuilder &builder) {
  auto type = RankedTensorType::get({count * to}, element);
  return constantBuffer(DenseElementsAttr::get(type, values), {{"tap", count}, {"output", to}},
                        element, builder);
}

/// The weights in the precision of the computation.
static Buffer weightTable(const Taps &taps, Type element, int64_t to,
                          ImplicitLocOpBuilder &builder) {
  if (element.isF64())
    return tableOf<double>(taps.weights, element, taps.count, to, builder);
  SmallVector<float> single(taps.weights.begin(), taps.weights.end());
  return tableOf<float>(single, builder.getF32Type(), taps.count, to, builder);
}

Value evaluateResize(Evaluator &evaluator, Operation *op, const Place &place) {
  auto resize = dyn_cast<ir::ResizeOp>(op);
  if (!resize)
    return {};
  ImplicitLocOpBuilder &builder = evaluator.getBuilder();
  Type element = tensorOf(resize).getElementType();
  Type computed = element.isF64() ? element : Type(builder.getF32Type());
  const int64_t to = ir::extentOf(tensorOf(resize), resize.getAxis());
  Taps taps = allTaps(resize, ir::extentOf(tensorOf(resize.getInput()), resize.getAxis()), to);
  Buffer positions =
      tableOf<int32_t>(taps.positions, builder.getI32Type(), taps.count, to, builder);
  Buffer weights = taps.count > 1 ? weightTable(taps, computed, to, builder) : Buffer();
  Value result;
  for (int64_t tap = 0; tap < taps.count; ++tap) {
    Coordinate output = place.find(resize.getAxis());
    Place row;
    row.lanes = output.isUniform() ? 1 : place.lanes;
    row.at["tap"] = Coordinate() + tap;
    row.at["output"] = output;
    Place source = place;
    source.at[resize.getAxis()] = coordinateOf(loadAt(positions, row, builder), builder);
    Value sample = evaluator.at(resize.getInput(), source);
    if (taps.count == 1)
      return sample;
    sample = convertElement(sample, element, computed, builder);
    Value weight = loadAt(weights, row, builder);
    const bool vector = isa<VectorType>(sample.getType()) || isa<VectorType>(weight.getType());
    const int64_t lanes = vector ? place.lanes : 1;
    Value product = arith::MulFOp::create(builder, broadcastTo(sample, lanes, builder),
                                          broadcastTo(weight, lanes, builder));
    result = result ? Value(arith::AddFOp::create(builder, result, product)) : product;
  }
  return convertElement(result, computed, element, builder);
}

} // namespace lamina::kernels
