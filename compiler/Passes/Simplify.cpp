// lamina-simplify: canonicalisation, constant expressions and common subexpressions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Passes.h"

#include "compiler/Passes/SimplifyConstants.h"
#include "dialect/Lamina.h"

#include "mlir/IR/Dominance.h"
#include "mlir/Transforms/CSE.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace lamina {
#define GEN_PASS_DEF_SIMPLIFYPASS
#include "compiler/Passes/Passes.h.inc"

namespace {
using namespace mlir;

struct SimplifyPass : impl::SimplifyPassBase<SimplifyPass> {
  using SimplifyPassBase::SimplifyPassBase;

  LogicalResult initialize(MLIRContext *context) override {
    RewritePatternSet set(context);
    for (RegisteredOperationName name : context->getRegisteredOperationsByDialect("lamina"))
      name.getCanonicalizationPatterns(set, context);
    patterns = std::move(set);
    return success();
  }

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    // Constants first: a fold of the dialect would round a part of an expression.
    foldConstants(getOperation(), maxElements, rewriter);
    if (failed(applyPatternsGreedily(getOperation(), patterns)))
      return signalPassFailure();
    DominanceInfo dominance(getOperation());
    eliminateCommonSubExpressions(rewriter, dominance, getOperation());
  }

  FrozenRewritePatternSet patterns;
};

} // namespace
} // namespace lamina
