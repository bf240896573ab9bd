// Writing reproducers, within a signal handler if need be.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Reproducer.h"

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

namespace lamina::tool {
namespace {

/// A word as a shell takes it.
std::string quoted(std::string_view word) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789_-+=.,/:@%";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string_view::npos)
    return std::string(word);
  std::string text = "'";
  for (char c : word)
    text += c == '\'' ? "'\\''" : c == '\n' ? "'$'\\n''" : std::string(1, c);
  return text + "'";
}

bool writeAll(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::write(descriptor, text.data(), text.size());
    if (put <= 0)
      return false;
    text.remove_prefix(size_t(put));
  }
  return true;
}

} // namespace

Reproducer::Reproducer(std::string_view version, int argc, char **argv) {
  const char *folder = std::getenv("TMPDIR");
  file = std::string(folder && *folder ? folder : "/tmp") + "/lamina-" +
         std::to_string(::getpid()) + ".reproducer";
  for (int i = 0; i < argc; ++i)
    command += (i ? " " : "") + (i ? quoted(argv[i]) : "lamina");
  parts.emplace_back().text = "# lamina " + std::string(version) + "\n# " + command + "\n";
}

void Reproducer::add(std::string_view name, std::string_view text) {
  if (std::any_of(parts.begin(), parts.end(), [&](const Part &part) { return part.name == name; }))
    return;
  Part &last = parts.back();
  Part &part = parts.emplace_back();
  part.name = name;
  part.text = "#--- " + part.name + "\n" + std::string(text);
  if (!part.text.ends_with('\n'))
    part.text += '\n';
  last.next = &part;
}

bool Reproducer::write() const {
  // Never through a link that somebody else has put there.
  const int descriptor =
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (descriptor < 0)
    return false;
  bool isWritten = true;
  for (const Part *part = &parts.front(); part; part = part->next)
    isWritten &= writeAll(descriptor, part->text);
  return ::close(descriptor) == 0 && isWritten;
}

void Reproducer::writeLate() const {
  const std::string text = late ? late() : "";
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0)
    return;
  (void)writeAll(descriptor, text);
  ::close(descriptor);
}

} // namespace lamina::tool
