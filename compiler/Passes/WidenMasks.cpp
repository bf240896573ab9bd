// Masks for each op that mixes elements along an axis of run-time extent.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/WidenMasks.h"

#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;

namespace lamina::widen {
namespace {

using ir::BinaryKind;

/// The masks of one op.
class Masking {
public:
  Masking(Operation *op, RunTimeExtents &extents) : op(op), extents(extents), build(op) {}

  LogicalResult run() {
    return TypeSwitch<Operation *, LogicalResult>(op)
        .Case<ir::DotOp, ir::ReduceOp, ir::SoftmaxOp, ir::StandardizeOp, ir::GatherOp,
              ir::ScatterAddOp, ir::ShiftOp, ir::KeepTopKOp, ir::SortOp>(
            [&](auto concrete) { return mask(concrete), success(); })
        .Case<ir::TakeOp, ir::PadOp, ir::RollOp, ir::ResizeOp, ir::ConcatOp, ir::TopKOp>(
            [&](auto concrete) { return refuse(concrete.getAxisAttr()); })
        .Default([](Operation *) { return success(); });
  }

private:
  bool runs(Value value, ArrayAttr axes) { return !lengthsOf(value, axes).empty(); }
  ArrayAttr alone(StringAttr axis) { return ArrayAttr::get(op->getContext(), {axis}); }
  Type elementOf(Value value) { return cast<RankedTensorType>(value.getType()).getElementType(); }

  void setMasked(unsigned i, ArrayAttr axes, Value beyond) {
    Value operand = op->getOperand(i);
    bool isZero = matchPattern(beyond, m_Zero()) || matchPattern(beyond, m_AnyZeroFloat());
    if (!isZero || !operand.getDefiningOp<ir::WidenOp>()) // what comes in is zero beyond already
      op->setOperand(i, build.masked(operand, lengthsOf(operand, axes), beyond));
  }

  void replace(Value by) {
    Value result = op->getResult(0);
    by = build.inOrderOf(by, cast<RankedTensorType>(result.getType()));
    extents.set(by, Lengths(extents.of(result)));
    result.replaceAllUsesWith(by);
    op->erase();
  }

  LogicalResult refuse(StringAttr axis) {
    for (Value operand : op->getOperands())
      if (extents.of(operand, axis))
        return op->emitOpError() << "works along axis '" << axis.getValue()
                                 << "', whose extent is known at run time only";
    return success();
  }

  /// Both sides: zero times what may be infinite beyond is no zero.
  void mask(ir::DotOp dot) {
    for (unsigned i : {0u, 1u})
      if (runs(dot->getOperand(i), dot.getAxes()))
        setMasked(i, dot.getAxes(), build.number(0, elementOf(dot->getOperand(i))));
  }

  void mask(ir::ReduceOp reduce) {
    Value input = reduce.getInput();
    Type element = elementOf(input);
    ArrayAttr axes = reduce.getAxes();
    if (!runs(input, axes))
      return;
    switch (reduce.getKind()) {
    case ir::ReduceKind::Sum:
    case ir::ReduceKind::Any:
    case ir::ReduceKind::Norm:
      return setMasked(0, axes, build.number(0, element));
    case ir::ReduceKind::Prod:
    case ir::ReduceKind::All:
      return setMasked(0, axes, build.number(1, element));
    case ir::ReduceKind::Max:
    case ir::ReduceKind::ArgMax:
    case ir::ReduceKind::LogSumExp:
      return setMasked(0, axes, build.extreme(/*isLeast=*/true, element));
    case ir::ReduceKind::Min:
      return setMasked(0, axes, build.extreme(/*isLeast=*/false, element));
    case ir::ReduceKind::Mean:
      return replace(meanOf(input, axes, input));
    case ir::ReduceKind::Var:
      return replace(meanOf(squared(centred(input, axes)), axes, input));
    }
  }

  void mask(ir::SoftmaxOp softmax) {
    if (runs(softmax.getInput(), softmax.getAxes()))
      setMasked(0, softmax.getAxes(),
                build.extreme(/*isLeast=*/true, elementOf(softmax.getInput())));
  }

  void mask(ir::StandardizeOp op) {
    Value input = op.getInput();
    if (!runs(input, op.getAxes()))
      return;
    Value away = centred(input, op.getAxes());
    Value variance = meanOf(squared(away), op.getAxes(), input);
    Value eps = build.number(op.getEps().convertToDouble(), elementOf(input));
    Value deviation = build.squareRoot(build.binary(BinaryKind::Add, variance, eps));
    replace(build.binary(BinaryKind::Div, away, deviation));
  }

  /// An index into what lies beyond a table's extent is out of range, one that itself lies beyond
  /// is not looked at.
  void mask(ir::GatherOp gather) {
    Value index = gather.getIndex();
    Type element = elementOf(index);
    if (auto length = extents.of(gather.getTable(), gather.getAxisAttr())) {
      Value extent = build.cast(build.extentOf(*length), element);
      Value isKnown = build.binary(BinaryKind::Lt, index, extent);
      index = build.where(isKnown, index, build.number(-1, element));
    }
    index = build.masked(index, extents.of(gather.getIndex()), build.number(0, element));
    gather.getIndexMutable().assign(index);
  }

  void mask(ir::ScatterAddOp scatter) {
    const Lengths &lengths = extents.of(scatter.getIndex());
    if (lengths.empty())
      return;
    scatter.getUpdatesMutable().assign(build.masked(
        scatter.getUpdates(), lengths, build.number(0, elementOf(scatter.getUpdates()))));
    scatter.getIndexMutable().assign(
        build.masked(scatter.getIndex(), lengths, build.number(0, elementOf(scatter.getIndex()))));
  }

  void mask(ir::ShiftOp shift) {
    if (extents.of(shift.getInput(), shift.getAxisAttr()) && int64_t(shift.getOffset()) < 0)
      setMasked(0, alone(shift.getAxisAttr()),
                build.number(shift.getFill().convertToDouble(), elementOf(shift.getInput())));
  }

  void mask(ir::KeepTopKOp keep) {
    if (extents.of(keep.getInput(), keep.getAxisAttr()))
      setMasked(0, alone(keep.getAxisAttr()),
                build.extreme(/*isLeast=*/true, elementOf(keep.getInput())));
  }

  /// What is sorted last: NaN, or the largest integer.
  void mask(ir::SortOp sort) {
    Type element = elementOf(sort.getInput());
    if (extents.of(sort.getInput(), sort.getAxisAttr()))
      setMasked(0, alone(sort.getAxisAttr()),
                isa<FloatType>(element) ? build.number(std::nan(""), element)
                                        : build.extreme(/*isLeast=*/false, element));
  }

  /// The mean of `value`, whose axes run like those of `like`.
  Value meanOf(Value value, ArrayAttr axes, Value like) {
    Lengths lengths = lengthsOf(like, axes);
    Type element = elementOf(value);
    Value total = build.sum(build.masked(value, lengths, build.number(0, element)), axes);
    return build.binary(BinaryKind::Div, total, build.countOf(like, lengths, axes, element));
  }
  Value centred(Value value, ArrayAttr axes) {
    return build.binary(BinaryKind::Sub, value, meanOf(value, axes, value));
  }
  Value squared(Value value) { return build.binary(BinaryKind::Mul, value, value); }

  /// Those of the value's run-time extents that belong to `axes`.
  Lengths lengthsOf(Value value, ArrayAttr axes) {
    Lengths lengths = extents.of(value);
    llvm::erase_if(lengths, [&](auto &entry) { return !llvm::is_contained(axes, entry.first); });
    return lengths;
  }

  Operation *op;
  RunTimeExtents &extents;
  MaskBuilder build;
};

} // namespace

LogicalResult maskOperands(Operation *op, RunTimeExtents &extents) {
  return Masking(op, extents).run();
}

} // namespace lamina::widen
