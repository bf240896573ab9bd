// All that is needed to see a defect again, in one file.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_REPRODUCER_H
#define COMPILER_TOOLS_LAMINA_REPRODUCER_H

#include <atomic>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

namespace lamina::tool {

/// The command line and every source that was read, kept in memory so that a signal handler can
/// write them. The file is text that LLVM's `split-file` takes apart:
/// ```
/// # lamina 0.1.0
/// # lamina compile net.lam
/// #--- net.lam
/// …
/// #--- before-passes.mlir
/// // lamina-opt --lamina-compile before-passes.mlir
/// …
/// ```
class Reproducer {
public:
  Reproducer(std::string_view version, int argc, char **argv);

  /// Adds a part; a name that is there already is passed over.
  void add(std::string_view name, std::string_view text);
  /// Writes the file; false where it cannot be written or was written already. Safe within a signal
  /// handler.
  bool write() const;
  /// Appends what only code that may itself crash can tell (the IR, from within a crash); does
  /// nothing where nothing is set. The handler of a fatal signal calls it last of all.
  void writeLate() const;
  std::function<std::string()> late;
  /// In the folder of temporary files.
  const char *path() const { return file.c_str(); }
  const std::string &commandLine() const { return command; }

private:
  struct Part {
    std::string name;
    std::string text;
    std::atomic<const Part *> next = nullptr;
  };
  std::string file, command;
  std::deque<Part> parts; ///< the links, not the container, are what a handler follows
};

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_REPRODUCER_H
