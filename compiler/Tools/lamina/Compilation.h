// A checked model on its way through the stages after Sema.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_TOOLS_LAMINA_COMPILATION_H
#define COMPILER_TOOLS_LAMINA_COMPILATION_H

#include "compiler/Pipelines/Pipelines.h"
#include "compiler/Sema/Checked.h"
#include "compiler/Tools/lamina/Invocation.h"
#include "dialect/Lamina.h"

#include "mlir/IR/OwningOpRef.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lamina {
class SourceManager;
}

namespace lamina::tool {

/// Owns the IR of one model or of the tests of a file. What a stage after Sema refuses is a defect
/// of ours: it is printed with the place in the source, and a reproducer is left that holds the IR
/// too.
class Compilation {
public:
  Compilation(const Invocation &invocation, const SourceManager &sources);
  ~Compilation();

  /// Makes the IR. False after an error message.
  bool generate(const std::vector<const sema::Model *> &models,
                const std::vector<const sema::Test *> &tests = {});
  mlir::ModuleOp module() { return *ir; }
  ir::ModelOp model() { return *ir->getOps<ir::ModelOp>().begin(); }
  std::vector<ir::TestOp> tests();

  /// Takes the IR to `level`; `interface` is known beyond Level::Lamina.
  bool lower(Level level, CompileOptions options);
  /// Makes the IR what the interpreter runs. False after an error message.
  bool prepareInterpretation();
  /// Goes back to the IR from before the passes.
  void restart();
  /// Makes the IR as it is now what `restart` goes back to.
  void keep();
  /// From Level::Llvm on: the optimised code. Null after an error message.
  std::unique_ptr<llvm::Module> translate(const CompileOptions &options,
                                          llvm::LLVMContext &context);

  /// Says that the tool is at fault and leaves a reproducer; kDefect.
  int fail(const std::string &what);
  /// What a failed method ends the tool with: kBadInput where a pass refused the program, in words
  /// of its own.
  int exitCode() const;

  codegen::ModelInterface interface;

private:
  std::string defaultValue(mlir::Operation *param);
  /// The IR from before the first pass, with how to run the passes on it.
  std::string irText();
  const Invocation &invocation;
  const SourceManager &sources;
  std::unique_ptr<mlir::MLIRContext> context;
  mlir::OwningOpRef<mlir::ModuleOp> ir;
  /// A copy for the reproducer and for the initial values, from before the first pass.
  mlir::OwningOpRef<mlir::ModuleOp> original;
  struct Defaults;
  std::unique_ptr<Defaults> defaults;
};

} // namespace lamina::tool

#endif // COMPILER_TOOLS_LAMINA_COMPILATION_H
