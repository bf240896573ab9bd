// States that every round of a `repeat` or `scan` moves: they are carried from round to round, and
// assigned once, behind the loop.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Loop.h"

#include <algorithm>

namespace lamina::sema {

static void replaceUses(Region &region, const Value *from, Value *to) {
  for (const auto &node : region.nodes) {
    std::replace(node->operands.begin(), node->operands.end(), const_cast<Value *>(from), to);
    for (const auto &inner : node->regions)
      replaceUses(*inner, from, to);
  }
  std::replace(region.results.begin(), region.results.end(), const_cast<Value *>(from), to);
}

/// The loops here that go over the rounds of one state, the outermost first: all but those that
/// give each round a state of its own.
std::vector<Node *> Instantiator::loopsOverState(const Layer &owner) const {
  std::vector<Node *> loops;
  for (Node *node : enclosing)
    if (node->op == Op::Repeat &&
        std::find(owner.stack.begin(), owner.stack.end(), node) == owner.stack.end())
      loops.push_back(node);
  return loops;
}

/// Before a state moves: each loop around gets it as one more carried value, and what the body has
/// read of it so far is what the round begins with.
void Instantiator::carryState(Layer &owner, const std::string &name) {
  Value *begins = nullptr; // in the loop around, if that has not carried it before
  for (Node *loop : loopsOverState(owner)) {
    std::vector<CarriedState> &states = carriedStates[loop];
    if (std::any_of(states.begin(), states.end(), [&](const CarriedState &state) {
          return state.owner == &owner && state.name == name;
        }))
      continue;
    const ParamSlot &slot = *owner.findParam(name);
    Value *outside = begins ? begins : paramValue(owner, slot);
    Region &body = *loop->regions[0];
    auto &carried = std::get<int64_t>(loop->attributes["carried"]);
    auto inside = std::make_unique<Value>();
    inside->type = outside->type;
    inside->name = name;
    inside->range = slot.range;
    begins = inside.get();
    replaceUses(body, outside, begins);
    states.push_back({&owner, name, begins});
    loop->operands.insert(loop->operands.begin() + carried, outside);
    body.arguments.insert(body.arguments.begin() + carried + 1, std::move(inside));
    ++carried;
  }
}

/// At the end of a body: what the states come to in a round, behind the carried names.
void Instantiator::leaveStates(const Loop &loop) {
  enclosing.push_back(loop.node);
  for (const CarriedState &state : carriedStates[loop.node]) {
    const ParamSlot &slot = *state.owner->findParam(state.name);
    region->results.push_back(escape(slot.moved, slot.movedWithin));
  }
  enclosing.pop_back();
}

/// Behind a loop: what they are after the last round.
void Instantiator::bindStates(const Loop &loop) {
  for (const CarriedState &state : carriedStates[loop.node]) {
    ParamSlot &slot = *state.owner->findParam(state.name);
    auto result = std::make_unique<Value>();
    result->node = loop.node;
    result->type = state.inside->type;
    result->name = state.name;
    result->range = loop.node->range;
    slot.moved = result.get();
    slot.movedWithin = enclosing;
    loop.node->results.push_back(std::move(result));
    if (loopsOverState(*state.owner).empty())
      moves.push_back({builder().add(Op::Assign, {slot.moved}, {}, loop.node->range), slot.node});
  }
}

} // namespace lamina::sema
