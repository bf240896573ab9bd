// Loading files and their imports, and looking names up among declarations.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Modules.h"

#include "compiler/Sema/Signatures.h"
#include "compiler/Syntax/Parser.h"

#include <algorithm>
#include <filesystem>

namespace fs = std::filesystem;

namespace lamina::sema {

static std::string join(const std::vector<std::string> &words, char separator) {
  std::string text;
  for (const std::string &word : words)
    text += (text.empty() ? "" : std::string(1, separator)) + word;
  return text;
}

static std::string canonical(const std::string &path) {
  std::error_code failed;
  fs::path p = fs::weakly_canonical(path, failed);
  return failed ? path : p.string();
}

const Module *ModuleTable::loadRoot(uint32_t file, const std::string &path) {
  Module *module = parseFile(file, path, "");
  rootModule = module;
  loadImports(*module);
  return diagnostics.hasErrors() ? nullptr : module;
}

Module *ModuleTable::parseFile(uint32_t file, const std::string &path, const std::string &dotted) {
  auto module = std::make_unique<Module>();
  module->path = path;
  module->dotted = dotted;
  module->syntax = parse(file, diagnostics);
  collect(*module);
  return (byPath[canonical(path)] = std::move(module)).get();
}

void ModuleTable::collect(Module &module) {
  for (const auto &decl : module.syntax.decls) {
    if (auto *fn = decl->as<ast::FnDecl>())
      declare(module, *decl, fn->name);
    else if (auto *let = decl->as<ast::LetDecl>())
      declare(module, *decl, let->name);
    else if (auto *block = decl->as<ast::BlockDecl>())
      declare(module, *decl, block->name);
    else if (auto *model = decl->as<ast::ModelDecl>())
      declare(module, *decl, model->name);
  }
}

void ModuleTable::declare(Module &module, const ast::Decl &decl, const ast::Name &name) {
  auto [at, isNew] = module.own.try_emplace(name.text, Declared{&module, &decl, name});
  if (!isNew)
    diagnostics.error(name.range, "'" + name.text + "' is declared twice")
        .note(at->second.name.range, "the other '" + name.text + "' is here");
  checkSignature(decl, diagnostics);
}

void ModuleTable::loadImports(Module &module) {
  loading.push_back(canonical(module.path));
  for (const auto &decl : module.syntax.decls)
    if (auto *import = decl->as<ast::ImportDecl>())
      if (!import->path.empty())
        addImport(module, *import, decl->range);
  loading.pop_back();
}

void ModuleTable::addImport(Module &module, const ast::ImportDecl &decl, SourceRange range) {
  std::vector<std::string> words;
  for (const ast::Name &word : decl.path)
    words.push_back(word.text);
  std::string folder = fs::path(module.path).parent_path().string();
  if (Module *imported = loadImport(folder, words, range))
    module.imports.push_back({words.back(), imported});
}

Module *ModuleTable::loadImport(const std::string &folder, const std::vector<std::string> &words,
                                SourceRange range) {
  std::optional<std::string> path = resolve(folder, words);
  if (!path) {
    diagnostics.error(
        range, "there is no module '" + join(words, '.') + "': '" + join(words, '/') +
                   ".lam' is neither beside this file, nor under -I, nor in the standard library");
    return nullptr;
  }
  std::string key = canonical(*path);
  if (auto cycle = std::find(loading.begin(), loading.end(), key); cycle != loading.end()) {
    std::string chain;
    for (auto at = cycle; at != loading.end(); ++at)
      chain += fs::path(*at).filename().string() + " -> ";
    diagnostics.error(range, "imports form a cycle: " + chain + fs::path(key).filename().string());
    return nullptr;
  }
  if (auto known = byPath.find(key); known != byPath.end())
    return known->second.get();
  std::string why;
  std::optional<std::string> text = readSource(*path, {}, why);
  if (!text) {
    diagnostics.error(range, "cannot read '" + *path + "': " + why);
    return nullptr;
  }
  Module *module = parseFile(sources.add(*path, std::move(*text)), *path, join(words, '.'));
  loadImports(*module);
  return module;
}

const Module *ModuleTable::loadDotted(const std::vector<std::string> &words, SourceRange range) {
  return loadImport(fs::path(rootModule ? rootModule->path : "").parent_path().string(), words,
                    range);
}

std::optional<std::string> ModuleTable::resolve(const std::string &folder,
                                                const std::vector<std::string> &words) const {
  std::vector<std::string> folders{folder};
  folders.insert(folders.end(), options.importFolders.begin(), options.importFolders.end());
  folders.push_back(options.libraryFolder);
  for (const std::string &base : folders) {
    fs::path path = fs::path(base) / (join(words, '/') + ".lam");
    std::error_code failed;
    if (fs::is_regular_file(path, failed))
      return path.string();
  }
  return std::nullopt;
}

Found ModuleTable::find(const Module &module, std::string_view name) const {
  Found found;
  if (auto own = module.own.find(name); own != module.own.end()) {
    found.candidates.push_back(&own->second);
    return found;
  }
  if (name.starts_with("_"))
    return found;
  std::set<const Module *> seen{&module};
  for (const auto &[alias, imported] : module.imports)
    collectPublic(*imported, name, seen, found);
  return found;
}

Found ModuleTable::findPublic(const Module &module, std::string_view name) const {
  Found found;
  std::set<const Module *> seen;
  if (!name.starts_with("_"))
    collectPublic(module, name, seen, found);
  return found;
}

void ModuleTable::collectPublic(const Module &module, std::string_view name,
                                std::set<const Module *> &seen, Found &found) const {
  if (!seen.insert(&module).second)
    return;
  if (auto own = module.own.find(name); own != module.own.end()) {
    found.candidates.push_back(&own->second);
    return; // a file's names hide those that it imports
  }
  for (const auto &[alias, imported] : module.imports)
    collectPublic(*imported, name, seen, found);
}

const Module *ModuleTable::import(const Module &module, std::string_view name) const {
  for (const auto &[alias, imported] : module.imports)
    if (alias == name)
      return imported;
  return nullptr;
}

std::vector<std::string> ModuleTable::visibleNames(const Module &module) const {
  std::vector<std::string> names;
  std::set<const Module *> seen;
  std::vector<const Module *> open{&module};
  while (!open.empty()) {
    const Module *next = open.back();
    open.pop_back();
    if (!seen.insert(next).second)
      continue;
    for (const auto &[name, declared] : next->own)
      if (next == &module || !name.starts_with("_"))
        names.push_back(name);
    for (const auto &[alias, imported] : next->imports)
      open.push_back(imported);
  }
  return names;
}

/// Edits (insert, delete, replace, swap of neighbours) between two words.
static size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<size_t>> d(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i)
    for (size_t j = 0; j <= b.size(); ++j) {
      if (!i || !j) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] =
          std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

std::optional<std::string> nearest(std::string_view name,
                                   const std::vector<std::string> &candidates) {
  constexpr size_t kLongestName = 64; // distances of longer words cost more than the hint is worth
  size_t best = name.size() < 4 ? 1 : name.size() < 8 ? 2 : 3;
  std::optional<std::string> found;
  if (name.size() > kLongestName)
    return found;
  for (const std::string &candidate : candidates) {
    if (candidate == name || candidate.size() > kLongestName || candidate.size() <= best)
      continue;
    size_t d = distance(name, candidate);
    if (d < best || (d == best && !found)) {
      best = d;
      found = candidate;
    }
  }
  return found;
}

} // namespace lamina::sema
