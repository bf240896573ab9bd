// The declarations of the standard library, by full name.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_LIBRARY_H
#define COMPILER_TOOLS_LAMINA_LIBRARY_H

#include "compiler/Syntax/Parser.h"
#include "compiler/Tools/lamina/Invocation.h"

#include <string>
#include <vector>

namespace lamina::tool {

struct LibraryEntry {
  std::string name;    ///< `std.vision.mixer.Mixer_S16`; a module's own entry is `std.vision.mixer`
  std::string kind;    ///< `model`, `block`, `fn`, `let` or `module`
  std::string summary; ///< the first line of its documentation
  std::string source;  ///< with its documentation
  std::string file;
};

/// All public declarations and modules, sorted by name. Nothing, after error messages, if the
/// library is missing or damaged.
std::vector<LibraryEntry> readLibrary(const Invocation &invocation);

/// `*` is any characters; a pattern without one matches any part of the name. Letter case does not
/// matter.
bool matchesPattern(const std::string &name, const std::string &pattern);

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_LIBRARY_H
