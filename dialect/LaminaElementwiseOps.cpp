// Verifiers of the elementwise ops.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/Checks.h"

using namespace mlir;
using namespace lamina::ir;

static Elements takenBy(UnaryKind kind) {
  switch (kind) {
  case UnaryKind::Neg:
  case UnaryKind::Abs:
  case UnaryKind::Sign:
  case UnaryKind::Relu:
    return Elements::Number;
  case UnaryKind::Not:
    return Elements::Bits;
  default:
    return Elements::Float;
  }
}

LogicalResult UnaryOp::verify() {
  RankedTensorType input = getInput().getType();
  Type element = input.getElementType();
  if (failed(requireElement(*this, element, takenBy(getKind()))))
    return failure();
  if (getKind() == UnaryKind::IsNan)
    element = IntegerType::get(getContext(), 1);
  return requireType(*this, getType(), axisList(input), element);
}

static Elements takenBy(BinaryKind kind) {
  switch (kind) {
  case BinaryKind::Div:
    return Elements::Float;
  case BinaryKind::And:
  case BinaryKind::Or:
  case BinaryKind::Xor:
    return Elements::Bits;
  case BinaryKind::ShiftLeft:
  case BinaryKind::ShiftRight:
    return Elements::Integer;
  case BinaryKind::Eq:
  case BinaryKind::Ne:
    return Elements::Any;
  default:
    return Elements::Number;
  }
}

LogicalResult BinaryOp::verify() {
  Type element = getLhs().getType().getElementType();
  FailureOr<SmallVector<Axis>> axes = unionOfAxes(*this, getOperands());
  if (failed(axes) || failed(requireOneElement(*this, getOperands())) ||
      failed(requireElement(*this, element, takenBy(getKind()))))
    return failure();
  if (getKind() >= BinaryKind::Eq)
    element = IntegerType::get(getContext(), 1);
  return requireType(*this, getType(), *axes, element);
}

LogicalResult WhereOp::verify() {
  FailureOr<SmallVector<Axis>> axes = unionOfAxes(*this, getOperands());
  if (failed(axes) || failed(requireOneElement(*this, {getTrueValue(), getFalseValue()})) ||
      failed(requireElement(*this, getCondition().getType().getElementType(), Elements::Bool,
                            "the condition")))
    return failure();
  return requireType(*this, getType(), *axes, getTrueValue().getType().getElementType());
}

LogicalResult CastOp::verify() {
  return requireType(*this, getType(), axisList(getInput().getType()), getType().getElementType());
}
