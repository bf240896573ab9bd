// Running sums and products: sequential across rows; along a line each vector is scanned by
// doubling steps.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/SelectOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace lamina::kernels {

static Value combine(ir::CumulateKind kind, Value a, Value b, ImplicitLocOpBuilder &builder) {
  const bool isFloat = isa<FloatType>(getElementTypeOrSelf(a));
  if (kind == ir::CumulateKind::Sum)
    return isFloat ? Value(arith::AddFOp::create(builder, a, b))
                   : Value(arith::AddIOp::create(builder, a, b));
  return isFloat ? Value(arith::MulFOp::create(builder, a, b))
                 : Value(arith::MulIOp::create(builder, a, b));
}

/// Each lane becomes the combination of the lanes up to it (Hillis and Steele 1986).
static Value scanLanes(ir::CumulateKind kind, Value x, Value neutral,
                       ImplicitLocOpBuilder &builder) {
  auto vector = dyn_cast<VectorType>(x.getType());
  const int64_t lanes = vector ? vector.getDimSize(0) : 1;
  for (int64_t by = 1; by < lanes; by *= 2) {
    SmallVector<int64_t> picks;
    for (int64_t lane = 0; lane < lanes; ++lane)
      picks.push_back(lane < by ? lanes : lane - by);
    Value moved =
        vector::ShuffleOp::create(builder, x, broadcastTo(neutral, lanes, builder), picks);
    x = combine(kind, moved, x, builder);
  }
  return x;
}

static Type computedType(Type element) {
  const bool isNarrow = isa<FloatType>(element) && element.getIntOrFloatBitWidth() < 32;
  return isNarrow ? Type(Float32Type::get(element.getContext())) : element;
}

void emitCumulate(const Line &line, ir::CumulateKind kind, const Buffer &output) {
  const Row &row = line.row;
  ImplicitLocOpBuilder &builder = row.builder();
  const Type computed = computedType(line.element);
  Value neutral = numberOf(kind == ir::CumulateKind::Sum ? 0 : 1, computed, builder);
  Value start = row.lanesInner ? neutral : broadcastTo(neutral, row.place.lanes, builder);
  const int64_t width = row.lanesInner ? row.evaluator.getContext().lanes() : 1;
  emitReduction(row.inner, width, row.place, start, builder,
                [&](const Place &place, ValueRange carried) -> SmallVector<Value> {
                  Value x = convertElement(line.at(place), line.element, computed, builder);
                  x = broadcastTo(x, place.lanes, builder);
                  if (row.lanesInner)
                    x = scanLanes(kind, x, neutral, builder);
                  x = combine(kind, broadcastTo(carried[0], place.lanes, builder), x, builder);
                  storeAt(convertElement(x, computed, line.element, builder), output, place,
                          builder);
                  if (row.lanesInner && place.lanes > 1)
                    x = vector::ExtractOp::create(builder, x, ArrayRef<int64_t>{place.lanes - 1});
                  return {x};
                });
}

} // namespace lamina::kernels
