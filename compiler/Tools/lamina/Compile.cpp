// `lamina compile`: makes object and header, or another level.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/CommandLine.h"
#include "compiler/Tools/lamina/Compiler.h"

#include <CLI/CLI.hpp>

namespace lamina::tool {
namespace {

void addWhat(CLI::App &verb, CompileRequest &request) {
  std::vector<std::string> names;
  for (const Kind &kind : productKinds())
    names.push_back(kind.name);
  verb.add_option("FILE", request.file, "the source file; '-' is standard input");
  verb.add_option("-o", request.output, "where to; several kinds share its stem")
      ->type_name("PATH");
  verb.add_option("--emit", request.emit,
                  "ast, lamina, kernels, mlir, llvm, asm, obj, header, lib, shared or exe "
                  "(repeatable, or a list with commas); obj and header by default")
      ->delimiter(',')
      ->check(CLI::IsMember(names))
      ->type_name("KIND")
      ->allow_extra_args(false);
  verb.add_option("--save-ir", request.saveIR, "write every level besides, a file each")
      ->type_name("DIR");
  verb.add_option("--weights", request.weights.file, "weights to embed (safetensors)")
      ->type_name("FILE");
  verb.add_option("--map", request.weights.map, "how their names become ours")
      ->type_name("FILE.map");
  verb.add_flag("--embed-weights", request.embed, "put the packed weights into the object");
  verb.add_option_function<std::string>(
          "--train", [&request](const std::string &name) { request.train = name; },
          "the training step of this 'train' block, or of the only one, instead of a model")
      ->expected(0, 1)
      ->type_name("NAME");
  verb.add_option("--set", request.settings,
                  "with --train: another value of a setting, such as batch=128 (repeatable)")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
}

void addHow(CLI::App &verb, CompileRequest &request) {
  verb.add_option("--target", request.triple, "the target's triple; this machine's by default")
      ->type_name("TRIPLE");
  verb.add_option("--mcpu", request.cpus,
                  "the target's CPU, this machine's by default; of several the object holds a "
                  "version each and the processor decides")
      ->delimiter(',')
      ->type_name("CPU[,CPU]")
      ->allow_extra_args(false);
  verb.add_option("--threads", request.threads, "none or omp")
      ->check(CLI::IsMember({"none", "omp"}))
      ->type_name("KIND");
  verb.add_flag("--remarks", request.remarks, "say what was decided, and why");
  verb.add_option("--sanitize", request.sanitize,
                  "address: check every access of the generated code")
      ->check(CLI::IsMember({"address"}))
      ->type_name("KIND");
  // What a defect leaves behind has tests too: a pass fails, or crashes, on purpose.
  verb.add_option("--inject-failure", request.failingPass, "")->group("");
  verb.add_option("--inject-crash", request.crashingPass, "")->group("");
  addUnsupported(verb, "--precision", /*hasValue=*/true);
  addUnsupported(verb, "--calibrate", /*hasValue=*/true);
  addUnsupported(verb, "--tune", /*hasValue=*/false);
}

} // namespace

void addCompile(CLI::App &app, Invocation &invocation) {
  auto request = std::make_shared<CompileRequest>();
  CLI::App *verb = addVerb(
      app, invocation, "compile", "compile a model to an object file and a C header",
      "  lamina compile mixer.lam -o mixer.o      # mixer.o and mixer.h\n"
      "  lamina compile digits.lam --weights=w.safetensors --embed-weights --emit=exe\n"
      "  lamina compile digits.lam --train        # the training step: digits_step.o and .h\n",
      [request, &invocation] { return Compiler(invocation, *request).run(); });
  addWhat(*verb, *request);
  addHow(*verb, *request);
}

} // namespace lamina::tool
