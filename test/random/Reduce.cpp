// Makes a failing program smaller.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/random/Differential.h"

namespace lamina::fuzz {

/// The first value that fails as the only output.
static Program firstFailure(const Program &program,
                            const std::function<bool(const Program &)> &fails) {
  std::vector<bool> needed = program.needed();
  for (size_t i = 0; i < program.statements.size(); ++i) {
    Program smaller = program;
    smaller.outputs = {i};
    if (needed[i] && !program.statements[i].expression.empty() && fails(smaller))
      return smaller;
  }
  return program;
}

Program reduce(Program program, const std::function<bool(const Program &)> &fails) {
  program = firstFailure(program, fails);
  for (size_t i = program.statements.size(); i-- > 0;) {
    if (!program.needed()[i] || program.statements[i].expression.empty() ||
        i == program.outputs.front())
      continue;
    Program smaller = program;
    smaller.statements[i] = {"", "", {}, program.statements[i].axes};
    if (fails(smaller))
      program = std::move(smaller);
  }
  return program;
}

} // namespace lamina::fuzz
