// Derivatives of the elementwise ops, as the language fixes them at ties, kinks and poles.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/Adjoint.h"

#include <cmath>

using namespace mlir;
using namespace lamina::ir;

/// `value` where the cotangent `dy` is not 0, else 0: also where `value` is infinite or NaN.
static Value unlessZero(TensorBuilder &b, Value dy, Value value) {
  Value isZero = b.binary(BinaryKind::Eq, dy, 0.0);
  return b.where(isZero, b.constant(0, b.elementOf(dy)), value);
}

// --- unary ---------------------------------------------------------------------------------------

/// f'(x) of the functions that are smooth everywhere, from x and y = f(x); null for the others.
static Value smoothSlope(UnaryKind kind, TensorBuilder &b, Value x, Value y) {
  Type element = b.elementOf(x);
  Value one = b.constant(1, element);
  switch (kind) {
  case UnaryKind::Neg:
    return b.constant(-1, element);
  case UnaryKind::Exp:
    return y;
  case UnaryKind::Expm1:
    return b.add(y, one);
  case UnaryKind::Sin:
    return b.unary(UnaryKind::Cos, x);
  case UnaryKind::Cos:
    return b.neg(b.unary(UnaryKind::Sin, x));
  case UnaryKind::Tan:
    return b.add(b.mul(y, y), one);
  case UnaryKind::Tanh:
    return b.sub(one, b.mul(y, y));
  case UnaryKind::Sinh:
    return b.unary(UnaryKind::Cosh, x);
  case UnaryKind::Cosh:
    return b.unary(UnaryKind::Sinh, x);
  case UnaryKind::Erf:
    return b.mul(b.unary(UnaryKind::Exp, b.neg(b.mul(x, x))), 2 / std::sqrt(M_PI));
  case UnaryKind::Sigmoid:
    return b.mul(y, b.sub(one, y));
  case UnaryKind::Softplus:
    return b.unary(UnaryKind::Sigmoid, x);
  case UnaryKind::Abs:
    return b.unary(UnaryKind::Sign, x);
  default:
    return {};
  }
}

/// What dy brings to x where f' may be infinite.
static Value throughPole(UnaryKind kind, TensorBuilder &b, Value x, Value y, Value dy) {
  switch (kind) {
  case UnaryKind::Log:
    return unlessZero(b, dy, b.div(dy, x));
  case UnaryKind::Log1p:
    return unlessZero(b, dy, b.div(dy, b.binary(BinaryKind::Add, x, 1.0)));
  case UnaryKind::Sqrt:
    return unlessZero(b, dy, b.div(b.mul(dy, 0.5), y));
  case UnaryKind::Rsqrt:
    return unlessZero(b, dy, b.mul(b.mul(dy, -0.5), b.mul(y, b.mul(y, y))));
  default:
    return {};
  }
}

void UnaryOp::buildAdjoint(Adjoint &adjoint) {
  TensorBuilder &b = adjoint.build;
  Value x = getInput(), y = getResult(), dy = adjoint.of(y);
  if (getKind() == UnaryKind::Neg)
    return adjoint.add(x, b.neg(dy), y);
  if (getKind() == UnaryKind::Relu)
    return adjoint.add(x, b.where(b.binary(BinaryKind::Gt, y, 0.0), dy, 0.0), y);
  if (Value slope = smoothSlope(getKind(), b, x, y))
    return adjoint.add(x, b.mul(dy, slope), y);
  // What is left is piecewise constant.
  if (Value dx = throughPole(getKind(), b, x, y, dy))
    adjoint.add(x, dx, y);
}

// --- binary --------------------------------------------------------------------------------------

/// b * a ** (b - 1), and a ** b * log a with 0 at a = 0.
static void addPower(BinaryOp op, Adjoint &adjoint) {
  TensorBuilder &b = adjoint.build;
  Value x = op.getLhs(), n = op.getRhs(), y = op.getResult(), dy = adjoint.of(y);
  if (adjoint.wants(x) && isSplat(n, 2)) {
    adjoint.add(x, b.mul(dy, b.mul(x, 2)), y);
  } else if (adjoint.wants(x)) {
    Value less = b.binary(BinaryKind::Sub, n, 1.0);
    Value slope = b.mul(n, b.binary(BinaryKind::Pow, x, less));
    slope = b.where(b.binary(BinaryKind::Eq, n, 0.0), b.constant(0, b.elementOf(x)), slope);
    adjoint.add(x, unlessZero(b, dy, b.mul(dy, slope)), y);
  }
  if (adjoint.wants(n)) {
    Value slope = b.mul(y, b.unary(UnaryKind::Log, x));
    slope = b.where(b.binary(BinaryKind::Eq, x, 0.0), b.constant(0, b.elementOf(x)), slope);
    adjoint.add(n, unlessZero(b, dy, b.mul(dy, slope)), y);
  }
}

static void addQuotient(BinaryOp op, Adjoint &adjoint) {
  TensorBuilder &b = adjoint.build;
  Value x = op.getLhs(), z = op.getRhs(), y = op.getResult(), dy = adjoint.of(y);
  DenseElementsAttr known;
  bool isRegular = matchPattern(z, m_Constant(&known)) && known.isSplat() && !isSplat(z, 0);
  auto safe = [&](Value value) { return isRegular ? value : unlessZero(b, dy, value); };
  Value dx = b.div(dy, z);
  if (adjoint.wants(x))
    adjoint.add(x, safe(dx), y);
  if (adjoint.wants(z))
    adjoint.add(z, safe(b.neg(b.mul(dx, y))), y);
}

void BinaryOp::buildAdjoint(Adjoint &adjoint) {
  TensorBuilder &b = adjoint.build;
  Value x = getLhs(), z = getRhs(), y = getResult(), dy = adjoint.of(y);
  switch (getKind()) {
  case BinaryKind::Add:
  case BinaryKind::Sub:
    adjoint.add(x, dy, y);
    if (adjoint.wants(z))
      adjoint.add(z, getKind() == BinaryKind::Add ? dy : b.neg(dy), y);
    return;
  case BinaryKind::Mul:
    if (adjoint.wants(x))
      adjoint.add(x, b.mul(dy, z), y);
    if (adjoint.wants(z))
      adjoint.add(z, b.mul(dy, x), y);
    return;
  case BinaryKind::Div:
    return addQuotient(*this, adjoint);
  case BinaryKind::Pow:
    return addPower(*this, adjoint);
  case BinaryKind::Mod:
    adjoint.add(x, dy, y);
    if (adjoint.wants(z))
      adjoint.add(z, b.neg(b.mul(dy, b.binary(BinaryKind::FloorDiv, x, z))), y);
    return;
  case BinaryKind::Min:
  case BinaryKind::Max: {
    bool isMin = getKind() == BinaryKind::Min;
    Value first = b.binary(isMin ? BinaryKind::Le : BinaryKind::Ge, x, z);
    if (adjoint.wants(x))
      adjoint.add(x, b.where(first, dy, 0.0), y);
    if (adjoint.wants(z))
      adjoint.add(z, b.where(first, b.constant(0, b.elementOf(dy)), dy), y);
    return;
  }
  default: // piecewise constant, or not of floats
    return;
  }
}

void WhereOp::buildAdjoint(Adjoint &adjoint) {
  TensorBuilder &b = adjoint.build;
  Value dy = adjoint.of(getResult()), zero = b.constant(0, b.elementOf(dy));
  if (adjoint.wants(getTrueValue()))
    adjoint.add(getTrueValue(), b.where(getCondition(), dy, zero), getResult());
  if (adjoint.wants(getFalseValue()))
    adjoint.add(getFalseValue(), b.where(getCondition(), zero, dy), getResult());
}

void CastOp::buildAdjoint(Adjoint &adjoint) {
  TensorBuilder &b = adjoint.build;
  adjoint.add(getInput(), b.cast(adjoint.of(getResult()), b.elementOf(getInput())), getResult());
}
