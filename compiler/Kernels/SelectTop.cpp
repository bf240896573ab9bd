// topk and keep_topk: repeated selection of the next in order. What is next needs no marks: it
// comes after the last one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/SelectOps.h"
#include "compiler/Kernels/VectorMathEmit.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

#include <limits>

using namespace mlir;

namespace lamina::kernels {

/// The positions of the lanes, as i32.
static Value indexAt(const Line &line, const Place &place) {
  ImplicitLocOpBuilder &builder = line.row.builder();
  Coordinate at = place.find(line.axis().name);
  if (at.isUniform() || place.lanes == 1)
    return arith::IndexCastOp::create(builder, builder.getI32Type(), scalarIndex(at, builder));
  return laneIndices(at, place.lanes, builder);
}

/// The first element in order that comes after `last`; the very first one where `last` is null.
static Ranked nextInOrder(const Line &line, const Ranked &last) {
  return foldRanked(
      line.row, line.inRegisters(), line.element.isUnsignedInteger(),
      [&](const Place &place) -> Ranked { return {line.at(place), indexAt(line, place)}; },
      last.value ? &last : nullptr);
}

/// `k` rounds of a loop that carries the last selected element; `use` is told of each, with its
/// rank.
static Ranked selectInOrder(const Line &line, int64_t k,
                            llvm::function_ref<void(Value rank, const Ranked &)> use) {
  ImplicitLocOpBuilder &builder = line.row.builder();
  Ranked last = nextInOrder(line, {});
  use(arith::ConstantIndexOp::create(builder, 0), last);
  if (k == 1)
    return last;
  auto loop = scf::ForOp::create(builder, arith::ConstantIndexOp::create(builder, 1),
                                 arith::ConstantIndexOp::create(builder, k),
                                 arith::ConstantIndexOp::create(builder, 1),
                                 ValueRange{last.value, last.index});
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  Ranked next = nextInOrder(line, {loop.getRegionIterArg(0), loop.getRegionIterArg(1)});
  use(loop.getInductionVar(), next);
  scf::YieldOp::create(builder, ValueRange{next.value, next.index});
  return {loop.getResult(0), loop.getResult(1)};
}

void emitTopK(const Line &line, int64_t k, const Buffer *values, const Buffer *indices) {
  ImplicitLocOpBuilder &builder = line.row.builder();
  selectInOrder(line, k, [&](Value rank, const Ranked &ranked) {
    Place place = line.row.place;
    place.at[line.axis().name] = Coordinate::of(rank);
    if (values)
      storeAt(ranked.value, *values, place, builder);
    if (indices)
      storeAt(convertElement(ranked.index, builder.getI32Type(), indices->element, builder),
              *indices, place, builder);
  });
}

void emitKeepTopK(const Line &line, int64_t k, const Buffer &output) {
  ImplicitLocOpBuilder &builder = line.row.builder();
  const bool all = !line.axis().dynamic && k >= line.axis().extent;
  Ranked last;
  if (!all)
    last = selectInOrder(line, k, [](Value, const Ranked &) {});
  forEachOfRow(line.row, [&](const Place &place) {
    Value value = broadcastTo(line.at(place), place.lanes, builder);
    if (!all) {
      Ranked bound = {broadcastTo(last.value, place.lanes, builder),
                      broadcastTo(last.index, place.lanes, builder)};
      Ranked here = {value, broadcastTo(indexAt(line, place), place.lanes, builder)};
      Value isBeyond = comesBefore(bound, here, line.element.isUnsignedInteger(), builder);
      Value zero = arith::ConstantOp::create(builder, builder.getZeroAttr(value.getType()));
      value = arith::SelectOp::create(builder, isBeyond, zero, value);
    }
    storeAt(value, output, place, builder);
  });
}

} // namespace lamina::kernels
