// Linear forms of positions and what can be known of them at compile time.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/EvaluatorPlace.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

#include <limits>
#include <numeric>

using namespace mlir;

namespace lamina::kernels {

static constexpr int64_t kUnknown = std::numeric_limits<int32_t>::max();

// --- facts ---------------------------------------------------------------------------------------

static IndexFacts factsOfLoop(scf::ForOp loop) {
  IndexFacts low = factsOf(loop.getLowerBound()), high = factsOf(loop.getUpperBound());
  IndexFacts step = factsOf(loop.getStep());
  int64_t divisor = std::gcd(low.divisor, step.divisor);
  int64_t last = high.high - 1;
  // The last round of a loop with exact bounds stands on the grid of its steps.
  if (low.low == low.high && step.low == step.high && step.low > 0 && last >= low.low)
    last = low.low + (last - low.low) / step.low * step.low;
  return {low.low, last, divisor};
}

static IndexFacts quotient(IndexFacts facts, int64_t by) {
  return {facts.low / by, facts.high / by, facts.divisor % by == 0 ? facts.divisor / by : 1};
}

IndexFacts factsOf(Value index) {
  APInt constant;
  if (matchPattern(index, m_ConstantInt(&constant)))
    return {constant.getSExtValue(), constant.getSExtValue(), std::abs(constant.getSExtValue())};
  const IndexFacts unknown = {0, kUnknown, 1};
  if (auto argument = dyn_cast<BlockArgument>(index)) {
    auto loop = dyn_cast_or_null<scf::ForOp>(argument.getOwner()->getParentOp());
    return loop && argument.getArgNumber() == 0 ? factsOfLoop(loop) : unknown;
  }
  Operation *op = index.getDefiningOp();
  APInt by;
  if (auto min = dyn_cast<arith::MinSIOp>(op)) {
    IndexFacts l = factsOf(min.getLhs()), r = factsOf(min.getRhs());
    return {std::min(l.low, r.low), std::min(l.high, r.high), std::gcd(l.divisor, r.divisor)};
  }
  if (auto add = dyn_cast<arith::AddIOp>(op)) {
    IndexFacts l = factsOf(add.getLhs()), r = factsOf(add.getRhs());
    return {l.low + r.low, l.high + r.high, std::gcd(l.divisor, r.divisor)};
  }
  if (op->getNumOperands() != 2 || !matchPattern(op->getOperand(1), m_ConstantInt(&by)) ||
      by.getSExtValue() <= 0)
    return unknown;
  const int64_t k = by.getSExtValue();
  IndexFacts facts = factsOf(op->getOperand(0));
  if (isa<arith::MulIOp>(op))
    return {facts.low * k, facts.high * k, facts.divisor * k};
  if (isa<arith::DivUIOp>(op))
    return quotient(facts, k);
  if (isa<arith::RemUIOp>(op))
    return {0, k - 1, std::gcd(facts.divisor, k)};
  return unknown;
}

// --- coordinates ---------------------------------------------------------------------------------

Coordinate Coordinate::of(Value index) {
  Coordinate coordinate;
  APInt constant;
  if (matchPattern(index, m_ConstantInt(&constant)))
    coordinate.constant = constant.getSExtValue();
  else
    coordinate.terms.emplace_back(index, 1);
  return coordinate;
}

Coordinate Coordinate::operator+(int64_t offset) const {
  Coordinate result = *this;
  result.constant += offset;
  return result;
}

IndexFacts Coordinate::facts() const {
  IndexFacts result = {constant, constant, std::abs(constant)};
  for (auto [term, coefficient] : terms) {
    IndexFacts facts = factsOf(term);
    int64_t a = facts.low * coefficient, b = facts.high * coefficient;
    result.low += std::min(a, b);
    result.high += std::max(a, b);
    result.divisor = std::gcd(result.divisor, facts.divisor * coefficient);
  }
  if (vector)
    return {-kUnknown, kUnknown, 1};
  return result;
}

Coordinate sum(const Coordinate &lhs, const Coordinate &rhs, ImplicitLocOpBuilder &builder) {
  Coordinate result = lhs;
  result.constant += rhs.constant;
  result.step += rhs.step;
  for (auto [term, coefficient] : rhs.terms) {
    auto *found = llvm::find_if(result.terms, [&](auto &t) { return t.first == term; });
    if (found == result.terms.end())
      result.terms.emplace_back(term, coefficient);
    else
      found->second += coefficient;
  }
  llvm::erase_if(result.terms, [](auto &t) { return t.second == 0; });
  if (rhs.vector)
    result.vector =
        result.vector ? builder.createOrFold<arith::AddIOp>(result.vector, rhs.vector) : rhs.vector;
  return result;
}

Coordinate scaled(const Coordinate &coordinate, int64_t factor, ImplicitLocOpBuilder &builder) {
  if (factor == 0)
    return {};
  Coordinate result = coordinate;
  result.constant *= factor;
  result.step *= factor;
  for (auto &[term, coefficient] : result.terms)
    coefficient *= factor;
  if (result.vector && factor != 1)
    result.vector = builder.createOrFold<arith::MulIOp>(
        result.vector, constantLike(result.vector.getType(), factor, builder));
  return result;
}

Coordinate Place::find(StringRef axis) const {
  auto found = at.find(axis);
  return found == at.end() ? Coordinate() : found->second;
}

bool Place::varies() const {
  return lanes > 1 && llvm::any_of(at, [](auto &entry) { return !entry.second.isUniform(); });
}

/// One lane of irregular positions becomes a term.
static void narrowToOne(Coordinate &coordinate, int64_t lane, ImplicitLocOpBuilder &builder) {
  coordinate.step = 0;
  if (!coordinate.vector)
    return;
  Value index = vector::ExtractOp::create(builder, coordinate.vector, ArrayRef<int64_t>{lane});
  coordinate.vector = nullptr;
  coordinate.terms.emplace_back(arith::IndexCastOp::create(builder, builder.getIndexType(), index),
                                1);
}

Place Place::part(int64_t first, int64_t count, ImplicitLocOpBuilder &builder) const {
  Place result = *this;
  result.lanes = count;
  for (auto &entry : result.at) {
    Coordinate &coordinate = entry.second;
    coordinate.constant += coordinate.step * first;
    if (count == 1)
      narrowToOne(coordinate, first, builder);
    else if (coordinate.vector)
      coordinate.vector = vector::ExtractStridedSliceOp::create(
          builder, coordinate.vector, ArrayRef<int64_t>{first}, ArrayRef<int64_t>{count},
          ArrayRef<int64_t>{1});
  }
  return result;
}

// --- values --------------------------------------------------------------------------------------

Value scalarIndex(const Coordinate &coordinate, ImplicitLocOpBuilder &builder) {
  Value result;
  for (auto [term, coefficient] : coordinate.terms) {
    Value product = term;
    if (coefficient != 1)
      product = builder.createOrFold<arith::MulIOp>(
          term, arith::ConstantIndexOp::create(builder, coefficient));
    result = result ? builder.createOrFold<arith::AddIOp>(result, product) : product;
  }
  if (!result)
    return arith::ConstantIndexOp::create(builder, coordinate.constant);
  if (coordinate.constant == 0)
    return result;
  return builder.createOrFold<arith::AddIOp>(
      result, arith::ConstantIndexOp::create(builder, coordinate.constant));
}

Value iota(int64_t start, int64_t step, int64_t lanes, ImplicitLocOpBuilder &builder) {
  SmallVector<int32_t> values;
  for (int64_t lane = 0; lane < lanes; ++lane)
    values.push_back(int32_t(start + lane * step));
  auto type = VectorType::get({lanes}, builder.getI32Type());
  return arith::ConstantOp::create(builder, DenseElementsAttr::get(type, ArrayRef(values)));
}

Value laneIndices(const Coordinate &coordinate, int64_t lanes, ImplicitLocOpBuilder &builder) {
  Value result = coordinate.vector;
  auto add = [&](Value value) {
    result = result ? builder.createOrFold<arith::AddIOp>(result, value) : value;
  };
  const bool onlyConstant = coordinate.terms.empty();
  if (coordinate.step != 0 || (onlyConstant && (coordinate.constant != 0 || !result)))
    add(iota(onlyConstant ? coordinate.constant : 0, coordinate.step, lanes, builder));
  if (onlyConstant)
    return result;
  Value base =
      arith::IndexCastOp::create(builder, builder.getI32Type(), scalarIndex(coordinate, builder));
  add(vector::BroadcastOp::create(builder, VectorType::get({lanes}, builder.getI32Type()), base));
  return result;
}

Value constantLike(Type type, int64_t value, ImplicitLocOpBuilder &builder) {
  if (type.isIndex())
    return arith::ConstantIndexOp::create(builder, value);
  if (isa<IntegerType>(type))
    return arith::ConstantOp::create(builder, builder.getIntegerAttr(type, value));
  Attribute element = builder.getIntegerAttr(cast<VectorType>(type).getElementType(), value);
  return arith::ConstantOp::create(builder,
                                   DenseElementsAttr::get(cast<ShapedType>(type), element));
}

// --- quotients -----------------------------------------------------------------------------------

int64_t lanesWithinGroup(const Coordinate &coordinate, int64_t divisor, int64_t lanes) {
  if (coordinate.vector || coordinate.step < 0)
    return 1;
  if (coordinate.step == 0)
    return lanes;
  // Lane 0 stands at a multiple of `grid` within its group.
  int64_t grid = std::gcd(coordinate.facts().divisor, divisor);
  return std::min(lanes, std::max<int64_t>(1, (grid + coordinate.step - 1) / coordinate.step));
}

/// Splits off what the divisor divides; the rest keeps what remains. True where the rest's range is
/// proved.
static bool divideLinear(const Coordinate &coordinate, int64_t divisor, int64_t lanes,
                         Coordinate &quotient, Coordinate &rest) {
  if (coordinate.vector)
    return false;
  rest.constant = ((coordinate.constant % divisor) + divisor) % divisor;
  quotient.constant = (coordinate.constant - rest.constant) / divisor;
  for (auto [term, coefficient] : coordinate.terms) {
    if (coefficient % divisor == 0)
      quotient.terms.emplace_back(term, coefficient / divisor);
    else
      rest.terms.emplace_back(term, coefficient);
  }
  (coordinate.step % divisor == 0 ? quotient.step : rest.step) =
      coordinate.step % divisor == 0 ? coordinate.step / divisor : coordinate.step;
  IndexFacts facts = rest.facts();
  int64_t spread = rest.step * (lanes - 1);
  return facts.low + std::min<int64_t>(spread, 0) >= 0 &&
         facts.high + std::max<int64_t>(spread, 0) < divisor;
}

/// Quotient and rest of lane 0 by instructions; lanes do not cross a group, or stride over whole
/// ones.
static std::pair<Coordinate, Coordinate> divideScalar(const Coordinate &coordinate, int64_t divisor,
                                                      ImplicitLocOpBuilder &builder) {
  Coordinate linear = coordinate;
  linear.step = 0;
  Value base = scalarIndex(linear, builder);
  Value by = arith::ConstantIndexOp::create(builder, divisor);
  Coordinate quotient = Coordinate::of(builder.createOrFold<arith::DivUIOp>(base, by));
  Coordinate rest = Coordinate::of(builder.createOrFold<arith::RemUIOp>(base, by));
  if (coordinate.step % divisor == 0)
    quotient.step = coordinate.step / divisor;
  else
    rest.step = coordinate.step;
  return {quotient, rest};
}

std::pair<Coordinate, Coordinate> divide(const Coordinate &coordinate, int64_t divisor,
                                         int64_t extent, int64_t lanes,
                                         ImplicitLocOpBuilder &builder) {
  if (divisor == 1)
    return {coordinate, Coordinate()};
  if (divisor >= extent)
    return {Coordinate(), coordinate};
  Coordinate quotient, rest;
  if (divideLinear(coordinate, divisor, lanes, quotient, rest))
    return {quotient, rest};
  if (!coordinate.vector &&
      (coordinate.step % divisor == 0 || lanesWithinGroup(coordinate, divisor, lanes) == lanes))
    return divideScalar(coordinate, divisor, builder);
  Value all = laneIndices(coordinate, lanes, builder);
  Value by = constantLike(all.getType(), divisor, builder);
  Coordinate vectorQuotient, vectorRest;
  vectorQuotient.vector = arith::DivUIOp::create(builder, all, by);
  vectorRest.vector = arith::RemUIOp::create(builder, all, by);
  return {vectorQuotient, vectorRest};
}

} // namespace lamina::kernels
