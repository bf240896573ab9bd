// Compiles a program and compares it with the interpreter.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/random/Differential.h"

#include "compiler/Codegen/Jit.h"
#include "compiler/Pipelines/Pipelines.h"

#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace mlir;

namespace lamina::fuzz {
namespace {

using interpreter::Tensor;

using Outputs = std::vector<std::vector<float>>;

struct Aligned {
  explicit Aligned(size_t bytes) : storage(bytes + 64) {}
  char *data() {
    return storage.data() + (64 - reinterpret_cast<uintptr_t>(storage.data()) % 64) % 64;
  }
  std::vector<char> storage;
};

int32_t run(const codegen::JitModel &jit, char *packed, Case &test, Outputs &outputs,
            int64_t batch) {
  Aligned workspace(size_t(jit.workspaceBytes(batch)) + 64);
  std::vector<void *> arguments = {packed};
  for (auto &input : test.inputData)
    arguments.push_back(input.data());
  for (auto &output : outputs)
    arguments.push_back(output.data());
  arguments.push_back(&batch);
  if (test.extent >= 0)
    arguments.push_back(&test.extent);
  arguments.push_back(workspace.data());
  return jit.invoke(arguments.data());
}

CompileOptions optionsFor(const codegen::Target &target, bool fuse) {
  CompileOptions options;
  options.target = target;
  options.fuse = fuse;
  options.invoke = true;
  return options;
}

/// A pass may write a number of an op, as the eps of a norm, as a constant of the element type.
constexpr double kRoundedConstant = 1e-6;

/// The planned program, interpreted, gives what the program as written gives: tells a pass's fault
/// from a kernel's.
std::string checkPasses(const Case &test, const CompileOptions &options) {
  OwningOpRef<ModuleOp> copy = test.module.get().clone();
  if (failed(runPipeline(*copy, Level::Kernels, options)))
    return "the passes fail";
  auto outputs =
      interpreter::runModel(*copy->getOps<ir::ModelOp>().begin(), test.inputs, test.parameters);
  if (!outputs)
    return "the planned program is not interpreted: " + llvm::toString(outputs.takeError());
  for (size_t i = 0; i < test.expected.size(); ++i)
    for (size_t j = 0; j < test.expected[i].reals.size(); ++j) {
      double before = test.expected[i].reals[j], after = (*outputs)[i].reals[j];
      if (std::abs(before - after) > kRoundedConstant * (1 + std::abs(before)))
        return "the passes change element " + std::to_string(j) + " of output " +
               std::to_string(i) + " from " + std::to_string(before) + " to " +
               std::to_string(after);
    }
  return "";
}

std::unique_ptr<codegen::JitModel> compile(ModuleOp module, const CompileOptions &options,
                                           std::string &error) {
  OwningOpRef<ModuleOp> copy = module.clone();
  std::vector<codegen::ModelInterface> interfaces;
  if (failed(runPipeline(*copy, Level::Llvm, options, &interfaces))) {
    error = "does not compile";
    return nullptr;
  }
  auto context = std::make_unique<llvm::LLVMContext>();
  std::unique_ptr<llvm::Module> code = compileToLLVM(*copy, options, interfaces, *context, error);
  if (!code)
    return nullptr;
  return codegen::JitModel::create(std::move(code), std::move(context), interfaces.front().symbol,
                                   error);
}

/// Compares the first rows of `actual` with the interpreter's output; counts, and says where they
/// differ.
std::string compare(const Tensor &expected, const std::vector<float> &actual, size_t count,
                    Differential &counts) {
  for (size_t i = 0; i < count; ++i) {
    double want = expected.reals[i], got = actual[i], bound = expected.bound(int64_t(i));
    if (!std::isfinite(bound)) {
      ++counts.unbounded;
      continue;
    }
    ++counts.compared;
    bool agree = std::abs(want - got) <= bound || (std::isnan(want) && std::isnan(got));
    if (!agree && want != got)
      return "element " + std::to_string(i) + " is " + std::to_string(got) + ", should be " +
             std::to_string(want) + " within " + std::to_string(bound);
  }
  return "";
}

/// Runs all batches and compares each with the oracle and, bit for bit, with the rows of the
/// largest.
std::string compareBatches(const codegen::JitModel &jit, char *packed, Case &test,
                           Differential &counts) {
  Outputs outputs, whole;
  for (const Tensor &output : test.expected)
    outputs.emplace_back(output.reals.size());
  for (int64_t batch : {kLargestBatch, int64_t(5), int64_t(1)}) {
    std::string form = (test.extent < 0 ? "" : "extent " + std::to_string(test.extent) + ", ") +
                       "batch " + std::to_string(batch);
    if (int32_t status = run(jit, packed, test, outputs, batch))
      return form + ": " + lamina_status_text(status);
    for (size_t i = 0; i < outputs.size(); ++i) {
      size_t count = outputs[i].size() / kLargestBatch * size_t(batch);
      std::string where = form + ", output " + std::to_string(i) + ": ";
      std::string difference = compare(test.expected[i], outputs[i], count, counts);
      if (!difference.empty())
        return where + difference;
      if (!whole.empty() &&
          std::memcmp(whole[i].data(), outputs[i].data(), count * sizeof(float)) != 0)
        return where + "the bits differ from those of batch 64";
    }
    if (whole.empty())
      whole = outputs;
  }
  return "";
}

/// None, one, some and as many as the bound allows.
std::vector<int64_t> extentsOf(const Program &program, const Case &test) {
  if (test.extent < 0)
    return {-1};
  std::vector<int64_t> extents = {0, 1, program.bound / 2 + 1, program.bound};
  extents.erase(std::unique(extents.begin(), extents.end()), extents.end());
  return extents;
}

} // namespace

Differential::Differential(std::string libraryFolder) : oracle(std::move(libraryFolder)) {
  std::string error;
  if (auto host = codegen::resolveTarget("", "", error))
    target = *host;
}

std::string Differential::check(const Program &program, uint64_t seed) {
  Case test;
  std::string error = oracle.prepare(program, seed, test);
  if (!error.empty())
    return error;
  ParameterTensors parameters(test.parameters);
  for (bool fuse : {true, false}) {
    std::string form = fuse ? "fused, " : "unfused, ";
    CompileOptions options = optionsFor(target, fuse);
    auto jit = compile(*test.module, options, error);
    if (!jit)
      return form + error;
    Aligned packed(size_t(jit->weightsBytes()));
    if (int32_t status =
            jit->pack(parameters.tensors.data(), int64_t(parameters.tensors.size()), packed.data()))
      return form + "pack: " + lamina_status_text(status);
    for (int64_t extent : extentsOf(program, test)) {
      if (extent != test.extent)
        error = oracle.fill(program, seed, extent, test);
      if (error.empty())
        error = checkPasses(test, options);
      if (error.empty())
        error = compareBatches(*jit, packed.data(), test, *this);
      if (!error.empty())
        return form + error;
    }
  }
  return "";
}

} // namespace lamina::fuzz
