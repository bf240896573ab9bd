// Source files as modules: their declarations, their imports, and what a name means at file level.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SEMA_MODULES_H
#define COMPILER_SEMA_MODULES_H

#include "compiler/Sema/Datum.h"
#include "compiler/Sema/Sema.h"
#include "compiler/Syntax/Diagnostics.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lamina::sema {

/// A declaration that has a name: fn, let, block, model.
struct Declared {
  const Module *module = nullptr;
  const ast::Decl *decl = nullptr;
  ast::Name name;
  bool isCallable() const { return !decl->as<ast::LetDecl>(); }
};

struct Module {
  std::string path;   ///< of the file
  std::string dotted; ///< `std.nn`; empty for the root
  ast::Module syntax;
  std::map<std::string, Declared, std::less<>> own;
  std::vector<std::pair<std::string, const Module *>> imports; ///< last word of the import, module
};

/// What looking a name up at file level gave: nothing, one, or several declarations that a person
/// must choose from.
struct Found {
  std::vector<const Declared *> candidates;
  const Declared *one() const { return candidates.size() == 1 ? candidates[0] : nullptr; }
};

/// Loads files once each and answers for names.
class ModuleTable {
public:
  ModuleTable(SourceManager &sources, Diagnostics &diagnostics, const Options &options)
      : sources(sources), diagnostics(diagnostics), options(options) {}

  /// Parses `file` and what it imports; null after errors.
  const Module *loadRoot(uint32_t file, const std::string &path);
  /// Loads a module by its dotted name as the root would import it; null (with an error at `range`)
  /// if there is none.
  const Module *loadDotted(const std::vector<std::string> &words, SourceRange range);

  /// Own declarations first, then the public names of the imports.
  Found find(const Module &module, std::string_view name) const;
  /// A public name of a module: its own, or one that it imports.
  Found findPublic(const Module &module, std::string_view name) const;
  /// The import of `module` whose last word is `name`; null if there is none.
  const Module *import(const Module &module, std::string_view name) const;
  /// Every name that is visible in `module`, for "did you mean".
  std::vector<std::string> visibleNames(const Module &module) const;
  const Module *root() const { return rootModule; }

private:
  Module *parseFile(uint32_t file, const std::string &path, const std::string &dotted);
  void collect(Module &module);
  void declare(Module &module, const ast::Decl &decl, const ast::Name &name);
  void loadImports(Module &module);
  void addImport(Module &module, const ast::ImportDecl &decl, SourceRange range);
  Module *loadImport(const std::string &folder, const std::vector<std::string> &words,
                     SourceRange range);
  std::optional<std::string> resolve(const std::string &folder,
                                     const std::vector<std::string> &words) const;
  void collectPublic(const Module &module, std::string_view name, std::set<const Module *> &seen,
                     Found &found) const;

  SourceManager &sources;
  Diagnostics &diagnostics;
  const Options &options;
  std::map<std::string, std::unique_ptr<Module>> byPath;
  std::vector<std::string> loading; ///< canonical paths of the files whose imports are being loaded
  const Module *rootModule = nullptr;
};

/// The candidate that is nearest to `name` in letters, if one is near enough to be meant.
std::optional<std::string> nearest(std::string_view name,
                                   const std::vector<std::string> &candidates);

} // namespace lamina::sema

#endif // COMPILER_SEMA_MODULES_H
