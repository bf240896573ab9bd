// `lamina predict`: a model's outputs for a file of data, read as its `train` block reads them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/ModelWeights.h"
#include "compiler/Tools/lamina/OutputReport.h"
#include "compiler/Tools/lamina/PrintArray.h"
#include "compiler/Tools/lamina/TrainBlock.h"
#include "compiler/Tools/lamina/TrainPrograms.h"
#include "lamina/Batches.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include <CLI/CLI.hpp>
#include <cstring>
#include <filesystem>
#include <numeric>

namespace lamina::tool {
namespace {

struct Options {
  TrainBlockOptions block;
  WeightSource weights;
  std::string output;
};

class Predict {
public:
  Predict(const Invocation &invocation, const Options &options)
      : invocation(invocation), options(options), console(invocation.console),
        frontend(invocation) {}

  int run() {
    training = readTrainedBlock(invocation, frontend, options.block);
    if (!training || !checkOutput())
      return kBadInput;
    std::vector<std::string> inputs;
    for (const auto &input : training->network.body.arguments)
      inputs.push_back(input->name);
    sema::restrictLoad(*training, inputs);
    std::optional<ModelWeights> weights =
        readWeights(invocation, options.weights, training->network);
    if (!weights)
      return kBadInput;
    load = compileProgram(invocation, frontend.sources(), training->load);
    network = load ? compileProgram(invocation, frontend.sources(), training->network) : nullptr;
    if (!network)
      return kDefect;
    if (runtime::Status status = network->setWeights(weights->named()); !status)
      return fail(status.failure());
    runtime::TrainingPlan plan = planOf(*training, options.block);
    if (!chooseFile(plan))
      return kBadInput;
    runtime::Result<runtime::Dataset> data =
        runtime::Dataset::open(plan.sources, plan.columns, plan.folder, plan.inMemory);
    if (!data)
      return fail(data.failure());
    grid = data->grid();
    if (runtime::Status status = predictAll(*data); !status)
      return fail(status.failure());
    return write();
  }

private:
  int fail(const runtime::Failure &failure) {
    console.error(failure);
    return kBadInput;
  }

  bool checkOutput() {
    const bool hasSeveral = training->network.outputs.size() > 1;
    if (hasSeveral && !options.output.empty() && !options.output.ends_with(".npz")) {
      console.error("the model has several outputs: -o takes a .npz file, which holds all of them");
      return false;
    }
    runtime::Status status = options.output.empty() || hasSeveral
                                 ? runtime::Status()
                                 : runtime::checkTarget(options.output);
    if (!status)
      console.error(status.failure());
    return bool(status);
  }

  /// `--data=FILE` stands in the place of the block's one source.
  bool chooseFile(runtime::TrainingPlan &plan) {
    std::error_code ignored; // what cannot be looked at is reported where it is opened
    if (options.block.data.empty() || std::filesystem::is_directory(options.block.data, ignored))
      return true;
    if (plan.sources.size() != 1) {
      console.error(
          "the 'train' block reads several sources: --data takes the folder of their files");
      return false;
    }
    plan.sources.front().files = {{"", options.block.data}};
    plan.folder.clear();
    return true;
  }

  runtime::Status predictAll(const runtime::Dataset &data) {
    const int64_t samples = std::max<int64_t>(data.rows() - data.reach() + 1, 0);
    for (const runtime::ProgramValue &output : network->outputs) {
      runtime::Result<runtime::Array> array =
          runtime::Array::create(output.type, output.shapeOf(samples));
      if (!array)
        return array.failure();
      arrays.push_back(std::move(*array));
    }
    constexpr int64_t kRows = 256;
    for (int64_t begin = 0; begin < samples; begin += kRows) {
      std::vector<int64_t> rows(size_t(std::min(kRows, samples - begin)));
      std::iota(rows.begin(), rows.end(), begin);
      runtime::Result<runtime::Batch> batch = runtime::BatchMaker(data, *load).make(rows);
      if (!batch)
        return batch.failure();
      std::vector<const std::byte *> inputs;
      for (const runtime::ProgramValue &input : network->inputs)
        for (size_t i = 0; i < load->outputs.size(); ++i)
          if (load->outputs[i].name == input.name)
            inputs.push_back(batch->values[i].data());
      std::vector<std::byte *> outputs;
      for (runtime::Array &array : arrays)
        outputs.push_back(array.data() + size_t(begin) * (array.sizeInBytes() / size_t(samples)));
      if (runtime::Status status = network->run(inputs, outputs, batch->size); !status)
        return status;
    }
    return {};
  }

  /// A value for each pixel of an image is an image.
  void shapeToGrid() {
    for (runtime::Array &array : arrays)
      if (!grid.empty() && options.output.ends_with(".png")) {
        runtime::Shape shape = array.shape();
        shape.erase(shape.begin());
        shape.insert(shape.begin(), grid.begin(), grid.end());
        array.reshape(shape);
      }
  }

  int write() {
    std::vector<std::string> names;
    for (const runtime::ProgramValue &output : network->outputs)
      names.push_back(output.name);
    if (options.output.empty())
      return console.result(printOutputs({names, arrays}, invocation.json)) ? kSuccess : kBadInput;
    shapeToGrid();
    std::vector<runtime::OutputTarget> targets;
    for (size_t i = 0; i < arrays.size(); ++i)
      targets.push_back({options.output + (arrays.size() > 1 ? ":" + names[i] : ""), &arrays[i]});
    if (runtime::Status status = runtime::writeOutputs(targets); !status)
      return fail(status.failure());
    return !invocation.json || console.result(written(names)) ? kSuccess : kBadInput;
  }

  /// Which output went where, as JSON.
  std::string written(const std::vector<std::string> &names) const {
    llvm::json::Object outputs;
    for (size_t i = 0; i < arrays.size(); ++i)
      outputs[names[i]] = llvm::json::Object{{"dtype", elementName(arrays[i].type())},
                                             {"shape", llvm::json::Array(arrays[i].shape())}};
    return llvm::formatv("{0:2}\n", llvm::json::Value(llvm::json::Object{
                                        {"file", options.output}, {"outputs", std::move(outputs)}}))
        .str();
  }

  const Invocation &invocation;
  const Options &options;
  const Console &console;
  Frontend frontend;
  std::optional<sema::Training> training;
  std::unique_ptr<runtime::TrainingProgram> load, network;
  std::vector<runtime::Array> arrays;
  runtime::Shape grid; ///< of the pixels, where these are the samples
};

} // namespace

void addPredict(CLI::App &app, Invocation &invocation) {
  auto options = std::make_shared<Options>();
  CLI::App *verb =
      addVerb(app, invocation, "predict", "a model's outputs for a file of data",
              "  lamina predict digits.lam --weights=w.safetensors --data=new.csv -o scores.npy\n"
              "  lamina predict digits.lam --weights=w.safetensors -o scores.csv\n",
              [options, &invocation] { return Predict(invocation, *options).run(); });
  addTrainBlockOptions(*verb, options->block);
  addCheckpointOptions(*verb, options->weights);
  verb->add_option("-o", options->output,
                   "where the outputs go: .npy, .csv, .npz or, of pixels, .png")
      ->type_name("FILE");
}

} // namespace lamina::tool
