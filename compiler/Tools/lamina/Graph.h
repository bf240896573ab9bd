// The layers of a model as a picture.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_GRAPH_H
#define COMPILER_TOOLS_LAMINA_GRAPH_H

#include "compiler/Sema/Checked.h"

#include <string>

namespace lamina::tool {

/// The outermost layers and ops of a model and the values between them, in Graphviz' language.
std::string printGraph(const sema::Model &model);

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_GRAPH_H
