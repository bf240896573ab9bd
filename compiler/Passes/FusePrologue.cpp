// What a contraction computes while it packs an operand: the elementwise ops in front of it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/FuseGroups.h"

#include "dialect/Sparse.h"
#include "dialect/TensorBuilder.h"

using namespace mlir;

namespace lamina::fuse {

ir::DotOp prologueOf(Operation *op, const Grouping &grouping) {
  while ((isElementByElement(op) || isa<ir::RenameOp>(op)) && !grouping.groupOf.contains(op) &&
         op->hasOneUse()) {
    Operation *user = *op->user_begin();
    if (user->getBlock() != op->getBlock())
      return nullptr;
    if (auto dot = dyn_cast<ir::DotOp>(user))
      return ir::sparseOperand(dot) ? ir::DotOp() : dot;
    op = user;
  }
  return nullptr;
}

/// (x - mean) / sqrt(variance + eps), with the statistics as reductions.
static Value spellOut(ir::StandardizeOp op) {
  OpBuilder at(op);
  ir::TensorBuilder builder(at, op.getLoc());
  Value x = op.getInput();
  SmallVector<StringRef> axes(op.getAxes().getAsValueRange<StringAttr>());
  Value mean = builder.reduce(ir::ReduceKind::Mean, x, axes);
  Value apart = builder.sub(x, mean);
  Value variance = builder.reduce(ir::ReduceKind::Mean, builder.mul(apart, apart), axes);
  Value shifted = builder.binary(ir::BinaryKind::Add, variance, op.getEps().convertToDouble());
  Value one = builder.constant(1, ir::TensorBuilder::elementOf(x));
  Value factor = builder.div(one, builder.unary(ir::UnaryKind::Sqrt, shifted));
  return builder.mul(builder.sub(x, mean), factor);
}

/// Statistics of half-precision values are kept in f32, which only one op can do by itself.
static bool isShort(RankedTensorType type) { return type.getElementTypeBitWidth() < 32; }

void spellOutNorms(Block &block) {
  for (auto op : llvm::make_early_inc_range(block.getOps<ir::StandardizeOp>())) {
    Operation *user = op->hasOneUse() ? *op->user_begin() : nullptr;
    if (!user || user->getBlock() != &block || isShort(op.getType()) ||
        !(roleOf(user) == Role::Contraction || prologueOf(user, Grouping())))
      continue;
    op.getResult().replaceAllUsesWith(spellOut(op));
    op.erase();
  }
}

} // namespace lamina::fuse
