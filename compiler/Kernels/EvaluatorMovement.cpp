// Movement whose source depends on the position: concat, pad, shift, roll.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/EvaluatorOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace lamina::kernels {

namespace {

/// A coordinate as integers that can be compared and changed: an index where all lanes agree, else
/// `vector<lanes x i32>`.
struct Positions {
  ImplicitLocOpBuilder &builder;
  Value value;

  Positions(const Coordinate &coordinate, int64_t lanes, ImplicitLocOpBuilder &builder)
      : builder(builder), value(coordinate.isUniform() ? scalarIndex(coordinate, builder)
                                                       : laneIndices(coordinate, lanes, builder)) {}

  Value number(int64_t n) { return constantLike(value.getType(), n, builder); }
  Value compare(arith::CmpIPredicate predicate, int64_t n) {
    return builder.createOrFold<arith::CmpIOp>(predicate, value, number(n));
  }
  /// `value` becomes `other` where the condition holds.
  void replaceWhere(Value condition, Value other) {
    value = builder.createOrFold<arith::SelectOp>(condition, other, value);
  }
  Coordinate coordinate() {
    if (value.getType().isIndex())
      return Coordinate::of(value);
    Coordinate result;
    result.vector = value;
    return result;
  }
};

} // namespace

/// The least and the greatest position of any lane.
static std::pair<int64_t, int64_t> rangeOf(const Coordinate &coordinate, int64_t lanes) {
  IndexFacts facts = coordinate.facts();
  int64_t spread = coordinate.step * (lanes - 1);
  return {facts.low + std::min<int64_t>(0, spread), facts.high + std::max<int64_t>(0, spread)};
}

static Place moved(const Place &place, StringRef axis, Coordinate coordinate) {
  Place result = place;
  result.at[axis] = std::move(coordinate);
  return result;
}

// --- pad and shift -------------------------------------------------------------------------------

/// The operand at `source` on `axis`, `fill` where that is outside its `extent`.
static Value evaluateInside(Evaluator &evaluator, Value input, const Place &place, StringRef axis,
                            const Coordinate &source, double fill) {
  ImplicitLocOpBuilder &builder = evaluator.getBuilder();
  const int64_t extent = ir::extentOf(tensorOf(input), axis);
  auto [low, high] = rangeOf(source, place.lanes);
  if (low >= 0 && high < extent)
    return evaluator.at(input, moved(place, axis, source));
  Value outside = numberOf(fill, tensorOf(input).getElementType(), builder);
  if (high < 0 || low >= extent)
    return outside;
  Positions positions(source, place.lanes, builder);
  Value inside = positions.compare(arith::CmpIPredicate::ult, extent);
  positions.value =
      builder.createOrFold<arith::SelectOp>(inside, positions.value, positions.number(0));
  Value value = evaluator.at(input, moved(place, axis, positions.coordinate()));
  const bool vector = isa<VectorType>(value.getType()) || isa<VectorType>(inside.getType());
  const int64_t lanes = vector ? place.lanes : 1;
  return arith::SelectOp::create(builder, inside, broadcastTo(value, lanes, builder),
                                 broadcastTo(outside, lanes, builder));
}

/// A pad wider than the operand shows it several times: positions modulo the period, then mirrored.
static Coordinate wrapped(Positions &positions, ir::PadMode mode, int64_t extent, int64_t low) {
  ImplicitLocOpBuilder &builder = positions.builder;
  const int64_t period =
      std::max<int64_t>(1, mode == ir::PadMode::Reflect ? 2 * (extent - 1) : extent);
  const int64_t lift = (-std::min<int64_t>(low, 0) + period - 1) / period * period;
  Value lifted = builder.createOrFold<arith::AddIOp>(positions.value, positions.number(lift));
  positions.value = builder.createOrFold<arith::RemUIOp>(lifted, positions.number(period));
  if (mode == ir::PadMode::Reflect) {
    Value back = builder.createOrFold<arith::SubIOp>(positions.number(period), positions.value);
    positions.replaceWhere(positions.compare(arith::CmpIPredicate::sge, extent), back);
  }
  return positions.coordinate();
}

/// Where the element at a position before or beyond the operand comes from.
static Coordinate mirrored(const Coordinate &source, ir::PadMode mode, int64_t extent,
                           int64_t lanes, ImplicitLocOpBuilder &builder) {
  auto [low, high] = rangeOf(source, lanes);
  if (low >= 0 && high < extent)
    return source;
  Positions positions(source, lanes, builder);
  Value before = positions.compare(arith::CmpIPredicate::slt, 0);
  Value beyond = positions.compare(arith::CmpIPredicate::sge, extent);
  if (mode != ir::PadMode::Edge && (low < -(extent - 1) || high > 2 * (extent - 1)))
    return wrapped(positions, mode, extent, low);
  auto shifted = [&](int64_t by) {
    return builder.createOrFold<arith::AddIOp>(positions.value, positions.number(by));
  };
  auto minus = [&](int64_t from) {
    return builder.createOrFold<arith::SubIOp>(positions.number(from), positions.value);
  };
  Value first, last;
  switch (mode) {
  case ir::PadMode::Reflect:
    first = minus(0), last = minus(2 * (extent - 1));
    break;
  case ir::PadMode::Circular:
    first = shifted(extent), last = shifted(-extent);
    break;
  default:
    first = positions.number(0), last = positions.number(extent - 1);
    break;
  }
  positions.replaceWhere(before, first);
  positions.replaceWhere(beyond, last);
  return positions.coordinate();
}

static Value evaluatePad(Evaluator &evaluator, ir::PadOp op, const Place &place) {
  Coordinate source = place.find(op.getAxis()) + -int64_t(op.getLow());
  if (op.getMode() == ir::PadMode::Fill)
    return evaluateInside(evaluator, op.getInput(), place, op.getAxis(), source,
                          op.getFill().convertToDouble());
  const int64_t extent = ir::extentOf(tensorOf(op.getInput()), op.getAxis());
  Coordinate inside = mirrored(source, op.getMode(), extent, place.lanes, evaluator.getBuilder());
  return evaluator.at(op.getInput(), moved(place, op.getAxis(), inside));
}

static Value evaluateRoll(Evaluator &evaluator, ir::RollOp op, const Place &place) {
  const int64_t extent = ir::extentOf(tensorOf(op), op.getAxis());
  const int64_t offset = (int64_t(op.getOffset()) % extent + extent) % extent;
  Coordinate source = place.find(op.getAxis()) + -offset;
  auto [low, high] = rangeOf(source, place.lanes);
  if (high < 0)
    source = source + extent;
  Coordinate inside =
      mirrored(source, ir::PadMode::Circular, extent, place.lanes, evaluator.getBuilder());
  return evaluator.at(op.getInput(), moved(place, op.getAxis(), inside));
}

// --- concat --------------------------------------------------------------------------------------

namespace {

/// One operand of a concat and where it begins.
struct Piece {
  Value input;
  int64_t first;
  int64_t extent;
};

} // namespace

/// All lanes stand in one piece, which one is known at run time: a chain of branches, so that only
/// that one is read.
static Value branchOverPieces(Evaluator &evaluator, ArrayRef<Piece> pieces, const Place &place,
                              StringRef axis, const Coordinate &whole, Type type) {
  ImplicitLocOpBuilder &builder = evaluator.getBuilder();
  auto vector = dyn_cast<VectorType>(type);
  auto read = [&](const Piece &piece) {
    Value value = evaluator.at(piece.input, moved(place, axis, whole + -piece.first));
    return broadcastTo(value, vector ? vector.getDimSize(0) : 1, builder);
  };
  if (pieces.size() == 1)
    return read(pieces[0]);
  Positions positions(whole, 1, builder);
  Value here = positions.compare(arith::CmpIPredicate::slt, pieces[0].first + pieces[0].extent);
  auto branch = scf::IfOp::create(builder, type, here, /*withElseRegion=*/true);
  auto build = [&](Region &region, llvm::function_ref<Value()> give) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(&region.front());
    evaluator.inRegion([&] { scf::YieldOp::create(builder, give()); });
  };
  build(branch.getThenRegion(), [&] { return read(pieces[0]); });
  build(branch.getElseRegion(),
        [&] { return branchOverPieces(evaluator, pieces.drop_front(), place, axis, whole, type); });
  return branch.getResult(0);
}

/// Lanes may stand in several pieces: each is read at clamped positions, the right one is chosen
/// lane by lane.
static Value selectPieces(Evaluator &evaluator, ArrayRef<Piece> pieces, const Place &place,
                          StringRef axis, const Coordinate &whole) {
  ImplicitLocOpBuilder &builder = evaluator.getBuilder();
  Value result;
  for (const Piece &piece : llvm::reverse(pieces)) {
    Positions positions(whole + -piece.first, place.lanes, builder);
    positions.replaceWhere(positions.compare(arith::CmpIPredicate::slt, 0), positions.number(0));
    positions.replaceWhere(positions.compare(arith::CmpIPredicate::sge, piece.extent),
                           positions.number(piece.extent - 1));
    Value value = evaluator.at(piece.input, moved(place, axis, positions.coordinate()));
    value = broadcastTo(value, place.lanes, builder);
    Positions whereabouts(whole, place.lanes, builder);
    Value here = whereabouts.compare(arith::CmpIPredicate::slt, piece.first + piece.extent);
    result = result ? arith::SelectOp::create(builder, here, value, result) : value;
  }
  return result;
}

/// Pieces that no lane can reach are left out; mostly one remains.
static Value evaluateConcat(Evaluator &evaluator, ir::ConcatOp op, const Place &place) {
  Coordinate whole = place.find(op.getAxis());
  auto [low, high] = rangeOf(whole, place.lanes);
  SmallVector<Piece> pieces;
  int64_t first = 0;
  for (Value input : op.getInputs()) {
    int64_t extent = ir::extentOf(tensorOf(input), op.getAxis());
    if (extent > 0 && first <= high && first + extent > low)
      pieces.push_back({input, first, extent});
    first += extent;
  }
  if (pieces.size() == 1)
    return evaluator.at(pieces[0].input, moved(place, op.getAxis(), whole + -pieces[0].first));
  if (!whole.isUniform())
    return selectPieces(evaluator, pieces, place, op.getAxis(), whole);
  Type element = registerType(tensorOf(op).getElementType());
  return branchOverPieces(evaluator, pieces, place, op.getAxis(), whole,
                          lanesOf(element, place.varies() ? place.lanes : 1));
}

Value evaluateMovement(Evaluator &evaluator, Operation *op, const Place &place) {
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case([&](ir::PadOp pad) { return evaluatePad(evaluator, pad, place); })
      .Case([&](ir::RollOp roll) { return evaluateRoll(evaluator, roll, place); })
      .Case([&](ir::ConcatOp concat) { return evaluateConcat(evaluator, concat, place); })
      .Case([&](ir::ShiftOp shift) {
        Coordinate source = place.find(shift.getAxis()) + -int64_t(shift.getOffset());
        return evaluateInside(evaluator, shift.getInput(), place, shift.getAxis(), source,
                              shift.getFill().convertToDouble());
      })
      .Default([](Operation *) { return Value(); });
}

} // namespace lamina::kernels
