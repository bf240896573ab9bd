// unary, binary, where, cast.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Interpreter/Bounds.h"
#include "compiler/Interpreter/Evaluate.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

namespace lamina::interpreter {
using ir::BinaryKind;
using ir::UnaryKind;

/// x to the power of n modulo 2^64; 0 for a negative n, but for x = 1 and x = -1.
static int64_t power(int64_t x, int64_t n) {
  if (n < 0)
    return x == 1 ? 1 : x == -1 ? (n % 2 == 0 ? 1 : -1) : 0;
  uint64_t result = 1, base = uint64_t(x);
  for (; n > 0; n /= 2, base *= base)
    if (n % 2 == 1)
      result *= base;
  return int64_t(result);
}

/// The floored quotient; 0 for a division by zero.
static int64_t floorDivide(int64_t a, int64_t b) {
  if (b == 0)
    return 0;
  if (b == -1)
    return int64_t(0 - uint64_t(a));
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

/// A shift by a count outside of [0, width) shifts every bit out.
static int64_t shift(bool isLeft, int64_t a, int64_t count, int64_t width) {
  bool isOut = count < 0 || count >= width;
  if (isLeft)
    return isOut ? 0 : int64_t(uint64_t(a) << count);
  return isOut ? (a < 0 ? -1 : 0) : a >> count;
}

static int64_t applyInteger(BinaryKind kind, int64_t a, int64_t b, int64_t width) {
  auto ua = uint64_t(a), ub = uint64_t(b);
  switch (kind) {
  case BinaryKind::Add:
    return int64_t(ua + ub);
  case BinaryKind::Sub:
    return int64_t(ua - ub);
  case BinaryKind::Mul:
    return int64_t(ua * ub);
  case BinaryKind::Div:
  case BinaryKind::FloorDiv:
    return floorDivide(a, b);
  case BinaryKind::Mod:
    return b == 0 ? 0 : int64_t(ua - uint64_t(floorDivide(a, b)) * ub);
  case BinaryKind::Pow:
    return power(a, b);
  case BinaryKind::Min:
    return std::min(a, b);
  case BinaryKind::Max:
    return std::max(a, b);
  case BinaryKind::And:
    return a & b;
  case BinaryKind::Or:
    return a | b;
  case BinaryKind::Xor:
    return a ^ b;
  case BinaryKind::ShiftLeft:
  case BinaryKind::ShiftRight:
    return shift(kind == BinaryKind::ShiftLeft, a, b, width);
  default:
    return holds(kind, a, b);
  }
}

static int64_t applyInteger(UnaryKind kind, int64_t x, mlir::Type element) {
  switch (kind) {
  case UnaryKind::Neg:
    return int64_t(0 - uint64_t(x));
  case UnaryKind::Abs:
    return x < 0 ? int64_t(0 - uint64_t(x)) : x;
  case UnaryKind::Sign:
    return (x > 0) - (x < 0);
  case UnaryKind::Relu:
    return std::max<int64_t>(x, 0);
  case UnaryKind::Not:
    return element.isInteger(1) ? x == 0 : ~x;
  default:
    return kind == UnaryKind::IsNan ? 0 : x; // floor, ceil and round of an integer
  }
}

/// A result to fill, with bounds where they are asked for and can be other than 0.
static Tensor resultOf(mlir::Operation *op, const Operands &operands, const Options &options) {
  Tensor result =
      makeTensor(mlir::getElementTypeOrSelf(op->getResult(0).getType()), resultShape(op, operands));
  bool isBounded = llvm::any_of(operands, [](const Tensor *t) { return !t->bounds.empty(); });
  if (options.tracksError && (result.isReal() || isBounded))
    result.bounds.resize(result.shape.size());
  return result;
}

static Tensor evaluateUnary(ir::UnaryOp op, const Tensor &input, const Options &options) {
  Tensor result = resultOf(op, {&input}, options);
  std::vector<int64_t> at = offsetsOf(result.shape, input.shape.strides());
  for (size_t i = 0; i < at.size(); ++i) {
    int64_t j = at[i];
    if (input.isReal()) {
      double value = apply(op.getKind(), input.reals[j]);
      if (result.isReal())
        result.reals[i] = value;
      else
        result.integers[i] = value != 0; // isnan
      if (!result.bounds.empty())
        result.bounds[i] = rounded(propagate(op.getKind(), {input.reals[j], input.bound(j)}), value,
                                   unitsOf(op.getKind()), result.element);
    } else {
      result.integers[i] =
          wrapTo(result.element, applyInteger(op.getKind(), input.integers[j], input.element));
      if (!result.bounds.empty())
        result.bounds[i] = input.bound(j);
    }
  }
  return result;
}

static Tensor evaluateBinary(ir::BinaryOp op, const Tensor &lhs, const Tensor &rhs,
                             const Options &options) {
  Tensor result = resultOf(op, {&lhs, &rhs}, options);
  std::vector<int64_t> left = offsetsOf(result.shape, lhs.shape.strides());
  std::vector<int64_t> right = offsetsOf(result.shape, rhs.shape.strides());
  int64_t width = lhs.isReal() ? 0 : lhs.element.getIntOrFloatBitWidth();
  for (size_t i = 0; i < left.size(); ++i) {
    int64_t a = left[i], b = right[i];
    double bound = lhs.bound(a) + rhs.bound(b);
    if (lhs.isReal()) {
      double value = apply(op.getKind(), lhs.reals[a], rhs.reals[b]);
      if (result.isReal())
        result.reals[i] = value;
      else
        result.integers[i] = value != 0;
      if (!result.bounds.empty())
        bound = rounded(
            propagate(op.getKind(), {lhs.reals[a], lhs.bound(a)}, {rhs.reals[b], rhs.bound(b)}),
            value, unitsOf(op.getKind(), lhs.reals[a], rhs.reals[b]), result.element);
    } else {
      result.integers[i] = wrapTo(
          result.element, applyInteger(op.getKind(), lhs.integers[a], rhs.integers[b], width));
    }
    if (!result.bounds.empty())
      result.bounds[i] = bound;
  }
  return result;
}

static Tensor evaluateWhere(ir::WhereOp op, const Tensor &condition, const Tensor &yes,
                            const Tensor &no, const Options &options) {
  Tensor result = resultOf(op, {&condition, &yes, &no}, options);
  std::vector<int64_t> which = offsetsOf(result.shape, condition.shape.strides());
  std::vector<int64_t> left = offsetsOf(result.shape, yes.shape.strides());
  std::vector<int64_t> right = offsetsOf(result.shape, no.shape.strides());
  for (size_t i = 0; i < which.size(); ++i) {
    bool isTrue = condition.integers[which[i]] != 0;
    const Tensor &chosen = isTrue ? yes : no;
    int64_t j = isTrue ? left[i] : right[i];
    if (result.isReal())
      result.reals[i] = chosen.reals[j];
    else
      result.integers[i] = chosen.integers[j];
    if (result.bounds.empty())
      continue;
    result.bounds[i] = chosen.bound(j);
    if (condition.bound(which[i]) != 0) // either may have been taken
      result.bounds[i] = result.isReal() ? std::abs(yes.reals[left[i]] - no.reals[right[i]]) +
                                               std::max(yes.bound(left[i]), no.bound(right[i]))
                                         : kUnknown;
  }
  return result;
}

/// Towards zero, to the nearest end of the range, NaN to 0.
static int64_t truncate(double value, mlir::Type element) {
  if (element.isInteger(1))
    return value != 0;
  if (std::isnan(value))
    return 0;
  unsigned width = element.getIntOrFloatBitWidth();
  bool isUnsigned = element.isUnsignedInteger();
  double low = isUnsigned ? 0 : -std::ldexp(1.0, width - 1);
  double end = std::ldexp(1.0, isUnsigned ? width : width - 1);
  if (value >= end)
    return width == 64 ? std::numeric_limits<int64_t>::max() : int64_t(end) - 1;
  return int64_t(std::max(std::trunc(value), low));
}

static Tensor evaluateCast(ir::CastOp op, const Tensor &input, const Options &options) {
  Tensor result = resultOf(op, {&input}, options);
  std::vector<int64_t> at = offsetsOf(result.shape, input.shape.strides());
  for (size_t i = 0; i < at.size(); ++i) {
    int64_t j = at[i];
    double value = input.number(j), bound = input.bound(j);
    if (result.isReal()) {
      // A written cast is observable: it rounds. An exact operand rounds to the same value
      // everywhere; else two values that were close may round away from each other.
      result.reals[i] = roundTo(result.element, value);
      if (!result.bounds.empty())
        result.bounds[i] = bound == 0 ? 0 : rounded(bound, value, 1, result.element);
      continue;
    }
    if (input.isReal())
      result.integers[i] = truncate(value, result.element);
    else
      result.integers[i] = result.element.isInteger(1) ? input.integers[j] != 0
                                                       : wrapTo(result.element, input.integers[j]);
    if (!result.bounds.empty()) {
      bool isSure =
          truncate(value - bound, result.element) == truncate(value + bound, result.element) &&
          !(result.element.isInteger(1) && bound >= std::abs(value));
      result.bounds[i] = bound == 0 || isSure ? 0 : kUnknown;
    }
  }
  return result;
}

bool isElementwise(mlir::Operation *op) {
  return mlir::isa<ir::UnaryOp, ir::BinaryOp, ir::WhereOp, ir::CastOp>(op);
}

Results evaluateElementwise(mlir::Operation *op, const Operands &in, const Options &options) {
  return llvm::TypeSwitch<mlir::Operation *, Results>(op)
      .Case([&](ir::UnaryOp unary) { return single(evaluateUnary(unary, *in[0], options)); })
      .Case([&](ir::BinaryOp binary) {
        return single(evaluateBinary(binary, *in[0], *in[1], options));
      })
      .Case([&](ir::WhereOp where) {
        return single(evaluateWhere(where, *in[0], *in[1], *in[2], options));
      })
      .Case([&](ir::CastOp cast) { return single(evaluateCast(cast, *in[0], options)); });
}

} // namespace lamina::interpreter
