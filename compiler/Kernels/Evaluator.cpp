// The evaluator: dispatch, sharing of common values, and the two sources of values: buffers and
// givers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/EvaluatorOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/ScopeExit.h"

using namespace mlir;

namespace lamina::kernels {

void Evaluator::bind(Value tensor, Buffer buffer) { buffers[tensor] = std::move(buffer); }

void Evaluator::bind(Value tensor, std::function<Value(const Position &)> give) {
  givers[tensor] = std::move(give);
}

bool Evaluator::isBound(Value tensor) const {
  return buffers.contains(tensor) || givers.contains(tensor);
}

Value Evaluator::evaluate(Value tensor, const Position &position) {
  return at(tensor, placeOf(position));
}

Value Evaluator::evaluateLanes(Value tensor, const Position &position) {
  return broadcastTo(evaluate(tensor, position), position.lanes, builder);
}

Place restricted(const Place &place, Value tensor) {
  Place result;
  result.lanes = place.lanes;
  for (StringAttr axis : ir::axisNames(tensorOf(tensor)))
    result.at[axis.getValue()] = place.find(axis.getValue());
  if (!result.varies())
    result.lanes = 1;
  return result;
}

/// What tells two evaluations apart.
static std::vector<const void *> keyOf(Value tensor, const Place &place) {
  auto number = [](int64_t n) { return reinterpret_cast<const void *>(n); };
  std::vector<const void *> key = {tensor.getAsOpaquePointer(), number(place.lanes)};
  for (StringAttr axis : ir::axisNames(tensorOf(tensor))) {
    Coordinate coordinate = place.find(axis.getValue());
    key.insert(key.end(),
               {number(coordinate.constant), number(coordinate.step),
                coordinate.vector.getAsOpaquePointer(), number(coordinate.terms.size())});
    for (auto [term, coefficient] : coordinate.terms)
      key.insert(key.end(), {term.getAsOpaquePointer(), number(coefficient)});
  }
  return key;
}

Value Evaluator::at(Value tensor, const Place &whole) {
  Place place = restricted(whole, tensor);
  std::vector<const void *> key = keyOf(tensor, place);
  if (auto found = computed.find(key); found != computed.end())
    return found->second;
  ++depth;
  Value value = compute(tensor, place);
  --depth;
  if (depth == 0)
    computed.clear();
  else
    computed[key] = value;
  return value;
}

void Evaluator::inRegion(llvm::function_ref<void()> build) {
  auto saved = computed;
  build();
  computed = std::move(saved);
}

Value Evaluator::compute(Value tensor, const Place &place) {
  if (auto found = buffers.find(tensor); found != buffers.end())
    return loadAt(found->second, place, builder);
  if (givers.contains(tensor))
    return give(tensor, place);
  Operation *op = tensor.getDefiningOp();
  Location outer = builder.getLoc();
  llvm::scope_exit restore([&] { builder.setLoc(outer); });
  if (op)
    builder.setLoc(op->getLoc());
  for (auto family :
       {evaluateElementwise, evaluateView, evaluateMovement, evaluateIndexing, evaluateResize})
    if (Value value = op ? family(*this, op, place) : Value())
      return value;
  failed = true;
  if (op)
    op->emitOpError("cannot be evaluated element by element here");
  else
    emitError(tensor.getLoc(), "a value of this kernel has no buffer");
  return numberOf(0, tensorOf(tensor).getElementType(), builder);
}

/// The position that a giver understands: at most one axis, which runs with step 1.
static std::optional<Position> asPosition(const Place &place, ImplicitLocOpBuilder &builder) {
  Position position;
  position.lanes = place.lanes;
  for (const auto &entry : place.at) {
    const Coordinate &coordinate = entry.second;
    if (place.lanes > 1 && !coordinate.isUniform()) {
      if (coordinate.vector || coordinate.step != 1 || !position.lane.empty())
        return std::nullopt;
      position.lane = entry.first().str();
    }
  }
  for (const auto &entry : place.at)
    position.index[entry.first()] = scalarIndex(entry.second, builder);
  return position;
}

Value Evaluator::give(Value tensor, const Place &place) {
  const auto &giver = givers.find(tensor)->second;
  if (std::optional<Position> position = asPosition(place, builder))
    return giver(*position);
  SmallVector<Value> lanes;
  for (int64_t lane = 0; lane < place.lanes; ++lane)
    lanes.push_back(giver(*asPosition(place.part(lane, 1, builder), builder)));
  return joinLanes(lanes, SmallVector<int64_t>(place.lanes, 1), builder);
}

Value joinLanes(ArrayRef<Value> parts, ArrayRef<int64_t> counts, ImplicitLocOpBuilder &builder) {
  int64_t lanes = 0;
  for (int64_t count : counts)
    lanes += count;
  Type element = parts[0].getType();
  if (auto vector = dyn_cast<VectorType>(element))
    element = vector.getElementType();
  auto type = VectorType::get({lanes}, element);
  if (llvm::all_of(counts, [](int64_t count) { return count == 1; }))
    return vector::FromElementsOp::create(builder, type, parts);
  Value result = arith::ConstantOp::create(builder, builder.getZeroAttr(type));
  int64_t first = 0;
  for (auto [part, count] : llvm::zip_equal(parts, counts)) {
    if (count == 1)
      result = vector::InsertOp::create(builder, part, result, ArrayRef<int64_t>{first});
    else
      result =
          vector::InsertStridedSliceOp::create(builder, broadcastTo(part, count, builder), result,
                                               ArrayRef<int64_t>{first}, ArrayRef<int64_t>{1});
    first += count;
  }
  return result;
}

} // namespace lamina::kernels
