// The interpreter's values: tensors with named axes in double precision, and where their elements
// stand.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_INTERPRETER_TENSOR_H
#define COMPILER_INTERPRETER_TENSOR_H

#include "mlir/IR/BuiltinTypes.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lamina::interpreter {

/// Extents (or strides) by axis name.
using AxisMap = std::map<std::string, int64_t, std::less<>>;

/// Axes in memory order, slowest first, all extents known.
struct Shape {
  std::vector<std::string> names;
  std::vector<int64_t> extents;

  int64_t size() const;
  /// The stride of each axis, in elements.
  AxisMap strides() const;
  std::optional<size_t> find(std::string_view name) const;
  /// The extent of an axis that the shape has.
  int64_t extent(std::string_view name) const { return extents[*find(name)]; }
  void append(std::string_view name, int64_t extent);
  bool operator==(const Shape &) const = default;
};

/// A tensor. Floats are computed in double whatever their element type, integers in int64 and
/// wrapped to the width of theirs, bool is 0 or 1.
struct Tensor {
  mlir::Type element;
  Shape shape;
  std::vector<double> reals;     ///< the elements of a float type, row-major
  std::vector<int64_t> integers; ///< the elements of an integer type or bool
  /// How far a computation in the element types may be from each element, empty where it cannot be;
  /// infinite where nothing is known. For integers and bools it is 0 or infinite.
  std::vector<double> bounds;

  bool isReal() const { return mlir::isa<mlir::FloatType>(element); }
  double bound(int64_t i) const { return bounds.empty() ? 0.0 : bounds[i]; }
  /// The element as a double, for ops that take both kinds.
  double number(int64_t i) const { return isReal() ? reals[i] : double(integers[i]); }
};

/// Zeros.
Tensor makeTensor(mlir::Type element, Shape shape);

/// The shape of a type; `dynamic` gives the extents of `batch` and of bounded axes.
Shape shapeOf(mlir::RankedTensorType type, const AxisMap &dynamic);

/// For each element of `shape`, row-major: start + the sum of position * stride over its axes. An
/// axis without a stride counts for nothing, which repeats a tensor along the axes that it lacks.
std::vector<int64_t> offsetsOf(const Shape &shape, const AxisMap &strides, int64_t start = 0);

/// The elements of `input` at `sources`; `fill` where a source is negative.
Tensor pick(const Tensor &input, Shape shape, const std::vector<int64_t> &sources, double fill = 0);

/// The nearest value that an element type has: what a parameter of that type holds.
double roundTo(mlir::Type element, double value);

/// An integer modulo the width of its type.
int64_t wrapTo(mlir::Type element, int64_t value);

} // namespace lamina::interpreter

#endif // COMPILER_INTERPRETER_TENSOR_H
