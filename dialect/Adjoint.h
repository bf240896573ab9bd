// What a derivative rule reads and writes: the cotangents of one op.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef DIALECT_ADJOINT_H
#define DIALECT_ADJOINT_H

#include "dialect/TensorBuilder.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace lamina::ir {

/// The cotangents of a sweep from a value back through the ops that made it. The cotangent of a
/// value x is the derivative of the swept value by x. Its axes are those of x, of which it may lack
/// some (it is the same along them), and `extra` ones: the axes of the swept value under names that
/// no other value has. Ops align by name, so rules need not know them.
class Adjoint {
public:
  Adjoint(TensorBuilder build, llvm::ArrayRef<Axis> extra) : build(build), extra(extra) {}

  /// The cotangent of a value so far, or null.
  mlir::Value of(mlir::Value value) const { return cotangents.lookup(value); }
  /// The same with all its axes. The value must have one.
  mlir::Value full(mlir::Value value) { return full(of(value), value); }
  /// `cotangent` with all axes that one of `value` has; zeros where it is null.
  mlir::Value full(mlir::Value cotangent, mlir::Value value);

  /// Whether a derivative of `operand` is asked for.
  bool wants(mlir::Value operand) const { return active.contains(operand); }

  /// Adds to the cotangent of `operand`. `cotangent` belongs to elements with the axes of `domain`;
  /// it is summed over those that the operand lacks.
  void add(mlir::Value operand, mlir::Value cotangent, mlir::Value domain);
  /// Likewise where no axis is lacking.
  void add(mlir::Value operand, mlir::Value cotangent) { add(operand, cotangent, operand); }

  /// The sum of `cotangent` over axes of `domain`, also those that it lacks.
  mlir::Value sumOver(mlir::Value cotangent, llvm::ArrayRef<mlir::StringRef> axes,
                      mlir::Value domain);
  /// The mean over them.
  mlir::Value meanOver(mlir::Value cotangent, llvm::ArrayRef<mlir::StringRef> axes);

  /// A name for an axis inside of a rule: one that no source can spell and none of `values` has,
  /// also not after such a rule.
  static std::string freshName(llvm::StringRef word, llvm::ArrayRef<mlir::Value> values);

  TensorBuilder build;
  llvm::SmallVector<Axis> extra;
  llvm::DenseSet<mlir::Value> active; ///< values that have a derivative
  llvm::DenseMap<mlir::Value, mlir::Value> cotangents;
};

/// The names of an array of axis names.
llvm::SmallVector<mlir::StringRef> namesOf(mlir::ArrayAttr axes);

} // namespace lamina::ir

#endif // DIALECT_ADJOINT_H
