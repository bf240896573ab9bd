// Random draws in initialisers, which make Random nodes. In a training step they are draws
// (PrimitivesDraw.cpp), elsewhere errors: a compiled model has none.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/PrimitiveRules.h"

namespace lamina::sema {
namespace {

/// Operand `i` as a static number; nothing after an error.
std::optional<double> numberOf(const Call &call, size_t i, std::string_view what) {
  std::optional<double> number = constantScalar(*call.operands[i]);
  if (!number)
    call.error(call.operandRange(i),
               std::string(what) + " of '" + call.name + "' is a static number");
  return number;
}

/// A draw of the parameter's type, which is a float.
Results draw(Call &call, double low, double high) {
  const Type &type = *call.source.initialised;
  if (!call.entries.empty())
    return call.fail(call.range, "an initialiser draws along the axes of its parameter and names "
                                 "none; write '" +
                                     call.usage() + "'");
  if (!isFloat(type.element))
    return call.fail(call.range, "'" + call.name + "' draws floats but the parameter is " +
                                     toString(type.element));
  return Call::one(
      call.emit(Op::Random, {}, type, {{"kind", call.name}, {"low", low}, {"high", high}}));
}

Results refuse(Call &call) {
  return call.fail(call.range, "'" + call.name +
                                   "' draws random numbers, which a compiled model has not; draws "
                                   "stand in initialisers of parameters and in training");
}

Results checkUniform(Call &call) {
  if (!call.source.initialised)
    return call.source.draws ? drawUniform(call) : refuse(call);
  if (call.operands.size() != 2)
    return call.fail(call.range, "'uniform' takes its two bounds; write 'uniform(low, high)'");
  auto low = numberOf(call, 0, "the lower bound");
  auto high = low ? numberOf(call, 1, "the upper bound") : low;
  if (!high)
    return {};
  if (!(*low <= *high))
    return call.fail(call.range, "'uniform' has its bounds in the wrong order; write "
                                 "'uniform(low, high)'");
  return draw(call, *low, *high);
}

/// `normal(std)` or `normal(mean, std)`; so too `truncated_normal`.
Results checkNormal(Call &call) {
  if (!call.source.initialised)
    return call.source.draws && call.name == "normal" ? drawNormal(call) : refuse(call);
  size_t count = call.operands.size();
  auto mean = count == 2 ? numberOf(call, 0, "the mean") : std::optional(0.0);
  auto deviation =
      count > 0 && mean ? numberOf(call, count - 1, "the standard deviation") : std::optional(1.0);
  if (!mean || !deviation)
    return {};
  if (!(*deviation >= 0))
    return call.fail(call.range, "the standard deviation of '" + call.name + "' is not negative");
  return draw(call, *mean, *deviation);
}

Results checkOrthogonal(Call &call) {
  if (!call.source.initialised)
    return refuse(call);
  auto gain = call.operands.empty() ? std::optional(1.0) : numberOf(call, 0, "the gain");
  if (!gain)
    return {};
  if (static_cast<int64_t>(call.source.initialised->axes.size()) < 2 + call.source.members)
    return call.fail(call.range, "'orthogonal' is for parameters of two or more axes");
  Results drawn = draw(call, 0, *gain);
  if (!drawn.empty() && call.source.members)
    drawn[0]->node->attributes["each"] = call.source.members;
  return drawn;
}

Results checkBernoulli(Call &call) {
  return call.source.draws ? drawBernoulli(call) : refuse(call);
}

Results checkPermutation(Call &call) {
  if (!call.source.draws || !call.source.namesBatch)
    return refuse(call);
  return drawPermutation(call);
}

Results checkRandomInt(Call &call) { return call.source.draws ? drawInt(call) : refuse(call); }

} // namespace

std::span<const Rule> randomRules() {
  static const std::vector<Rule> rules = {
      {"uniform", Form::Drawn, 0, 2, 0, 0, {}, "(low, high)", checkUniform},
      {"normal", Form::Drawn, 0, 2, 0, 0, {}, "(std)", checkNormal},
      {"truncated_normal", Form::Free, 0, 2, 0, 0, {}, "(std)", checkNormal},
      {"orthogonal", Form::None, 0, 1, 0, 0, {}, "(gain)", checkOrthogonal},
      {"bernoulli", Form::Drawn, 1, 1, 0, 0, {}, "<axis>(p)", checkBernoulli},
      {"random_int", Form::Drawn, 2, 2, 0, 0, {}, "<axis>(low, high)", checkRandomInt},
      {"permutation", Form::Drawn, 0, 0, 0, 0, {}, "<batch>()", checkPermutation},
      {"dropout", Form::None, 1, 2, 0, 1, {"p"}, "(x, p)", drawDropout},
      {"drop_path", Form::None, 1, 2, 0, 1, {"p"}, "(x, p)", drawDropout},
  };
  return rules;
}

} // namespace lamina::sema
