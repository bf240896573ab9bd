// `lamina summary --graph`.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Graph.h"

#include "compiler/Sema/Sema.h"
#include "compiler/Tools/lamina/Cost.h"

#include <map>
#include <set>

namespace lamina::tool {
namespace {

using sema::Node;

/// All values that a node reads, those within its regions too.
void collectUses(const Node &node, std::set<const sema::Value *> &uses) {
  uses.insert(node.operands.begin(), node.operands.end());
  for (const auto &region : node.regions) {
    for (const auto &inner : region->nodes)
      collectUses(*inner, uses);
    uses.insert(region->results.begin(), region->results.end());
  }
}

std::string attribute(const Node &node, const char *name) {
  auto found = node.attributes.find(name);
  const std::string *value =
      found == node.attributes.end() ? nullptr : std::get_if<std::string>(&found->second);
  return value ? *value : "";
}

/// The layer's path, the repeat's name or the kind of an op; empty for what the picture leaves out.
std::string labelOf(const Node &node) {
  switch (node.op) {
  case sema::Op::Param:
  case sema::Op::Constant:
  case sema::Op::Tap:
    return "";
  case sema::Op::Apply: {
    const std::string path = attribute(node, "path"), block = attribute(node, "block");
    return path.empty() ? block : path + "\\n" + block;
  }
  case sema::Op::Repeat:
    return "repeat " + attribute(node, "name");
  default:
    return std::string(sema::opName(node.op)) + " " + attribute(node, "kind");
  }
}

class GraphPrinter {
public:
  std::string text =
      "digraph model {\n  rankdir = TB\n  node [shape = box, fontname = \"sans-serif\"]\n";

  void source(const sema::Value &value) {
    add(value.name + "\\n" + printType(value.type), "shape = ellipse");
    origins[&value] = count;
  }
  void node(const Node &node) {
    const std::string label = labelOf(node);
    if (label.empty())
      return;
    add(label + (node.results.empty() ? "" : "\\n" + printType(node.result()->type)), "");
    std::set<const sema::Value *> uses;
    collectUses(node, uses);
    edges(uses);
    for (const auto &result : node.results)
      origins[result.get()] = count;
  }
  void sink(const sema::Output &output) {
    add(output.name, "shape = ellipse");
    edges({output.value});
  }

private:
  void add(const std::string &label, const std::string &style) {
    text += "  n" + std::to_string(++count) + " [label = \"" + label + "\"" +
            (style.empty() ? "" : ", " + style) + "]\n";
  }
  void edges(const std::set<const sema::Value *> &uses) {
    std::set<size_t> from;
    for (const sema::Value *value : uses)
      if (auto origin = origins.find(value); origin != origins.end())
        from.insert(origin->second);
    for (size_t origin : from)
      text += "  n" + std::to_string(origin) + " -> n" + std::to_string(count) + "\n";
  }
  std::map<const sema::Value *, size_t> origins;
  size_t count = 0;
};

} // namespace

std::string printGraph(const sema::Model &model) {
  GraphPrinter printer;
  for (const auto &argument : model.body.arguments)
    printer.source(*argument);
  for (const auto &node : model.body.nodes)
    printer.node(*node);
  for (const sema::Output &output : model.outputs)
    printer.sink(output);
  return printer.text + "}\n";
}

} // namespace lamina::tool
