// A carried name that depends on no sample where a `repeat` begins, but does after a round: it has
// the batch from the beginning.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Loop.h"

#include <algorithm>

namespace lamina::sema {

static bool hasBatch(const Value *value) { return value->type.find("batch") != nullptr; }

static bool addBatch(Value *value) {
  if (hasBatch(value))
    return false;
  value->type.axes.insert(value->type.axes.begin(), Axis{"batch", Axis::kBatch});
  return true;
}

/// Whether the results of an op depend on the samples that its operands depend on.
static bool passesBatch(const Node &node) {
  if (node.op == Op::Extent || node.op == Op::Index)
    return false;
  auto axes = node.attributes.find("axes");
  bool reduces = node.op == Op::Reduce || node.op == Op::Dot;
  auto *names = reduces ? std::get_if<std::vector<std::string>>(&axes->second) : nullptr;
  return !names || std::find(names->begin(), names->end(), "batch") == names->end();
}

static void spreadBatch(Region &region);

/// Results of an op with a region are what the region gives, in its order.
static void spreadThroughRegion(Node &node) {
  Region &body = *node.regions[0];
  if (node.op == Op::Repeat)
    for (size_t i = 0; i < node.operands.size(); ++i)
      if (hasBatch(node.operands[i]))
        addBatch(body.arguments[i + 1].get());
  spreadBatch(body);
  for (size_t i = 0; i < node.results.size() && i < body.results.size(); ++i)
    if (hasBatch(body.results[i]))
      addBatch(node.results[i].get());
}

/// Gives the batch to everything in a region that is computed from a value which has it: every op
/// repeats what lacks an axis, so that nothing else changes.
static void spreadBatch(Region &region) {
  for (const std::unique_ptr<Node> &node : region.nodes) {
    if (node->op == Op::Apply || node->op == Op::Repeat) {
      spreadThroughRegion(*node);
      continue;
    }
    bool depends = std::any_of(node->operands.begin(), node->operands.end(), hasBatch);
    for (const std::unique_ptr<Value> &result : node->results)
      if (depends && passesBatch(*node))
        addBatch(result.get());
  }
}

/// A truth value for each sample: an input's first element, compared with itself.
Value *Instantiator::sampleFlag(SourceRange range) {
  for (const std::unique_ptr<Value> &input : modelBody->arguments) {
    bool isStatic = std::none_of(input->type.axes.begin(), input->type.axes.end(),
                                 [](const Axis &axis) { return axis.isBound; });
    if (!hasBatch(input.get()) || !isStatic)
      continue;
    Value *first = input.get();
    while (first->type.axes.size() > 1) {
      Type type = first->type;
      std::string axis = type.axes.back().name;
      type.axes.pop_back();
      Node *taken = builder().add(Op::Take, {first}, {std::move(type)}, range);
      taken->attributes = {{"axis", axis}, {"index", int64_t(0)}};
      first = taken->result();
    }
    Node *flag = builder().add(Op::Binary, {first, first},
                               {Type{ElementType::Bool, first->type.axes}}, range);
    flag->attributes["kind"] = std::string("eq");
    return flag->result();
  }
  return nullptr;
}

/// Which carried names get the batch in a round; spreads it until no more do.
std::vector<bool> Instantiator::gainedBatch(Loop &loop, Region &body) {
  std::vector<bool> gained(loop.names.size());
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t i = 0; i < loop.names.size(); ++i) {
      Value *left = loop.leaving[i].tensor();
      if (left && hasBatch(left) && addBatch(loop.inside[i]))
        changed = gained[i] = true;
    }
    if (changed)
      spreadBatch(body);
  }
  return gained;
}

/// Repeats what enters the loop for every sample where the rounds need it so. The nodes for it
/// stand in front of the repeat.
void Instantiator::enterPerSample(Loop &loop, Region &outer) {
  if (!modelBody)
    return;
  std::vector<bool> gained = gainedBatch(loop, *loop.node->regions[0]);
  if (std::none_of(gained.begin(), gained.end(), [](bool one) { return one; }))
    return;
  Region *inner = std::exchange(region, &outer);
  std::unique_ptr<Node> repeat = std::move(outer.nodes.back());
  outer.nodes.pop_back();
  Value *flag = sampleFlag(loop.range);
  for (size_t i = 0; i < loop.names.size() && flag; ++i) {
    if (!gained[i])
      continue;
    Value *value = loop.entering[i];
    Type type = value->type;
    type.axes.insert(type.axes.begin(), Axis{"batch", Axis::kBatch});
    Node *repeated = builder().add(Op::Where, {flag, value, value}, {std::move(type)}, loop.range);
    loop.entering[i] = loop.node->operands[i] = repeated->result();
  }
  outer.nodes.push_back(std::move(repeat));
  region = inner;
}

} // namespace lamina::sema
