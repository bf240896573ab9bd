// `lamina run`: feeds a model and writes or compares its outputs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Comparison.h"
#include "compiler/Tools/lamina/Frontend.h"
#include "compiler/Tools/lamina/PrintArray.h"
#include "compiler/Tools/lamina/Runner.h"

#include "llvm/Support/JSON.h"
#include <CLI/CLI.hpp>

namespace lamina::tool {
namespace {

struct Options {
  std::string file, saveWeights;
  WeightSource weights;
  std::vector<std::string> inputs, outputs, expected;
  double tolerance = 1e-5;
  bool interpret = false;
};

/// `NAME=FILE`, or a file alone where there is one name only.
struct Assignment {
  size_t index = 0;
  std::string file;
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
      return kDefect;
    std::optional<ModelWeights> weights = findWeights();
    if (!weights)
      return kBadInput;
    if (!readInputs())
      return kBadInput;
    const int64_t batch = agreeOnBatch(invocation, inputs, arrays);
    if (batch < 0)
      return kBadInput;
    RunResult result = options.interpret
                           ? runInterpreted(invocation, compilation, *model, *weights, arrays)
                           : runCompiled(invocation, compilation, *weights, arrays, batch);
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
    for (auto [list, wanted, what, assigned] :
         {std::tuple(&options.inputs, &names, "input", &feeds),
          std::tuple(&options.outputs, &outputNames, "output", &writes),
          std::tuple(&options.expected, &outputNames, "expect", &checks)})
      if (int code = assign(*list, *wanted, what, *assigned))
        return code;
    for (size_t i = 0; i < names.size(); ++i)
      if (std::none_of(feeds.begin(), feeds.end(),
                       [&](const Assignment &feed) { return feed.index == i; }))
        return usage("input '" + names[i] + "' is not given: --input " +
                     (names.size() > 1 ? names[i] + "=" : "") + "FILE");
    for (const Assignment &write : writes)
      if (runtime::Status status = runtime::checkTarget(write.file); !status)
        return usage(status.error());
    const bool needsWeights = !parametersOf(*model).empty();
    if (needsWeights && options.weights.file.empty() && !options.weights.random)
      return usage(
          "'" + model->name +
          "' has parameters: --weights=FILE or --random-weights says where they come from");
    return kSuccess;
  }

  int assign(const std::vector<std::string> &words, const std::vector<std::string> &names,
             const std::string &what, std::vector<Assignment> &assignments) {
    const std::string noun = what == "expect" ? "output" : what;
    for (const std::string &word : words) {
      const size_t equals = word.find('=');
      const auto found =
          std::find(names.begin(), names.end(), word.substr(0, std::min(equals, word.size())));
      Assignment assignment{size_t(found - names.begin()),
                            equals == std::string::npos ? word : word.substr(equals + 1)};
      if (equals == std::string::npos || found == names.end()) {
        // A path may hold '=', so that a word without a known name is one.
        if (names.size() != 1 && equals != std::string::npos)
          return usage("there is no " + noun + " '" + word.substr(0, equals) + "'; there are " +
                       join(names));
        if (names.size() != 1)
          return usage("'" + model->name + "' has " +
                       (names.empty() ? "no " + noun
                                      : "several " + noun + "s; --" + what +
                                            " NAME=FILE names one of " + join(names)));
        assignment = {0, word};
      }
      if (what != "output" && std::any_of(assignments.begin(), assignments.end(), [&](auto &other) {
            return other.index == assignment.index;
          }))
        return usage("--" + what + " is given twice for '" + names[assignment.index] + "'");
      assignments.push_back(assignment);
    }
    return kSuccess;
  }

  static std::string join(const std::vector<std::string> &names) {
    std::string text;
    for (const std::string &name : names)
      text += (text.empty() ? "'" : ", '") + name + "'";
    return text;
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

  int finish(const ModelWeights &weights, const std::vector<runtime::Array> &outputs) {
    if (!options.saveWeights.empty() &&
        !saveWeights(invocation, weights, options.weights, options.saveWeights))
      return kBadInput;
    std::vector<runtime::OutputTarget> targets;
    for (const Assignment &write : writes)
      targets.push_back({write.file, &outputs[write.index]});
    if (runtime::Status status = runtime::writeOutputs(targets); !status) {
      console.error(status.failure());
      return kBadInput;
    }
    if (!checks.empty())
      return compareAll(outputs);
    if (!writes.empty())
      return kSuccess;
    return console.result(invocation.json ? printJson(outputs) : printText(outputs)) ? kSuccess
                                                                                     : kBadInput;
  }

  std::string printText(const std::vector<runtime::Array> &outputs) const {
    std::string text;
    for (size_t i = 0; i < outputs.size(); ++i)
      text += outputNames[i] + " " + elementName(outputs[i].type()) +
              runtime::printShape(outputs[i].shape()) + "\n" + printArray(outputs[i]);
    return text;
  }

  std::string printJson(const std::vector<runtime::Array> &outputs) const {
    llvm::json::Object object;
    for (size_t i = 0; i < outputs.size(); ++i) {
      llvm::json::Array values;
      for (int64_t k = 0; k < outputs[i].size(); ++k)
        values.push_back(jsonNumber(outputs[i], k));
      object[outputNames[i]] = llvm::json::Object{{"dtype", elementName(outputs[i].type())},
                                                  {"shape", llvm::json::Array(outputs[i].shape())},
                                                  {"values", std::move(values)}};
    }
    return llvm::formatv("{0:2}\n", llvm::json::Value(std::move(object))).str();
  }

  int compareAll(const std::vector<runtime::Array> &outputs) {
    bool isWell = true;
    llvm::json::Object report;
    for (const Assignment &check : checks) {
      const runtime::Array &got = outputs[check.index];
      runtime::Result<runtime::Array> expected = runtime::readAny(check.file, got.type());
      if (!expected) {
        console.error(expected.failure());
        return kBadInput;
      }
      isWell &= compareOne(outputNames[check.index], got, *expected, check.file, report);
    }
    if (invocation.json &&
        !console.result(llvm::formatv("{0:2}\n", llvm::json::Value(std::move(report))).str()))
      return kBadInput;
    return isWell ? kSuccess : kBadInput;
  }

  bool compareOne(const std::string &name, const runtime::Array &got,
                  const runtime::Array &expected, const std::string &file,
                  llvm::json::Object &report) {
    // A batch of 1 and a row of a table may stand without their axis.
    if (got.size() != expected.size() ||
        withoutOnes(got.shape()) != withoutOnes(expected.shape())) {
      console.error(file + ": the shape " + runtime::printShape(expected.shape()) +
                    " does not fit output '" + name + "', which has " +
                    runtime::printShape(got.shape()));
      return false;
    }
    const Comparison c = compare(got, expected, options.tolerance);
    if (invocation.json)
      report[name] = llvm::json::Object{{"maxAbsolute", c.absolute},
                                        {"maxRelative", c.relative},
                                        {"beyondTolerance", c.bad},
                                        {"elements", got.size()}};
    else
      console.result(
          llvm::formatv("{0}: largest absolute error {1} at {2}, relative {3} at {4}\n", name,
                        formatNumber(c.absolute), runtime::printIndex(c.absoluteAt, got.shape()),
                        formatNumber(c.relative), runtime::printIndex(c.relativeAt, got.shape()))
              .str());
    if (c.bad == 0)
      return true;
    console.error("output '" + name + "': " + std::to_string(c.bad) + " of " +
                  std::to_string(got.size()) + " elements are beyond the tolerance " +
                  formatNumber(options.tolerance) + "; the first is " +
                  runtime::printIndex(c.firstBad, got.shape()) + ", " +
                  formatNumber(got.valueAt(c.firstBad)) + " instead of " +
                  formatNumber(expected.valueAt(c.firstBad)));
    return false;
  }

  static runtime::Shape withoutOnes(runtime::Shape shape) {
    std::erase(shape, 1);
    return shape;
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

void addOptions(CLI::App &verb, Options &options) {
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
  verb.add_flag("--interpret", options.interpret,
                "run by the reference interpreter, in double precision");
}

} // namespace

void addRun(CLI::App &app, Invocation &invocation) {
  auto options = std::make_shared<Options>();
  CLI::App *verb =
      addVerb(app, invocation, "run", "run a model and write or compare its outputs",
              "  lamina run digits.lam --weights=w.safetensors --input x.npy --output y.npy\n"
              "  lamina run mlp.lam --random-weights --seed=1 --input x.csv --expect y.npy\n",
              [options, &invocation] { return Run(invocation, *options).run(); });
  addOptions(*verb, *options);
}

} // namespace lamina::tool
