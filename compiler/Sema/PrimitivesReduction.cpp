// Contractions, reductions, running reductions and normalisations.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/PrimitiveRules.h"

#include <algorithm>

namespace lamina::sema {
namespace {

// --- dot
// -------------------------------------------------------------------------------------------

bool names(const std::vector<NamedAxis> &axes, const std::string &name) {
  return std::any_of(axes.begin(), axes.end(), [&](auto &axis) { return axis.name == name; });
}

/// The free axes of both operands. The order is that of `data`, the operand that depends on the
/// sample, with the other's own axes in the place of the first contracted one: token mixing [s,
/// c]·[hs, s] over s gives [hs, c], so that no result has to be transposed for the next operation.
std::vector<Axis> dotAxes(const Type &data, const Type &other,
                          const std::vector<NamedAxis> &contracted) {
  std::vector<Axis> result;
  bool areOthersIn = false;
  auto addOthers = [&] {
    for (const Axis &axis : other.axes)
      if (!areOthersIn && !data.find(axis.name))
        result.push_back(axis);
    areOthersIn = true;
  };
  for (const Axis &axis : data.axes)
    if (names(contracted, axis.name))
      addOthers();
    else
      result.push_back(axis);
  addOthers();
  putBatchFirst(result);
  return result;
}

Results checkDot(Call &call) {
  if (!uniteElements(call, call.operands))
    return {};
  Value *lhs = call.operands[0], *rhs = call.operands[1];
  if (!requireElement(call, *lhs, ElementClass::Number))
    return {};
  for (const NamedAxis &axis : call.axes)
    if (!call.axisOf(*lhs, axis) || !call.axisOf(*rhs, axis))
      return {};
  if (!uniteAxes(call, call.operands))
    return {};
  bool isRightData = rhs->type.find(kBatchName) && !lhs->type.find(kBatchName);
  Type type{lhs->type.element, isRightData ? dotAxes(rhs->type, lhs->type, call.axes)
                                           : dotAxes(lhs->type, rhs->type, call.axes)};
  if (call.axes.empty()) // a generic block whose `axes` formal is `()`: nothing to sum over
    return Call::one(
        call.emit(Op::Binary, {lhs, rhs}, std::move(type), {{"kind", std::string("mul")}}));
  return Call::one(call.emit(Op::Dot, {lhs, rhs}, std::move(type), {{"axes", namesOf(call.axes)}}));
}

// --- Reductions
// ------------------------------------------------------------------------------------

struct Reduction {
  std::string_view kind;
  ElementClass takes;
};

constexpr Reduction kReductions[] = {
    {"sum", ElementClass::Number},      {"mean", ElementClass::Float},
    {"max", ElementClass::Number},      {"min", ElementClass::Number},
    {"prod", ElementClass::Number},     {"var", ElementClass::Float},
    {"argmax", ElementClass::Number},   {"any", ElementClass::Bool},
    {"all", ElementClass::Bool},        {"norm", ElementClass::Float},
    {"logsumexp", ElementClass::Float},
};

bool checkAxes(const Call &call, const Value &value) {
  if (call.axes.empty()) {
    call.error(call.range,
               "'" + call.name + "' needs at least one axis; write '" + call.usage() + "'");
    return false;
  }
  return std::all_of(call.axes.begin(), call.axes.end(),
                     [&](const NamedAxis &axis) { return call.axisOf(value, axis); });
}

Results checkReduction(Call &call) {
  auto *reduction = std::find_if(std::begin(kReductions), std::end(kReductions),
                                 [&](auto &candidate) { return candidate.kind == call.name; });
  Value *value = call.operands[0];
  const bool isOfOneItself =
      reduction->kind != "argmax" && reduction->kind != "var" && reduction->kind != "norm";
  if (call.isOverNothing() && isOfOneItself) // a generic block's `..` is empty
    return requireElement(call, *value, reduction->takes) ? Results{value} : Results{};
  if (!checkAxes(call, *value) || !requireElement(call, *value, reduction->takes))
    return {};
  bool isArgMax = reduction->kind == "argmax";
  if (isArgMax && call.axes.size() != 1)
    return call.fail(call.axes[1].range,
                     "'argmax' goes along one axis; merge them first with 'rearrange'");
  if (isArgMax && !call.source.namesBatch && !call.sampleAxisOf(*value, call.axes[0]))
    return {};
  std::vector<Axis> axes = value->type.axes;
  std::erase_if(axes, [&](const Axis &axis) { return names(call.axes, axis.name); });
  ElementType element = isArgMax ? ElementType::I64 : value->type.element;
  return Call::one(call.emit(Op::Reduce, {value}, {element, std::move(axes)},
                             {{"kind", call.name}, {"axes", namesOf(call.axes)}}));
}

Results checkCumulate(Call &call) {
  Value *value = call.operands[0];
  if (!call.sampleAxisOf(*value, call.axes[0]) ||
      !requireElement(call, *value, ElementClass::Number))
    return {};
  return Call::one(
      call.emit(Op::Cumulate, {value}, value->type,
                {{"kind", call.name.substr(3)}, {"axis", call.axes[0].name}})); // cumsum: "sum"
}

// --- Normalisations
// --------------------------------------------------------------------------------

Results checkSoftmax(Call &call) {
  Value *value = call.operands[0];
  if (!checkAxes(call, *value) || !requireElement(call, *value, ElementClass::Float))
    return {};
  Attributes attributes = {{"axes", namesOf(call.axes)}};
  if (call.name == "log_softmax")
    attributes["log"] = true;
  return Call::one(call.emit(Op::Softmax, {value}, value->type, std::move(attributes)));
}

Results checkStandardize(Call &call) {
  Value *value = call.operands[0];
  if (!checkAxes(call, *value) || !requireElement(call, *value, ElementClass::Float))
    return {};
  std::optional<double> eps = trailingNumber(call, "eps");
  if (!eps)
    return {};
  if (!(*eps >= 0))
    return call.fail(call.range, "'eps' of 'standardize' is not negative");
  return Call::one(call.emit(Op::Standardize, {value}, value->type,
                             {{"axes", namesOf(call.axes)}, {"eps", *eps}}));
}

std::vector<Rule> makeRules() {
  std::vector<Rule> rules = {
      {"dot", Form::Axes, 2, 2, 0, 0, {}, "<axis, …>(x, y)", checkDot},
      {"cumsum", Form::Axis, 1, 1, 0, 0, {}, "<axis>(x)", checkCumulate},
      {"cumprod", Form::Axis, 1, 1, 0, 0, {}, "<axis>(x)", checkCumulate},
      {"softmax", Form::Axes, 1, 1, 0, 0, {}, "<axis, …>(x)", checkSoftmax},
      {"log_softmax", Form::Axes, 1, 1, 0, 0, {}, "<axis, …>(x)", checkSoftmax},
      {"standardize",
       Form::Axes,
       1,
       2,
       0,
       1,
       {"eps"},
       "<axis, …>(x, eps = 1e-5)",
       checkStandardize},
  };
  for (const Reduction &reduction : kReductions)
    rules.push_back({reduction.kind, Form::Axes, 1, 1, 0, 0, {}, "<axis, …>(x)", checkReduction});
  return rules;
}

} // namespace

std::span<const Rule> reductionRules() {
  static const std::vector<Rule> rules = makeRules();
  return rules;
}

} // namespace lamina::sema
