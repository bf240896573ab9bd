// The register tile of a contraction: accumulate over the depth, then the epilogue.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/ContractionTile.h"

#include "compiler/Kernels/BufferAccess.h"
#include "compiler/Kernels/IndexMath.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace lamina::kernels {

TileBuilder::TileBuilder(const ContractionShape &shape, const Buffer &leftBuffer,
                         Evaluator &evaluator)
    : shape(shape), leftBuffer(leftBuffer), evaluator(evaluator), builder(evaluator.getBuilder()),
      aliases(ir::DotOp(shape.dot).getResult()) {
  lanes = std::min(evaluator.getContext().lanes(), shape.tileLanes);
  for (Operation &op : *shape.dot->getBlock())
    aliases.follow(&op);
  evaluator.bind(ir::DotOp(shape.dot).getResult(), [this](const Position &) { return current; });
}

/// Sums of half-precision products are kept in f32.
Type TileBuilder::accumulatorType() const {
  Type element = registerType(ir::DotOp(shape.dot).getResult().getType().getElementType());
  if (isa<FloatType>(element) && element.getIntOrFloatBitWidth() < 32)
    element = Float32Type::get(element.getContext());
  return element;
}

Value TileBuilder::widen(Value value) {
  Type wanted = lanesOf(accumulatorType(), isa<VectorType>(value.getType())
                                               ? cast<VectorType>(value.getType()).getNumElements()
                                               : 1);
  if (value.getType() == wanted)
    return value;
  if (auto vector = dyn_cast<VectorType>(value.getType()); vector && vector.getNumElements() == 1)
    wanted = VectorType::get({1}, accumulatorType());
  if (value.getType() == wanted)
    return value;
  return arith::ExtFOp::create(builder, wanted, value);
}

Value TileBuilder::multiplyAdd(Value lhs, Value rhs, Value sum) {
  if (isa<FloatType>(accumulatorType()))
    return vector::FMAOp::create(builder, lhs, rhs, sum);
  return arith::AddIOp::create(builder, arith::MulIOp::create(builder, lhs, rhs), sum);
}

/// The indices of a row, digit by digit of the joined number.
Position TileBuilder::positionOfRow(const TilePlace &place, int64_t row) {
  Position position;
  for (const auto &loop : place.loops)
    position.index[loop.first()] = loop.second;
  for (const std::string &axis : shape.single)
    position.index[axis] = constantIndex(builder, 0);
  Value number = plus(builder, place.firstRow, row);
  for (size_t i = place.joined.size(); i-- > 0;) {
    const RowAxis &axis = place.joined[i];
    position.index[axis.name] = i == 0 ? number : rest(builder, number, axis.extent);
    if (i > 0)
      number = quotient(builder, number, axis.extent);
  }
  return position;
}

/// The address of a row's first element in the left operand's memory.
Value TileBuilder::leftRowOffset(const TilePlace &place, int64_t row) {
  if (shape.leftForm == OperandForm::Staged)
    return times(builder, plus(builder, place.stagedRow, row), shape.depthSize);
  const ir::View &view = *shape.leftView;
  Value offset = leftBuffer.offset ? leftBuffer.offset : constantIndex(builder, 0);
  offset = plus(builder, offset, view.offset);
  auto add = [&](Value number, ArrayRef<ir::ViewPart> parts) {
    for (size_t i = parts.size(); i-- > 0;) {
      Value digit = i == 0 ? number : rest(builder, number, parts[i].extent);
      offset = plus(builder, offset, times(builder, digit, parts[i].stride));
      if (i > 0)
        number = quotient(builder, number, parts[i].extent);
    }
  };
  for (const auto &loop : place.loops)
    if (const ir::ViewAxis *axis = view.find(loop.first()))
      add(loop.second, axis->parts);
  SmallVector<ir::ViewPart> parts;
  for (const RowAxis &axis : place.joined)
    llvm::append_range(parts, view.find(axis.name)->parts);
  ir::normalise(parts);
  // Evenly spaced rows share one address and differ by constants.
  if (parts.size() == 1) {
    add(place.firstRow, parts);
    return plus(builder, offset, row * parts[0].stride);
  }
  add(plus(builder, place.firstRow, row), parts);
  return offset;
}

Value TileBuilder::laneOf(const TilePlace &place, const TileColumn &column) {
  Value panel = plus(builder, place.firstPanel, column.panel);
  return plus(builder, times(builder, panel, shape.tileLanes), column.lane);
}

/// Puts the number of a lane into the position: `count` lanes from there.
void TileBuilder::setLanes(Position &position, Value lane, int64_t count) {
  position.lanes = count;
  if (!shape.lanes.empty() && count > 1)
    position.lane = shape.lanes.back().name;
  for (size_t i = shape.lanes.size(); i-- > 0;) {
    const RowAxis &axis = shape.lanes[i];
    position.index[axis.name] = i == 0 ? lane : rest(builder, lane, axis.extent);
    if (i > 0)
      lane = quotient(builder, lane, axis.extent);
  }
}

void TileBuilder::setDepth(Position &position, ArrayRef<Value> at) {
  for (auto [level, index] : llvm::zip_equal(shape.levels, at))
    if (!level.axis.empty())
      position.index[level.axis] = index;
}

Value TileBuilder::leftElement(ArrayRef<Value> at, Value offset) {
  for (auto [level, index] : llvm::zip_equal(shape.levels, at))
    offset = plus(builder, offset, times(builder, index, level.leftStride));
  return memref::LoadOp::create(builder, leftBuffer.memory, offset);
}

/// The vector of the right operand's panel at a step.
Value TileBuilder::rightVector(const TilePlace &place, ArrayRef<Value> at,
                               const TileColumn &column) {
  Value where = place.panelOffset;
  for (auto [level, index] : llvm::zip_equal(shape.levels, at))
    where = plus(builder, where, times(builder, index, level.flat * shape.tileLanes));
  where = plus(builder, where, column.panel * shape.panelSize() + column.lane);
  auto element = cast<MemRefType>(place.panelMemory.getType()).getElementType();
  return widen(
      vector::LoadOp::create(builder, VectorType::get({lanes}, element), place.panelMemory, where));
}

/// The left operand where it, too, runs along the lanes. Lanes beyond the end are not read: they
/// are zero.
Value TileBuilder::leftVector(const TilePlace &place, ArrayRef<Value> at, int64_t row,
                              const TileColumn &column) {
  auto type = VectorType::get({lanes}, accumulatorType());
  Position position = positionOfRow(place, row);
  setDepth(position, at);
  setLanes(position, laneOf(place, column), std::min(lanes, column.valid));
  Value left = widen(evaluator.evaluateLanes(shape.left, position));
  if (left.getType() == type)
    return left;
  Value zeros = arith::ConstantOp::create(builder, type, builder.getZeroAttr(type));
  if (!isa<VectorType>(left.getType()))
    return vector::InsertOp::create(builder, left, zeros, ArrayRef<int64_t>{0});
  return vector::InsertStridedSliceOp::create(builder, left, zeros, ArrayRef<int64_t>{0},
                                              ArrayRef<int64_t>{1});
}

/// One step of the sum. Whichever side has fewer vectors is held in registers, the other is read as
/// it goes.
TileBuilder::Sums TileBuilder::step(const TilePlace &place, ArrayRef<Value> at,
                                    ArrayRef<TileColumn> columns, ArrayRef<Value> offsets,
                                    Sums sums) {
  auto type = VectorType::get({lanes}, accumulatorType());
  auto spread = [&](size_t row) -> Value {
    return vector::BroadcastOp::create(builder, type, widen(leftElement(at, offsets[row])));
  };
  size_t width = columns.size();
  if (shape.leftForm != OperandForm::Vector && offsets.size() < width) {
    Sums left = llvm::map_to_vector(llvm::seq(offsets.size()), spread);
    for (auto [j, column] : llvm::enumerate(columns)) {
      Value right = rightVector(place, at, column);
      for (size_t i = 0; i < offsets.size(); ++i)
        sums[i * width + j] = multiplyAdd(left[i], right, sums[i * width + j]);
    }
    return sums;
  }
  Sums right = llvm::map_to_vector(
      columns, [&](const TileColumn &column) { return rightVector(place, at, column); });
  for (size_t i = 0; i < offsets.size(); ++i) {
    Value left = shape.leftForm == OperandForm::Vector ? Value() : spread(i);
    for (auto [j, column] : llvm::enumerate(columns)) {
      Value own = left ? left : leftVector(place, at, i, column);
      sums[i * width + j] = multiplyAdd(own, right[j], sums[i * width + j]);
    }
  }
  return sums;
}

/// Steps of the sum between two fetches of the next panel.
constexpr int64_t kStepsOfFetch = 4;

/// Fetches this tile's share of the next panel that falls on the steps from `at` on.
void TileBuilder::fetch(const TilePlace &place, ArrayRef<Value> at) {
  constexpr int64_t kLine = 64;
  int64_t perStep = shape.tileLanes / shape.ahead;
  Value where = place.fetch;
  for (auto [level, index] : llvm::zip_equal(shape.levels, at))
    where = plus(builder, where, times(builder, index, level.flat * perStep));
  Type element = cast<MemRefType>(place.panelMemory.getType()).getElementType();
  int64_t line = std::max<int64_t>(1, kLine * 8 / element.getIntOrFloatBitWidth());
  for (int64_t first = 0; first < kStepsOfFetch * perStep; first += line)
    memref::PrefetchOp::create(builder, place.panelMemory, plus(builder, where, first),
                               /*isWrite=*/false, /*localityHint=*/2, /*isDataCache=*/true);
}

/// The fastest level of the sum. With a fetch, several steps make one round of its loop.
TileBuilder::Sums TileBuilder::stepsOfLevel(const TilePlace &place, SmallVectorImpl<Value> &at,
                                            ArrayRef<TileColumn> columns, ArrayRef<Value> offsets,
                                            Sums sums) {
  int64_t extent = shape.levels[at.size()].extent;
  int64_t steps = place.fetch && extent >= kStepsOfFetch ? kStepsOfFetch : 1;
  int64_t whole = extent / steps * steps;
  auto loop = scf::ForOp::create(builder, constantIndex(builder, 0), constantIndex(builder, whole),
                                 constantIndex(builder, steps), sums);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    sums.assign(loop.getRegionIterArgs().begin(), loop.getRegionIterArgs().end());
    at.push_back(loop.getInductionVar());
    if (steps > 1)
      fetch(place, at);
    for (int64_t i = 0; i < steps; ++i) {
      at.back() = plus(builder, loop.getInductionVar(), i);
      sums = step(place, at, columns, offsets, std::move(sums));
    }
    scf::YieldOp::create(builder, sums);
  }
  sums.assign(loop.getResults().begin(), loop.getResults().end());
  for (int64_t i = whole; i < extent; ++i) {
    at.back() = constantIndex(builder, i);
    sums = step(place, at, columns, offsets, std::move(sums));
  }
  at.pop_back();
  return sums;
}

/// All sums of a tile: one chain of multiply-adds each, in the order of the depth.
TileBuilder::Sums TileBuilder::accumulate(const TilePlace &place, int64_t rows,
                                          ArrayRef<TileColumn> columns) {
  auto vectorType = VectorType::get({lanes}, accumulatorType());
  Value zero = arith::ConstantOp::create(builder, vectorType, builder.getZeroAttr(vectorType));
  Sums sums(rows * columns.size(), zero);
  SmallVector<Value> offsets;
  for (int64_t row = 0; row < rows; ++row)
    offsets.push_back(shape.leftForm == OperandForm::Vector ? Value() : leftRowOffset(place, row));
  SmallVector<Value> at;
  if (shape.levels.empty())
    return step(place, at, columns, offsets, std::move(sums));
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<scf::ForOp> loops;
  for (const DepthLevel &level : ArrayRef(shape.levels).drop_back()) {
    auto loop =
        scf::ForOp::create(builder, constantIndex(builder, 0), constantIndex(builder, level.extent),
                           constantIndex(builder, 1), sums);
    builder.setInsertionPointToStart(loop.getBody());
    at.push_back(loop.getInductionVar());
    sums.assign(loop.getRegionIterArgs().begin(), loop.getRegionIterArgs().end());
    loops.push_back(loop);
  }
  sums = stepsOfLevel(place, at, columns, offsets, std::move(sums));
  for (scf::ForOp loop : llvm::reverse(loops)) {
    scf::YieldOp::create(builder, sums);
    builder.setInsertionPointAfter(loop);
    sums.assign(loop.getResults().begin(), loop.getResults().end());
  }
  return sums;
}

/// `count` lanes of a vector of accumulators, as the dot's element type.
Value TileBuilder::lanesOfSum(Value sum, int64_t first, int64_t count) {
  if (count == 1)
    sum = vector::ExtractOp::create(builder, sum, ArrayRef<int64_t>{first});
  else if (count < lanes)
    sum = vector::ExtractStridedSliceOp::create(builder, sum, ArrayRef<int64_t>{first},
                                                ArrayRef<int64_t>{count}, ArrayRef<int64_t>{1});
  Type result = registerType(ir::DotOp(shape.dot).getType().getElementType());
  if (getElementTypeOrSelf(sum.getType()) != result)
    sum = arith::TruncFOp::create(builder, lanesOf(result, count), sum);
  return sum;
}

/// A position of the dot's result by the names that its axes have in `value`.
Position TileBuilder::positionIn(Value value, const Position &position) const {
  Position own;
  own.lanes = position.lanes;
  for (const auto &entry : position.index)
    if (ir::hasAxis(ir::DotOp(shape.dot).getType(), entry.first()))
      own.index[aliases.nameIn(value, entry.first())] = entry.second;
  if (!position.lane.empty())
    own.lane = aliases.nameIn(value, position.lane).str();
  return own;
}

/// The epilogue at every position: all values first, then all stores, so that common loads are
/// shared.
void TileBuilder::finish(const TilePlace &place, int64_t rows, ArrayRef<TileColumn> columns,
                         const Sums &sums) {
  SmallVector<SmallVector<TilePiece>> pieces(results.size());
  for (int64_t row = 0; row < rows; ++row)
    for (auto [j, column] : llvm::enumerate(columns))
      for (int64_t first = 0; first < column.valid;) {
        int64_t count = std::min<int64_t>(lanes, llvm::bit_floor(uint64_t(column.valid - first)));
        current = lanesOfSum(sums[row * columns.size() + j], first, count);
        Position position = positionOfRow(place, row);
        setLanes(position, plus(builder, laneOf(place, column), first), count);
        for (auto [result, list] : llvm::zip_equal(results, pieces)) {
          Position own = positionIn(result.value, position);
          Value value = evaluator.evaluateLanes(result.value, own);
          list.push_back({row, column, value, std::move(own)});
        }
        first += count;
      }
  for (auto [result, list] : llvm::zip_equal(results, pieces))
    result.sink(place, list);
}

void TileBuilder::build(const TilePlace &place, int64_t rows, ArrayRef<TileColumn> columns) {
  finish(place, rows, columns, accumulate(place, rows, columns));
}

} // namespace lamina::kernels
