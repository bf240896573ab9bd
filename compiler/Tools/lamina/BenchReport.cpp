// The figures of `lamina bench` as a table, as JSON and as a page.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Bench.h"
#include "compiler/Tools/lamina/Table.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

#include <algorithm>
#include <numeric>

namespace lamina::tool {
namespace {

std::string microseconds(double seconds) {
  return llvm::formatv(seconds < 1e-4 ? "{0:F2}" : "{0:F1}", seconds * 1e6).str();
}

std::string percent(double share) { return llvm::formatv("{0:F0} %", share * 100).str(); }

std::string perSecond(double count, double seconds) {
  return llvm::formatv("{0:F1}", seconds > 0 ? count / seconds / 1e9 : 0).str();
}

double sum(const std::vector<double> &numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0);
}

double allFlops(const Benchmark &b) {
  double flops = 0;
  for (size_t i = 0; i < b.kernels.size(); ++i)
    flops += b.flops(i);
  return flops;
}

/// One line for a kernel: without its text, which may be long.
std::vector<std::string> figures(const Benchmark &b, size_t i) {
  const double total = sum(b.times);
  return {microseconds(b.times[i]),          percent(total > 0 ? b.times[i] / total : 0),
          perSecond(b.flops(i), b.times[i]), percent(b.shareOfPeak(b.flops(i), b.times[i])),
          perSecond(b.bytes(i), b.times[i]), percent(b.shareOfBandwidth(i))};
}

std::string shortened(const std::string &text) {
  constexpr size_t kMost = 40;
  return text.size() <= kMost ? text : text.substr(0, kMost - 1) + "…";
}

std::string summary(const Benchmark &b) {
  return llvm::formatv(
      "{0}: {1} us a call (batch {2}, {3} thread{4}, median of {5}), {6} GFLOP/s, {7} of "
      "the peak of {8} GFLOP/s\n",
      b.model, microseconds(b.seconds), b.batch, b.threads, b.threads == 1 ? "" : "s", b.rounds,
      perSecond(allFlops(b), b.seconds), percent(b.shareOfPeak(allFlops(b), b.seconds)),
      llvm::formatv("{0:F1}", b.peak.flops * b.threads / 1e9).str());
}

std::string escaped(const std::string &text) {
  std::string result;
  for (char c : text)
    result += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
  return result;
}

} // namespace

double Benchmark::shareOfPeak(double flops, double time) const {
  return time > 0 ? flops / time / (peak.flops * threads) : 0;
}

double Benchmark::shareOfBandwidth(size_t kernel) const {
  const double all = bytes(kernel) / kernels[kernel].rounds;
  return times[kernel] > 0
             ? bytes(kernel) / times[kernel] / (peak.bandwidth(all / threads) * threads)
             : 0;
}

std::string benchText(const Benchmark &b) {
  Table table(2);
  table.row({"kernel", "at", "us", "time", "GFLOP/s", "of peak", "GB/s", "of bandwidth"});
  table.line();
  for (size_t i = 0; i < b.kernels.size(); ++i) {
    std::vector<std::string> cells = figures(b, i);
    cells.insert(cells.begin(), {shortened(b.kernels[i].what), b.kernels[i].place});
    table.row(std::move(cells));
  }
  return table.print() + summary(b);
}

std::string benchJson(const Benchmark &b) {
  llvm::json::Array kernels, levels;
  for (size_t i = 0; i < b.kernels.size(); ++i)
    kernels.push_back(llvm::json::Object{{"kernel", b.kernels[i].what},
                                         {"at", b.kernels[i].place},
                                         {"seconds", b.times[i]},
                                         {"flops", b.flops(i)},
                                         {"bytes", b.bytes(i)},
                                         {"shareOfPeak", b.shareOfPeak(b.flops(i), b.times[i])},
                                         {"shareOfBandwidth", b.shareOfBandwidth(i)}});
  for (const codegen::Peak::Level &level : b.peak.levels)
    levels.push_back(
        llvm::json::Object{{"bytes", level.bytes}, {"bytesPerSecond", level.perSecond}});
  return llvm::formatv("{0:2}\n", llvm::json::Value(llvm::json::Object{
                                      {"model", b.model},
                                      {"target", b.target},
                                      {"batch", b.batch},
                                      {"threads", b.threads},
                                      {"rounds", b.rounds},
                                      {"seconds", b.seconds},
                                      {"flops", allFlops(b)},
                                      {"shareOfPeak", b.shareOfPeak(allFlops(b), b.seconds)},
                                      {"peakFlops", b.peak.flops * b.threads},
                                      {"bandwidth", std::move(levels)},
                                      {"kernels", std::move(kernels)}}))
      .str();
}

std::string benchHtml(const Benchmark &b) {
  std::string rows;
  const double longest = b.times.empty() ? 0 : *std::max_element(b.times.begin(), b.times.end());
  for (size_t i = 0; i < b.kernels.size(); ++i) {
    rows += "<tr><td title=\"" + escaped(b.kernels[i].what) + "\">" +
            escaped(shortened(b.kernels[i].what)) + "</td><td>" + escaped(b.kernels[i].place) +
            "</td>";
    for (const std::string &cell : figures(b, i))
      rows += "<td class=\"n\">" + cell + "</td>";
    const double width = longest > 0 ? 200 * b.times[i] / longest : 0;
    rows += llvm::formatv("<td><div style=\"width:{0:F0}px\"></div></td></tr>\n", width);
  }
  return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" +
         escaped(b.model) +
         "</title>\n<style>\nbody{font:14px sans-serif;margin:2em}table{border-collapse:collapse}\n"
         "td,th{padding:2px 8px;border-bottom:1px solid #ddd;text-align:left}.n{text-align:right}\n"
         "div{background:#1f77b4;height:1em}\n</style></head>\n<body><h1>" +
         escaped(b.model) + "</h1>\n<p>" + escaped(summary(b)) + "</p><p>" + escaped(b.target) +
         "</p>\n<table><tr><th>kernel</th><th>at</th><th>us</th><th>time</th><th>GFLOP/s</th>"
         "<th>of peak</th><th>GB/s</th><th>of bandwidth</th><th></th></tr>\n" +
         rows + "</table></body></html>\n";
}

} // namespace lamina::tool
