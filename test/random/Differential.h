// Compiles a program and compares it with the interpreter.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef TEST_RANDOM_DIFFERENTIAL_H
#define TEST_RANDOM_DIFFERENTIAL_H

#include "test/random/Oracle.h"

#include "compiler/Codegen/Target.h"

#include <functional>

namespace lamina::fuzz {

/// Runs programs in the interpreter with derived error bounds and as compiled code, with fusion and
/// without, for the batches 1, 5 and 64. Elements that the interpreter has no bound for (a
/// comparison that rounding may turn) are not compared.
class Differential {
public:
  explicit Differential(std::string libraryFolder);

  /// What differs, or does not compile, in one line; empty if all agree. Parameters and inputs come
  /// from `seed`.
  std::string check(const Program &program, uint64_t seed);

  /// Elements compared so far, and elements without a bound.
  int64_t compared = 0, unbounded = 0;

private:
  Oracle oracle;
  codegen::Target target;
};

/// A smaller program for which `fails` holds too: fewer outputs, and values of the middle made
/// inputs.
Program reduce(Program program, const std::function<bool(const Program &)> &fails);

} // namespace lamina::fuzz

#endif // TEST_RANDOM_DIFFERENTIAL_H
