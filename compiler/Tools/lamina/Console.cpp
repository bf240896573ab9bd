// Messages and results.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Console.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace lamina::tool {
namespace {

bool isColorful(int descriptor) {
  const char *noColor = std::getenv("NO_COLOR"), *terminal = std::getenv("TERM");
  return ::isatty(descriptor) && !(noColor && *noColor) &&
         !(terminal && !std::strcmp(terminal, "dumb"));
}

} // namespace

void Console::setColor(ColorMode mode) {
  errorColor = mode == ColorMode::Always || (mode == ColorMode::Auto && isColorful(STDERR_FILENO));
  resultColor = mode == ColorMode::Always || (mode == ColorMode::Auto && isColorful(STDOUT_FILENO));
}

void Console::say(std::string_view kind, std::string_view color, std::string_view message) const {
  std::string line = "lamina: ";
  if (errorColor)
    line = "\033[1mlamina: \033[" + std::string(color) + "m" + std::string(kind) +
           ":\033[0m\033[1m " + std::string(message) + "\033[0m\n";
  else
    line += std::string(kind) + ": " + std::string(message) + "\n";
  raw(line);
}

void Console::error(std::string_view message) const { say("error", "31", message); }
void Console::warning(std::string_view message) const { say("warning", "35", message); }
void Console::note(std::string_view message) const { say("note", "36", message); }

void Console::error(const runtime::Failure &failure) const {
  std::string_view message = failure.message;
  const size_t end = std::min(message.find('\n'), message.size());
  const std::string_view first = message.substr(0, end);
  if (first.find(": error: ") != std::string_view::npos)
    raw(std::string(first) + "\n");
  else
    error(first);
  if (end < message.size())
    raw(std::string(message.substr(end + 1)) + "\n");
}

void Console::raw(std::string_view text) const {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

bool Console::result(std::string_view text) const {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0)
    return true;
  error(std::string("standard output: cannot be written: ") + std::strerror(errno));
  return false;
}

} // namespace lamina::tool
