// Staging operands that lie across: a panel whose lanes are far apart in memory, rows whose
// neighbours along the sum are. Square blocks are turned in registers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/BufferAccess.h"
#include "compiler/Kernels/ContractionTile.h"
#include "compiler/Kernels/IndexMath.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace lamina::kernels {

/// Row `i` of the result is column `i` of the square matrix with these rows: the halves of pairs of
/// rows change places, for ever smaller halves (Eklundh 1972).
static SmallVector<Value> transposed(SmallVector<Value> rows, ImplicitLocOpBuilder &builder) {
  size_t size = rows.size();
  for (size_t half = size / 2; half > 0; half /= 2) {
    SmallVector<int64_t> upper, lower;
    for (size_t j = 0; j < size; ++j) {
      upper.push_back(j & half ? size + j - half : j);
      lower.push_back(j & half ? size + j : j + half);
    }
    for (size_t i = 0; i < size; ++i) {
      if (i & half)
        continue;
      Value a = rows[i], b = rows[i + half];
      rows[i] = vector::ShuffleOp::create(builder, a, b, upper);
      rows[i + half] = vector::ShuffleOp::create(builder, a, b, lower);
    }
  }
  return rows;
}

namespace {

/// One panel that is read along the depth and written along the lanes.
class TransposedPanel {
public:
  TransposedPanel(const ContractionShape &shape, Buffer right, int64_t lanes,
                  ImplicitLocOpBuilder &builder)
      : shape(shape), right(std::move(right)), lanes(lanes), builder(builder) {}

  /// Whether the operand lies so that this pays: neighbours in memory along the fastest summed
  /// axis, and not along the lanes.
  bool fits(int64_t valid) {
    if (shape.lanes.size() != 1 || shape.depth.empty() || lanes < 4 || valid % lanes != 0 ||
        !right.element.isF32())
      return false;
    const Buffer::Axis *lane = right.find(shape.lanes[0].name);
    const Buffer::Axis *along = right.find(shape.depth.back().name);
    return lane && along && along->stride == 1 && lane->stride > 1 &&
           shape.depth.back().extent % lanes == 0;
  }

  /// Writes the panel of `place`, whose first lane is `first`, `valid` lanes of it.
  void build(const TilePlace &place, const Position &position, Value first, int64_t valid) {
    OpBuilder::InsertionGuard guard(builder);
    Value from = right.offset ? right.offset : constantIndex(builder, 0), to = place.panelOffset;
    for (const auto &entry : position.index)
      if (const Buffer::Axis *axis = right.find(entry.first()); axis && !isLocal(entry.first()))
        from = plus(builder, from, times(builder, entry.second, axis->stride));
    int64_t apart = right.find(shape.lanes[0].name)->stride, inner = shape.depthSize;
    from = plus(builder, from, times(builder, first, apart));
    for (const RowAxis &axis : shape.depth) {
      bool isLast = &axis == &shape.depth.back();
      auto loop = scf::ForOp::create(builder, constantIndex(builder, 0),
                                     constantIndex(builder, axis.extent),
                                     constantIndex(builder, isLast ? lanes : 1));
      builder.setInsertionPointToStart(loop.getBody());
      inner /= axis.extent;
      Value index = loop.getInductionVar();
      from = plus(builder, from, times(builder, index, right.find(axis.name)->stride));
      to = plus(builder, to, times(builder, index, inner * shape.tileLanes));
    }
    for (int64_t lane = 0; lane < valid; lane += lanes)
      block(place, plus(builder, from, lane * apart), plus(builder, to, lane), apart);
  }

private:
  bool isLocal(StringRef name) {
    return name == shape.lanes[0].name ||
           llvm::any_of(shape.depth, [&](const RowAxis &axis) { return axis.name == name; });
  }

  /// As many steps of the sum as a vector has lanes.
  void block(const TilePlace &place, Value from, Value to, int64_t apart) {
    auto type = VectorType::get({lanes}, builder.getF32Type());
    SmallVector<Value> rows;
    for (int64_t i = 0; i < lanes; ++i)
      rows.push_back(
          vector::LoadOp::create(builder, type, right.memory, plus(builder, from, i * apart)));
    for (auto [i, row] : llvm::enumerate(transposed(std::move(rows), builder)))
      vector::StoreOp::create(builder, row, place.panelMemory,
                              plus(builder, to, int64_t(i) * shape.tileLanes));
  }

  const ContractionShape &shape;
  Buffer right;
  int64_t lanes;
  ImplicitLocOpBuilder &builder;
};

} // namespace

int64_t TileBuilder::rowsStagedTogether(ArrayRef<RowAxis> joined) {
  int64_t width = evaluator.getContext().lanes();
  std::optional<Buffer> left = evaluator.asBuffer(shape.left);
  if (!left || !left->element.isF32() || joined.size() != 1 || shape.depth.empty() || width < 4 ||
      shape.depth.back().extent % width != 0)
    return 1;
  const Buffer::Axis *row = left->find(joined[0].name);
  return row && row->stride == 1 ? width : 1;
}

void TileBuilder::stageRowsTogether(const TilePlace &place, Value number, Value slot) {
  OpBuilder::InsertionGuard guard(builder);
  Buffer left = *evaluator.asBuffer(shape.left);
  int64_t width = evaluator.getContext().lanes(), inner = shape.depthSize;
  Value from = left.offset ? left.offset : constantIndex(builder, 0);
  Value to = times(builder, slot, shape.depthSize);
  from = plus(builder, from, number);
  for (const auto &entry : place.loops)
    if (const Buffer::Axis *axis = left.find(entry.first()))
      from = plus(builder, from, times(builder, entry.second, axis->stride));
  for (const RowAxis &axis : shape.depth) {
    bool isLast = &axis == &shape.depth.back();
    auto loop =
        scf::ForOp::create(builder, constantIndex(builder, 0), constantIndex(builder, axis.extent),
                           constantIndex(builder, isLast ? width : 1));
    builder.setInsertionPointToStart(loop.getBody());
    inner /= axis.extent;
    from =
        plus(builder, from, times(builder, loop.getInductionVar(), left.find(axis.name)->stride));
    to = plus(builder, to, times(builder, loop.getInductionVar(), inner));
  }
  auto type = VectorType::get({width}, builder.getF32Type());
  int64_t apart = left.find(shape.depth.back().name)->stride;
  SmallVector<Value> steps;
  for (int64_t i = 0; i < width; ++i)
    steps.push_back(
        vector::LoadOp::create(builder, type, left.memory, plus(builder, from, i * apart)));
  for (auto [i, row] : llvm::enumerate(transposed(std::move(steps), builder)))
    put(plus(builder, to, int64_t(i) * shape.depthSize), row);
}

bool TileBuilder::stageTransposed(const TilePlace &place, int64_t valid) {
  std::optional<Buffer> right = evaluator.asBuffer(shape.right);
  if (!right)
    return false;
  TransposedPanel panel(shape, *right, lanes, builder);
  if (!panel.fits(valid))
    return false;
  panel.build(place, positionOfRow(place, 0), times(builder, place.firstPanel, shape.tileLanes),
              valid);
  return true;
}

} // namespace lamina::kernels
