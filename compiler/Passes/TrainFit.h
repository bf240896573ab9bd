// Programs that learn states from many samples, cut into passes over batches of them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_PASSES_TRAINFIT_H
#define COMPILER_PASSES_TRAINFIT_H

#include "dialect/Lamina.h"

#include <optional>
#include <vector>

namespace lamina::train {

/// What a pass leaves of a batch: sums and the like over its samples, which those of other batches
/// are merged with.
struct FitPart {
  ir::ReduceKind kind; ///< sum, prod, max, min, any or all
};

/// How many passes over the samples an inlined program takes before its last part, which needs
/// none; nothing where it needs all samples at once, as with `sort` along the batch.
std::optional<size_t> countFitPasses(ir::ModelOp model);

/// Makes of the program that of its pass `pass`, for batches of `batch` samples out of `rows`; of
/// the last one where `pass` is their number. Outputs of a pass, and the inputs that later ones
/// have for them, are called by numbers. Requires: `countFitPasses` gives a number.
std::vector<FitPart> cutFitPass(ir::ModelOp model, size_t pass, int64_t batch, int64_t rows);

} // namespace lamina::train

#endif // COMPILER_PASSES_TRAINFIT_H
