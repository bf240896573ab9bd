// Sets tables.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Table.h"

#include <algorithm>
#include <cstdio>

namespace lamina::tool {

std::string grouped(int64_t number) {
  std::string text = std::to_string(number);
  for (int64_t i = int64_t(text.size()) - 3; i > 0; i -= 3)
    text.insert(size_t(i), ",");
  return text;
}

static std::string scaled(double number, double step, const char *unit) {
  static constexpr const char *kPrefixes[] = {"", "K", "M", "G", "T", "P"};
  size_t prefix = 0;
  while (number >= step && prefix < 5) {
    number /= step;
    ++prefix;
  }
  const char *format = prefix == 0 ? "%.0f" : number < 10 ? "%.2f" : number < 100 ? "%.1f" : "%.0f";
  char text[32];
  std::snprintf(text, sizeof text, format, number);
  return std::string(text) + " " + kPrefixes[prefix] + unit;
}

std::string flopsText(double flops) { return scaled(flops, 1000, ""); }
std::string bytesText(int64_t bytes) { return scaled(double(bytes), 1024, "B"); }

std::vector<size_t> Table::widths() const {
  std::vector<size_t> widths;
  for (const auto &cells : rows) {
    widths.resize(std::max(widths.size(), cells.size()));
    for (size_t i = 0; i < cells.size(); ++i)
      widths[i] = std::max(widths[i], cells[i].size());
  }
  return widths;
}

std::string Table::print() const {
  const std::vector<size_t> widths = this->widths();
  size_t total = 2 * (widths.size() - 1);
  for (size_t width : widths)
    total += width;
  std::string text;
  for (const auto &cells : rows) {
    std::string line = cells.empty() ? std::string(total, '-') : "";
    for (size_t i = 0; i < cells.size(); ++i) {
      const std::string blank(widths[i] - cells[i].size(), ' ');
      line += (i ? "  " : "") + (i < left ? cells[i] + blank : blank + cells[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

} // namespace lamina::tool
