// Errors, warnings and their notes, and how a person sees them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SYNTAX_DIAGNOSTICS_H
#define COMPILER_SYNTAX_DIAGNOSTICS_H

#include "compiler/Syntax/Source.h"

#include <string>
#include <utility>
#include <vector>

namespace lamina {

enum class Severity { Error, Warning };

struct Note {
  SourceRange range;
  std::string message;
};

/// One thing that is wrong, in the user's words: lower case, no final stop, names in single quotes.
struct Diagnostic {
  Severity severity = Severity::Error;
  SourceRange range;
  std::string message;
  std::vector<Note> notes;

  Diagnostic &note(SourceRange where, std::string text) {
    notes.push_back({where, std::move(text)});
    return *this;
  }
};

/// Collects the diagnostics of a compilation. All errors of a file are kept, up to `kMaxErrors`,
/// then counted.
class Diagnostics {
public:
  static constexpr size_t kMaxErrors = 100;

  explicit Diagnostics(const SourceManager &sources) : sources(sources) {}

  /// The reference is valid until the next diagnostic is added.
  Diagnostic &error(SourceRange where, std::string message);
  Diagnostic &warning(SourceRange where, std::string message);

  bool hasErrors() const { return errorCount != 0; }
  bool hasWarnings() const { return warningCount != 0; }
  const std::vector<Diagnostic> &all() const { return list; }
  const SourceManager &sourceManager() const { return sources; }

  /// All diagnostics in source order, as `file:line:col: error: …` with the line and a caret range,
  /// notes after each. With `color`, in the manner of clang.
  std::string render(bool color) const;

private:
  const SourceManager &sources;
  std::vector<Diagnostic> list;
  Diagnostic dropped; // takes what comes after kMaxErrors
  size_t errorCount = 0;
  size_t warningCount = 0;
};

} // namespace lamina

#endif // COMPILER_SYNTAX_DIAGNOSTICS_H
