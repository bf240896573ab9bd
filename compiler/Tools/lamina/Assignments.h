// `NAME=FILE` on the command line.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_ASSIGNMENTS_H
#define COMPILER_TOOLS_LAMINA_ASSIGNMENTS_H

#include "compiler/Tools/lamina/Invocation.h"

#include <string>
#include <vector>

namespace lamina::tool {

/// A file for one of a model's inputs or outputs.
struct Assignment {
  size_t index = 0;
  std::string file;
};

/// What `--input`, `--output` or `--expect` may name.
struct AssignmentRules {
  const std::vector<std::string> &names;
  std::string model;
  std::string option;        ///< `input`
  std::string noun;          ///< `input` or `output`
  bool isRepeatable = false; ///< one name may have several files
};

/// Reads `words`, each `NAME=FILE`, or a file alone where there is one name only. An exit code.
int readAssignments(const Console &console, const std::vector<std::string> &words,
                    const AssignmentRules &rules, std::vector<Assignment> &assignments);

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_ASSIGNMENTS_H
