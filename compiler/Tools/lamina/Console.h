// How the tool speaks: results on stdout, everything else on stderr, colour where it helps.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_CONSOLE_H
#define COMPILER_TOOLS_LAMINA_CONSOLE_H

#include "lamina/Result.h"

#include <string>
#include <string_view>

namespace lamina::tool {

/// What a command ends with.
enum ExitCode { kSuccess = 0, kBadInput = 1, kBadUsage = 2, kDefect = 70 };

enum class ColorMode { Auto, Always, Never };

/// stdout and stderr. `Auto` colours a terminal unless NO_COLOR is set or TERM is `dumb`.
class Console {
public:
  void setColor(ColorMode mode);
  bool colorsErrors() const { return errorColor; }
  bool colorsResults() const { return resultColor; }

  /// `lamina: error: message`
  void error(std::string_view message) const;
  /// A failure of the runtime: its first line as an error (unless it brings its own place), the
  /// others as they are.
  void error(const runtime::Failure &failure) const;
  void warning(std::string_view message) const;
  void note(std::string_view message) const;
  /// Text for stderr as it is.
  void raw(std::string_view text) const;
  /// A result. False, after an error message, where stdout cannot be written.
  bool result(std::string_view text) const;

private:
  void say(std::string_view kind, std::string_view color, std::string_view message) const;
  bool errorColor = false;
  bool resultColor = false;
};

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_CONSOLE_H
