// How a tensor that is a view of memory lies in it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef DIALECT_VIEW_H
#define DIALECT_VIEW_H

#include "dialect/Axes.h"

#include "mlir/IR/Operation.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>
#include <string>

namespace lamina::ir {

/// One digit of an axis' position: `extent` values, `stride` elements apart.
struct ViewPart {
  int64_t extent;
  int64_t stride;
  bool operator==(const ViewPart &) const = default;
};

/// An axis whose position, read as a mixed-radix number of its parts (slowest first), gives the
/// address. An axis that merges two axes of an image, say, has two parts; neighbours in one stride
/// are always one part.
struct ViewAxis {
  std::string name;
  llvm::SmallVector<ViewPart, 2> parts;

  int64_t extent() const;
  /// The stride of the fastest part; 0 for an axis of extent 1 or a repeated one.
  int64_t stride() const { return parts.empty() ? 0 : parts.back().stride; }
};

/// A tensor seen as memory: element `offset + sum of parts` of `root`, in elements.
struct View {
  mlir::Value root;
  int64_t offset = 0;
  llvm::SmallVector<ViewAxis> axes;

  const ViewAxis *find(llvm::StringRef name) const;
};

/// Memory of `root` in the order of its type without gaps. `batch` counts as one sample (its stride
/// is a sample's size), a run-time extent as its bound.
View denseView(mlir::Value root);

/// `tensor` seen through the renames, slices, takes, expands, windows and rearrangements between it
/// and a block argument; `start` says how a block argument lies in memory. Nothing where another op
/// stands between or an axis would need other than mixed-radix digits.
std::optional<View> traceView(mlir::Value tensor, llvm::function_ref<View(mlir::Value)> start);

/// Joins neighbouring parts of one stride and drops parts of extent 1.
void normalise(llvm::SmallVectorImpl<ViewPart> &parts);

} // namespace lamina::ir

#endif // DIALECT_VIEW_H
