// The names that one value's axes take in the values computed from it, element by element.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef DIALECT_AXISALIASES_H
#define DIALECT_AXISALIASES_H

#include "dialect/Axes.h"

#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"

namespace lamina::ir {

/// Follows the axes of an anchor (the result of a contraction) through renames, changes of order
/// and elementwise ops.
class AxisAliases {
public:
  explicit AxisAliases(mlir::Value anchor);

  /// Takes in a rename or elementwise op that reads a known value. False, and nothing changes,
  /// where its result has not exactly the anchor's axes or its operands disagree on which is which.
  bool follow(mlir::Operation *op);

  bool knows(mlir::Value value) const { return names.contains(value); }

  /// The name that the anchor's axis `axis` has in `value`, which must be known.
  llvm::StringRef nameIn(mlir::Value value, llvm::StringRef axis) const;

private:
  bool followRename(mlir::Operation *op);

  /// For each known value: the anchor's axis to the value's.
  llvm::DenseMap<mlir::Value, llvm::StringMap<std::string>> names;
};

} // namespace lamina::ir

#endif // DIALECT_AXISALIASES_H
