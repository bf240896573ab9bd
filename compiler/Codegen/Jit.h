// Compiled models in this process.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_CODEGEN_JIT_H
#define COMPILER_CODEGEN_JIT_H

#include "lamina/abi.h"

#include <memory>
#include <string>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace lamina::codegen {

/// A model whose code lies in memory. The functions are those of the C ABI; they live as long as
/// this object.
class JitModel {
public:
  /// What measured code calls after each kernel: with the number that its module had as
  /// `lamina.profile`, and that of the kernel.
  using Profile = void (*)(int64_t context, int64_t kernel);

  /// Takes an optimised module with `SYMBOL_…` functions, `SYMBOL_invoke` among them. `threads` is
  /// 0 for code without threads, else how many OpenMP's runtime, which is loaded, gives the calling
  /// thread. Null, with `error`, on failure.
  static std::unique_ptr<JitModel> create(std::unique_ptr<llvm::Module> module,
                                          std::unique_ptr<llvm::LLVMContext> context,
                                          const std::string &symbol, std::string &error,
                                          int threads = 0, Profile profile = nullptr);
  ~JitModel();

  const lamina_model_info *(*info)() = nullptr;
  int64_t (*weightsBytes)() = nullptr;
  int32_t (*pack)(const lamina_tensor *tensors, int64_t n, void *packed) = nullptr;
  int64_t (*workspaceBytes)(int64_t batch) = nullptr;
  /// `run` with its arguments by address: pointers as they are (packed, inputs, outputs, workspace
  /// last), integers (batch, extents) as pointers to int64_t, in the order of `run`.
  int32_t (*invoke)(void **arguments) = nullptr;

private:
  JitModel();
  struct Engine;
  std::unique_ptr<Engine> engine;
};

} // namespace lamina::codegen

#endif // COMPILER_CODEGEN_JIT_H
