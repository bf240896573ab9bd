// A call read by the form of its primitive, and what its results must fulfil.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/PrimitiveRules.h"

#include <algorithm>
#include <cstdlib>

namespace lamina::sema {

// --- Text
// ------------------------------------------------------------------------------------------

std::string describe(const Value &value) {
  return value.name.empty() ? "this value" : "'" + value.name + "'";
}

/// `2*n - 1`, `(n - 2) // 3`.
static std::string formulaText(const RunTimeExtent &extent) {
  std::string text = extent.scale == 1 ? extent.of : std::to_string(extent.scale) + "*" + extent.of;
  if (extent.offset != 0)
    text += (extent.offset < 0 ? " - " : " + ") + std::to_string(std::abs(extent.offset));
  if (extent.divisor == 1)
    return text;
  return (extent.offset != 0 ? "(" + text + ")" : text) + " // " + std::to_string(extent.divisor);
}

std::string extentText(const Axis &axis) {
  if (axis.extent == Axis::kBatch)
    return "of the batch";
  if (!axis.isBound)
    return std::to_string(axis.extent);
  return formulaText(axis.runTime) + " <= " + std::to_string(axis.extent) + ", known at run time";
}

std::string axesText(const Type &type) {
  std::string text;
  for (const Axis &axis : type.axes)
    if (axis.extent != Axis::kBatch)
      text += (text.empty() ? "'" : ", '") + axis.name + "' (" + extentText(axis) + ")";
  return text;
}

void noteOrigin(Diagnostic &diagnostic, const Value &value) {
  if (value.range.isValid())
    diagnostic.note(value.range, describe(value) + " is " + toString(value.type) + " here");
}

// --- Results
// ---------------------------------------------------------------------------------------

namespace {

bool checkResult(const Site &site, const Type &type) {
  int64_t elements = 1;
  for (const Axis &axis : type.axes) {
    auto isSame = [&](const Axis &other) { return other.name == axis.name; };
    if (std::count_if(type.axes.begin(), type.axes.end(), isSame) > 1) {
      site.error(site.range, "the result of '" + site.name + "' would have axis '" + axis.name +
                                 "' twice; 'rename' one of them first");
      return false;
    }
    if (axis.extent == Axis::kBatch)
      continue;
    if (axis.extent < 1) {
      site.error(site.range, "'" + site.name + "' would give axis '" + axis.name + "' the extent " +
                                 std::to_string(axis.extent) + "; the least is 1");
      return false;
    }
    if (axis.extent > kMaxElements / elements) {
      site.error(site.range, "the result of '" + site.name + "' would be too large: " +
                                 toString(type) + " has more than 2^40 elements");
      return false;
    }
    elements *= axis.extent;
  }
  return true;
}

} // namespace

Value *Site::emit(Op op, std::vector<Value *> operands, Type result, Attributes attributes) const {
  if (!checkResult(*this, result) || !checkSparse(*this, op, operands, attributes, result))
    return nullptr;
  Node *node = builder.add(op, std::move(operands), {std::move(result)}, range);
  node->attributes = std::move(attributes);
  return node->result();
}

// --- Reading
// ---------------------------------------------------------------------------------------

bool Call::read() {
  if (std::find(operands.begin(), operands.end(), nullptr) != operands.end())
    return false; // reported where it arose
  for (const PrimitiveArg &argument : source.statics)
    if (!readArgument(argument))
      return false;
  return checkForm() && checkOperands() && checkAxesOnce();
}

bool Call::readArgument(const PrimitiveArg &argument) {
  switch (argument.sort) {
  case PrimitiveArg::Sort::Axes:
  case PrimitiveArg::Sort::Value:
    for (const StaticValue &value : argument.value) {
      if (auto *named = std::get_if<StaticAxes>(&value))
        for (const std::string &axis : named->names)
          axes.push_back({axis, argument.range});
      else
        values.emplace_back(value, argument.range);
    }
    return true;
  case PrimitiveArg::Sort::AxisValue:
    if (argument.value.empty())
      return false; // reported where it arose
    entries.push_back({argument.name, argument.value, argument.range});
    return true;
  case PrimitiveArg::Sort::Arrow:
    arrows.push_back({argument.name, argument.to, argument.range});
    return true;
  case PrimitiveArg::Sort::Named:
    return readOption(argument);
  }
  return false;
}

bool Call::readOption(const PrimitiveArg &argument) {
  if (argument.value.empty())
    return false; // reported where it arose
  if (std::find(rule.options.begin(), rule.options.end(), argument.name) == rule.options.end()) {
    std::string known;
    for (std::string_view option : rule.options)
      known += (known.empty() ? "; it has '" : "', '") + std::string(option);
    error(argument.range, "'" + name + "' has no option '" + argument.name + "'" + known +
                              (known.empty() ? "" : "'"));
    return false;
  }
  if (findOption(argument.name)) {
    error(argument.range, "'" + name + "' is given '" + argument.name + "' twice");
    return false;
  }
  options.push_back(&argument);
  return true;
}

bool Call::fitsForm() const {
  switch (rule.form) {
  case Form::None:
    return axes.empty() && entries.empty() && arrows.empty();
  case Form::Axes:
    return entries.empty() && arrows.empty();
  case Form::Axis:
    return axes.size() == 1 && entries.empty() && arrows.empty();
  case Form::Entries:
  case Form::Made:
    return axes.empty() && arrows.empty() && !entries.empty();
  case Form::Arrows:
    return axes.empty() && entries.empty() && !arrows.empty();
  case Form::Position:
    return axes.size() + entries.size() == 1 && arrows.empty();
  case Form::Drawn:
    return axes.empty() && arrows.empty();
  case Form::Free:
    return true;
  }
  return false;
}

bool Call::checkForm() const {
  bool isCount = values.size() >= rule.minValues && values.size() <= rule.maxValues;
  bool lacksAxes = rule.form == Form::Axes && source.statics.empty();
  if (fitsForm() && isCount && !lacksAxes)
    return true;
  std::string own = operands.empty() ? "" : axesText(operands[0]->type);
  std::string what = "does not take these static arguments";
  if (rule.form == Form::None)
    what = "takes no axes";
  else if (source.statics.empty())
    what = "needs its axes by name" +
           (own.empty() ? "" : "; " + describe(*operands[0]) + " has " + own);
  else if (rule.form == Form::Entries || rule.form == Form::Made)
    what = "needs axes with values";
  error(range, "'" + name + "' " + what + "; write '" + usage() + "'");
  return false;
}

bool Call::checkOperands() const {
  size_t count = operands.size();
  if (count >= rule.minOperands && count <= rule.maxOperands)
    return true;
  std::string wanted = std::to_string(rule.minOperands);
  if (rule.maxOperands == kMany)
    wanted = "at least " + wanted;
  else if (rule.maxOperands != rule.minOperands)
    wanted += " or " + std::to_string(rule.maxOperands);
  error(range, "'" + name + "' takes " + wanted + (wanted.ends_with("1") ? " value" : " values") +
                   " but got " + std::to_string(count) + "; write '" + usage() + "'");
  return false;
}

bool Call::checkAxesOnce() const {
  for (size_t i = 0; i < axes.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (axes[i].name == axes[j].name) {
        error(axes[i].range, "'" + name + "' names axis '" + axes[i].name + "' twice");
        return false;
      }
  return true;
}

std::vector<std::string> namesOf(const std::vector<NamedAxis> &axes) {
  std::vector<std::string> names;
  for (const NamedAxis &axis : axes)
    names.push_back(axis.name);
  return names;
}

// --- Axes of operands
// ------------------------------------------------------------------------------

const Axis *Call::axisOf(const Value &value, const NamedAxis &axis) const {
  if (const Axis *found = value.type.find(axis.name))
    return found;
  std::string own = axesText(value.type);
  Diagnostic &diagnostic = error(axis.range.isValid() ? axis.range : range,
                                 describe(value) + " has no axis '" + axis.name + "' for '" + name +
                                     "'; it " + (own.empty() ? "is a scalar" : "has " + own));
  noteOrigin(diagnostic, value);
  return nullptr;
}

const Axis *Call::sampleAxisOf(const Value &value, const NamedAxis &axis) const {
  const Axis *found = axisOf(value, axis);
  if (!found || found->extent != Axis::kBatch)
    return found;
  error(axis.range, "'" + name + "' cannot go along 'batch': a model is written for one sample");
  return nullptr;
}

const Axis *Call::staticAxisOf(const Value &value, const NamedAxis &axis) const {
  const Axis *found = sampleAxisOf(value, axis);
  if (!found || !found->isBound)
    return found;
  error(axis.range, "'" + name + "' needs an extent known at compile time but '" + axis.name +
                        "' is known only at run time (" + std::to_string(found->extent) +
                        " at most)");
  return nullptr;
}

} // namespace lamina::sema
