// `lamina check`: parses and checks files, prints nothing when well.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Frontend.h"
#include "compiler/Tools/lamina/ModelWeights.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include <CLI/CLI.hpp>

namespace lamina::tool {
namespace {

struct CheckOptions {
  std::vector<std::string> files;
  bool denyWarnings = false;
  WeightSource weights;
};

/// Tells whether a weight file fits the model.
bool checkWeights(const Invocation &invocation, const CheckOptions &options, Frontend &frontend,
                  llvm::json::Array &json) {
  std::optional<sema::Model> model = frontend.model();
  std::optional<ModelWeights> weights;
  if (model)
    weights = readWeights(invocation, options.weights, *model);
  if (!weights)
    return false;
  const int64_t count = int64_t(weights->arrays.size());
  if (!invocation.json)
    return invocation.console.result(options.weights.file + " fits '" + model->name +
                                     "': " + std::to_string(count) + " tensors\n");
  json.push_back(llvm::json::Object{
      {"file", options.weights.file}, {"model", model->name}, {"tensors", count}});
  return true;
}

/// True if the file is well.
bool checkFile(const Invocation &invocation, const CheckOptions &options, const std::string &file,
               llvm::json::Array &json) {
  Frontend frontend(invocation);
  if (frontend.load(file)) {
    if (!options.weights.file.empty())
      return checkWeights(invocation, options, frontend, json);
    if (invocation.model.empty())
      frontend.program().checkAll();
    else if (!frontend.model())
      return false;
  } else if (frontend.diagnostics().all().empty()) {
    return false; // it could not be read
  }
  appendJson(frontend.diagnostics(), json);
  return frontend.report() && !(options.denyWarnings && frontend.diagnostics().hasWarnings());
}

int check(const Invocation &invocation, const CheckOptions &options) {
  if (options.weights.file.empty() && !options.weights.map.empty()) {
    invocation.console.error("--map is for --weights");
    return kBadUsage;
  }
  bool isWell = true;
  llvm::json::Array json;
  for (const std::string &file : options.files)
    isWell &= checkFile(invocation, options, file, json);
  if (invocation.json)
    isWell &= invocation.console.result(
        llvm::formatv("{0:2}\n", llvm::json::Value(std::move(json))).str());
  return isWell ? kSuccess : kBadInput;
}

} // namespace

void addCheck(CLI::App &app, Invocation &invocation) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App *verb =
      addVerb(app, invocation, "check", "parse and check files; print nothing when well",
              "  lamina check mixer.lam\n"
              "  lamina check --deny=warnings --json *.lam\n",
              [options, &invocation] { return check(invocation, *options); });
  verb->add_option("FILE", options->files, "source files; '-' is standard input")->required();
  verb->add_option_function<std::string>(
          "--deny", [options](const std::string &) { options->denyWarnings = true; },
          "fail on these too")
      ->check(CLI::IsMember({"warnings"}))
      ->type_name("warnings");
  verb->add_option("--weights", options->weights.file,
                   "tell whether these weights fit the model (safetensors)")
      ->type_name("FILE");
  verb->add_option("--map", options->weights.map, "how their names become ours")
      ->type_name("FILE.map");
}

} // namespace lamina::tool
