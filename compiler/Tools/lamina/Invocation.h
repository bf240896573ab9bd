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

class Reproducer;

struct Invocation {
  /// Says that the tool is at fault and leaves the reproducer; kDefect.
  int defect(const std::string &what) const;

  Console console;
  bool json = false;
  std::string model;                      ///< `--model`, empty if not given
  std::vector<std::string> importFolders; ///< `-I`
  std::string libraryFolder;              ///< the standard library's
  Reproducer *reproducer = nullptr;       ///< of this run
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
void addTrain(CLI::App &app, Invocation &invocation);
void addEval(CLI::App &app, Invocation &invocation);
void addPredict(CLI::App &app, Invocation &invocation);
void addGradcheck(CLI::App &app, Invocation &invocation);
void addBench(CLI::App &app, Invocation &invocation);
void addNew(CLI::App &app, Invocation &invocation);

/// Adds a verb with its summary and two examples, and has `run` called when it is chosen.
CLI::App *addVerb(CLI::App &app, Invocation &invocation, const std::string &name,
                  const std::string &summary, const std::string &examples,
                  std::function<int()> run);

/// Adds an option that the tool's contract names and a later version brings: using it is an error.
void addUnsupported(CLI::App &verb, const std::string &name, bool hasValue);

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_INVOCATION_H
