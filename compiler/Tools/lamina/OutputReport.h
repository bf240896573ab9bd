// What `lamina run` tells of the outputs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_OUTPUTREPORT_H
#define COMPILER_TOOLS_LAMINA_OUTPUTREPORT_H

#include "compiler/Tools/lamina/Assignments.h"
#include "compiler/Tools/lamina/Invocation.h"
#include "lamina/Array.h"

#include <string>
#include <vector>

namespace lamina::tool {

/// The outputs of a run and their names.
struct NamedOutputs {
  const std::vector<std::string> &names;
  const std::vector<runtime::Array> &arrays;
};

/// Name, type, shape and values, as text or as JSON.
std::string printOutputs(const NamedOutputs &outputs, bool json);

/// Compares outputs with the files that `checks` names and tells the largest errors; an exit code.
int compareOutputs(const Invocation &invocation, const NamedOutputs &outputs,
                   const std::vector<Assignment> &checks, double tolerance);

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_OUTPUTREPORT_H
