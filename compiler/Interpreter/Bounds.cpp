// The rounding-error rules of the elementwise ops.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Interpreter/Bounds.h"

#include "llvm/ADT/APFloat.h"

#include <algorithm>
#include <cmath>

namespace lamina::interpreter {
using ir::BinaryKind;
using ir::UnaryKind;

double roundoff(mlir::Type element) {
  auto type = mlir::dyn_cast<mlir::FloatType>(element);
  return type ? std::ldexp(1.0, -int(type.getFPMantissaWidth())) : 0.0;
}

/// The largest finite value and the smallest normal one.
static std::pair<double, double> rangeOf(mlir::FloatType type) {
  auto number = [](llvm::APFloat value) {
    bool losesInfo = false;
    value.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven, &losesInfo);
    return value.convertToDouble();
  };
  const llvm::fltSemantics &semantics = type.getFloatSemantics();
  return {number(llvm::APFloat::getLargest(semantics)),
          number(llvm::APFloat::getSmallestNormalized(semantics))};
}

double rounded(double propagated, double value, double units, mlir::Type element) {
  auto type = mlir::dyn_cast<mlir::FloatType>(element);
  if (!type || units == 0 || !std::isfinite(value))
    return propagated;
  auto [largest, smallest] = rangeOf(type);
  double bound =
      propagated + 2 * units * roundoff(element) * std::abs(value) + smallest * roundoff(element);
  return std::abs(value) + bound < largest ? bound : kUnknown;
}

/// The larger distance of f at the two ends of the interval; right for monotone f.
static double atEnds(UnaryKind kind, Approximate x) {
  double y = apply(kind, x.value);
  double low = apply(kind, x.value - x.bound), high = apply(kind, x.value + x.bound);
  return std::isnan(low) || std::isnan(high) ? kUnknown
                                             : std::max(std::abs(y - low), std::abs(high - y));
}

double propagate(UnaryKind kind, Approximate x) {
  if (x.bound == 0)
    return 0;
  if (!std::isfinite(x.bound) || !std::isfinite(x.value))
    return kUnknown;
  switch (kind) {
  case UnaryKind::Abs:
    return x.bound;
  case UnaryKind::Sin:
  case UnaryKind::Cos:
    return std::min(x.bound, 2.0);
  case UnaryKind::Cosh:
    return std::abs(x.value) > x.bound ? atEnds(kind, x)
                                       : std::cosh(std::abs(x.value) + x.bound) - 1;
  case UnaryKind::Tan: {
    // Monotone between two poles only.
    auto branch = [](double v) { return std::floor(v / M_PI + 0.5); };
    return branch(x.value - x.bound) == branch(x.value + x.bound) ? atEnds(kind, x) : kUnknown;
  }
  case UnaryKind::Not:
  case UnaryKind::IsNan:
    return kUnknown;
  default:
    return atEnds(kind, x);
  }
}

static double propagateDivision(Approximate a, Approximate b) {
  double least = std::abs(b.value) - b.bound;
  return least <= 0 ? kUnknown : (a.bound + std::abs(a.value / b.value) * b.bound) / least;
}

/// floor(a / b) and what is left of a: exact only where the quotient stays between two integers.
static double propagateFloored(BinaryKind kind, Approximate a, Approximate b) {
  double q = a.value / b.value, slack = propagateDivision(a, b) + std::abs(q) * 0x1p-22;
  if (!(std::floor(q - slack) == std::floor(q + slack)))
    return kUnknown;
  return kind == BinaryKind::FloorDiv
             ? 0
             : a.bound + std::abs(std::floor(q)) * b.bound + std::abs(a.value) * 0x1p-22;
}

static double propagatePower(Approximate a, Approximate b) {
  if (a.value - a.bound <= 0)
    return kUnknown;
  double y = std::pow(a.value, b.value), most = 0;
  for (double base : {a.value - a.bound, a.value + a.bound})
    for (double exponent : {b.value - b.bound, b.value + b.bound})
      most = std::max(most, std::abs(std::pow(base, exponent) - y));
  return most;
}

double propagate(BinaryKind kind, Approximate a, Approximate b) {
  bool isExact = a.bound == 0 && b.bound == 0;
  if (isExact && kind != BinaryKind::FloorDiv && kind != BinaryKind::Mod)
    return 0;
  if (!std::isfinite(a.bound + b.bound))
    return kUnknown;
  switch (kind) {
  case BinaryKind::Add:
  case BinaryKind::Sub:
    return a.bound + b.bound;
  case BinaryKind::Mul:
    return std::abs(a.value) * b.bound + std::abs(b.value) * a.bound + a.bound * b.bound;
  case BinaryKind::Div:
    return propagateDivision(a, b);
  case BinaryKind::FloorDiv:
  case BinaryKind::Mod:
    return propagateFloored(kind, a, b);
  case BinaryKind::Pow:
    return propagatePower(a, b);
  case BinaryKind::Min:
  case BinaryKind::Max:
    return std::max(a.bound, b.bound);
  case BinaryKind::Eq:
  case BinaryKind::Ne:
  case BinaryKind::Lt:
  case BinaryKind::Le:
  case BinaryKind::Gt:
  case BinaryKind::Ge:
    return std::abs(a.value - b.value) > a.bound + b.bound ? 0 : kUnknown;
  default:
    return kUnknown;
  }
}

double unitsOf(UnaryKind kind) {
  switch (kind) {
  case UnaryKind::Neg:
  case UnaryKind::Abs:
  case UnaryKind::Sign:
  case UnaryKind::Floor:
  case UnaryKind::Ceil:
  case UnaryKind::Round:
  case UnaryKind::Relu:
  case UnaryKind::Not:
  case UnaryKind::IsNan:
    return 0;
  case UnaryKind::Sqrt:
    return 0.5;
  case UnaryKind::Rsqrt:
    return 2;
  default:
    return 4;
  }
}

double unitsOf(BinaryKind kind, double a, double b) {
  switch (kind) {
  case BinaryKind::Add:
  case BinaryKind::Sub:
  case BinaryKind::Mul:
  case BinaryKind::Div:
    return 0.5;
  case BinaryKind::Mod:
    return 1;
  case BinaryKind::Pow:
    // exp(b log a): the rounding of the exponent grows with its size.
    return 4 + 2 * std::abs(b * std::log(std::abs(a) + 1e-300));
  default:
    return 0;
  }
}

} // namespace lamina::interpreter
