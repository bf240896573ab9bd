// Runs a model on arrays: compiled in this process, or by the reference interpreter.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_RUNNER_H
#define COMPILER_TOOLS_LAMINA_RUNNER_H

#include "compiler/Interpreter/Interpreter.h"
#include "compiler/Tools/lamina/Compilation.h"
#include "compiler/Tools/lamina/ModelWeights.h"

#include <vector>

namespace lamina::tool {

/// What a run came to: outputs in the order of the signature, or an exit code after an error
/// message.
struct RunResult {
  std::vector<runtime::Array> outputs;
  int code = kSuccess;
};

/// The batch that the inputs agree on, 1 where none has one. `-1` after an error message.
int64_t agreeOnBatch(const Invocation &invocation, const std::vector<runtime::InputSpec> &specs,
                     const std::vector<runtime::Array> &inputs);

struct RunSettings {
  int64_t batch = 1;
  int threads = 0; ///< 0: code without threads
};

/// Compiles for this machine and runs.
RunResult runCompiled(const Invocation &invocation, Compilation &compilation,
                      const ModelWeights &weights, const std::vector<runtime::Array> &inputs,
                      const RunSettings &settings);

/// Weights as the interpreter takes them.
interpreter::Tensors interpreterWeights(const ModelWeights &weights, const sema::Model &model,
                                        mlir::MLIRContext &context);

/// In double precision, op by op.
RunResult runInterpreted(const Invocation &invocation, Compilation &compilation,
                         const sema::Model &model, const ModelWeights &weights,
                         const std::vector<runtime::Array> &inputs);

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_RUNNER_H
