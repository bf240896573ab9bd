// What happens when the tool itself is at fault.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_CRASHHANDLER_H
#define COMPILER_TOOLS_LAMINA_CRASHHANDLER_H

namespace lamina::tool {

/// Turns a fatal signal, a stack overflow among them, into one line on stderr and exit code 70.
void installCrashHandler();

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_CRASHHANDLER_H
