// Random, stratified and given splits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Split.h"

#include "lamina/Random.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace lamina::runtime {
namespace {

std::vector<int64_t> ascending(int64_t first, int64_t last) {
  std::vector<int64_t> rows(size_t(last - first));
  std::iota(rows.begin(), rows.end(), first);
  return rows;
}

/// How many of `count` rows each part gets: the floor of its share, and the rest by the largest
/// remainder.
std::vector<int64_t> shares(const SplitSpec &spec, int64_t count) {
  std::vector<int64_t> sizes;
  std::vector<double> rests;
  double sum = 0;
  int64_t given = 0;
  for (const SplitSpec::Part &part : spec.parts) {
    const double share = part.fraction * double(count);
    sizes.push_back(int64_t(std::floor(share + 1e-9)));
    rests.push_back(share - double(sizes.back()));
    given += sizes.back();
    sum += part.fraction;
  }
  const auto wanted = int64_t(std::llround(std::min(sum, 1.0) * double(count)));
  for (; given < wanted; ++given) {
    const auto most = std::max_element(rests.begin(), rests.end()) - rests.begin();
    ++sizes[size_t(most)];
    rests[size_t(most)] = -1;
  }
  return sizes;
}

void deal(const SplitSpec &spec, std::span<const int64_t> rows, uint64_t stream,
          std::vector<SplitPart> &parts) {
  const std::vector<int64_t> order = permutation(int64_t(rows.size()), spec.seed, stream);
  const std::vector<int64_t> sizes = shares(spec, int64_t(rows.size()));
  size_t next = 0;
  for (size_t p = 0; p < parts.size(); ++p)
    for (int64_t i = 0; i < sizes[p]; ++i)
      parts[p].rows.push_back(rows[size_t(order[next++])]);
}

} // namespace

Result<std::vector<SplitPart>> splitRows(const SplitSpec &spec, int64_t rows, const Array *labels,
                                         std::span<const RowRange> ranges, int64_t reach) {
  std::vector<SplitPart> parts;
  const auto starts = [&](int64_t first, int64_t last) { // windows that lie whole in a range
    return ascending(first, std::max(first, last - reach + 1));
  };
  if (!ranges.empty() && spec.kind != "all")
    return Failure{"the files are split into parts already; 'split' would do it again"};
  for (const RowRange &range : ranges)
    parts.push_back({range.name, starts(range.first, range.last)});
  if (ranges.empty() && spec.kind == "all")
    parts.push_back({"train", starts(0, rows)});
  for (const SplitSpec::Part &part : spec.parts) {
    parts.push_back({part.name, {}});
    const int64_t last = part.last < 0 ? rows : part.last;
    if (spec.kind == "rows" && (part.first > rows || last > rows))
      return Failure{"the part '" + part.name + "' of the split ends at row " +
                     std::to_string(last) + ", but there are " + std::to_string(rows)};
    if (spec.kind == "rows")
      parts.back().rows = starts(part.first, last);
  }
  if (spec.kind == "random")
    deal(spec, ascending(0, rows), 0, parts);
  if (spec.kind == "stratified") {
    std::map<int64_t, std::vector<int64_t>> classes;
    for (int64_t i = 0; i < rows; ++i)
      classes[labels->as<int64_t>()[i]].push_back(i);
    for (const auto &[label, members] : classes)
      deal(spec, members, uint64_t(label), parts);
  }
  for (SplitPart &part : parts) {
    std::sort(part.rows.begin(), part.rows.end());
    if (part.rows.empty())
      return Failure{"the part '" + part.name + "' of the split gets none of the " +
                     std::to_string(rows) + " rows"};
  }
  return parts;
}

} // namespace lamina::runtime
