// The little that a compiler needs to know of UTF-8.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/Unicode.h"

#include <algorithm>
#include <iterator>

namespace lamina {

CodePoint decodeUtf8(std::string_view text, size_t offset) {
  constexpr CodePoint kInvalid = {0xFFFD, 1, false};
  auto byteAt = [&](size_t i) { return uint32_t(static_cast<unsigned char>(text[i])); };
  uint32_t lead = byteAt(offset);
  if (lead < 0x80)
    return {lead, 1, true};
  uint32_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || offset + length > text.size())
    return kInvalid;
  uint32_t value = lead & (0x7F >> length);
  for (uint32_t i = 1; i < length; ++i) {
    if ((byteAt(offset + i) & 0xC0) != 0x80)
      return kInvalid;
    value = value << 6 | (byteAt(offset + i) & 0x3F);
  }
  bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (overlong || surrogate || value > 0x10FFFF)
    return kInvalid;
  return {value, length, true};
}

std::optional<size_t> findInvalidUtf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    CodePoint point = decodeUtf8(text, i);
    if (!point.valid)
      return i;
    i += point.length;
  }
  return std::nullopt;
}

namespace {
struct Interval {
  uint32_t first;
  uint32_t last;
};
// Unicode's East_Asian_Width W and F, merged over unassigned gaps.
constexpr Interval kWide[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},
    {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
// Combining marks and the zero-width characters.
constexpr Interval kZero[] = {{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD},
                              {0x0610, 0x061A}, {0x064B, 0x065F}, {0x1AB0, 0x1AFF},
                              {0x1DC0, 0x1DFF}, {0x200B, 0x200F}, {0x20D0, 0x20FF},
                              {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}};

template <size_t N> bool contains(const Interval (&table)[N], uint32_t codePoint) {
  const Interval *next = std::upper_bound(
      std::begin(table), std::end(table), codePoint,
      [](uint32_t value, const Interval &interval) { return value < interval.first; });
  return next != std::begin(table) && codePoint <= (next - 1)->last;
}
} // namespace

unsigned displayWidth(uint32_t codePoint) {
  if (codePoint < 0x300)
    return 1;
  if (contains(kZero, codePoint))
    return 0;
  return contains(kWide, codePoint) ? 2 : 1;
}

} // namespace lamina
