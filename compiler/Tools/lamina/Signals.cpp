// Fatal signals become exit code 70.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/CrashHandler.h"

#include "compiler/Tools/lamina/Console.h"

#include <csignal>
#include <cstdlib>
#include <unistd.h>

namespace lamina::tool {
namespace {

/// Only calls that are safe within a signal handler.
void onFatalSignal(int) {
  static constexpr char kLine[] =
      "lamina: error: internal error: the compiler crashed; please report it with the command "
      "line and the file\n";
  (void)!::write(STDERR_FILENO, kLine, sizeof kLine - 1);
  ::_exit(kDefect);
}

} // namespace

void installCrashHandler() {
  // A stack of its own, so that an overflow of the main one can be reported. It lives as long as
  // the process.
  static constexpr size_t kStackBytes = 1 << 16;
  stack_t stack = {};
  stack.ss_sp = std::malloc(kStackBytes);
  stack.ss_size = kStackBytes;
  if (stack.ss_sp)
    ::sigaltstack(&stack, nullptr);
  struct sigaction action = {};
  action.sa_handler = onFatalSignal;
  action.sa_flags = SA_ONSTACK | SA_RESETHAND;
  for (int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT})
    ::sigaction(signal, &action, nullptr);
}

} // namespace lamina::tool
