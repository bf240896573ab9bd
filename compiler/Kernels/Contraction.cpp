// The loops around the panels of a contraction: outer axes, staged rows, blocks of rows.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/BufferAccess.h"
#include "compiler/Kernels/ContractionFold.h"
#include "compiler/Kernels/ContractionPanels.h"
#include "compiler/Kernels/IndexMath.h"
#include "compiler/Kernels/Sharing.h"

#include <limits>

using namespace mlir;

namespace lamina::kernels {
namespace {

/// As many rows as keep the tiles of one panel busy before other rows are looped over outside.
constexpr int64_t kEnoughTiles = 4;

/// Threads share the panels if there are at least so many, else the tiles of rows.
constexpr int64_t kEnoughPanels = 4;

class ContractionBuilder {
public:
  /// `foldsRows`: each lane's rows must be one thread's.
  ContractionBuilder(const ContractionShape &shape, Buffer right, Value scratch, bool foldsRows,
                     TileBuilder &tiles, FunctionContext &context, ImplicitLocOpBuilder &builder)
      : shape(shape), tiles(tiles), context(context), builder(builder),
        panels(shape, std::move(right), scratch, rows, place, tiles, context, builder) {
    joinRows(foldsRows);
  }

  void build() {
    if (shape.leftForm == OperandForm::Staged)
      buildStagedOuter(0);
    else
      buildOuter(0);
  }

private:
  /// Joins the fastest row axes to one number, until it is long enough; the slower ones are loops.
  void joinRows(bool foldsRows) {
    size_t first = shape.rows.size();
    // A panel that is staged for a block of rows should serve a whole one. Where all panels are
    // staged, all rows are cut into blocks.
    int64_t enough = shape.leftForm == OperandForm::Staged    ? shape.leftRows
                     : shape.stagesWhole                      ? std::numeric_limits<int64_t>::max()
                     : shape.rightForm == OperandForm::Staged ? shape.blockRows
                                                              : kEnoughTiles * shape.tileRows;
    while (first > 0 && !ShapedType::isDynamic(rows.count) && rows.count < enough) {
      int64_t extent = shape.rows[--first].extent;
      rows.dynamicTimes = rows.count;
      rows.count = ShapedType::isDynamic(extent) ? extent : rows.count * extent;
    }
    rows.joined = ArrayRef(shape.rows).drop_front(first);
    rows.looped = ArrayRef(shape.rows).take_front(first);
    bool fewRows = !ShapedType::isDynamic(rows.count) && rows.count <= shape.tileRows;
    rows.sharesPanels = foldsRows || fewRows || shape.panels() >= kEnoughPanels ||
                        shape.rightForm == OperandForm::Staged;
  }

  /// A staged left operand is computed once for all that reads it: inside the loops over axes that
  /// it has, outside of all others.
  void buildStagedOuter(size_t level) {
    size_t last = shape.outer.size();
    while (last > 0 &&
           !ir::hasAxis(cast<RankedTensorType>(shape.left.getType()), shape.outer[last - 1].name))
      --last;
    if (level < last)
      return overAxis(shape.outer[level], place, context, builder,
                      [&] { buildStagedOuter(level + 1); });
    panels.stageWhole();
    buildStagedRows(0, last);
  }

  void buildStagedRows(size_t level, size_t outer) {
    if (level < rows.looped.size())
      return overAxis(rows.looped[level], place, context, builder,
                      [&] { buildStagedRows(level + 1, outer); });
    if (ShapedType::isDynamic(rows.count))
      return buildOnStaged(times(builder, context.rows, rows.dynamicTimes), outer);
    overBlocks(llvm::divideCeil(rows.count, shape.leftRows), [&](int64_t size) {
      rowsOfBlock = size;
      buildOnStaged(constantIndex(builder, size), outer);
    });
  }

  /// All threads read what each has computed a part of, and are done with it before other rows
  /// take its place.
  void buildOnStaged(Value count, size_t outer) {
    place.joined = rows.joined;
    Value first = constantIndex(builder, 0);
    auto number = [&](Value row) {
      return rows.blockStart ? plus(builder, rows.blockStart, row) : row;
    };
    int64_t together = rowsOfBlock > 0 ? tiles.rowsStagedTogether(rows.joined) : 1;
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
    if (rows.blockStart || !place.loops.empty())
      awaitThreads(context, builder);
  }

  void buildOuter(size_t level) {
    if (level == shape.outer.size()) {
      if (shape.leftForm != OperandForm::Staged)
        panels.stageWhole();
      return buildByRows();
    }
    overAxis(shape.outer[level], place, context, builder, [&] { buildOuter(level + 1); });
  }

  /// Few rows take several panels at once, so that enough chains of multiply-adds are under
  /// way.
  void buildByRows() {
    if (rowsOfBlock > 0)
      return panels.build(rowsOfBlock, panels.panelsAtOnce(rowsOfBlock));
    if (!ShapedType::isDynamic(rows.count))
      return buildBlocks();
    SmallVector<int64_t> few;
    for (int64_t count = 1; rows.dynamicTimes * count * 2 <= shape.tileRows; ++count)
      if (panels.panelsAtOnce(count * rows.dynamicTimes) > 1)
        few.push_back(count);
    if (few.empty())
      return panels.build(ShapedType::kDynamic, 1);
    auto choice = scf::IndexSwitchOp::create(builder, TypeRange(), context.rows, few, few.size());
    auto region = [&](Region &region, int64_t count, int64_t atOnce) {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(&region.emplaceBlock());
      panels.build(count, atOnce);
      scf::YieldOp::create(builder);
    };
    for (auto [index, count] : llvm::enumerate(few))
      region(choice.getCaseRegions()[index], count * rows.dynamicTimes,
             panels.panelsAtOnce(count * rows.dynamicTimes));
    rows.smallestDynamic = (few.back() + 1) * rows.dynamicTimes;
    region(choice.getDefaultRegion(), ShapedType::kDynamic, 1);
  }

  /// Many rows go block by block: a block of the left operand stays in L2 while all panels
  /// pass over it. Blocks are equal: a small last one would read all weights for a few rows.
  void buildBlocks() {
    int64_t blocks = std::max<int64_t>(1, rows.count / shape.blockRows);
    if (blocks == 1)
      return panels.build(rows.count, panels.panelsAtOnce(rows.count));
    overBlocks(blocks, [&](int64_t size) { panels.build(size, 1); });
  }

  /// Cuts the rows into `blocks` blocks of two neighbouring sizes. A single one is no loop.
  void overBlocks(int64_t blocks, llvm::function_ref<void(int64_t)> body) {
    if (blocks == 1)
      return body(rows.count);
    int64_t size = rows.count / blocks, longer = rows.count % blocks;
    auto run = [&](int64_t first, int64_t count, int64_t size) {
      if (count == 0)
        return;
      loopOver(builder, count, [&](Value index) {
        rows.blockStart = plus(builder, times(builder, index, size), first);
        body(size);
      });
    };
    run(0, longer, size + 1);
    run(longer * (size + 1), blocks - longer, size);
    rows.blockStart = nullptr;
  }

  const ContractionShape &shape;
  TileBuilder &tiles;
  FunctionContext &context;
  ImplicitLocOpBuilder &builder;
  TilePlace place;
  ContractionRows rows;
  PanelBuilder panels;
  int64_t rowsOfBlock = 0; ///< of a staged left operand; 0: the rows are not cut, or dynamic
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
