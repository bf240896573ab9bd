// Compiles a program and compares it with the interpreter.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/random/Differential.h"

#include "compiler/Codegen/Jit.h"
#include "compiler/IRGen/IRGen.h"
#include "compiler/Interpreter/Interpreter.h"
#include "compiler/Pipelines/Pipelines.h"
#include "compiler/Sema/Sema.h"
#include "compiler/Syntax/Parser.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

#include <cmath>
#include <cstring>

using namespace mlir;

namespace lamina::fuzz {
namespace {

constexpr int64_t kBatches[] = {1, 5, 64};
constexpr int64_t kLargestBatch = 64;

using interpreter::Tensor;
using interpreter::Tensors;

/// What the compiled code is called with, as floats.
struct Buffers {
  std::vector<std::vector<float>> inputs, outputs;
};

struct Aligned {
  explicit Aligned(size_t bytes) : storage(bytes + 64) {}
  char *data() { return storage.data() + (64 - reinterpret_cast<uintptr_t>(storage.data()) % 64) % 64; }
  std::vector<char> storage;
};

float draw(std::mt19937_64 &random, float scale) { return scale * (float(random() >> 40) / float(1 << 23) - 1.0f); }

/// Moves every parameter off its initial value, which may be a plain 0 or 1.
void perturb(Tensors &parameters, std::mt19937_64 &random) {
  for (auto &[path, tensor] : parameters)
    for (double &value : tensor.reals)
      value = float(value + draw(random, 0.25f));
}

Tensor makeInput(const Axes &axes, Type element, std::mt19937_64 &random) {
  interpreter::Shape shape;
  shape.append("batch", kLargestBatch);
  for (const Axis &axis : axes)
    shape.append(axis.name, axis.extent);
  Tensor tensor = interpreter::makeTensor(element, shape);
  for (double &value : tensor.reals)
    value = draw(random, 2.0f);
  return tensor;
}

std::vector<float> toFloats(const Tensor &tensor) { return {tensor.reals.begin(), tensor.reals.end()}; }

/// Packs by the C ABI; the status.
int32_t pack(const codegen::JitModel &jit, const Tensors &parameters, char *packed) {
  std::vector<std::vector<float>> values;
  std::vector<lamina_tensor> tensors;
  values.reserve(parameters.size());
  for (const auto &[path, tensor] : parameters) {
    values.push_back(toFloats(tensor));
    tensors.push_back({path.c_str(), values.back().data(), tensor.shape.extents.data(),
                       int32_t(tensor.shape.extents.size()), LAMINA_F32});
  }
  return jit.pack(tensors.data(), int64_t(tensors.size()), packed);
}

int32_t run(const codegen::JitModel &jit, char *packed, Buffers &buffers, int64_t batch) {
  Aligned workspace(size_t(jit.workspaceBytes(batch)) + 64);
  std::vector<void *> arguments = {packed};
  for (auto &input : buffers.inputs)
    arguments.push_back(input.data());
  for (auto &output : buffers.outputs)
    arguments.push_back(output.data());
  arguments.push_back(&batch);
  arguments.push_back(workspace.data());
  return jit.invoke(arguments.data());
}

} // namespace

struct Differential::State {
  std::string libraryFolder;
  MLIRContext context;
  codegen::Target target;

  OwningOpRef<ModuleOp> build(const Program &program, std::string &error);
  CompileOptions options(bool fuse) const;
  std::string checkPasses(ModuleOp module, bool fuse, const Tensors &inputs, const Tensors &parameters,
                          const std::vector<Tensor> &expected);
  std::unique_ptr<codegen::JitModel> compile(ModuleOp module, bool fuse, std::string &error);
};

Differential::Differential(std::string libraryFolder) : state(std::make_unique<State>()) {
  state->libraryFolder = std::move(libraryFolder);
  DialectRegistry registry;
  registerDialects(registry);
  state->context.appendDialectRegistry(registry);
  state->context.loadAllAvailableDialects();
  std::string error;
  if (auto target = codegen::resolveTarget("", "", error))
    state->target = *target;
}

Differential::~Differential() = default;

OwningOpRef<ModuleOp> Differential::State::build(const Program &program, std::string &error) {
  SourceManager sources;
  Diagnostics diagnostics(sources);
  uint32_t name = sources.add("model", "Random"), file = sources.add("random.lam", program.text());
  sema::Program checked(sources, diagnostics, {{}, libraryFolder, {}});
  std::optional<sema::Model> model;
  if (ast::ExprPtr expression = parseExpression(name, diagnostics); checked.load(file, "random.lam"))
    model = checked.instantiate(*expression);
  if (model && !diagnostics.hasErrors())
    return generateIR({&*model}, {}, sources, context);
  error = "does not check: " + diagnostics.render(false);
  return nullptr;
}

CompileOptions Differential::State::options(bool fuse) const {
  CompileOptions options;
  options.target = target;
  options.fuse = fuse;
  options.invoke = true;
  return options;
}

/// The planned program, interpreted, gives what the program as written gives: tells a pass's fault from a kernel's.
std::string Differential::State::checkPasses(ModuleOp module, bool fuse, const Tensors &inputs, const Tensors &parameters,
                                             const std::vector<Tensor> &expected) {
  OwningOpRef<ModuleOp> copy = module.clone();
  if (failed(runPipeline(*copy, Level::Kernels, options(fuse))))
    return "the passes fail";
  auto outputs = interpreter::runModel(*copy->getOps<ir::ModelOp>().begin(), inputs, parameters);
  if (!outputs)
    return "the planned program is not interpreted: " + llvm::toString(outputs.takeError());
  for (size_t i = 0; i < expected.size(); ++i)
    for (size_t j = 0; j < expected[i].reals.size(); ++j) {
      double before = expected[i].reals[j], after = (*outputs)[i].reals[j];
      if (std::abs(before - after) > 1e-9 * (1 + std::abs(before)))
        return "the passes change element " + std::to_string(j) + " of output " + std::to_string(i) + " from " +
               std::to_string(before) + " to " + std::to_string(after);
    }
  return "";
}

std::unique_ptr<codegen::JitModel> Differential::State::compile(ModuleOp module, bool fuse, std::string &error) {
  OwningOpRef<ModuleOp> copy = module.clone();
  std::vector<codegen::ModelInterface> interfaces;
  if (failed(runPipeline(*copy, Level::Llvm, options(fuse), &interfaces))) {
    error = "does not compile";
    return nullptr;
  }
  auto llvmContext = std::make_unique<llvm::LLVMContext>();
  std::unique_ptr<llvm::Module> code = compileToLLVM(*copy, options(fuse), interfaces, *llvmContext, error);
  if (!code)
    return nullptr;
  return codegen::JitModel::create(std::move(code), std::move(llvmContext), interfaces.front().symbol, error);
}

/// Compares the first rows of `actual` with the interpreter's output; counts, and says where they differ.
static std::string compare(const Tensor &expected, const std::vector<float> &actual, size_t count, Differential &counts) {
  for (size_t i = 0; i < count; ++i) {
    double want = expected.reals[i], got = actual[i], bound = expected.bound(int64_t(i));
    if (!std::isfinite(bound)) {
      ++counts.unbounded;
      continue;
    }
    ++counts.compared;
    if (!(std::abs(want - got) <= bound) && !(std::isnan(want) && std::isnan(got)) && want != got)
      return "element " + std::to_string(i) + " is " + std::to_string(got) + ", should be " + std::to_string(want) +
             " within " + std::to_string(bound);
  }
  return "";
}

/// Runs all batches and compares each with the oracle and, bit for bit, with the rows of the largest.
static std::string compareBatches(const codegen::JitModel &jit, char *packed, Buffers &buffers,
                                  const std::vector<Tensor> &expected, Differential &counts) {
  std::vector<std::vector<float>> whole;
  for (int64_t batch : {kLargestBatch, kBatches[1], kBatches[0]}) {
    if (int32_t status = run(jit, packed, buffers, batch))
      return "batch " + std::to_string(batch) + ": " + lamina_status_text(status);
    for (size_t i = 0; i < expected.size(); ++i) {
      const std::vector<float> &actual = buffers.outputs[i];
      size_t count = actual.size() / kLargestBatch * size_t(batch);
      std::string where = "batch " + std::to_string(batch) + ", output " + std::to_string(i) + ": ";
      if (std::string difference = compare(expected[i], actual, count, counts); !difference.empty())
        return where + difference;
      if (!whole.empty() && std::memcmp(whole[i].data(), actual.data(), count * sizeof(float)) != 0)
        return where + "the bits differ from those of batch 64";
    }
    if (whole.empty())
      whole = buffers.outputs;
  }
  return "";
}

std::string Differential::check(const Program &program, uint64_t seed) {
  std::string error;
  OwningOpRef<ModuleOp> module = state->build(program, error);
  if (!module)
    return error;
  ir::ModelOp model = *module->getOps<ir::ModelOp>().begin();
  std::mt19937_64 random(seed);
  auto parameters = interpreter::initialParameters(model, seed);
  if (!parameters)
    return "has no initial parameters: " + llvm::toString(parameters.takeError());
  perturb(*parameters, random);
  Tensors inputs;
  Buffers buffers;
  for (size_t i = 0; i < model.getInputNames().size(); ++i) {
    auto name = cast<StringAttr>(model.getInputNames()[i]).str();
    const Statement &statement = program.statements[std::stoul(name.substr(1))];
    inputs[name] = makeInput(statement.axes, Float32Type::get(&state->context), random);
    buffers.inputs.push_back(toFloats(inputs[name]));
  }
  auto expected = interpreter::runModel(model, inputs, *parameters, {seed, true});
  if (!expected)
    return "is not interpreted: " + llvm::toString(expected.takeError());
  for (const Tensor &output : *expected)
    buffers.outputs.emplace_back(output.reals.size());
  for (bool fuse : {true, false}) {
    std::string form = fuse ? "fused, " : "unfused, ";
    if (error = state->checkPasses(*module, fuse, inputs, *parameters, *expected); !error.empty())
      return form + error;
    auto jit = state->compile(*module, fuse, error);
    if (!jit)
      return form + error;
    Aligned packed(size_t(jit->weightsBytes()));
    if (int32_t status = pack(*jit, *parameters, packed.data()))
      return form + "pack: " + lamina_status_text(status);
    if (std::string difference = compareBatches(*jit, packed.data(), buffers, *expected, *this); !difference.empty())
      return form + difference;
  }
  return "";
}

} // namespace lamina::fuzz
