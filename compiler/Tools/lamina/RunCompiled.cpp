// `lamina run`: compiles in memory and calls the C function.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/Jit.h"
#include "compiler/Tools/lamina/Runner.h"

#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

namespace lamina::tool {
namespace {

using runtime::Array;

/// Calls one compiled model.
class Caller {
public:
  Caller(const Invocation &invocation, Compilation &compilation, const RunSettings &settings)
      : invocation(invocation), compilation(compilation), settings(settings) {}

  RunResult run(const ModelWeights &weights, const std::vector<Array> &inputs) {
    int64_t batch = settings.batch;
    if (int code = compile())
      return {{}, code};
    if (!readExtents(inputs))
      return {{}, kBadInput};
    std::optional<Array> packed = pack(weights);
    std::optional<Array> workspace = bytes(jit->workspaceBytes(batch), "workspace");
    RunResult result;
    if (!packed || !workspace || !makeOutputs(batch, result.outputs))
      return {{}, kBadInput};
    std::vector<void *> arguments = {packed->data()};
    for (const Array &input : inputs)
      arguments.push_back(const_cast<std::byte *>(input.data()));
    for (Array &output : result.outputs)
      arguments.push_back(output.data());
    arguments.push_back(&batch);
    for (int64_t &extent : extents)
      arguments.push_back(&extent);
    arguments.push_back(workspace->data());
    if (const int32_t status = jit->invoke(arguments.data()); status != LAMINA_OK) {
      invocation.console.error(std::string("the run failed: ") + lamina_status_text(status));
      return {{}, kBadInput};
    }
    return result;
  }

private:
  int compile() {
    std::string error;
    std::unique_ptr<codegen::Target> target = codegen::resolveTarget("", "", error);
    if (!target) {
      invocation.console.error("this machine: " + error);
      return kBadInput;
    }
    CompileOptions options;
    options.target = *target;
    options.invoke = true;
    options.threads = settings.threads > 0;
    options.version = LAMINA_VERSION;
    if (!compilation.lower(Level::Llvm, options))
      return compilation.exitCode();
    auto context = std::make_unique<llvm::LLVMContext>();
    std::unique_ptr<llvm::Module> code = compilation.translate(options, *context);
    if (!code)
      return kDefect;
    jit = codegen::JitModel::create(std::move(code), std::move(context),
                                    compilation.interface.symbol, error, settings.threads);
    if (jit)
      return kSuccess;
    return compilation.fail(error);
  }

  /// The run-time extents that the inputs have; false where two disagree.
  bool readExtents(const std::vector<Array> &inputs) {
    const codegen::ModelInterface &model = compilation.interface;
    extents.assign(model.extents.size(), -1);
    for (size_t i = 0; i < inputs.size(); ++i)
      for (size_t axis = 0; axis < model.inputs[i].shape.size(); ++axis)
        if (const int64_t extent = model.inputs[i].shape[axis];
            extent <= LAMINA_EXTENT(0) && !agree(size_t(LAMINA_EXTENT(0) - extent),
                                                 inputs[i].shape()[axis], model.inputs[i].name))
          return false;
    return true;
  }

  bool agree(size_t number, int64_t found, const std::string &input) {
    if (extents[number] < 0)
      extents[number] = found;
    if (extents[number] == found)
      return true;
    invocation.console.error("the inputs disagree on the extent of axis '" +
                             compilation.interface.extents[number].name + "': '" + input +
                             "' has " + std::to_string(found) + ", another has " +
                             std::to_string(extents[number]));
    return false;
  }

  std::optional<Array> bytes(int64_t count, const char *what) {
    runtime::Result<Array> array = Array::create(runtime::ElementType::U8, {count});
    if (array)
      return std::move(*array);
    invocation.console.error(std::string(what) + ": " + array.error());
    return std::nullopt;
  }

  std::optional<Array> pack(const ModelWeights &weights) {
    std::optional<Array> packed = bytes(jit->weightsBytes(), "weights");
    const std::vector<lamina_tensor> tensors = weights.tensors();
    if (!packed)
      return std::nullopt;
    const int32_t status = jit->pack(tensors.data(), int64_t(tensors.size()), packed->data());
    if (status == LAMINA_OK)
      return packed;
    invocation.console.error(std::string("the weights cannot be packed: ") +
                             lamina_status_text(status));
    return std::nullopt;
  }

  bool makeOutputs(int64_t batch, std::vector<Array> &outputs) {
    for (const codegen::ValueInterface &output : compilation.interface.outputs) {
      runtime::Shape shape;
      for (int64_t extent : output.shape)
        shape.push_back(extent == LAMINA_BATCH ? batch
                        : extent < 0           ? extents[size_t(LAMINA_EXTENT(0) - extent)]
                                               : extent);
      runtime::Result<Array> array = Array::create(runtime::ElementType(output.dtype), shape);
      if (!array) {
        invocation.console.error("output '" + output.name + "': " + array.error());
        return false;
      }
      outputs.push_back(std::move(*array));
    }
    return true;
  }

  const Invocation &invocation;
  Compilation &compilation;
  RunSettings settings;
  std::unique_ptr<codegen::JitModel> jit;
  std::vector<int64_t> extents;
};

} // namespace

int64_t agreeOnBatch(const Invocation &invocation, const std::vector<runtime::InputSpec> &specs,
                     const std::vector<Array> &inputs) {
  int64_t batch = -1;
  std::string first;
  for (size_t i = 0; i < specs.size(); ++i) {
    if (specs[i].isShared)
      continue;
    const int64_t found = inputs[i].shape()[0];
    if (batch >= 0 && found != batch) {
      invocation.console.error("the inputs disagree on the batch: '" + first + "' has " +
                               std::to_string(batch) + " samples, '" + specs[i].name + "' has " +
                               std::to_string(found));
      return -1;
    }
    batch = found;
    first = specs[i].name;
  }
  return batch < 0 ? 1 : batch;
}

RunResult runCompiled(const Invocation &invocation, Compilation &compilation,
                      const ModelWeights &weights, const std::vector<Array> &inputs,
                      const RunSettings &settings) {
  return Caller(invocation, compilation, settings).run(weights, inputs);
}

} // namespace lamina::tool
