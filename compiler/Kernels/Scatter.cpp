// Scatter kernels: the result is cleared, then updates are added in the order of the index; or the
// products of what is not zero in a sparse operand.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/ElementwiseLoops.h"
#include "compiler/Kernels/Sharing.h"
#include "compiler/Kernels/SparseDot.h"
#include "compiler/Kernels/VectorMath.h"

using namespace mlir;

namespace lamina::kernels {

static int64_t stepWidth(const FunctionContext &context) { return context.lanes() * 2; }

/// Zeros everywhere.
static void clear(ir::ScatterAddOp op, const Buffer &output, FunctionContext &context,
                  ImplicitLocOpBuilder &builder) {
  SmallVector<LoopAxis> axes = loopsOver(tensorOf(op), context, builder);
  axes = mergeContiguous(axes, output);
  Value zero = numberOf(0, output.element, builder);
  emitNest(axes, stepWidth(context), Place(), builder, [&](const Place &place) {
    storeAt(broadcastTo(zero, place.lanes, builder), output, place, builder);
  });
}

/// The axes of the updates that the index lacks, the fastest of the result last.
static SmallVector<LoopAxis> updateAxes(ir::ScatterAddOp op, FunctionContext &context,
                                        ImplicitLocOpBuilder &builder) {
  SmallVector<LoopAxis> axes;
  for (const LoopAxis &axis : loopsOver(tensorOf(op), context, builder))
    if (axis.name != op.getAxis() && !ir::hasAxis(tensorOf(op.getIndex()), axis.name))
      axes.push_back(axis);
  // An axis that the result lacks too is summed with the index.
  for (const LoopAxis &axis : loopsOver(tensorOf(op.getUpdates()), context, builder))
    if (!ir::hasAxis(tensorOf(op), axis.name) && !ir::hasAxis(tensorOf(op.getIndex()), axis.name))
      axes.insert(axes.begin(), axis);
  return axes;
}

static void addUpdates(ir::ScatterAddOp op, const Buffer &output, Evaluator &evaluator) {
  FunctionContext &context = evaluator.getContext();
  ImplicitLocOpBuilder &builder = evaluator.getBuilder();
  const int64_t extent = ir::extentOf(tensorOf(op), op.getAxis());
  SmallVector<LoopAxis> rest = updateAxes(op, context, builder);
  const bool isUnsigned = output.element.isUnsignedInteger();
  emitNest(loopsOver(tensorOf(op.getIndex()), context, builder), 1, Place(), builder,
           [&](const Place &outer) {
             Value index = wideIndex(op.getIndex(), outer, evaluator);
             Coordinate target = checkedCoordinate(index, extent, evaluator);
             emitNest(rest, stepWidth(context), outer, builder, [&](const Place &place) {
               Place to = place;
               to.at[op.getAxis()] = target;
               Value update =
                   broadcastTo(evaluator.at(op.getUpdates(), place), place.lanes, builder);
               Value before = broadcastTo(loadAt(output, to, builder), place.lanes, builder);
               storeAt(buildBinary(ir::BinaryKind::Add, before, update, isUnsigned, builder),
                       output, to, builder);
             });
           });
}

LogicalResult buildScatter(ir::KernelOp kernel, ArrayRef<Buffer> inputs, ArrayRef<Buffer> outputs,
                           FunctionContext &context, ImplicitLocOpBuilder &builder) {
  Evaluator evaluator(context, builder);
  Block &body = kernel.getBody().front();
  for (auto [argument, buffer] : llvm::zip_equal(body.getArguments(), inputs))
    evaluator.bind(argument, buffer);
  for (auto [value, buffer] : llvm::zip_equal(body.getTerminator()->getOperands(), outputs)) {
    if (auto dot = value.getDefiningOp<ir::DotOp>()) {
      buildSparseDot(dot, buffer, evaluator);
      continue;
    }
    auto scatter = value.getDefiningOp<ir::ScatterAddOp>();
    if (!scatter)
      return kernel.emitOpError("gives a value that is not its scatter_add's");
    // Sums in the order of the index: one thread's work.
    onFirstThread(context, builder, [&] {
      clear(scatter, buffer, context, builder);
      addUpdates(scatter, buffer, evaluator);
    });
  }
  return success(!evaluator.hasFailed());
}

} // namespace lamina::kernels
