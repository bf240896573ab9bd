// The part of the fixture that reads expressions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/unit/PrimitivesFixture.h"

#include <cmath>

namespace lamina::sema {
namespace {

double numberOf(const ast::Expr &expression) {
  if (auto *unary = expression.as<ast::Unary>())
    return -numberOf(*unary->operand);
  if (auto *name = expression.as<ast::NameRef>())
    return name->text == "inf" ? HUGE_VAL : NAN;
  return std::stod(expression.as<ast::Number>()->spelling);
}

bool isFloatLiteral(const ast::Expr &expression) {
  if (auto *unary = expression.as<ast::Unary>())
    return isFloatLiteral(*unary->operand);
  auto *number = expression.as<ast::Number>();
  return !number || number->isFloat;
}

/// A number, possibly negative.
bool isNumber(const ast::Expr &expression) {
  auto *unary = expression.as<ast::Unary>();
  return expression.as<ast::Number>() ||
         (unary && unary->op == ast::UnaryOp::Negate && unary->operand->as<ast::Number>());
}

constexpr std::string_view kBinaryKinds[] = {"add", "sub", "mul", "div", "floordiv",
                                             "mod", "pow", "eq",  "ne",  "lt",
                                             "le",  "gt",  "ge",  "and", "or"};

AxisGroups groupsOf(const std::vector<ast::PatternCell> &cells) {
  AxisGroups groups;
  for (const ast::PatternCell &cell : cells) {
    groups.push_back({cell.axis.text});
    if (!cell.parts)
      continue;
    for (const ast::Name &part : *cell.parts)
      groups.back().push_back(part.text);
    if (cell.parts->empty())
      groups.back().push_back("");
  }
  return groups;
}

} // namespace

StaticValue PrimitivesTest::staticValue(const ast::Expr &expression) {
  if (auto *constant = expression.as<ast::Constant>())
    return StaticBool{*constant == ast::Constant::True};
  if (auto *list = expression.as<ast::List>()) {
    StaticList sizes;
    for (const ast::ExprPtr &item : list->items)
      sizes.values.push_back(static_cast<int64_t>(numberOf(*item)));
    return sizes;
  }
  if (auto *name = expression.as<ast::NameRef>(); name && name->text != "inf")
    return StaticString{name->text};
  if (isFloatLiteral(expression))
    return StaticFloat{numberOf(expression)};
  return StaticInt{static_cast<int64_t>(numberOf(expression))};
}

std::vector<StaticValue> PrimitivesTest::staticValues(const ast::Part &part) {
  if (part.isRange) {
    StaticRange range;
    if (part.low)
      range.low = static_cast<int64_t>(numberOf(*part.low));
    if (part.high)
      range.high = static_cast<int64_t>(numberOf(*part.high));
    return {range};
  }
  auto *tuple = part.low->as<ast::Tuple>();
  if (!tuple)
    return {staticValue(*part.low)};
  std::vector<StaticValue> all;
  for (const ast::TupleItem &item : tuple->items)
    all.push_back(staticValue(*item.value));
  return all;
}

static MadeAxis madeAxis(const ast::TupleItem &item) {
  if (item.key)
    return {item.key->text, static_cast<int64_t>(numberOf(*item.value))};
  return {item.value->as<ast::NameRef>()->text, std::nullopt};
}

PrimitiveArg PrimitivesTest::argument(const ast::StaticArg &source, bool isAxis) {
  PrimitiveArg result{PrimitiveArg::Sort::Value, "", {}, {}, source.range};
  auto *name = source.value.low ? source.value.low->as<ast::NameRef>() : nullptr;
  if (source.arrow) {
    result.sort = PrimitiveArg::Sort::Arrow;
    result.name = name->text;
    const ast::Part &to = source.arrow->value;
    if (auto *tuple = to.low->as<ast::Tuple>())
      for (const ast::TupleItem &item : tuple->items)
        result.to.push_back(madeAxis(item));
    else
      result.to.push_back({to.low->as<ast::NameRef>()->text, std::nullopt});
  } else if (source.name) {
    result.sort = source.binder == '=' ? PrimitiveArg::Sort::Named : PrimitiveArg::Sort::AxisValue;
    result.name = source.name->text;
    result.value = staticValues(source.value);
  } else if (isAxis && name) {
    result.sort = PrimitiveArg::Sort::Axes;
    result.value = {StaticAxes{{name->text}}};
  } else if (auto *tuple = source.value.low ? source.value.low->as<ast::Tuple>() : nullptr;
             isAxis && tuple && tuple->items.empty()) {
    result.sort = PrimitiveArg::Sort::Axes;
    result.value = {StaticAxes{}};
  } else {
    result.value = staticValues(source.value);
  }
  return result;
}

void PrimitivesTest::addOperand(PrimitiveCall &call, const ast::Arg &source) {
  if (auto *pattern = std::get_if<ast::Pattern>(&source.value)) {
    call.from = groupsOf(pattern->from);
    call.to = groupsOf(pattern->to);
    return;
  }
  const ast::Expr &expression = *std::get<ast::ExprPtr>(source.value);
  if (source.name && source.binder == ':') {
    call.partExtents[source.name->text] = static_cast<int64_t>(numberOf(expression));
  } else if (source.name) {
    call.statics.push_back({PrimitiveArg::Sort::Named,
                            source.name->text,
                            {staticValue(expression)},
                            {},
                            source.range});
  } else {
    std::vector<Value *> results = evaluate(expression);
    call.operands.push_back(results.empty() ? nullptr : results[0]);
    call.operandRanges.push_back(source.range);
  }
}

std::vector<Value *> PrimitivesTest::evaluateCall(const ast::Call &source, SourceRange range) {
  auto *callee = source.callee->as<ast::NameRef>();
  PrimitiveCall call;
  call.name = callee->text;
  call.range = range;
  call.initialised = initialised;
  size_t leading = primitiveSyntax(call.name).leadingAxes;
  if (callee->statics)
    for (size_t i = 0; i < callee->statics->size(); ++i)
      call.statics.push_back(argument((*callee->statics)[i], i < leading));
  for (const ast::Arg &operand : source.args)
    addOperand(call, operand);
  return checkPrimitive(call, builder, diagnostics);
}

std::vector<Value *> PrimitivesTest::evaluate(const ast::Expr &expression) {
  auto one = [](Value *value) {
    return value ? std::vector<Value *>{value} : std::vector<Value *>{};
  };
  auto first = [&](const ast::Expr &operand) {
    std::vector<Value *> results = evaluate(operand);
    return results.empty() ? nullptr : results[0];
  };
  if (isNumber(expression)) {
    double number = numberOf(expression);
    return {isFloatLiteral(expression)
                ? makeLiteral(number, expression.range, builder)
                : makeLiteral(static_cast<int64_t>(number), expression.range, builder)};
  }
  if (auto *name = expression.as<ast::NameRef>())
    return {values.at(name->text)};
  if (auto *call = expression.as<ast::Call>())
    return evaluateCall(*call, expression.range);
  if (auto *tuple = expression.as<ast::Tuple>())
    return evaluate(*tuple->items[0].value);
  if (auto *unary = expression.as<ast::Unary>())
    return one(checkUnary(unary->op == ast::UnaryOp::Negate ? "neg" : "not", first(*unary->operand),
                          expression.range, builder, diagnostics));
  auto &binary = *expression.as<ast::Binary>();
  Value *lhs = first(*binary.lhs), *rhs = first(*binary.rhs);
  return one(checkBinary(kBinaryKinds[static_cast<int>(binary.op)], lhs, rhs, expression.range,
                         builder, diagnostics));
}

} // namespace lamina::sema
