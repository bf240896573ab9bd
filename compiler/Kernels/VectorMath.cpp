// Elementwise functions of floats and integers as inline vector code.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/VectorMath.h"

#include "compiler/Kernels/VectorMathEmit.h"

using namespace mlir;

namespace lamina::kernels {

using ir::UnaryKind;

/// Elements of less than 32 bits are computed in f32 and rounded once.
static Value throughSingle(Value input, ImplicitLocOpBuilder &builder,
                           llvm::function_ref<Value(Value)> compute) {
  Type single = builder.getF32Type();
  if (auto vector = dyn_cast<VectorType>(input.getType()))
    single = VectorType::get(vector.getShape(), single);
  Value result = compute(arith::ExtFOp::create(builder, single, input));
  if (!isa<FloatType>(getElementTypeOrSelf(result)))
    return result;
  return narrowFloat(result, getElementTypeOrSelf(input), builder);
}

static Value buildSign(Emit &e, Value x) {
  Value zero = e.number(0);
  Value positive = e.select(e.less(zero, x), e.number(1), x);
  return e.select(e.less(x, zero), e.number(-1), positive);
}

static Value buildFloatUnary(UnaryKind kind, Emit &e, Value x) {
  switch (kind) {
  case UnaryKind::Neg:
    return e.neg(x);
  case UnaryKind::Exp:
    return emitExp(e, x);
  case UnaryKind::Log:
    return emitLog(e, x);
  case UnaryKind::Log1p:
    return emitLog1p(e, x);
  case UnaryKind::Expm1:
    return emitExpm1(e, x);
  case UnaryKind::Sqrt:
    return e.sqrt(x);
  case UnaryKind::Rsqrt:
    return e.div(e.number(1), e.sqrt(x));
  case UnaryKind::Abs:
    return e.abs(x);
  case UnaryKind::Sign:
    return buildSign(e, x);
  case UnaryKind::Floor:
    return math::FloorOp::create(e.builder, x);
  case UnaryKind::Ceil:
    return math::CeilOp::create(e.builder, x);
  case UnaryKind::Round:
    return math::RoundEvenOp::create(e.builder, x);
  case UnaryKind::Sin:
    return emitSin(e, x);
  case UnaryKind::Cos:
    return emitCos(e, x);
  case UnaryKind::Tan:
    return e.div(emitSin(e, x), emitCos(e, x));
  case UnaryKind::Sinh:
    return emitSinh(e, x);
  case UnaryKind::Cosh:
    return emitCosh(e, x);
  case UnaryKind::Tanh:
    return emitTanh(e, x);
  case UnaryKind::Erf:
    return emitErf(e, x);
  case UnaryKind::Sigmoid:
    return emitSigmoid(e, x);
  case UnaryKind::Softplus:
    return emitSoftplus(e, x);
  case UnaryKind::Relu:
    return e.select(e.less(x, e.number(0)), e.number(0), x);
  case UnaryKind::IsNan:
    return e.isNan(x);
  case UnaryKind::Not:
    return e.equal(x, e.number(0));
  }
  llvm_unreachable("every kind is handled");
}

static Value splat(Type type, int64_t value, ImplicitLocOpBuilder &builder) {
  TypedAttr attr = builder.getIntegerAttr(getElementTypeOrSelf(type), value);
  if (auto vector = dyn_cast<VectorType>(type))
    attr = DenseElementsAttr::get(vector, attr);
  return arith::ConstantOp::create(builder, attr);
}

static Value buildIntegerUnary(UnaryKind kind, Value x, bool isUnsigned,
                               ImplicitLocOpBuilder &builder) {
  Type type = x.getType();
  const bool isBool = getElementTypeOrSelf(type).isInteger(1);
  Value zero = splat(type, 0, builder);
  switch (kind) {
  case UnaryKind::Neg:
    return arith::SubIOp::create(builder, zero, x);
  case UnaryKind::Not:
    return arith::XOrIOp::create(builder, x, splat(type, -1, builder));
  case UnaryKind::Abs:
    return isUnsigned || isBool ? x : Value(math::AbsIOp::create(builder, x));
  case UnaryKind::Relu:
    return isUnsigned || isBool ? x : Value(arith::MaxSIOp::create(builder, x, zero));
  case UnaryKind::Sign: {
    Value one = splat(type, 1, builder);
    if (isUnsigned || isBool)
      return arith::MinUIOp::create(builder, x, one);
    Value bounded = arith::MinSIOp::create(builder, x, one);
    return arith::MaxSIOp::create(builder, bounded, splat(type, -1, builder));
  }
  case UnaryKind::IsNan: {
    Type truth = builder.getI1Type();
    if (auto vector = dyn_cast<VectorType>(type))
      truth = VectorType::get(vector.getShape(), truth);
    return splat(truth, 0, builder);
  }
  default:
    return x; // floor, ceil and round of an integer; the verifier lets no other through
  }
}

Value buildUnary(UnaryKind kind, Value input, ImplicitLocOpBuilder &builder, bool isUnsigned) {
  Type element = getElementTypeOrSelf(input.getType());
  if (!isa<FloatType>(element))
    return buildIntegerUnary(kind, input, isUnsigned, builder);
  if (element.getIntOrFloatBitWidth() < 32)
    return throughSingle(input, builder, [&](Value x) { return buildUnary(kind, x, builder); });
  Emit e(input.getType(), builder);
  return buildFloatUnary(kind, e, input);
}

} // namespace lamina::kernels
