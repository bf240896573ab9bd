// One object with the code for several processors.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_CODEGEN_VERSIONS_H
#define COMPILER_CODEGEN_VERSIONS_H

#include "compiler/Codegen/CpuChoice.h"
#include "compiler/Codegen/Interface.h"
#include "compiler/Codegen/Target.h"

#include <memory>
#include <string>
#include <vector>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace lamina::codegen {

/// What a processor must have to run code for `target`: of all that LLVM knows of the CPU the
/// extensions that code generation uses by itself.
lamina_cpu_needs cpuNeeds(const Target &target);

/// The targets of a list of CPUs, the most capable first: wider vectors, then more extensions.
/// Empty, with `error`, where one is unknown or the triple is not x86-64.
std::vector<Target> resolveTargets(const std::string &triple, const std::vector<std::string> &cpus,
                                   std::string &error);

/// The symbol under which version `i` of a model is compiled.
std::string versionSymbol(const std::string &symbol, size_t i);

/// What the outside sees of a model of which `versions` were compiled for `targets`.
ModelInterface commonInterface(const std::vector<ModelInterface> &versions,
                               const std::vector<Target> &targets);

/// The optimised functions `M_…` of `model`, which call those of the version that the processor
/// runs. Where none does, `M_pack` and `M_run` give LAMINA_UNSUPPORTED_CPU and the others answer
/// for the last version.
std::unique_ptr<llvm::Module> makeVersionChoice(const ModelInterface &model,
                                                const std::vector<Target> &targets,
                                                llvm::LLVMContext &context, std::string &error);

} // namespace lamina::codegen

#endif // COMPILER_CODEGEN_VERSIONS_H
