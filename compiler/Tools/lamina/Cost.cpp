// Counts parameters and arithmetic of a checked model.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Cost.h"

#include <algorithm>

namespace lamina::tool {
namespace {

using sema::Node;
using sema::Op;

double elements(const sema::Type &type) {
  double count = 1;
  for (const sema::Axis &axis : type.axes)
    if (axis.extent != sema::Axis::kBatch)
      count *= double(axis.extent);
  return count;
}

std::string text(const Node &node, const char *name) {
  auto found = node.attributes.find(name);
  const std::string *value =
      found == node.attributes.end() ? nullptr : std::get_if<std::string>(&found->second);
  return value ? *value : "";
}

double contraction(const Node &node) {
  double depth = 1;
  auto axes = node.attributes.find("axes");
  const auto *names = axes == node.attributes.end()
                          ? nullptr
                          : std::get_if<std::vector<std::string>>(&axes->second);
  for (const std::string &name : names ? *names : std::vector<std::string>())
    if (const sema::Axis *axis = node.operands[0]->type.find(name);
        axis && axis->extent != sema::Axis::kBatch)
      depth *= double(axis->extent);
  return 2 * depth * elements(node.result()->type);
}

/// The arithmetic of one op without its regions.
double flopsOf(const Node &node) {
  // Largest value, difference, exponential, sum, quotient; and mean, difference, square, sum,
  // root and product.
  static constexpr double kSoftmax = 5, kStandardize = 7;
  switch (node.op) {
  case Op::Dot:
    return contraction(node);
  case Op::Unary:
  case Op::Binary:
  case Op::Where:
  case Op::Cast:
    return elements(node.result()->type);
  case Op::Reduce:
  case Op::Cumulate:
  case Op::ScatterAdd:
    return elements(node.operands.back()->type);
  case Op::Softmax:
    return kSoftmax * elements(node.result()->type);
  case Op::Standardize:
    return kStandardize * elements(node.result()->type);
  case Op::Resize:
    return 2 * elements(node.result()->type);
  default:
    return 0;
  }
}

class Counter {
public:
  explicit Counter(const sema::Model &model) : parameters(parametersOf(model)) {}
  ModelCost cost;

  void countParameters() {
    for (const Parameter &parameter : parameters) {
      const int64_t bytes =
          parameter.count() * int64_t(elementSize(elementOf(parameter.type.element)));
      cost.parameterBytes += bytes;
      if (parameter.role == "state")
        continue;
      cost.parameters += parameter.count();
      cost.trained += parameter.role == "trained" ? parameter.count() : 0;
    }
  }

  double region(const sema::Region &body, double rounds, size_t depth) {
    double flops = 0;
    for (const auto &node : body.nodes)
      flops += this->node(*node, rounds, depth);
    return flops;
  }

private:
  double node(const Node &node, double rounds, size_t depth) {
    if (node.op == Op::Param)
      return 0;
    if (node.op == Op::Repeat) {
      auto count = node.attributes.find("count");
      const double times = double(std::get<int64_t>(count->second));
      return region(*node.regions[0], rounds * times, depth);
    }
    if (node.op != Op::Apply)
      return rounds * flopsOf(node);
    const std::string path = text(node, "path");
    if (path.empty())
      return region(*node.regions[0], rounds, depth);
    const size_t row = rowOf(node, path, depth);
    const double flops = region(*node.regions[0], rounds, depth + 1);
    cost.layers[row].flops += flops;
    return flops;
  }

  /// A layer that is applied twice has one row.
  size_t rowOf(const Node &node, const std::string &path, size_t depth) {
    for (size_t i = 0; i < cost.layers.size(); ++i)
      if (cost.layers[i].path == path)
        return i;
    LayerCost layer{path, text(node, "block"), "", depth};
    if (!node.results.empty())
      layer.type = printType(node.result()->type);
    for (const Parameter &parameter : parameters)
      if (parameter.role != "state" && parameter.path.starts_with(path + ".")) {
        layer.parameters += parameter.count();
        layer.parameterBytes +=
            parameter.count() * int64_t(elementSize(elementOf(parameter.type.element)));
      }
    cost.layers.push_back(std::move(layer));
    return cost.layers.size() - 1;
  }

  std::vector<Parameter> parameters;
};

} // namespace

std::string printType(const sema::Type &type) {
  std::string axes;
  for (const sema::Axis &axis : type.axes)
    if (axis.extent != sema::Axis::kBatch)
      axes += (axes.empty() ? "" : ", ") + axis.name + (axis.isBound ? ": <= " : ": ") +
              std::to_string(axis.extent);
  return elementName(elementOf(type.element)) + (axes.empty() ? "" : "[" + axes + "]");
}

ModelCost costOf(const sema::Model &model) {
  Counter counter(model);
  counter.countParameters();
  counter.cost.flops = counter.region(model.body, 1, 1);
  return std::move(counter.cost);
}

} // namespace lamina::tool
