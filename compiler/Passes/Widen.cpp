// lamina-widen: run-time extents become static ones, as long as their bounds.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Passes.h"
#include "compiler/Passes/WidenMasks.h"

namespace lamina {
#define GEN_PASS_DEF_WIDENPASS
#include "compiler/Passes/Passes.h.inc"

namespace {
using namespace mlir;

Type widened(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return type;
  SmallVector<ir::Axis> axes = ir::axisList(tensor);
  for (ir::Axis &axis : axes)
    if (axis.bound != 0)
      axis = {axis.name, axis.bound, 0};
  return ir::tensorType(axes, tensor.getElementType());
}

/// Widens the values of one model.
class Widener {
public:
  explicit Widener(ir::ModelOp model) : body(model.getBody().front()), extents(model) {}

  LogicalResult run() {
    if (extents.hasFailed())
      return failure();
    if (extents.empty())
      return success();
    widenInputs();
    SmallVector<Operation *> ops;
    body.walk<WalkOrder::PreOrder>([&](Operation *op) { ops.push_back(op); });
    for (Operation *op : ops)
      retype(op);
    for (Operation *op : ops)
      if (failed(rewrite(op)))
        return failure();
    return narrowOutputs();
  }

private:
  void widenInputs() {
    OpBuilder builder(body.getParentOp()->getContext());
    builder.setInsertionPointToStart(&body);
    for (BlockArgument input : body.getArguments()) {
      if (extents.of(input).empty())
        continue;
      auto widen = ir::WidenOp::create(builder, input.getLoc(), widened(input.getType()), input);
      input.replaceAllUsesExcept(widen, widen);
      extents.set(widen, widen::Lengths(extents.of(input)));
    }
  }

  void retype(Operation *op) {
    for (Value result : op->getResults())
      result.setType(widened(result.getType()));
    if (auto repeat = dyn_cast<ir::RepeatOp>(op))
      for (BlockArgument argument : repeat.getBody().getArguments())
        argument.setType(widened(argument.getType()));
  }

  LogicalResult rewrite(Operation *op) {
    if (auto index = dyn_cast<ir::IndexOp>(op)) {
      index.getLikeMutable().clear();
    } else if (auto extent = dyn_cast<ir::ExtentOp>(op)) {
      if (auto source = extents.of(extent.getValue(), extent.getAxisAttr())) {
        extent.replaceAllUsesWith(widen::MaskBuilder(op).extentOf(*source));
        extent.erase();
      }
    } else if (auto rearrange = dyn_cast<ir::RearrangeOp>(op)) {
      fixParts(rearrange);
    } else if (!isa<ir::WidenOp>(op)) {
      return widen::maskOperands(op, extents);
    }
    return success();
  }

  /// A part of run-time extent is the whole of its axis.
  static void fixParts(ir::RearrangeOp op) {
    SmallVector<int64_t> fixed(op.getPartExtents());
    for (Attribute group : op.getFrom())
      for (auto [name, extent] : llvm::zip_equal(op.getPartNames(), fixed))
        if (auto parts = cast<ArrayAttr>(group);
            ShapedType::isDynamic(extent) && parts[parts.size() - 1] == name)
          extent = ir::extentOf(op.getInput().getType(), cast<StringAttr>(parts[0]));
    op.setPartExtents(fixed);
  }

  LogicalResult narrowOutputs() {
    Operation *yield = body.getTerminator();
    OpBuilder builder(yield);
    for (OpOperand &output : yield->getOpOperands()) {
      SmallVector<Value> like;
      SmallVector<Attribute> axes, of;
      auto type = cast<RankedTensorType>(output.get().getType());
      SmallVector<ir::Axis> narrowed = ir::axisList(type);
      for (const auto &[axis, source] : extents.of(output.get())) {
        if (!source.isInputs())
          return yield->emitOpError()
                 << "gives axis '" << axis.getValue() << "' an extent that is no input's";
        like.push_back(source.input);
        axes.push_back(axis);
        of.push_back(source.axis);
        for (ir::Axis &own : narrowed)
          if (own.name == axis)
            own = {axis, ShapedType::kDynamic, source.bound};
      }
      if (!like.empty())
        output.set(ir::NarrowOp::create(
            builder, yield->getLoc(), ir::tensorType(narrowed, type.getElementType()), output.get(),
            like, builder.getArrayAttr(axes), builder.getArrayAttr(of)));
    }
    return success();
  }

  Block &body;
  widen::RunTimeExtents extents;
};

struct WidenPass : impl::WidenPassBase<WidenPass> {
  void runOnOperation() override {
    WalkResult result = getOperation()->walk([](ir::ModelOp model) {
      return failed(Widener(model).run()) ? WalkResult::interrupt() : WalkResult::skip();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace
} // namespace lamina
