// The C functions of a compiled model, added to its LLVM module.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_CODEGEN_ABIFUNCTIONS_H
#define COMPILER_CODEGEN_ABIFUNCTIONS_H

#include "compiler/Codegen/Interface.h"

#include "lamina/abi.h"

#include "llvm/ADT/ArrayRef.h"

namespace llvm {
class Function;
class FunctionType;
class LLVMContext;
class Module;
} // namespace llvm

namespace lamina::codegen {

/// Adds `M_info`, `M_weights_bytes`, `M_pack`, `M_workspace_bytes` and `M_run` around the functions
/// `M.one` and `M.rows` of the module and links the support code in. `withInvoke` adds
/// `M_invoke(void **arguments)`, which calls `M_run` with its arguments by address: what a JIT
/// driver calls. False, with `error`, if the support code cannot be linked.
bool addAbiFunctions(llvm::Module &module, const ModelInterface &model, bool withInvoke,
                     std::string &error);

/// The type of `M_run`.
llvm::FunctionType *runType(llvm::LLVMContext &context, const ModelInterface &model);

/// Adds a function that calls `run` with its arguments by address.
llvm::Function *addInvoke(llvm::Module &module, llvm::Function &run, llvm::StringRef name);

/// Makes all but the C functions of `models` internal; what has lines of the source stays a
/// function of its own.
void makeInternal(llvm::Module &module, llvm::ArrayRef<ModelInterface> models);

/// The size of an element of a lamina_dtype.
int32_t elementBytes(int32_t dtype);

/// Does here what the model's `M_pack` does: gives a lamina_status, and the packed buffer.
int32_t packWeights(const ModelInterface &model, llvm::ArrayRef<lamina_tensor> tensors,
                    std::string &packed);

/// The text of the C header: all that a C programmer needs.
std::string printHeader(const ModelInterface &model);

} // namespace lamina::codegen

#endif // COMPILER_CODEGEN_ABIFUNCTIONS_H
