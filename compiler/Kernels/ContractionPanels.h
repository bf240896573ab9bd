// The loops over panels and tiles of rows, for a block of a contraction's rows.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_KERNELS_CONTRACTIONPANELS_H
#define COMPILER_KERNELS_CONTRACTIONPANELS_H

#include "compiler/Kernels/ContractionTile.h"

namespace lamina::kernels {

/// The rows of a contraction: the fastest axes as one number, the slower ones as loops.
struct ContractionRows {
  llvm::ArrayRef<RowAxis> joined, looped;
  int64_t count = 1;           ///< of the joined number; dynamic if the samples are among them
  int64_t dynamicTimes = 1;    ///< rows of one sample among the joined
  int64_t smallestDynamic = 1; ///< the fewest rows that the dynamic code meets
  bool sharesPanels = true;    ///< threads divide the panels; else the tiles of rows
  mlir::Value blockStart; ///< the first row of the block under way; null where all rows are one
};

/// A loop over one axis, whose index stands in the place for the length of `body`.
void overAxis(const RowAxis &axis, TilePlace &place, FunctionContext &context,
              mlir::ImplicitLocOpBuilder &builder, llvm::function_ref<void()> body);

/// Runs over the panels of the right operand, and for each over tiles of rows.
class PanelBuilder {
public:
  /// `right` is the packed operand, `scratch` the panel of a staged one.
  PanelBuilder(const ContractionShape &shape, Buffer right, mlir::Value scratch,
               const ContractionRows &rows, TilePlace &place, TileBuilder &tiles,
               FunctionContext &context, mlir::ImplicitLocOpBuilder &builder);

  /// `count` rows, or as many as the call has samples for, with `atOnce` panels in each tile.
  void build(int64_t count, int64_t atOnce);

  /// Stages all panels of the right operand, for all blocks of rows, where the plan says so. Those
  /// of other outer positions are done with first.
  void stageWhole();

  /// Few rows take several panels at once, so that enough chains of multiply-adds are under way.
  int64_t panelsAtOnce(int64_t count) const;

private:
  void overGroups(int64_t groups, int64_t atOnce, llvm::function_ref<void(mlir::Value)> body);
  llvm::SmallVector<TileColumn> columnsOf(int64_t full, int64_t tail);
  void buildGroup(mlir::Value firstPanel, llvm::ArrayRef<TileColumn> columns, int64_t count);
  void stagePanel(int64_t valid);
  void placePanel(mlir::Value firstPanel);
  void placeNext(mlir::Value firstPanel, llvm::ArrayRef<TileColumn> columns);
  void placeFetch(mlir::Value tile);
  void buildLooped(size_t level, llvm::ArrayRef<TileColumn> columns, int64_t count);
  void tileAt(mlir::Value firstRow, int64_t size, llvm::ArrayRef<TileColumn> columns);
  void overTiles(mlir::Value count, llvm::function_ref<void(mlir::Value)> body);
  void onceForRows(llvm::function_ref<void()> body);
  void buildTiles(llvm::ArrayRef<TileColumn> columns, int64_t count);
  void buildDynamicTiles(llvm::ArrayRef<TileColumn> columns);
  llvm::SmallVector<int64_t> sizes();
  void switchOnSize(mlir::Value size, mlir::Value first, llvm::ArrayRef<TileColumn> columns);

  const ContractionShape &shape;
  Buffer right;
  mlir::Value scratch;
  const ContractionRows &rows;
  TilePlace &place;
  TileBuilder &tiles;
  FunctionContext &context;
  mlir::ImplicitLocOpBuilder &builder;
  mlir::Value
      nextOffset; ///< of the panel after the group, in elements; null where it is not fetched
};

} // namespace lamina::kernels

#endif // COMPILER_KERNELS_CONTRACTIONPANELS_H
