// Folds along or across rows.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/RowwiseFold.h"
#include "compiler/Kernels/VectorMathEmit.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

#include <limits>

using namespace mlir;

namespace lamina::kernels {

// --- the folds -----------------------------------------------------------------------------------

static double floatIdentity(Fold fold) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  switch (fold) {
  case Fold::Product:
    return 1;
  case Fold::Max:
  case Fold::LooseMax:
    return -infinity;
  case Fold::Min:
    return infinity;
  default:
    return 0;
  }
}

/// What changes nothing when it is folded in.
static TypedAttr identityOf(Fold fold, Type element, OpBuilder &builder) {
  if (isa<FloatType>(element))
    return builder.getFloatAttr(element, floatIdentity(fold));
  const unsigned width = element.getIntOrFloatBitWidth();
  switch (fold) {
  case Fold::Product:
    return builder.getIntegerAttr(element, 1);
  case Fold::Max:
    return builder.getIntegerAttr(element, APInt::getSignedMinValue(width));
  case Fold::Min:
    return builder.getIntegerAttr(element, APInt::getSignedMaxValue(width));
  case Fold::And:
    return builder.getIntegerAttr(element, APInt::getAllOnes(width));
  default:
    return builder.getIntegerAttr(element, 0);
  }
}

static Value constantOf(TypedAttr value, int64_t lanes, ImplicitLocOpBuilder &builder) {
  if (lanes > 1)
    value = DenseElementsAttr::get(VectorType::get({lanes}, value.getType()), Attribute(value));
  return arith::ConstantOp::create(builder, value);
}

Value foldIdentity(Fold fold, Type element, int64_t lanes, ImplicitLocOpBuilder &builder) {
  return constantOf(identityOf(fold, element, builder), lanes, builder);
}

Value merge(Fold fold, Value a, Value b, ImplicitLocOpBuilder &builder) {
  const bool isFloat = isa<FloatType>(getElementTypeOrSelf(a));
  switch (fold) {
  case Fold::Sum:
  case Fold::Squares:
    return isFloat ? Value(arith::AddFOp::create(builder, a, b))
                   : Value(arith::AddIOp::create(builder, a, b));
  case Fold::Product:
    return isFloat ? Value(arith::MulFOp::create(builder, a, b))
                   : Value(arith::MulIOp::create(builder, a, b));
  case Fold::Max:
    return isFloat ? Value(arith::MaximumFOp::create(builder, a, b))
                   : Value(arith::MaxSIOp::create(builder, a, b));
  case Fold::Min:
    return isFloat ? Value(arith::MinimumFOp::create(builder, a, b))
                   : Value(arith::MinSIOp::create(builder, a, b));
  case Fold::LooseMax: {
    Value greater = arith::CmpFOp::create(builder, arith::CmpFPredicate::OGT, a, b);
    return arith::SelectOp::create(builder, greater, a, b);
  }
  case Fold::Or:
    return arith::OrIOp::create(builder, a, b);
  case Fold::And:
    return arith::AndIOp::create(builder, a, b);
  }
  llvm_unreachable("every fold is handled");
}

/// An element is folded into an accumulator.
static Value take(Fold fold, Value accumulator, Value x, ImplicitLocOpBuilder &builder) {
  if (fold != Fold::Squares)
    return merge(fold, accumulator, x, builder);
  if (isa<FloatType>(getElementTypeOrSelf(x)))
    return math::FmaOp::create(builder, x, x, accumulator);
  return arith::AddIOp::create(builder, accumulator, arith::MulIOp::create(builder, x, x));
}

// --- lanes ---------------------------------------------------------------------------------------

/// The first `lanes` of `width` lanes are those of `x`, the others `filler`.
static Value padLanes(Value x, int64_t lanes, int64_t width, TypedAttr filler,
                      ImplicitLocOpBuilder &builder) {
  if (lanes == width)
    return broadcastTo(x, width, builder);
  Value padded = constantOf(filler, width, builder);
  if (lanes == 1)
    return vector::InsertOp::create(builder, x, padded, ArrayRef<int64_t>{0});
  return vector::InsertStridedSliceOp::create(builder, broadcastTo(x, lanes, builder), padded,
                                              ArrayRef<int64_t>{0}, ArrayRef<int64_t>{1});
}

static Value slice(Value x, int64_t first, int64_t count, ImplicitLocOpBuilder &builder) {
  if (count == 1)
    return vector::ExtractOp::create(builder, x, ArrayRef<int64_t>{first});
  return vector::ExtractStridedSliceOp::create(builder, x, ArrayRef<int64_t>{first},
                                               ArrayRef<int64_t>{count}, ArrayRef<int64_t>{1});
}

Value foldLanes(Fold fold, Value x, ImplicitLocOpBuilder &builder) {
  auto vector = dyn_cast<VectorType>(x.getType());
  for (int64_t half = vector ? vector.getDimSize(0) / 2 : 0; half >= 1; half /= 2)
    x = merge(fold, slice(x, 0, half, builder), slice(x, half, half, builder), builder);
  return x;
}

/// How many accumulators run side by side: a power of two, no more than the row needs.
static int64_t accumulatorLanes(const Row &row) {
  const LoopAxis &last = row.inner.back();
  if (last.dynamic)
    return row.width;
  return std::min<int64_t>(row.width, llvm::PowerOf2Ceil(last.extent));
}

void forEachOfRow(const Row &row, LoopBody body) {
  emitNest(row.inner, row.lanesInner ? row.width : 1, row.place, row.builder(), body);
}

Value foldRow(const Row &row, Fold fold, Type element, RowTerm term) {
  ImplicitLocOpBuilder &builder = row.builder();
  const TypedAttr identity = identityOf(fold, element, builder);
  if (!row.lanesInner) {
    Value start = foldIdentity(fold, element, row.place.lanes, builder);
    return emitReduction(row.inner, 1, row.place, start, builder,
                         [&](const Place &place, ValueRange carried) -> SmallVector<Value> {
                           Value x = broadcastTo(term(place), place.lanes, builder);
                           return {take(fold, carried[0], x, builder)};
                         })[0];
  }
  // Terms of squares are padded with 0, whose square changes nothing.
  const int64_t width = accumulatorLanes(row);
  Value sum =
      emitReduction(row.inner, width, row.place, constantOf(identity, width, builder), builder,
                    [&](const Place &place, ValueRange carried) -> SmallVector<Value> {
                      Value x = padLanes(term(place), place.lanes, width, identity, builder);
                      return {take(fold, carried[0], x, builder)};
                    })[0];
  return foldLanes(fold, sum, builder);
}

// --- argmax --------------------------------------------------------------------------------------

/// Float comparisons of an order in which NaN is above all numbers and equal to itself.
static std::pair<Value, Value> compareFloats(Value b, Value a, ImplicitLocOpBuilder &builder) {
  Emit e(a.getType(), builder);
  Value aIsNan = e.isNan(a), bIsNan = e.isNan(b);
  Value onlyB = arith::CmpIOp::create(builder, arith::CmpIPredicate::ugt, bIsNan, aIsNan);
  return {e.either(e.less(a, b), onlyB), e.either(e.equal(a, b), e.both(aIsNan, bIsNan))};
}

Value comesBefore(const Ranked &b, const Ranked &a, bool isUnsigned,
                  ImplicitLocOpBuilder &builder) {
  Value greater, equal;
  Type element = getElementTypeOrSelf(a.value);
  if (isa<FloatType>(element)) {
    std::tie(greater, equal) = compareFloats(b.value, a.value, builder);
  } else {
    const bool ordersUnsigned = isUnsigned || element.isInteger(1);
    const auto predicate = ordersUnsigned ? arith::CmpIPredicate::ugt : arith::CmpIPredicate::sgt;
    greater = arith::CmpIOp::create(builder, predicate, b.value, a.value);
    equal = arith::CmpIOp::create(builder, arith::CmpIPredicate::eq, b.value, a.value);
  }
  Value first = arith::CmpIOp::create(builder, arith::CmpIPredicate::slt, b.index, a.index);
  return arith::OrIOp::create(builder, greater, arith::AndIOp::create(builder, equal, first));
}

static Ranked firstOf(const Ranked &a, const Ranked &b, bool isUnsigned,
                      ImplicitLocOpBuilder &builder) {
  Value isB = comesBefore(b, a, isUnsigned, builder);
  return {arith::SelectOp::create(builder, isB, b.value, a.value),
          arith::SelectOp::create(builder, isB, b.index, a.index)};
}

/// Not before any element, at a position beyond all.
static TypedAttr worstOf(Type element, bool isUnsigned, OpBuilder &builder) {
  if (!isa<FloatType>(element) && (isUnsigned || element.isInteger(1)))
    return builder.getIntegerAttr(element, 0);
  return identityOf(Fold::Max, element, builder);
}

/// Elements that do not come after `last` become the worst one.
static Ranked onlyAfter(const Ranked &last, const Ranked &x, const Ranked &worst, bool isUnsigned,
                        int64_t width, ImplicitLocOpBuilder &builder) {
  Ranked bound = {broadcastTo(last.value, width, builder), broadcastTo(last.index, width, builder)};
  Value isAfter = comesBefore(bound, x, isUnsigned, builder);
  return {arith::SelectOp::create(builder, isAfter, x.value, worst.value),
          arith::SelectOp::create(builder, isAfter, x.index, worst.index)};
}

Ranked foldRanked(const Row &row, Type element, bool isUnsigned,
                  llvm::function_ref<Ranked(const Place &)> term, const Ranked *last) {
  ImplicitLocOpBuilder &builder = row.builder();
  const TypedAttr worst = worstOf(element, isUnsigned, builder);
  const TypedAttr beyond = builder.getI32IntegerAttr(std::numeric_limits<int32_t>::max());
  const int64_t width = row.lanesInner ? accumulatorLanes(row) : row.place.lanes;
  Ranked start = {constantOf(worst, width, builder), constantOf(beyond, width, builder)};
  SmallVector<Value> result =
      emitReduction(row.inner, row.lanesInner ? width : 1, row.place, {start.value, start.index},
                    builder, [&](const Place &place, ValueRange carried) -> SmallVector<Value> {
                      Ranked x = term(place);
                      const int64_t lanes = row.lanesInner ? place.lanes : width;
                      x.value = padLanes(x.value, lanes, width, worst, builder);
                      x.index = padLanes(x.index, lanes, width, beyond, builder);
                      if (last)
                        x = onlyAfter(*last, x, start, isUnsigned, width, builder);
                      Ranked best = firstOf({carried[0], carried[1]}, x, isUnsigned, builder);
                      return {best.value, best.index};
                    });
  Ranked best = {result[0], result[1]};
  for (int64_t half = width / 2; row.lanesInner && half >= 1; half /= 2)
    best = firstOf({slice(best.value, 0, half, builder), slice(best.index, 0, half, builder)},
                   {slice(best.value, half, half, builder), slice(best.index, half, half, builder)},
                   isUnsigned, builder);
  return best;
}

Value argmaxOfRow(const Row &row, Type element, bool isUnsigned, RowTerm term) {
  ImplicitLocOpBuilder &builder = row.builder();
  Ranked best = foldRanked(row, element, isUnsigned, [&](const Place &place) -> Ranked {
    Coordinate at = place.find(row.inner.back().name);
    Value index = at.isUniform() || place.lanes == 1
                      ? Value(arith::IndexCastOp::create(builder, builder.getI32Type(),
                                                         scalarIndex(at, builder)))
                      : laneIndices(at, place.lanes, builder);
    return {term(place), index};
  });
  return convertElement(best.index, builder.getI32Type(), builder.getI64Type(), builder);
}

} // namespace lamina::kernels
