// Which ops of a block become one kernel: the decisions of lamina-fuse, before any op moves.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_PASSES_FUSEGROUPS_H
#define COMPILER_PASSES_FUSEGROUPS_H

#include "dialect/AxisAliases.h"
#include "dialect/Lamina.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace lamina::fuse {

/// What an op can be in a kernel.
enum class Role {
  Boundary,    ///< stays outside: params, large constants, repeats, terminators
  Free,        ///< copied into every kernel that reads it: scalars, positions
  View,        ///< an address computation: rename, slice, take, expand, rearrange, window
  Elementwise, ///< computes or moves each element on its own
  Contraction,
  Rowwise,
  Select,
  Scatter,
};

Role roleOf(mlir::Operation *op);

/// Roughly the vector instructions that an element of the op's result takes, without those of its
/// operands.
int64_t costOf(mlir::Operation *op);

/// Whether the op gives each element from elements at its own position, under the same names.
bool isElementByElement(mlir::Operation *op);

/// The number of elements of one sample (a run-time extent counts with its bound, `batch` with 1).
int64_t elementsOf(mlir::Type type);

/// Ops that become one kernel, in the order of the block. The kernel stands where the last one
/// stood.
struct Group {
  ir::KernelKind kind;
  mlir::Operation *anchor;
  llvm::SmallVector<mlir::Operation *> ops;
};

struct Grouping {
  llvm::SmallVector<Group> groups;
  llvm::DenseMap<mlir::Operation *, unsigned> groupOf;
  /// Ops that no memory is given to: each kernel that reads them has a copy.
  llvm::DenseSet<mlir::Operation *> copied;

  bool inOneGroup(mlir::Operation *first, mlir::Operation *second) const;
};

/// An op as remarks name it: `dot`, `exp`, `mul`.
std::string spell(mlir::Operation *op);

/// The op of `block` that is or holds `user`.
mlir::Operation *userIn(mlir::Block &block, mlir::Operation *user);

/// Lets a training step go through its batch in portions, in a repeat that adds up the sums over
/// samples, where samples do not depend on each other and a portion keeps the processor busy.
/// Requires: no kernels and no checkpoints.
void cutBatch(ir::ModelOp model, ir::TargetAttr target);

/// Cuts contractions that sum so much, over the samples of a training step, that a panel of an
/// operand would not stay in L2: into partial sums that are added. Requires: no kernels yet.
void splitLongSums(ir::ModelOp model, ir::TargetAttr target);

/// Groups the ops of one block. Without `fuse` each op is a kernel of its own.
/// Leaves true: every value of a group that is used outside is used after the group's last op.
Grouping formGroups(mlir::Block &block, bool fuse);

/// Whether the contraction can fold its values into the reduction while it has them in registers:
/// a sum, mean or extreme of floats along all axes that one operand alone brings (`batch` may be
/// left out), so that whichever operand gives the lanes, either all of them are folded or none.
/// `aliases` follow the dot's axes to the reduction's operand.
bool mayFold(ir::DotOp dot, const ir::AxisAliases &aliases, ir::ReduceOp reduce);

/// Decides for each op outside the groups whether it is copied into its readers, else makes it a
/// group of its own.
void placeRemaining(mlir::Block &block, bool fuse, Grouping &grouping);

/// The contraction that alone reads the op, through ops that give each element from elements at its
/// own position; null where there is none. It computes them while it packs the operand.
ir::DotOp prologueOf(mlir::Operation *op, const Grouping &grouping);

/// Spells out each norm that only a contraction reads: its statistics stay a kernel, the rest can
/// be the contraction's prologue.
void spellOutNorms(mlir::Block &block);

/// Moves the ops of each group, and copies of what it reads, into a lamina.kernel.
void outlineKernels(mlir::Block &block, const Grouping &grouping);

/// Makes each yielded value the result of a kernel of the block, and no other's: it has a place in
/// memory of its own.
void copyYielded(mlir::Block &block);

} // namespace lamina::fuse

#endif // COMPILER_PASSES_FUSEGROUPS_H
