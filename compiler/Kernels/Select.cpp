// Select kernels: loops over the lines along an axis.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/RowwiseOps.h"
#include "compiler/Kernels/SelectOps.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace lamina::kernels {

static bool isSelection(Operation &op) {
  return isa<ir::TopKOp, ir::KeepTopKOp, ir::SortOp, ir::CumulateOp>(op);
}

/// The buffer that a result of the selection is written to; null where the kernel does not give it.
static const Buffer *outputOf(ir::KernelOp kernel, Value result, ArrayRef<Buffer> outputs) {
  auto yielded = kernel.getBody().front().getTerminator()->getOperands();
  for (auto [value, buffer] : llvm::zip_equal(yielded, outputs))
    if (value == result)
      return &buffer;
  return nullptr;
}

static LogicalResult emitLine(Operation *op, const Line &line, ArrayRef<Buffer> outputs) {
  auto output = [&](Value result) { return outputOf(line.kernel, result, outputs); };
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](ir::TopKOp topk) {
        emitTopK(line, topk.getK(), output(topk.getValues()), output(topk.getIndices()));
        return success();
      })
      .Case([&](ir::KeepTopKOp keep) {
        emitKeepTopK(line, keep.getK(), *output(keep));
        return success();
      })
      .Case([&](ir::CumulateOp cumulate) {
        emitCumulate(line, cumulate.getKind(), *output(cumulate));
        return success();
      })
      .Case([&](ir::SortOp sort) { return emitSort(line, *output(sort)); });
}

/// The one selection whose results the kernel gives.
static FailureOr<Operation *> selectionOf(ir::KernelOp kernel) {
  Operation *selection = nullptr;
  for (Operation &op : kernel.getBody().front()) {
    if (!isSelection(op))
      continue;
    if (selection)
      return op.emitOpError("is the second selection of its kernel");
    selection = &op;
  }
  if (!selection)
    return kernel.emitOpError("selects nothing");
  for (Value value : kernel.getBody().front().getTerminator()->getOperands())
    if (value.getDefiningOp() != selection)
      return kernel.emitOpError("gives a value that is not its selection's");
  return selection;
}

/// The loops over lines, the lane axis last, and whether lanes run along the line.
static bool splitAxes(ir::KernelOp kernel, Operation *selection, SmallVector<LoopAxis> &outer,
                      SmallVector<LoopAxis> &inner, FunctionContext &context,
                      ImplicitLocOpBuilder &builder) {
  const StringRef axis = selection->getAttrOfType<StringAttr>("axis").getValue();
  auto plan = kernel.getPlanAttr();
  auto lane = plan ? dyn_cast_or_null<StringAttr>(plan.get("lane")) : StringAttr();
  for (const LoopAxis &loop : loopsOver(tensorOf(selection->getOperand(0)), context, builder))
    (loop.name == axis ? inner : outer).push_back(loop);
  auto *found = llvm::find_if(
      outer, [&](const LoopAxis &loop) { return lane && loop.name == lane.getValue(); });
  if (found == outer.end())
    return true;
  std::rotate(found, found + 1, outer.end());
  return isa<ir::SortOp>(selection);
}

LogicalResult buildSelect(ir::KernelOp kernel, ArrayRef<Buffer> inputs, ArrayRef<Buffer> outputs,
                          FunctionContext &context, ImplicitLocOpBuilder &builder) {
  FailureOr<Operation *> selection = selectionOf(kernel);
  if (failed(selection))
    return failure();
  SmallVector<LoopAxis> outer, inner;
  const bool lanesInner = splitAxes(kernel, *selection, outer, inner, context, builder);
  LogicalResult result = success();
  emitSharedNest(
      outer, lanesInner ? 1 : rowWidth(context), context, builder, [&](const Place &place) {
        Evaluator evaluator(context, builder);
        for (auto [argument, buffer] : llvm::zip_equal(kernel.getBody().getArguments(), inputs))
          evaluator.bind(argument, buffer);
        Value input = (*selection)->getOperand(0);
        Line line{{evaluator, place, inner, lanesInner, rowWidth(context)},
                  kernel,
                  input,
                  tensorOf(input).getElementType()};
        if (failed(emitLine(*selection, line, outputs)) || evaluator.hasFailed())
          result = failure();
      });
  return result;
}

} // namespace lamina::kernels
