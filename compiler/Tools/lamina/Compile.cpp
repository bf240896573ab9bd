// `lamina compile`: makes object and header, or another level.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/AbiFunctions.h"
#include "compiler/Codegen/Link.h"
#include "compiler/Codegen/Object.h"
#include "compiler/Tools/lamina/Frontend.h"
#include "compiler/Tools/lamina/ModelWeights.h"
#include "compiler/Tools/lamina/Remarks.h"
#include "lamina/Output.h"

#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include <CLI/CLI.hpp>

#include <set>

namespace lamina::tool {
namespace {

/// What `--emit` names, in the order in which the stages make it.
struct Kind {
  const char *name;
  const char *extension;
};
constexpr Kind kKinds[] = {{"ast", ".ast"},
                           {"lamina", ".lamina.mlir"},
                           {"kernels", ".kernels.mlir"},
                           {"mlir", ".mlir"},
                           {"llvm", ".ll"},
                           {"asm", ".s"},
                           {"obj", ".o"},
                           {"header", ".h"},
                           {"lib", ".a"},
                           {"shared", ".so"}};

struct Options {
  std::string file, output, triple, cpu, threads = "none", sanitize;
  std::vector<std::string> emit;
  WeightSource weights;
  bool embed = false, remarks = false;
};

/// One thing to write: text, or what a linker writes itself.
struct Product {
  std::string kind;
  std::string text;
};

class Compiler {
public:
  Compiler(const Invocation &invocation, const Options &options)
      : invocation(invocation), options(options), frontend(invocation),
        compilation(invocation, frontend.sources()),
        wanted(options.emit.begin(), options.emit.end()) {
    if (wanted.empty())
      wanted = {"obj", "header"};
  }

  int run() {
    if (options.embed == options.weights.file.empty())
      return usage(options.embed ? "--embed-weights needs --weights=FILE"
                                 : "--weights is for --embed-weights");
    if (!options.weights.map.empty() && options.weights.file.empty())
      return usage("--map is for --weights");
    if (!frontend.load(options.file))
      return kBadInput;
    if (wanted.count("ast")) {
      std::optional<uint32_t> file = syntaxFile();
      if (!file)
        return kBadInput;
      Diagnostics again(frontend.sources());
      products.push_back({"ast", printTree(parse(*file, again), frontend.sources())});
    }
    if (wanted.size() > wanted.count("ast"))
      if (int code = compileModel())
        return code;
    return write();
  }

private:
  int usage(const std::string &message) {
    invocation.console.error(message);
    return kBadUsage;
  }
  bool isWanted(std::initializer_list<const char *> kinds) const {
    return std::any_of(kinds.begin(), kinds.end(),
                       [&](const char *kind) { return wanted.count(kind); });
  }

  /// The file that the tree is printed of: the root file, which is the first.
  std::optional<uint32_t> syntaxFile() {
    if (!options.file.empty())
      return 0;
    invocation.console.error("--emit=ast needs a file");
    return std::nullopt;
  }

  int compileModel() {
    std::optional<sema::Model> model = frontend.model();
    if (!model)
      return kBadInput;
    stem = codegen::symbolName(model->name);
    std::string error;
    std::unique_ptr<codegen::Target> target =
        codegen::resolveTarget(options.triple, options.cpu, error);
    if (!target)
      return usage(error);
    CompileOptions compile;
    compile.target = *target;
    compile.threads = options.threads == "omp";
    compile.sanitize = !options.sanitize.empty();
    compile.version = LAMINA_VERSION;
    compile.options = "threads=" + options.threads +
                      (compile.sanitize ? " sanitize=" + options.sanitize : "") +
                      (options.embed ? " embed-weights" : "");
    if (!compilation.generate({&*model}))
      return kDefect;
    if (int code = lowerStepwise(compile))
      return code;
    if (options.embed)
      if (int code = embed(*model))
        return code;
    if (wanted.count("header"))
      products.push_back({"header", codegen::printHeader(compilation.interface)});
    return isWanted({"llvm", "asm", "obj", "lib", "shared"}) ? emitCode(compile) : int(kSuccess);
  }

  /// Each level that is wanted as text is made by a run of its own up to it, on IR made anew: the
  /// passes go from the start.
  int lowerStepwise(const CompileOptions &compile) {
    static constexpr std::pair<const char *, Level> kLevels[] = {
        {"lamina", Level::Lamina}, {"kernels", Level::Kernels}, {"mlir", Level::Mlir}};
    for (auto [kind, level] : kLevels) {
      if (!wanted.count(kind))
        continue;
      if (!compilation.lower(level, compile))
        return kDefect;
      std::string text;
      llvm::raw_string_ostream(text) << compilation.module();
      products.push_back({kind, text + "\n"});
      compilation.restart();
    }
    if (options.remarks) {
      if (!compilation.lower(Level::Kernels, compile))
        return kDefect;
      invocation.console.raw(describeKernels(compilation.module()));
      compilation.restart();
    }
    if (isWanted({"header", "llvm", "asm", "obj", "lib", "shared"}) &&
        !compilation.lower(isWanted({"llvm", "asm", "obj", "lib", "shared"}) ? Level::Llvm
                                                                             : Level::Kernels,
                           compile))
      return kDefect;
    return kSuccess;
  }

  int embed(const sema::Model &model) {
    std::optional<ModelWeights> weights = readWeights(invocation, options.weights, model);
    if (!weights)
      return kBadInput;
    const int32_t status = codegen::packWeights(compilation.interface, weights->tensors(),
                                                compilation.interface.embedded);
    if (status == LAMINA_OK)
      return kSuccess;
    invocation.console.error(options.weights.file + ": " + lamina_status_text(status));
    return kBadInput;
  }

  int emitCode(const CompileOptions &compile) {
    llvm::LLVMContext context;
    std::unique_ptr<llvm::Module> code = compilation.translate(compile, context);
    if (!code)
      return kDefect;
    if (wanted.count("llvm")) {
      std::string text;
      llvm::raw_string_ostream(text) << *code;
      products.push_back({"llvm", text});
    }
    std::string error;
    std::unique_ptr<llvm::TargetMachine> machine = codegen::createMachine(compile.target);
    // Emission changes the module, so the text comes first and the object last.
    if (wanted.count("asm"))
      products.push_back(
          {"asm", codegen::emitCode(*llvm::CloneModule(*code), *machine, true, error)});
    if (isWanted({"obj", "lib", "shared"}))
      object = codegen::emitCode(*code, *machine, false, error);
    if (!error.empty()) {
      invocation.console.error("internal error: " + error);
      return kDefect;
    }
    for (const char *kind : {"obj", "lib", "shared"})
      if (wanted.count(kind))
        products.push_back({kind, std::string(kind) == "obj" ? object : ""});
    triple = compile.target.triple;
    return kSuccess;
  }

  /// One kind goes where `-o` says; of several, each gets its own ending. Text without `-o` goes to
  /// standard output.
  std::string pathOf(const std::string &kind) const {
    const Kind &entry = *std::find_if(std::begin(kKinds), std::end(kKinds),
                                      [&](auto &k) { return k.name == kind; });
    static const std::set<std::string> kBinary = {"obj", "header", "lib", "shared"};
    if (options.output.empty())
      return kBinary.count(kind) || wanted.size() > 1 ? stem + entry.extension : "-";
    if (wanted.size() == 1)
      return options.output;
    if (options.output.ends_with(entry.extension))
      return options.output;
    const size_t slash = options.output.rfind('/'), dot = options.output.rfind('.');
    const bool hasEnding =
        dot != std::string::npos && (slash == std::string::npos || dot > slash + 1) && dot > 0;
    return options.output.substr(0, hasEnding ? dot : std::string::npos) + entry.extension;
  }

  int write() {
    if (options.output == "-" && wanted.size() > 1)
      return usage("'-o -' takes one kind of output; " + std::to_string(wanted.size()) +
                   " are wanted");
    for (const Product &product : products) {
      const std::string path = pathOf(product.kind);
      if (product.kind == "lib" || product.kind == "shared") {
        if (int code = link(product.kind, path))
          return code;
        continue;
      }
      runtime::Status status = runtime::writeFile(path, product.text);
      if (!status) {
        invocation.console.error(status.failure());
        return kBadInput;
      }
    }
    return kSuccess;
  }

  int link(const std::string &kind, const std::string &path) {
    std::string error;
    if (path == "-")
      return usage("'--emit=" + kind + "' cannot be written to standard output");
    if (kind == "lib" ? codegen::writeArchive(object, stem + ".o", path, error)
                      : linkShared(path, error))
      return kSuccess;
    invocation.console.error(path + ": " + error);
    return kBadInput;
  }

  bool linkShared(const std::string &path, std::string &error) {
    const std::string temporary = path + ".tmp.o";
    runtime::Status status = runtime::writeFile(temporary, object);
    if (!status) {
      error = status.error();
      return false;
    }
    std::vector<std::string> inputs = {temporary};
    if (options.threads == "omp")
      inputs.push_back("-lomp");
    const bool isLinked = codegen::link(inputs, true, triple, path, error);
    std::remove(temporary.c_str());
    return isLinked;
  }

  const Invocation &invocation;
  const Options &options;
  Frontend frontend;
  Compilation compilation;
  std::set<std::string> wanted;
  std::vector<Product> products;
  std::string stem, object, triple;
};

void addOptions(CLI::App &verb, Options &options) {
  std::vector<std::string> names;
  for (const Kind &kind : kKinds)
    names.push_back(kind.name);
  verb.add_option("FILE", options.file, "the source file; '-' is standard input");
  verb.add_option("-o", options.output, "where to; several kinds share its stem")
      ->type_name("PATH");
  verb.add_option("--emit", options.emit,
                  "ast, lamina, kernels, mlir, llvm, asm, obj, header, lib or shared (repeatable, or a list "
                  "with commas); obj and header by default")
      ->delimiter(',')
      ->check(CLI::IsMember(names))
      ->type_name("KIND")
      ->allow_extra_args(false);
  verb.add_option("--weights", options.weights.file, "weights to embed (safetensors)")
      ->type_name("FILE");
  verb.add_option("--map", options.weights.map, "how their names become ours")
      ->type_name("FILE.map");
  verb.add_flag("--embed-weights", options.embed, "put the packed weights into the object");
  verb.add_option("--target", options.triple, "the target's triple; this machine's by default")
      ->type_name("TRIPLE");
  verb.add_option("--mcpu", options.cpu, "the target's CPU; this machine's by default")
      ->type_name("CPU");
  verb.add_option("--threads", options.threads, "none or omp")
      ->check(CLI::IsMember({"none", "omp"}))
      ->type_name("KIND");
  verb.add_flag("--remarks", options.remarks, "say which operations became one kernel");
  verb.add_option("--sanitize", options.sanitize,
                  "address: check every access of the generated code")
      ->check(CLI::IsMember({"address"}))
      ->type_name("KIND");
}

} // namespace

void addCompile(CLI::App &app, Invocation &invocation) {
  auto options = std::make_shared<Options>();
  CLI::App *verb =
      addVerb(app, invocation, "compile", "compile a model to an object file and a C header",
              "  lamina compile mixer.lam -o mixer.o      # mixer.o and mixer.h\n"
              "  lamina compile digits.lam --weights=w.safetensors --embed-weights\n",
              [options, &invocation] { return Compiler(invocation, *options).run(); });
  addOptions(*verb, *options);
}

} // namespace lamina::tool
