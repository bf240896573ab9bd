// A random program made ready to compare: its module, what goes in, and what must come out.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/random/Oracle.h"

#include "compiler/IRGen/IRGen.h"
#include "compiler/Pipelines/Pipelines.h"
#include "compiler/Sema/Sema.h"
#include "compiler/Syntax/Parser.h"

using namespace mlir;

namespace lamina::fuzz {

using interpreter::Tensor;
using interpreter::Tensors;

static float draw(std::mt19937_64 &random, float scale) {
  return scale * (float(random() >> 40) / float(1 << 23) - 1.0f);
}

/// Moves every parameter off its initial value, which may be a plain 0 or 1.
static void perturb(Tensors &parameters, std::mt19937_64 &random) {
  for (auto &[path, tensor] : parameters)
    for (double &value : tensor.reals)
      value = float(value + draw(random, 0.25f));
}

static Tensor makeInput(const Axes &axes, int64_t extent, Type element, std::mt19937_64 &random) {
  interpreter::Shape shape;
  shape.append("batch", kLargestBatch);
  for (const Axis &axis : axes)
    shape.append(axis.name, axis.isBounded ? extent : axis.extent);
  Tensor tensor = interpreter::makeTensor(element, shape);
  for (double &value : tensor.reals)
    value = draw(random, 2.0f);
  return tensor;
}

std::vector<float> toFloats(const Tensor &tensor) {
  return {tensor.reals.begin(), tensor.reals.end()};
}

ParameterTensors::ParameterTensors(const Tensors &parameters) {
  for (const auto &[path, tensor] : parameters) {
    const std::vector<float> &values = data.emplace_back(toFloats(tensor));
    tensors.push_back({path.c_str(), values.data(), tensor.shape.extents.data(),
                       int32_t(tensor.shape.extents.size()), LAMINA_F32});
  }
}

Oracle::Oracle(std::string libraryFolder) : libraryFolder(std::move(libraryFolder)) {
  DialectRegistry registry;
  registerDialects(registry);
  context.appendDialectRegistry(registry);
  context.loadAllAvailableDialects();
}

OwningOpRef<ModuleOp> Oracle::build(const Program &program, std::string &error) {
  SourceManager sources;
  Diagnostics diagnostics(sources);
  uint32_t name = sources.add("model", "Random");
  uint32_t file = sources.add("random.lam", program.text());
  sema::Program checked(sources, diagnostics, {{}, libraryFolder, {}});
  std::optional<sema::Model> model;
  ast::ExprPtr expression = parseExpression(name, diagnostics);
  if (checked.load(file, "random.lam"))
    model = checked.instantiate(*expression);
  if (model && !diagnostics.hasErrors())
    return generateIR({&*model}, {}, sources, context);
  error = "does not check: " + diagnostics.render(false);
  return nullptr;
}

std::string Oracle::prepare(const Program &program, uint64_t seed, Case &result) {
  std::string error;
  result.module = build(program, error);
  if (!result.module)
    return error;
  ir::ModelOp model = *result.module->getOps<ir::ModelOp>().begin();
  std::mt19937_64 random(seed);
  auto parameters = interpreter::initialParameters(model, seed);
  if (!parameters)
    return "has no initial parameters: " + llvm::toString(parameters.takeError());
  result.parameters = std::move(*parameters);
  perturb(result.parameters, random);
  bool hasBounded = llvm::any_of(model.getBody().getArguments(), [](BlockArgument input) {
    return llvm::any_of(ir::axisList(cast<RankedTensorType>(input.getType())),
                        [](const ir::Axis &axis) { return axis.bound != 0; });
  });
  return fill(program, seed, hasBounded ? program.bound / 2 + 1 : -1, result);
}

std::string Oracle::fill(const Program &program, uint64_t seed, int64_t extent, Case &result) {
  ir::ModelOp model = *result.module->getOps<ir::ModelOp>().begin();
  std::mt19937_64 random(seed + uint64_t(extent) + 1);
  result.extent = extent;
  result.inputs.clear();
  result.inputData.clear();
  for (Attribute attribute : model.getInputNames()) {
    auto name = cast<StringAttr>(attribute).str();
    const Statement &statement = program.statements[std::stoul(name.substr(1))];
    Tensor &input = result.inputs[name];
    input = makeInput(statement.axes, extent, Float32Type::get(&context), random);
    result.inputData.push_back(toFloats(input));
  }
  auto expected = interpreter::runModel(model, result.inputs, result.parameters, {seed, true});
  if (!expected)
    return "is not interpreted: " + llvm::toString(expected.takeError());
  result.expected = std::move(*expected);
  return "";
}

} // namespace lamina::fuzz
