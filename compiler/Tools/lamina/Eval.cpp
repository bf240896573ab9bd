// `lamina eval`: the loss and the metrics of a checkpoint.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/ModelWeights.h"
#include "compiler/Tools/lamina/TrainBlock.h"
#include "compiler/Tools/lamina/TrainPrograms.h"
#include "lamina/Trainer.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include <CLI/CLI.hpp>

#include <algorithm>

namespace lamina::tool {
namespace {

struct Options {
  TrainBlockOptions block;
  WeightSource weights;
  std::string split;
};

/// Prints `val.accuracy 0.97`, one a line.
int print(const Invocation &invocation, const runtime::Measured &measured) {
  std::string text;
  llvm::json::Object object;
  for (const auto &[name, value] : measured) {
    text += name + " " + runtime::jsonNumber(value) + "\n";
    object[name] = value;
  }
  if (invocation.json)
    text = llvm::formatv("{0:2}\n", llvm::json::Value(std::move(object))).str();
  return invocation.console.result(text) ? kSuccess : kBadInput;
}

/// Whether the data have the part of `--split`; says which they have otherwise.
bool hasPart(const Invocation &invocation, const runtime::Trainer &trainer,
             const std::string &split) {
  std::string list;
  for (const runtime::SplitPart &part : trainer.parts()) {
    if (split.empty() || part.name == split)
      return true;
    list += (list.empty() ? "" : ", ") + part.name;
  }
  invocation.console.error("the data have no part '" + split + "'; there are: " + list);
  return false;
}

int evaluate(const Invocation &invocation, const Options &options) {
  Frontend frontend(invocation);
  std::optional<sema::Training> training = readTrainedBlock(invocation, frontend, options.block);
  if (!training)
    return kBadInput;
  std::optional<ModelWeights> weights = readWeights(invocation, options.weights, training->check);
  if (!weights)
    return kBadInput;
  std::optional<runtime::TrainingPrograms> programs =
      compilePrograms(invocation, frontend.sources(), *training);
  if (!programs)
    return kDefect;
  runtime::TrainingLog silent([](const std::string &) {}, false);
  runtime::Trainer trainer(planOf(*training, options.block), std::move(*programs), silent, nullptr);
  if (runtime::Status status = trainer.open(); !status) {
    invocation.console.error(status.failure());
    return kBadInput;
  }
  if (!hasPart(invocation, trainer, options.split))
    return kBadInput;
  std::vector<runtime::OwnedArray> arrays;
  for (size_t i = 0; i < weights->names.size(); ++i)
    arrays.push_back({weights->names[i], std::move(weights->arrays[i])});
  runtime::Result<runtime::Measured> measured = trainer.measure(
      arrays, options.split.empty() ? std::vector<std::string>() : std::vector{options.split});
  if (measured)
    return print(invocation, *measured);
  invocation.console.error(measured.failure());
  return kBadInput;
}

} // namespace

void addEval(CLI::App &app, Invocation &invocation) {
  auto options = std::make_shared<Options>();
  CLI::App *verb =
      addVerb(app, invocation, "eval", "measure a checkpoint on the data of a 'train' block",
              "  lamina eval digits.lam --weights=runs/Digits/last.safetensors\n"
              "  lamina eval digits.lam --weights=w.safetensors --split=val --json\n",
              [options, &invocation] { return evaluate(invocation, *options); });
  addTrainBlockOptions(*verb, options->block);
  addCheckpointOptions(*verb, options->weights);
  verb->add_option("--split", options->split, "one part of the data; all by default")
      ->type_name("NAME");
}

} // namespace lamina::tool
