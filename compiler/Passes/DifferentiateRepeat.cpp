// The derivative of a repeat: its rounds backward, reading what each round has kept.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Differentiate.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace lamina::derive {

namespace {

using ir::Axis;

/// The type of a value with `extra` axes in front.
RankedTensorType withAxes(ArrayRef<Axis> extra, Value value) {
  SmallVector<Axis> axes(extra);
  llvm::append_range(axes, ir::axisList(ir::typeOf(value)));
  return ir::tensorType(axes, ir::TensorBuilder::elementOf(value));
}

/// `value` in the memory order of `type`.
Value inOrder(ir::TensorBuilder &build, Value value, RankedTensorType type) {
  if (value.getType() == type)
    return value;
  OpBuilder &b = build.builder;
  return ir::RearrangeOp::create(b, build.location, type, value, b.getArrayAttr({}),
                                 b.getArrayAttr({}), b.getArrayAttr({}), ArrayRef<int64_t>());
}

class RepeatRule {
public:
  RepeatRule(ir::RepeatOp repeat, ir::Adjoint &outer)
      : repeat(repeat), outer(outer), body(repeat.getBody().front()),
        count(repeat.getCarried().size()) {}

  LogicalResult run() {
    findLeaves();
    if (failed(sweepBody()))
      return failure();
    collectReads();
    keepValues();
    buildBackward();
    distribute();
    return success();
  }

private:
  Value carriedArgument(size_t i) { return body.getArgument(1 + i); }
  Value slice(size_t i) { return body.getArgument(1 + count + i); }

  void findLeaves();
  LogicalResult sweepBody();
  void collectReads();
  void noteRead(Value value, SmallVectorImpl<Value> &reads);
  void noteAgain(Value value);
  void keepValues();
  void buildBackward();
  void fillBackward();
  Value mapped(Value value, OpBuilder &builder);
  void distribute();

  ir::RepeatOp repeat;
  ir::Adjoint &outer;
  Block &body;
  size_t count; ///< of the carried values

  SmallVector<size_t> carried;   ///< numbers of the active carried values
  SmallVector<size_t> slices;    ///< numbers of the active stacked tensors
  SmallVector<Value> captured;   ///< active values from outside that the body reads
  SmallVector<size_t> collected; ///< numbers of the results after the carried that have a cotangent
  SmallVector<Value> leaves;     ///< `carried`, `captured`, `slices`
  SmallVector<Value>
      seeds; ///< cotangents for `carried`, `collected`: arguments of the body for a while
  SmallVector<Operation *> made; ///< the ops of the body's derivative
  llvm::DenseSet<Operation *> isMade;
  SmallVector<Value> gradients;   ///< of `leaves`, at the end of the body
  llvm::SetVector<Value> kept;    ///< values of a round that the derivative reads
  llvm::SetVector<size_t> again;  ///< numbers of the stacked tensors that it reads
  llvm::DenseSet<Value> seen;     ///< by `noteAgain`
  SmallVector<Value> keptResults; ///< `kept`, stacked

  ir::RepeatOp backward;
  IRMapping map; ///< from the body of `repeat` to that of `backward`
};

void RepeatRule::findLeaves() {
  for (size_t i = 0; i < count; ++i)
    if (outer.wants(carriedArgument(i)))
      carried.push_back(i);
  for (size_t i = 0; i < repeat.getStacked().size(); ++i)
    if (outer.wants(slice(i)))
      slices.push_back(i);
  llvm::SetVector<Value> used;
  getUsedValuesDefinedAbove(repeat.getBody(), used);
  for (Value value : used)
    if (outer.wants(value))
      captured.push_back(value);
  for (size_t i = count; i < repeat.getNumResults(); ++i)
    if (outer.of(repeat.getResult(i)))
      collected.push_back(i);
  for (size_t i : carried)
    leaves.push_back(carriedArgument(i));
  llvm::append_range(leaves, captured);
  for (size_t i : slices)
    leaves.push_back(slice(i));
}

/// Puts the derivative of one round at the end of the body.
LogicalResult RepeatRule::sweepBody() {
  Operation *yield = body.getTerminator();
  Activity activity(leaves);
  if (failed(activity.follow(body, yield)))
    return failure();
  OpBuilder builder(yield);
  ir::Adjoint inner(ir::TensorBuilder(builder, repeat.getLoc()), outer.extra);
  inner.active = activity.active;
  // All ops behind this one are the derivative's.
  Operation *mark = inner.build.constant(0, builder.getI64Type()).getDefiningOp();
  SmallVector<size_t> numbers(carried);
  llvm::append_range(numbers, collected);
  for (size_t i : numbers) {
    Value yielded = yield->getOperand(i);
    seeds.push_back(body.addArgument(withAxes(outer.extra, yielded), repeat.getLoc()));
    inner.add(yielded, seeds.back());
  }
  if (failed(sweep(inner, activity.ops)))
    return failure();
  for (Value leaf : leaves)
    gradients.push_back(inner.full(inner.of(leaf), leaf));
  for (Operation *op = mark->getNextNode(); op != yield; op = op->getNextNode())
    made.push_back(op);
  isMade.insert(made.begin(), made.end());
  mark->erase();
  return success();
}

/// A value of the first pass that the derivative reads.
void RepeatRule::noteRead(Value value, SmallVectorImpl<Value> &reads) {
  Operation *op = value.getDefiningOp();
  if (value.getParentBlock() == &body && !llvm::is_contained(seeds, value) &&
      (!op || !isMade.contains(op)))
    reads.push_back(value);
}

/// Notes the stacked tensors that are needed to have `value` in a round backward.
void RepeatRule::noteAgain(Value value) {
  if (kept.contains(value) || value.getParentBlock() != &body || !seen.insert(value).second)
    return;
  auto argument = dyn_cast<BlockArgument>(value);
  if (argument && argument.getArgNumber() > count)
    again.insert(argument.getArgNumber() - 1 - count);
  if (!argument)
    for (Value operand : value.getDefiningOp()->getOperands())
      noteAgain(operand);
}

/// Decides what each round keeps for its derivative; the rest is had again from that.
void RepeatRule::collectReads() {
  SmallVector<Value> reads;
  for (Operation *op : made)
    op->walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        noteRead(operand, reads);
    });
  for (Value gradient : gradients)
    noteRead(gradient, reads);
  kept = chooseKept(body, count, reads);
  for (Value value : reads)
    noteAgain(value);
}

/// Gives the repeat one more result for each value that is kept.
void RepeatRule::keepValues() {
  OpBuilder builder(repeat);
  Axis depth{repeat.getNameAttr(), int64_t(repeat.getCount()), 0};
  SmallVector<Type> types(repeat.getResultTypes());
  for (Value value : kept)
    types.push_back(withAxes(depth, value));
  auto larger =
      ir::RepeatOp::create(builder, repeat.getLoc(), types, repeat.getName(), repeat.getCount(),
                           repeat.getCarried(), repeat.getStacked(), repeat.getReverse());
  larger.getBody().takeBody(repeat.getBody());
  Operation *yield = body.getTerminator();
  yield->insertOperands(yield->getNumOperands(), kept.getArrayRef());
  for (auto [old, made] : llvm::zip(repeat.getResults(), larger.getResults())) {
    if (outer.active.erase(old))
      outer.active.insert(made);
    if (Value cotangent = outer.of(old))
      outer.cotangents[made] = cotangent;
    outer.cotangents.erase(old);
    old.replaceAllUsesWith(made);
  }
  keptResults.assign(larger.result_begin() + repeat.getNumResults(), larger.result_end());
  repeat.erase();
  repeat = larger;
}

void RepeatRule::buildBackward() {
  ir::TensorBuilder &build = outer.build;
  Axis depth{repeat.getNameAttr(), int64_t(repeat.getCount()), 0};
  SmallVector<Axis> stackedAxes = {depth};
  llvm::append_range(stackedAxes, outer.extra);
  SmallVector<Value> first, stacked;
  SmallVector<Type> types;
  for (size_t i : carried) {
    Value result = repeat.getResult(i);
    first.push_back(inOrder(build, outer.full(result), withAxes(outer.extra, result)));
  }
  for (Value value : captured)
    first.push_back(inOrder(build, outer.full(Value(), value), withAxes(outer.extra, value)));
  for (size_t i : collected) {
    Value yielded = body.getTerminator()->getOperand(i);
    stacked.push_back(
        inOrder(build, outer.full(repeat.getResult(i)), withAxes(stackedAxes, yielded)));
  }
  llvm::append_range(stacked, keptResults);
  for (size_t i : again)
    stacked.push_back(repeat.getStacked()[i]);
  for (Value value : first)
    types.push_back(value.getType());
  for (size_t i : slices)
    types.push_back(withAxes(stackedAxes, slice(i)));
  backward = ir::RepeatOp::create(build.builder, build.location, types, repeat.getName(),
                                  repeat.getCount(), first, stacked, !repeat.getReverse());
  Block &block = backward.getBody().emplaceBlock();
  block.addArgument(body.getArgument(0).getType(), build.location);
  for (Value value : first)
    block.addArgument(value.getType(), build.location);
  for (Value value : stacked)
    block.addArgument(ir::withoutAxis(ir::typeOf(value), repeat.getName()), build.location);
  fillBackward();
}

/// Moves the derivative of a round into the body of `backward` and lets it read what that has.
void RepeatRule::fillBackward() {
  Block &block = backward.getBody().front();
  map.map(body.getArgument(0), block.getArgument(0));
  auto argument = block.args_begin() + 1;
  for (size_t i = 0; i < carried.size(); ++i)
    map.map(seeds[i], *argument++);
  SmallVector<Value> sums(argument, argument + captured.size());
  argument += captured.size();
  for (size_t i = 0; i < collected.size(); ++i)
    map.map(seeds[carried.size() + i], *argument++);
  for (Value value : kept)
    map.map(value, *argument++);
  for (size_t i : again)
    map.map(slice(i), *argument++);
  for (Operation *op : made)
    op->moveBefore(&block, block.end());
  for (Operation *op : made) {
    OpBuilder before(op);
    op->walk([&](Operation *inner) {
      for (OpOperand &operand : inner->getOpOperands())
        operand.set(mapped(operand.get(), before));
    });
  }
  OpBuilder builder = OpBuilder::atBlockEnd(&block);
  ir::TensorBuilder build(builder, outer.build.location);
  SmallVector<Value> yielded;
  for (auto [i, gradient] : llvm::enumerate(gradients)) {
    Value value = mapped(gradient, builder);
    bool isSum = i >= carried.size() && i < carried.size() + captured.size();
    if (isSum)
      value = build.add(sums[i - carried.size()], value);
    auto type = cast<RankedTensorType>(backward.getResult(i).getType());
    if (i >= carried.size() + captured.size())
      type = ir::withoutAxis(type, repeat.getName());
    yielded.push_back(inOrder(build, value, type));
  }
  ir::YieldOp::create(builder, outer.build.location, yielded);
  body.eraseArguments(1 + count + repeat.getStacked().size(), seeds.size());
}

/// The value in the body of `backward`; what was not kept is made again where it is first read.
Value RepeatRule::mapped(Value value, OpBuilder &builder) {
  if (Value found = map.lookupOrNull(value))
    return found;
  Operation *op = value.getDefiningOp();
  if (!op || op->getBlock() != &body)
    return value;
  for (Value operand : op->getOperands())
    map.map(operand, mapped(operand, builder));
  Operation *copy = builder.clone(*op, map);
  return copy->getResult(cast<OpResult>(value).getResultNumber());
}

void RepeatRule::distribute() {
  unsigned next = 0;
  for (size_t i : carried)
    outer.add(repeat.getCarried()[i], backward.getResult(next++));
  for (Value value : captured)
    outer.add(value, backward.getResult(next++));
  for (size_t i : slices)
    outer.add(repeat.getStacked()[i], backward.getResult(next++));
}

} // namespace

LogicalResult sweepRepeat(ir::RepeatOp repeat, ir::Adjoint &adjoint) {
  return RepeatRule(repeat, adjoint).run();
}

} // namespace lamina::derive
