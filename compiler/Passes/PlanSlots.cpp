// Lets a training step write each slot's next value over the one that it reads.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/PlanMemory.h"

using namespace mlir;

namespace lamina::plan {

bool overwrites(ir::KernelOp kernel, Value value, OpResult result) {
  if (kernel.getKind() != ir::KernelKind::Contraction &&
      kernel.getKind() != ir::KernelKind::Elementwise)
    return false;
  if (value.getType() != result.getType())
    return false;
  // A reduction writes its result from the first tile on.
  Operation *yield = kernel.getBody().front().getTerminator();
  if (yield->getOperand(result.getResultNumber()).getDefiningOp<ir::ReduceOp>())
    return false;
  SmallVector<Value> reached;
  for (auto [input, argument] :
       llvm::zip_equal(kernel.getInputs(), kernel.getBody().getArguments()))
    if (input == value)
      reached.push_back(argument);
  while (!reached.empty())
    for (Operation *user : reached.pop_back_val().getUsers()) {
      if (isa<ir::YieldOp>(user))
        continue;
      if (!isa<ir::UnaryOp, ir::BinaryOp, ir::WhereOp, ir::CastOp>(user))
        return false;
      reached.push_back(user->getResult(0));
    }
  return true;
}

/// Whether the kernel that makes `next` is the last to read `now`, each element before it writes
/// it.
static bool mayShare(Block &body, Value now, Value next) {
  auto maker = next.getDefiningOp<ir::KernelOp>();
  return maker && llvm::all_of(now.getUsers(), [&](Operation *user) {
           Operation *here = body.findAncestorOpInBlock(*user);
           if (here == maker)
             return overwrites(maker, now, cast<OpResult>(next));
           return here->isBeforeInBlock(maker);
         });
}

/// A kernel behind all others that copies `value`.
static Value copyAtEnd(Block &body, Value value) {
  OpBuilder builder(body.getTerminator());
  auto kernel =
      ir::KernelOp::create(builder, value.getLoc(), TypeRange(value.getType()),
                           ir::KernelKind::Elementwise, ValueRange(value), DictionaryAttr());
  Block &inside = kernel.getBody().emplaceBlock();
  Value argument = inside.addArgument(value.getType(), value.getLoc());
  builder.setInsertionPointToStart(&inside);
  ir::YieldOp::create(builder, value.getLoc(), argument);
  return kernel.getResult(0);
}

void separateSlots(ir::ModelOp model) {
  auto slots = model->getAttrOfType<ArrayAttr>("slots");
  if (!slots)
    return;
  Block &body = model.getBody().front();
  Operation *yield = body.getTerminator();
  size_t firstInput = body.getNumArguments() - slots.size();
  size_t firstOutput = yield->getNumOperands() - slots.size();
  for (size_t i = 0; i < slots.size(); ++i) {
    OpOperand &next = yield->getOpOperand(firstOutput + i);
    if (!mayShare(body, body.getArgument(firstInput + i), next.get()))
      next.set(copyAtEnd(body, next.get()));
  }
}

} // namespace lamina::plan
