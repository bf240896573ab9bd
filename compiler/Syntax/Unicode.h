// The little that a compiler needs to know of UTF-8: is it well formed, and how wide is it on a
// terminal.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SYNTAX_UNICODE_H
#define COMPILER_SYNTAX_UNICODE_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace lamina {

/// The code point that begins at `offset`, and its length in bytes. Ill-formed input (a stray or
/// missing continuation, an overlong form, a surrogate, beyond U+10FFFF) gives U+FFFD, length 1 and
/// `valid` false.
struct CodePoint {
  uint32_t value;
  uint32_t length;
  bool valid;
};
CodePoint decodeUtf8(std::string_view text, size_t offset);

/// The offset of the first byte that is not UTF-8.
std::optional<size_t> findInvalidUtf8(std::string_view text);

/// Columns on a terminal: 0 for combining marks, 2 for East Asian wide and emoji, else 1.
unsigned displayWidth(uint32_t codePoint);

} // namespace lamina

#endif // COMPILER_SYNTAX_UNICODE_H
