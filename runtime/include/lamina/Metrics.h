// Metrics that belong to a whole part of the data: no mean over its samples.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_METRICS_H
#define LAMINA_METRICS_H

#include <span>
#include <string>
#include <vector>

namespace lamina::runtime {

/// The metric `kind` of samples, whose values lie in one list for each value that a sample has:
/// auc   score, label  the share of pairs of a label above 0 and one of 0 in which the former has
/// the
///                     higher score; a tie counts half (Mann and Whitney 1947)
/// f1    both, predicted, actual  2 both / (predicted + actual)
/// psnr  squared error relative to the peak's square  in decibels, of the mean error
/// r2    squared error, value, squared value  1 - error / variance of the values
/// No number where the samples do not give one: labels of one kind, no variance.
double combineMetric(const std::string &kind, std::span<const std::vector<double>> values);

} // namespace lamina::runtime

#endif // LAMINA_METRICS_H
