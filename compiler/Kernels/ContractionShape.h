// A planned contraction as its builder sees it: extents, strides and the levels of the sum.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_KERNELS_CONTRACTIONSHAPE_H
#define COMPILER_KERNELS_CONTRACTIONSHAPE_H

#include "compiler/Kernels/Kernels.h"
#include "dialect/View.h"

namespace lamina::kernels {

/// One loop of the sum. The product of the inner levels' extents, `flat`, is its stride in the
/// panel (in rows of the panel).
struct DepthLevel {
  int64_t extent;
  int64_t leftStride; ///< in elements of the left operand's memory; unused where `axis` is given
  int64_t flat;
  std::string
      axis; ///< the axis that the level runs along, where operands are evaluated and not addressed
};

struct RowAxis {
  std::string name;
  int64_t extent; ///< ShapedType::kDynamic: the samples of the call
};

enum class OperandForm { Packed, Staged, InPlace, Vector };

struct ContractionShape {
  ir::DotOp dot;
  mlir::Value left, right;
  OperandForm leftForm, rightForm;
  llvm::SmallVector<RowAxis> rows;  ///< those with more than one position, slowest first
  llvm::SmallVector<RowAxis> outer; ///< likewise
  llvm::SmallVector<RowAxis> lanes; ///< together one number
  llvm::SmallVector<RowAxis> depth;
  llvm::SmallVector<DepthLevel> levels;
  llvm::SmallVector<std::string> single; ///< axes with one position
  std::optional<ir::View> leftView;      ///< of the left operand, where it is read in place
  int64_t tileRows, tileLanes;
  int64_t blockRows; ///< rows of a sample that go over the weights together, about
  int64_t leftRows;  ///< of a staged left operand: what is packed at once
  int64_t ahead;     ///< tiles of rows that share the fetch of the next panel; 0: it is not fetched
  int64_t depthSize, laneSize;
  bool stagesWhole; ///< all panels are staged before the first block of rows
  /// Axes of the packed right operand among `outer`, with their strides in panels.
  llvm::StringMap<int64_t> panelStride;

  int64_t panels() const { return llvm::divideCeil(laneSize, tileLanes); }
  /// Elements of one panel.
  int64_t panelSize() const { return depthSize * tileLanes; }
};

/// Reads the plan of a contraction kernel. `bufferOf` gives the buffer behind a block argument.
ContractionShape shapeOf(ir::KernelOp kernel, const FunctionContext &context,
                         llvm::function_ref<const Buffer &(mlir::BlockArgument)> bufferOf);

} // namespace lamina::kernels

#endif // COMPILER_KERNELS_CONTRACTIONSHAPE_H
