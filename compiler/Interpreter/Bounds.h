// How far a computation in the program's element types may be from the interpreter's. One rule for
// each elementwise op.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_INTERPRETER_BOUNDS_H
#define COMPILER_INTERPRETER_BOUNDS_H

#include "dialect/Lamina.h"

#include <limits>

namespace lamina::interpreter {

inline constexpr double kUnknown = std::numeric_limits<double>::infinity();

/// A value and how far from it the computed one may be.
struct Approximate {
  double value = 0;
  double bound = 0;
};

/// The unit roundoff of an element type: 2^-24 for f32; 0 for integers.
double roundoff(mlir::Type element);

/// The bound after rounding a result to `element`, `units` units in the last place off:
/// `propagated` plus 2 * units * u * |value|; kUnknown where the rounded value may overflow.
double rounded(double propagated, double value, double units, mlir::Type element);

/// How far f of a value within x.bound of x.value may be from f(x.value) before rounding.
double propagate(ir::UnaryKind kind, Approximate x);
double propagate(ir::BinaryKind kind, Approximate a, Approximate b);

/// How many units in the last place an elementary function may be off in compiled code.
double unitsOf(ir::UnaryKind kind);
double unitsOf(ir::BinaryKind kind, double a, double b);

/// Whether a comparison holds.
template <typename T> bool holds(ir::BinaryKind kind, T a, T b) {
  switch (kind) {
  case ir::BinaryKind::Eq:
    return a == b;
  case ir::BinaryKind::Ne:
    return a != b;
  case ir::BinaryKind::Lt:
    return a < b;
  case ir::BinaryKind::Le:
    return a <= b;
  case ir::BinaryKind::Gt:
    return a > b;
  case ir::BinaryKind::Ge:
    return a >= b;
  default:
    llvm_unreachable("not a comparison");
  }
}

/// f(x) in double; NaN where f has no value.
double apply(ir::UnaryKind kind, double x);
double apply(ir::BinaryKind kind, double a, double b);

} // namespace lamina::interpreter

#endif // COMPILER_INTERPRETER_BOUNDS_H
