// Reads the standard library's folder.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Library.h"

#include "compiler/Tools/lamina/Frontend.h"

#include <algorithm>
#include <filesystem>

namespace lamina::tool {
namespace {

namespace fs = std::filesystem;

struct Identity {
  std::string kind;
  std::string name;
};

Identity identityOf(const ast::Decl &decl) {
  if (auto *model = decl.as<ast::ModelDecl>())
    return {"model", model->name.text};
  if (auto *block = decl.as<ast::BlockDecl>())
    return {"block", block->name.text};
  if (auto *fn = decl.as<ast::FnDecl>())
    return {"fn", fn->name.text};
  if (auto *let = decl.as<ast::LetDecl>())
    return {"let", let->name.text};
  return {};
}

std::string firstLine(const std::vector<std::string> &doc) {
  std::string line = doc.empty() ? "" : doc.front();
  const size_t begin = line.find_first_not_of("/ ");
  return begin == std::string::npos ? "" : line.substr(begin);
}

/// `DIR/std/vision/mixer.lam` is `std.vision.mixer`.
std::string moduleName(const fs::path &file, const fs::path &root) {
  std::string name = file.lexically_relative(root).replace_extension().generic_string();
  std::replace(name.begin(), name.end(), '/', '.');
  return name;
}

void readModule(const fs::path &file, const fs::path &root, const Invocation &invocation,
                std::vector<LibraryEntry> &entries) {
  SourceManager sources;
  Diagnostics diagnostics(sources);
  std::optional<uint32_t> index = readInto(sources, file.string(), invocation);
  if (!index)
    return;
  const ast::Module module = parse(*index, diagnostics);
  if (diagnostics.hasErrors())
    invocation.console.raw(diagnostics.render(invocation.console.colorsErrors()));
  const std::string prefix = moduleName(file, root);
  entries.push_back({prefix, "module", "", std::string(sources.text(*index)), file.string()});
  for (const auto &decl : module.decls) {
    const Identity identity = identityOf(*decl);
    if (identity.name.empty() || identity.name.starts_with('_'))
      continue;
    std::string source;
    for (const std::string &line : decl->doc)
      source +=
          (line.starts_with("///") ? line
                                   : "///" + std::string(line.starts_with(' ') ? "" : " ") + line) +
          "\n";
    source += std::string(sources.text(decl->range)) + "\n";
    entries.push_back(
        {prefix + "." + identity.name, identity.kind, firstLine(decl->doc), source, file.string()});
  }
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; }

} // namespace

std::vector<LibraryEntry> readLibrary(const Invocation &invocation) {
  std::vector<fs::path> files;
  std::error_code error;
  const fs::path root = invocation.libraryFolder;
  for (fs::recursive_directory_iterator it(root / "std", error), end; !error && it != end;
       it.increment(error))
    if (it->path().extension() == ".lam")
      files.push_back(it->path());
  if (files.empty())
    invocation.console.error("the standard library is missing: " + root.string() +
                             "/std holds no .lam file");
  std::vector<LibraryEntry> entries;
  for (const fs::path &file : files)
    readModule(file, root, invocation, entries);
  std::sort(entries.begin(), entries.end(), [](auto &a, auto &b) { return a.name < b.name; });
  return entries;
}

bool matchesPattern(const std::string &name, const std::string &pattern) {
  const std::string wild = pattern.find('*') == std::string::npos ? "*" + pattern + "*" : pattern;
  // Classic greedy matching: on a mismatch the last star takes one character more.
  size_t n = 0, p = 0, star = std::string::npos, retry = 0;
  while (n < name.size()) {
    if (p < wild.size() && wild[p] == '*') {
      star = p++;
      retry = n;
    } else if (p < wild.size() && lower(wild[p]) == lower(name[n])) {
      ++p;
      ++n;
    } else if (star != std::string::npos) {
      p = star + 1;
      n = ++retry;
    } else {
      return false;
    }
  }
  return wild.find_first_not_of('*', p) == std::string::npos;
}

} // namespace lamina::tool
