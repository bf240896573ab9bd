// Follows bounded axes from a model's inputs through renames, rearrangements and repeats.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/RunTimeExtents.h"

using namespace mlir;

namespace lamina::widen {

static SmallVector<ir::Axis> boundedAxes(Value value) {
  SmallVector<ir::Axis> axes;
  if (auto type = dyn_cast<RankedTensorType>(value.getType()))
    axes = ir::axisList(type);
  llvm::erase_if(axes, [](const ir::Axis &axis) { return axis.bound == 0; });
  return axes;
}

RunTimeExtents::RunTimeExtents(ir::ModelOp model) {
  Block &body = model.getBody().front();
  for (BlockArgument input : body.getArguments()) {
    Lengths own;
    for (const ir::Axis &axis : boundedAxes(input))
      own.push_back({axis.name, {input, axis.name, axis.bound}});
    if (!own.empty())
      lengths[input] = own;
  }
  if (!empty())
    visit(body);
}

const Lengths &RunTimeExtents::of(Value value) const {
  static const Lengths none;
  auto found = lengths.find(value);
  return found == lengths.end() ? none : found->second;
}

std::optional<Source> RunTimeExtents::of(Value value, StringAttr axis) const {
  for (const auto &[name, source] : of(value))
    if (name == axis)
      return source;
  return std::nullopt;
}

void RunTimeExtents::visit(Block &block) {
  for (Operation &op : block) {
    if (auto repeat = dyn_cast<ir::RepeatOp>(op))
      visit(repeat);
    else
      for (Value result : op.getResults())
        visitResult(&op, result);
  }
}

void RunTimeExtents::visit(ir::RepeatOp repeat) {
  Block &body = repeat.getBody().front();
  size_t carried = repeat.getCarried().size();
  for (auto [i, value] : llvm::enumerate(repeat.getCarried()))
    if (Lengths own = of(value); !own.empty())
      lengths[body.getArgument(1 + i)] = own;
  for (auto [i, value] : llvm::enumerate(repeat.getStacked()))
    if (Lengths own = of(value); !own.empty())
      lengths[body.getArgument(1 + carried + i)] = own;
  visit(body);
  for (auto [result, yielded] :
       llvm::zip_equal(repeat.getResults(), body.getTerminator()->getOperands()))
    if (Lengths own = of(yielded); !own.empty())
      lengths[result] = own;
}

/// The axis of the op's operands that became `axis` of its result; of a merge the slowest.
static StringAttr axisBefore(Operation *op, StringAttr axis) {
  if (auto window = dyn_cast<ir::WindowOp>(op))
    return axis == window.getOutAttr() ? window.getAxisAttr() : axis;
  if (auto rename = dyn_cast<ir::RenameOp>(op)) {
    for (auto [from, to] : llvm::zip_equal(rename.getFrom(), rename.getTo()))
      if (to == axis)
        return cast<StringAttr>(from);
    return axis;
  }
  auto rearrange = dyn_cast<ir::RearrangeOp>(op);
  if (!rearrange)
    return axis;
  Attribute part = axis;
  for (Attribute group : rearrange.getTo())
    if (auto parts = cast<ArrayAttr>(group); parts[0] == axis && parts.size() > 1)
      part = parts[1];
  for (Attribute group : rearrange.getFrom())
    if (auto parts = cast<ArrayAttr>(group);
        parts.size() > 1 && llvm::is_contained(parts.getValue().drop_front(), part))
      return parts.size() == 2 ? cast<StringAttr>(parts[0]) : StringAttr();
  return cast<StringAttr>(part);
}

/// Every `step`-th of what is left when `taken` fewer are looked at.
static void stride(Source &source, int64_t taken, int64_t step) {
  source.offset += source.divisor * (step - taken);
  source.divisor *= step;
}

/// What `op` makes of the extent of `axis`, an axis of its result; false where that is no such
/// function.
static bool derive(Operation *op, const ir::Axis &axis, Source &source) {
  if (auto slice = dyn_cast<ir::SliceOp>(op); slice && slice.getAxisAttr() == axis.name) {
    auto low = int64_t(slice.getLow()), step = int64_t(slice.getStep());
    stride(source, low + 1, step);
    source.isCut |= axis.bound < (source.bound - low - 1) / step + 1;
  } else if (auto window = dyn_cast<ir::WindowOp>(op); window && window.getOutAttr() == axis.name)
    stride(source, int64_t(window.getDilation()) * (int64_t(window.getSize()) - 1) + 1,
           int64_t(window.getStride()));
  else if (isa<ir::RearrangeOp>(op) && axis.bound != source.bound) {
    if (source.divisor != 1 || axis.bound % source.bound != 0)
      return false;
    source.scale *= axis.bound / source.bound;
    source.offset *= axis.bound / source.bound;
  } else if (axis.bound != source.bound) {
    return false;
  }
  source.bound = axis.bound;
  return true;
}

void RunTimeExtents::visitResult(Operation *op, Value result) {
  Lengths own;
  for (const ir::Axis &axis : boundedAxes(result)) {
    StringAttr before = axisBefore(op, axis.name);
    std::optional<Source> source;
    for (Value operand : op->getOperands())
      if (!source && before)
        source = of(operand, before);
    if (!source || !derive(op, axis, *source)) {
      op->emitOpError()
          << "computes the extent of axis '" << axis.name.getValue()
          << "' from one that is known at run time only, in a way that code cannot be made for";
      failed = true;
      return;
    }
    own.push_back({axis.name, *source});
  }
  if (!own.empty())
    lengths[result] = own;
}

} // namespace lamina::widen
