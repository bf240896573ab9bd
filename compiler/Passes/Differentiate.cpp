// lamina-differentiate: computes every lamina.grad in reverse mode.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Differentiate.h"

#include "compiler/Passes/Passes.h"

#include "mlir/IR/IRMapping.h"

namespace lamina {
#define GEN_PASS_DEF_DIFFERENTIATEPASS
#include "compiler/Passes/Passes.h.inc"

using namespace mlir;

namespace derive {

/// Runs the region that a block gave as its own derivative.
static LogicalResult sweepBackward(ir::BackwardOp op, ir::Adjoint &adjoint) {
  if (!adjoint.extra.empty())
    return op.emitError("a block with its own 'backward' takes derivatives of scalars only; here a "
                        "value with axes is derived through it");
  IRMapping map;
  Block &body = op.getBody().front();
  for (auto [argument, result] : llvm::zip_equal(body.getArguments(), op.getResults()))
    map.map(argument, adjoint.full(adjoint.of(result), result));
  for (Operation &inner : body.without_terminator())
    adjoint.build.builder.clone(inner, map);
  for (auto [by, cotangent] : llvm::zip_equal(op.getBy(), body.getTerminator()->getOperands()))
    adjoint.add(by, map.lookupOrDefault(cotangent));
  return success();
}

/// Computes the body again, then brings the cotangents through the copy. The copies can not be
/// merged with the originals, which stay in their region until kernels are formed.
static LogicalResult sweepCheckpoint(ir::CheckpointOp op, ir::Adjoint &adjoint) {
  IRMapping map;
  SmallVector<Operation *> active;
  Block &body = op.getBody().front();
  for (Operation &inner : body.without_terminator()) {
    Operation *copy = adjoint.build.builder.clone(inner, map);
    for (auto [old, made] : llvm::zip_equal(inner.getResults(), copy->getResults()))
      if (adjoint.wants(old)) {
        adjoint.active.insert(made);
        if (!llvm::is_contained(active, copy))
          active.push_back(copy);
      }
  }
  for (auto [result, yielded] :
       llvm::zip_equal(op.getResults(), body.getTerminator()->getOperands()))
    if (Value cotangent = adjoint.of(result))
      adjoint.add(map.lookupOrDefault(yielded), cotangent);
  return sweep(adjoint, active);
}

static LogicalResult sweepOp(Operation *op, ir::Adjoint &adjoint) {
  adjoint.build.location = op->getLoc();
  if (auto repeat = dyn_cast<ir::RepeatOp>(op))
    return sweepRepeat(repeat, adjoint);
  if (auto backward = dyn_cast<ir::BackwardOp>(op))
    return sweepBackward(backward, adjoint);
  if (auto checkpoint = dyn_cast<ir::CheckpointOp>(op))
    return sweepCheckpoint(checkpoint, adjoint);
  if (auto rule = dyn_cast<ir::Differentiable>(op)) {
    rule.buildAdjoint(adjoint);
    return success();
  }
  return op->emitError() << "'" << op->getName() << "' has no derivative";
}

LogicalResult sweep(ir::Adjoint &adjoint, ArrayRef<Operation *> ops) {
  for (Operation *op : llvm::reverse(ops))
    if (llvm::any_of(op->getResults(), [&](Value result) { return bool(adjoint.of(result)); }))
      if (failed(sweepOp(op, adjoint)))
        return failure();
  return success();
}

} // namespace derive

namespace {

/// The axes of the derived value that its derivative has one by one, under names that no source can
/// spell. A batch that is shared stays itself.
SmallVector<ir::Axis> extraAxes(ir::GradOp grad) {
  SmallVector<ir::Axis> axes;
  for (ir::Axis axis : ir::axisList(grad.getValue().getType()))
    if (axis.name.getValue() != ir::kBatchAxis) {
      axis.name = StringAttr::get(grad.getContext(), axis.name.getValue() + "'");
      axes.push_back(axis);
    }
  return axes;
}

/// 1 where the position along each axis and its twin is the same.
Value seedOf(ir::GradOp grad, ArrayRef<ir::Axis> extra, ir::TensorBuilder &build) {
  Type element = ir::TensorBuilder::elementOf(grad.getValue());
  Value seed = build.constant(1, element);
  for (const ir::Axis &twin : extra) {
    ir::Axis own = twin;
    own.name = StringAttr::get(grad.getContext(), twin.name.getValue().drop_back());
    seed = build.mul(seed, build.oneHot(build.index(own), twin, element));
  }
  return seed;
}

/// What the pass cannot express is an error that says what to write.
LogicalResult checkBatch(ir::GradOp grad) {
  bool hasBatch = ir::hasAxis(grad.getValue().getType(), ir::kBatchAxis);
  for (Value by : grad.getBy())
    if (hasBatch && !ir::hasAxis(ir::typeOf(by), ir::kBatchAxis))
      return grad.emitError("derives a value of each sample by one that all samples share; sum or "
                            "average it over 'batch' first");
  for (const ir::Axis &axis : ir::axisList(grad.getValue().getType()))
    if (axis.bound)
      return grad.emitError() << "derives a value along the axis '" << axis.name.getValue()
                              << "', whose extent is known at run time only";
  return success();
}

/// The axes under their own names again and all there, in the order of `type`.
Value finish(ir::Adjoint &adjoint, Value by, RankedTensorType type) {
  ir::TensorBuilder &build = adjoint.build;
  Value result = adjoint.full(adjoint.of(by), by);
  for (const ir::Axis &twin : adjoint.extra)
    result = build.rename(result, {twin.name.getValue()}, {twin.name.getValue().drop_back()});
  if (result.getType() == type)
    return result;
  OpBuilder &b = build.builder;
  return ir::RearrangeOp::create(b, build.location, type, result, b.getArrayAttr({}),
                                 b.getArrayAttr({}), b.getArrayAttr({}), ArrayRef<int64_t>());
}

LogicalResult computeGrad(ir::GradOp grad) {
  if (failed(checkBatch(grad)))
    return failure();
  Operation *root = grad;
  while (!root->hasTrait<OpTrait::IsIsolatedFromAbove>())
    root = root->getParentOp();
  derive::Activity activity(grad.getBy());
  if (failed(activity.follow(root->getRegion(0).front(), grad)))
    return failure();
  OpBuilder builder(grad);
  ir::Adjoint adjoint(ir::TensorBuilder(builder, grad.getLoc()), extraAxes(grad));
  adjoint.active = std::move(activity.active);
  if (adjoint.wants(grad.getValue()))
    adjoint.cotangents[grad.getValue()] = seedOf(grad, adjoint.extra, adjoint.build);
  if (failed(derive::sweep(adjoint, activity.ops)))
    return failure();
  adjoint.build.location = grad.getLoc();
  // A sweep replaces repeats, so the operands are read again.
  for (auto [by, result] : llvm::zip_equal(grad.getBy(), grad.getResults()))
    result.replaceAllUsesWith(finish(adjoint, by, cast<RankedTensorType>(result.getType())));
  grad.erase();
  return success();
}

/// Without derivatives to compute these ops are what they hold.
void takeOutMarks(Operation *root) {
  root->walk([](Operation *op) {
    if (auto stop = dyn_cast<ir::StopGradientOp>(op)) {
      stop.getResult().replaceAllUsesWith(stop.getInput());
      stop.erase();
    } else if (auto backward = dyn_cast<ir::BackwardOp>(op)) {
      backward.replaceAllUsesWith(backward.getValues());
      backward.erase();
    }
  });
}

/// Ops that only derivatives had asked for, or that nothing reads any more.
void dropDead(Operation *root) {
  SmallVector<Operation *> ops;
  root->walk([&](Operation *op) { ops.push_back(op); });
  for (Operation *op : llvm::reverse(ops))
    if (op != root && isOpTriviallyDead(op))
      op->erase();
}

struct DifferentiatePass : impl::DifferentiatePassBase<DifferentiatePass> {
  void runOnOperation() override {
    SmallVector<ir::GradOp> grads;
    getOperation()->walk([&](ir::GradOp grad) { grads.push_back(grad); });
    for (ir::GradOp grad : grads)
      if (failed(computeGrad(grad)))
        return signalPassFailure();
    takeOutMarks(getOperation());
    dropDead(getOperation());
  }
};

} // namespace
} // namespace lamina
