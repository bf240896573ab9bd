// The scratch of a contraction: staged panels and rows, and what panels leave for reductions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/PlanContraction.h"

#include "dialect/AxisAliases.h"

using namespace mlir;

namespace lamina::plan {

/// Of what lies in scratch, in bytes.
constexpr int64_t kAlignment = 64;

static int64_t product(Value value, const Names &names) {
  int64_t count = 1;
  for (const std::string &name : names)
    count *= extentOf(value, name);
  return count;
}

static int64_t bytesOfPanel(const Contraction &contraction) {
  Value right = contraction.rightOperand();
  Type element = cast<RankedTensorType>(right.getType()).getElementType();
  int64_t bytes = llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
  return llvm::alignTo(product(right, contraction.depth) * contraction.tileLanes * bytes,
                       kAlignment);
}

int64_t scratchOf(const Contraction &contraction) {
  return contraction.rightForm == "staged" && !contraction.stagesWhole ? bytesOfPanel(contraction)
                                                                       : 0;
}

/// Panels lie one behind the other without gaps.
int64_t rightScratchOf(const Contraction &contraction) {
  if (!contraction.stagesWhole)
    return 0;
  Value right = contraction.rightOperand();
  Type element = cast<RankedTensorType>(right.getType()).getElementType();
  return llvm::alignTo(panelCount(contraction) * product(right, contraction.depth) *
                           contraction.tileLanes *
                           llvm::divideCeil(element.getIntOrFloatBitWidth(), 8),
                       kAlignment);
}

int64_t leftScratchOf(const Contraction &contraction) {
  if (contraction.leftForm != "staged")
    return 0;
  Value left = contraction.leftOperand();
  Type element = cast<RankedTensorType>(left.getType()).getElementType();
  return contraction.leftRows * product(left, contraction.depth) *
         llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
}

FoldBytes foldScratchOf(const Contraction &contraction) {
  FoldBytes bytes;
  ir::DotOp dot = contraction.dot;
  ir::AxisAliases aliases(dot.getResult());
  for (Operation &op : *dot->getBlock()) {
    aliases.follow(&op);
    auto reduce = dyn_cast<ir::ReduceOp>(op);
    if (!reduce || contraction.lanes.empty())
      continue;
    auto isFolded = [&](const std::string &name) {
      return llvm::is_contained(reduce.getAxes().getAsValueRange<StringAttr>(),
                                aliases.nameIn(reduce.getInput(), name));
    };
    if (!isFolded(contraction.lanes.back()))
      continue;
    Names outer(contraction.outer);
    llvm::erase_if(outer, [&](const std::string &name) { return !isFolded(name); });
    int64_t parts = panelCount(contraction) * product(dot.getResult(), outer);
    int64_t size = parts * (reduce.getType().getElementTypeBitWidth() / 8);
    for (StringAttr name : ir::axisNames(reduce.getType()))
      size *= extentOf(reduce.getResult(), name);
    auto batch = ir::findAxis(reduce.getType(), ir::kBatchAxis);
    (batch && ShapedType::isDynamic(batch->extent) ? bytes.ofSample : bytes.fixed) += size;
    bytes.fixed += kAlignment;
  }
  return bytes;
}

int64_t panelCount(const Contraction &contraction) {
  return llvm::divideCeil(product(contraction.rightOperand(), contraction.lanes),
                          contraction.tileLanes);
}

} // namespace lamina::plan
