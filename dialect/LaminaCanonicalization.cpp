// Canonical forms: one movement op for two of a kind.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/Lamina.h"

#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace lamina::ir;

/// rename(rename(x)) is one rename.
static LogicalResult mergeRenames(RenameOp op, PatternRewriter &rewriter) {
  auto inner = op.getInput().getDefiningOp<RenameOp>();
  if (!inner)
    return rewriter.notifyMatchFailure(op, "its operand is no rename");
  auto renamed = [](RenameOp rename, StringAttr name) {
    auto found = llvm::find(rename.getFrom(), name);
    return found == rename.getFrom().end()
               ? name
               : cast<StringAttr>(rename.getTo()[found - rename.getFrom().begin()]);
  };
  SmallVector<Attribute> from, to;
  for (StringAttr name : axisNames(inner.getInput().getType()))
    if (StringAttr last = renamed(op, renamed(inner, name)); last != name) {
      from.push_back(name);
      to.push_back(last);
    }
  rewriter.replaceOpWithNewOp<RenameOp>(op, op.getType(), inner.getInput(),
                                        rewriter.getArrayAttr(from), rewriter.getArrayAttr(to));
  return success();
}

void RenameOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(mergeRenames);
}

/// slice(slice(x)) along one axis is one slice.
static LogicalResult mergeSlices(SliceOp op, PatternRewriter &rewriter) {
  auto inner = op.getInput().getDefiningOp<SliceOp>();
  if (!inner || inner.getAxis() != op.getAxis())
    return rewriter.notifyMatchFailure(op, "its operand is no slice of the same axis");
  auto low = int64_t(inner.getLow() + op.getLow() * inner.getStep()),
       step = int64_t(inner.getStep() * op.getStep());
  rewriter.replaceOpWithNewOp<SliceOp>(op, op.getType(), inner.getInput(), op.getAxis(), low, step);
  return success();
}

void SliceOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(mergeSlices);
}

/// expand(expand(x)) is one expand.
static LogicalResult mergeExpands(ExpandOp op, PatternRewriter &rewriter) {
  auto inner = op.getInput().getDefiningOp<ExpandOp>();
  if (!inner)
    return rewriter.notifyMatchFailure(op, "its operand is no expand");
  rewriter.replaceOpWithNewOp<ExpandOp>(op, op.getType(), inner.getInput());
  return success();
}

void ExpandOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(mergeExpands);
}
