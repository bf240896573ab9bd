// Verifiers of derivatives, assignments and draws.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/Checks.h"

using namespace mlir;
using namespace lamina::ir;

LogicalResult GradOp::verify() {
  RankedTensorType value = getValue().getType();
  Type element = value.getElementType();
  if (getBy().empty() || getBy().size() != getNumResults())
    return emitOpError() << "derives by " << getBy().size() << " values and has " << getNumResults()
                         << " results";
  if (failed(requireElement(*this, element, Elements::Float, "the value")))
    return failure();
  for (auto [by, result] : llvm::zip_equal(getBy(), getResults())) {
    auto type = cast<RankedTensorType>(by.getType());
    if (type.getElementType() != element)
      return emitOpError() << "derives a value of " << element << " by one of "
                           << type.getElementType() << "; cast one of them";
    SmallVector<Axis> axes = axisList(value);
    for (const Axis &axis : axisList(type)) {
      bool isShared = hasAxis(value, axis.name);
      if (isShared && axis.name.getValue() != kBatchAxis)
        return emitOpError() << "both values have the axis '" << axis.name.getValue()
                             << "'; rename one of them";
      if (!isShared)
        axes.push_back(axis);
    }
    if (failed(requireType(*this, cast<RankedTensorType>(result.getType()), axes, element)))
      return failure();
  }
  return success();
}

LogicalResult StopGradientOp::verify() { return success(); }

LogicalResult BackwardOp::verify() {
  Block &body = getBody().front();
  if (getResultTypes() != getValues().getTypes())
    return emitOpError() << "its results must have the types of its values";
  if (body.getArgumentTypes() != getResultTypes())
    return emitOpError() << "its body must take one cotangent for each result, of its type";
  auto yield = body.empty() ? YieldOp() : dyn_cast<YieldOp>(body.back());
  if (!yield)
    return emitOpError() << "its body must end with 'lamina.yield'";
  if (yield.getOperandTypes() != getBy().getTypes())
    return emitOpError() << "its body must yield one cotangent for each value that it derives by, "
                            "of its type";
  return success();
}

LogicalResult CheckpointOp::verify() {
  Block &body = getBody().front();
  if (body.getNumArguments() != 0)
    return emitOpError() << "its body has " << body.getNumArguments()
                         << " arguments, must have none";
  auto yield = body.empty() ? YieldOp() : dyn_cast<YieldOp>(body.back());
  if (!yield || yield.getOperandTypes() != getResultTypes())
    return emitOpError() << "its body must end with a 'lamina.yield' of its results' types";
  return success();
}

LogicalResult AssignOp::verify() {
  if (getPath().empty())
    return emitOpError() << "has an empty path";
  return success();
}

LogicalResult DrawOp::verify() {
  if (getPath().empty())
    return emitOpError() << "has an empty path";
  bool isDynamic = !getType().hasStaticShape();
  if (isDynamic != bool(getLike()))
    return emitOpError() << (isDynamic ? "needs 'like' for a run-time extent"
                                       : "has 'like' but no run-time extent");
  return requireElement(*this, getType().getElementType(), Elements::Float, "the result");
}
