// Axis algebra without arithmetic: rename, concat, stack, unstack, take, chunk, slice, expand.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/PrimitiveRules.h"
#include "compiler/Sema/RunTimeExtents.h"

#include <algorithm>
#include <numeric>

namespace lamina::sema {

namespace {

/// More pieces than this are a mistake, and would fill memory.
constexpr int64_t kMaxPieces = 1 << 16;

// --- rename
// ----------------------------------------------------------------------------------------

Results checkRename(Call &call) {
  Value *value = call.operands[0];
  std::vector<std::string> from, to;
  std::vector<Axis> axes = value->type.axes;
  for (const AxisArrow &arrow : call.arrows) {
    if (arrow.to.size() != 1 || arrow.to[0].extent)
      return call.fail(arrow.range, "'rename' gives one axis one name; write 'rename<a -> b>(x)'");
    if (std::find(from.begin(), from.end(), arrow.name) != from.end())
      return call.fail(arrow.range, "'rename' names axis '" + arrow.name + "' twice");
    const Axis *axis = call.axisOf(*value, {arrow.name, arrow.range});
    if (!axis)
      return {};
    const bool touchesBatch = axis->extent == Axis::kBatch || arrow.to[0].name == kBatchName;
    if (touchesBatch && (!call.source.namesBatch || arrow.to[0].name == kBatchName))
      return call.fail(arrow.range, "'batch' is renamed only in objectives and 'augment'");
    axes[axis - value->type.axes.data()].name = arrow.to[0].name;
    from.push_back(arrow.name);
    to.push_back(arrow.to[0].name);
  }
  return Call::one(call.emit(Op::Rename, {value}, {value->type.element, std::move(axes)},
                             {{"from", from}, {"to", to}}));
}

// --- concat and stack
// ------------------------------------------------------------------------------

/// Joins operands that all have axis `axis`, of extents that `total` sums.
Value *join(Call &call, std::vector<Value *> operands, const std::string &axis, int64_t total) {
  std::optional<std::vector<Axis>> axes = uniteAxes(call, operands, axis);
  if (!axes)
    return nullptr;
  setExtent(*axes, axis, total);
  ElementType element = operands[0]->type.element;
  return call.emit(Op::Concat, std::move(operands), {element, std::move(*axes)}, {{"axis", axis}});
}

Results checkConcat(Call &call) {
  int64_t total = 0;
  for (Value *operand : call.operands) {
    const Axis *axis = call.staticAxisOf(*operand, call.axes[0]);
    if (!axis)
      return {};
    total += axis->extent;
  }
  if (!uniteElements(call, call.operands))
    return {};
  return Call::one(join(call, call.operands, call.axes[0].name, total));
}

Results checkStack(Call &call) {
  const std::string &axis = call.axes[0].name;
  if (!uniteElements(call, call.operands) || !uniteAxes(call, call.operands))
    return {};
  std::vector<Value *> slices;
  for (Value *operand : call.operands) {
    if (operand->type.find(axis)) {
      Diagnostic &diagnostic = call.error(
          call.axes[0].range, "'stack' makes axis '" + axis + "' but " + describe(*operand) +
                                  " has it already; write 'concat<" + axis + ">' to join along it");
      noteOrigin(diagnostic, *operand);
      return {};
    }
    Type type = operand->type;
    type.axes.push_back({axis, 1});
    slices.push_back(call.emit(Op::Expand, {operand}, std::move(type)));
    if (!slices.back())
      return {};
  }
  return Call::one(join(call, std::move(slices), axis, call.operands.size()));
}

// --- take and unstack
// ------------------------------------------------------------------------------

Value *take(const Call &call, Value *value, const std::string &axis, int64_t index) {
  return call.emit(Op::Take, {value}, {value->type.element, without(value->type.axes, axis)},
                   {{"axis", axis}, {"index", index}});
}

Results checkTake(Call &call) {
  Value *value = call.operands[0];
  const Axis *axis = call.staticAxisOf(*value, call.axes[0]);
  if (!axis)
    return {};
  auto &[given, where] = call.values[0];
  if (std::holds_alternative<StaticRange>(given))
    return call.fail(where, "'take' takes one position; write 'slice<" + axis->name +
                                ", lo..hi>' for a range");
  std::optional<int64_t> index = call.intValue(given, where, "the position");
  if (!index)
    return {};
  int64_t extent = axis->extent;
  if (*index >= extent || *index < -extent) {
    Diagnostic &diagnostic =
        call.error(where, "position " + std::to_string(*index) + " is outside axis '" + axis->name +
                              "' (0 to " + std::to_string(extent - 1) + ")");
    noteOrigin(diagnostic, *value);
    return {};
  }
  return Call::one(take(call, value, axis->name, *index < 0 ? *index + extent : *index));
}

Results checkUnstack(Call &call) {
  Value *value = call.operands[0];
  const Axis *axis = call.staticAxisOf(*value, call.axes[0]);
  if (!axis)
    return {};
  if (axis->extent > kMaxPieces)
    return call.fail(call.axes[0].range, "'unstack' would give " + std::to_string(axis->extent) +
                                             " values; the most is " + std::to_string(kMaxPieces));
  Results pieces;
  for (int64_t i = 0; i < axis->extent; ++i)
    pieces.push_back(take(call, value, axis->name, i));
  return pieces;
}

// --- slice and chunk
// -------------------------------------------------------------------------------

Value *slice(const Call &call, Value *value, const std::string &axis, int64_t low, int64_t extent,
             int64_t step) {
  std::vector<Axis> axes = value->type.axes;
  setExtent(axes, axis, extent);
  return call.emit(Op::Slice, {value}, {value->type.element, std::move(axes)},
                   {{"axis", axis}, {"low", low}, {"step", step}});
}

/// One end of a slice: open ends are `open`, negative ones count from the end. Nothing after an
/// error.
std::optional<int64_t> sliceEnd(const Call &call, const Axis &axis, std::optional<int64_t> end,
                                int64_t open) {
  int64_t position = !end ? open : *end < 0 ? *end + axis.extent : *end;
  if (position >= 0 && position <= axis.extent)
    return position;
  Diagnostic &diagnostic = call.error(
      call.values[0].second, "'slice' goes to " + std::to_string(*end) + " but axis '" + axis.name +
                                 "' has extent " + std::to_string(axis.extent));
  noteOrigin(diagnostic, *call.operands[0]);
  return std::nullopt;
}

/// Of an axis whose extent is known at run time: from a position on, up to another or to one that
/// counts from the end; what the axis has not is not there.
Results sliceBounded(Call &call, const Axis &axis, const StaticRange &range, int64_t step) {
  Value *value = call.operands[0];
  int64_t low = range.low.value_or(0), high = range.high.value_or(axis.extent);
  const int64_t back = high < 0 ? -high : 0; // elements that are left out at the end
  if (back)
    high += axis.extent;
  if (low < 0 || low >= axis.extent || high <= low || high > axis.extent) {
    Diagnostic &diagnostic =
        call.error(call.values[0].second,
                   "axis '" + axis.name + "' has extent " + extentText(axis) + ": 'slice' takes " +
                       (low < 0 ? "its elements from a position that counts from the beginning"
                                : "elements below the bound, at least one") +
                       ", as in '" + axis.name + ", 1..'");
    noteOrigin(diagnostic, *value);
    return {};
  }
  std::vector<Axis> axes = value->type.axes;
  Axis &made = axes[&axis - value->type.axes.data()];
  made = steppedAxis(axis, low + 1 + back, step);
  made.extent = (high - low - 1) / step + 1;
  // Moved to the end, the elements before the last ones are those from a position on.
  if (back) {
    value = call.emit(Op::Shift, {value}, value->type,
                      {{"axis", axis.name}, {"offset", back}, {"fill", 0.0}});
    low += back;
  }
  return Call::one(call.emit(Op::Slice, {value}, {value->type.element, std::move(axes)},
                             {{"axis", axis.name}, {"low", low}, {"step", step}}));
}

Results checkSlice(Call &call) {
  Value *value = call.operands[0];
  const Axis *axis = call.sampleAxisOf(*value, call.axes[0]);
  if (!axis)
    return {};
  auto *range = std::get_if<StaticRange>(&call.values[0].first);
  if (!range)
    return call.fail(call.values[0].second, "'slice' takes a range; write 'take<" + axis->name +
                                                ", i>' for one position, or 'lo..hi'");
  std::optional<int64_t> step = call.intOption("step", 1);
  if (!step)
    return {};
  if (*step < 1 || *step > kMaxElements)
    return call.fail(call.optionRange("step"),
                     "'step' of 'slice' is " + std::to_string(*step) +
                         (*step < 1 ? "; the least is 1" : ": too large"));
  if (axis->isBound)
    return sliceBounded(call, *axis, *range, *step);
  std::optional<int64_t> low = sliceEnd(call, *axis, range->low, 0);
  std::optional<int64_t> high = low ? sliceEnd(call, *axis, range->high, axis->extent) : low;
  if (!low || !high)
    return {};
  if (*low >= *high)
    return call.fail(call.values[0].second, "'slice' is empty: from " + std::to_string(*low) +
                                                " up to " + std::to_string(*high) + " of axis '" +
                                                axis->name + "'");
  int64_t extent = (*high - *low - 1) / *step + 1;
  return Call::one(slice(call, value, axis->name, *low, extent, *step));
}

/// The sizes of n pieces of ⌈extent/n⌉, the last smaller; nothing after an error.
std::optional<std::vector<int64_t>> equalPieces(const Call &call, const Axis &axis, int64_t count) {
  SourceRange where = call.values[0].second;
  if (count < 1 || count > kMaxPieces) {
    call.error(where, "'chunk' into " + std::to_string(count) + " pieces; from 1 to " +
                          std::to_string(kMaxPieces) + " are possible");
    return std::nullopt;
  }
  int64_t size = (axis.extent + count - 1) / count;
  int64_t last = axis.extent - (count - 1) * size;
  if (last < 1) {
    int64_t made = (axis.extent + size - 1) / size;
    call.error(where, "axis '" + axis.name + "' of extent " + std::to_string(axis.extent) +
                          " in pieces of " + std::to_string(size) + " gives " +
                          std::to_string(made) + " pieces, not " + std::to_string(count) +
                          "; give a list of sizes");
    return std::nullopt;
  }
  std::vector<int64_t> sizes(count, size);
  sizes.back() = last;
  return sizes;
}

std::optional<std::vector<int64_t>> pieces(const Call &call, const Axis &axis) {
  auto &[given, where] = call.values[0];
  auto *list = std::get_if<StaticList>(&given);
  if (!list) {
    std::optional<int64_t> count = call.intValue(given, where, "the number of pieces");
    return count ? equalPieces(call, axis, *count) : std::nullopt;
  }
  int64_t left = axis.extent;
  for (int64_t size : list->values)
    if (size < 1 || (left -= size) < 0)
      break;
  bool isPositive =
      std::all_of(list->values.begin(), list->values.end(), [](int64_t size) { return size > 0; });
  if (left == 0 && isPositive)
    return list->values;
  Diagnostic &diagnostic =
      call.error(where, "the sizes of 'chunk' are positive and sum to the extent " +
                            std::to_string(axis.extent) + " of axis '" + axis.name + "'");
  noteOrigin(diagnostic, *call.operands[0]);
  return std::nullopt;
}

Results checkChunk(Call &call) {
  Value *value = call.operands[0];
  const Axis *axis = call.staticAxisOf(*value, call.axes[0]);
  std::optional<std::vector<int64_t>> sizes = axis ? pieces(call, *axis) : std::nullopt;
  if (!sizes)
    return {};
  Results results;
  int64_t low = 0;
  for (int64_t size : *sizes) {
    results.push_back(slice(call, value, axis->name, low, size, 1));
    low += size;
  }
  return results;
}

// --- expand and extent
// -----------------------------------------------------------------------------

Results checkExpand(Call &call) {
  Value *value = call.operands[0];
  Type type = value->type;
  for (const AxisEntry &entry : call.entries) {
    std::optional<int64_t> extent = call.intValue(entry.values[0], entry.range, "an extent");
    if (!extent)
      return {};
    if (const Axis *own = value->type.find(entry.name)) {
      Diagnostic &diagnostic = call.error(
          entry.range, describe(*value) + " has axis '" + entry.name + "' (" + extentText(*own) +
                           ") already; 'expand' adds an axis that it lacks");
      noteOrigin(diagnostic, *value);
      return {};
    }
    type.axes.push_back({entry.name, *extent});
  }
  return Call::one(call.emit(Op::Expand, {value}, std::move(type)));
}

Results checkExtent(Call &call) {
  Value *value = call.operands[0];
  const Axis *axis = call.axisOf(*value, call.axes[0]);
  if (!axis)
    return {};
  if (axis->extent != Axis::kBatch && !axis->isBound)
    return {makeLiteral(axis->extent, call.range, call.builder)};
  return Call::one(call.emit(Op::Extent, {value}, {ElementType::I64, {}}, {{"axis", axis->name}}));
}

} // namespace

std::span<const Rule> shapeRules() {
  static const std::vector<Rule> rules = {
      {"rearrange", Form::None, 1, 1, 0, 0, {}, "(x, [a: (b c)] -> [b, c], c: 2)", checkRearrange},
      {"rename", Form::Arrows, 1, 1, 0, 0, {}, "<a -> b>(x)", checkRename},
      {"concat", Form::Axis, 1, kMany, 0, 0, {}, "<axis>(x, y, …)", checkConcat},
      {"stack", Form::Axis, 1, kMany, 0, 0, {}, "<axis>(x, y, …)", checkStack},
      {"unstack", Form::Axis, 1, 1, 0, 0, {}, "<axis>(x)", checkUnstack},
      {"take", Form::Axis, 1, 1, 1, 1, {}, "<axis, i>(x)", checkTake},
      {"chunk", Form::Axis, 1, 1, 1, 1, {}, "<axis, n>(x)", checkChunk},
      {"slice", Form::Axis, 1, 1, 1, 1, {"step"}, "<axis, lo..hi>(x)", checkSlice},
      {"expand", Form::Made, 1, 1, 0, 0, {}, "<axis: n>(x)", checkExpand},
      {"extent", Form::Axis, 1, 1, 0, 0, {}, "<axis>(x)", checkExtent},
  };
  return rules;
}

} // namespace lamina::sema
