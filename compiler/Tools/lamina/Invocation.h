// One run of the tool: the options that all verbs share, and the verb that was chosen.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_INVOCATION_H
#define COMPILER_TOOLS_LAMINA_INVOCATION_H

#include "compiler/Tools/lamina/Console.h"

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace lamina::tool {

struct Invocation {
  Console console;
  bool json = false;
  std::string model;                      ///< `--model`, empty if not given
  std::vector<std::string> importFolders; ///< `-I`
  std::string libraryFolder;              ///< the standard library's
  std::string commandLine;                ///< for reproducers
  std::function<int()> action;            ///< what the verb does; set when it is chosen
};

// Each adds its verb to the command line.
void addCheck(CLI::App &app, Invocation &invocation);
void addFmt(CLI::App &app, Invocation &invocation);
void addList(CLI::App &app, Invocation &invocation);
void addShow(CLI::App &app, Invocation &invocation);
void addCompile(CLI::App &app, Invocation &invocation);
void addRun(CLI::App &app, Invocation &invocation);
void addTest(CLI::App &app, Invocation &invocation);
void addSummary(CLI::App &app, Invocation &invocation);

/// Adds a verb with its summary and two examples, and has `run` called when it is chosen.
CLI::App *addVerb(CLI::App &app, Invocation &invocation, const std::string &name,
                  const std::string &summary, const std::string &examples,
                  std::function<int()> run);

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_INVOCATION_H
