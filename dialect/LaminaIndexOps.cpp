// Verifiers of positions, gathers, scatters and selections.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/Checks.h"

using namespace mlir;
using namespace lamina::ir;

LogicalResult IndexOp::verify() {
  FailureOr<Axis> axis = requireAxis(*this, getType(), getAxis(), "the result");
  if (failed(axis))
    return failure();
  bool isDynamic = ShapedType::isDynamic(axis->extent);
  if (!getLike() && isDynamic)
    return emitOpError() << "axis '" << getAxis()
                         << "' has no static extent; give a value that has it by 'like'";
  if (getLike() && !isDynamic)
    return emitOpError() << "axis '" << getAxis() << "' has the static extent " << axis->extent
                         << " and needs no 'like'";
  if (getLike()) {
    FailureOr<Axis> like = requireAxis(*this, getLike().getType(), getAxis(), "'like'");
    if (failed(like))
      return failure();
    axis = *like;
  }
  return requireType(*this, getType(), {*axis}, IntegerType::get(getContext(), 64));
}

static LogicalResult requireIndex(Operation *op, RankedTensorType index) {
  Type element = index.getElementType();
  if (element.isInteger(32) || element.isInteger(64))
    return success();
  return op->emitOpError() << "the index has element type " << element << ", must have i32 or i64";
}

LogicalResult GatherOp::verify() {
  RankedTensorType table = getTable().getType(), index = getIndex().getType();
  if (failed(requireIndex(*this, index)) ||
      failed(requireAxis(*this, table, getAxis(), "the table")))
    return failure();
  SmallVector<Axis> axes = without(axisList(table), getAxis());
  for (const Axis &axis : axisList(index)) {
    auto *found = llvm::find_if(axes, [&](const Axis &other) { return other.name == axis.name; });
    if (found == axes.end())
      axes.push_back(axis);
    else if (!(*found == axis))
      return emitOpError() << "axis '" << axis.name.getValue() << "' has extent "
                           << axis.extentText() << " in the index and " << found->extentText()
                           << " in the table";
  }
  return requireType(*this, getType(), axes, table.getElementType());
}

LogicalResult ScatterAddOp::verify() {
  RankedTensorType updates = getUpdates().getType(), index = getIndex().getType();
  FailureOr<SmallVector<Axis>> axes = unionOfAxes(*this, getOperands());
  if (failed(axes) || failed(requireIndex(*this, index)) ||
      failed(requireElement(*this, updates.getElementType(), Elements::Number, "the updates")))
    return failure();
  FailureOr<Axis> made = requireAxis(*this, getType(), getAxis(), "the result");
  if (failed(made))
    return failure();
  if (ShapedType::isDynamic(made->extent))
    return emitOpError() << "axis '" << getAxis() << "' of the result has no static extent";
  SmallVector<Axis> wanted = {*made};
  for (const Axis &axis : without(*axes, getAxis())) {
    if (hasAxis(getType(), axis.name))
      wanted.push_back(axis);
    else if (!hasAxis(index, axis.name))
      return emitOpError() << "axis '" << axis.name.getValue()
                           << "' of the updates is neither in the result nor in the index";
  }
  if (hasAxis(updates, getAxis()) && !hasAxis(index, getAxis()))
    return emitOpError() << "axis '" << getAxis() << "' of the updates is the one that is made";
  return requireType(*this, getType(), wanted, updates.getElementType());
}

LogicalResult OneHotOp::verify() {
  RankedTensorType index = getIndex().getType();
  if (failed(requireIndex(*this, index)))
    return failure();
  if (hasAxis(index, getAxis()))
    return emitOpError() << "the index has the axis '" << getAxis() << "' that is made";
  FailureOr<Axis> made = requireAxis(*this, getType(), getAxis(), "the result");
  if (failed(made))
    return failure();
  if (ShapedType::isDynamic(made->extent))
    return emitOpError() << "axis '" << getAxis() << "' of the result has no static extent";
  SmallVector<Axis> axes = axisList(index);
  axes.push_back(*made);
  return requireType(*this, getType(), axes, getType().getElementType());
}

/// `k` of the elements along an axis of numbers. Where all are kept that there are, the extent may
/// be one of run time.
static FailureOr<Axis> requireSome(Operation *op, RankedTensorType input, StringRef name, int64_t k,
                                   bool keeps) {
  FailureOr<Axis> axis = requireAxis(op, input, name);
  if (failed(axis) || failed(requireElement(op, input.getElementType(), Elements::Number)) ||
      failed(requireAtLeast(op, "k", k, 1)))
    return failure();
  bool isBounded = keeps && axis->bound != 0;
  if (ShapedType::isDynamic(axis->extent) && !isBounded)
    return op->emitOpError() << "axis '" << name << "' has no static extent";
  if (k > (isBounded ? axis->bound : axis->extent))
    return op->emitOpError() << "'k' is " << k << ", axis '" << name << "' has only "
                             << (isBounded ? axis->bound : axis->extent) << " elements";
  return axis;
}

LogicalResult TopKOp::verify() {
  RankedTensorType input = getInput().getType();
  FailureOr<Axis> axis = requireSome(*this, input, getAxis(), getK(), /*keeps=*/false);
  if (failed(axis))
    return failure();
  SmallVector<Axis> axes = without(axisList(input), getAxis());
  axes.push_back({axis->name, int64_t(getK()), 0});
  if (failed(requireType(*this, getValues().getType(), axes, input.getElementType(),
                         "the first result")))
    return failure();
  return requireType(*this, getIndices().getType(), axes, IntegerType::get(getContext(), 64),
                     "the second result");
}

LogicalResult KeepTopKOp::verify() {
  RankedTensorType input = getInput().getType();
  if (failed(requireSome(*this, input, getAxis(), getK(), /*keeps=*/true)))
    return failure();
  return requireType(*this, getType(), axisList(input), input.getElementType());
}

LogicalResult SortOp::verify() {
  RankedTensorType input = getInput().getType();
  if (failed(requireAxis(*this, input, getAxis())) ||
      failed(requireElement(*this, input.getElementType(), Elements::Number)))
    return failure();
  return requireType(*this, getType(), axisList(input), input.getElementType());
}
