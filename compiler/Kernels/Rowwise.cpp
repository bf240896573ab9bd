// Row-wise kernels: loops over rows; in each the statistics in order, then what depends on them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/RowwiseFold.h"
#include "compiler/Kernels/RowwiseOps.h"

using namespace mlir;

namespace lamina::kernels {

static bool isReducer(Operation &op) {
  return isa<ir::ReduceOp, ir::SoftmaxOp, ir::StandardizeOp>(op);
}

/// The axes that a reducer runs along.
static ArrayAttr reducedAxes(Operation *op) { return op->getAttrOfType<ArrayAttr>("axes"); }

/// Like isPurelyElementwise, reducers apart: merging axes on both sides of the reduction is then
/// safe.
static bool hasPlainBody(Block &block) {
  return llvm::all_of(block, [](Operation &op) {
    if (auto constant = dyn_cast<ir::ConstantOp>(op))
      return isa<SplatElementsAttr>(constant.getValue());
    return isReducer(op) ||
           isa<ir::UnaryOp, ir::BinaryOp, ir::WhereOp, ir::CastOp, ir::YieldOp>(op);
  });
}

namespace {

/// The loops of a row-wise kernel.
struct RowLoops {
  SmallVector<LoopAxis> outer, inner;
  bool lanesInner = false;
};

} // namespace

static void moveLast(SmallVector<LoopAxis> &axes, StringRef lane) {
  auto *found = llvm::find_if(axes, [&](const LoopAxis &axis) { return axis.name == lane; });
  if (found != axes.end())
    std::rotate(found, found + 1, axes.end());
}

/// Axes that a result has beyond the domain (a statistic repeated along an axis) are rows too.
static void addAxes(RankedTensorType type, SmallVector<LoopAxis> &axes,
                    const FunctionContext &context, ImplicitLocOpBuilder &builder) {
  for (const LoopAxis &axis : loopsOver(type, context, builder))
    if (llvm::none_of(axes, [&](const LoopAxis &known) { return known.name == axis.name; }))
      axes.push_back(axis);
}

static RowLoops loopsOf(ir::KernelOp kernel, Operation *reducer, FunctionContext &context,
                        ImplicitLocOpBuilder &builder) {
  SmallVector<LoopAxis> domain;
  addAxes(tensorOf(reducer->getOperand(0)), domain, context, builder);
  RowLoops loops;
  for (const LoopAxis &axis : domain) {
    const bool isReduced =
        llvm::any_of(reducedAxes(reducer).getAsRange<StringAttr>(),
                     [&](StringAttr name) { return name.getValue() == axis.name; });
    (isReduced ? loops.inner : loops.outer).push_back(axis);
  }
  auto plan = kernel.getPlanAttr();
  auto planned = plan ? dyn_cast_or_null<StringAttr>(plan.get("lane")) : StringAttr();
  std::string lane = planned ? planned.str() : domain.back().name;
  if (llvm::none_of(domain, [&](const LoopAxis &axis) { return axis.name == lane; }))
    lane = domain.back().name;
  loops.lanesInner =
      llvm::any_of(loops.inner, [&](const LoopAxis &axis) { return axis.name == lane; });
  moveLast(loops.outer, lane);
  moveLast(loops.inner, lane);
  return loops;
}

/// Every reducer of a kernel runs along the same axes; lamina-fuse forms no others.
static LogicalResult checkReducers(ArrayRef<Operation *> reducers) {
  auto setOf = [](Operation *op) {
    SmallVector<StringRef> names;
    for (auto name : reducedAxes(op).getAsRange<StringAttr>())
      names.push_back(name.getValue());
    llvm::sort(names);
    return names;
  };
  for (Operation *op : reducers)
    if (setOf(op) != setOf(reducers.front()))
      return op->emitOpError("runs along other axes than the first reduction of its kernel");
  return success();
}

/// What one row gives: its statistics, then its part of each result.
static void emitRow(ir::KernelOp kernel, ArrayRef<Operation *> reducers, ArrayRef<Buffer> inputs,
                    ArrayRef<Buffer> outputs, const RowLoops &loops, const Place &place,
                    FunctionContext &context, ImplicitLocOpBuilder &builder, bool &failed) {
  // A new evaluator for each emission: what is bound belongs to this row.
  Evaluator evaluator(context, builder);
  Block &body = kernel.getBody().front();
  for (auto [argument, buffer] : llvm::zip_equal(body.getArguments(), inputs))
    evaluator.bind(argument, buffer);
  Row row{evaluator, place, loops.inner, loops.lanesInner, rowWidth(context)};
  RowScratch scratch(kernel, row);
  for (Operation *op : reducers)
    emitReducer(op, row, scratch);
  for (auto [result, buffer] : llvm::zip_equal(body.getTerminator()->getOperands(), outputs)) {
    auto write = [&, result = result, &buffer = buffer](const Place &at) {
      storeAt(broadcastTo(evaluator.at(result, at), at.lanes, builder), buffer, at, builder);
    };
    const bool alongRow =
        llvm::any_of(reducedAxes(reducers[0]).getAsRange<StringAttr>(),
                     [&](StringAttr axis) { return buffer.find(axis.getValue()); });
    if (alongRow)
      forEachOfRow(row, write);
    else
      write(place);
  }
  failed |= evaluator.hasFailed();
}

LogicalResult buildRowwise(ir::KernelOp kernel, ArrayRef<Buffer> inputs, ArrayRef<Buffer> outputs,
                           FunctionContext &context, ImplicitLocOpBuilder &builder) {
  SmallVector<Operation *> reducers;
  for (Operation &op : kernel.getBody().front())
    if (isReducer(op))
      reducers.push_back(&op);
  if (reducers.empty())
    return kernel.emitOpError("is row-wise but has no reduction");
  if (failed(checkReducers(reducers)))
    return failure();
  RowLoops loops = loopsOf(kernel, reducers.front(), context, builder);
  if (hasPlainBody(kernel.getBody().front())) {
    SmallVector<Buffer> touched(inputs);
    touched.append(outputs.begin(), outputs.end());
    loops.outer = mergeContiguous(loops.outer, touched);
    const bool hasArgmax = llvm::any_of(reducers, [](Operation *op) {
      auto reduce = dyn_cast<ir::ReduceOp>(op);
      return reduce && reduce.getKind() == ir::ReduceKind::ArgMax;
    });
    if (!hasArgmax)
      loops.inner = mergeContiguous(loops.inner, touched);
  }
  bool isFailed = false;
  emitSharedNest(loops.outer, loops.lanesInner ? 1 : rowWidth(context), context, builder,
                 [&](const Place &place) {
                   emitRow(kernel, reducers, inputs, outputs, loops, place, context, builder,
                           isFailed);
                 });
  return success(!isFailed);
}

} // namespace lamina::kernels
