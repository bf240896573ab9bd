// One model to everything that `lamina compile` can make of it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_COMPILER_H
#define COMPILER_TOOLS_LAMINA_COMPILER_H

#include "compiler/Tools/lamina/Compilation.h"
#include "compiler/Tools/lamina/Frontend.h"
#include "compiler/Tools/lamina/ModelWeights.h"
#include "compiler/Tools/lamina/Products.h"

#include <set>
#include <string>
#include <vector>

namespace lamina::tool {

/// The command line of `lamina compile`.
struct CompileRequest {
  std::string file, output, triple, saveIR, threads = "none", sanitize;
  std::optional<std::string>
      train; ///< the step of this `train` block, not a model; empty: the only
  std::vector<std::string> settings; ///< `--set`, with `train`
  std::vector<std::string> emit, cpus;
  WeightSource weights;
  bool embed = false, remarks = false;
  std::string failingPass, crashingPass; ///< defects on purpose, for tests
};

class Compiler {
public:
  Compiler(const Invocation &invocation, const CompileRequest &request);
  /// Makes and writes all products; an exit code.
  int run();

private:
  int usage(const std::string &message) const;
  bool isWanted(std::initializer_list<const char *> kinds) const;
  bool isLevelWanted(const std::string &kind) const;
  int checkCommandLine() const;
  int resolveTargets();
  /// Takes `bytes` to every file that wants this kind.
  void add(const std::string &kind, std::string bytes);
  int addSyntax();
  int addModel();
  /// Makes the IR of what is compiled: a model, or the step of a `train` block.
  int makeModel();
  int makeStep();
  int addLevels();
  int addCode();
  int addTexts(llvm::Module &code);
  int addObjects(llvm::Module &code);
  /// The code of every version, and the choice among them where there are several.
  std::unique_ptr<llvm::Module> makeCode(llvm::LLVMContext &context);
  std::unique_ptr<llvm::Module> makeVersion(size_t i, llvm::LLVMContext &context);
  bool link(llvm::Module &code, std::unique_ptr<llvm::Module> more);
  /// Reads the weights that go into the object.
  int readEmbedded();
  bool embed();

  const Invocation &invocation;
  const CompileRequest &request;
  Frontend frontend;
  Compilation compilation;
  std::set<std::string> wanted;
  CompileOptions options;
  std::vector<codegen::Target> targets;
  std::optional<sema::Model> model; ///< what is compiled; of a step its loss
  std::optional<ModelWeights> weights;
  codegen::ModelInterface interface; ///< what the outside sees
  std::string stem;
  std::vector<Product> products;
};

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_COMPILER_H
