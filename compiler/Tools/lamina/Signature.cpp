// Reads parameters and inputs off a checked model.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Signature.h"

#include <algorithm>

namespace lamina::tool {
namespace {

std::string text(const sema::Node &node, const char *name) {
  auto found = node.attributes.find(name);
  const std::string *value =
      found == node.attributes.end() ? nullptr : std::get_if<std::string>(&found->second);
  return value ? *value : "";
}

void expandOne(const Parameter &parameter, const std::string &path, size_t axis,
               std::vector<runtime::ParameterSpec> &specs) {
  const size_t star = path.find('*');
  if (star == std::string::npos) {
    runtime::Shape shape;
    for (size_t i = parameter.stacked(); i < parameter.type.axes.size(); ++i)
      shape.push_back(parameter.type.axes[i].extent);
    const bool isOptional = parameter.role != "trained" && parameter.hasInit;
    specs.push_back({path, elementOf(parameter.type.element), std::move(shape), isOptional});
    return;
  }
  for (int64_t i = 0; i < parameter.type.axes[axis].extent; ++i)
    expandOne(parameter, path.substr(0, star) + std::to_string(i) + path.substr(star + 1), axis + 1,
              specs);
}

} // namespace

runtime::ElementType elementOf(ast::ElementType type) {
  static_assert(int(ast::ElementType::Bool) == int(runtime::ElementType::Bool));
  return runtime::ElementType(int(type));
}

size_t Parameter::stacked() const { return size_t(std::count(path.begin(), path.end(), '*')); }

int64_t Parameter::count() const {
  int64_t product = 1;
  for (const sema::Axis &axis : type.axes)
    product *= axis.extent;
  return product;
}

std::vector<Parameter> parametersOf(const sema::Model &model) {
  std::vector<Parameter> parameters;
  for (const auto &node : model.body.nodes)
    if (node->op == sema::Op::Param)
      parameters.push_back(
          {text(*node, "path"), text(*node, "role"), node->result()->type, !node->regions.empty()});
  return parameters;
}

std::vector<runtime::ParameterSpec> expand(const std::vector<Parameter> &parameters) {
  std::vector<runtime::ParameterSpec> specs;
  for (const Parameter &parameter : parameters)
    expandOne(parameter, parameter.path, 0, specs);
  return specs;
}

runtime::Shape sampleShape(const sema::Type &type) {
  runtime::Shape shape;
  for (const sema::Axis &axis : type.axes)
    if (axis.extent != sema::Axis::kBatch)
      shape.push_back(axis.extent);
  return shape;
}

std::vector<runtime::InputSpec> inputsOf(const sema::Model &model) {
  std::vector<runtime::InputSpec> inputs;
  for (size_t i = 0; i < model.body.arguments.size(); ++i) {
    const sema::Value &value = *model.body.arguments[i];
    runtime::InputSpec input{
        value.name, elementOf(value.type.element), sampleShape(value.type), {}, model.shared[i]};
    for (const sema::Axis &axis : value.type.axes)
      if (axis.extent != sema::Axis::kBatch)
        input.isBounded.push_back(axis.isBound);
    inputs.push_back(std::move(input));
  }
  return inputs;
}

} // namespace lamina::tool
