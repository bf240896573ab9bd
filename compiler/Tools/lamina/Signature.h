// What a checked model reads from files: its parameters by path and its inputs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_SIGNATURE_H
#define COMPILER_TOOLS_LAMINA_SIGNATURE_H

#include "compiler/Sema/Checked.h"
#include "lamina/ArrayFile.h"
#include "lamina/Weights.h"

#include <vector>

namespace lamina::tool {

/// A parameter, state or frozen parameter of a model, as the source has it.
struct Parameter {
  std::string path; ///< with a `*` for each `repeat` around it
  std::string role; ///< `trained`, `frozen` or `state`
  sema::Type type;  ///< the axes of the `*`s first
  bool hasInit = false;
  size_t stacked() const; ///< the number of `*`s
  int64_t count() const;  ///< of elements
};

std::vector<Parameter> parametersOf(const sema::Model &model);

/// One specification for each tensor of a weight file: `*` becomes 0, 1, ….
std::vector<runtime::ParameterSpec> expand(const std::vector<Parameter> &parameters);

std::vector<runtime::InputSpec> inputsOf(const sema::Model &model);

runtime::ElementType elementOf(ast::ElementType type);

/// Extents without a leading batch.
runtime::Shape sampleShape(const sema::Type &type);

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_SIGNATURE_H
