// `backward(dy) { … }` and `checkpoint { … }`: what a body says of its own derivative.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Instantiator.h"

#include <algorithm>
#include <utility>

namespace lamina::sema {

/// The value of one `x: expression` in the type of x, and x.
std::optional<std::pair<Value *, Value *>>
Instantiator::backwardResult(const ast::Name &name, const ast::Expr &expression) {
  Binding *binding = frame->find(name.text);
  if (!binding)
    return unknown(name.text, name.range, false), std::nullopt;
  Value *by = toTensor(bindingDatum(name.text, *binding), name.range, "'" + name.text + "'");
  Value *value = by ? toTensor(eval(expression), expression.range, "a derivative") : nullptr;
  if (!value)
    return std::nullopt;
  std::vector<std::string> names;
  bool same =
      value->type.element == by->type.element && value->type.axes.size() == by->type.axes.size();
  for (const Axis &axis : by->type.axes) {
    names.push_back(axis.name);
    const Axis *found = value->type.find(axis.name);
    same &= found && *found == axis;
  }
  if (!same)
    return error(expression.range, "the derivative by '" + name.text + "' is " +
                                       toString(value->type) + ", must be " + toString(by->type))
               .note(by->range.isValid() ? by->range : name.range, "'" + name.text + "' is here"),
           std::nullopt;
  Builder build = builder();
  return std::pair{by, value->type == by->type ? value : reorder(value, names, build)};
}

/// Puts what a body returns behind a node that knows its derivative.
void Instantiator::applyBackward(const ast::BackwardClause &clause, std::vector<Datum> &returns) {
  std::vector<Value *> values;
  for (const Datum &datum : returns)
    values.push_back(toTensor(datum, clause.range, "a result"));
  if (std::find(values.begin(), values.end(), nullptr) != values.end())
    return;
  if (clause.grads.size() != values.size()) {
    error(clause.range, "'backward' takes " + std::to_string(clause.grads.size()) +
                            " derivatives, but the block returns " + std::to_string(values.size()) +
                            (values.size() == 1 ? " value" : " values"));
    return;
  }
  Node *node = builder().add(Op::Backward, values, {}, clause.range);
  node->attributes["values"] = static_cast<int64_t>(values.size());
  Region *body = open(node, 0), *outer = std::exchange(region, body);
  frame->scopes.emplace_back();
  for (size_t i = 0; i < values.size(); ++i)
    frame->bind(clause.grads[i].text, Datum(argument(*body, values[i]->type, clause.grads[i].text,
                                                     clause.grads[i].range)));
  for (const auto &[name, expression] : clause.results)
    if (auto pair = backwardResult(name, *expression)) {
      node->operands.push_back(pair->first);
      body->results.push_back(pair->second);
    }
  frame->scopes.pop_back();
  region = outer;
  for (size_t i = 0; i < values.size(); ++i) {
    auto result = std::make_unique<Value>(*values[i]);
    result->node = node;
    returns[i] = Datum(result.get());
    node->results.push_back(std::move(result));
  }
}

/// Braces of `checkpoint` open no scope: what the body binds goes on.
void Instantiator::execCheckpoint(const ast::Body &body, SourceRange range) {
  Node *node = builder().add(Op::Checkpoint, {}, {}, range);
  Region *inner = open(node, 0), *outer = std::exchange(region, inner);
  enclosing.push_back(node);
  frame->scopes.emplace_back();
  exec(body);
  if (!body.returns.empty())
    error(body.returnRange, "'return' stands last in a block, not in 'checkpoint'");
  materialise(frame->scopes.back());
  auto bound = std::move(frame->scopes.back());
  frame->scopes.pop_back();
  enclosing.pop_back();
  region = outer;
  for (auto &[name, binding] : bound) {
    Value *value = binding.datum.tensor();
    if (!value || (value->node && value->node->op == Op::Param)) {
      frame->scopes.back()[name] = std::move(binding);
      continue;
    }
    inner->results.push_back(value);
    auto result = std::make_unique<Value>(*value);
    result->node = node;
    frame->bind(name, Datum(result.get()));
    node->results.push_back(std::move(result));
  }
}

} // namespace lamina::sema
