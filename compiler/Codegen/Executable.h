// A compiled model as a program of its own.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_CODEGEN_EXECUTABLE_H
#define COMPILER_CODEGEN_EXECUTABLE_H

#include "compiler/Codegen/Interface.h"
#include "compiler/Codegen/Target.h"

#include <memory>
#include <string>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace lamina::codegen {

/// The optimised `main` that is linked with the object of a model that holds its weights; Program.c
/// says what it does. Null, with `error`, where the model has more of something than that takes.
std::unique_ptr<llvm::Module> makeProgram(const ModelInterface &model, const Target &target,
                                          llvm::LLVMContext &context, std::string &error);

} // namespace lamina::codegen

#endif // COMPILER_CODEGEN_EXECUTABLE_H
