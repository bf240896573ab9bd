// Random programs as objects for another processor, with what they must compute.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/random/Cross.h"

#include "compiler/Codegen/AbiFunctions.h"
#include "compiler/Codegen/Object.h"
#include "compiler/Pipelines/Pipelines.h"

#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

#include <fstream>

using namespace mlir;

namespace lamina::fuzz {

/// The object's code; also fills `interface`.
static std::string compile(ModuleOp module, const CompileOptions &options,
                           const std::string &symbol, codegen::ModelInterface &interface,
                           std::string &error) {
  std::vector<codegen::ModelInterface> interfaces;
  if (failed(runPipeline(module, Level::Llvm, options, &interfaces))) {
    error = "does not compile";
    return "";
  }
  interfaces.front().symbol = symbol;
  interface = interfaces.front();
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> code = compileToLLVM(module, options, interfaces, context, error);
  if (!code)
    return "";
  return codegen::emitCode(*code, *codegen::createMachine(options.target), false, error);
}

template <typename T> static void write(std::ostream &out, const T *data, size_t count) {
  out.write(reinterpret_cast<const char *>(data), std::streamsize(count * sizeof(T)));
}

static void writeData(std::ostream &out, const Case &test, const std::string &packed) {
  std::vector<int64_t> sizes = {int64_t(test.inputData.size()), int64_t(test.expected.size()),
                                test.extent};
  for (const std::vector<float> &input : test.inputData)
    sizes.push_back(int64_t(input.size()));
  for (const interpreter::Tensor &output : test.expected)
    sizes.push_back(int64_t(output.reals.size()));
  sizes.push_back(int64_t(packed.size()));
  write(out, sizes.data(), sizes.size());
  write(out, packed.data(), packed.size());
  for (const std::vector<float> &input : test.inputData)
    write(out, input.data(), input.size());
  for (const interpreter::Tensor &output : test.expected) {
    write(out, output.reals.data(), output.reals.size());
    std::vector<double> bounds = output.bounds;
    bounds.resize(output.reals.size());
    write(out, bounds.data(), bounds.size());
  }
}

std::string writeCase(Oracle &oracle, const Program &program, uint64_t seed,
                      const codegen::Target &target, const std::string &folder) {
  Case test;
  std::string error = oracle.prepare(program, seed, test);
  if (!error.empty())
    return error;
  CompileOptions options;
  options.target = target;
  options.invoke = true;
  codegen::ModelInterface interface;
  std::string stem = folder + "/" + std::to_string(seed);
  std::string code =
      compile(*test.module, options, "random_" + std::to_string(seed), interface, error);
  if (code.empty())
    return error;
  std::string packed;
  ParameterTensors parameters(test.parameters);
  if (int32_t status = codegen::packWeights(interface, parameters.tensors, packed))
    return std::string("pack: ") + lamina_status_text(status);
  std::ofstream object(stem + ".o", std::ios::binary), data(stem + ".case", std::ios::binary);
  write(object, code.data(), code.size());
  writeData(data, test, packed);
  return object.flush() && data.flush() ? "" : "cannot be written to '" + folder + "'";
}

} // namespace lamina::fuzz
