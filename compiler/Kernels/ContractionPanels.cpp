// The loops over panels and tiles of rows, for a block of a contraction's rows.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/ContractionPanels.h"
#include "compiler/Kernels/IndexMath.h"
#include "compiler/Kernels/Sharing.h"

using namespace mlir;

namespace lamina::kernels {

void overAxis(const RowAxis &axis, TilePlace &place, FunctionContext &context,
              ImplicitLocOpBuilder &builder, llvm::function_ref<void()> body) {
  Value count =
      ShapedType::isDynamic(axis.extent) ? context.rows : constantIndex(builder, axis.extent);
  loopOver(builder, constantIndex(builder, 0), count, 1, [&](Value index) {
    place.loops[axis.name] = index;
    body();
    place.loops.erase(axis.name);
  });
}

PanelBuilder::PanelBuilder(const ContractionShape &shape, Buffer right, Value scratch,
                           const ContractionRows &rows, TilePlace &place, TileBuilder &tiles,
                           FunctionContext &context, ImplicitLocOpBuilder &builder)
    : shape(shape), right(std::move(right)), scratch(scratch), rows(rows), place(place),
      tiles(tiles), context(context), builder(builder) {}

int64_t PanelBuilder::panelsAtOnce(int64_t count) const {
  if (count > shape.tileRows || shape.rightForm != OperandForm::Packed)
    return 1;
  int64_t accumulators = context.target.getVectorRegisters() >= 32 ? 24 : 12;
  int64_t vectors = std::max<int64_t>(1, shape.tileLanes / tiles.vectorLanes());
  return std::max<int64_t>(1, accumulators / (count * vectors));
}

/// Whole groups of `atOnce` panels in a loop, then what is left, the last panel cut to its lanes.
void PanelBuilder::build(int64_t count, int64_t atOnce) {
  int64_t full = shape.laneSize / shape.tileLanes, tail = shape.laneSize % shape.tileLanes;
  int64_t groups = full / atOnce;
  auto whole = columnsOf(atOnce, 0);
  auto single = [&](int64_t panel, ArrayRef<TileColumn> columns) {
    auto build = [&] { buildGroup(constantIndex(builder, panel), columns, count); };
    if (rows.sharesPanels)
      onFirstThread(context, builder, build);
    else
      build();
  };
  if (groups == 1)
    single(0, whole);
  else if (groups > 1)
    overGroups(groups, atOnce, [&](Value panel) { buildGroup(panel, whole, count); });
  int64_t left = full - groups * atOnce;
  bool together = left + (tail > 0) <= atOnce;
  if (left > 0)
    single(groups * atOnce, columnsOf(left, together ? tail : 0));
  if (tail > 0 && (left == 0 || !together))
    single(full, columnsOf(0, tail));
}

/// Panels are independent of each other.
void PanelBuilder::overGroups(int64_t groups, int64_t atOnce,
                              llvm::function_ref<void(Value)> body) {
  Value low = constantIndex(builder, 0), high = constantIndex(builder, groups * atOnce);
  if (rows.sharesPanels)
    sharedLoop(context, builder, low, high, atOnce, body);
  else
    loopOver(builder, low, high, atOnce, body);
}

/// `full` panels and `tail` lanes of another.
SmallVector<TileColumn> PanelBuilder::columnsOf(int64_t full, int64_t tail) {
  SmallVector<TileColumn> columns;
  int64_t lanes = tiles.vectorLanes();
  for (int64_t panel = 0; panel < full; ++panel)
    for (int64_t lane = 0; lane < shape.tileLanes; lane += lanes)
      columns.push_back({panel, lane, lanes});
  for (int64_t lane = 0; lane < tail; lane += lanes)
    columns.push_back({full, lane, std::min(lanes, tail - lane)});
  return columns;
}

void PanelBuilder::buildGroup(Value firstPanel, ArrayRef<TileColumn> columns, int64_t count) {
  place.firstPanel = firstPanel;
  placePanel(firstPanel);
  placeNext(firstPanel, columns);
  if (shape.rightForm == OperandForm::Staged && !shape.stagesWhole) {
    int64_t valid = 0;
    for (const TileColumn &column : columns)
      valid += column.valid;
    stagePanel(valid);
  }
  buildLooped(0, columns, count);
}

void PanelBuilder::stageWhole() {
  if (!shape.stagesWhole)
    return;
  if (!place.loops.empty())
    awaitThreads(context, builder);
  int64_t full = shape.laneSize / shape.tileLanes, tail = shape.laneSize % shape.tileLanes;
  auto stage = [&](Value panel, int64_t valid) {
    place.firstPanel = panel;
    placePanel(panel);
    stagePanel(valid);
  };
  sharedLoop(context, builder, constantIndex(builder, 0), constantIndex(builder, full), 1,
             [&](Value panel) { stage(panel, shape.tileLanes); });
  if (tail > 0)
    onFirstThread(context, builder, [&] { stage(constantIndex(builder, full), tail); });
  awaitThreads(context, builder);
}

/// `valid` lanes of the place's panel.
void PanelBuilder::stagePanel(int64_t valid) {
  place.joined = {};
  place.firstRow = constantIndex(builder, 0);
  tiles.stage(place, valid);
}

void PanelBuilder::placePanel(Value firstPanel) {
  if (shape.rightForm == OperandForm::Staged) {
    place.panelMemory = scratch;
    place.panelOffset = shape.stagesWhole ? times(builder, firstPanel, shape.panelSize())
                                          : constantIndex(builder, 0);
    return;
  }
  Value panel = firstPanel;
  for (const auto &entry : shape.panelStride)
    panel = plus(builder, panel, times(builder, place.loops[entry.first()], entry.second));
  place.panelMemory = right.memory;
  place.panelOffset = times(builder, panel, shape.panelSize());
  if (right.offset)
    place.panelOffset = plus(builder, place.panelOffset, right.offset);
}

/// Where the panel after the group's last one lies; the group's own where there is none.
void PanelBuilder::placeNext(Value firstPanel, ArrayRef<TileColumn> columns) {
  nextOffset = nullptr;
  if (shape.ahead == 0 || columns.back().panel > 0 || shape.panels() == 1)
    return;
  Value isLast = arith::CmpIOp::create(builder, arith::CmpIPredicate::eq, firstPanel,
                                       constantIndex(builder, shape.panels() - 1));
  Value next = plus(builder, place.panelOffset, shape.panelSize());
  nextOffset = arith::SelectOp::create(builder, isLast, place.panelOffset, next);
}

/// The first tiles of rows fetch a share of the next panel each; the others touch what is there.
void PanelBuilder::placeFetch(Value tile) {
  place.fetch = nullptr;
  if (!nextOffset)
    return;
  Value share = plus(builder, nextOffset, times(builder, tile, shape.panelSize() / shape.ahead));
  Value isFirst = arith::CmpIOp::create(builder, arith::CmpIPredicate::ult, tile,
                                        constantIndex(builder, shape.ahead));
  place.fetch = arith::SelectOp::create(builder, isFirst, share, place.panelOffset);
}

void PanelBuilder::buildLooped(size_t level, ArrayRef<TileColumn> columns, int64_t count) {
  if (level == rows.looped.size() || shape.leftForm == OperandForm::Staged)
    return buildTiles(columns, count);
  overAxis(rows.looped[level], place, context, builder,
           [&] { buildLooped(level + 1, columns, count); });
}

void PanelBuilder::tileAt(Value firstRow, int64_t size, ArrayRef<TileColumn> columns) {
  place.joined = rows.joined;
  place.stagedRow = firstRow;
  place.firstRow = rows.blockStart ? plus(builder, rows.blockStart, firstRow) : firstRow;
  tiles.build(place, size, columns);
}

void PanelBuilder::overTiles(Value count, llvm::function_ref<void(Value)> body) {
  if (rows.sharesPanels)
    loopOver(builder, constantIndex(builder, 0), count, 1, body);
  else
    sharedLoop(context, builder, constantIndex(builder, 0), count, 1, body);
}

void PanelBuilder::onceForRows(llvm::function_ref<void()> body) {
  if (rows.sharesPanels)
    body();
  else
    onFirstThread(context, builder, body);
}

/// Rows in tiles of two neighbouring sizes: none is masked, none is much smaller.
void PanelBuilder::buildTiles(ArrayRef<TileColumn> columns, int64_t count) {
  if (ShapedType::isDynamic(count))
    return buildDynamicTiles(columns);
  int64_t tileCount = llvm::divideCeil(count, shape.tileRows);
  int64_t small = count / tileCount, large = count % tileCount;
  auto run = [&](int64_t tile, int64_t first, int64_t number, int64_t size) {
    auto build = [&](Value index) {
      if (tileCount > 1)
        placeFetch(plus(builder, index, tile));
      tileAt(plus(builder, times(builder, index, size), first), size, columns);
    };
    if (number == 1)
      onceForRows([&] { build(constantIndex(builder, 0)); });
    else if (number > 1)
      overTiles(constantIndex(builder, number), build);
  };
  place.fetch = nullptr;
  run(0, 0, large, small + 1);
  run(large, large * (small + 1), tileCount - large, small);
}

void PanelBuilder::buildDynamicTiles(ArrayRef<TileColumn> columns) {
  Value count = times(builder, context.rows, rows.dynamicTimes);
  Value tileCount =
      arith::CeilDivUIOp::create(builder, count, constantIndex(builder, shape.tileRows));
  tileCount = arith::MaxUIOp::create(builder, tileCount, constantIndex(builder, 1));
  Value small = arith::DivUIOp::create(builder, count, tileCount);
  Value large = arith::RemUIOp::create(builder, count, tileCount);
  overTiles(tileCount, [&](Value tile) {
    Value isLarge = arith::CmpIOp::create(builder, arith::CmpIPredicate::ult, tile, large);
    Value larger = plus(builder, small, 1);
    Value size = arith::SelectOp::create(builder, isLarge, larger, small);
    Value before = arith::MinUIOp::create(builder, tile, large);
    Value first = plus(builder, arith::MulIOp::create(builder, tile, small), before);
    placeFetch(tile);
    switchOnSize(size, first, columns);
  });
}

/// The sizes that balanced tiles of a count from `rows.smallestDynamic` on can have.
SmallVector<int64_t> PanelBuilder::sizes() {
  int64_t least = std::max<int64_t>(1, std::min(rows.smallestDynamic, (shape.tileRows + 1) / 2));
  SmallVector<int64_t> list;
  for (int64_t size = least; size < shape.tileRows; ++size)
    list.push_back(size);
  return list;
}

void PanelBuilder::switchOnSize(Value size, Value first, ArrayRef<TileColumn> columns) {
  SmallVector<int64_t> cases = sizes();
  auto choice = scf::IndexSwitchOp::create(builder, TypeRange(), size, cases, cases.size());
  auto region = [&](Region &region, int64_t rowCount) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(&region.emplaceBlock());
    tileAt(first, rowCount, columns);
    scf::YieldOp::create(builder);
  };
  for (auto [index, rowCount] : llvm::enumerate(cases))
    region(choice.getCaseRegions()[index], rowCount);
  region(choice.getDefaultRegion(), shape.tileRows);
}

} // namespace lamina::kernels
