// `lamina run`: feeds a model and writes or compares its outputs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Assignments.h"
#include "compiler/Tools/lamina/Frontend.h"
#include "compiler/Tools/lamina/OutputReport.h"
#include "compiler/Tools/lamina/Runner.h"

#include <CLI/CLI.hpp>

namespace lamina::tool {
namespace {

struct Options {
  std::string file, saveWeights;
  WeightSource weights;
  std::vector<std::string> inputs, outputs, expected;
  double tolerance = 1e-5;
  bool interpret = false;
  int threads = 0; ///< 0: code without threads
};

class Run {
public:
  Run(const Invocation &invocation, const Options &options)
      : invocation(invocation), options(options), console(invocation.console), frontend(invocation),
        compilation(invocation, frontend.sources()) {}

  int run() {
    if (!frontend.load(options.file))
      return kBadInput;
    model = frontend.model();
    if (!model)
      return kBadInput;
    for (const sema::Output &output : model->outputs)
      outputNames.push_back(output.name);
    inputs = inputsOf(*model);
    if (int code = checkCommandLine())
      return code;
    if (!compilation.generate({&*model}))
      return compilation.exitCode();
    std::optional<ModelWeights> weights = findWeights();
    if (!weights)
      return kBadInput;
    if (!readInputs())
      return kBadInput;
    const int64_t batch = agreeOnBatch(invocation, inputs, arrays);
    if (batch < 0)
      return kBadInput;
    RunResult result =
        options.interpret
            ? runInterpreted(invocation, compilation, *model, *weights, arrays)
            : runCompiled(invocation, compilation, *weights, arrays, {batch, options.threads});
    return result.code ? result.code : finish(*weights, result.outputs);
  }

private:
  int usage(const std::string &message) {
    console.error(message);
    return kBadUsage;
  }

  /// Everything that the command line alone can get wrong, before anything long begins.
  int checkCommandLine() {
    std::vector<std::string> names;
    for (const runtime::InputSpec &input : inputs)
      names.push_back(input.name);
    const std::string &title = model->name;
    if (int code =
            readAssignments(console, options.inputs, {names, title, "input", "input"}, feeds))
      return code;
    if (int code = readAssignments(console, options.outputs,
                                   {outputNames, title, "output", "output", true}, writes))
      return code;
    if (int code = readAssignments(console, options.expected,
                                   {outputNames, title, "expect", "output"}, checks))
      return code;
    for (size_t i = 0; i < names.size(); ++i)
      if (std::none_of(feeds.begin(), feeds.end(),
                       [&](const Assignment &feed) { return feed.index == i; }))
        return usage("input '" + names[i] + "' is not given: --input " +
                     (names.size() > 1 ? names[i] + "=" : "") + "FILE");
    for (const Assignment &write : writes)
      if (runtime::Status status = runtime::checkTarget(write.file); !status)
        return usage(status.error());
    if (options.interpret && options.threads > 0)
      return usage("--num-threads is for compiled code, not for --interpret");
    if (!parametersOf(*model).empty() && options.weights.file.empty() && !options.weights.random)
      return usage(
          "'" + model->name +
          "' has parameters: --weights=FILE or --random-weights says where they come from");
    return kSuccess;
  }

  std::optional<ModelWeights> findWeights() {
    if (!options.weights.file.empty())
      return readWeights(invocation, options.weights, *model);
    return options.weights.random
               ? initialWeights(invocation, compilation, *model, options.weights.seed)
               : ModelWeights();
  }

  bool readInputs() {
    for (size_t i = 0; i < inputs.size(); ++i) {
      const auto feed = std::find_if(feeds.begin(), feeds.end(),
                                     [&](const Assignment &a) { return a.index == i; });
      runtime::Result<runtime::Array> array = runtime::readInput(feed->file, inputs[i]);
      if (!array) {
        console.error(array.failure());
        return false;
      }
      arrays.push_back(std::move(*array));
    }
    return true;
  }

  /// What was asked for is compared before anything is written: a failed command leaves no file.
  int finish(const ModelWeights &weights, const std::vector<runtime::Array> &arrays) {
    const NamedOutputs outputs{outputNames, arrays};
    if (!checks.empty())
      if (int code = compareOutputs(invocation, outputs, checks, options.tolerance))
        return code;
    std::vector<runtime::OutputTarget> targets;
    for (const Assignment &write : writes)
      targets.push_back({write.file, &arrays[write.index]});
    auto files = runtime::prepareOutputs(targets);
    if (!files) {
      console.error(files.failure());
      return kBadInput;
    }
    if (!options.saveWeights.empty() &&
        !saveWeights(invocation, weights, options.weights, options.saveWeights))
      return kBadInput;
    if (runtime::Status status = runtime::commitAll(*files); !status) {
      console.error(status.failure());
      return kBadInput;
    }
    if (!checks.empty() || !writes.empty())
      return kSuccess;
    return console.result(printOutputs(outputs, invocation.json)) ? kSuccess : kBadInput;
  }

  const Invocation &invocation;
  const Options &options;
  const Console &console;
  Frontend frontend;
  Compilation compilation;
  std::optional<sema::Model> model;
  std::vector<runtime::InputSpec> inputs;
  std::vector<std::string> outputNames;
  std::vector<Assignment> feeds, writes, checks;
  std::vector<runtime::Array> arrays;
};

void addFiles(CLI::App &verb, Options &options) {
  verb.add_option("FILE", options.file, "the source file; '-' is standard input");
  verb.add_option("--input", options.inputs,
                  "an input: .npy, .npz:NAME, .csv, .png, .jpg or .idx (repeatable)")
      ->type_name("[NAME=]FILE")
      ->allow_extra_args(false);
  verb.add_option("--output", options.outputs,
                  "where an output goes: .npy, .npz:NAME or .csv (repeatable)")
      ->type_name("[NAME=]FILE")
      ->allow_extra_args(false);
  verb.add_option("--expect", options.expected, "what an output should be (repeatable)")
      ->type_name("[NAME=]FILE")
      ->allow_extra_args(false);
  verb.add_option("--tolerance", options.tolerance, "|a - b| <= T * (1 + |b|); 1e-5 by default")
      ->type_name("T")
      ->check(CLI::NonNegativeNumber);
}

void addWeights(CLI::App &verb, Options &options) {
  auto *file = verb.add_option("--weights", options.weights.file, "the weights (safetensors)")
                   ->type_name("FILE");
  auto *random =
      verb.add_flag("--random-weights", options.weights.random, "the initial values of the source")
          ->excludes(file);
  verb.add_option("--seed", options.weights.seed, "the seed of --random-weights; 0 by default")
      ->type_name("N")
      ->needs(random);
  verb.add_option("--map", options.weights.map, "how the names of a weight file become ours")
      ->type_name("FILE.map");
  verb.add_option("--save-weights", options.saveWeights,
                  "write the weights that were used, by --map in its layout")
      ->type_name("FILE");
}

void addHow(CLI::App &verb, Options &options) {
  verb.add_flag("--interpret", options.interpret,
                "run by the reference interpreter, in double precision");
  verb.add_option("--num-threads", options.threads,
                  "share large work among N threads; 1 by default")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
}

} // namespace

void addRun(CLI::App &app, Invocation &invocation) {
  auto options = std::make_shared<Options>();
  CLI::App *verb =
      addVerb(app, invocation, "run", "run a model and write or compare its outputs",
              "  lamina run digits.lam --weights=w.safetensors --input x.npy --output y.npy\n"
              "  lamina run mlp.lam --random-weights --seed=1 --input x.csv --expect y.npy\n",
              [options, &invocation] { return Run(invocation, *options).run(); });
  addFiles(*verb, *options);
  addWeights(*verb, *options);
  addHow(*verb, *options);
}

} // namespace lamina::tool
