// What a signal does to the tool.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_SIGNALS_H
#define COMPILER_TOOLS_LAMINA_SIGNALS_H

#include <csignal>

namespace lamina::tool {

class Reproducer;

/// SIGINT, SIGTERM and SIGHUP remove unfinished files and end the tool with 128 + their number. A
/// fatal signal, a stack overflow among them, writes `reproducer` and ends it with exit code 70. A
/// file that grows beyond its limit is a write that fails. `reproducer` must outlive the process'
/// work.
void installSignalHandlers(const Reproducer &reproducer);

/// While one lives, SIGINT, SIGTERM and SIGHUP wait.
class DeferredInterrupts {
public:
  DeferredInterrupts();
  DeferredInterrupts(const DeferredInterrupts &) = delete;
  DeferredInterrupts &operator=(const DeferredInterrupts &) = delete;
  ~DeferredInterrupts();

private:
  sigset_t before;
};

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_SIGNALS_H
