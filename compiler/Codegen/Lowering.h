// Upstream dialects to an LLVM module.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_CODEGEN_LOWERING_H
#define COMPILER_CODEGEN_LOWERING_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"

#include <memory>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace lamina::codegen {

/// scf, vector, memref, arith, math and func (and omp) to the LLVM dialect. Memrefs in signatures
/// are static and become bare pointers.
void buildLoweringPipeline(mlir::OpPassManager &manager);

/// Registers what translateToLLVM needs.
void registerTranslations(mlir::DialectRegistry &registry);

/// A lowered module as LLVM IR; null after an error, which is reported on the module.
std::unique_ptr<llvm::Module> translateToLLVM(mlir::ModuleOp module, llvm::LLVMContext &context);

} // namespace lamina::codegen

#endif // COMPILER_CODEGEN_LOWERING_H
