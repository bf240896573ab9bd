// A small language for polynomial and bit code over f32 and f64 vectors of any length.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_KERNELS_VECTORMATHEMIT_H
#define COMPILER_KERNELS_VECTORMATHEMIT_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace lamina::kernels {

/// Emits operations on values of one float type (f32, f64 or a vector of them) and on integers of
/// the same width.
class Emit {
public:
  using Value = mlir::Value;

  Emit(mlir::Type type, mlir::ImplicitLocOpBuilder &builder);

  bool isDouble() const { return width == 64; }
  /// The constants of f32 or those of f64.
  double pick(double single, double twice) const { return isDouble() ? twice : single; }
  llvm::ArrayRef<double> pick(llvm::ArrayRef<double> single, llvm::ArrayRef<double> twice) const {
    return isDouble() ? twice : single;
  }
  int mantissaBits() const { return isDouble() ? 52 : 23; }
  int64_t bias() const { return isDouble() ? 1023 : 127; }

  Value number(double value);
  Value integer(int64_t value);

  Value add(Value a, Value b) { return mlir::arith::AddFOp::create(builder, a, b); }
  Value sub(Value a, Value b) { return mlir::arith::SubFOp::create(builder, a, b); }
  Value mul(Value a, Value b) { return mlir::arith::MulFOp::create(builder, a, b); }
  Value div(Value a, Value b) { return mlir::arith::DivFOp::create(builder, a, b); }
  Value neg(Value a) { return mlir::arith::NegFOp::create(builder, a); }
  Value fma(Value a, Value b, Value c) { return mlir::math::FmaOp::create(builder, a, b, c); }
  Value abs(Value a) { return mlir::math::AbsFOp::create(builder, a); }
  Value sqrt(Value a) { return mlir::math::SqrtOp::create(builder, a); }
  Value copySign(Value size, Value sign) {
    return mlir::math::CopySignOp::create(builder, size, sign);
  }
  /// Horner's scheme, lowest coefficient first.
  Value polynomial(Value x, llvm::ArrayRef<double> coefficients);

  Value less(Value a, Value b) { return compare(mlir::arith::CmpFPredicate::OLT, a, b); }
  Value equal(Value a, Value b) { return compare(mlir::arith::CmpFPredicate::OEQ, a, b); }
  Value isNan(Value a) { return compare(mlir::arith::CmpFPredicate::UNO, a, a); }
  Value compare(mlir::arith::CmpFPredicate predicate, Value a, Value b) {
    return mlir::arith::CmpFOp::create(builder, predicate, a, b);
  }
  Value both(Value a, Value b) { return mlir::arith::AndIOp::create(builder, a, b); }
  Value either(Value a, Value b) { return mlir::arith::OrIOp::create(builder, a, b); }
  Value select(Value condition, Value yes, Value no) {
    return mlir::arith::SelectOp::create(builder, condition, yes, no);
  }
  /// At least `low`, at most `high`; NaN stays.
  Value clamp(Value x, double low, double high);

  Value bits(Value x) { return mlir::arith::BitcastOp::create(builder, intType, x); }
  Value fromBits(Value x) { return mlir::arith::BitcastOp::create(builder, type, x); }
  Value addI(Value a, Value b) { return mlir::arith::AddIOp::create(builder, a, b); }
  Value subI(Value a, Value b) { return mlir::arith::SubIOp::create(builder, a, b); }
  Value andI(Value a, Value b) { return mlir::arith::AndIOp::create(builder, a, b); }
  Value xorI(Value a, Value b) { return mlir::arith::XOrIOp::create(builder, a, b); }
  Value shiftLeft(Value a, int64_t n) {
    return mlir::arith::ShLIOp::create(builder, a, integer(n));
  }
  Value shiftRight(Value a, int64_t n) {
    return mlir::arith::ShRSIOp::create(builder, a, integer(n));
  }

  /// 1.5 * 2^mantissa: adding it rounds to the nearest integer, which then stands in the lowest
  /// bits.
  double magic() const { return isDouble() ? 6755399441055744.0 : 12582912.0; }
  /// x * factor + magic: `fromMagic` and `bitsOfMagic` read the integer.
  Value roundScaled(Value x, double factor) { return fma(x, number(factor), number(magic())); }
  Value fromMagic(Value z) { return sub(z, number(magic())); }
  Value bitsOfMagic(Value z);
  /// A small integer as a float.
  Value toFloat(Value n);
  /// 2^n for n in the range of normal exponents.
  Value powerOfTwo(Value n) {
    return fromBits(shiftLeft(addI(n, integer(bias())), mantissaBits()));
  }

  mlir::Type type, intType;
  mlir::ImplicitLocOpBuilder &builder;

private:
  unsigned width;
};

/// Rounds f32 or f64 values to a narrower float type (or vectors of them); bf16 by integer code,
/// since LLVM would call a library.
mlir::Value narrowFloat(mlir::Value x, mlir::Type element, mlir::ImplicitLocOpBuilder &builder);

/// The functions, by family (the argument is of the emitter's type).
mlir::Value emitExp(Emit &e, mlir::Value x);
/// e^x where it is known to be a normal number.
mlir::Value emitNormalExp(Emit &e, mlir::Value x);
mlir::Value emitExpm1(Emit &e, mlir::Value x);
mlir::Value emitLog(Emit &e, mlir::Value x);
mlir::Value emitLog1p(Emit &e, mlir::Value x);
mlir::Value emitTanh(Emit &e, mlir::Value x);
mlir::Value emitSigmoid(Emit &e, mlir::Value x);
mlir::Value emitSoftplus(Emit &e, mlir::Value x);
mlir::Value emitSinh(Emit &e, mlir::Value x);
mlir::Value emitCosh(Emit &e, mlir::Value x);
mlir::Value emitErf(Emit &e, mlir::Value x);
mlir::Value emitPow(Emit &e, mlir::Value x, mlir::Value y);
mlir::Value emitSin(Emit &e, mlir::Value x);
mlir::Value emitCos(Emit &e, mlir::Value x);

} // namespace lamina::kernels

#endif // COMPILER_KERNELS_VECTORMATHEMIT_H
