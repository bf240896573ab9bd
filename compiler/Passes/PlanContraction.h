// How one contraction is carried out: which operand gives rows and which lanes, and the register
// tile.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_PASSES_PLANCONTRACTION_H
#define COMPILER_PASSES_PLANCONTRACTION_H

#include "dialect/Lamina.h"

#include <string>

namespace lamina::plan {

using Names = llvm::SmallVector<std::string, 4>;

/// Moves `batch`, if it is there, to the front: samples are always the slowest axis.
void putBatchFirst(Names &names);

/// The decisions on one `lamina.dot` in its kernel.
struct Contraction {
  ir::DotOp dot;
  unsigned left = 0; ///< the operand that gives rows
  Names rows;        ///< axes of the left operand only, slowest first: one row each
  Names lanes;       ///< axes that vectors run along; one number
  Names depth;       ///< the summed axes
  Names outer;       ///< axes looped over outside of it all
  std::string leftForm = "in_place";
  std::string rightForm = "staged";
  int64_t tileRows = 1;
  int64_t tileLanes = 1;
  /// As many rows of one sample as L2 keeps of the left operand, but enough to read the weights
  /// for: more go in equal blocks of about as many.
  int64_t blockRows = 1;
  /// Over how many tiles of rows the fetch of the next panel from beyond L2 is spread; 0: none.
  int64_t ahead = 0;
  /// Of a staged left operand: the rows that are packed at once; those of one sample where the
  /// samples are among them.
  int64_t leftRows = 0;
  bool leftHasSamples = false;
  /// Whether all panels of a staged right operand are staged before the first block of rows, so
  /// that the others need not do so again.
  bool stagesWhole = false;

  mlir::Value leftOperand() const { return dot->getOperand(left); }
  mlir::Value rightOperand() const { return dot->getOperand(1 - left); }
};

/// An axis' positions in a value, one sample's: a run-time extent counts with its bound.
int64_t extentOf(mlir::Value value, llvm::StringRef name);

/// The parameter behind a value of a kernel's region, seen through views, else null.
ir::ParamOp paramBehind(mlir::Value value);

/// The dot of a contraction kernel.
ir::DotOp dotOf(ir::KernelOp kernel);

/// Chooses the sides, axes and forms. The block arguments of the kernel must have their final
/// types.
Contraction planContraction(ir::KernelOp kernel, ir::TargetAttr target);

/// The order of the dot's result in memory that suits the choice: the lane axis last where it can
/// be.
Names resultOrder(const Contraction &contraction);

/// The bytes that a thread needs beside the kernel's results: a staged panel.
int64_t scratchOf(const Contraction &contraction);

/// The bytes of a staged left operand's rows, which all threads share.
int64_t leftScratchOf(const Contraction &contraction);

/// The bytes that the panels' parts of a reduction across lanes take: those of one sample, where
/// the reduction's result has samples. Each reduction has a place of its own.
struct FoldBytes {
  int64_t fixed = 0, ofSample = 0;
};
FoldBytes foldScratchOf(const Contraction &contraction);

/// The bytes of a right operand that is staged as a whole, which all threads share.
int64_t rightScratchOf(const Contraction &contraction);

/// Panels of the right operand for one position of the outer axes.
int64_t panelCount(const Contraction &contraction);

} // namespace lamina::plan

#endif // COMPILER_PASSES_PLANCONTRACTION_H
