// Sine and cosine: x = (n or n + 1/2) pi + r, one polynomial in r. f32 is right for every argument,
// f64 up to 2^45.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/EvaluatorOps.h"
#include "compiler/Kernels/VectorMathEmit.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace lamina::kernels {

static constexpr double kInversePi = 0.3183098861837907;

/// (sin r - r) / r³ in r², |r| <= 1.01 pi/2: minimax (Remez's exchange, 300 bits), errors 2^-27
/// (f32), 2^-70 (f64).
static constexpr double kSineSingle[] = {-0.16666658222675323, 0.008333049714565277,
                                         -0.00019808305660262704, 2.6027757940028096e-06};
static constexpr double kSineDouble[] = {
    -0.16666666666666666,   0.008333333333333333,   -0.00019841269841269646,
    2.755731922393442e-06,  -2.505210837776334e-08, 1.6059043143080906e-10,
    -7.647125020269201e-13, 2.8101522502062774e-15, -7.97662705651792e-18};

/// Below these sizes n pi is taken away in three parts exactly enough (Cody and Waite 1980).
static constexpr double kBoundSingle = 32768;
static constexpr double kBoundDouble = 35184372088832.0;

namespace {

/// The sign bit of (-1)^n, and r.
struct Turned {
  Value sign;
  Value rest;
};

} // namespace

static Value parityToSign(Emit &e, Value n) { return e.shiftLeft(n, e.isDouble() ? 63 : 31); }

static Turned reduceModerate(Emit &e, Value x, bool isCosine) {
  Value z = isCosine ? e.add(e.fma(x, e.number(kInversePi), e.number(-0.5)), e.number(e.magic()))
                     : e.roundScaled(x, kInversePi);
  Value n = e.fromMagic(z);
  Value turns = e.neg(isCosine ? e.add(n, e.number(0.5)) : n);
  Value r = e.fma(turns, e.number(e.pick(3.1415927410125732, 3.141592653589793)), x);
  r = e.fma(turns, e.number(e.pick(-8.742277657347586e-08, 1.2246467991473532e-16)), r);
  r = e.fma(turns, e.number(e.pick(-3.4302490200117637e-15, -2.9947698097183397e-33)), r);
  // cos x = sin(r + n pi + pi) there: one sign more.
  Value count = e.bits(z);
  return {parityToSign(e, isCosine ? e.addI(count, e.integer(1)) : count), r};
}

// --- large f32 arguments -------------------------------------------------------------------------

/// The least exponent of a large argument, and how many there are up to the greatest of f32.
static constexpr int kFirstExponent = 15, kExponents = 113;

/// Bits `first` to `first + count` (1 is the first) of the fraction of 1/pi, as an integer.
static uint64_t bitsOfInversePi(int first, int count) {
  static constexpr uint32_t kWords[] = {0x517cc1b7, 0x27220a94, 0xfe13abe8, 0xfa9a6ee0, 0x6db14acc,
                                        0x9e21c820, 0xff28b1d5, 0xef5de2b0, 0xdb92371d, 0x2126e970};
  uint64_t result = 0;
  for (int i = first; i < first + count; ++i) {
    const bool bit = i >= 1 && (kWords[(i - 1) / 32] >> (31 - (i - 1) % 32) & 1);
    result = result << 1 | uint64_t(bit);
  }
  return result;
}

/// For each exponent E: 2^(E-23) / pi modulo 2 as three parts of 28, 28 and 53 bits. Payne and
/// Hanek's idea (1983) with a table: of 1/pi only those bits are kept that neither are whole pairs
/// of half turns nor vanish in the result.
static DenseElementsAttr tableOfTurns(OpBuilder &builder) {
  SmallVector<double> values(3 * kExponents);
  for (int i = 0; i < kExponents; ++i) {
    const int first = i + kFirstExponent - 23;
    values[i] = std::ldexp(double(bitsOfInversePi(first, 28)), -27);
    values[kExponents + i] = std::ldexp(double(bitsOfInversePi(first + 28, 28)), -55);
    values[2 * kExponents + i] = std::ldexp(double(bitsOfInversePi(first + 56, 53)), -108);
  }
  auto type = RankedTensorType::get({3 * kExponents}, builder.getF64Type());
  return DenseElementsAttr::get(type, ArrayRef(values));
}

/// The three parts for each lane's exponent.
static SmallVector<Value, 3> lookUpTurns(Emit &e, Value exponent) {
  auto vector = dyn_cast<VectorType>(exponent.getType());
  Place place;
  place.lanes = vector ? vector.getDimSize(0) : 1;
  Coordinate row;
  if (vector)
    row.vector = exponent;
  else
    row = Coordinate::of(arith::IndexCastOp::create(e.builder, e.builder.getIndexType(), exponent));
  Buffer table = constantBuffer(tableOfTurns(e.builder), {{"part", 3}, {"exponent", kExponents}},
                                e.builder.getF64Type(), e.builder);
  place.at["exponent"] = row;
  SmallVector<Value, 3> parts;
  for (int64_t part = 0; part < 3; ++part) {
    place.at["part"] = Coordinate() + part;
    parts.push_back(loadAt(table, place, e.builder));
  }
  return parts;
}

/// x is `mantissa * 2^(E-23)`; sums its products with the parts from the largest on, whole half
/// turns taken away each time.
static Turned reduceLarge(Emit &e, Value x, bool isCosine) {
  Value pattern = e.bits(x);
  Value exponent = e.andI(e.shiftRight(pattern, 23), e.integer(255));
  Value row = e.subI(exponent, e.integer(127 + kFirstExponent));
  Value zero = e.integer(0), last = e.integer(kExponents - 1);
  row = arith::MinSIOp::create(e.builder, arith::MaxSIOp::create(e.builder, row, zero), last);
  // The exponent becomes 23: an integer of 24 bits with x's sign.
  Value fraction = e.andI(pattern, e.integer(int32_t(0x807fffff)));
  Value mantissa =
      e.fromBits(arith::OrIOp::create(e.builder, fraction, e.integer(int64_t(150) << 23)));
  auto vector = dyn_cast<VectorType>(e.type);
  Type wide = lanesOf(e.builder.getF64Type(), vector ? vector.getDimSize(0) : 1);
  Emit d(wide, e.builder);
  Value m = arith::ExtFOp::create(e.builder, wide, mantissa);
  SmallVector<Value, 3> parts = lookUpTurns(e, row);
  auto nearest = [&](Value v) { return d.fromMagic(d.add(v, d.number(d.magic()))); };
  Value turns = d.mul(m, parts[0]);
  Value n = nearest(turns);
  Value f = d.fma(m, parts[1], d.sub(turns, n));
  Value more = nearest(f);
  f = d.fma(m, parts[2], d.sub(f, more));
  n = d.add(n, more);
  if (isCosine) {
    Value isPositive = d.compare(arith::CmpFPredicate::OGE, f, d.number(0));
    n = d.select(isPositive, d.add(n, d.number(1)), n);
    f = d.add(f, d.select(isPositive, d.number(-0.5), d.number(0.5)));
  }
  Value rest = arith::TruncFOp::create(e.builder, e.type, d.mul(f, d.number(3.141592653589793)));
  Value parity =
      arith::TruncIOp::create(e.builder, e.intType, d.bits(d.add(n, d.number(d.magic()))));
  return {parityToSign(e, parity), rest};
}

/// Takes the slow reduction for lanes that need it; skips it where none does.
static Turned withLarge(Emit &e, Value x, bool isCosine, Value isLarge, Turned moderate) {
  Value any = isLarge;
  if (isa<VectorType>(isLarge.getType()))
    any = vector::ReductionOp::create(e.builder, vector::CombiningKind::OR, isLarge);
  // Said to be rare, so that the code for it stands aside and registers are kept for what is not.
  Value never = arith::ConstantIntOp::create(e.builder, 0, 1);
  any = LLVM::ExpectOp::create(e.builder, any.getType(), any, never);
  auto branch = scf::IfOp::create(e.builder, TypeRange{e.intType, e.type}, any, true);
  OpBuilder::InsertionGuard guard(e.builder);
  e.builder.setInsertionPointToStart(branch.thenBlock());
  Turned large = reduceLarge(e, x, isCosine);
  Value sign = e.select(isLarge, large.sign, moderate.sign);
  Value rest = e.select(isLarge, large.rest, moderate.rest);
  scf::YieldOp::create(e.builder, ValueRange{sign, rest});
  e.builder.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(e.builder, ValueRange{moderate.sign, moderate.rest});
  return {branch.getResult(0), branch.getResult(1)};
}

// --- functions -----------------------------------------------------------------------------------

static Value emitSineOrCosine(Emit &e, Value x, bool isCosine) {
  Value size = e.abs(x);
  Value bound = e.number(e.pick(kBoundSingle, kBoundDouble));
  Value isLarge = e.compare(arith::CmpFPredicate::OGE, size, bound);
  Turned turned = reduceModerate(e, x, isCosine);
  if (!e.isDouble())
    turned = withLarge(e, x, isCosine, isLarge, turned);
  Value square = e.mul(turned.rest, turned.rest);
  Value cube = e.mul(square, turned.rest);
  Value sine = e.fma(cube, e.polynomial(square, e.pick(kSineSingle, kSineDouble)), turned.rest);
  Value result = e.fromBits(e.xorI(e.bits(sine), turned.sign));
  Value isBeyond =
      e.isDouble() ? isLarge : e.equal(size, e.number(std::numeric_limits<double>::infinity()));
  result = e.select(isBeyond, e.number(std::numeric_limits<double>::quiet_NaN()), result);
  if (isCosine)
    return result;
  // n pi and x cancel to +0 for x = -0.
  return e.select(e.equal(x, e.number(0)), x, result);
}

Value emitSin(Emit &e, Value x) { return emitSineOrCosine(e, x, /*isCosine=*/false); }
Value emitCos(Emit &e, Value x) { return emitSineOrCosine(e, x, /*isCosine=*/true); }

} // namespace lamina::kernels
