// LLVM modules to optimised code: object files and assembly.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_CODEGEN_OBJECT_H
#define COMPILER_CODEGEN_OBJECT_H

#include "compiler/Codegen/Target.h"

#include <string>

namespace llvm {
class Module;
class TargetMachine;
} // namespace llvm

namespace lamina::codegen {

/// Sets the target of a module and of all its functions, before anything is linked in or optimised.
void setTarget(llvm::Module &module, const Target &target, llvm::TargetMachine &machine);

/// Optimises in place. `sanitize` adds AddressSanitizer to the generated code.
void optimize(llvm::Module &module, llvm::TargetMachine &machine, bool sanitize);

/// An ELF object, or assembly text. Empty after an error.
std::string emitCode(llvm::Module &module, llvm::TargetMachine &machine, bool assembly,
                     std::string &error);

} // namespace lamina::codegen

#endif // COMPILER_CODEGEN_OBJECT_H
