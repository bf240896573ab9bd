// Which values depend on those that are derived by: what does not is cut before code is made.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Differentiate.h"

using namespace mlir;

namespace lamina::derive {

static bool isFloat(Value value) { return isa<FloatType>(ir::TensorBuilder::elementOf(value)); }

/// Carried values depend on their own rounds, so that the body is gone through until nothing
/// changes.
void Activity::markRepeat(ir::RepeatOp repeat) {
  Block &body = repeat.getBody().front();
  size_t carried = repeat.getCarried().size();
  for (auto [argument, operand] :
       llvm::zip_equal(body.getArguments().drop_front(), repeat->getOperands()))
    if (active.contains(operand))
      active.insert(argument);
  Operation *yield = body.getTerminator();
  for (bool changed = true; changed;) {
    changed = false;
    for (Operation &op : body.without_terminator())
      mark(&op);
    for (size_t i = 0; i < carried; ++i)
      if (active.contains(yield->getOperand(i)))
        changed |= active.insert(body.getArgument(1 + i)).second;
  }
  for (auto [i, yielded] : llvm::enumerate(yield->getOperands()))
    if (active.contains(yielded) || (i < carried && active.contains(body.getArgument(1 + i))))
      active.insert(repeat.getResult(i));
}

/// Marks the results of an op; true if any is active.
bool Activity::mark(Operation *op) {
  if (auto repeat = dyn_cast<ir::RepeatOp>(op)) {
    markRepeat(repeat);
  } else if (auto checkpoint = dyn_cast<ir::CheckpointOp>(op)) {
    for (Operation &inner : checkpoint.getBody().front().without_terminator())
      mark(&inner);
    for (auto [result, yielded] : llvm::zip_equal(
             op->getResults(), checkpoint.getBody().front().getTerminator()->getOperands()))
      if (active.contains(yielded))
        active.insert(result);
  } else if (auto backward = dyn_cast<ir::BackwardOp>(op)) {
    if (llvm::any_of(backward.getBy(), [&](Value by) { return active.contains(by); }))
      active.insert(op->result_begin(), op->result_end());
  } else if (!isa<ir::StopGradientOp>(op) &&
             llvm::any_of(op->getOperands(), [&](Value v) { return active.contains(v); })) {
    for (Value result : op->getResults())
      if (isFloat(result))
        active.insert(result);
  }
  return llvm::any_of(op->getResults(), [&](Value result) { return active.contains(result); });
}

/// Into a region around the derivative: its arguments are constants of the round.
LogicalResult Activity::enter(Operation *op, Operation *until) {
  if (isa<ir::RepeatOp>(op))
    for (Value operand : op->getOperands())
      if (active.contains(operand))
        return until->emitError(
            "the derivative reaches a value outside of 'repeat' through its rounds; take it after "
            "the 'repeat', or of a value of the same round");
  return follow(op->getRegion(0).front(), until);
}

/// Whether an op or one inside of it reads an active value: the op that makes a leaf need not.
static bool readsActive(Operation *op, const llvm::DenseSet<Value> &active) {
  return op
      ->walk([&](Operation *inner) {
        bool reads =
            llvm::any_of(inner->getOperands(), [&](Value v) { return active.contains(v); });
        return reads ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

LogicalResult Activity::follow(Block &block, Operation *until) {
  for (Operation &op : block) {
    if (&op == until)
      return success();
    if (until && op.isAncestor(until))
      return enter(&op, until);
    if (mark(&op) && readsActive(&op, active))
      ops.push_back(&op);
  }
  return success();
}

} // namespace lamina::derive
