// Numbers and columns as text.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_TABLE_H
#define COMPILER_TOOLS_LAMINA_TABLE_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace lamina::tool {

/// `1,234,567`
std::string grouped(int64_t number);
/// Three digits and a prefix: `1.23 G`.
std::string flopsText(double flops);
/// `1.23 MB`, in steps of 1024.
std::string bytesText(int64_t bytes);

/// Columns as wide as they need; the first `left` are set left, the others right.
class Table {
public:
  explicit Table(size_t left) : left(left) {}
  void row(std::vector<std::string> cells) { rows.push_back(std::move(cells)); }
  void line() { rows.emplace_back(); }
  std::string print() const;

private:
  std::vector<size_t> widths() const;
  size_t left;
  std::vector<std::vector<std::string>> rows;
};

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_TABLE_H
