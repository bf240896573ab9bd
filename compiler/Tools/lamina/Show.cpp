// `lamina show`: the source of something in the library.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Library.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include <CLI/CLI.hpp>

namespace lamina::tool {
namespace {

bool isNamed(const LibraryEntry &entry, const std::string &name) {
  return entry.name == name || entry.name.ends_with("." + name);
}

std::string printJson(const LibraryEntry &entry) {
  llvm::json::Object object{
      {"name", entry.name}, {"kind", entry.kind}, {"file", entry.file}, {"source", entry.source}};
  return llvm::formatv("{0:2}\n", llvm::json::Value(std::move(object))).str();
}

int show(const Invocation &invocation, const std::string &pattern) {
  std::vector<LibraryEntry> found = readLibrary(invocation);
  if (found.empty())
    return kBadInput;
  // A name that is right wins over longer ones that hold it.
  const bool isExact =
      std::any_of(found.begin(), found.end(), [&](auto &entry) { return isNamed(entry, pattern); });
  std::erase_if(found, [&](auto &entry) {
    return isExact ? !isNamed(entry, pattern) : !matchesPattern(entry.name, pattern);
  });
  if (found.size() == 1)
    return invocation.console.result(invocation.json ? printJson(found.front())
                                                     : found.front().source)
               ? kSuccess
               : kBadInput;
  if (found.empty()) {
    invocation.console.error("nothing in the library matches '" + pattern +
                             "'; 'lamina list --all' lists what there is");
    return kBadInput;
  }
  std::string names;
  for (size_t i = 0; i < found.size() && i < 10; ++i)
    names += (i ? ", " : "") + found[i].name;
  if (found.size() > 10)
    names += " and " + std::to_string(found.size() - 10) + " more";
  invocation.console.error("'" + pattern + "' matches " + std::to_string(found.size()) +
                           " names: " + names);
  return kBadInput;
}

} // namespace

void addShow(CLI::App &app, Invocation &invocation) {
  auto pattern = std::make_shared<std::string>();
  CLI::App *verb = addVerb(app, invocation, "show",
                           "print the source of a model, block or module of the library",
                           "  lamina show Mixer_S16\n"
                           "  lamina show std.nn.Linear\n",
                           [pattern, &invocation] { return show(invocation, *pattern); });
  verb->add_option("PATTERN", *pattern, "a name, part of one, or a pattern with '*'")->required();
}

} // namespace lamina::tool
