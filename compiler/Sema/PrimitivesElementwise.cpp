// Elementwise primitives and the operators of the expression grammar.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/PrimitiveRules.h"

#include <algorithm>

namespace lamina::sema {
namespace {

// --- Functions of one value
// -----------------------------------------------------------------------

/// A function of one value: its kind in the dialect is its name.
struct UnaryFunction {
  std::string_view kind;
  ElementClass takes;
};

constexpr UnaryFunction kUnaryFunctions[] = {
    {"exp", ElementClass::Float},      {"log", ElementClass::Float},
    {"log1p", ElementClass::Float},    {"expm1", ElementClass::Float},
    {"sqrt", ElementClass::Float},     {"rsqrt", ElementClass::Float},
    {"abs", ElementClass::Number},     {"sign", ElementClass::Number},
    {"floor", ElementClass::Float},    {"ceil", ElementClass::Float},
    {"round", ElementClass::Float},    {"sin", ElementClass::Float},
    {"cos", ElementClass::Float},      {"tan", ElementClass::Float},
    {"sinh", ElementClass::Float},     {"cosh", ElementClass::Float},
    {"tanh", ElementClass::Float},     {"erf", ElementClass::Float},
    {"sigmoid", ElementClass::Float},  {"relu", ElementClass::Number},
    {"softplus", ElementClass::Float}, {"isnan", ElementClass::Float},
};

Value *unary(const Site &site, std::string_view kind, ElementClass takes, Value *operand) {
  if (takes == ElementClass::Float && isLiteral(*operand))
    operand = convertLiteral(site, operand, ElementType::F32);
  if (!requireElement(site, *operand, takes))
    return nullptr;
  ElementType result = kind == "isnan" ? ElementType::Bool : operand->type.element;
  return site.emit(Op::Unary, {operand}, {result, operand->type.axes},
                   {{"kind", std::string(kind)}});
}

Results checkUnaryFunction(Call &call) {
  auto *function =
      std::find_if(std::begin(kUnaryFunctions), std::end(kUnaryFunctions),
                   [&](const UnaryFunction &candidate) { return candidate.kind == call.name; });
  return Call::one(unary(call, function->kind, function->takes, call.operands[0]));
}

// --- Functions of two values
// ----------------------------------------------------------------------

/// An operator or function of two values: the dialect's kind, how the user writes it, what it
/// takes.
struct BinaryFunction {
  std::string_view kind;
  std::string_view spelling;
  ElementClass takes;
  bool compares = false;
};

constexpr BinaryFunction kOperators[] = {
    {"add", "+", ElementClass::Number},       {"sub", "-", ElementClass::Number},
    {"mul", "*", ElementClass::Number},       {"div", "/", ElementClass::Float},
    {"floordiv", "//", ElementClass::Number}, {"mod", "%", ElementClass::Number},
    {"pow", "**", ElementClass::Number},      {"and", "and", ElementClass::Bool},
    {"or", "or", ElementClass::Bool},         {"eq", "==", ElementClass::Any, true},
    {"ne", "!=", ElementClass::Any, true},    {"lt", "<", ElementClass::Number, true},
    {"le", "<=", ElementClass::Number, true}, {"gt", ">", ElementClass::Number, true},
    {"ge", ">=", ElementClass::Number, true},
};

constexpr BinaryFunction kBinaryFunctions[] = {
    {"min", "min", ElementClass::Number},
    {"max", "max", ElementClass::Number},
    {"and", "bit_and", ElementClass::Integer},
    {"or", "bit_or", ElementClass::Integer},
    {"xor", "bit_xor", ElementClass::Integer},
    {"shift_left", "shift_left", ElementClass::Integer},
    {"shift_right", "shift_right", ElementClass::Integer},
};

/// What a known right operand must fulfil: integers have no quotient by 0, no negative power and no
/// shift beyond their bits.
bool checkRightConstant(const Site &site, std::string_view kind, const Value &rhs) {
  std::optional<double> constant = constantScalar(rhs);
  if (!constant || !isInteger(rhs.type.element))
    return true;
  int bits = bitsOf(rhs.type.element);
  std::string number = std::to_string(static_cast<int64_t>(*constant));
  if ((kind == "floordiv" || kind == "mod") && *constant == 0)
    site.error(rhs.range, "'" + site.name + "' by 0: integers have no infinity");
  else if (kind == "pow" && *constant < 0)
    site.error(rhs.range, "an integer to the power " + number +
                              " is no integer; cast the base, as in 'f32(x)'");
  else if (kind.starts_with("shift") && (*constant < 0 || *constant >= bits))
    site.error(rhs.range, "'" + site.name + "' by " + number +
                              " bits: " + toString(rhs.type.element) + " takes 0 to " +
                              std::to_string(bits - 1));
  else
    return true;
  return false;
}

Value *binary(const Site &site, const BinaryFunction &function, Value *lhs, Value *rhs) {
  std::vector<Value *> operands = {lhs, rhs};
  if (function.takes == ElementClass::Float && isLiteral(*lhs) && isLiteral(*rhs))
    operands[0] = convertLiteral(site, lhs, ElementType::F32);
  if (!uniteElements(site, operands))
    return nullptr;
  for (Value *operand : operands)
    if (!requireElement(site, *operand, function.takes))
      return nullptr;
  if (!checkRightConstant(site, function.kind, *operands[1]))
    return nullptr;
  std::optional<std::vector<Axis>> axes = uniteAxes(site, operands);
  if (!axes)
    return nullptr;
  ElementType element = function.compares ? ElementType::Bool : operands[0]->type.element;
  return site.emit(Op::Binary, operands, {element, std::move(*axes)},
                   {{"kind", std::string(function.kind)}});
}

const BinaryFunction &functionOf(std::string_view spelling) {
  return *std::find_if(std::begin(kBinaryFunctions), std::end(kBinaryFunctions),
                       [&](auto &candidate) { return candidate.spelling == spelling; });
}

/// `max(a, b, c)` is `max(max(a, b), c)`.
Results checkBinaryFunction(Call &call) {
  const BinaryFunction &function = functionOf(call.name);
  Value *result = call.operands[0];
  for (size_t i = 1; i < call.operands.size() && result; ++i)
    result = binary(call, function, result, call.operands[i]);
  return Call::one(result);
}

Results checkClamp(Call &call) {
  Value *atLeast = binary(call, functionOf("max"), call.operands[0], call.operands[1]);
  std::optional<double> low = constantScalar(*call.operands[1]);
  std::optional<double> high = constantScalar(*call.operands[2]);
  if (low && high && *low > *high)
    return call.fail(call.operandRange(1), "'clamp' has its bounds in the wrong order; write "
                                           "'clamp(x, low, high)'");
  return atLeast ? Call::one(binary(call, functionOf("min"), atLeast, call.operands[2]))
                 : Results{};
}

// --- where and casts
// ------------------------------------------------------------------------------

Results checkWhere(Call &call) {
  Value *condition = call.operands[0];
  if (!requireElement(call, *condition, ElementClass::Bool))
    return {};
  std::vector<Value *> branches = {call.operands[1], call.operands[2]};
  if (!uniteElements(call, branches))
    return {};
  std::vector<Value *> all = {condition, branches[0], branches[1]};
  std::optional<std::vector<Axis>> axes = uniteAxes(call, all);
  if (!axes)
    return {};
  return Call::one(call.emit(Op::Where, all, {branches[0]->type.element, std::move(*axes)}));
}

struct Cast {
  std::string_view name;
  ElementType to;
};

constexpr Cast kCasts[] = {
    {"f32", ElementType::F32}, {"f64", ElementType::F64}, {"bf16", ElementType::BF16},
    {"f16", ElementType::F16}, {"i8", ElementType::I8},   {"u8", ElementType::U8},
    {"i32", ElementType::I32}, {"i64", ElementType::I64}, {"bool", ElementType::Bool}};

Results checkCast(Call &call) {
  ElementType type = std::find_if(std::begin(kCasts), std::end(kCasts), [&](auto &candidate) {
                       return candidate.name == call.name;
                     })->to;
  Value *operand = call.operands[0];
  bool isFloatToFloat = isFloat(type) || !isFloat(operand->type.element);
  if (isLiteral(*operand) && type != ElementType::Bool && isFloatToFloat)
    return Call::one(convertLiteral(call, operand, type));
  return Call::one(castTo(call, operand, type));
}

std::vector<Rule> makeRules() {
  std::vector<Rule> rules;
  for (const UnaryFunction &function : kUnaryFunctions)
    rules.push_back({function.kind, Form::None, 1, 1, 0, 0, {}, "(x)", checkUnaryFunction});
  for (const BinaryFunction &function : kBinaryFunctions) {
    size_t most = function.kind == "min" || function.kind == "max" ? kMany : 2;
    rules.push_back(
        {function.spelling, Form::None, 2, most, 0, 0, {}, "(x, y)", checkBinaryFunction});
  }
  rules.push_back({"clamp", Form::None, 3, 3, 0, 0, {}, "(x, low, high)", checkClamp});
  rules.push_back({"where", Form::None, 3, 3, 0, 0, {}, "(condition, x, y)", checkWhere});
  for (const Cast &cast : kCasts)
    rules.push_back({cast.name, Form::None, 1, 1, 0, 0, {}, "(x)", checkCast});
  return rules;
}

} // namespace

std::span<const Rule> elementwiseRules() {
  static const std::vector<Rule> rules = makeRules();
  return rules;
}

// --- Operators of the grammar
// ---------------------------------------------------------------------

Value *checkUnary(std::string_view kind, Value *operand, SourceRange range, Builder &builder,
                  Diagnostics &diagnostics) {
  if (!operand)
    return nullptr;
  bool negates = kind == "neg";
  Site site{negates ? "-" : "not", range, builder, diagnostics};
  return unary(site, kind, negates ? ElementClass::Number : ElementClass::Bool, operand);
}

Value *checkBinary(std::string_view kind, Value *lhs, Value *rhs, SourceRange range,
                   Builder &builder, Diagnostics &diagnostics) {
  if (!lhs || !rhs)
    return nullptr;
  auto *function = std::find_if(std::begin(kOperators), std::end(kOperators),
                                [&](auto &candidate) { return candidate.kind == kind; });
  Site site{std::string(function->spelling), range, builder, diagnostics};
  return binary(site, *function, lhs, rhs);
}

} // namespace lamina::sema
