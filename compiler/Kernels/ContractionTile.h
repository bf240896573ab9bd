// The register tile of a contraction: accumulate over the depth, then the epilogue.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_KERNELS_CONTRACTIONTILE_H
#define COMPILER_KERNELS_CONTRACTIONTILE_H

#include "compiler/Kernels/ContractionShape.h"
#include "dialect/AxisAliases.h"

namespace lamina::kernels {

/// One vector of accumulators: where its lanes lie in the group of panels that is computed at once.
struct TileColumn {
  int64_t panel; ///< of the group
  int64_t lane;  ///< first lane within the panel
  int64_t valid; ///< lanes that belong to the result
};

/// Where a tile stands.
struct TilePlace {
  llvm::StringMap<mlir::Value>
      loops; ///< indices of the loops around: outer axes and rows that are not joined
  llvm::ArrayRef<RowAxis> joined; ///< the row axes that make one number, slowest first
  mlir::Value firstRow;           ///< of that number
  mlir::Value stagedRow;          ///< the same row, counted from the first one that is staged
  mlir::Value firstPanel;
  mlir::Value panelMemory; ///< `memref<? x element>` with the panels
  mlir::Value panelOffset; ///< of the first panel, in elements
  mlir::Value
      fetch; ///< where in `panelMemory` this tile's share of the next panel begins; null: none
};

/// One vector, or element, of a value behind the sums of a tile.
struct TilePiece {
  int64_t row; ///< of the tile
  TileColumn column;
  mlir::Value value;
  Position position; ///< of its first lane, by the names of the value's axes
};

/// What becomes of one result's pieces: row by row, in each by columns.
using TileSink = std::function<void(const TilePlace &, llvm::ArrayRef<TilePiece>)>;

/// Emits register tiles of one contraction.
class TileBuilder {
public:
  TileBuilder(const ContractionShape &shape, const Buffer &leftBuffer, Evaluator &evaluator);

  /// Each tile computes `value`, of the kernel's region, at its elements and hands them on.
  void addResult(mlir::Value value, TileSink sink) { results.push_back({value, std::move(sink)}); }

  /// `rows` × `columns`: sums, finishes and stores them. `rows` is the exact number.
  void build(const TilePlace &place, int64_t rows, llvm::ArrayRef<TileColumn> columns);

  /// Writes the first panel of the place, `valid` lanes of it, from the right operand evaluated
  /// element by element.
  void stage(const TilePlace &place, int64_t valid);

  /// Writes row `number` of the place's joined rows, as row `slot` of the staged left operand.
  void stageRow(const TilePlace &place, mlir::Value number, mlir::Value slot);

  /// How many neighbouring rows `stageRowsTogether` writes; 1 where memory does not suit it.
  int64_t rowsStagedTogether(llvm::ArrayRef<RowAxis> joined);
  /// As `stageRow`, for that many rows from `number` and `slot` on.
  void stageRowsTogether(const TilePlace &place, mlir::Value number, mlir::Value slot);

  /// Lanes of a full vector of accumulators.
  int64_t vectorLanes() const { return lanes; }

  /// The names of the dot's axes in the values behind it.
  const ir::AxisAliases &axisNames() const { return aliases; }

private:
  using Sums = llvm::SmallVector<mlir::Value>;

  /// `stage` by loads along the depth; false, and nothing is built, where memory does not suit it.
  bool stageTransposed(const TilePlace &place, int64_t valid);
  mlir::Type accumulatorType() const;
  mlir::Value leftRowOffset(const TilePlace &place, int64_t row);
  Position positionOfRow(const TilePlace &place, int64_t row);
  void stageElements(Position position, size_t axis, mlir::Value flat, int64_t inner);
  void put(mlir::Value where, mlir::Value value);
  void setLanes(Position &position, mlir::Value lane, int64_t count);
  Sums accumulate(const TilePlace &place, int64_t rows, llvm::ArrayRef<TileColumn> columns);
  void fetch(const TilePlace &place, llvm::ArrayRef<mlir::Value> at);
  Sums stepsOfLevel(const TilePlace &place, llvm::SmallVectorImpl<mlir::Value> &at,
                    llvm::ArrayRef<TileColumn> columns, llvm::ArrayRef<mlir::Value> offsets,
                    Sums sums);
  Sums step(const TilePlace &place, llvm::ArrayRef<mlir::Value> at,
            llvm::ArrayRef<TileColumn> columns, llvm::ArrayRef<mlir::Value> offsets, Sums sums);
  mlir::Value leftElement(llvm::ArrayRef<mlir::Value> at, mlir::Value offset);
  mlir::Value rightVector(const TilePlace &place, llvm::ArrayRef<mlir::Value> at,
                          const TileColumn &column);
  mlir::Value leftVector(const TilePlace &place, llvm::ArrayRef<mlir::Value> at, int64_t row,
                         const TileColumn &column);
  mlir::Value laneOf(const TilePlace &place, const TileColumn &column);
  mlir::Value widen(mlir::Value value);
  mlir::Value multiplyAdd(mlir::Value lhs, mlir::Value rhs, mlir::Value sum);
  void finish(const TilePlace &place, int64_t rows, llvm::ArrayRef<TileColumn> columns,
              const Sums &sums);
  mlir::Value lanesOfSum(mlir::Value sum, int64_t first, int64_t count);
  Position positionIn(mlir::Value value, const Position &position) const;
  void setDepth(Position &position, llvm::ArrayRef<mlir::Value> at);

  struct Result {
    mlir::Value value;
    TileSink sink;
  };

  const ContractionShape &shape;
  llvm::SmallVector<Result> results;
  const Buffer &leftBuffer;
  Evaluator &evaluator;
  mlir::ImplicitLocOpBuilder &builder;
  ir::AxisAliases aliases;
  int64_t lanes;
  mlir::Value current; ///< the accumulators that the dot's result stands for while the epilogue is
                       ///< evaluated
};

/// This thread's scratch of the kernel: one panel of the right operand. Null where that is not
/// staged.
mlir::Value panelScratch(ir::KernelOp kernel, const ContractionShape &shape,
                         FunctionContext &context, mlir::ImplicitLocOpBuilder &builder);

/// The staged rows of the left operand, of all samples of a tile where those are among them.
mlir::Value leftScratch(ir::KernelOp kernel, const ContractionShape &shape,
                        FunctionContext &context, mlir::ImplicitLocOpBuilder &builder);

} // namespace lamina::kernels

#endif // COMPILER_KERNELS_CONTRACTIONTILE_H
