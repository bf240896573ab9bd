// Verifiers of axis algebra and neighbourhoods.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/Checks.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace lamina::ir;

LogicalResult RenameOp::verify() {
  RankedTensorType input = getInput().getType();
  if (getFrom().size() != getTo().size())
    return emitOpError() << "renames " << getFrom().size() << " axes to " << getTo().size()
                         << " names";
  if (!getFrom().empty() && failed(requireAxes(*this, input, getFrom())))
    return failure();
  SmallVector<Axis> axes = axisList(input);
  llvm::StringSet<> seen;
  for (Axis &axis : axes) {
    auto found = llvm::find(getFrom(), axis.name);
    if (found != getFrom().end())
      axis.name = cast<StringAttr>(getTo()[found - getFrom().begin()]);
    if (!seen.insert(axis.name.getValue()).second)
      return emitOpError() << "makes two axes of the name '" << axis.name.getValue() << "'";
  }
  return requireType(*this, getType(), axes, input.getElementType());
}

LogicalResult ConcatOp::verify() {
  if (getInputs().empty())
    return emitOpError() << "joins no tensors";
  SmallVector<Axis> axes;
  Axis joined;
  for (auto [i, input] : llvm::enumerate(getInputs())) {
    auto type = cast<RankedTensorType>(input.getType());
    FailureOr<Axis> axis = requireAxis(*this, type, getAxis(), "operand " + std::to_string(i));
    if (failed(axis))
      return failure();
    if (axis->name.getValue() == kBatchAxis)
      return emitOpError() << "joins along '" << kBatchAxis << "', whose extent is not known";
    bool isDynamic = i > 0 && (joined.bound != 0 || axis->bound != 0);
    int64_t total = i == 0 ? 0 : (joined.bound != 0 ? joined.bound : joined.extent);
    total += axis->bound != 0 ? axis->bound : axis->extent;
    isDynamic |= axis->bound != 0;
    joined = {axis->name, isDynamic ? ShapedType::kDynamic : total, isDynamic ? total : 0};
    for (const Axis &other : without(axisList(type), getAxis())) {
      auto *found = llvm::find_if(axes, [&](const Axis &a) { return a.name == other.name; });
      if (found == axes.end())
        axes.push_back(other);
      else if (!(*found == other))
        return emitOpError() << "axis '" << other.name.getValue() << "' has extent "
                             << other.extentText() << " in operand " << i << " and "
                             << found->extentText() << " before";
    }
  }
  if (failed(requireOneElement(*this, getInputs())))
    return failure();
  axes.push_back(joined);
  return requireType(*this, getType(), axes,
                     cast<RankedTensorType>(getInputs()[0].getType()).getElementType());
}

LogicalResult SliceOp::verify() {
  RankedTensorType input = getInput().getType();
  FailureOr<Axis> axis = requireAxis(*this, input, getAxis());
  if (failed(axis) || failed(requireAtLeast(*this, "low", getLow(), 0)) ||
      failed(requireAtLeast(*this, "step", getStep(), 1)))
    return failure();
  SmallVector<Axis> axes = without(axisList(input), getAxis());
  auto low = int64_t(getLow()), step = int64_t(getStep());
  if (ShapedType::isDynamic(axis->extent)) {
    Axis made = derivedAxis(axis->name, *axis, [&](int64_t n) {
      return std::max<int64_t>(1, (n - low + step - 1) / step);
    });
    FailureOr<Axis> result = requireAxis(*this, getType(), getAxis(), "the result");
    if (succeeded(result) && result->bound > 0) // fewer than are left: a slice that ends
      made.bound = std::min(made.bound, result->bound);
    axes.push_back(made);
    return requireType(*this, getType(), axes, input.getElementType());
  }
  FailureOr<Axis> result = requireAxis(*this, getType(), getAxis(), "the result");
  if (failed(result))
    return failure();
  if (ShapedType::isDynamic(result->extent))
    return emitOpError() << "axis '" << getAxis() << "' has the static extent " << axis->extent
                         << ", so must the result";
  // In 128 bits, so that no product overflows.
  if (result->extent > 0 && __int128(low) + __int128(result->extent - 1) * step >= axis->extent)
    return emitOpError() << "takes " << result->extent << " elements from " << low << " by " << step
                         << ", axis '" << getAxis() << "' has only " << axis->extent;
  axes.push_back(*result);
  return requireType(*this, getType(), axes, input.getElementType());
}

LogicalResult TakeOp::verify() {
  RankedTensorType input = getInput().getType();
  FailureOr<Axis> axis = requireAxis(*this, input, getAxis());
  if (failed(axis))
    return failure();
  if (ShapedType::isDynamic(axis->extent))
    return emitOpError() << "axis '" << getAxis() << "' has no static extent";
  auto index = int64_t(getIndex());
  if (index < 0 || index >= axis->extent)
    return emitOpError() << "takes element " << index << " of axis '" << getAxis()
                         << "', which has " << axis->extent;
  return requireType(*this, getType(), without(axisList(input), getAxis()), input.getElementType());
}

LogicalResult ExpandOp::verify() {
  RankedTensorType input = getInput().getType();
  SmallVector<Axis> axes = axisList(input);
  for (const Axis &axis : axisList(getType()))
    if (!hasAxis(input, axis.name)) {
      if (ShapedType::isDynamic(axis.extent))
        return emitOpError() << "the new axis '" << axis.name.getValue()
                             << "' has no static extent";
      axes.push_back(axis);
    }
  return requireType(*this, getType(), axes, input.getElementType());
}

LogicalResult PadOp::verify() {
  RankedTensorType input = getInput().getType();
  FailureOr<Axis> axis = requireAxis(*this, input, getAxis());
  if (failed(axis) || failed(requireAtLeast(*this, "low", getLow(), 0)) ||
      failed(requireAtLeast(*this, "high", getHigh(), 0)))
    return failure();
  if (axis->name.getValue() == kBatchAxis)
    return emitOpError() << "pads '" << kBatchAxis << "', whose extent is not known";
  auto most = int64_t(std::max(getLow(), getHigh()));
  if (getMode() == PadMode::Reflect && !ShapedType::isDynamic(axis->extent) && most >= axis->extent)
    return emitOpError() << "reflects " << most << " cells of axis '" << getAxis()
                         << "', which has " << axis->extent << "; at most " << axis->extent - 1
                         << " can be";
  SmallVector<Axis> axes = without(axisList(input), getAxis());
  axes.push_back(
      derivedAxis(axis->name, *axis, [&](int64_t n) { return n + int64_t(getLow() + getHigh()); }));
  return requireType(*this, getType(), axes, input.getElementType());
}

/// Ops along an axis that keep the type.
static LogicalResult verifyAlong(Operation *op, RankedTensorType input, StringRef axis,
                                 RankedTensorType result) {
  if (failed(requireAxis(op, input, axis)))
    return failure();
  return requireType(op, result, axisList(input), input.getElementType());
}

LogicalResult RollOp::verify() {
  return verifyAlong(*this, getInput().getType(), getAxis(), getType());
}

LogicalResult ShiftOp::verify() {
  return verifyAlong(*this, getInput().getType(), getAxis(), getType());
}

LogicalResult WindowOp::verify() {
  RankedTensorType input = getInput().getType();
  FailureOr<Axis> axis = requireAxis(*this, input, getAxis());
  if (failed(axis) || failed(requireAtLeast(*this, "size", getSize(), 1)) ||
      failed(requireAtLeast(*this, "stride", getStride(), 1)) ||
      failed(requireAtLeast(*this, "dilation", getDilation(), 1)))
    return failure();
  if (axis->name.getValue() == kBatchAxis)
    return emitOpError() << "slides over '" << kBatchAxis << "', whose extent is not known";
  SmallVector<Axis> axes = without(axisList(input), getAxis());
  for (StringAttr made : {getOutAttr(), getKernelAttr()})
    if (llvm::any_of(axes, [&](const Axis &other) { return other.name == made; }))
      return emitOpError() << "the operand has the axis '" << made.getValue() << "' that is made";
  if (getOut() == getKernel())
    return emitOpError() << "makes two axes of the name '" << getOut() << "'";
  __int128 span = __int128(getDilation()) * (getSize() - 1) + 1;
  int64_t most = axis->bound != 0 ? axis->bound : axis->extent;
  if (span > most)
    return emitOpError() << "a window of " << getSize() << " cells, dilated by " << getDilation()
                         << ", does not fit axis '" << getAxis() << "' of extent " << most;
  axes.push_back(derivedAxis(getOutAttr(), *axis, [&](int64_t n) {
    return (n - int64_t(span)) / int64_t(getStride()) + 1;
  }));
  axes.push_back({getKernelAttr(), int64_t(getSize()), 0});
  return requireType(*this, getType(), axes, input.getElementType());
}

LogicalResult ResizeOp::verify() {
  RankedTensorType input = getInput().getType();
  FailureOr<Axis> from = requireAxis(*this, input, getAxis());
  if (failed(from))
    return failure();
  FailureOr<Axis> to = requireAxis(*this, getType(), getAxis(), "the result");
  if (failed(to) || failed(requireElement(*this, input.getElementType(), Elements::Float)))
    return failure();
  if (ShapedType::isDynamic(from->extent) || ShapedType::isDynamic(to->extent))
    return emitOpError() << "axis '" << getAxis() << "' has no static extent";
  SmallVector<Axis> axes = without(axisList(input), getAxis());
  axes.push_back(*to);
  return requireType(*this, getType(), axes, input.getElementType());
}
