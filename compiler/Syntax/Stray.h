// Characters that begin no token: what to say about them, and what was probably meant.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SYNTAX_STRAY_H
#define COMPILER_SYNTAX_STRAY_H

#include <string>
#include <string_view>

namespace lamina {

/// What stands for a stray character so that the parser can go on.
enum class StrayMeaning {
  Nothing,
  And,
  Or,
  Not,
  Power,
  Quote,
  Star,
  Minus,
  Arrow,
  Compare,
  Letter
};

struct Stray {
  StrayMeaning meaning;
  std::string message;
};
Stray explainStray(std::string_view character);

/// What to write for a number with `word` right behind it.
std::string explainTouching(std::string_view number, std::string_view word);

} // namespace lamina

#endif // COMPILER_SYNTAX_STRAY_H
