// `lamina run --interpret`.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Interpreter/Interpreter.h"
#include "compiler/Tools/lamina/Runner.h"
#include "compiler/Tools/lamina/Tensors.h"

namespace lamina::tool {
namespace {

std::vector<std::string> axisNames(const sema::Type &type, size_t first = 0) {
  std::vector<std::string> names;
  for (size_t i = first; i < type.axes.size(); ++i)
    names.push_back(type.axes[i].name);
  return names;
}

/// A parameter's axes by the path of one of its tensors.
std::map<std::string, std::vector<std::string>> axesByPath(const sema::Model &model) {
  std::map<std::string, std::vector<std::string>> axes;
  for (const Parameter &parameter : parametersOf(model))
    for (const runtime::ParameterSpec &spec : expand({parameter}))
      axes[spec.path] = axisNames(parameter.type, parameter.stacked());
  return axes;
}

RunResult fail(const Invocation &invocation, const std::string &message) {
  invocation.console.error(message);
  return {{}, kBadInput};
}

} // namespace

interpreter::Tensors interpreterWeights(const ModelWeights &weights, const sema::Model &model,
                                        mlir::MLIRContext &context) {
  interpreter::Tensors tensors;
  auto axes = axesByPath(model);
  for (size_t i = 0; i < weights.arrays.size(); ++i)
    tensors[weights.names[i]] = toTensor(weights.arrays[i], axes[weights.names[i]], context);
  return tensors;
}

RunResult runInterpreted(const Invocation &invocation, Compilation &compilation,
                         const sema::Model &model, const ModelWeights &weights,
                         const std::vector<runtime::Array> &inputs) {
  mlir::MLIRContext &context = *compilation.module().getContext();
  interpreter::Tensors arguments, parameters;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const sema::Value &value = *model.body.arguments[i];
    arguments[value.name] = toTensor(inputs[i], axisNames(value.type), context);
  }
  parameters = interpreterWeights(weights, model, context);
  if (!compilation.prepareInterpretation())
    return {{}, kBadInput};
  auto outputs = interpreter::runModel(compilation.model(), arguments, parameters);
  if (!outputs)
    return fail(invocation, llvm::toString(outputs.takeError()));
  RunResult result;
  for (const interpreter::Tensor &output : *outputs) {
    runtime::Result<runtime::Array> array = toArray(output);
    if (!array)
      return fail(invocation, array.error());
    result.outputs.push_back(std::move(*array));
  }
  return result;
}

} // namespace lamina::tool
