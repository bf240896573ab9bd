// Loop nests: cuts, nested factors, vectors with a narrower last one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/ElementwiseLoops.h"

#include "compiler/Kernels/Sharing.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace lamina::kernels {

namespace {

/// A loop of a nest: an axis, or a factor of one.
struct Level {
  std::string axis;
  int64_t extent;
  Value dynamic;
  int64_t stride;
  SmallVector<int64_t> cuts;
};

class Nest {
public:
  Nest(ArrayRef<LoopAxis> axes, int64_t width, ImplicitLocOpBuilder &builder, CarryBody body)
      : width(width), builder(builder), body(body) {
    for (const LoopAxis &axis : axes)
      addLevels(axis);
  }
  SmallVector<Value> emit(size_t level, const Place &place, ValueRange carried);
  /// The same, one level of the nest divided among the threads of the function. Nothing is carried.
  void emitShared(const FunctionContext &context);

private:
  size_t levelToShare() const;
  void stepOnce(size_t level, const Place &place, int64_t index, int64_t lanes,
                SmallVector<Value> &values);
  void addLevels(const LoopAxis &axis);
  SmallVector<Value> emitSegment(size_t level, const Place &place, int64_t low, int64_t high,
                                 ValueRange carried);
  SmallVector<Value> emitLoop(size_t level, const Place &place, Value low, Value high, int64_t step,
                              ValueRange carried);
  SmallVector<Value> emitDynamic(size_t level, const Place &place, ValueRange carried);
  SmallVector<Value> step(size_t level, const Place &place, Value index, int64_t lanes,
                          ValueRange carried);
  Value constant(int64_t value) { return arith::ConstantIndexOp::create(builder, value); }

  SmallVector<Level> levels;
  const FunctionContext *sharing = nullptr; ///< null: one thread runs all of the nest
  size_t sharedLevel = 0;
  int64_t width;
  ImplicitLocOpBuilder &builder;
  CarryBody body;
};

} // namespace

void Nest::addLevels(const LoopAxis &axis) {
  if (axis.factors.empty()) {
    levels.push_back({axis.name, axis.extent, axis.dynamic, 1, axis.cuts});
    return;
  }
  int64_t stride = axis.extent;
  for (int64_t factor : axis.factors) {
    stride /= factor;
    levels.push_back({axis.name, factor, {}, stride, {}});
  }
}

/// The next level, or the body, with this level's axis at `index`.
SmallVector<Value> Nest::step(size_t level, const Place &place, Value index, int64_t lanes,
                              ValueRange carried) {
  Place next = place;
  Coordinate &at = next.at[levels[level].axis];
  at = sum(at, scaled(Coordinate::of(index), levels[level].stride, builder), builder);
  if (lanes > 1) {
    at.step = levels[level].stride;
    next.lanes = lanes;
  }
  return emit(level + 1, next, carried);
}

SmallVector<Value> Nest::emit(size_t level, const Place &place, ValueRange carried) {
  if (level == levels.size())
    return body(place, carried);
  const Level &here = levels[level];
  if (here.dynamic)
    return emitDynamic(level, place, carried);
  SmallVector<int64_t> bounds = here.cuts;
  bounds.push_back(here.extent);
  SmallVector<Value> values(carried);
  int64_t low = 0;
  for (int64_t high : bounds) {
    if (high > low)
      values = emitSegment(level, place, low, high, values);
    low = std::max(low, high);
  }
  return values;
}

/// One step that no loop runs.
void Nest::stepOnce(size_t level, const Place &place, int64_t index, int64_t lanes,
                    SmallVector<Value> &values) {
  if (!sharing || level != sharedLevel) {
    values = step(level, place, constant(index), lanes, values);
    return;
  }
  onFirstThread(*sharing, builder, [&] { step(level, place, constant(index), lanes, {}); });
}

/// Whole vectors, then what is left as one narrower vector.
SmallVector<Value> Nest::emitSegment(size_t level, const Place &place, int64_t low, int64_t high,
                                     ValueRange carried) {
  const int64_t by = level + 1 == levels.size() ? width : 1;
  const int64_t whole = (high - low) / by * by;
  SmallVector<Value> values(carried);
  if (whole == by)
    stepOnce(level, place, low, by, values);
  else if (whole > 0)
    values = emitLoop(level, place, constant(low), constant(low + whole), by, values);
  if (low + whole < high)
    stepOnce(level, place, low + whole, high - low - whole, values);
  return values;
}

SmallVector<Value> Nest::emitLoop(size_t level, const Place &place, Value low, Value high,
                                  int64_t by, ValueRange carried) {
  if (sharing && level == sharedLevel) {
    sharedLoop(*sharing, builder, low, high, by,
               [&](Value index) { step(level, place, index, by, {}); });
    return {};
  }
  auto loop = scf::ForOp::create(builder, low, high, constant(by), carried);
  OpBuilder::InsertionGuard guard(builder);
  // Without carried values the body comes with its terminator.
  if (!loop.getBody()->empty())
    builder.setInsertionPoint(loop.getBody()->getTerminator());
  else
    builder.setInsertionPointToStart(loop.getBody());
  SmallVector<Value> next =
      step(level, place, loop.getInductionVar(), by, loop.getRegionIterArgs());
  if (!carried.empty())
    scf::YieldOp::create(builder, next);
  return loop.getResults();
}

/// The slowest level that is long enough for many threads, else the longest; the samples, few where
/// threads work together, only if there is no other. As many as there are levels: none.
size_t Nest::levelToShare() const {
  constexpr int64_t kLongEnough = 16;
  size_t best = levels.size();
  int64_t most = 1;
  for (auto [i, level] : llvm::enumerate(levels)) {
    int64_t steps = level.extent / (i + 1 == levels.size() ? width : 1);
    if (level.dynamic || steps <= most)
      continue;
    best = i;
    most = steps;
    if (steps >= kLongEnough)
      return i;
  }
  for (auto [i, level] : llvm::enumerate(levels))
    if (best == levels.size() && level.dynamic)
      return i;
  return best;
}

void Nest::emitShared(const FunctionContext &context) {
  sharedLevel = levelToShare();
  sharing = context.threads ? &context : nullptr;
  if (sharing && sharedLevel == levels.size())
    onFirstThread(context, builder, [&] { emit(0, Place(), {}); });
  else
    emit(0, Place(), {});
}

SmallVector<Value> Nest::emitDynamic(size_t level, const Place &place, ValueRange carried) {
  Value zero = constant(0), high = levels[level].dynamic;
  if (level + 1 != levels.size() || width == 1)
    return emitLoop(level, place, zero, high, 1, carried);
  Value rest = arith::RemUIOp::create(builder, high, constant(width));
  Value whole = arith::SubIOp::create(builder, high, rest);
  SmallVector<Value> values = emitLoop(level, place, zero, whole, width, carried);
  return emitLoop(level, place, whole, high, 1, values);
}

SmallVector<Value> emitReduction(ArrayRef<LoopAxis> axes, int64_t width, const Place &start,
                                 ValueRange initial, ImplicitLocOpBuilder &builder,
                                 CarryBody body) {
  return Nest(axes, width, builder, body).emit(0, start, initial);
}

void emitNest(ArrayRef<LoopAxis> axes, int64_t width, const Place &start,
              ImplicitLocOpBuilder &builder, LoopBody body) {
  emitReduction(axes, width, start, {}, builder, [&](const Place &place, ValueRange) {
    body(place);
    return SmallVector<Value>();
  });
}

void emitSharedNest(ArrayRef<LoopAxis> axes, int64_t width, const FunctionContext &context,
                    ImplicitLocOpBuilder &builder, LoopBody body) {
  auto run = [&](const Place &place, ValueRange) {
    body(place);
    return SmallVector<Value>();
  };
  Nest(axes, width, builder, run).emitShared(context);
}

SmallVector<LoopAxis> loopsOver(RankedTensorType tensor, const FunctionContext &context,
                                ImplicitLocOpBuilder &builder) {
  SmallVector<LoopAxis> loops;
  for (const ir::Axis &axis : ir::axisList(tensor)) {
    LoopAxis loop;
    loop.name = axis.name.str();
    loop.extent = axis.extent;
    if (axis.name.getValue() == ir::kBatchAxis) {
      loop.extent = context.oneSample ? 1 : ShapedType::kDynamic;
      loop.dynamic = context.oneSample ? Value() : context.rows;
    } else if (ShapedType::isDynamic(axis.extent)) {
      loop.dynamic = context.extents.lookup(axis.name.getValue());
    }
    loops.push_back(loop);
  }
  return loops;
}

// --- merging -------------------------------------------------------------------------------------

bool isPurelyElementwise(Block &block) {
  return llvm::all_of(block, [](Operation &op) {
    if (auto constant = dyn_cast<ir::ConstantOp>(op))
      return isa<SplatElementsAttr>(constant.getValue());
    return isa<ir::UnaryOp, ir::BinaryOp, ir::WhereOp, ir::CastOp, ir::YieldOp>(op);
  });
}

/// Whether in every buffer the two axes lie one after the other, or neither counts.
static bool canMerge(const LoopAxis &outer, const LoopAxis &inner, ArrayRef<Buffer> buffers) {
  if (outer.dynamic || inner.dynamic || !outer.factors.empty() || !inner.factors.empty())
    return false;
  return llvm::all_of(buffers, [&](const Buffer &buffer) {
    const Buffer::Axis *slow = buffer.find(outer.name), *fast = buffer.find(inner.name);
    const int64_t slowStride = slow ? slow->stride : 0, fastStride = fast ? fast->stride : 0;
    return slowStride == fastStride * inner.extent || outer.extent == 1;
  });
}

SmallVector<LoopAxis> mergeContiguous(SmallVector<LoopAxis> axes, ArrayRef<Buffer> buffers) {
  for (size_t i = axes.size(); i-- > 1;) {
    if (i >= axes.size() || !canMerge(axes[i - 1], axes[i], buffers))
      continue;
    axes[i].extent *= axes[i - 1].extent;
    axes.erase(axes.begin() + (i - 1));
  }
  return axes;
}

} // namespace lamina::kernels
