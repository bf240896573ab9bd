// Which rows of the data train and which measure.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_SPLIT_H
#define LAMINA_SPLIT_H

#include "lamina/Dataset.h"

namespace lamina::runtime {

struct SplitSpec {
  struct Part {
    std::string name;
    double fraction = 0;          ///< of random and stratified
    int64_t first = 0, last = -1; ///< of rows; -1: to the end
  };
  std::string kind = "all"; ///< all, random, stratified, rows
  std::vector<Part> parts;
  uint64_t seed = 0;
};

/// The rows of one part, ascending.
struct SplitPart {
  std::string name;
  std::vector<int64_t> rows;
};

/// Splits `rows` rows. `labels` has one i64 for each row where the kind is stratified: each part
/// gets its share of each class, rounded by the largest remainder. Without a split all rows are the
/// part `train`; files with a role for each part
/// (`ranges`) are split by these. A sample of `reach` rows lies
/// whole in its part. A part that gets no row is a failure.
Result<std::vector<SplitPart>> splitRows(const SplitSpec &spec, int64_t rows, const Array *labels,
                                         std::span<const RowRange> ranges, int64_t reach = 1);

} // namespace lamina::runtime

#endif // LAMINA_SPLIT_H
