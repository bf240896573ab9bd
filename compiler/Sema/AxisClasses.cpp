// Axes that are one index, by union of what meets in each operation.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/AxisClasses.h"

#include "compiler/Sema/Sema.h"

namespace lamina::sema {

size_t AxisClasses::place(const Value &value, const std::string &axis) {
  auto [found, isNew] = places.try_emplace({&value, axis}, classes.size());
  if (isNew)
    classes.push_back({classes.size(), "", false});
  return found->second;
}

size_t AxisClasses::find(size_t at) {
  while (classes[at].parent != at)
    at = classes[at].parent = classes[classes[at].parent].parent;
  return at;
}

void AxisClasses::join(size_t a, size_t b) {
  a = find(a);
  b = find(b);
  if (a == b)
    return;
  classes[b].parent = a;
  classes[a].leavesRounds |= classes[b].leavesRounds;
  if (classes[a].order.empty())
    classes[a].order = classes[b].order;
}

/// Axes of one name are one index, unless an operation between has changed the extent.
void AxisClasses::joinAxes(const Value &a, const Value &b) {
  for (const Axis &axis : a.type.axes)
    if (const Axis *other = b.type.find(axis.name); other && other->extent == axis.extent)
      join(place(a, axis.name), place(b, axis.name));
}

void AxisClasses::addRegion(const Region &body) {
  for (const auto &node : body.nodes)
    addNode(*node);
}

void AxisClasses::setOrder(const Node &node, const std::string &axis) {
  const std::string name(opName(node.op));
  for (const Value *operand : node.operands)
    if (operand->type.find(axis))
      classes[find(place(*operand, axis))].order = name;
  for (const auto &result : node.results)
    if (result->type.find(axis))
      classes[find(place(*result, axis))].order = name;
}

void AxisClasses::addByName(const Node &node) {
  std::vector<const Value *> values(node.operands.begin(), node.operands.end());
  for (const auto &result : node.results)
    values.push_back(result.get());
  for (size_t i = 0; i < values.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      joinAxes(*values[i], *values[j]);
  if (auto axis = node.attributes.find("axis"); axis != node.attributes.end())
    if (node.op != Op::KeepTopK)
      setOrder(node, std::get<std::string>(axis->second));
  if (node.op == Op::Constant && std::visit(
                                     [](const auto &values) {
                                       if constexpr (requires { values.size(); })
                                         return values.size() > 1;
                                       return false;
                                     },
                                     node.attributes.find("values")->second))
    for (const Axis &axis : node.result()->type.axes)
      setOrder(node, axis.name);
  if (node.op == Op::Rearrange)
    for (const char *side : {"from", "to"})
      for (const std::vector<std::string> &group :
           std::get<AxisGroups>(node.attributes.find(side)->second))
        for (size_t i = 0; group.size() > 1 && i < group.size(); ++i)
          setOrder(node, group[i]);
}

void AxisClasses::addRename(const Node &node) {
  const auto &from = std::get<std::vector<std::string>>(node.attributes.find("from")->second);
  const auto &to = std::get<std::vector<std::string>>(node.attributes.find("to")->second);
  const Value &operand = *node.operands[0], &result = *node.result();
  for (size_t i = 0; i < operand.type.axes.size(); ++i)
    if (const std::string &name = operand.type.axes[i].name; true) {
      std::string renamed = name;
      for (size_t k = 0; k < from.size(); ++k)
        if (from[k] == name)
          renamed = to[k];
      if (result.type.find(renamed))
        join(place(operand, name), place(result, renamed));
    }
}

void AxisClasses::carry(const Value &outside, const Value &inside) {
  joinAxes(outside, inside);
  for (const Axis &axis : inside.type.axes)
    if (outside.type.find(axis.name))
      classes[find(place(inside, axis.name))].leavesRounds = true;
}

/// Carried values are one from round to round; of stacked and collected ones each round has its
/// own.
void AxisClasses::addRepeat(const Node &node) {
  const Region &body = *node.regions[0];
  const auto carried = static_cast<size_t>(std::get<int64_t>(node.attributes.at("carried")));
  addRegion(body);
  for (size_t i = 0; i < node.operands.size(); ++i) {
    const Value &argument = *body.arguments[i + 1];
    if (i >= carried)
      joinAxes(*node.operands[i], argument);
    else
      carry(*node.operands[i], argument), carry(*body.results[i], argument);
  }
  for (size_t i = 0; i < node.results.size(); ++i)
    if (i < carried)
      carry(*node.results[i], *body.results[i]);
    else
      joinAxes(*node.results[i], *body.results[i]);
}

/// What a state is moved to has the axes of the state, but for those of `repeat`.
void AxisClasses::addAssign(const Node &node) {
  const auto &path = std::get<std::string>(node.attributes.at("path"));
  if (auto state = params.find(path); state != params.end())
    joinAxes(*node.operands[0], *state->second);
}

void AxisClasses::addNode(const Node &node) {
  switch (node.op) {
  case Op::Param: // its initialiser is a program of its own
    params[std::get<std::string>(node.attributes.at("path"))] = node.result();
    return;
  case Op::Assign:
    return addAssign(node);
  case Op::Rename:
    return addRename(node);
  case Op::Repeat:
    return addRepeat(node);
  case Op::Apply:
  case Op::Checkpoint:
    addRegion(*node.regions[0]);
    for (size_t i = 0; i < node.results.size(); ++i)
      joinAxes(*node.results[i], *node.regions[0]->results[i]);
    return;
  default:
    addByName(node);
    for (const auto &region : node.regions)
      addRegion(*region);
  }
}

} // namespace lamina::sema
