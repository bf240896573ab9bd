// Elementwise ops, casts and constants at a place.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/EvaluatorOps.h"
#include "compiler/Kernels/VectorMath.h"
#include "compiler/Kernels/VectorMathEmit.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace lamina::kernels {

Value numberOf(double value, Type element, ImplicitLocOpBuilder &builder) {
  Type type = registerType(element);
  if (isa<FloatType>(type))
    return arith::ConstantOp::create(builder, builder.getFloatAttr(type, value));
  return arith::ConstantOp::create(builder, builder.getIntegerAttr(type, int64_t(value)));
}

// --- casts ---------------------------------------------------------------------------------------

static Type sameLanes(Value like, Type element) {
  auto vector = dyn_cast<VectorType>(like.getType());
  return vector ? Type(VectorType::get(vector.getShape(), element)) : element;
}

static Value constantFloat(Type type, double value, ImplicitLocOpBuilder &builder) {
  TypedAttr attr = builder.getFloatAttr(getElementTypeOrSelf(type), value);
  if (auto vector = dyn_cast<VectorType>(type))
    attr = DenseElementsAttr::get(vector, attr);
  return arith::ConstantOp::create(builder, attr);
}

/// Truncates towards zero; what is beyond the type becomes its nearest value, NaN becomes 0.
static Value floatToInteger(Value value, Type to, ImplicitLocOpBuilder &builder) {
  if (getElementTypeOrSelf(value).getIntOrFloatBitWidth() < 32)
    value = arith::ExtFOp::create(builder, sameLanes(value, builder.getF32Type()), value);
  const bool isUnsigned = to.isUnsignedInteger();
  const unsigned width = to.getIntOrFloatBitWidth(), bits = isUnsigned ? width : width - 1;
  Type result = sameLanes(value, registerType(to));
  Value low = constantFloat(value.getType(), isUnsigned ? 0 : -std::ldexp(1.0, bits), builder);
  Value high = constantFloat(value.getType(), std::ldexp(1.0, bits), builder);
  using Predicate = arith::CmpFPredicate;
  Value tooLow = arith::CmpFOp::create(builder, Predicate::OLT, value, low);
  Value tooHigh = arith::CmpFOp::create(builder, Predicate::OGE, value, high);
  Value inside =
      arith::AndIOp::create(builder, arith::CmpFOp::create(builder, Predicate::OGE, value, low),
                            arith::CmpFOp::create(builder, Predicate::OLT, value, high));
  Value zero = constantFloat(value.getType(), 0, builder);
  Value safe = arith::SelectOp::create(builder, inside, value, zero);
  Value cast = isUnsigned ? Value(arith::FPToUIOp::create(builder, result, safe))
                          : Value(arith::FPToSIOp::create(builder, result, safe));
  const int64_t least = isUnsigned ? 0 : llvm::minIntN(width);
  const int64_t most = isUnsigned ? int64_t(llvm::maxUIntN(width)) : llvm::maxIntN(width);
  cast = arith::SelectOp::create(builder, tooLow, constantLike(result, least, builder), cast);
  return arith::SelectOp::create(builder, tooHigh, constantLike(result, most, builder), cast);
}

static Value isNotZero(Value value, Type from, ImplicitLocOpBuilder &builder) {
  Value zero = arith::ConstantOp::create(builder, builder.getZeroAttr(value.getType()));
  if (isa<FloatType>(from))
    return arith::CmpFOp::create(builder, arith::CmpFPredicate::UNE, value, zero);
  return arith::CmpIOp::create(builder, arith::CmpIPredicate::ne, value, zero);
}

static Value floatToFloat(Value value, Type from, Type to, ImplicitLocOpBuilder &builder) {
  const unsigned before = from.getIntOrFloatBitWidth(), after = to.getIntOrFloatBitWidth();
  if (before < after)
    return arith::ExtFOp::create(builder, sameLanes(value, to), value);
  if (before > after)
    return narrowFloat(value, to, builder);
  Value wide = arith::ExtFOp::create(builder, sameLanes(value, builder.getF32Type()), value);
  return narrowFloat(wide, to, builder);
}

Value convertElement(Value value, Type from, Type to, ImplicitLocOpBuilder &builder) {
  if (from == to)
    return value;
  if (to.isInteger(1))
    return isNotZero(value, from, builder);
  const bool zeroExtend = from.isUnsignedInteger() || from.isInteger(1);
  Type result = sameLanes(value, registerType(to));
  if (isa<FloatType>(from))
    return isa<FloatType>(to) ? floatToFloat(value, from, to, builder)
                              : floatToInteger(value, to, builder);
  if (isa<FloatType>(to) && to.getIntOrFloatBitWidth() < 32)
    return narrowFloat(convertElement(value, from, builder.getF32Type(), builder), to, builder);
  if (isa<FloatType>(to))
    return zeroExtend ? Value(arith::UIToFPOp::create(builder, result, value))
                      : Value(arith::SIToFPOp::create(builder, result, value));
  const unsigned before = from.getIntOrFloatBitWidth(), after = to.getIntOrFloatBitWidth();
  if (before == after)
    return value;
  if (before > after)
    return arith::TruncIOp::create(builder, result, value);
  return zeroExtend ? Value(arith::ExtUIOp::create(builder, result, value))
                    : Value(arith::ExtSIOp::create(builder, result, value));
}

// --- constants -----------------------------------------------------------------------------------

/// The elements as they lie in memory: bools as bytes, integers without a sign.
static DenseElementsAttr inMemory(DenseElementsAttr values, Type element, OpBuilder &builder) {
  auto type = RankedTensorType::get({values.getNumElements()}, memoryType(element));
  if (element.isInteger(1)) {
    SmallVector<int8_t> bytes;
    for (bool value : values.getValues<bool>())
      bytes.push_back(value);
    return DenseElementsAttr::get(type, ArrayRef(bytes));
  }
  return DenseElementsAttr::getFromRawBuffer(type, values.getRawData());
}

Buffer constantBuffer(DenseElementsAttr values, ArrayRef<std::pair<std::string, int64_t>> axes,
                      Type element, ImplicitLocOpBuilder &builder) {
  auto module = builder.getBlock()->getParentOp()->getParentOfType<ModuleOp>();
  DenseElementsAttr flat = inMemory(values, element, builder);
  auto type = MemRefType::get({values.getNumElements()}, memoryType(element));
  memref::GlobalOp table;
  for (auto global : module.getOps<memref::GlobalOp>())
    if (global.getInitialValueAttr() == flat)
      table = global;
  if (!table) {
    OpBuilder detached(builder.getContext());
    table = memref::GlobalOp::create(detached, builder.getLoc(), "table",
                                     builder.getStringAttr("private"), type, flat,
                                     /*constant=*/true, builder.getI64IntegerAttr(64));
    SymbolTable(module).insert(table);
  }
  Buffer buffer;
  buffer.memory = memref::GetGlobalOp::create(builder, type, table.getSymName());
  buffer.element = element;
  int64_t stride = values.getNumElements();
  for (const auto &[name, extent] : axes) {
    stride /= extent;
    buffer.axes.push_back({name, extent, stride});
  }
  return buffer;
}

static Value evaluateConstant(ir::ConstantOp op, const Place &place,
                              ImplicitLocOpBuilder &builder) {
  auto values = dyn_cast<DenseElementsAttr>(op.getValue());
  if (!values)
    return {};
  Type element = tensorOf(op).getElementType();
  if (values.isSplat()) {
    Attribute value = values.getSplatValue<Attribute>();
    if (auto number = dyn_cast<IntegerAttr>(value))
      value = builder.getIntegerAttr(registerType(element), number.getValue());
    return arith::ConstantOp::create(builder, cast<TypedAttr>(value));
  }
  SmallVector<std::pair<std::string, int64_t>> axes;
  for (const ir::Axis &axis : ir::axisList(tensorOf(op)))
    axes.emplace_back(axis.name.str(), axis.extent);
  return loadAt(constantBuffer(values, axes, element, builder), place, builder);
}

// --- ops -----------------------------------------------------------------------------------------

static Value evaluateBinary(Evaluator &evaluator, ir::BinaryOp op, const Place &place) {
  ImplicitLocOpBuilder &builder = evaluator.getBuilder();
  Value lhs = evaluator.at(op.getLhs(), place), rhs = evaluator.at(op.getRhs(), place);
  const bool vector = isa<VectorType>(lhs.getType()) || isa<VectorType>(rhs.getType());
  const int64_t lanes = vector ? place.lanes : 1;
  return buildBinary(op.getKind(), broadcastTo(lhs, lanes, builder),
                     broadcastTo(rhs, lanes, builder),
                     tensorOf(op.getLhs()).getElementType().isUnsignedInteger(), builder);
}

static Value evaluateWhere(Evaluator &evaluator, ir::WhereOp op, const Place &place) {
  ImplicitLocOpBuilder &builder = evaluator.getBuilder();
  Value condition = evaluator.at(op.getCondition(), place);
  Value yes = evaluator.at(op.getTrueValue(), place), no = evaluator.at(op.getFalseValue(), place);
  const bool vector = llvm::any_of(ArrayRef<Value>{condition, yes, no},
                                   [](Value v) { return isa<VectorType>(v.getType()); });
  const int64_t lanes = vector ? place.lanes : 1;
  return arith::SelectOp::create(builder, condition, broadcastTo(yes, lanes, builder),
                                 broadcastTo(no, lanes, builder));
}

Value evaluateElementwise(Evaluator &evaluator, Operation *op, const Place &place) {
  ImplicitLocOpBuilder &builder = evaluator.getBuilder();
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case([&](ir::UnaryOp unary) {
        return buildUnary(unary.getKind(), evaluator.at(unary.getInput(), place), builder,
                          tensorOf(unary.getInput()).getElementType().isUnsignedInteger());
      })
      .Case([&](ir::BinaryOp binary) { return evaluateBinary(evaluator, binary, place); })
      .Case([&](ir::WhereOp where) { return evaluateWhere(evaluator, where, place); })
      .Case([&](ir::CastOp cast) {
        return convertElement(evaluator.at(cast.getInput(), place),
                              tensorOf(cast.getInput()).getElementType(),
                              tensorOf(cast).getElementType(), builder);
      })
      .Case([&](ir::ConstantOp constant) { return evaluateConstant(constant, place, builder); })
      .Default([](Operation *) { return Value(); });
}

} // namespace lamina::kernels
