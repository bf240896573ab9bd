// The machine code of a compilation: versions, texts, objects, libraries, programs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/AbiFunctions.h"
#include "compiler/Codegen/Executable.h"
#include "compiler/Codegen/Link.h"
#include "compiler/Codegen/Object.h"
#include "compiler/Codegen/Versions.h"
#include "compiler/Tools/lamina/Compiler.h"

#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Utils/Cloning.h"

namespace lamina::tool {

int Compiler::addCode() {
  const bool isHeaderOnly =
      request.saveIR.empty() && !isWanted({"llvm", "asm", "obj", "lib", "shared", "exe"});
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> code = makeCode(context);
  if (!code)
    return compilation.exitCode();
  if (wanted.count("header"))
    add("header", codegen::printHeader(interface));
  if (isHeaderOnly)
    return kSuccess;
  if (int failure = addTexts(*code))
    return failure;
  return addObjects(*code);
}

std::unique_ptr<llvm::Module> Compiler::makeVersion(size_t i, llvm::LLVMContext &context) {
  CompileOptions version = options;
  version.target = targets[i];
  if (!compilation.lower(Level::Llvm, version))
    return nullptr;
  if (targets.size() > 1)
    compilation.interface.symbol = codegen::versionSymbol(stem, i);
  if (!embed())
    return nullptr;
  return compilation.translate(version, context);
}

bool Compiler::link(llvm::Module &code, std::unique_ptr<llvm::Module> more) {
  if (more && !llvm::Linker::linkModules(code, std::move(more)))
    return true;
  compilation.fail("the versions do not link");
  return false;
}

std::unique_ptr<llvm::Module> Compiler::makeCode(llvm::LLVMContext &context) {
  std::vector<codegen::ModelInterface> versions;
  std::unique_ptr<llvm::Module> code;
  for (size_t i = 0; i < targets.size(); ++i) {
    std::unique_ptr<llvm::Module> version = makeVersion(i, context);
    if (!version)
      return nullptr;
    versions.push_back(compilation.interface);
    compilation.restart();
    if (!code)
      code = std::move(version);
    else if (!link(*code, std::move(version)))
      return nullptr;
  }
  interface = versions.front();
  if (targets.size() == 1)
    return code;
  interface = codegen::commonInterface(versions, targets);
  interface.symbol = stem;
  std::string error;
  std::unique_ptr<llvm::Module> choice =
      codegen::makeVersionChoice(interface, targets, context, error);
  if (!choice)
    compilation.fail(error);
  if (!choice || !link(*code, std::move(choice)))
    return nullptr;
  codegen::makeInternal(*code, interface);
  return code;
}

int Compiler::addTexts(llvm::Module &code) {
  if (isLevelWanted("llvm")) {
    std::string text;
    llvm::raw_string_ostream(text) << code;
    add("llvm", text);
  }
  if (!isLevelWanted("asm"))
    return kSuccess;
  std::string error;
  std::unique_ptr<llvm::TargetMachine> machine = codegen::createMachine(targets.front());
  // Emission changes the module.
  add("asm", codegen::emitCode(*llvm::CloneModule(code), *machine, true, error));
  return error.empty() ? int(kSuccess) : compilation.fail(error);
}

int Compiler::addObjects(llvm::Module &code) {
  if (!isWanted({"obj", "lib", "shared", "exe"}))
    return kSuccess;
  std::string error, object, program;
  std::unique_ptr<llvm::TargetMachine> machine = codegen::createMachine(targets.front());
  if (wanted.count("exe")) {
    std::unique_ptr<llvm::Module> main =
        codegen::makeProgram(interface, targets.back(), code.getContext(), error);
    if (!main)
      return usage("--emit=exe: " + error);
    program = codegen::emitCode(*main, *machine, false, error);
  }
  object = codegen::emitCode(code, *machine, false, error);
  if (error.empty() && wanted.count("lib"))
    add("lib", codegen::makeArchive(object, stem + ".o", error));
  if (!error.empty())
    return compilation.fail(error);
  if (wanted.count("obj"))
    add("obj", object);
  for (const char *kind : {"shared", "exe"})
    if (wanted.count(kind)) {
      add(kind, "");
      products.back().objects = {object};
    }
  if (wanted.count("exe"))
    products.back().objects.push_back(program);
  return kSuccess;
}

} // namespace lamina::tool
