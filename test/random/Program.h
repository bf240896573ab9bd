// A program of the language as a list of statements, in a form that can be made at random and made
// smaller.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef TEST_RANDOM_PROGRAM_H
#define TEST_RANDOM_PROGRAM_H

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace lamina::fuzz {

struct Axis {
  std::string name;
  int64_t extent = 0;
  bool isBounded = false; ///< the extent is known at run time, `extent` is its bound
  bool operator==(const Axis &) const = default;
};
using Axes = std::vector<Axis>;

int64_t sizeOf(const Axes &axes);
const Axis *find(const Axes &axes, const std::string &name);

/// One value: an input, or what an expression of earlier values gives.
struct Statement {
  std::string expression; ///< `$0`, `$1`, … stand for the operands, `@` for the layer, `^` for
                          ///< itself; empty: an input
  std::string layer;      ///< what the layer is an instance of; empty without one
  std::vector<size_t> operands; ///< indices of earlier statements
  Axes axes;                    ///< of the value, without batch
};

/// A model. Statements that no output needs are not written.
struct Program {
  std::vector<Statement> statements;
  std::vector<size_t> outputs;
  int64_t bound = 0; ///< of the one axis of run-time extent; 0 where there is none

  /// Whether an output needs each statement.
  std::vector<bool> needed() const;
  std::string text() const;
};

/// A random model of some `length` statements; every type is right by construction.
Program generate(uint64_t seed, size_t length);

} // namespace lamina::fuzz

#endif // TEST_RANDOM_PROGRAM_H
