// Verifiers of contractions, reductions and normalisations.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/Checks.h"

using namespace mlir;
using namespace lamina::ir;

/// The axes of the operands that the op does not name.
static SmallVector<Axis> free(ArrayRef<Axis> axes, ArrayAttr named) {
  SmallVector<Axis> rest(axes);
  llvm::erase_if(rest, [&](const Axis &axis) { return llvm::is_contained(named, axis.name); });
  return rest;
}

LogicalResult DotOp::verify() {
  if (failed(requireAxes(*this, getLhs().getType(), getAxes(), "the left operand")) ||
      failed(requireAxes(*this, getRhs().getType(), getAxes(), "the right operand")) ||
      failed(requireOneElement(*this, getOperands())))
    return failure();
  Type element = getLhs().getType().getElementType();
  FailureOr<SmallVector<Axis>> axes = unionOfAxes(*this, getOperands());
  if (failed(axes) || failed(requireElement(*this, element, Elements::Number)))
    return failure();
  return requireType(*this, getType(), free(*axes, getAxes()), element);
}

static Elements takenBy(ReduceKind kind) {
  switch (kind) {
  case ReduceKind::Mean:
  case ReduceKind::Var:
  case ReduceKind::LogSumExp:
  case ReduceKind::Norm:
    return Elements::Float;
  case ReduceKind::Any:
  case ReduceKind::All:
    return Elements::Bool;
  default:
    return Elements::Number;
  }
}

LogicalResult ReduceOp::verify() {
  RankedTensorType input = getInput().getType();
  Type element = input.getElementType();
  if (failed(requireAxes(*this, input, getAxes())) ||
      failed(requireElement(*this, element, takenBy(getKind()))))
    return failure();
  if (getKind() == ReduceKind::ArgMax) {
    if (getAxes().size() != 1)
      return emitOpError() << "takes one axis for 'argmax', not " << getAxes().size();
    element = IntegerType::get(getContext(), 64);
  }
  return requireType(*this, getType(), free(axisList(input), getAxes()), element);
}

/// Ops on floats that keep the type: axes that exist, the result's axes those of the operand.
static LogicalResult verifyNormalising(Operation *op, RankedTensorType input, ArrayAttr axes,
                                       RankedTensorType result) {
  if (failed(requireAxes(op, input, axes)) ||
      failed(requireElement(op, input.getElementType(), Elements::Float)))
    return failure();
  return requireType(op, result, axisList(input), input.getElementType());
}

LogicalResult SoftmaxOp::verify() {
  return verifyNormalising(*this, getInput().getType(), getAxes(), getType());
}

LogicalResult StandardizeOp::verify() {
  double eps = getEps().convertToDouble();
  if (!(eps >= 0) || getEps().isInfinity())
    return emitOpError() << "'eps' is " << eps << ", must be finite and not negative";
  return verifyNormalising(*this, getInput().getType(), getAxes(), getType());
}

LogicalResult CumulateOp::verify() {
  RankedTensorType input = getInput().getType();
  if (failed(requireAxis(*this, input, getAxis())) ||
      failed(requireElement(*this, input.getElementType(), Elements::Number)))
    return failure();
  return requireType(*this, getType(), axisList(input), input.getElementType());
}
