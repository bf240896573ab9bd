// lamina-inline: dissolves the applications of layers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Passes.h"

#include "dialect/Lamina.h"

#include "mlir/IR/Location.h"
#include "mlir/IR/PatternMatch.h"

namespace lamina {
#define GEN_PASS_DEF_INLINEPASS
#include "compiler/Passes/Passes.h.inc"

namespace {
using namespace mlir;

/// Moves the ops of `apply` in front of it and lets its results be what its body yields.
void dissolve(ir::ApplyOp apply, IRRewriter &rewriter) {
  Block &body = apply.getBody().front();
  StringAttr path = apply.getPathAttr().empty() ? apply.getBlockAttr() : apply.getPathAttr();
  for (Operation &op : body.without_terminator())
    op.setLoc(NameLoc::get(path, op.getLoc()));
  Operation *yield = body.getTerminator();
  SmallVector<Value> results(yield->getOperands());
  rewriter.eraseOp(yield);
  rewriter.inlineBlockBefore(&body, apply);
  rewriter.replaceOp(apply, results);
}

struct InlinePass : impl::InlinePassBase<InlinePass> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    // Inner applications first: their ops then take the path of the outer one along.
    getOperation()->walk<WalkOrder::PostOrder>(
        [&](ir::ApplyOp apply) { dissolve(apply, rewriter); });
  }
};

} // namespace
} // namespace lamina
