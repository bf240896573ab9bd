// Metrics of a whole part of the data.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace lamina::runtime {
namespace {

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

double sum(const std::vector<double> &values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

/// By the ranks of the positive samples, where equal scores share the mean of their ranks.
double areaUnderCurve(const std::vector<double> &scores, const std::vector<double> &labels) {
  std::vector<size_t> order(scores.size());
  std::iota(order.begin(), order.end(), size_t(0));
  if (std::any_of(scores.begin(), scores.end(), [](double s) { return std::isnan(s); }))
    return kNoNumber;
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return scores[a] < scores[b]; });
  double ranks = 0, positives = 0;
  for (size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    double tied = 0;
    for (end = begin; end < order.size() && scores[order[end]] == scores[order[begin]]; ++end)
      tied += labels[order[end]] > 0;
    ranks += tied * (double(begin + end + 1) / 2);
    positives += tied;
  }
  const double negatives = double(scores.size()) - positives;
  const double pairs = positives * negatives;
  return pairs > 0 ? (ranks - positives * (positives + 1) / 2) / pairs : kNoNumber;
}

double explainedVariance(const std::vector<double> &errors, const std::vector<double> &values,
                         const std::vector<double> &squares) {
  const double mean = sum(values) / double(values.size());
  const double variance = sum(squares) - mean * sum(values);
  return variance > 0 ? 1 - sum(errors) / variance : kNoNumber;
}

} // namespace

double combineMetric(const std::string &kind, std::span<const std::vector<double>> values) {
  if (values.empty() || values[0].empty())
    return kNoNumber;
  if (kind == "auc")
    return areaUnderCurve(values[0], values[1]);
  if (kind == "psnr")
    return -10 * std::log10(sum(values[0]) / double(values[0].size()));
  if (kind == "r2")
    return explainedVariance(values[0], values[1], values[2]);
  const double both = sum(values[1]) + sum(values[2]); // f1
  return both > 0 ? 2 * sum(values[0]) / both : kNoNumber;
}

} // namespace lamina::runtime
