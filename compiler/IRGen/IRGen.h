// The entry of the IRGen stage: checked program to the lamina dialect. Decides nothing.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_IRGEN_IRGEN_H
#define COMPILER_IRGEN_IRGEN_H

#include "compiler/Sema/Checked.h"
#include "compiler/Syntax/Source.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace lamina {

/// A module with one `lamina.model` for each of `models` and one `lamina.test` for each of `tests`.
/// Every op carries the place in the source that it came from.
mlir::OwningOpRef<mlir::ModuleOp> generateIR(const std::vector<const sema::Model *> &models,
                                             const std::vector<const sema::Test *> &tests,
                                             const SourceManager &sources,
                                             mlir::MLIRContext &context);

} // namespace lamina

#endif // COMPILER_IRGEN_IRGEN_H
