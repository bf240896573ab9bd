// What a contraction computes before it multiplies: a panel of the right operand, rows of the left.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/BufferAccess.h"
#include "compiler/Kernels/ContractionTile.h"
#include "compiler/Kernels/IndexMath.h"
#include "compiler/Kernels/Sharing.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace lamina::kernels {

/// `size` elements of an operand in the workspace.
static Value scratchFor(Value operand, int64_t size, Value offset, FunctionContext &context,
                        ImplicitLocOpBuilder &builder) {
  Type element = memoryType(cast<RankedTensorType>(operand.getType()).getElementType());
  auto type = MemRefType::get({size}, element);
  return memref::ViewOp::create(builder, type, context.workspace, offset, ValueRange());
}

Value panelScratch(ir::KernelOp kernel, const ContractionShape &shape, FunctionContext &context,
                   ImplicitLocOpBuilder &builder) {
  if (shape.rightForm != OperandForm::Staged)
    return nullptr;
  if (shape.stagesWhole)
    return scratchFor(shape.right, shape.panels() * shape.panelSize(),
                      sharedScratchOffset(kernel, "right_scratch", context, builder), context,
                      builder);
  return scratchFor(shape.right, shape.panelSize(), scratchOffset(kernel, context, builder),
                    context, builder);
}

Value leftScratch(ir::KernelOp kernel, const ContractionShape &shape, FunctionContext &context,
                  ImplicitLocOpBuilder &builder) {
  int64_t rows = shape.leftRows * (context.oneSample ? 1 : context.tile);
  return scratchFor(shape.left, rows * shape.depthSize,
                    sharedScratchOffset(kernel, "left_scratch", context, builder), context,
                    builder);
}

/// The elements of a row from depth axis `axis` on, vectors along the last one. `flat` is where the
/// first of them goes, `inner` how many there are.
void TileBuilder::stageElements(Position position, size_t axis, Value flat, int64_t inner) {
  if (axis == shape.depth.size())
    return put(flat, evaluator.evaluateLanes(shape.left, position));
  const RowAxis &along = shape.depth[axis];
  inner /= along.extent;
  if (axis + 1 < shape.depth.size())
    return loopOver(builder, along.extent, [&](Value index) {
      position.index[along.name] = index;
      stageElements(position, axis + 1, plus(builder, flat, times(builder, index, inner)), inner);
    });
  int64_t width = evaluator.getContext().lanes(), whole = along.extent / width * width;
  auto piece = [&](Value first, int64_t count) {
    position.index[along.name] = first;
    position.lane = count > 1 ? along.name : "";
    position.lanes = count;
    put(plus(builder, flat, first), evaluator.evaluateLanes(shape.left, position));
  };
  if (whole > 0)
    loopOver(builder, constantIndex(builder, 0), constantIndex(builder, whole), width,
             [&](Value first) { piece(first, width); });
  for (int64_t at = whole; at < along.extent;) {
    int64_t count = llvm::bit_floor(uint64_t(along.extent - at));
    piece(constantIndex(builder, at), count);
    at += count;
  }
}

void TileBuilder::put(Value where, Value value) {
  if (isa<VectorType>(value.getType()))
    vector::StoreOp::create(builder, value, leftBuffer.memory, where);
  else
    memref::StoreOp::create(builder, value, leftBuffer.memory, where);
}

void TileBuilder::stageRow(const TilePlace &place, Value number, Value slot) {
  TilePlace row = place;
  row.firstRow = number;
  stageElements(positionOfRow(row, 0), 0, times(builder, slot, shape.depthSize), shape.depthSize);
}

void TileBuilder::stage(const TilePlace &place, int64_t valid) {
  if (stageTransposed(place, valid))
    return;
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<Value> at;
  Value flat = place.panelOffset;
  int64_t inner = shape.depthSize;
  Position position = positionOfRow(place, 0);
  for (const RowAxis &axis : shape.depth) {
    auto loop = scf::ForOp::create(builder, constantIndex(builder, 0),
                                   constantIndex(builder, axis.extent), constantIndex(builder, 1));
    builder.setInsertionPointToStart(loop.getBody());
    inner /= axis.extent;
    position.index[axis.name] = loop.getInductionVar();
    flat = plus(builder, flat, times(builder, loop.getInductionVar(), inner * shape.tileLanes));
  }
  Value first = times(builder, place.firstPanel, shape.tileLanes);
  for (int64_t lane = 0; lane < valid;) {
    int64_t count = std::min<int64_t>(lanes, llvm::bit_floor(uint64_t(valid - lane)));
    Position here = position;
    setLanes(here, plus(builder, first, lane), count);
    Value value = evaluator.evaluateLanes(shape.right, here);
    Value where = plus(builder, flat, lane);
    if (isa<VectorType>(value.getType()))
      vector::StoreOp::create(builder, value, place.panelMemory, where);
    else
      memref::StoreOp::create(builder, value, place.panelMemory, where);
    lane += count;
  }
}

} // namespace lamina::kernels
