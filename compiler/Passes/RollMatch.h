// Finds the rounds of a loop that was written out: equal ops with parameters of layers that a list
// numbers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_PASSES_ROLLMATCH_H
#define COMPILER_PASSES_ROLLMATCH_H

#include "dialect/Lamina.h"

#include "llvm/ADT/DenseMap.h"

#include <optional>
#include <string>
#include <vector>

namespace lamina::roll {

/// Rounds of the same ops, one after the other in a block: `rounds[i]` applies the layer
/// `prefix.i`.
struct Rounds {
  std::string prefix;
  std::vector<std::vector<mlir::Operation *>> rounds;
};

/// All runs of applications of `prefix.0`, `prefix.1`, … that stand equally far apart. Each comes
/// once for every op that its rounds may begin with; at most one of them matches.
std::vector<Rounds> findCandidates(mlir::Block &block);

/// What an operand of the first round is in the others.
struct Slot {
  enum class Kind {
    Same,    ///< the same value in every round, or one of the round's own
    Carried, ///< the result of the round before
    Stacked, ///< the parameter of the round's layer
  } kind = Kind::Same;
  mlir::OpOperand *use = nullptr;
  mlir::Value result; ///< Carried: the value of the first round that the second one reads
  std::vector<mlir::Value> params; ///< Stacked: one a round
};

/// The parameter that `value` is: what a `lamina.param` gives, or inside of repeats the slice of
/// one that is stacked for each of them. Null if it is none.
ir::ParamOp paramOf(mlir::Value value);

/// Rounds that compute the same.
struct Match {
  std::vector<Slot> slots;
  /// The last round's values by those of the first.
  llvm::DenseMap<mlir::Value, mlir::Value> last;
};

/// Nothing where the rounds differ in anything but the layer, or where a value of a round is read
/// other than by the next one and, of the last, behind it.
std::optional<Match> match(const Rounds &rounds);

/// `path` with `prefix.0` at its beginning replaced by `prefix.*`; another path as it is.
std::string rolledPath(llvm::StringRef path, llvm::StringRef prefix);

} // namespace lamina::roll

#endif // COMPILER_PASSES_ROLLMATCH_H
