// Typing rules of derivatives as values.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/PrimitiveRules.h"

namespace lamina::sema {
namespace {

/// y's axes, then x's; the batch once.
Results checkGrad(Call &call) {
  Value *y = call.operands[0], *x = call.operands[1];
  for (size_t i : {0, 1}) {
    const Value &value = *call.operands[i];
    if (isLiteral(value))
      return call.fail(call.operandRange(i), "a number has no derivative; 'grad' takes two values");
    if (!isFloat(value.type.element))
      return call.fail(call.operandRange(i), describe(value) + " is " + toString(value.type) +
                                                 "; derivatives are of floats and by floats");
  }
  if (y->type.element != x->type.element)
    return call.fail(call.range, describe(*y) + " has elements of " + toString(y->type.element) +
                                     ", " + describe(*x) + " of " + toString(x->type.element) +
                                     "; cast one of them");
  if (y->type.find(kBatchName) && !x->type.find(kBatchName))
    return call.fail(call.range, describe(*y) + " differs from sample to sample but " +
                                     describe(*x) + " does not; take 'mean<batch>' of " +
                                     describe(*y) + " first");
  Type type = y->type;
  for (const Axis &axis : x->type.axes)
    if (axis.name != kBatchName || !y->type.find(kBatchName))
      type.axes.push_back(axis);
  putBatchFirst(type.axes);
  return Call::one(call.emit(Op::Grad, {y, x}, std::move(type)));
}

Results checkStopGradient(Call &call) {
  Value *x = call.operands[0];
  if (!isFloat(x->type.element) || isLiteral(*x))
    return {x}; // it has no derivative anyway
  return Call::one(call.emit(Op::StopGradient, {x}, x->type));
}

} // namespace

std::span<const Rule> derivativeRules() {
  static const std::vector<Rule> rules = {
      {"grad", Form::None, 2, 2, 0, 0, {}, "(y, x)", checkGrad},
      {"stop_gradient", Form::None, 1, 1, 0, 0, {}, "(x)", checkStopGradient},
  };
  return rules;
}

} // namespace lamina::sema
