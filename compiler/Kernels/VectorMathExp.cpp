// Exponentials, logarithms and what is made of them. Polynomials are minimax fits (Remez's exchange
// in 300-bit arithmetic).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/VectorMathEmit.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace lamina::kernels {

static constexpr double kLog2E = 1.4426950408889634;
static constexpr double kInfinity = std::numeric_limits<double>::infinity();
static constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// (e^r - 1 - r) / r² on [-ln2/2, ln2/2]; errors relative to e^r - 1: 2^-32 (f32), 2^-61 (f64).
static constexpr double kExpm1Single[] = {0.5,
                                          0.1666666567325592,
                                          0.041666362434625626,
                                          0.008333389647305012,
                                          0.0013940639328211546,
                                          0.00019845868519041687};
static constexpr double kExpm1Double[] = {0.5,
                                          0.16666666666666677,
                                          0.041666666666666505,
                                          0.008333333333321683,
                                          0.001388888888896266,
                                          0.00019841269885992232,
                                          2.4801587171999775e-05,
                                          2.755724434431908e-06,
                                          2.755740307187538e-07,
                                          2.5108990307950865e-08,
                                          2.087520723767405e-09};
/// The same with one term less: error 2^-28 of e^r, enough where 1 is added.
static constexpr double kExpSingle[] = {0.4999999701976776, 0.1666654348373413,
                                        0.041667208075523376, 0.008366533555090427,
                                        0.0013882219791412354};

/// (2 atanh(s) - 2s) / s³ in s², s at most 0.1716; errors of the logarithm 2^-30 (f32), 2^-66
/// (f64).
static constexpr double kLogSingle[] = {0.6666677594184875, 0.39977535605430603,
                                        0.2987217605113983};
static constexpr double kLogDouble[] = {
    0.6666666666666666,  0.4000000000000627,  0.2857142856907861,  0.22222222647977138,
    0.18181775565296993, 0.15387095356263097, 0.13250010160487824, 0.1325234538330741};

// --- exponentials --------------------------------------------------------------------------------

namespace {

/// x = n ln2 + r, |r| <= ln2/2: e^x = 2^n (1 + tail), tail = e^r - 1.
struct Reduced {
  Value n;    ///< integer
  Value tail; ///< float
};

} // namespace

/// Cody and Waite's reduction: n ln2 is taken away in two parts, the first without error.
static Reduced reduceExp(Emit &e, Value x, ArrayRef<double> coefficients) {
  Value z = e.roundScaled(x, kLog2E);
  Value minusN = e.neg(e.fromMagic(z));
  Value r = e.fma(minusN, e.number(e.pick(0.6931471824645996, 0.6931471805599453)), x);
  r = e.fma(minusN, e.number(e.pick(-1.9046542121259336e-09, 2.3190468138462996e-17)), r);
  Value tail = e.fma(e.mul(r, r), e.polynomial(r, coefficients), r);
  return {e.bitsOfMagic(z), tail};
}

Value emitExp(Emit &e, Value x) {
  x = e.clamp(x, e.pick(-104, -746), e.pick(89, 710));
  Reduced reduced = reduceExp(e, x, e.pick(kExpSingle, kExpm1Double));
  Value mantissa = e.add(reduced.tail, e.number(1));
  // Two factors, so that neither overflows and denormal results are rounded once.
  Value half = e.shiftRight(reduced.n, 1);
  Value rest = e.subI(reduced.n, half);
  return e.mul(e.mul(mantissa, e.powerOfTwo(half)), e.powerOfTwo(rest));
}

Value emitNormalExp(Emit &e, Value x) {
  Reduced reduced = reduceExp(e, x, e.pick(kExpSingle, kExpm1Double));
  return e.mul(e.add(reduced.tail, e.number(1)), e.powerOfTwo(reduced.n));
}

Value emitExpm1(Emit &e, Value x) {
  Value bounded = e.clamp(x, e.pick(-20, -40), e.pick(89, 710));
  Reduced reduced = reduceExp(e, bounded, e.pick(kExpm1Single, kExpm1Double));
  // Half of 2^n (1 + tail) - 1 cannot overflow before the result does.
  Value half = e.powerOfTwo(e.subI(reduced.n, e.integer(1)));
  Value result = e.fma(half, reduced.tail, e.sub(half, e.number(0.5)));
  Value isTiny = e.less(e.abs(x), e.number(e.pick(1e-9, 1e-18)));
  return e.select(isTiny, x, e.add(result, result));
}

/// t = e^(-2|x|) - 1 lies in (-1, 0], where nothing cancels: tanh|x| = -t / (t + 2).
Value emitTanh(Emit &e, Value x) {
  Value twice = e.mul(e.abs(x), e.number(-2));
  Value least = e.number(e.pick(-40, -80));
  twice = e.select(e.less(twice, least), least, twice);
  Reduced reduced = reduceExp(e, twice, e.pick(kExpm1Single, kExpm1Double));
  Value scale = e.powerOfTwo(reduced.n);
  Value t = e.fma(scale, reduced.tail, e.sub(scale, e.number(1)));
  return e.copySign(e.div(t, e.add(t, e.number(2))), x);
}

Value emitSigmoid(Emit &e, Value x) {
  Value power = emitExp(e, e.neg(e.abs(x)));
  Value one = e.number(1);
  Value numerator = e.select(e.less(x, e.number(0)), power, one);
  return e.div(numerator, e.add(one, power));
}

Value emitSoftplus(Emit &e, Value x) {
  Value zero = e.number(0);
  Value positive = e.select(e.less(x, zero), zero, x);
  return e.add(positive, emitLog1p(e, emitExp(e, e.neg(e.abs(x)))));
}

/// e^|x| / 2 as (h / 2) h with h = e^(|x|/2), which overflows only where the result does.
static std::pair<Value, Value> halfPower(Emit &e, Value size) {
  Value root = emitExp(e, e.mul(size, e.number(0.5)));
  Value half = e.mul(e.mul(root, e.number(0.5)), root);
  Value inverse = e.div(e.number(0.25), half);
  return {half, inverse};
}

Value emitSinh(Emit &e, Value x) {
  Value size = e.abs(x);
  Value t = emitExpm1(e, e.select(e.less(size, e.number(1)), size, e.number(1)));
  Value small = e.mul(e.number(0.5), e.add(t, e.div(t, e.add(t, e.number(1)))));
  auto [half, inverse] = halfPower(e, size);
  Value result = e.select(e.less(size, e.number(1)), small, e.sub(half, inverse));
  return e.copySign(result, x);
}

Value emitCosh(Emit &e, Value x) {
  auto [half, inverse] = halfPower(e, e.abs(x));
  return e.add(half, inverse);
}

// --- logarithms ----------------------------------------------------------------------------------

/// log x = k ln2 + log(1 + f), with 1 + f in [sqrt(1/2), sqrt 2) and log(1 + f) = 2 atanh(f / (2 +
/// f)).
static Value logOfPositive(Emit &e, Value x) {
  const int shift = e.isDouble() ? 54 : 25;
  Value isDenormal = e.less(x, e.number(e.pick(1.1754943508222875e-38, 2.2250738585072014e-308)));
  x = e.select(isDenormal, e.mul(x, e.number(std::ldexp(1.0, shift))), x);
  Value pattern = e.bits(x);
  Value exponent = e.shiftRight(
      e.subI(pattern, e.integer(e.isDouble() ? 0x3fe6a09e667f3bcd : 0x3f3504f3)), e.mantissaBits());
  Value f =
      e.sub(e.fromBits(e.subI(pattern, e.shiftLeft(exponent, e.mantissaBits()))), e.number(1));
  Value k = e.toFloat(e.subI(exponent, e.select(isDenormal, e.integer(shift), e.integer(0))));
  Value s = e.div(f, e.add(f, e.number(2)));
  Value z = e.mul(s, s);
  Value r = e.mul(z, e.polynomial(z, e.pick(kLogSingle, kLogDouble)));
  Value halfSquare = e.mul(e.mul(f, f), e.number(0.5));
  Value low = e.fma(k, e.number(e.pick(1.4286068203094173e-06, 5.497923018708371e-14)),
                    e.mul(s, e.add(halfSquare, r)));
  Value rest = e.sub(e.sub(halfSquare, low), f);
  return e.sub(e.mul(k, e.number(e.pick(0.693145751953125, 0.6931471805598903))), rest);
}

Value emitLog(Emit &e, Value x) {
  Value result = logOfPositive(e, x);
  Value zero = e.number(0), infinity = e.number(kInfinity);
  result = e.select(e.equal(x, infinity), infinity, result);
  result = e.select(e.equal(x, zero), e.number(-kInfinity), result);
  Value isInvalid = e.compare(arith::CmpFPredicate::ULT, x, zero);
  return e.select(isInvalid, e.number(kNan), result);
}

/// log(1 + x) from u = 1 + x rounded, corrected by what the rounding lost.
Value emitLog1p(Emit &e, Value x) {
  Value one = e.number(1), infinity = e.number(kInfinity);
  Value u = e.add(one, x);
  Value lost = e.select(e.less(x, one), e.sub(x, e.sub(u, one)), e.sub(one, e.sub(u, x)));
  Value result = e.add(logOfPositive(e, u), e.div(lost, u));
  result = e.select(e.equal(u, one), x, result);
  result = e.select(e.equal(x, infinity), infinity, result);
  result = e.select(e.equal(u, e.number(0)), e.number(-kInfinity), result);
  Value isInvalid = e.compare(arith::CmpFPredicate::ULT, x, e.number(-1));
  return e.select(isInvalid, e.number(kNan), result);
}

// --- powers --------------------------------------------------------------------------------------

/// e^(y log|x|), then the cases of C's pow. The relative error grows with |y log x|: f32 computes
/// in f64.
Value emitPow(Emit &e, Value x, Value y) {
  Value one = e.number(1), zero = e.number(0), infinity = e.number(kInfinity);
  Value size = e.abs(x);
  Value result = emitExp(e, e.mul(y, emitLog(e, size)));
  Value whole = math::FloorOp::create(e.builder, y);
  Value half = e.mul(y, e.number(0.5));
  Value isWhole = e.equal(whole, y);
  Value isOdd = e.both(
      isWhole, e.compare(arith::CmpFPredicate::UNE, half, math::FloorOp::create(e.builder, half)));
  Value sign = e.copySign(one, x);
  result = e.select(isOdd, e.mul(result, sign), result);
  Value isFiniteNegative = e.both(e.less(x, zero), e.less(size, infinity));
  Value isNotWhole = e.compare(arith::CmpFPredicate::UNE, whole, y);
  result = e.select(e.both(isFiniteNegative, isNotWhole), e.number(kNan), result);
  Value unitSize = e.both(e.equal(size, one), e.equal(e.abs(y), infinity));
  Value isOne = e.either(e.either(e.equal(y, zero), e.equal(x, one)), unitSize);
  return e.select(isOne, one, result);
}

} // namespace lamina::kernels
