// Elementwise functions of two values: NaN-propagating extremes, floored division, powers, shifts,
// comparisons.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/VectorMath.h"
#include "compiler/Kernels/VectorMathEmit.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace lamina::kernels {

using ir::BinaryKind;

// --- floats --------------------------------------------------------------------------------------

/// A small whole exponent is a product: exact where the product is.
static Value powerByProduct(Emit &e, Value x, Value y) {
  Attribute attr;
  if (!matchPattern(y, m_Constant(&attr)))
    return {};
  if (auto dense = dyn_cast<DenseElementsAttr>(attr))
    attr = dense.isSplat() ? dense.getSplatValue<Attribute>() : Attribute();
  auto exponent = dyn_cast_or_null<FloatAttr>(attr);
  const double n = exponent ? exponent.getValueAsDouble() : 0;
  if (n == 1)
    return x;
  if (n == 2)
    return e.mul(x, x);
  if (n == 3)
    return e.mul(e.mul(x, x), x);
  return n == -1 ? e.div(e.number(1), x) : Value();
}

static Value buildPow(Emit &e, Value x, Value y) {
  if (Value product = powerByProduct(e, x, y))
    return product;
  if (e.isDouble())
    return emitPow(e, x, y);
  auto vector = dyn_cast<VectorType>(e.type);
  Type wide = e.builder.getF64Type();
  if (vector)
    wide = VectorType::get(vector.getShape(), wide);
  Emit d(wide, e.builder);
  Value result = emitPow(d, arith::ExtFOp::create(e.builder, wide, x),
                         arith::ExtFOp::create(e.builder, wide, y));
  return arith::TruncFOp::create(e.builder, e.type, result);
}

static std::optional<arith::CmpFPredicate> floatPredicate(BinaryKind kind) {
  using Predicate = arith::CmpFPredicate;
  switch (kind) {
  case BinaryKind::Eq:
    return Predicate::OEQ;
  case BinaryKind::Ne:
    return Predicate::UNE;
  case BinaryKind::Lt:
    return Predicate::OLT;
  case BinaryKind::Le:
    return Predicate::OLE;
  case BinaryKind::Gt:
    return Predicate::OGT;
  case BinaryKind::Ge:
    return Predicate::OGE;
  default:
    return std::nullopt;
  }
}

static Value buildFloatBinary(BinaryKind kind, Emit &e, Value x, Value y) {
  if (auto predicate = floatPredicate(kind))
    return e.compare(*predicate, x, y);
  auto floorQuotient = [&] { return math::FloorOp::create(e.builder, e.div(x, y)); };
  switch (kind) {
  case BinaryKind::Add:
    return e.add(x, y);
  case BinaryKind::Sub:
    return e.sub(x, y);
  case BinaryKind::Mul:
    return e.mul(x, y);
  case BinaryKind::Div:
    return e.div(x, y);
  case BinaryKind::FloorDiv:
    return floorQuotient();
  case BinaryKind::Mod:
    return e.fma(e.neg(floorQuotient()), y, x);
  case BinaryKind::Pow:
    return buildPow(e, x, y);
  case BinaryKind::Min:
    return arith::MinimumFOp::create(e.builder, x, y);
  case BinaryKind::Max:
    return arith::MaximumFOp::create(e.builder, x, y);
  default:
    llvm_unreachable("the verifier keeps bits of floats out");
  }
}

// --- integers ------------------------------------------------------------------------------------

namespace {

/// Integer code of one type.
struct Integers {
  Type type;
  bool isUnsigned;
  ImplicitLocOpBuilder &builder;

  Value number(int64_t value) {
    TypedAttr attr = builder.getIntegerAttr(getElementTypeOrSelf(type), value);
    if (auto vector = dyn_cast<VectorType>(type))
      attr = DenseElementsAttr::get(vector, attr);
    return arith::ConstantOp::create(builder, attr);
  }
  Value compare(arith::CmpIPredicate predicate, Value x, Value y) {
    return arith::CmpIOp::create(builder, predicate, x, y);
  }
  Value select(Value condition, Value yes, Value no) {
    return arith::SelectOp::create(builder, condition, yes, no);
  }
};

} // namespace

/// Rounds towards minus infinity; a division by zero gives 0, the least number by -1 wraps. No trap
/// is possible.
static Value floorDivide(Integers &i, Value x, Value y) {
  using Predicate = arith::CmpIPredicate;
  Value zero = i.number(0), one = i.number(1);
  Value isZero = i.compare(Predicate::eq, y, zero);
  if (i.isUnsigned) {
    Value quotient = arith::DivUIOp::create(i.builder, x, i.select(isZero, one, y));
    return i.select(isZero, zero, quotient);
  }
  Value isMinusOne = i.compare(Predicate::eq, y, i.number(-1));
  Value special = arith::OrIOp::create(i.builder, isZero, isMinusOne);
  Value safe = i.select(special, one, y);
  Value quotient = arith::DivSIOp::create(i.builder, x, safe);
  Value rest =
      arith::SubIOp::create(i.builder, x, arith::MulIOp::create(i.builder, quotient, safe));
  Value hasRest = i.compare(Predicate::ne, rest, zero);
  Value differ = i.compare(Predicate::slt, arith::XOrIOp::create(i.builder, rest, safe), zero);
  Value less = arith::SubIOp::create(i.builder, quotient, one);
  quotient = i.select(arith::AndIOp::create(i.builder, hasRest, differ), less, quotient);
  Value negated = arith::SubIOp::create(i.builder, zero, x);
  return i.select(isZero, zero, i.select(isMinusOne, negated, quotient));
}

static Value modulo(Integers &i, Value x, Value y) {
  Value product = arith::MulIOp::create(i.builder, floorDivide(i, x, y), y);
  Value isZero = i.compare(arith::CmpIPredicate::eq, y, i.number(0));
  return i.select(isZero, i.number(0), arith::SubIOp::create(i.builder, x, product));
}

/// A count outside of the width shifts every bit out.
static Value shift(Integers &i, bool isLeft, Value x, Value count) {
  const int64_t width = getElementTypeOrSelf(i.type).getIntOrFloatBitWidth();
  Value isOut = i.compare(arith::CmpIPredicate::uge, count, i.number(width));
  Value safe = i.select(isOut, i.number(width - 1), count);
  if (!isLeft && !i.isUnsigned)
    return arith::ShRSIOp::create(i.builder, x, safe);
  Value shifted = isLeft ? Value(arith::ShLIOp::create(i.builder, x, safe))
                         : Value(arith::ShRUIOp::create(i.builder, x, safe));
  return i.select(isOut, i.number(0), shifted);
}

/// Squares and multiplies, bit by bit of the exponent; a negative exponent gives 0 but for bases 1
/// and -1.
static Value integerPower(Integers &i, Value x, Value n) {
  using Predicate = arith::CmpIPredicate;
  const int64_t width = getElementTypeOrSelf(i.type).getIntOrFloatBitWidth();
  Value zero = i.number(0), one = i.number(1);
  auto odd = [&](Value v) {
    return i.compare(Predicate::ne, arith::AndIOp::create(i.builder, v, one), zero);
  };
  auto loop =
      scf::ForOp::create(i.builder, arith::ConstantIndexOp::create(i.builder, 0),
                         arith::ConstantIndexOp::create(i.builder, width),
                         arith::ConstantIndexOp::create(i.builder, 1), ValueRange{one, x, n});
  OpBuilder::InsertionGuard guard(i.builder);
  i.builder.setInsertionPointToStart(loop.getBody());
  Value result = loop.getRegionIterArg(0), base = loop.getRegionIterArg(1);
  Value rest = loop.getRegionIterArg(2);
  Value product = arith::MulIOp::create(i.builder, result, base);
  Value square = arith::MulIOp::create(i.builder, base, base);
  Value next = arith::ShRUIOp::create(i.builder, rest, one);
  scf::YieldOp::create(i.builder, ValueRange{i.select(odd(rest), product, result), square, next});
  i.builder.setInsertionPointAfter(loop);
  if (i.isUnsigned)
    return loop.getResult(0);
  Value isMinusOne = i.compare(Predicate::eq, x, i.number(-1));
  Value signedOne = i.select(odd(n), i.number(-1), one);
  Value small =
      i.select(isMinusOne, signedOne, i.select(i.compare(Predicate::eq, x, one), one, zero));
  return i.select(i.compare(Predicate::slt, n, zero), small, loop.getResult(0));
}

static std::optional<arith::CmpIPredicate> integerPredicate(BinaryKind kind, bool isUnsigned) {
  using Predicate = arith::CmpIPredicate;
  switch (kind) {
  case BinaryKind::Eq:
    return Predicate::eq;
  case BinaryKind::Ne:
    return Predicate::ne;
  case BinaryKind::Lt:
    return isUnsigned ? Predicate::ult : Predicate::slt;
  case BinaryKind::Le:
    return isUnsigned ? Predicate::ule : Predicate::sle;
  case BinaryKind::Gt:
    return isUnsigned ? Predicate::ugt : Predicate::sgt;
  case BinaryKind::Ge:
    return isUnsigned ? Predicate::uge : Predicate::sge;
  default:
    return std::nullopt;
  }
}

static Value buildIntegerBinary(BinaryKind kind, Integers &i, Value x, Value y) {
  ImplicitLocOpBuilder &builder = i.builder;
  if (auto predicate = integerPredicate(kind, i.isUnsigned))
    return i.compare(*predicate, x, y);
  switch (kind) {
  case BinaryKind::Add:
    return arith::AddIOp::create(builder, x, y);
  case BinaryKind::Sub:
    return arith::SubIOp::create(builder, x, y);
  case BinaryKind::Mul:
    return arith::MulIOp::create(builder, x, y);
  case BinaryKind::Div:
  case BinaryKind::FloorDiv:
    return floorDivide(i, x, y);
  case BinaryKind::Mod:
    return modulo(i, x, y);
  case BinaryKind::Pow:
    return integerPower(i, x, y);
  case BinaryKind::Min:
    return i.isUnsigned ? Value(arith::MinUIOp::create(builder, x, y))
                        : Value(arith::MinSIOp::create(builder, x, y));
  case BinaryKind::Max:
    return i.isUnsigned ? Value(arith::MaxUIOp::create(builder, x, y))
                        : Value(arith::MaxSIOp::create(builder, x, y));
  case BinaryKind::And:
    return arith::AndIOp::create(builder, x, y);
  case BinaryKind::Or:
    return arith::OrIOp::create(builder, x, y);
  case BinaryKind::Xor:
    return arith::XOrIOp::create(builder, x, y);
  case BinaryKind::ShiftLeft:
    return shift(i, true, x, y);
  case BinaryKind::ShiftRight:
    return shift(i, false, x, y);
  default:
    llvm_unreachable("comparisons are handled");
  }
}

Value buildBinary(BinaryKind kind, Value lhs, Value rhs, bool isUnsigned,
                  ImplicitLocOpBuilder &builder) {
  Type type = lhs.getType(), element = getElementTypeOrSelf(type);
  if (!isa<FloatType>(element)) {
    // Truth values order as false < true.
    Integers integers{type, isUnsigned || element.isInteger(1), builder};
    return buildIntegerBinary(kind, integers, lhs, rhs);
  }
  if (element.getIntOrFloatBitWidth() >= 32) {
    Emit e(type, builder);
    return buildFloatBinary(kind, e, lhs, rhs);
  }
  Type single = builder.getF32Type();
  if (auto vector = dyn_cast<VectorType>(type))
    single = VectorType::get(vector.getShape(), single);
  Value result = buildBinary(kind, arith::ExtFOp::create(builder, single, lhs),
                             arith::ExtFOp::create(builder, single, rhs), isUnsigned, builder);
  if (!isa<FloatType>(getElementTypeOrSelf(result)))
    return result;
  return narrowFloat(result, element, builder);
}

} // namespace lamina::kernels
