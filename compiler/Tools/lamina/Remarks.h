// What the compiler made of the operations of a model, and why.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_REMARKS_H
#define COMPILER_TOOLS_LAMINA_REMARKS_H

#include "compiler/Tools/lamina/Console.h"

#include "mlir/IR/BuiltinOps.h"

#include <string>

namespace lamina::tool {

/// While one lives, each decision of a pass is printed as `FILE:LINE:COL: remark: …`.
class RemarkPrinter {
public:
  RemarkPrinter(mlir::MLIRContext &context, const Console &console);
  RemarkPrinter(const RemarkPrinter &) = delete;
  RemarkPrinter &operator=(const RemarkPrinter &) = delete;
  ~RemarkPrinter();

private:
  mlir::MLIRContext &context;
};

/// One remark for each kernel of a fused module, with the operations that became its one loop nest.
std::string describeKernels(mlir::ModuleOp module);

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_REMARKS_H
