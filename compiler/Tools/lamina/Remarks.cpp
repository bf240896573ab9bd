// `lamina compile --remarks`.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Remarks.h"

#include "dialect/Lamina.h"

#include "llvm/Support/FormatVariadic.h"

namespace lamina::tool {
namespace {

std::string place(mlir::Location location) {
  auto found = location->findInstanceOf<mlir::FileLineColLoc>();
  if (!found)
    return "lamina: ";
  return llvm::formatv("{0}:{1}:{2}: ", found.getFilename().getValue(), found.getLine(),
                       found.getColumn());
}

std::string describe(ir::KernelOp kernel) {
  std::string operations;
  size_t count = 0;
  for (mlir::Operation &op : kernel.getBody().front().without_terminator())
    operations += (count++ ? ", " : "") + op.getName().stripDialect().str();
  return llvm::formatv("{0}remark: {1} operation{2} became one {3} kernel: {4}\n",
                       place(kernel.getLoc()), count, count == 1 ? "" : "s",
                       ir::stringifyKernelKind(kernel.getKind()), operations);
}

} // namespace

std::string describeKernels(mlir::ModuleOp module) {
  std::string text;
  module.walk([&](ir::KernelOp kernel) { text += describe(kernel); });
  return text;
}

} // namespace lamina::tool
