// lamina-opt: runs passes on IR in its textual form, for tests and for reading.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/Kernels.h"
#include "compiler/Passes/Passes.h"
#include "compiler/Pipelines/Pipelines.h"
#include "compiler/Tools/lamina-opt/InterpretPasses.h"

#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  lamina::registerDialects(registry);
  lamina::registerLaminaPasses();
  lamina::registerInterpretPasses();
  lamina::registerPipelines();
  lamina::kernels::registerLaminaKernelsPasses();
  mlir::registerCanonicalizerPass();
  mlir::registerCSEPass();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "the lamina optimizer\n", registry));
}
