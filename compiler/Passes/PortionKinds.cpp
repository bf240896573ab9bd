// Which ops of a training step act on each sample by itself, and which sum over samples.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/PortionKinds.h"

#include "compiler/Passes/TrainStep.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace lamina::portions {

using train::kSamples;

static bool hasSamples(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && ir::hasAxis(type, kSamples);
}

static bool names(ArrayAttr axes, StringRef name) {
  return llvm::is_contained(axes.getAsValueRange<StringAttr>(), name);
}

bool touchesSamples(Operation *op) {
  return llvm::any_of(op->getOperands(), hasSamples) || llvm::any_of(op->getResults(), hasSamples);
}

/// Whether axes are merged or split and the samples are among them.
static bool regroupsSamples(ir::RearrangeOp op) {
  auto holds = [](Attribute attribute) {
    auto group = cast<ArrayAttr>(attribute);
    return group.size() > 1 && names(group, kSamples);
  };
  return llvm::any_of(op.getFrom(), holds) || llvm::any_of(op.getTo(), holds);
}

/// Whether each position along the samples depends on operands at that position alone.
static bool actsOnEachSample(Operation *op) {
  auto otherAxis = [](auto shaped) { return shaped.getAxis() != kSamples; };
  auto otherAxes = [](auto reducer) { return !names(reducer.getAxes(), kSamples); };
  return TypeSwitch<Operation *, bool>(op)
      .Case<ir::UnaryOp, ir::BinaryOp, ir::WhereOp, ir::CastOp, ir::ExpandOp>(
          [](auto) { return true; })
      .Case([](ir::ConstantOp constant) { return constant.getValue().isSplat(); })
      .Case([](ir::IndexOp index) { return !index.getLike(); })
      .Case([](ir::RenameOp rename) {
        return !names(rename.getFrom(), kSamples) && !names(rename.getTo(), kSamples);
      })
      .Case([](ir::RearrangeOp rearrange) { return !regroupsSamples(rearrange); })
      .Case<ir::SliceOp, ir::TakeOp, ir::PadOp, ir::RollOp, ir::ShiftOp, ir::WindowOp, ir::ResizeOp,
            ir::ConcatOp, ir::CumulateOp, ir::SortOp, ir::TopKOp, ir::KeepTopKOp, ir::OneHotOp,
            ir::GatherOp, ir::ScatterAddOp>(otherAxis)
      .Case<ir::ReduceOp, ir::SoftmaxOp, ir::StandardizeOp, ir::DotOp>(otherAxes)
      .Default(false);
}

/// Whether the op sums over the samples, in a precision in which sums may be added up.
static bool sumsSamples(Operation *op) {
  Type element = cast<RankedTensorType>(op->getResult(0).getType()).getElementType();
  if (!element.isF32() && !element.isF64())
    return false;
  if (auto dot = dyn_cast<ir::DotOp>(op))
    return names(dot.getAxes(), kSamples);
  auto reduce = dyn_cast<ir::ReduceOp>(op);
  return reduce && names(reduce.getAxes(), kSamples) &&
         (reduce.getKind() == ir::ReduceKind::Sum || reduce.getKind() == ir::ReduceKind::Mean);
}

Kinds::Kinds(ir::ModelOp model) {
  Block &body = model.getBody().front();
  for (Value input : body.getArguments())
    if (hasSamples(input))
      kinds[input] = Kind::Sample;
  for (Operation &op : body.without_terminator())
    visit(&op, /*inRepeat=*/false);
}

bool Kinds::goesInPortions(Operation *op) const {
  return llvm::any_of(op->getResults(), [&](Value result) {
    return of(result) == Kind::Sample || of(result) == Kind::Part;
  });
}

void Kinds::visit(Operation *op, bool inRepeat) {
  if (auto repeat = dyn_cast<ir::RepeatOp>(op)) {
    if (!visitRepeat(repeat))
      for (Value result : op->getResults())
        kinds[result] = Kind::Late;
    return;
  }
  Kind kind = kindOf(op, inRepeat);
  for (Value result : op->getResults())
    kinds[result] = kind;
}

/// Sums that only a repeat's later rounds see may be scaled and added there; elsewhere the first
/// sum ends what goes in portions.
Kind Kinds::kindOf(Operation *op, bool inRepeat) const {
  Kind most = Kind::Same;
  bool allParts = true;
  for (Value operand : op->getOperands()) {
    most = std::max(most, of(operand));
    allParts &= of(operand) == Kind::Part;
  }
  if (op->getNumResults() == 0)
    return Kind::Late;
  if (most == Kind::Late || (most == Kind::Part && !inRepeat) || op->getNumRegions() > 0)
    return most == Kind::Same && !touchesSamples(op) ? Kind::Same : Kind::Late;
  if (most == Kind::Part) {
    auto binary = dyn_cast<ir::BinaryOp>(op);
    auto unary = dyn_cast<ir::UnaryOp>(op);
    bool linear = isa<ir::RenameOp, ir::RearrangeOp>(op) ||
                  (unary && unary.getKind() == ir::UnaryKind::Neg) ||
                  (binary && allParts && binary.getKind() == ir::BinaryKind::Add);
    return linear ? Kind::Part : Kind::Late;
  }
  if (!touchesSamples(op))
    return Kind::Same;
  if (sumsSamples(op))
    return Kind::Part;
  return actsOnEachSample(op) && llvm::all_of(op->getResults(), hasSamples) ? Kind::Sample
                                                                            : Kind::Late;
}

/// False where the rounds depend on the whole batch.
bool Kinds::visitRepeat(ir::RepeatOp repeat) {
  for (Value operand : repeat->getOperands())
    if (of(operand) > Kind::Sample)
      return false;
  for (Value argument : repeat.getBody().front().getArguments())
    kinds[argument] = hasSamples(argument) ? Kind::Sample : Kind::Same;
  // A carried sum is known as one after the first pass.
  return visitBody(repeat) || visitBody(repeat);
}

/// True once the carried values are of the same kind before and after a round.
bool Kinds::visitBody(ir::RepeatOp repeat) {
  Block &body = repeat.getBody().front();
  for (Operation &op : body.without_terminator())
    visit(&op, /*inRepeat=*/true);
  bool settled = true;
  for (auto [i, yielded] : llvm::enumerate(body.getTerminator()->getOperands())) {
    kinds[repeat.getResult(i)] = of(yielded);
    if (i >= repeat.getCarried().size())
      continue;
    Kind &before = kinds[body.getArgument(1 + i)];
    if (before == of(yielded))
      continue;
    settled = false;
    if (before == Kind::Same && ir::isSplat(repeat.getCarried()[i], 0))
      before = Kind::Part;
  }
  for (Operation &op : body.without_terminator())
    settled &= llvm::none_of(op.getResults(), [&](Value v) { return of(v) == Kind::Late; });
  return settled;
}

} // namespace lamina::portions
