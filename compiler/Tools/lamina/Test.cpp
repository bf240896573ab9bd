// `lamina test`: runs the `test` blocks.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Interpreter/Interpreter.h"
#include "compiler/Tools/lamina/Compilation.h"
#include "compiler/Tools/lamina/Frontend.h"
#include "compiler/Tools/lamina/Library.h"

#include "llvm/Support/JSON.h"
#include <CLI/CLI.hpp>

namespace lamina::tool {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string filter = "*";
};

/// What became of one test: the lines that say why it failed, or none.
struct Verdict {
  std::string file, title;
  std::vector<std::string> failures;
};

std::string place(mlir::Location location) {
  auto found = location->findInstanceOf<mlir::FileLineColLoc>();
  return found ? llvm::formatv("{0}:{1}:{2}: ", found.getFilename().getValue(), found.getLine(),
                               found.getColumn())
                     .str()
               : "";
}

std::vector<std::string> failuresOf(ir::TestOp test) {
  auto failed = interpreter::runTest(test);
  std::vector<std::string> lines;
  if (!failed) {
    llvm::handleAllErrors(
        failed.takeError(),
        [&](const interpreter::RunError &error) {
          lines.push_back(place(error.location) + "error: " + error.message);
        },
        [&](const llvm::ErrorInfoBase &error) { lines.push_back("error: " + error.message()); });
    return lines;
  }
  for (const interpreter::FailedAssert &assertion : *failed)
    lines.push_back(place(assertion.location) + "error: '" + assertion.message + "' does not hold" +
                    (assertion.elements > 1 ? " for " + std::to_string(assertion.failed) + " of " +
                                                  std::to_string(assertion.elements) + " elements"
                                            : ""));
  return lines;
}

/// Runs the tests of one file; an exit code other than 0 after an error message.
int runFile(const Invocation &invocation, const Options &options, const std::string &file,
            std::vector<Verdict> &verdicts) {
  Frontend frontend(invocation);
  if (!frontend.load(file))
    return kBadInput;
  std::vector<sema::Test> tests = frontend.program().tests();
  if (!frontend.report())
    return kBadInput;
  std::vector<const sema::Test *> chosen;
  for (const sema::Test &test : tests)
    if (matchesPattern(test.title, options.filter))
      chosen.push_back(&test);
  if (chosen.empty())
    return kSuccess;
  Compilation compilation(invocation, frontend.sources());
  if (!compilation.generate({}, chosen))
    return kDefect;
  if (!compilation.prepareInterpretation())
    return kBadInput;
  for (ir::TestOp test : compilation.tests())
    verdicts.push_back({file, test.getTitle().str(), failuresOf(test)});
  return kSuccess;
}

std::string printJson(const std::vector<Verdict> &verdicts) {
  llvm::json::Array list;
  for (const Verdict &verdict : verdicts)
    list.push_back(llvm::json::Object{{"file", verdict.file},
                                      {"title", verdict.title},
                                      {"passed", verdict.failures.empty()},
                                      {"failures", llvm::json::Array(verdict.failures)}});
  return llvm::formatv("{0:2}\n", llvm::json::Value(std::move(list))).str();
}

int test(const Invocation &invocation, const Options &options) {
  std::vector<Verdict> verdicts;
  int code = kSuccess;
  for (const std::string &file : options.files)
    code = std::max(code, runFile(invocation, options, file, verdicts));
  size_t failed = 0;
  std::string text;
  for (const Verdict &verdict : verdicts) {
    failed += !verdict.failures.empty();
    text += (verdict.failures.empty() ? "ok      " : "FAILED  ") + verdict.title + "\n";
    for (const std::string &line : verdict.failures)
      invocation.console.raw(line + "\n");
  }
  text +=
      std::to_string(verdicts.size() - failed) + " passed, " + std::to_string(failed) + " failed\n";
  if (!invocation.console.result(invocation.json ? printJson(verdicts) : text))
    return kBadInput;
  if (verdicts.empty() && options.filter != "*" && code == kSuccess) {
    invocation.console.error("no test matches '" + options.filter + "'");
    return kBadInput;
  }
  return code ? code : failed ? kBadInput : kSuccess;
}

} // namespace

void addTest(CLI::App &app, Invocation &invocation) {
  auto options = std::make_shared<Options>();
  CLI::App *verb = addVerb(app, invocation, "test", "run the test blocks of files",
                           "  lamina test mixer.lam\n"
                           "  lamina test --filter='softmax*' *.lam\n",
                           [options, &invocation] { return test(invocation, *options); });
  verb->add_option("FILE", options->files, "source files; '-' is standard input")->required();
  verb->add_option("--filter", options->filter, "part of a title, or a pattern with '*'")
      ->type_name("PATTERN");
}

} // namespace lamina::tool
