// Reductions behind a contraction: every tile folds what it has computed, and nothing is stored.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/ContractionFold.h"

#include "compiler/Kernels/BufferAccess.h"
#include "compiler/Kernels/IndexMath.h"
#include "compiler/Kernels/VectorMathEmit.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace lamina::kernels {

/// The axis of the parts of a row; no source can spell it.
static constexpr StringLiteral kParts = "(parts)";

static Fold foldOf(ir::ReduceKind kind) {
  switch (kind) {
  case ir::ReduceKind::Max:
    return Fold::Max;
  case ir::ReduceKind::Min:
    return Fold::Min;
  default:
    return Fold::Sum;
  }
}

ContractionFold::ContractionFold(ir::ReduceOp reduce, const ir::AxisAliases &aliases,
                                 const ContractionShape &shape, Buffer output, Value &start,
                                 FunctionContext &context, ImplicitLocOpBuilder &builder)
    : reduce(reduce), aliases(aliases), shape(shape), output(std::move(output)), context(context),
      builder(builder), element(registerType(this->output.element)),
      fold(foldOf(reduce.getKind())) {
  acrossLanes = !shape.lanes.empty() && folds(shape.lanes.back());
  llvm::copy_if(shape.outer, std::back_inserter(outer),
                [&](const RowAxis &axis) { return folds(axis); });
  if (acrossLanes)
    placePartials(start);
}

bool ContractionFold::folds(const RowAxis &axis) {
  return llvm::is_contained(reduce.getAxes().getAsValueRange<StringAttr>(),
                            aliases.nameIn(reduce.getInput(), axis.name));
}

void ContractionFold::placePartials(Value &start) {
  parts = shape.panels();
  for (const RowAxis &axis : outer)
    parts *= axis.extent;
  int64_t stride = 1, samples = context.oneSample ? 1 : context.tile;
  SmallVector<ir::Axis> axes = ir::axisList(reduce.getType());
  for (const ir::Axis &axis : llvm::reverse(axes)) {
    int64_t extent = ShapedType::isDynamic(axis.extent) ? samples : axis.extent;
    partials.axes.push_back({axis.name.str(), extent, stride});
    stride *= extent;
  }
  partials.axes.push_back({kParts.str(), parts, stride});
  partials.element = output.element;
  auto type = MemRefType::get({stride * parts}, memoryType(output.element));
  partials.memory = memref::ViewOp::create(builder, type, context.workspace, start, ValueRange());
  int64_t bytes = stride * parts * (type.getElementTypeBitWidth() / 8);
  start = plus(builder, start, llvm::alignTo(bytes, 64));
}

void ContractionFold::overResult(LoopBody body) {
  emitSharedNest(loopsOver(reduce.getType(), context, builder), context.lanes(), context, builder,
                 body);
}

void ContractionFold::start() {
  if (acrossLanes)
    return;
  overResult([&](const Place &place) {
    storeAt(foldIdentity(fold, element, place.lanes, builder), output, place, builder);
  });
}

void ContractionFold::take(const TilePlace &place, ArrayRef<TilePiece> pieces) {
  if (!acrossLanes)
    return takeAlongRows(place, pieces);
  while (!pieces.empty()) {
    const TilePiece &first = pieces.front();
    size_t count =
        llvm::find_if(pieces,
                      [&](const TilePiece &piece) {
                        return piece.row != first.row || piece.column.panel != first.column.panel;
                      }) -
        pieces.begin();
    takePanel(place, pieces.take_front(count));
    pieces = pieces.drop_front(count);
  }
}

/// Rows of a tile that fold into one stay in a register from the first to the last.
void ContractionFold::takeAlongRows(const TilePlace &place, ArrayRef<TilePiece> pieces) {
  if (!llvm::all_of(place.joined, [&](const RowAxis &axis) { return folds(axis); })) {
    for (const TilePiece &piece : pieces) {
      Place at = placeOf(piece.position);
      Value sum = broadcastTo(loadAt(output, at, builder), at.lanes, builder);
      storeAt(merge(fold, sum, piece.value, builder), output, at, builder);
    }
    return;
  }
  size_t columns = llvm::count_if(
      pieces, [&](const TilePiece &piece) { return piece.row == pieces.front().row; });
  for (size_t column = 0; column < columns; ++column) {
    Place at = placeOf(pieces[column].position);
    Value sum = broadcastTo(loadAt(output, at, builder), at.lanes, builder);
    for (size_t i = column; i < pieces.size(); i += columns)
      sum = merge(fold, sum, pieces[i].value, builder);
    storeAt(sum, output, at, builder);
  }
}

/// One panel's part of one row: full vectors first, then what is left of the last.
void ContractionFold::takePanel(const TilePlace &place, ArrayRef<TilePiece> pieces) {
  Value sum;
  for (const TilePiece &piece : pieces)
    if (sum && sum.getType() == piece.value.getType())
      sum = merge(fold, sum, piece.value, builder);
    else if (sum)
      sum = merge(fold, foldLanes(fold, sum, builder), foldLanes(fold, piece.value, builder),
                  builder);
    else
      sum = piece.value;
  Value part = constantIndex(builder, 0);
  for (const RowAxis &axis : outer)
    part = plus(builder, times(builder, part, axis.extent), place.loops.lookup(axis.name));
  part = plus(builder, times(builder, part, shape.panels()),
              plus(builder, place.firstPanel, pieces.front().column.panel));
  Position position = pieces.front().position;
  position.lane.clear();
  position.lanes = 1;
  position.index[kParts] = part;
  storeAt(foldLanes(fold, sum, builder), partials, placeOf(position), builder);
}

Value ContractionFold::finished(Value sum) {
  if (reduce.getKind() != ir::ReduceKind::Mean)
    return sum;
  double count = 1;
  for (auto name : reduce.getAxes().getAsRange<StringAttr>())
    count *= double(ir::extentOf(reduce.getInput().getType(), name));
  Emit e(sum.getType(), builder);
  return e.div(sum, e.number(count));
}

void ContractionFold::finish() {
  if (acrossLanes)
    return overResult([&](const Place &place) {
      LoopAxis axis;
      axis.name = kParts.str();
      axis.extent = parts;
      Value none = foldIdentity(fold, element, place.lanes, builder);
      Value sum = emitReduction(axis, 1, place, none, builder,
                                [&](const Place &at, ValueRange carried) -> SmallVector<Value> {
                                  Value part = broadcastTo(loadAt(partials, at, builder),
                                                           place.lanes, builder);
                                  return {merge(fold, carried[0], part, builder)};
                                })[0];
      storeAt(finished(sum), output, place, builder);
    });
  if (reduce.getKind() == ir::ReduceKind::Mean)
    overResult([&](const Place &place) {
      Value sum = broadcastTo(loadAt(output, place, builder), place.lanes, builder);
      storeAt(finished(sum), output, place, builder);
    });
}

} // namespace lamina::kernels
