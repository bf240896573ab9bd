// `lamina list`: the library's models.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Library.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include <CLI/CLI.hpp>

namespace lamina::tool {
namespace {

struct ListOptions {
  std::string pattern = "*";
  bool all = false;
};

std::string printTable(const std::vector<LibraryEntry> &entries, bool withKind) {
  size_t width = 0;
  for (const LibraryEntry &entry : entries)
    width = std::max(width, entry.name.size());
  std::string text;
  for (const LibraryEntry &entry : entries) {
    std::string line = withKind ? entry.kind + std::string(7 - entry.kind.size(), ' ') : "";
    line += entry.name;
    if (!entry.summary.empty())
      line += std::string(width - entry.name.size() + 2, ' ') + entry.summary;
    text += line + "\n";
  }
  return text;
}

std::string printJson(const std::vector<LibraryEntry> &entries) {
  llvm::json::Array list;
  for (const LibraryEntry &entry : entries)
    list.push_back(llvm::json::Object{{"name", entry.name},
                                      {"kind", entry.kind},
                                      {"summary", entry.summary},
                                      {"file", entry.file}});
  return llvm::formatv("{0:2}\n", llvm::json::Value(std::move(list))).str();
}

int list(const Invocation &invocation, const ListOptions &options) {
  std::vector<LibraryEntry> entries = readLibrary(invocation);
  if (entries.empty())
    return kBadInput;
  std::erase_if(entries, [&](const LibraryEntry &entry) {
    const bool isWanted = entry.kind == "model" || (options.all && entry.kind != "module");
    return !isWanted || !matchesPattern(entry.name, options.pattern);
  });
  if (entries.empty()) {
    invocation.console.error("nothing in the library matches '" + options.pattern + "'" +
                             (options.all ? "" : "; --all lists blocks and functions too"));
    return kBadInput;
  }
  return invocation.console.result(invocation.json ? printJson(entries)
                                                   : printTable(entries, options.all))
             ? kSuccess
             : kBadInput;
}

} // namespace

void addList(CLI::App &app, Invocation &invocation) {
  auto options = std::make_shared<ListOptions>();
  CLI::App *verb = addVerb(app, invocation, "list", "list the library's models",
                           "  lamina list\n"
                           "  lamina list --all 'std.nn.*'\n",
                           [options, &invocation] { return list(invocation, *options); });
  verb->add_option("PATTERN", options->pattern, "part of a name, or a pattern with '*'");
  verb->add_flag("--all", options->all, "blocks, functions and constants too");
}

} // namespace lamina::tool
