// Neighbourhoods along axes: pad, roll, shift, window, resize.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/PrimitiveRules.h"
#include "compiler/Sema/RunTimeExtents.h"

#include <algorithm>
#include <cmath>

namespace lamina::sema {
namespace {

// --- pad
// -------------------------------------------------------------------------------------------

/// What fills the new cells.
struct PadFill {
  std::string mode; ///< the dialect's: fill, reflect, edge, circular
  double fill = 0;
};

/// Whether elements of `type` can hold `fill`.
bool checkFill(const Call &call, ElementType type, double fill) {
  bool fits = isFloat(type) ||
              (isInteger(type) && fill == std::floor(fill) && std::abs(fill) < 9007199254740992.0 &&
               !(type == ElementType::U8 && (fill < 0 || fill > 255)) &&
               !(type == ElementType::I8 && (fill < -128 || fill > 127)));
  if (type == ElementType::Bool)
    fits = fill == 0 || fill == 1;
  if (!fits)
    call.error(call.optionRange("fill"),
               "'fill' of '" + call.name + "' does not fit into " + toString(type));
  return fits;
}

std::optional<PadFill> padFill(const Call &call) {
  std::optional<std::string> mode =
      call.wordOption("mode", "zero", {"zero", "reflect", "edge", "circular"});
  std::optional<double> fill = call.floatOption("fill", 0);
  if (!mode || !fill || !checkFill(call, call.operands[0]->type.element, *fill))
    return std::nullopt;
  if (call.hasOption("fill") && call.hasOption("mode")) {
    call.error(call.optionRange("fill"), "'pad' takes 'mode' or 'fill', not both");
    return std::nullopt;
  }
  return PadFill{*mode == "zero" ? "fill" : *mode, *fill};
}

/// `(lo, hi)`, or one number for both sides.
std::optional<std::pair<int64_t, int64_t>> padAmounts(const Call &call, const AxisEntry &entry) {
  if (entry.values.size() > 2) {
    call.error(entry.range, "'pad' takes two amounts an axis, before and after; write '" +
                                entry.name + ": (lo, hi)'");
    return std::nullopt;
  }
  std::optional<int64_t> low = call.intValue(entry.values.front(), entry.range, "the amount");
  std::optional<int64_t> high =
      low ? call.intValue(entry.values.back(), entry.range, "the amount") : low;
  if (!high)
    return std::nullopt;
  for (int64_t amount : {*low, *high})
    if (amount < 0 || amount > kMaxElements) {
      call.error(entry.range, "'pad' by " + std::to_string(amount) +
                                  (amount < 0 ? "; 'slice' takes cells away" : " is too much"));
      return std::nullopt;
    }
  return std::pair(*low, *high);
}

/// How far a mode can look: `reflect` leaves out the edge, `circular` goes round once.
bool checkReach(const Call &call, const AxisEntry &entry, const Axis &axis, const PadFill &fill,
                int64_t amount) {
  int64_t most = fill.mode == "reflect"    ? axis.extent - 1
                 : fill.mode == "circular" ? axis.extent
                                           : amount;
  if (amount <= most)
    return true;
  noteOrigin(call.error(entry.range, "'pad' with mode '" + fill.mode + "' by " +
                                         std::to_string(amount) + ": axis '" + axis.name +
                                         "' of extent " + std::to_string(axis.extent) +
                                         " allows at most " + std::to_string(most)),
             *call.operands[0]);
  return false;
}

Results checkPad(Call &call) {
  Value *value = call.operands[0];
  std::optional<PadFill> fill = padFill(call);
  if (!fill)
    return {};
  for (const AxisEntry &entry : call.entries) {
    const Axis *axis = call.staticAxisOf(*value, call.nameOf(entry));
    auto amounts = axis ? padAmounts(call, entry) : std::nullopt;
    if (!amounts)
      return {};
    auto [low, high] = *amounts;
    if (!checkReach(call, entry, *axis, *fill, std::max(low, high)))
      return {};
    if (low == 0 && high == 0)
      continue;
    Type type = value->type;
    setExtent(type.axes, entry.name, axis->extent + low + high);
    value = call.emit(Op::Pad, {value}, std::move(type),
                      {{"axis", entry.name},
                       {"low", low},
                       {"high", high},
                       {"mode", fill->mode},
                       {"fill", fill->fill}});
    if (!value)
      return {};
  }
  return {value};
}

// --- roll and shift
// --------------------------------------------------------------------------------

Results checkRoll(Call &call) {
  Value *value = call.operands[0];
  const Axis *axis = call.staticAxisOf(*value, call.axes[0]);
  if (!axis)
    return {};
  auto offset = call.intValue(call.values[0].first, call.values[0].second, "the offset");
  if (!offset)
    return {};
  int64_t wrapped = (*offset % axis->extent + axis->extent) % axis->extent;
  return Call::one(
      call.emit(Op::Roll, {value}, value->type, {{"axis", axis->name}, {"offset", wrapped}}));
}

Results checkShift(Call &call) {
  Value *value = call.operands[0];
  const Axis *axis = call.sampleAxisOf(*value, call.axes[0]);
  if (!axis)
    return {};
  auto offset = call.intValue(call.values[0].first, call.values[0].second, "the offset");
  std::optional<double> fill = call.floatOption("fill", 0);
  if (!offset || !fill || !checkFill(call, value->type.element, *fill))
    return {};
  int64_t bounded = std::clamp(*offset, -axis->extent, axis->extent);
  return Call::one(call.emit(Op::Shift, {value}, value->type,
                             {{"axis", axis->name}, {"offset", bounded}, {"fill", *fill}}));
}

// --- window
// ----------------------------------------------------------------------------------------

/// One axis of a window: what it slides along, by how much.
struct WindowStep {
  const AxisArrow &arrow;
  int64_t size, stride, dilation;
};

/// The axis that says which window it is.
std::optional<Axis> outAxis(const Call &call, const Axis &axis, const WindowStep &step) {
  const AxisArrow &arrow = step.arrow;
  for (auto [amount, what] : {std::pair(step.size, "size"), std::pair(step.stride, "stride"),
                              std::pair(step.dilation, "dilation")})
    if (amount < 1 || amount > kMaxElements) {
      call.error(arrow.range, "the " + std::string(what) + " of 'window' along '" + axis.name +
                                  "' is " + std::to_string(amount) +
                                  (amount < 1 ? "; the least is 1" : ": too large"));
      return std::nullopt;
    }
  // size - 1 <= (extent - 1) / dilation is "the reach fits", without overflow.
  if (step.size - 1 > (axis.extent - 1) / step.dilation) {
    std::string by = step.dilation == 1 ? "" : " with dilation " + std::to_string(step.dilation);
    noteOrigin(call.error(arrow.range, "a window of " + std::to_string(step.size) + by +
                                           " does not fit into axis '" + axis.name +
                                           "' of extent " + std::to_string(axis.extent) +
                                           "; 'pad' it first"),
               *call.operands[0]);
    return std::nullopt;
  }
  int64_t reach = step.dilation * (step.size - 1) + 1;
  Axis made{arrow.to[0].name, (axis.extent - reach) / step.stride + 1};
  if (axis.isBound) {
    made = steppedAxis(axis, reach, step.stride);
    made.name = arrow.to[0].name;
  }
  if (arrow.to[0].extent && (made.isBound || *arrow.to[0].extent != made.extent)) {
    call.error(arrow.range, "'window' gives '" + arrow.to[0].name + "' extent " + extentText(made) +
                                ", not " + std::to_string(*arrow.to[0].extent));
    return std::nullopt;
  }
  return made;
}

Value *window(const Call &call, Value *value, const WindowStep &step) {
  const AxisArrow &arrow = step.arrow;
  const Axis *axis = call.sampleAxisOf(*value, {arrow.name, arrow.range});
  std::optional<Axis> made = axis ? outAxis(call, *axis, step) : std::nullopt;
  if (!made)
    return nullptr;
  Type type = value->type;
  type.axes[axis - value->type.axes.data()] = std::move(*made);
  type.axes.push_back({arrow.to[1].name, step.size});
  return call.emit(Op::Window, {value}, std::move(type),
                   {{"axis", arrow.name},
                    {"out", arrow.to[0].name},
                    {"kernel", arrow.to[1].name},
                    {"size", step.size},
                    {"stride", step.stride},
                    {"dilation", step.dilation}});
}

Results checkWindow(Call &call) {
  size_t count = call.arrows.size();
  auto strides = call.intsOption("stride", 1, count);
  auto dilations = strides ? call.intsOption("dilation", 1, count) : std::nullopt;
  if (!dilations)
    return {};
  Value *value = call.operands[0];
  for (size_t i = 0; i < count && value; ++i) {
    const AxisArrow &arrow = call.arrows[i];
    if (arrow.to.size() != 2 || !arrow.to[1].extent)
      return call.fail(arrow.range, "'window' makes two axes, the positions and the cells of a "
                                    "window; write '" +
                                        arrow.name + " -> (o, k: 3)'");
    value = window(call, value, {arrow, *arrow.to[1].extent, (*strides)[i], (*dilations)[i]});
  }
  return Call::one(value);
}

// --- resize
// ----------------------------------------------------------------------------------------

Results checkResize(Call &call) {
  Value *value = call.operands[0];
  auto mode = call.wordOption("mode", "linear", {"nearest", "linear", "bicubic"});
  auto antialias = mode ? call.boolOption("antialias", true) : std::nullopt;
  if (!antialias)
    return {};
  bool isNearest = *mode == "nearest";
  if (!requireElement(call, *value, ElementClass::Float))
    return {};
  for (const AxisEntry &entry : call.entries) {
    const Axis *axis = call.staticAxisOf(*value, call.nameOf(entry));
    auto extent =
        axis ? call.intValue(entry.values.front(), entry.range, "the extent") : std::nullopt;
    if (!extent)
      return {};
    Type type = value->type;
    setExtent(type.axes, entry.name, *extent);
    value =
        call.emit(Op::Resize, {value}, std::move(type),
                  {{"axis", entry.name}, {"mode", *mode}, {"antialias", *antialias && !isNearest}});
    if (!value)
      return {};
  }
  return {value};
}

} // namespace

std::span<const Rule> neighbourhoodRules() {
  static const std::vector<Rule> rules = {
      {"pad", Form::Entries, 1, 1, 0, 0, {"mode", "fill"}, "<axis: (lo, hi)>(x)", checkPad},
      {"roll", Form::Axis, 1, 1, 1, 1, {}, "<axis, k>(x)", checkRoll},
      {"shift", Form::Axis, 1, 1, 1, 1, {"fill"}, "<axis, k>(x)", checkShift},
      {"window",
       Form::Arrows,
       1,
       1,
       0,
       0,
       {"stride", "dilation"},
       "<axis -> (o, k: size), stride = 1>(x)",
       checkWindow},
      {"resize", Form::Entries, 1, 1, 0, 0, {"mode", "antialias"}, "<axis: n>(x)", checkResize},
  };
  return rules;
}

} // namespace lamina::sema
