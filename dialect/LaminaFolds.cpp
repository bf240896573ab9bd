// Folders: what an op's result is when its operands say enough. No fold changes a bit of a result:
// x + 0 stays where x may be -0, x * 0 where it may be NaN.
// SPDX-License-Identifier: Apache-2.0
// WITH LLVM-exception
#include "dialect/Lamina.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace lamina::ir;

OpFoldResult ConstantOp::fold(FoldAdaptor adaptor) { return adaptor.getValue(); }

// --- elementwise ---------------------------------------------------------------------------------

OpFoldResult UnaryOp::fold(FoldAdaptor) {
  auto inner = getInput().getDefiningOp<UnaryOp>();
  if (!inner || inner.getType() != getType())
    return {};
  if (getKind() == UnaryKind::Neg && inner.getKind() == UnaryKind::Neg &&
      inner.getInput().getType() == getType())
    return inner.getInput();
  bool isIdempotent = llvm::is_contained({UnaryKind::Abs, UnaryKind::Relu, UnaryKind::Floor,
                                          UnaryKind::Ceil, UnaryKind::Round, UnaryKind::Sign},
                                         getKind());
  return isIdempotent && inner.getKind() == getKind() ? getInput() : OpFoldResult();
}

/// The operand is this number in every element; -0 is not 0.
static bool isAll(Attribute value, double number) {
  auto splat = dyn_cast_or_null<SplatElementsAttr>(value);
  if (!splat)
    return false;
  if (isa<FloatType>(splat.getElementType()))
    return splat.getSplatValue<APFloat>().isExactlyValue(number);
  return splat.getSplatValue<APInt>().getSExtValue() == int64_t(number);
}

/// Whether `value` in the place of the right operand leaves the left one as it is, bit for bit.
static bool isRightIdentity(BinaryKind kind, Attribute value, bool isFloat) {
  switch (kind) {
  case BinaryKind::Add:
    return isAll(value, isFloat ? -0.0 : 0.0);
  case BinaryKind::Sub:
    return isAll(value, 0.0);
  case BinaryKind::Mul:
  case BinaryKind::Div:
    return isAll(value, 1.0);
  case BinaryKind::Pow:
    return isAll(value, 1.0);
  case BinaryKind::FloorDiv:
    return !isFloat && isAll(value, 1.0);
  case BinaryKind::Or:
  case BinaryKind::Xor:
  case BinaryKind::ShiftLeft:
  case BinaryKind::ShiftRight:
    return isAll(value, 0.0);
  default:
    return false;
  }
}

OpFoldResult BinaryOp::fold(FoldAdaptor adaptor) {
  bool isFloat = isa<FloatType>(getLhs().getType().getElementType());
  if (getLhs().getType() == getType() && isRightIdentity(getKind(), adaptor.getRhs(), isFloat))
    return getLhs();
  bool commutes = llvm::is_contained(
      {BinaryKind::Add, BinaryKind::Mul, BinaryKind::Or, BinaryKind::Xor}, getKind());
  if (commutes && getRhs().getType() == getType() &&
      isRightIdentity(getKind(), adaptor.getLhs(), isFloat))
    return getRhs();
  bool isIdempotent = llvm::is_contained(
      {BinaryKind::Min, BinaryKind::Max, BinaryKind::And, BinaryKind::Or}, getKind());
  return isIdempotent && getLhs() == getRhs() && getLhs().getType() == getType() ? getLhs()
                                                                                 : OpFoldResult();
}

OpFoldResult WhereOp::fold(FoldAdaptor adaptor) {
  if (getTrueValue() == getFalseValue() && getTrueValue().getType() == getType())
    return getTrueValue();
  auto condition = dyn_cast_or_null<SplatElementsAttr>(adaptor.getCondition());
  if (!condition)
    return {};
  Value taken = condition.getSplatValue<bool>() ? getTrueValue() : getFalseValue();
  return taken.getType() == getType() ? taken : OpFoldResult();
}

OpFoldResult CastOp::fold(FoldAdaptor) {
  return getInput().getType() == getType() ? getInput() : OpFoldResult();
}

// --- movement: ops that move nothing -------------------------------------------------------------

/// The operand, where an op that would keep its order in memory keeps its type too.
static OpFoldResult operandIf(bool movesNothing, Value operand, Type result) {
  return movesNothing && operand.getType() == result ? operand : OpFoldResult();
}

OpFoldResult RearrangeOp::fold(FoldAdaptor) {
  return operandIf(getFrom() == getTo(), getInput(), getType());
}

OpFoldResult RenameOp::fold(FoldAdaptor) {
  return operandIf(getFrom() == getTo(), getInput(), getType());
}

OpFoldResult ConcatOp::fold(FoldAdaptor) {
  return operandIf(getInputs().size() == 1, getInputs()[0], getType());
}

OpFoldResult SliceOp::fold(FoldAdaptor) {
  return operandIf(getLow() == 0 && getStep() == 1, getInput(), getType());
}

OpFoldResult ExpandOp::fold(FoldAdaptor) { return operandIf(true, getInput(), getType()); }

OpFoldResult PadOp::fold(FoldAdaptor) {
  return operandIf(getLow() == 0 && getHigh() == 0, getInput(), getType());
}

OpFoldResult RollOp::fold(FoldAdaptor) {
  int64_t extent = extentOf(getType(), getAxis());
  bool isRound = getOffset() == 0 || (extent > 0 && int64_t(getOffset()) % extent == 0);
  return operandIf(isRound, getInput(), getType());
}

OpFoldResult ShiftOp::fold(FoldAdaptor) {
  return operandIf(getOffset() == 0, getInput(), getType());
}

OpFoldResult ExtentOp::fold(FoldAdaptor) {
  int64_t extent = extentOf(getValue().getType(), getAxis());
  if (ShapedType::isDynamic(extent))
    return {};
  return DenseElementsAttr::get(getType(), extent);
}
