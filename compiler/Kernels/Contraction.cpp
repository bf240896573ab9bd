// The loops around the register tiles of a contraction.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/BufferAccess.h"
#include "compiler/Kernels/ContractionFold.h"
#include "compiler/Kernels/IndexMath.h"
#include "compiler/Kernels/Sharing.h"

using namespace mlir;

namespace lamina::kernels {
namespace {

/// As many rows as keep the tiles of one panel busy before other rows are looped over outside.
constexpr int64_t kEnoughTiles = 4;

/// Fewer rows of one sample would read the weights from memory too often.
constexpr int64_t kFewestRowsOfBlock = 192;
/// Threads share the panels if there are at least so many, else the tiles of rows.
constexpr int64_t kEnoughPanels = 4;

class ContractionBuilder {
public:
  /// `foldsRows`: each lane's rows must be one thread's.
  ContractionBuilder(const ContractionShape &shape, Buffer right, Value scratch, bool foldsRows,
                     TileBuilder &tiles, FunctionContext &context, ImplicitLocOpBuilder &builder)
      : shape(shape), right(std::move(right)), scratch(scratch), tiles(tiles), context(context),
        builder(builder), sharesPanels(foldsRows) {
    joinRows();
  }

  void build() {
    if (shape.leftForm == OperandForm::Staged)
      buildStagedOuter(0);
    else
      buildOuter(0);
  }

private:
  /// Joins the fastest row axes to one number, until it is long enough; the slower ones are loops.
  void joinRows() {
    rows = 1;
    size_t first = shape.rows.size();
    // A panel that is staged for a block of rows should serve a whole one.
    int64_t enough = shape.leftForm == OperandForm::Staged    ? shape.leftRows
                     : shape.rightForm == OperandForm::Staged ? mostRowsOfBlock()
                                                              : kEnoughTiles * shape.tileRows;
    while (first > 0 && !ShapedType::isDynamic(rows) && rows < enough) {
      int64_t extent = shape.rows[--first].extent;
      dynamicTimes = rows;
      rows = ShapedType::isDynamic(extent) ? extent : rows * extent;
    }
    joined = ArrayRef(shape.rows).drop_front(first);
    looped = ArrayRef(shape.rows).take_front(first);
    bool fewRows = !ShapedType::isDynamic(rows) && rows <= shape.tileRows;
    sharesPanels |=
        fewRows || shape.panels() >= kEnoughPanels || shape.rightForm == OperandForm::Staged;
  }

  Value countOf(const RowAxis &axis) {
    return ShapedType::isDynamic(axis.extent) ? context.rows : constantIndex(builder, axis.extent);
  }

  void loop(const RowAxis &axis, llvm::function_ref<void()> body) {
    loopOver(builder, constantIndex(builder, 0), countOf(axis), 1, [&](Value index) {
      place.loops[axis.name] = index;
      body();
      place.loops.erase(axis.name);
    });
  }

  /// A staged left operand is computed once for all that reads it: inside the loops over axes that
  /// it has, outside of all others.
  void buildStagedOuter(size_t level) {
    size_t last = shape.outer.size();
    while (last > 0 &&
           !ir::hasAxis(cast<RankedTensorType>(shape.left.getType()), shape.outer[last - 1].name))
      --last;
    if (level < last)
      return loop(shape.outer[level], [&] { buildStagedOuter(level + 1); });
    buildStagedRows(0, last);
  }

  void buildStagedRows(size_t level, size_t outer) {
    if (level < looped.size())
      return loop(looped[level], [&] { buildStagedRows(level + 1, outer); });
    if (ShapedType::isDynamic(rows))
      return buildOnStaged(times(builder, context.rows, dynamicTimes), outer);
    overBlocks(llvm::divideCeil(rows, shape.leftRows), [&](int64_t size) {
      rowsOfBlock = size;
      buildOnStaged(constantIndex(builder, size), outer);
    });
  }

  /// All threads read what each has computed a part of, and are done with it before other rows
  /// take its place.
  void buildOnStaged(Value count, size_t outer) {
    place.joined = joined;
    Value first = constantIndex(builder, 0);
    auto number = [&](Value row) { return blockStart ? plus(builder, blockStart, row) : row; };
    int64_t together = rowsOfBlock > 0 ? tiles.rowsStagedTogether(joined) : 1;
    if (together > 1 && rowsOfBlock >= together) {
      Value whole = constantIndex(builder, rowsOfBlock / together * together);
      sharedLoop(context, builder, first, whole, together,
                 [&](Value row) { tiles.stageRowsTogether(place, number(row), row); });
      first = whole;
    }
    if (together == 1 || rowsOfBlock % together > 0)
      sharedLoop(context, builder, first, count, 1,
                 [&](Value row) { tiles.stageRow(place, number(row), row); });
    awaitThreads(context, builder);
    buildOuter(outer);
    if (blockStart || !place.loops.empty())
      awaitThreads(context, builder);
  }

  void buildOuter(size_t level) {
    if (level == shape.outer.size())
      return buildByRows();
    loop(shape.outer[level], [&] { buildOuter(level + 1); });
  }

  /// Few rows take several panels at once, so that enough chains of multiply-adds are under way.
  void buildByRows() {
    if (rowsOfBlock > 0)
      return buildPanels(rowsOfBlock, panelsAtOnce(rowsOfBlock));
    if (!ShapedType::isDynamic(rows))
      return buildBlocks();
    SmallVector<int64_t> few;
    for (int64_t count = 1; dynamicTimes * count * 2 <= shape.tileRows; ++count)
      if (panelsAtOnce(count * dynamicTimes) > 1)
        few.push_back(count);
    if (few.empty())
      return buildPanels(ShapedType::kDynamic, 1);
    auto choice = scf::IndexSwitchOp::create(builder, TypeRange(), context.rows, few, few.size());
    auto region = [&](Region &region, int64_t count, int64_t panels) {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(&region.emplaceBlock());
      buildPanels(count, panels);
      scf::YieldOp::create(builder);
    };
    for (auto [index, count] : llvm::enumerate(few))
      region(choice.getCaseRegions()[index], count * dynamicTimes,
             panelsAtOnce(count * dynamicTimes));
    smallestDynamic = (few.back() + 1) * dynamicTimes;
    region(choice.getDefaultRegion(), ShapedType::kDynamic, 1);
  }

  /// Those that keep a block of the left operand in half of L2, but enough to read the weights for.
  int64_t mostRowsOfBlock() const {
    int64_t inCache = context.target.getL2() / 2 / std::max<int64_t>(1, shape.depthSize * 4);
    return std::max(kFewestRowsOfBlock, inCache);
  }

  /// Many rows go block by block: a block of the left operand stays in L2 while all panels pass
  /// over it. Blocks are equal: a small last one would read all weights for a few rows.
  void buildBlocks() {
    int64_t blocks = std::max<int64_t>(1, rows / mostRowsOfBlock());
    if (blocks == 1)
      return buildPanels(rows, panelsAtOnce(rows));
    overBlocks(blocks, [&](int64_t size) { buildPanels(size, 1); });
  }

  /// Cuts the rows into `blocks` blocks of two neighbouring sizes. A single one is no loop.
  void overBlocks(int64_t blocks, llvm::function_ref<void(int64_t)> body) {
    if (blocks == 1)
      return body(rows);
    int64_t size = rows / blocks, longer = rows % blocks;
    auto run = [&](int64_t first, int64_t count, int64_t size) {
      if (count == 0)
        return;
      loopOver(builder, count, [&](Value index) {
        blockStart = plus(builder, times(builder, index, size), first);
        body(size);
      });
    };
    run(0, longer, size + 1);
    run(longer * (size + 1), blocks - longer, size);
    blockStart = nullptr;
  }

  int64_t panelsAtOnce(int64_t count) {
    if (count > shape.tileRows || shape.rightForm != OperandForm::Packed)
      return 1;
    int64_t accumulators = context.target.getVectorRegisters() >= 32 ? 24 : 12;
    int64_t vectors = std::max<int64_t>(1, shape.tileLanes / tiles.vectorLanes());
    return std::max<int64_t>(1, accumulators / (count * vectors));
  }

  /// Whole groups of `atOnce` panels in a loop, then what is left, the last panel cut to its lanes.
  void buildPanels(int64_t count, int64_t atOnce) {
    int64_t full = shape.laneSize / shape.tileLanes, tail = shape.laneSize % shape.tileLanes;
    int64_t groups = full / atOnce;
    auto whole = columnsOf(atOnce, 0);
    auto single = [&](int64_t panel, ArrayRef<TileColumn> columns) {
      auto build = [&] { buildGroup(constantIndex(builder, panel), columns, count); };
      if (sharesPanels)
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
  void overGroups(int64_t groups, int64_t atOnce, llvm::function_ref<void(Value)> body) {
    Value low = constantIndex(builder, 0), high = constantIndex(builder, groups * atOnce);
    if (sharesPanels)
      sharedLoop(context, builder, low, high, atOnce, body);
    else
      loopOver(builder, low, high, atOnce, body);
  }

  /// `full` panels and `tail` lanes of another.
  SmallVector<TileColumn> columnsOf(int64_t full, int64_t tail) {
    SmallVector<TileColumn> columns;
    int64_t lanes = tiles.vectorLanes();
    for (int64_t panel = 0; panel < full; ++panel)
      for (int64_t lane = 0; lane < shape.tileLanes; lane += lanes)
        columns.push_back({panel, lane, lanes});
    for (int64_t lane = 0; lane < tail; lane += lanes)
      columns.push_back({full, lane, std::min(lanes, tail - lane)});
    return columns;
  }

  void buildGroup(Value firstPanel, ArrayRef<TileColumn> columns, int64_t count) {
    place.firstPanel = firstPanel;
    placePanel(firstPanel);
    placeNext(firstPanel, columns);
    if (shape.rightForm == OperandForm::Staged) {
      place.joined = {};
      place.firstRow = constantIndex(builder, 0);
      int64_t valid = 0;
      for (const TileColumn &column : columns)
        valid += column.valid;
      tiles.stage(place, valid);
    }
    buildLooped(0, columns, count);
  }

  void placePanel(Value firstPanel) {
    if (shape.rightForm == OperandForm::Staged) {
      place.panelMemory = scratch;
      place.panelOffset = constantIndex(builder, 0);
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
  void placeNext(Value firstPanel, ArrayRef<TileColumn> columns) {
    nextOffset = nullptr;
    if (shape.ahead == 0 || columns.back().panel > 0 || shape.panels() == 1)
      return;
    Value isLast = arith::CmpIOp::create(builder, arith::CmpIPredicate::eq, firstPanel,
                                         constantIndex(builder, shape.panels() - 1));
    Value next = plus(builder, place.panelOffset, shape.panelSize());
    nextOffset = arith::SelectOp::create(builder, isLast, place.panelOffset, next);
  }

  /// The first tiles of rows fetch a share of the next panel each; the others touch what is there.
  void placeFetch(Value tile) {
    place.fetch = nullptr;
    if (!nextOffset)
      return;
    Value share = plus(builder, nextOffset, times(builder, tile, shape.panelSize() / shape.ahead));
    Value isFirst = arith::CmpIOp::create(builder, arith::CmpIPredicate::ult, tile,
                                          constantIndex(builder, shape.ahead));
    place.fetch = arith::SelectOp::create(builder, isFirst, share, place.panelOffset);
  }

  void buildLooped(size_t level, ArrayRef<TileColumn> columns, int64_t count) {
    if (level == looped.size() || shape.leftForm == OperandForm::Staged)
      return buildTiles(columns, count);
    loop(looped[level], [&] { buildLooped(level + 1, columns, count); });
  }

  void tileAt(Value firstRow, int64_t size, ArrayRef<TileColumn> columns) {
    place.joined = joined;
    place.stagedRow = firstRow;
    place.firstRow = blockStart ? plus(builder, blockStart, firstRow) : firstRow;
    tiles.build(place, size, columns);
  }

  void overTiles(Value count, llvm::function_ref<void(Value)> body) {
    if (sharesPanels)
      loopOver(builder, constantIndex(builder, 0), count, 1, body);
    else
      sharedLoop(context, builder, constantIndex(builder, 0), count, 1, body);
  }

  void onceForRows(llvm::function_ref<void()> body) {
    if (sharesPanels)
      body();
    else
      onFirstThread(context, builder, body);
  }

  /// Rows in tiles of two neighbouring sizes: none is masked, none is much smaller.
  void buildTiles(ArrayRef<TileColumn> columns, int64_t count) {
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

  void buildDynamicTiles(ArrayRef<TileColumn> columns) {
    Value count = times(builder, context.rows, dynamicTimes);
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

  /// The sizes that balanced tiles of a count from `smallestDynamic` on can have.
  SmallVector<int64_t> sizes() {
    int64_t least = std::max<int64_t>(1, std::min(smallestDynamic, (shape.tileRows + 1) / 2));
    SmallVector<int64_t> list;
    for (int64_t size = least; size < shape.tileRows; ++size)
      list.push_back(size);
    return list;
  }

  void switchOnSize(Value size, Value first, ArrayRef<TileColumn> columns) {
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

  const ContractionShape &shape;
  Buffer right;
  Value scratch;
  TileBuilder &tiles;
  FunctionContext &context;
  ImplicitLocOpBuilder &builder;
  TilePlace place;
  ArrayRef<RowAxis> joined, looped;
  Value nextOffset; ///< of the panel after the group, in elements; null where it is not fetched
  Value blockStart; ///< the first row of the block under way; null where all rows are one block
  int64_t rowsOfBlock = 0;     ///< of a staged left operand; 0: the rows are not cut, or dynamic
  bool sharesPanels;           ///< threads divide the panels; else the tiles of rows
  int64_t rows = 1;            ///< of the joined number; dynamic if the samples are among them
  int64_t dynamicTimes = 1;    ///< rows of one sample among the joined
  int64_t smallestDynamic = 1; ///< the fewest rows that the dynamic code meets
};

Value rootOf(Value value) {
  while (Operation *op = value.getDefiningOp())
    value = op->getOperand(0);
  return value;
}

using Folds = std::vector<std::unique_ptr<ContractionFold>>;

/// Each result is stored tile by tile, or folded by one of those returned.
Folds addResults(ir::KernelOp kernel, const ContractionShape &shape, ArrayRef<Buffer> outputs,
                 TileBuilder &tiles, FunctionContext &context, ImplicitLocOpBuilder &builder) {
  Folds folds;
  Value partials = sharedScratchOffset(
      kernel, context.oneSample ? "fold_scratch_one" : "fold_scratch", context, builder);
  Operation *yield = kernel.getBody().front().getTerminator();
  for (auto [value, output] : llvm::zip_equal(yield->getOperands(), outputs)) {
    if (auto reduce = value.getDefiningOp<ir::ReduceOp>()) {
      folds.push_back(std::make_unique<ContractionFold>(reduce, tiles.axisNames(), shape, output,
                                                        partials, context, builder));
      tiles.addResult(reduce.getInput(), [fold = folds.back().get()](const TilePlace &place,
                                                                     ArrayRef<TilePiece> pieces) {
        fold->take(place, pieces);
      });
      continue;
    }
    tiles.addResult(value, [&, output = output](const TilePlace &, ArrayRef<TilePiece> pieces) {
      for (const TilePiece &piece : pieces)
        store(context, builder, piece.value, output, piece.position);
    });
  }
  return folds;
}

} // namespace

LogicalResult buildContraction(ir::KernelOp kernel, ArrayRef<Buffer> inputs,
                               ArrayRef<Buffer> outputs, FunctionContext &context,
                               ImplicitLocOpBuilder &builder) {
  auto bufferOf = [&](BlockArgument argument) -> const Buffer & {
    return inputs[argument.getArgNumber()];
  };
  ContractionShape shape = shapeOf(kernel, context, bufferOf);
  Evaluator evaluator(context, builder);
  for (auto [argument, buffer] : llvm::zip_equal(kernel.getBody().getArguments(), inputs))
    evaluator.bind(argument, buffer);
  Buffer left, right;
  if (shape.leftView)
    left = bufferOf(cast<BlockArgument>(shape.leftView->root));
  if (shape.leftForm == OperandForm::Staged)
    left.memory = leftScratch(kernel, shape, context, builder);
  if (shape.rightForm == OperandForm::Packed)
    right = bufferOf(cast<BlockArgument>(rootOf(shape.right)));
  TileBuilder tiles(shape, left, evaluator);
  Folds folds = addResults(kernel, shape, outputs, tiles, context, builder);
  bool foldsRows = llvm::any_of(folds, [](const auto &fold) { return !fold->isAcrossLanes(); });
  for (auto &fold : folds)
    fold->start();
  if (foldsRows)
    awaitThreads(context, builder);
  ContractionBuilder(shape, right, panelScratch(kernel, shape, context, builder), foldsRows, tiles,
                     context, builder)
      .build();
  if (!folds.empty())
    awaitThreads(context, builder);
  for (auto &fold : folds)
    fold->finish();
  return failure(evaluator.hasFailed());
}

} // namespace lamina::kernels
