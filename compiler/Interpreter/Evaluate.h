// The evaluation of each op, by family. Verified ops only: the verifiers have checked every shape.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_INTERPRETER_EVALUATE_H
#define COMPILER_INTERPRETER_EVALUATE_H

#include "compiler/Interpreter/Interpreter.h"

namespace lamina::interpreter {

using Operands = std::vector<const Tensor *>;
using Results = llvm::Expected<std::vector<Tensor>>;

/// Whether an op belongs to the family; if so, `evaluate…` gives its results.
bool isElementwise(mlir::Operation *op);
bool isReduction(mlir::Operation *op);
bool isMovement(mlir::Operation *op);
bool isIndexing(mlir::Operation *op);
bool isSelection(mlir::Operation *op);

Results evaluateElementwise(mlir::Operation *op, const Operands &operands, const Options &options);
Results evaluateReduction(mlir::Operation *op, const Operands &operands, const Options &options);
Results evaluateMovement(mlir::Operation *op, const Operands &operands, const Options &options);
Results evaluateIndexing(mlir::Operation *op, const Operands &operands, const Options &options);
Results evaluateSelection(mlir::Operation *op, const Operands &operands, const Options &options);
Tensor evaluateResize(ir::ResizeOp op, const Tensor &input, const Options &options);

/// Draws the elements of an initial value. `stream` names the parameter and the draw.
Tensor evaluateRandom(ir::RandomOp op, uint64_t seed, std::string_view stream);

/// The shape of result `index`; a run-time extent is that of the operand that has the axis.
Shape resultShape(mlir::Operation *op, const Operands &operands, unsigned index = 0);

/// One result as `Results`.
Results single(Tensor tensor);

} // namespace lamina::interpreter

#endif // COMPILER_INTERPRETER_EVALUATE_H
