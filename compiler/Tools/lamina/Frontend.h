// Source text to checked models: what every verb begins with.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_FRONTEND_H
#define COMPILER_TOOLS_LAMINA_FRONTEND_H

#include "compiler/Sema/Sema.h"
#include "compiler/Syntax/Diagnostics.h"
#include "compiler/Syntax/Parser.h"
#include "compiler/Tools/lamina/Invocation.h"

#include <memory>
#include <optional>
#include <string>

namespace llvm::json {
class Array;
}

namespace lamina::tool {

/// Reads, parses and checks one file. Every failure is printed by `report` or at once; methods say
/// only whether they succeeded.
class Frontend {
public:
  explicit Frontend(const Invocation &invocation);

  /// Reads and loads `path` and what it imports. An empty path is an empty file: for a model of the
  /// library.
  bool load(const std::string &path);
  /// The model of `--model`, or the file's only one.
  std::optional<sema::Model> model();
  sema::Program &program() { return *checked; }
  SourceManager &sources() { return manager; }
  Diagnostics &diagnostics() { return messages; }

  /// Prints all diagnostics that were not printed yet; true if none is an error.
  bool report();

private:
  std::optional<sema::Model> instantiate(const std::string &expression);
  const Invocation &invocation;
  SourceManager manager;
  Diagnostics messages;
  std::unique_ptr<sema::Program> checked;
  std::string path;
  bool isReported = false;
};

/// The text of a source file as a file of `sources` and of the reproducer; nothing, after an error
/// message, if it cannot be read.
std::optional<uint32_t> readInto(SourceManager &sources, const std::string &path,
                                 const Invocation &invocation);

/// Diagnostics as JSON objects: severity, file, line, column, message, notes.
void appendJson(const Diagnostics &diagnostics, llvm::json::Array &list);

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_FRONTEND_H
