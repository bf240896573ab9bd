// Elementwise kernels: loops over the result's axes that evaluate and store.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/ElementwiseCuts.h"

using namespace mlir;

namespace lamina::kernels {

/// How many lanes one step takes: several registers of f32, so that independent work hides
/// latencies.
static int64_t stepWidth(const FunctionContext &context) {
  return context.lanes() * (context.target.getVectorRegisters() >= 32 ? 4 : 2);
}

/// The lane axis last: it is the innermost loop.
static void moveLast(SmallVector<LoopAxis> &axes, StringRef lane) {
  auto *found = llvm::find_if(axes, [&](const LoopAxis &axis) { return axis.name == lane; });
  if (found != axes.end())
    std::rotate(found, found + 1, axes.end());
}

static StringRef laneOf(ir::KernelOp kernel, RankedTensorType type) {
  auto plan = kernel.getPlanAttr();
  auto lane = plan ? dyn_cast_or_null<StringAttr>(plan.get("lane")) : StringAttr();
  if (lane && ir::hasAxis(type, lane.getValue()))
    return lane.getValue();
  return type.getRank() > 0 ? ir::axisNames(type).back().getValue() : StringRef();
}

/// One result: loops over its axes, contiguous ones joined.
static void buildResult(ir::KernelOp kernel, Value result, const Buffer &output,
                        ArrayRef<Buffer> inputs, Evaluator &evaluator) {
  ImplicitLocOpBuilder &builder = evaluator.getBuilder();
  const int64_t width = stepWidth(evaluator.getContext());
  SmallVector<LoopAxis> axes = loopsOver(tensorOf(result), evaluator.getContext(), builder);
  moveLast(axes, laneOf(kernel, tensorOf(result)));
  if (isPurelyElementwise(kernel.getBody().front())) {
    SmallVector<Buffer> touched(inputs);
    touched.push_back(output);
    axes = mergeContiguous(axes, touched);
  } else {
    addCuts(result, axes, width);
  }
  emitSharedNest(axes, width, evaluator.getContext(), builder, [&](const Place &place) {
    storeAt(broadcastTo(evaluator.at(result, place), place.lanes, builder), output, place, builder);
  });
}

LogicalResult buildElementwise(ir::KernelOp kernel, ArrayRef<Buffer> inputs,
                               ArrayRef<Buffer> outputs, FunctionContext &context,
                               ImplicitLocOpBuilder &builder) {
  Evaluator evaluator(context, builder);
  Block &body = kernel.getBody().front();
  for (auto [argument, buffer] : llvm::zip_equal(body.getArguments(), inputs))
    evaluator.bind(argument, buffer);
  for (auto [result, buffer] : llvm::zip_equal(body.getTerminator()->getOperands(), outputs))
    buildResult(kernel, result, buffer, inputs, evaluator);
  return success(!evaluator.hasFailed());
}

} // namespace lamina::kernels
