// Reading the axes of a tensor type by name, and making types from others.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef DIALECT_AXES_H
#define DIALECT_AXES_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"

#include <optional>
#include <string>

namespace lamina::ir {

class AxesAttr;

/// The name of the axis of samples, the one axis of unbounded run-time extent.
inline constexpr llvm::StringLiteral kBatchAxis = "batch";

/// One axis of a type, detached from its context.
struct Axis {
  mlir::StringAttr name;
  int64_t extent = 0; ///< ShapedType::kDynamic for `batch` and for bounded axes
  int64_t bound = 0;  ///< the largest extent of a bounded axis, else 0
  bool operator==(const Axis &) const = default;
  /// The extent as the user knows it: `512`, `<= 13` or `?`.
  std::string extentText() const;
};

/// The axes of a ranked tensor type, or null where the type is another or carries none.
AxesAttr axesOf(mlir::Type type);

/// The names in memory order. The type must have axes.
llvm::ArrayRef<mlir::StringAttr> axisNames(mlir::RankedTensorType type);

/// The place of the axis `name` in memory order, or nothing.
std::optional<unsigned> axisIndex(mlir::RankedTensorType type, llvm::StringRef name);
bool hasAxis(mlir::RankedTensorType type, llvm::StringRef name);

/// The extent of an axis that the type has; ShapedType::kDynamic for `batch` and bounded axes.
int64_t extentOf(mlir::RankedTensorType type, llvm::StringRef name);

/// All axes, or the one of that name (nothing if the type lacks it).
llvm::SmallVector<Axis> axisList(mlir::RankedTensorType type);
std::optional<Axis> findAxis(mlir::RankedTensorType type, llvm::StringRef name);

/// A tensor type of these axes, in this order.
mlir::RankedTensorType tensorType(llvm::ArrayRef<Axis> axes, mlir::Type element);

/// `type` without the axis `name`, which it must have; the others keep their order.
mlir::RankedTensorType withoutAxis(mlir::RankedTensorType type, llvm::StringRef name);

/// `type` with another element type.
mlir::RankedTensorType withElement(mlir::RankedTensorType type, mlir::Type element);

/// The scalar of an element type: no axes.
mlir::RankedTensorType scalarType(mlir::Type element);

} // namespace lamina::ir

#endif // DIALECT_AXES_H
