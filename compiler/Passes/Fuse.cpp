// lamina-fuse: puts every op of a model into a kernel.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/FuseGroups.h"
#include "compiler/Passes/Passes.h"

namespace lamina {
#define GEN_PASS_DEF_FUSEPASS
#include "compiler/Passes/Passes.h.inc"

namespace {
using namespace mlir;

/// Puts the ops of a region that kept two computations apart in its place.
void dissolve(ir::CheckpointOp checkpoint) {
  Block &body = checkpoint.getBody().front();
  Operation *yield = body.getTerminator();
  checkpoint.replaceAllUsesWith(yield->getOperands());
  yield->erase();
  checkpoint->getBlock()->getOperations().splice(checkpoint->getIterator(), body.getOperations());
  checkpoint.erase();
}

void fuseBlock(Block &block, bool fuse) {
  for (Operation &op : llvm::make_early_inc_range(block)) {
    if (auto repeat = dyn_cast<ir::RepeatOp>(op))
      fuseBlock(repeat.getBody().front(), fuse);
  }
  if (fuse)
    fuse::spellOutNorms(block);
  fuse::outlineKernels(block, fuse::formGroups(block, fuse));
  fuse::copyYielded(block);
}

struct FusePass : impl::FusePassBase<FusePass> {
  using FusePassBase::FusePassBase;

  void runOnOperation() override {
    getOperation()->walk([](ir::CheckpointOp checkpoint) { dissolve(checkpoint); });
    // Taps name values for others, and what is assigned the training step gives back by itself.
    getOperation()->walk([](Operation *op) {
      if (isa<ir::TapOp, ir::AssignOp>(op))
        op->erase();
    });
    auto target = getOperation()->getAttrOfType<ir::TargetAttr>("lamina.target");
    getOperation()->walk([&](ir::ModelOp model) {
      if (target && model->hasAttr("slots")) {
        fuse::cutBatch(model, target);
        fuse::splitLongSums(model, target);
      }
      fuseBlock(model.getBody().front(), fuse);
      return WalkResult::skip();
    });
  }
};

} // namespace
} // namespace lamina
