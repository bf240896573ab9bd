// A repeat as a loop: where its values lie, and one round of it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/EmitKernels.h"

#include "compiler/Kernels/IndexMath.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace lamina::kernels {

Buffer ModelEmitter::roundOf(const Buffer &whole, StringRef axis, Value index) {
  Buffer part = whole;
  const Buffer::Axis *found = whole.find(axis);
  Value offset = times(builder, index, found->stride);
  part.offset = whole.offset ? plus(builder, whole.offset, offset) : offset;
  llvm::erase_if(part.axes, [&](const Buffer::Axis &own) { return own.name == axis; });
  return part;
}

/// Memory for an integer: one place for all rounds of the repeats around.
Value ModelEmitter::scalarOfFunction() {
  OpBuilder::InsertionGuard guard(builder);
  auto function = builder.getBlock()->getParentOp();
  if (!isa<func::FuncOp>(function))
    function = function->getParentOfType<func::FuncOp>();
  builder.setInsertionPointToStart(&function->getRegion(0).front());
  return memref::AllocaOp::create(builder, MemRefType::get({1}, builder.getI64Type()));
}

/// Where a kernel's result lies in the workspace; -1 for other values.
int64_t ModelEmitter::placeOf(Value value) const {
  auto kernel = value.getDefiningOp<ir::KernelOp>();
  if (!kernel)
    return -1;
  return plannedList(kernel, "offsets", context.oneSample)[cast<OpResult>(value).getResultNumber()];
}

/// Carried values keep one place over all rounds, collected ones have one for each round.
void ModelEmitter::placeResults(ir::RepeatOp repeat) {
  size_t carried = repeat.getCarried().size();
  ArrayRef<int64_t> places = plannedList(repeat, "carried", context.oneSample);
  ArrayRef<int64_t> collected = plannedList(repeat, "collected", context.oneSample);
  for (size_t i = 0; i < repeat.getNumResults(); ++i) {
    Value result = repeat.getResult(i);
    Buffer place = inWorkspace(i < carried ? places[i] : collected[i - carried], result.getType());
    buffers[result] = place;
    if (i >= carried)
      continue;
    buffers[repeat.getBody().getArgument(1 + i)] = place;
    Value init = repeat.getCarried()[i];
    if (placeOf(init) != places[i])
      copy(buffers[init], place);
  }
}

/// What the plan lets a kernel write where it is collected is not copied there.
LogicalResult ModelEmitter::emitRound(ir::RepeatOp repeat, Value round) {
  Block &body = repeat.getBody().front();
  size_t carried = repeat.getCarried().size();
  ArrayRef<int64_t> places = plannedList(repeat, "carried", context.oneSample);
  ArrayRef<int64_t> collected = plannedList(repeat, "collected", context.oneSample);
  auto yielded = body.getTerminator()->getOperands();
  auto partOf = [&](size_t i) {
    return roundOf(buffers[repeat.getResult(i)], repeat.getName(), round);
  };
  for (auto [i, stacked] : llvm::enumerate(repeat.getStacked()))
    buffers[body.getArgument(1 + carried + i)] = roundOf(buffers[stacked], repeat.getName(), round);
  for (size_t i = carried; i < yielded.size(); ++i)
    if (placeOf(yielded[i]) == collected[i - carried])
      partOfCollected[yielded[i]] = partOf(i);
  if (failed(emitBlock(body)))
    return failure();
  builder.setLoc(repeat.getLoc());
  for (size_t i = 0; i < yielded.size(); ++i) {
    if (i < carried && placeOf(yielded[i]) != places[i])
      copy(buffers[yielded[i]], buffers[repeat.getResult(i)]);
    if (i >= carried && !partOfCollected.contains(yielded[i]))
      copy(buffers[yielded[i]], partOf(i));
  }
  return success();
}

LogicalResult ModelEmitter::emitRepeat(ir::RepeatOp repeat) {
  placeResults(repeat);
  Value number = scalarOfFunction();
  Value argument = repeat.getBody().getArgument(0);
  buffers[argument] = bufferOf(number, argument.getType());
  LogicalResult result = success();
  loopOver(builder, constantIndex(builder, 0), constantIndex(builder, repeat.getCount()), 1,
           [&](Value count) {
             Value round = count;
             if (repeat.getReverse())
               round = minus(builder, constantIndex(builder, repeat.getCount() - 1), count);
             Value asNumber = arith::IndexCastOp::create(builder, builder.getI64Type(), round);
             memref::StoreOp::create(builder, asNumber, number, constantIndex(builder, 0));
             result = emitRound(repeat, round);
           });
  return result;
}

} // namespace lamina::kernels
