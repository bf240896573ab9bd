// The entry of the Sema stage: AST to checked program.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SEMA_SEMA_H
#define COMPILER_SEMA_SEMA_H

#include "compiler/Sema/Checked.h"
#include "compiler/Syntax/Diagnostics.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lamina::sema {

/// Bounds on what a program may expand to; beyond them an error names the block that exploded.
struct ExpansionLimits {
  size_t depth = 200;
  size_t nodes = 2'000'000;
};

struct Options {
  std::vector<std::string> importFolders; ///< `-I`, in order
  std::string libraryFolder;              ///< holds `std/`
  ExpansionLimits limits;
};

struct SettingOverride;
struct Training; // Training.h

/// A program: a root file and all that it imports, parsed and with names collected. Owns the ASTs.
class Program {
public:
  /// Loads `path`'s imports (its text is file `file` of `sources`). Errors go to `diagnostics`.
  Program(SourceManager &sources, Diagnostics &diagnostics, Options options);
  ~Program();

  /// Parses the root file and its imports and collects declarations; false after errors. `path`
  /// decides what "beside the importing file" means.
  bool load(uint32_t file, const std::string &path);

  /// The names of the models of the root file, in order.
  std::vector<std::string> modelNames() const;

  /// Checks every declaration that needs no arguments: models with defaults, variants, tests, fns,
  /// lets; blocks by name only.
  void checkAll();

  /// Instantiates a model by its expression in the language's words (`Mixer_S16`, `Mixer<dim =
  /// 512>`, `std.vision.mixer.Mixer_S16`). Nothing after errors.
  std::optional<Model> instantiate(const ast::Expr &expression);

  /// The names of the `train` blocks of the root file, in order.
  std::vector<std::string> trainNames() const;
  /// Checks a `train` block with the settings of `--set`. Nothing after errors.
  std::optional<Training> training(const std::string &name,
                                   std::span<const SettingOverride> overrides);

  /// Instantiates the tests of the root file.
  std::vector<Test> tests();

private:
  struct State;
  std::unique_ptr<State> state;
};

/// The dialect's name of an op: `scatter_add`.
std::string_view opName(Op op);

/// The stage's printed result: one line a node, regions indented, values numbered (`%3 = reduce
/// mean over [s] %2 : f32[c: 512]`).
std::string print(const Model &model);
std::string print(const Test &test);

} // namespace lamina::sema

#endif // COMPILER_SEMA_SEMA_H
