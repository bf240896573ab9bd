// The pass that turns planned kernels into loops.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_KERNELS_KERNELS_TD
#define COMPILER_KERNELS_KERNELS_TD

include "mlir/Pass/PassBase.td"

def EmitKernels : Pass<"lamina-emit-kernels", "mlir::ModuleOp"> {
  let summary = "Turn planned models into functions of scf, vector and memref ops";
  let description = [{
    *Requires*: every op of a model stands in a `lamina.kernel` (but params, constants and repeats), each with a plan.
    *Ensures*: no lamina op is left; a model `M` has become `@M.one` (one sample) and `@M.rows` (1 to `tile` samples).
    Where the target has threads, both take the number of the thread and the number of threads that run them together.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::func::FuncDialect", "mlir::math::MathDialect",
      "mlir::memref::MemRefDialect", "mlir::scf::SCFDialect", "mlir::omp::OpenMPDialect", "mlir::vector::VectorDialect",
      "mlir::LLVM::LLVMDialect"];
}

#endif // COMPILER_KERNELS_KERNELS_TD
