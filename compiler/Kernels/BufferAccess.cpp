// Loads and stores: whole vectors where lanes are consecutive, shuffles of them where the step is
// small, gathers elsewhere.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/BufferAccess.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace lamina::kernels {

/// Up to this step one wide load and a shuffle beat a gather.
static constexpr int64_t kShuffledStep = 4;

const Buffer::Axis *Buffer::find(llvm::StringRef name) const {
  const auto *found = llvm::find_if(axes, [&](const Axis &axis) { return axis.name == name; });
  return found == axes.end() ? nullptr : found;
}

Type registerType(Type element) {
  if (auto integer = dyn_cast<IntegerType>(element))
    return IntegerType::get(element.getContext(), integer.getWidth());
  return element;
}

Type memoryType(Type element) {
  return element.isInteger(1) ? IntegerType::get(element.getContext(), 8) : registerType(element);
}

Type lanesOf(Type type, int64_t lanes) { return lanes > 1 ? VectorType::get({lanes}, type) : type; }

Value broadcastTo(Value value, int64_t lanes, ImplicitLocOpBuilder &builder) {
  if (lanes == 1 || isa<VectorType>(value.getType()))
    return value;
  Type type = VectorType::get({lanes}, value.getType());
  Attribute constant;
  if (matchPattern(value, m_Constant(&constant)))
    return arith::ConstantOp::create(builder,
                                     DenseElementsAttr::get(cast<ShapedType>(type), constant));
  return vector::BroadcastOp::create(builder, type, value);
}

Place placeOf(const Position &position) {
  Place place;
  place.lanes = position.lanes;
  for (const auto &entry : position.index)
    place.at[entry.first()] = Coordinate::of(entry.second);
  if (position.lanes > 1)
    place.at[position.lane].step = 1;
  return place;
}

Coordinate addressOf(const Buffer &buffer, const Place &place, ImplicitLocOpBuilder &builder) {
  Coordinate address;
  if (buffer.offset)
    address = Coordinate::of(buffer.offset);
  for (const Buffer::Axis &axis : buffer.axes)
    if (axis.stride != 0)
      address = sum(address, scaled(place.find(axis.name), axis.stride, builder), builder);
  return address;
}

/// Bytes become the truth values that registers hold.
static Value fromMemory(Value value, Type element, ImplicitLocOpBuilder &builder) {
  if (!element.isInteger(1))
    return value;
  Value zero = arith::ConstantOp::create(builder, builder.getZeroAttr(value.getType()));
  return arith::CmpIOp::create(builder, arith::CmpIPredicate::ne, value, zero);
}

static Value toMemory(Value value, Type element, ImplicitLocOpBuilder &builder) {
  if (!element.isInteger(1))
    return value;
  auto vector = dyn_cast<VectorType>(value.getType());
  Type type = lanesOf(builder.getI8Type(), vector ? vector.getDimSize(0) : 1);
  return arith::ExtUIOp::create(builder, type, value);
}

/// Elements `step` apart of one wide load: the load ends with the last of them.
static Value loadShuffled(const Buffer &buffer, Coordinate address, int64_t lanes,
                          ImplicitLocOpBuilder &builder) {
  const int64_t step = std::abs(address.step), width = (lanes - 1) * step + 1;
  const bool backward = address.step < 0;
  if (backward)
    address.constant -= width - 1;
  auto type = VectorType::get({width}, memoryType(buffer.element));
  Value wide = vector::LoadOp::create(builder, type, buffer.memory, scalarIndex(address, builder));
  SmallVector<int64_t> picks;
  for (int64_t lane = 0; lane < lanes; ++lane)
    picks.push_back((backward ? lanes - 1 - lane : lane) * step);
  return vector::ShuffleOp::create(builder, wide, wide, picks);
}

static Value gather(const Buffer &buffer, const Coordinate &address, int64_t lanes,
                    ImplicitLocOpBuilder &builder) {
  Coordinate base = address, spread;
  base.step = 0;
  base.vector = nullptr;
  spread.step = address.step;
  spread.vector = address.vector;
  auto type = VectorType::get({lanes}, memoryType(buffer.element));
  auto maskType = VectorType::get({lanes}, builder.getI1Type());
  Value mask = arith::ConstantOp::create(builder, DenseElementsAttr::get(maskType, true));
  Value other = arith::ConstantOp::create(builder, builder.getZeroAttr(type));
  return vector::GatherOp::create(builder, type, buffer.memory, scalarIndex(base, builder),
                                  laneIndices(spread, lanes, builder), mask, other);
}

Value loadAt(const Buffer &buffer, const Place &place, ImplicitLocOpBuilder &builder) {
  Coordinate address = addressOf(buffer, place, builder);
  Value value;
  if (place.lanes == 1 || address.isUniform())
    value = memref::LoadOp::create(builder, buffer.memory, scalarIndex(address, builder));
  else if (!address.vector && address.step == 1)
    value =
        vector::LoadOp::create(builder, VectorType::get({place.lanes}, memoryType(buffer.element)),
                               buffer.memory, scalarIndex(address, builder));
  else if (!address.vector && std::abs(address.step) <= kShuffledStep)
    value = loadShuffled(buffer, address, place.lanes, builder);
  else
    value = gather(buffer, address, place.lanes, builder);
  return fromMemory(value, buffer.element, builder);
}

void storeAt(Value value, const Buffer &buffer, const Place &place, ImplicitLocOpBuilder &builder) {
  Coordinate address = addressOf(buffer, place, builder);
  value = toMemory(value, buffer.element, builder);
  if (place.lanes == 1 || address.isUniform()) {
    memref::StoreOp::create(builder, value, buffer.memory, scalarIndex(address, builder));
    return;
  }
  value = broadcastTo(value, place.lanes, builder);
  if (!address.vector && address.step == 1) {
    vector::StoreOp::create(builder, value, buffer.memory, scalarIndex(address, builder));
    return;
  }
  for (int64_t lane = 0; lane < place.lanes; ++lane) {
    Place one = place.part(lane, 1, builder);
    Coordinate at = addressOf(buffer, one, builder);
    Value element = vector::ExtractOp::create(builder, value, ArrayRef<int64_t>{lane});
    memref::StoreOp::create(builder, element, buffer.memory, scalarIndex(at, builder));
  }
}

Value load(FunctionContext &context, ImplicitLocOpBuilder &builder, const Buffer &buffer,
           const Position &position) {
  return loadAt(buffer, placeOf(position), builder);
}

void store(FunctionContext &context, ImplicitLocOpBuilder &builder, Value value,
           const Buffer &buffer, const Position &position) {
  storeAt(value, buffer, placeOf(position), builder);
}

} // namespace lamina::kernels
