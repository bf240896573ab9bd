// `lamina fmt`: rewrites files in the canonical form.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Frontend.h"

#include "lamina/Output.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include <CLI/CLI.hpp>

namespace lamina::tool {
namespace {

struct FmtOptions {
  std::vector<std::string> files;
  bool check = false;
  bool toStdout = false;
};

/// True if all went well; with `--check`, if nothing would change: files that would are added to
/// `others`.
bool formatFile(const Invocation &invocation, const FmtOptions &options, const std::string &file,
                std::vector<std::string> &others) {
  SourceManager sources;
  Diagnostics diagnostics(sources);
  std::optional<uint32_t> index = readInto(sources, file, invocation);
  if (!index)
    return false;
  const ast::Module module = parse(*index, diagnostics);
  if (diagnostics.hasErrors()) {
    invocation.console.raw(diagnostics.render(invocation.console.colorsErrors()));
    return false;
  }
  const std::string text = format(module, sources);
  const bool isCanonical = text == sources.text(*index);
  if (options.check) {
    if (!isCanonical)
      others.push_back(file);
    return isCanonical;
  }
  if (options.toStdout || file == "-")
    return invocation.console.result(text);
  if (isCanonical)
    return true;
  runtime::Status status = runtime::writeFile(file, text);
  if (!status)
    invocation.console.error(status.failure());
  return bool(status);
}

int format(const Invocation &invocation, const FmtOptions &options) {
  bool isWell = true;
  std::vector<std::string> others;
  for (const std::string &file : options.files)
    isWell &= formatFile(invocation, options, file, others);
  std::string list;
  for (const std::string &file : others)
    list += file + "\n";
  if (invocation.json)
    list = llvm::formatv("{0:2}\n", llvm::json::Value(llvm::json::Array(others))).str();
  if (options.check)
    isWell &= invocation.console.result(list);
  return isWell ? kSuccess : kBadInput;
}

} // namespace

void addFmt(CLI::App &app, Invocation &invocation) {
  auto options = std::make_shared<FmtOptions>();
  CLI::App *verb = addVerb(app, invocation, "fmt", "rewrite files in the canonical form",
                           "  lamina fmt mixer.lam\n"
                           "  lamina fmt --check *.lam     # lists the files that would change\n",
                           [options, &invocation] { return format(invocation, *options); });
  verb->add_option("FILE", options->files,
                   "source files; '-' is standard input, written to standard output")
      ->required();
  verb->add_flag("--check", options->check,
                 "change nothing; list the files that would change and exit 1");
  verb->add_flag("--stdout", options->toStdout, "print the result instead of rewriting the file");
}

} // namespace lamina::tool
