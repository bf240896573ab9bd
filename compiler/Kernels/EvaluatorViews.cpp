// Views: ops whose elements are elements of their operand at a place that index arithmetic gives.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/EvaluatorOps.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace lamina::kernels {

/// The parts that a group `[axis, part, …]` stands for: `[axis]` alone is its own part.
static SmallVector<StringRef> partsOf(Attribute group) {
  SmallVector<StringRef> names;
  for (StringAttr name : cast<ArrayAttr>(group).getAsRange<StringAttr>())
    names.push_back(name.getValue());
  if (names.size() > 1)
    names.erase(names.begin());
  return names;
}

static StringRef axisOfGroup(Attribute group) {
  return cast<StringAttr>(cast<ArrayAttr>(group)[0]).getValue();
}

/// The extents of the parts; an axis that is its own part has the operand's. Part names are the
/// pattern's own: they never meet an axis of the same name that the pattern does not mention.
static llvm::StringMap<int64_t> partExtents(ir::RearrangeOp op) {
  llvm::StringMap<int64_t> extents;
  for (auto [name, extent] :
       llvm::zip_equal(op.getPartNames().getAsRange<StringAttr>(), op.getPartExtents()))
    extents[name.getValue()] = extent;
  for (Attribute group : op.getFrom())
    if (cast<ArrayAttr>(group).size() == 1)
      extents[axisOfGroup(group)] = ir::extentOf(tensorOf(op.getInput()), axisOfGroup(group));
  return extents;
}

// --- rearrange -----------------------------------------------------------------------------------

/// How many lanes at once stay within one group of every axis that is split.
static int64_t lanesTogether(ir::RearrangeOp op, const Place &place) {
  llvm::StringMap<int64_t> extents = partExtents(op);
  int64_t lanes = place.lanes;
  for (Attribute group : op.getTo()) {
    int64_t inner = 1;
    SmallVector<StringRef> parts = partsOf(group);
    for (StringRef part : llvm::reverse(ArrayRef(parts).drop_front())) {
      inner *= extents.lookup(part);
      Coordinate coordinate = place.find(axisOfGroup(group));
      if (coordinate.vector || coordinate.step % inner != 0)
        lanes = std::min(lanes, lanesWithinGroup(coordinate, inner, place.lanes));
    }
  }
  return lanes;
}

/// The coordinates of a merged axis' parts.
static void splitGroup(const Coordinate &whole, ArrayRef<StringRef> parts,
                       const llvm::StringMap<int64_t> &extents, int64_t lanes,
                       llvm::StringMap<Coordinate> &into, ImplicitLocOpBuilder &builder) {
  int64_t extent = 1;
  for (StringRef part : parts)
    extent *= extents.lookup(part);
  Coordinate rest = whole;
  for (StringRef part : parts) {
    int64_t inner = extent / extents.lookup(part);
    auto [quotient, remainder] = divide(rest, inner, extent, lanes, builder);
    into[part] = inner == 1 ? rest : quotient;
    rest = remainder;
    extent = inner;
  }
}

static Place throughRearrange(ir::RearrangeOp op, const Place &place,
                              ImplicitLocOpBuilder &builder) {
  llvm::StringMap<int64_t> extents = partExtents(op);
  llvm::StringMap<Coordinate> parts;
  for (Attribute group : op.getTo())
    splitGroup(place.find(axisOfGroup(group)), partsOf(group), extents, place.lanes, parts,
               builder);
  Place result;
  result.lanes = place.lanes;
  for (StringAttr axis : ir::axisNames(tensorOf(op.getInput())))
    result.at[axis.getValue()] = place.find(axis.getValue());
  for (Attribute group : op.getFrom()) {
    Coordinate whole;
    for (StringRef part : partsOf(group))
      whole = sum(scaled(whole, extents.lookup(part), builder), parts.lookup(part), builder);
    result.at[axisOfGroup(group)] = whole;
  }
  return result;
}

/// A vector that crosses groups is put together from pieces that do not, where those are longer
/// than one lane.
static Value evaluateRearrange(Evaluator &evaluator, ir::RearrangeOp op, const Place &place) {
  ImplicitLocOpBuilder &builder = evaluator.getBuilder();
  const int64_t together = lanesTogether(op, place);
  if (together == 1 || together == place.lanes || place.lanes % together != 0)
    return evaluator.at(op.getInput(), throughRearrange(op, place, builder));
  SmallVector<Value> pieces;
  SmallVector<int64_t> counts(place.lanes / together, together);
  for (int64_t first = 0; first < place.lanes; first += together) {
    Place piece = place.part(first, together, builder);
    Value value = evaluator.at(op.getInput(), throughRearrange(op, piece, builder));
    pieces.push_back(broadcastTo(value, together, builder));
  }
  return joinLanes(pieces, counts, builder);
}

// --- the others ----------------------------------------------------------------------------------

static Place throughRename(ir::RenameOp op, const Place &place) {
  Place result = place;
  for (auto [from, to] :
       llvm::zip_equal(op.getFrom().getAsRange<StringAttr>(), op.getTo().getAsRange<StringAttr>()))
    result.at[from.getValue()] = place.find(to.getValue());
  return result;
}

static Place throughWindow(ir::WindowOp op, const Place &place, ImplicitLocOpBuilder &builder) {
  Place result = place;
  result.at[op.getAxis()] =
      sum(scaled(place.find(op.getOut()), op.getStride(), builder),
          scaled(place.find(op.getKernel()), op.getDilation(), builder), builder);
  return result;
}

static Place through(Operation *op, const Place &place, ImplicitLocOpBuilder &builder) {
  Place result = place;
  llvm::TypeSwitch<Operation *>(op)
      .Case([&](ir::RenameOp rename) { result = throughRename(rename, place); })
      .Case([&](ir::WindowOp window) { result = throughWindow(window, place, builder); })
      .Case([&](ir::SliceOp slice) {
        result.at[slice.getAxis()] =
            scaled(place.find(slice.getAxis()), slice.getStep(), builder) + slice.getLow();
      })
      .Case([&](ir::TakeOp take) { result.at[take.getAxis()] = Coordinate() + take.getIndex(); })
      .Case([&](ir::ExpandOp) {});
  return result;
}

Value evaluateView(Evaluator &evaluator, Operation *op, const Place &place) {
  if (auto rearrange = dyn_cast<ir::RearrangeOp>(op))
    return evaluateRearrange(evaluator, rearrange, place);
  if (!isa<ir::RenameOp, ir::WindowOp, ir::SliceOp, ir::TakeOp, ir::ExpandOp>(op))
    return {};
  return evaluator.at(op->getOperand(0), through(op, place, evaluator.getBuilder()));
}

// --- views as buffers ----------------------------------------------------------------------------

static void shiftOffset(Buffer &buffer, int64_t elements, ImplicitLocOpBuilder &builder) {
  if (elements == 0)
    return;
  Coordinate offset = buffer.offset ? Coordinate::of(buffer.offset) : Coordinate();
  buffer.offset = scalarIndex(offset + elements, builder);
}

static Buffer::Axis *findAxis(Buffer &buffer, StringRef name) {
  return const_cast<Buffer::Axis *>(buffer.find(name));
}

static bool viewSlice(ir::SliceOp op, Buffer &buffer, ImplicitLocOpBuilder &builder) {
  Buffer::Axis *axis = findAxis(buffer, op.getAxis());
  shiftOffset(buffer, op.getLow() * axis->stride, builder);
  axis->stride *= op.getStep();
  axis->extent = ir::extentOf(tensorOf(op), op.getAxis());
  return true;
}

static bool viewTake(ir::TakeOp op, Buffer &buffer, ImplicitLocOpBuilder &builder) {
  Buffer::Axis *axis = findAxis(buffer, op.getAxis());
  shiftOffset(buffer, op.getIndex() * axis->stride, builder);
  buffer.axes.erase(axis);
  return true;
}

static bool viewWindow(ir::WindowOp op, Buffer &buffer) {
  Buffer::Axis *axis = findAxis(buffer, op.getAxis());
  const int64_t stride = axis->stride;
  *axis = {op.getOut().str(), ir::extentOf(tensorOf(op), op.getOut()),
           stride * int64_t(op.getStride())};
  buffer.axes.insert(
      axis + 1, {op.getKernel().str(), int64_t(op.getSize()), stride * int64_t(op.getDilation())});
  return true;
}

static bool viewRename(ir::RenameOp op, Buffer &buffer) {
  SmallVector<Buffer::Axis> axes = buffer.axes;
  for (auto [from, to] :
       llvm::zip_equal(op.getFrom().getAsRange<StringAttr>(), op.getTo().getAsRange<StringAttr>()))
    for (auto [before, after] : llvm::zip_equal(buffer.axes, axes))
      if (before.name == from.getValue())
        after.name = to.str();
  buffer.axes = axes;
  return true;
}

/// Splitting an axis always gives strides; merging does where the parts are contiguous.
static bool viewRearrange(ir::RearrangeOp op, Buffer &buffer) {
  llvm::StringMap<int64_t> extents = partExtents(op);
  llvm::StringMap<Buffer::Axis> parts, axes;
  for (const Buffer::Axis &axis : buffer.axes)
    axes[axis.name] = axis;
  for (Attribute group : op.getFrom()) {
    int64_t stride = findAxis(buffer, axisOfGroup(group))->stride;
    SmallVector<StringRef> names = partsOf(group);
    for (StringRef part : llvm::reverse(names)) {
      parts[part] = {part.str(), extents.lookup(part), stride};
      stride *= extents.lookup(part);
    }
  }
  for (Attribute group : op.getTo()) {
    Buffer::Axis whole = {axisOfGroup(group).str(), 1, 0};
    SmallVector<StringRef> names = partsOf(group);
    for (StringRef name : llvm::reverse(names)) {
      Buffer::Axis part = parts.lookup(name);
      if (whole.extent == 1)
        whole.stride = part.stride;
      else if (part.extent != 1 && part.stride != whole.stride * whole.extent)
        return false;
      whole.extent *= part.extent;
    }
    axes[whole.name] = whole;
  }
  buffer.axes.clear();
  for (StringAttr axis : ir::axisNames(tensorOf(op)))
    buffer.axes.push_back(axes.lookup(axis.getValue()));
  return true;
}

static bool viewExpand(ir::ExpandOp op, Buffer &buffer) {
  SmallVector<Buffer::Axis> axes;
  for (const ir::Axis &axis : ir::axisList(tensorOf(op))) {
    const Buffer::Axis *known = buffer.find(axis.name.getValue());
    axes.push_back(known ? *known : Buffer::Axis{axis.name.str(), axis.extent, 0});
  }
  buffer.axes = axes;
  return true;
}

std::optional<Buffer> Evaluator::asBuffer(Value tensor) {
  if (auto found = buffers.find(tensor); found != buffers.end())
    return found->second;
  Operation *op = tensor.getDefiningOp();
  if (!op || isBound(tensor) ||
      !isa<ir::RenameOp, ir::WindowOp, ir::SliceOp, ir::TakeOp, ir::ExpandOp, ir::RearrangeOp>(op))
    return std::nullopt;
  std::optional<Buffer> buffer = asBuffer(op->getOperand(0));
  if (!buffer)
    return std::nullopt;
  const bool isView =
      llvm::TypeSwitch<Operation *, bool>(op)
          .Case([&](ir::RenameOp rename) { return viewRename(rename, *buffer); })
          .Case([&](ir::WindowOp window) { return viewWindow(window, *buffer); })
          .Case([&](ir::SliceOp slice) { return viewSlice(slice, *buffer, builder); })
          .Case([&](ir::TakeOp take) { return viewTake(take, *buffer, builder); })
          .Case([&](ir::ExpandOp expand) { return viewExpand(expand, *buffer); })
          .Default([&](Operation *other) {
            return viewRearrange(cast<ir::RearrangeOp>(other), *buffer);
          });
  return isView ? buffer : std::nullopt;
}

} // namespace lamina::kernels
