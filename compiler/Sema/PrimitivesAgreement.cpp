// How operands come together: axes by name, element types by literals and widening.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/PrimitiveRules.h"

#include <algorithm>
#include <limits>

namespace lamina::sema {

// --- Element types -------------------------------------------------------------------------------

bool isFloat(ElementType type) {
  return type == ElementType::F32 || type == ElementType::F64 || type == ElementType::BF16 ||
         type == ElementType::F16;
}

bool isInteger(ElementType type) { return !isFloat(type) && type != ElementType::Bool; }

int bitsOf(ElementType type) {
  switch (type) {
  case ElementType::Bool:
    return 1;
  case ElementType::I8:
  case ElementType::U8:
    return 8;
  case ElementType::BF16:
  case ElementType::F16:
    return 16;
  case ElementType::F32:
  case ElementType::I32:
    return 32;
  case ElementType::F64:
  case ElementType::I64:
    return 64;
  }
  return 0;
}

bool belongsTo(ElementType type, ElementClass wanted) {
  switch (wanted) {
  case ElementClass::Any:
    return true;
  case ElementClass::Number:
    return type != ElementType::Bool;
  case ElementClass::Float:
    return isFloat(type);
  case ElementClass::Integer:
    return isInteger(type);
  case ElementClass::Bool:
    return type == ElementType::Bool;
  }
  return false;
}

namespace {

/// The least and the largest value of an integer type.
std::pair<int64_t, int64_t> rangeOf(ElementType type) {
  switch (type) {
  case ElementType::I8:
    return {-128, 127};
  case ElementType::U8:
    return {0, 255};
  case ElementType::I32:
    return {std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()};
  default:
    return {std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()};
  }
}

std::string_view plural(ElementClass wanted) {
  switch (wanted) {
  case ElementClass::Number:
    return "numbers";
  case ElementClass::Float:
    return "floats";
  case ElementClass::Integer:
    return "integers";
  case ElementClass::Bool:
    return "bools";
  case ElementClass::Any:
    break;
  }
  return "any elements";
}

/// What to write to get from one type to a class; for the end of an error.
std::string castHint(const Value &value, ElementClass wanted) {
  std::string name = value.name.empty() ? "x" : value.name;
  switch (wanted) {
  case ElementClass::Float:
    return "; write 'f32(" + name + ")'";
  case ElementClass::Integer:
    return "; write 'i64(" + name + ")'";
  case ElementClass::Number:
    return "; write 'f32(" + name + ")' or 'i64(" + name + ")'";
  case ElementClass::Bool:
    return "; compare it, as in '" + name + " != 0'";
  case ElementClass::Any:
    break;
  }
  return "";
}

} // namespace

bool requireElement(const Site &site, const Value &value, ElementClass wanted) {
  if (belongsTo(value.type.element, wanted))
    return true;
  Diagnostic &diagnostic =
      site.error(site.range, "'" + site.name + "' is for " + std::string(plural(wanted)) + " but " +
                                 describe(value) + " is " + toString(value.type.element) +
                                 castHint(value, wanted));
  noteOrigin(diagnostic, value);
  return false;
}

// --- Literals and casts
// ---------------------------------------------------------------------------

bool isLiteral(const Value &value) {
  return value.node && value.node->op == Op::Constant && value.node->attributes.contains("literal");
}

std::optional<double> constantScalar(const Value &value) {
  if (!value.node || value.node->op != Op::Constant || !value.type.axes.empty())
    return std::nullopt;
  const Attribute &values = value.node->attributes.find("values")->second;
  if (auto *ints = std::get_if<std::vector<int64_t>>(&values))
    return static_cast<double>(ints->front());
  return std::get<std::vector<double>>(values).front();
}

Value *convertLiteral(const Site &site, Value *literal, ElementType type) {
  const Attribute &values = literal->node->attributes.find("values")->second;
  auto *ints = std::get_if<std::vector<int64_t>>(&values);
  Attribute converted = values;
  if (isFloat(type) && ints) {
    converted = std::vector<double>{static_cast<double>(ints->front())};
  } else if (isInteger(type) && ints) {
    auto [low, high] = rangeOf(type);
    if (ints->front() < low || ints->front() > high) {
      site.error(literal->range, std::to_string(ints->front()) + " does not fit into " +
                                     toString(type) + " (" + std::to_string(low) + " to " +
                                     std::to_string(high) + ")");
      return nullptr;
    }
  } else if (!isFloat(type)) {
    site.error(literal->range, "a number cannot become " + toString(type) + " without a cast" +
                                   (isInteger(type) ? "; cast the tensor, as in 'f32(x)'" : ""));
    return nullptr;
  }
  Node *node = site.builder.add(Op::Constant, {}, {Type{type, {}}}, literal->range);
  node->attributes["values"] = std::move(converted);
  return node->result();
}

Value *castTo(const Site &site, Value *value, ElementType type) {
  if (value->type.element == type)
    return value;
  Value *cast = site.emit(Op::Cast, {value}, {type, value->type.axes});
  if (cast)
    cast->name = value->name;
  return cast;
}

// --- Element types of several operands
// ------------------------------------------------------------

namespace {

/// Whether elements of `from` become those of `to` by themselves: a narrower integer widens.
bool widens(ElementType from, ElementType to) {
  return from == to || (isInteger(from) && isInteger(to) && bitsOf(from) < bitsOf(to));
}

/// The operand whose type all take: the widest that is no literal; of literals alone, a float
/// first.
const Value *leaderOf(const std::vector<Value *> &operands) {
  const Value *leader = nullptr;
  for (const Value *operand : operands) {
    if (!leader) {
      leader = operand;
      continue;
    }
    bool isBetter = isLiteral(*leader) && !isLiteral(*operand);
    if (isLiteral(*leader) == isLiteral(*operand))
      isBetter = isLiteral(*leader)
                     ? isFloat(operand->type.element) && !isFloat(leader->type.element)
                     : isInteger(leader->type.element) && isInteger(operand->type.element) &&
                           bitsOf(operand->type.element) > bitsOf(leader->type.element);
    if (isBetter)
      leader = operand;
  }
  return leader;
}

/// Bools before integers before floats, the narrower first: what can hold more stands behind.
std::pair<int, int> capacity(ElementType type) {
  return {isFloat(type) ? 2 : isInteger(type) ? 1 : 0, bitsOf(type)};
}

void reportMixedElements(const Site &site, const Value &first, const Value &second) {
  const bool isSecondWider = capacity(second.type.element) > capacity(first.type.element);
  const ElementType to = (isSecondWider ? second : first).type.element;
  const Value &toCast = isSecondWider ? first : second;
  std::string name = toCast.name.empty() ? "x" : toCast.name;
  Diagnostic &diagnostic =
      site.error(site.range, "'" + site.name + "' needs one element type but " + describe(first) +
                                 " is " + toString(first.type.element) + " and " +
                                 describe(second) + " is " + toString(second.type.element) +
                                 "; write '" + toString(to) + "(" + name + ")'");
  noteOrigin(diagnostic, first);
  noteOrigin(diagnostic, second);
}

} // namespace

bool uniteElements(const Site &site, std::vector<Value *> &operands) {
  const Value *leader = leaderOf(operands);
  ElementType type = leader->type.element;
  for (Value *&operand : operands) {
    if (isLiteral(*operand)) {
      operand = convertLiteral(site, operand, type);
    } else if (widens(operand->type.element, type)) {
      operand = castTo(site, operand, type);
    } else {
      bool isBefore = &operand < &*std::find(operands.begin(), operands.end(), leader);
      isBefore ? reportMixedElements(site, *operand, *leader)
               : reportMixedElements(site, *leader, *operand);
      return false;
    }
    if (!operand)
      return false;
  }
  return true;
}

// --- Axes of several operands
// ---------------------------------------------------------------------

void putBatchFirst(std::vector<Axis> &axes) {
  auto batch = std::find_if(axes.begin(), axes.end(),
                            [](const Axis &axis) { return axis.name == kBatchName; });
  if (batch != axes.end())
    std::rotate(axes.begin(), batch, batch + 1);
}

namespace {

void reportMismatch(const Site &site, const Axis &first, const Value &firstValue,
                    const Axis &second, const Value &secondValue) {
  std::string left = describe(firstValue), right = describe(secondValue);
  if (left == right) {
    left = "the first value";
    right = "the second";
  }
  Diagnostic &diagnostic =
      site.error(site.range, "axis '" + first.name + "' has extent " + extentText(first) + " in " +
                                 left + " but " + extentText(second) + " in " + right);
  noteAxisOrigin(diagnostic, firstValue, first.name);
  noteAxisOrigin(diagnostic, secondValue, first.name);
  diagnostic.note(site.range, "axes of one name align; where they are not the same, 'rename' one");
}

} // namespace

std::optional<std::vector<Axis>> uniteAxes(const Site &site, const std::vector<Value *> &operands,
                                           std::string_view except) {
  const Value *most =
      *std::max_element(operands.begin(), operands.end(), [](const Value *a, const Value *b) {
        return a->type.axes.size() < b->type.axes.size();
      });
  std::vector<Axis> axes = most->type.axes;
  for (const Value *operand : operands)
    for (const Axis &axis : operand->type.axes)
      if (std::none_of(axes.begin(), axes.end(), [&](auto &a) { return a.name == axis.name; }))
        axes.push_back(axis);
  for (const Axis &axis : axes) {
    const Value *first = nullptr;
    for (const Value *operand : operands) {
      const Axis *own = operand->type.find(axis.name);
      if (!own || axis.name == except)
        continue;
      if (first && *first->type.find(axis.name) != *own) {
        reportMismatch(site, *first->type.find(axis.name), *first, *own, *operand);
        return std::nullopt;
      }
      first = first ? first : operand;
    }
  }
  putBatchFirst(axes);
  return axes;
}

std::vector<Axis> without(std::vector<Axis> axes, std::string_view name) {
  std::erase_if(axes, [&](const Axis &axis) { return axis.name == name; });
  return axes;
}

void setExtent(std::vector<Axis> &axes, std::string_view name, int64_t extent) {
  for (Axis &axis : axes)
    if (axis.name == name)
      axis.extent = extent;
}

} // namespace lamina::sema
