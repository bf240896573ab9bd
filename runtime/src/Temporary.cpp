// The files that must not outlive a command, where a signal handler can find them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Output.h"

#include <atomic>
#include <unistd.h>

namespace lamina::runtime {

/// Entries are used again but never freed, so that a handler may walk the list at any moment.
struct Temporary::Entry {
  enum State { Free, Taken, Listed };
  std::string path;
  std::atomic<int> state = Taken;
  Entry *next = nullptr;
};

namespace {

/// What a handler shares with the program can only be static.
std::atomic<Temporary::Entry *> &firstEntry() {
  static std::atomic<Temporary::Entry *> first = nullptr;
  return first;
}

Temporary::Entry *takeEntry() {
  for (Temporary::Entry *entry = firstEntry(); entry; entry = entry->next) {
    int expected = Temporary::Entry::Free;
    if (entry->state.compare_exchange_strong(expected, Temporary::Entry::Taken))
      return entry;
  }
  auto *entry = new Temporary::Entry;
  entry->next = firstEntry();
  while (!firstEntry().compare_exchange_weak(entry->next, entry)) {
  }
  return entry;
}

} // namespace

Temporary::Temporary(std::string path) : entry(takeEntry()) {
  entry->path = std::move(path);
  entry->state = Entry::Listed;
}

Temporary::~Temporary() {
  if (!entry)
    return;
  ::unlink(entry->path.c_str());
  release();
}

const std::string &Temporary::path() const {
  static const std::string none;
  return entry ? entry->path : none;
}

void Temporary::release() {
  if (entry)
    entry->state = Entry::Free;
  entry = nullptr;
}

void removeTemporaries() noexcept {
  for (const Temporary::Entry *entry = firstEntry(); entry; entry = entry->next)
    if (entry->state == Temporary::Entry::Listed)
      ::unlink(entry->path.c_str());
}

} // namespace lamina::runtime
