// Moves grouped ops into lamina.kernel ops.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/FuseGroups.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace lamina::fuse {
namespace {

/// Collects what one kernel holds and builds it.
class Outliner {
public:
  Outliner(Block &block, const Grouping &grouping, const Group &group)
      : block(block), grouping(grouping), group(group),
        members(group.ops.begin(), group.ops.end()) {}

  void run() {
    for (Operation *op : group.ops)
      collect(op);
    for (Operation *op : group.ops)
      for (Value result : op->getResults())
        if (usedOutside(result))
          outputs.push_back(result);
    build();
  }

private:
  /// Lists the op behind copies of all that it reads, and the values that it reads from memory.
  void collect(Operation *op) {
    for (Value operand : op->getOperands()) {
      Operation *producer = operand.getDefiningOp();
      if (producer && isCopied(producer)) {
        if (!bodyOps.contains(producer))
          collect(producer);
      } else if (!producer || !members.contains(producer)) {
        inputs.insert(operand);
      }
    }
    bodyOps.insert(op);
  }

  /// Positions and scalars from around a repeat are copied too: they never were worth memory.
  bool isCopied(Operation *producer) {
    if (producer->getBlock() == &block)
      return grouping.copied.contains(producer);
    return roleOf(producer) == Role::Free && producer->getNumOperands() == 0;
  }

  bool usedOutside(Value value) {
    return llvm::any_of(value.getUsers(),
                        [&](Operation *user) { return !members.contains(userIn(block, user)); });
  }

  void build() {
    OpBuilder builder(group.ops.back());
    SmallVector<Type> types(ValueRange(outputs).getTypes());
    auto kernel = ir::KernelOp::create(builder, fusedLocation(), types, group.kind,
                                       inputs.getArrayRef(), DictionaryAttr());
    Block &body = kernel.getBody().emplaceBlock();
    IRMapping mapping;
    for (Value input : inputs)
      mapping.map(input, body.addArgument(input.getType(), input.getLoc()));
    builder.setInsertionPointToStart(&body);
    for (Operation *op : bodyOps)
      builder.clone(*op, mapping);
    SmallVector<Value> yielded;
    for (Value output : outputs)
      yielded.push_back(mapping.lookup(output));
    ir::YieldOp::create(builder, group.ops.back()->getLoc(), yielded);
    // Readers of the group, its members too, read the kernel from here on; the members are erased
    // soon after.
    for (auto [output, result] : llvm::zip_equal(outputs, kernel.getResults()))
      output.replaceUsesWithIf(
          result, [&](OpOperand &use) { return !members.contains(userIn(block, use.getOwner())); });
  }

  Location fusedLocation() { return group.anchor->getLoc(); }

  Block &block;
  const Grouping &grouping;
  const Group &group;
  llvm::DenseSet<Operation *> members;
  llvm::SetVector<Value> inputs;
  llvm::SetVector<Operation *> bodyOps;
  SmallVector<Value> outputs;
};

/// Gives `value` memory of its own by a kernel that only copies.
Value copyOf(Value value, Operation *before) {
  OpBuilder builder(before);
  auto kernel =
      ir::KernelOp::create(builder, value.getLoc(), TypeRange(value.getType()),
                           ir::KernelKind::Elementwise, ValueRange(value), DictionaryAttr());
  Block &body = kernel.getBody().emplaceBlock();
  Value argument = body.addArgument(value.getType(), value.getLoc());
  builder.setInsertionPointToStart(&body);
  ir::YieldOp::create(builder, value.getLoc(), argument);
  return kernel.getResult(0);
}

} // namespace

void copyYielded(Block &block) {
  Operation *yield = block.getTerminator();
  llvm::DenseSet<Value> seen;
  for (OpOperand &operand : yield->getOpOperands()) {
    if (operand.get().getDefiningOp<ir::NarrowOp>())
      continue;
    auto kernel = operand.get().getDefiningOp<ir::KernelOp>();
    if (!kernel || kernel->getBlock() != &block || !seen.insert(operand.get()).second)
      operand.set(copyOf(operand.get(), yield));
  }
}

void outlineKernels(Block &block, const Grouping &grouping) {
  // In the order of the block, so that a kernel's readers, also those inside copied ops, already
  // read kernels.
  for (Operation &op : llvm::make_early_inc_range(block)) {
    auto found = grouping.groupOf.find(&op);
    if (found == grouping.groupOf.end())
      continue;
    const Group &group = grouping.groups[found->second];
    if (group.ops.back() == &op)
      Outliner(block, grouping, group).run();
  }
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (grouping.copied.contains(&op) || grouping.groupOf.contains(&op))
      op.erase();
}

} // namespace lamina::fuse
