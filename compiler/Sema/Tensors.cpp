// From static values to tensors: literals, constants, casts, and number types that meet.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Instantiator.h"

#include "compiler/Sema/StaticEval.h"

namespace lamina::sema {

static bool isFloat(ElementType type) {
  return type == ElementType::F32 || type == ElementType::F64 || type == ElementType::BF16 ||
         type == ElementType::F16;
}

static bool isLiteral(const Value &value) {
  return value.node && value.node->attributes.contains("literal");
}

Value *Instantiator::toTensor(const Datum &datum, SourceRange range, std::string_view what) {
  if (Value *value = datum.tensor())
    return value;
  Builder build = builder();
  if (auto *whole = datum.as<int64_t>())
    return makeLiteral(*whole, range, build);
  if (auto *number = datum.as<double>())
    return makeLiteral(*number, range, build);
  if (auto *truth = datum.as<bool>()) {
    Node *node = build.add(Op::Constant, {}, {Type{ElementType::Bool, {}}}, range);
    node->attributes["values"] = std::vector<int64_t>{*truth};
    return node->result();
  }
  if (datum.isPoison())
    return nullptr;
  if (auto *column = datum.as<std::shared_ptr<const ColumnRef>>())
    return readColumn(**column, std::nullopt, nullptr, range);
  if (auto *table = datum.as<std::shared_ptr<const DataTable>>(); table && (*table)->isArray)
    return readColumn(ColumnRef{**table, "", 0, 0, range}, std::nullopt, nullptr, range);
  if (datum.as<Results>())
    error(range, std::string(what) + " is " + describe(datum) + "; bind them first: 'a, b = …'");
  else
    error(range, std::string(what) + " must be a tensor, but it is " + describe(datum));
  return nullptr;
}

/// Whether an int is a value of an integer type.
static bool fitsIn(int64_t value, ElementType type) {
  switch (type) {
  case ElementType::I8:
    return value >= INT8_MIN && value <= INT8_MAX;
  case ElementType::U8:
    return value >= 0 && value <= UINT8_MAX;
  case ElementType::I32:
    return value >= INT32_MIN && value <= INT32_MAX;
  case ElementType::Bool:
    return value == 0 || value == 1;
  default:
    return true;
  }
}

/// A Constant of static numbers, one for each element or one that fills; null after an error.
Value *Instantiator::constant(const Type &type, const std::vector<Datum> &numbers,
                              SourceRange range) {
  std::vector<double> floats;
  std::vector<int64_t> ints;
  for (const Datum &number : numbers) {
    auto *whole = number.as<int64_t>();
    auto *truth = number.as<bool>();
    auto *real = number.as<double>();
    if (isFloat(type.element) && (whole || real)) {
      floats.push_back(whole ? static_cast<double>(*whole) : *real);
    } else if (whole && fitsIn(*whole, type.element)) {
      ints.push_back(*whole);
    } else if (truth && type.element == ElementType::Bool) {
      ints.push_back(*truth);
    } else {
      std::string why = real    ? "a float never becomes an integer: " + spell(number)
                        : whole ? std::to_string(*whole) + " does not fit"
                                : "a tensor's list holds numbers, not " + describe(number);
      error(range, why + ", and this is " + toString(type));
      return nullptr;
    }
  }
  Node *node = builder().add(Op::Constant, {}, {type}, range);
  if (isFloat(type.element))
    node->attributes["values"] = std::move(floats);
  else
    node->attributes["values"] = std::move(ints);
  return node->result();
}

Value *Instantiator::cast(Value *value, ElementType element, SourceRange range) {
  if (value->type.element == element)
    return value;
  Type type = value->type;
  type.element = element;
  Value *result = builder().add(Op::Cast, {value}, {type}, range)->result();
  result->name = value->name;
  return result;
}

/// At compile time numbers are doubles wherever a float takes part: `pi * (2 * index<n>() + 1)`
/// means what it says.
void Instantiator::unify(std::vector<Value *> &operands, bool floats) {
  if (!constants.active)
    return;
  bool anyDouble = false;
  for (Value *operand : operands) {
    floats |= isFloat(operand->type.element);
    anyDouble |= operand->type.element == ElementType::F64 && !isLiteral(*operand);
    anyDouble |= !isFloat(operand->type.element) && !isLiteral(*operand);
  }
  if (!floats || !anyDouble)
    return;
  for (Value *&operand : operands)
    if (operand->type.element != ElementType::Bool && !isLiteral(*operand))
      operand = cast(operand, ElementType::F64, operand->range);
}

Datum Instantiator::collect(std::vector<Value *> values, SourceRange range, std::string_view what) {
  if (values.empty())
    return Datum();
  for (Value *value : values) {
    if (!value)
      return Datum();
    if (!value->range.isValid())
      value->range = range;
    frame->sight(value);
  }
  if (++made > limits.nodes && !exhausted) {
    exhausted = true;
    return error(range, "this expands to more than " + std::to_string(limits.nodes) +
                            " operations at '" + std::string(what) +
                            "'; 'repeat' keeps one body however deep the network is");
  }
  if (values.size() == 1)
    return Datum(values[0]);
  Results results;
  for (Value *value : values)
    results.values.emplace_back(value);
  return Datum(std::move(results));
}

Datum Instantiator::unary(std::string_view kind, const Datum &operand, SourceRange range) {
  std::vector<Value *> operands{toTensor(operand, range, "the operand")};
  if (!operands[0])
    return Datum();
  unify(operands, kind != "neg" && kind != "not" && kind != "abs");
  Diagnostics inner(diagnostics.sourceManager());
  Builder build = builder();
  Value *result = checkUnary(kind, operands[0], range, build, inner);
  forward(inner);
  return collect({result}, range, kind);
}

/// Flattens nested lists into `into`, checking each level against the extents of `type`; says what
/// is wrong.
static std::string flatten(const Datum &datum, const Type &type, size_t level,
                           std::vector<Datum> &into) {
  if (level == type.axes.size()) {
    into.push_back(datum);
    return "";
  }
  auto *list = datum.as<List>();
  const Axis &axis = type.axes[level];
  if (!list)
    return "axis '" + axis.name + "' wants a list of " + std::to_string(axis.extent) + ", not " +
           describe(datum);
  if (static_cast<int64_t>((*list)->size()) != axis.extent)
    return "axis '" + axis.name + "' has extent " + std::to_string(axis.extent) +
           " but this list has " + std::to_string((*list)->size()) + " items";
  for (const Datum &item : **list)
    if (std::string why = flatten(item, type, level + 1, into); !why.empty())
      return why;
  return "";
}

Value *Instantiator::listTensor(const List &list, const Type &type, SourceRange range) {
  std::vector<Datum> numbers;
  if (std::string why = flatten(Datum(list), type, 0, numbers); !why.empty()) {
    error(range, why);
    return nullptr;
  }
  return constant(type, numbers, range);
}

} // namespace lamina::sema
