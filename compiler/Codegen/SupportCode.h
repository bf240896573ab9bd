// The C code that becomes part of compiled models.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_CODEGEN_SUPPORTCODE_H
#define COMPILER_CODEGEN_SUPPORTCODE_H

#include <string>

namespace llvm {
class Module;
}

namespace lamina::codegen {

/// One C file of this folder, whose bitcode was embedded when Lamina was built.
enum class SupportCode { Abi, Threads, Program, CpuChoice };

/// Links in what `module` refers to, for the module's target. False, with `error`, if it does not
/// fit.
bool linkSupport(llvm::Module &module, SupportCode code, std::string &error);

} // namespace lamina::codegen

#endif // COMPILER_CODEGEN_SUPPORTCODE_H
