// The table of primitives: name to rule.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/PrimitiveRules.h"

#include <cassert>
#include <set>
#include <unordered_map>

namespace lamina::sema {
namespace {

using RulesByName = std::unordered_multimap<std::string_view, const Rule *>;

const RulesByName &table() {
  static const RulesByName rules = [] {
    RulesByName all;
    for (auto family : {elementwiseRules(), reductionRules(), shapeRules(), neighbourhoodRules(),
                        indexingRules(), randomRules(), derivativeRules()})
      for (const Rule &rule : family)
        all.emplace(rule.name, &rule);
    return all;
  }();
  return rules;
}

/// `max` and `min` are both elementwise and reductions: static arguments, or a single operand, mean
/// the reduction.
const Rule *findRule(const PrimitiveCall &call) {
  auto [first, last] = table().equal_range(call.name);
  if (first == last)
    return nullptr;
  if (std::next(first) == last)
    return first->second;
  bool reduces = !call.statics.empty() || call.operands.size() < 2;
  for (auto it = first; it != last; ++it)
    if ((it->second->form == Form::Axes) == reduces)
      return it->second;
  return nullptr;
}

} // namespace

bool isPrimitive(std::string_view name) { return table().contains(name); }

std::vector<std::string> primitiveNames() {
  std::set<std::string> names;
  for (const auto &entry : table())
    names.emplace(entry.first);
  return {names.begin(), names.end()};
}

PrimitiveSyntax primitiveSyntax(std::string_view name) {
  PrimitiveSyntax syntax;
  auto [first, last] = table().equal_range(name);
  for (auto it = first; it != last; ++it) {
    Form form = it->second->form;
    if (form == Form::Axes)
      syntax.leadingAxes = PrimitiveSyntax::kAllAxes;
    else if (form == Form::Axis)
      syntax.leadingAxes = 1;
    syntax.makesAxes |= form == Form::Made || form == Form::Position || form == Form::Drawn;
  }
  return syntax;
}

std::vector<Value *> checkPrimitive(const PrimitiveCall &call, Builder &builder,
                                    Diagnostics &diagnostics) {
  const Rule *rule = findRule(call);
  assert(rule && "the caller has found the primitive");
  Call checked(*rule, call, builder, diagnostics);
  return checked.read() ? rule->check(checked) : Results{};
}

} // namespace lamina::sema
