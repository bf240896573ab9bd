// Reductions behind a contraction: every tile folds what it has computed, and nothing is stored.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_KERNELS_CONTRACTIONFOLD_H
#define COMPILER_KERNELS_CONTRACTIONFOLD_H

#include "compiler/Kernels/ContractionTile.h"
#include "compiler/Kernels/RowwiseFold.h"

namespace lamina::kernels {

/// The fold of one result of a contraction kernel. Its order does not depend on tiles or threads.
///
/// Along rows, a result's own memory accumulates: each of its lanes is one thread's, which takes
/// the rows in order. Along the lanes, each panel leaves its part of a row in scratch, by a tree;
/// when all threads are done the panels' parts are added up in order.
class ContractionFold {
public:
  /// `reduce` is what the kernel yields as the result that lies in `output`. `partials` is where in
  /// the workspace, in bytes, the panels' parts lie; it is advanced by what they take.
  ContractionFold(ir::ReduceOp reduce, const ir::AxisAliases &aliases,
                  const ContractionShape &shape, Buffer output, mlir::Value &partials,
                  FunctionContext &context, mlir::ImplicitLocOpBuilder &builder);

  bool isAcrossLanes() const { return acrossLanes; }

  /// Before the first tile; all threads must wait behind it.
  void start();
  /// Takes in the pieces of one tile, row by row and in each by columns.
  void take(const TilePlace &place, llvm::ArrayRef<TilePiece> pieces);
  /// Behind the last tile, when all threads are done.
  void finish();

private:
  void takeAlongRows(const TilePlace &place, llvm::ArrayRef<TilePiece> pieces);
  void takePanel(const TilePlace &place, llvm::ArrayRef<TilePiece> pieces);
  /// Whether it runs along an axis of the dot.
  bool folds(const RowAxis &axis);
  void placePartials(mlir::Value &start);
  /// Runs over the result's elements, shared by the threads.
  void overResult(LoopBody body);
  mlir::Value finished(mlir::Value sum);

  ir::ReduceOp reduce;
  const ir::AxisAliases &aliases;
  const ContractionShape &shape;
  Buffer output;
  Buffer partials; ///< of a fold across lanes: the result's axes, and one for the parts of a row
  FunctionContext &context;
  mlir::ImplicitLocOpBuilder &builder;
  llvm::SmallVector<RowAxis> outer; ///< folded axes that are looped over outside
  mlir::Type element;
  Fold fold;
  bool acrossLanes;
  int64_t parts = 1; ///< of a row
};

} // namespace lamina::kernels

#endif // COMPILER_KERNELS_CONTRACTIONFOLD_H
