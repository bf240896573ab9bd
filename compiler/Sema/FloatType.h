// The float type of a model: that of tensors without a type of their own.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SEMA_FLOATTYPE_H
#define COMPILER_SEMA_FLOATTYPE_H

#include "compiler/Sema/Datum.h"

namespace lamina::sema {

/// The type of the model's first input that is written as a float; else f32.
inline ElementType floatTypeOf(const Callable &model) {
  for (const ast::Input &input : model.inputs())
    if (input.type.element && *input.type.element <= ElementType::F16)
      return *input.type.element;
  return ElementType::F32;
}

} // namespace lamina::sema

#endif // COMPILER_SEMA_FLOATTYPE_H
