// Interrupts leave no half-written file; crashes leave a reproducer.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Signals.h"

#include "compiler/Tools/lamina/Console.h"
#include "compiler/Tools/lamina/Reproducer.h"
#include "lamina/Output.h"

#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace lamina::tool {
namespace {

constexpr int kInterrupts[] = {SIGINT, SIGTERM, SIGHUP};
constexpr int kFatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP};
constexpr unsigned kSecondsForIR = 10;

/// A handler has no arguments of its own: what it needs can only be static.
const Reproducer *&currentReproducer() {
  static const Reproducer *current = nullptr;
  return current;
}

void say(const char *text) { (void)!::write(STDERR_FILENO, text, std::strlen(text)); }

// Handlers call only what is safe within one.

void onInterrupt(int signal) {
  runtime::removeTemporaries();
  ::_exit(128 + signal);
}

void handle(int signal, void (*handler)(int), int flags) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  ::sigaction(signal, &action, nullptr);
}

void leave(int) { ::_exit(kDefect); }

void onFatalSignal(int signal) {
  runtime::removeTemporaries();
  say("lamina: error: internal error: the compiler crashed");
  say(signal == SIGABRT ? " (abort)\n" : " (invalid memory or instruction)\n");
  const Reproducer *reproducer = currentReproducer();
  if (reproducer && reproducer->write()) {
    say("lamina: note: please report it with ");
    say(reproducer->path());
    say(", which holds the command line and the sources\n");
    // All that is sure is done. The IR helps, but printing it may crash or hang in its turn.
    for (int fatal : kFatal)
      handle(fatal, leave, 0);
    handle(SIGALRM, leave, 0);
    ::alarm(kSecondsForIR);
    reproducer->writeLate();
  }
  ::_exit(kDefect);
}

} // namespace

void installSignalHandlers(const Reproducer &reproducer) {
  currentReproducer() = &reproducer;
  // A stack of its own, so that an overflow of the main one can be reported. It lives as long as
  // the process.
  static constexpr size_t kStackBytes = 1 << 20; // printing IR takes some
  stack_t stack = {};
  stack.ss_sp = std::malloc(kStackBytes);
  stack.ss_size = kStackBytes;
  if (stack.ss_sp)
    ::sigaltstack(&stack, nullptr);
  for (int signal : kFatal)
    handle(signal, onFatalSignal, SA_ONSTACK | SA_RESETHAND | SA_NODEFER);
  for (int signal : kInterrupts) {
    // What the caller has had ignored (nohup, a shell's background job) stays so.
    struct sigaction before = {};
    ::sigaction(signal, nullptr, &before);
    if (before.sa_handler != SIG_IGN)
      handle(signal, onInterrupt, SA_RESTART);
  }
  handle(SIGXFSZ, SIG_IGN, 0);
}

DeferredInterrupts::DeferredInterrupts() {
  sigset_t interrupts;
  sigemptyset(&interrupts);
  for (int signal : kInterrupts)
    sigaddset(&interrupts, signal);
  ::pthread_sigmask(SIG_BLOCK, &interrupts, &before);
}

DeferredInterrupts::~DeferredInterrupts() { ::pthread_sigmask(SIG_SETMASK, &before, nullptr); }

} // namespace lamina::tool
