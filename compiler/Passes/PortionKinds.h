// What the values of a training step are to the samples of its batch.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_PASSES_PORTIONKINDS_H
#define COMPILER_PASSES_PORTIONKINDS_H

#include "dialect/Lamina.h"

#include "llvm/ADT/DenseMap.h"

namespace lamina::portions {

/// In the order in which an operand decides about a result.
enum class Kind {
  Same,   ///< does not depend on samples
  Sample, ///< has their axis; each position depends on its own sample alone
  Part,   ///< a sum over samples: that of a batch is the sum of those of its portions
  Late,   ///< depends on the whole batch
};

/// Whether an op has an operand or a result along the axis of samples.
bool touchesSamples(mlir::Operation *op);

/// The kinds of all values of a step's body, those inside of repeats too.
class Kinds {
public:
  explicit Kinds(ir::ModelOp model);

  Kind of(mlir::Value value) const { return kinds.lookup(value); }
  /// Whether an op of the model's body gives the same for portions as for the whole batch.
  bool goesInPortions(mlir::Operation *op) const;

private:
  void visit(mlir::Operation *op, bool inRepeat);
  Kind kindOf(mlir::Operation *op, bool inRepeat) const;
  bool visitRepeat(ir::RepeatOp repeat);
  bool visitBody(ir::RepeatOp repeat);

  llvm::DenseMap<mlir::Value, Kind> kinds; ///< Same, where there is none
};

} // namespace lamina::portions

#endif // COMPILER_PASSES_PORTIONKINDS_H
