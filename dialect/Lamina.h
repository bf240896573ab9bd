// The lamina dialect: everything a user of the dialect includes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef DIALECT_LAMINA_H
#define DIALECT_LAMINA_H

#include "dialect/Axes.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/IR/TensorEncoding.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialect/LaminaDialect.h.inc"
#include "dialect/LaminaEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialect/LaminaAttributes.h.inc"

namespace lamina::ir {
class Adjoint; // dialect/Adjoint.h
} // namespace lamina::ir

#include "dialect/LaminaInterfaces.h.inc"

#define GET_OP_CLASSES
#include "dialect/LaminaOps.h.inc"

#endif // DIALECT_LAMINA_H
