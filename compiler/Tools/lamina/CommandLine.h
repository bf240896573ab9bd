// From the words of the command line to an exit code.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_COMMANDLINE_H
#define COMPILER_TOOLS_LAMINA_COMMANDLINE_H

namespace lamina::tool {

class Reproducer;

/// Runs the verb that the arguments name. Never throws.
int runTool(int argc, char **argv, Reproducer &reproducer);

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_COMMANDLINE_H
