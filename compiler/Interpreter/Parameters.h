// Parameters of a model: given or initial.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_INTERPRETER_PARAMETERS_H
#define COMPILER_INTERPRETER_PARAMETERS_H

#include "compiler/Interpreter/Interpreter.h"

namespace lamina::interpreter {

/// The value of a parameter, stacked: from the tensors of a weight file, else from its initialiser.
llvm::Expected<Tensor> parameterOf(ir::ParamOp param, const Tensors &given, const Options &options);

} // namespace lamina::interpreter

#endif // COMPILER_INTERPRETER_PARAMETERS_H
