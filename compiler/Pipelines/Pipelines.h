// The order of the stages after IRGen, from `lamina` ops to machine code.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_PIPELINES_PIPELINES_H
#define COMPILER_PIPELINES_PIPELINES_H

#include "compiler/Codegen/Interface.h"
#include "compiler/Codegen/Target.h"

#include "mlir/IR/BuiltinOps.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace lamina {

/// How far a module is taken. Every level prints and parses again.
enum class Level {
  Lamina,  ///< inlined and simplified
  Kernels, ///< fused and planned
  Mlir,    ///< loops over flat buffers
  Llvm,    ///< the LLVM dialect
};

/// The values of parameters that may be missing from a weight file (computed frozen parameters,
/// states), row-major bytes with the stacked axes, or nothing where the parameter has none.
/// Supplied by the caller, who owns an interpreter.
using DefaultValue = std::function<std::string(mlir::Operation *param)>;

/// A defect on purpose: the pass of this name fails, or crashes, before it does anything.
struct InjectedFault {
  std::string pass;
  bool crashes = false;
};

/// What the compilation of a model depends on. Plain data; Tools binds flags to it.
struct CompileOptions {
  codegen::Target target;
  bool threads = false;      ///< OpenMP code
  bool fuse = true;          ///< false: one kernel for each op
  bool sanitize = false;     ///< AddressSanitizer in the generated code
  bool invoke = false;       ///< add M_invoke, for the JIT
  DefaultValue defaultValue; ///< may be empty: then every parameter must be in the weight file
  std::string version;       ///< of the compiler, for M_info
  std::string options;       ///< the command line's choices in words, for M_info
  std::optional<InjectedFault> fault; ///< for tests of what a defect leaves behind
};

/// Registers the dialects, interfaces and translations that compilation needs.
void registerDialects(mlir::DialectRegistry &registry);

/// Makes `lamina-compile` a pipeline of tools in the manner of mlir-opt: all passes of
/// `runPipeline` on a module that has the attribute `lamina.target`.
void registerPipelines();

/// Brings a module from IRGen into the form that the interpreter runs: applications dissolved,
/// derivatives computed.
llvm::LogicalResult makeInterpretable(mlir::ModuleOp module);

/// Takes a module from IRGen to `level`, after writing the target on it. `interfaces`, if given,
/// gets one entry for each model, read off the plan (so `level` must be beyond Lamina). Errors are
/// reported on the ops.
llvm::LogicalResult runPipeline(mlir::ModuleOp module, Level level, const CompileOptions &options,
                                std::vector<codegen::ModelInterface> *interfaces = nullptr);

/// A compiled model as LLVM IR with its C functions, optimised for the target.
std::unique_ptr<llvm::Module> compileToLLVM(mlir::ModuleOp module, const CompileOptions &options,
                                            const std::vector<codegen::ModelInterface> &interfaces,
                                            llvm::LLVMContext &context, std::string &error);

} // namespace lamina

#endif // COMPILER_PIPELINES_PIPELINES_H
