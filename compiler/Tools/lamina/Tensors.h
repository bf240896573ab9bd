// The interpreter's tensors as arrays and back.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_TENSORS_H
#define COMPILER_TOOLS_LAMINA_TENSORS_H

#include "compiler/Interpreter/Tensor.h"
#include "lamina/Array.h"

namespace lamina::tool {

runtime::ElementType elementOf(mlir::Type type);
mlir::Type typeOf(runtime::ElementType type, mlir::MLIRContext &context);

/// Elements rounded to the tensor's element type, axes in its order.
runtime::Result<runtime::Array> toArray(const interpreter::Tensor &tensor);
/// `axes` names the axes of `array`.
interpreter::Tensor toTensor(const runtime::Array &array, std::vector<std::string> axes,
                             mlir::MLIRContext &context);

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_TENSORS_H
