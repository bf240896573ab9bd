// Which reductions a contraction carries out while it has its values in registers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/FuseGroups.h"

using namespace mlir;

namespace lamina::fuse {

/// The contraction's names of the axes that the reduction folds; none where one of them has no
/// fixed extent.
static SmallVector<StringRef> foldedAxes(ir::DotOp dot, const ir::AxisAliases &aliases,
                                         ir::ReduceOp reduce) {
  SmallVector<StringRef> folded;
  for (const ir::Axis &axis : ir::axisList(dot.getType())) {
    StringRef name = aliases.nameIn(reduce.getInput(), axis.name.getValue());
    if (!llvm::is_contained(reduce.getAxes().getAsValueRange<StringAttr>(), name))
      continue;
    if (axis.bound || ShapedType::isDynamic(axis.extent))
      return {};
    folded.push_back(axis.name.getValue());
  }
  return folded;
}

/// Whether these are all axes that operand `side` alone brings, the samples left aside.
static bool areAllOf(ArrayRef<StringRef> folded, ir::DotOp dot, unsigned side) {
  auto own = cast<RankedTensorType>(dot->getOperand(side).getType());
  auto other = cast<RankedTensorType>(dot->getOperand(1 - side).getType());
  return llvm::all_of(ir::axisNames(dot.getType()), [&](StringAttr name) {
    bool isOnly = ir::hasAxis(own, name) && !ir::hasAxis(other, name);
    bool isFolded = llvm::is_contained(folded, name.getValue());
    return isOnly == isFolded || (isOnly && name == ir::kBatchAxis);
  });
}

/// Whether both operands bring all of these, and each has others besides: then both are looped over
/// outside of the tiles.
static bool areOuter(ArrayRef<StringRef> folded, ir::DotOp dot) {
  auto left = cast<RankedTensorType>(dot.getLhs().getType());
  auto right = cast<RankedTensorType>(dot.getRhs().getType());
  auto names = ir::axisNames(dot.getType());
  auto lacks = [](RankedTensorType type) {
    return [type](StringAttr name) { return !ir::hasAxis(type, name); };
  };
  return llvm::any_of(names, lacks(left)) && llvm::any_of(names, lacks(right)) &&
         llvm::all_of(folded, [&](StringRef name) {
           return ir::hasAxis(left, name) && ir::hasAxis(right, name);
         });
}

bool mayFold(ir::DotOp dot, const ir::AxisAliases &aliases, ir::ReduceOp reduce) {
  using Kind = ir::ReduceKind;
  if (!llvm::is_contained({Kind::Sum, Kind::Mean, Kind::Max, Kind::Min}, reduce.getKind()))
    return false;
  Type element = reduce.getType().getElementType();
  if (!aliases.knows(reduce.getInput()) || (!element.isF32() && !element.isF64()))
    return false;
  SmallVector<StringRef> folded = foldedAxes(dot, aliases, reduce);
  return !folded.empty() &&
         (areOuter(folded, dot) || areAllOf(folded, dot, 0) || areAllOf(folded, dot, 1));
}

} // namespace lamina::fuse
