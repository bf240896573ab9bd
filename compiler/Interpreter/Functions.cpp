// The elementwise functions in double precision: what the names of the dialect mean.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Interpreter/Bounds.h"

#include <cmath>

namespace lamina::interpreter {
using ir::BinaryKind;
using ir::UnaryKind;

static double signOf(double x) { return std::isnan(x) ? x : double(x > 0) - double(x < 0); }

/// log(1 + e^x) without overflow.
static double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

/// 1 / (1 + e^-x) without overflow and with its full precision for negative x.
static double sigmoid(double x) {
  double e = std::exp(-std::abs(x));
  return x < 0 ? e / (1 + e) : 1 / (1 + e);
}

double apply(UnaryKind kind, double x) {
  switch (kind) {
  case UnaryKind::Neg:
    return -x;
  case UnaryKind::Exp:
    return std::exp(x);
  case UnaryKind::Log:
    return std::log(x);
  case UnaryKind::Log1p:
    return std::log1p(x);
  case UnaryKind::Expm1:
    return std::expm1(x);
  case UnaryKind::Sqrt:
    return std::sqrt(x);
  case UnaryKind::Rsqrt:
    return 1 / std::sqrt(x);
  case UnaryKind::Abs:
    return std::abs(x);
  case UnaryKind::Sign:
    return signOf(x);
  case UnaryKind::Floor:
    return std::floor(x);
  case UnaryKind::Ceil:
    return std::ceil(x);
  case UnaryKind::Round:
    return std::nearbyint(x);
  case UnaryKind::Sin:
    return std::sin(x);
  case UnaryKind::Cos:
    return std::cos(x);
  case UnaryKind::Tan:
    return std::tan(x);
  case UnaryKind::Sinh:
    return std::sinh(x);
  case UnaryKind::Cosh:
    return std::cosh(x);
  case UnaryKind::Tanh:
    return std::tanh(x);
  case UnaryKind::Erf:
    return std::erf(x);
  case UnaryKind::Sigmoid:
    return std::isnan(x) ? x : sigmoid(x);
  case UnaryKind::Relu:
    return x < 0 ? 0 : x;
  case UnaryKind::Softplus:
    return std::isnan(x) ? x : softplus(x);
  case UnaryKind::IsNan:
    return std::isnan(x);
  case UnaryKind::Not:
    return x == 0;
  }
  llvm_unreachable("every kind is handled");
}

/// The smaller or larger of two; NaN if either is.
static double extreme(bool wantsLess, double a, double b) {
  if (std::isnan(a) || std::isnan(b))
    return std::numeric_limits<double>::quiet_NaN();
  return (wantsLess ? a < b : a > b) ? a : b;
}

double apply(BinaryKind kind, double a, double b) {
  switch (kind) {
  case BinaryKind::Add:
    return a + b;
  case BinaryKind::Sub:
    return a - b;
  case BinaryKind::Mul:
    return a * b;
  case BinaryKind::Div:
    return a / b;
  case BinaryKind::FloorDiv:
    return std::floor(a / b);
  case BinaryKind::Mod:
    return a - std::floor(a / b) * b;
  case BinaryKind::Pow:
    return std::pow(a, b);
  case BinaryKind::Min:
  case BinaryKind::Max:
    return extreme(kind == BinaryKind::Min, a, b);
  case BinaryKind::And:
  case BinaryKind::Or:
  case BinaryKind::Xor:
  case BinaryKind::ShiftLeft:
  case BinaryKind::ShiftRight:
    return std::numeric_limits<double>::quiet_NaN(); // bits of a float: no such op verifies
  default:
    return holds(kind, a, b);
  }
}

} // namespace lamina::interpreter
