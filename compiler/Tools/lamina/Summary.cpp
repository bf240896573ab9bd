// `lamina summary`: layers, axes, parameters, FLOPs, bytes, peak memory.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Compilation.h"
#include "compiler/Tools/lamina/Cost.h"
#include "compiler/Tools/lamina/Frontend.h"
#include "compiler/Tools/lamina/Graph.h"
#include "compiler/Tools/lamina/Table.h"
#include "lamina/Output.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include <CLI/CLI.hpp>

namespace lamina::tool {
namespace {

struct Options {
  std::string file, graph;
  int64_t batch = 1;
  size_t depth = 2;
  bool paths = false;
};

/// What the plan of the compiler says: bytes of packed weights and of the workspace.
struct Memory {
  int64_t weights = 0;
  int64_t workspace = 0;
};

class Summary {
public:
  Summary(const Invocation &invocation, const Options &options)
      : invocation(invocation), options(options), frontend(invocation) {}

  int run() {
    if (!frontend.load(options.file))
      return kBadInput;
    model = frontend.model();
    if (!model)
      return kBadInput;
    if (!options.graph.empty())
      if (runtime::Status status = runtime::writeFile(options.graph, printGraph(*model)); !status) {
        invocation.console.error(status.failure());
        return kBadInput;
      }
    if (options.paths)
      return print(invocation.json ? pathsJson() : pathsText());
    cost = costOf(*model);
    if (int code = plan())
      return code;
    return print(invocation.json ? json() : text());
  }

private:
  int print(const std::string &result) {
    return invocation.console.result(result) ? kSuccess : kBadInput;
  }

  /// Plans the model for this machine: what is printed is what a compiled object asks for.
  int plan() {
    std::string error;
    std::unique_ptr<codegen::Target> target = codegen::resolveTarget("", "", error);
    if (!target) {
      invocation.console.error("this machine: " + error);
      return kBadInput;
    }
    Compilation compilation(invocation, frontend.sources());
    CompileOptions compile;
    compile.target = *target;
    if (!compilation.generate({&*model}) || !compilation.lower(Level::Kernels, compile))
      return compilation.exitCode();
    const codegen::ModelInterface &plan = compilation.interface;
    memory = {plan.packedBytes, options.batch == 1
                                    ? plan.workspaceOne
                                    : std::max(plan.workspaceOne, plan.workspaceRows)};
    for (const auto *values : {&plan.inputs, &plan.outputs})
      for (const codegen::ValueInterface &value : *values)
        ioBytes += value.sampleBytes * (value.hasBatch() ? options.batch : 1);
    return kSuccess;
  }

  std::string signature() const {
    std::string text = model->name + "(";
    for (const auto &argument : model->body.arguments)
      text += (argument == model->body.arguments.front() ? "" : ", ") + argument->name + ": " +
              printType(argument->type);
    text += ") -> ";
    for (size_t i = 0; i < model->outputs.size(); ++i)
      text += (i ? ", " : "") + model->outputs[i].name + ": " +
              printType(model->outputs[i].value->type);
    return text;
  }

  std::string text() const {
    Table table(3);
    table.row({"layer", "block", "result", "parameters", "FLOPs", "bytes"});
    table.line();
    double inLayers = 0;
    for (const LayerCost &layer : cost.layers) {
      inLayers += layer.depth == 1 ? layer.flops : 0;
      if (layer.depth <= options.depth)
        table.row({std::string(2 * (layer.depth - 1), ' ') + layer.path, layer.block, layer.type,
                   grouped(layer.parameters), flopsText(layer.flops * double(options.batch)),
                   bytesText(layer.parameterBytes)});
    }
    if (const double rest = cost.flops - inLayers; rest > 0)
      table.row({"(operations of the model itself)", "", "", "",
                 flopsText(rest * double(options.batch)), ""});
    table.line();
    table.row({"total", "", "", grouped(cost.parameters),
               flopsText(cost.flops * double(options.batch)), bytesText(cost.parameterBytes)});
    std::string text = signature() + "\n\n" + table.print();
    if (cost.trained != cost.parameters)
      text += grouped(cost.trained) + " parameters are trained, " +
              grouped(cost.parameters - cost.trained) + " frozen\n";
    return text + "peak memory at batch " + std::to_string(options.batch) + ": " +
           bytesText(memory.weights + memory.workspace + ioBytes) + " (weights " +
           bytesText(memory.weights) + ", workspace " + bytesText(memory.workspace) +
           ", inputs and outputs " + bytesText(ioBytes) + ")\n";
  }

  std::string json() const {
    llvm::json::Array layers;
    for (const LayerCost &layer : cost.layers)
      if (layer.depth <= options.depth)
        layers.push_back(llvm::json::Object{{"path", layer.path},
                                            {"block", layer.block},
                                            {"result", layer.type},
                                            {"depth", int64_t(layer.depth)},
                                            {"parameters", layer.parameters},
                                            {"flops", layer.flops * double(options.batch)},
                                            {"bytes", layer.parameterBytes}});
    llvm::json::Object object{{"model", model->name},
                              {"signature", signature()},
                              {"batch", options.batch},
                              {"parameters", cost.parameters},
                              {"trained", cost.trained},
                              {"flops", cost.flops * double(options.batch)},
                              {"parameterBytes", cost.parameterBytes},
                              {"weightsBytes", memory.weights},
                              {"workspaceBytes", memory.workspace},
                              {"ioBytes", ioBytes},
                              {"layers", std::move(layers)}};
    return llvm::formatv("{0:2}\n", llvm::json::Value(std::move(object))).str();
  }

  /// Calls `visit` with the parameter and the path and shape of each of its tensors in a weight
  /// file.
  template <typename Visit> void eachPath(Visit visit) const {
    for (const Parameter &parameter : parametersOf(*model)) {
      sema::Type type = parameter.type;
      type.axes.erase(type.axes.begin(), type.axes.begin() + long(parameter.stacked()));
      for (const runtime::ParameterSpec &spec : expand({parameter}))
        visit(spec.path, type, parameter.role);
    }
  }

  std::string pathsText() const {
    Table table(3);
    eachPath([&](const std::string &path, const sema::Type &type, const std::string &role) {
      table.row({path, printType(type), role});
    });
    return table.print();
  }

  std::string pathsJson() const {
    llvm::json::Array list;
    eachPath([&](const std::string &path, const sema::Type &type, const std::string &role) {
      llvm::json::Array axes;
      for (const sema::Axis &axis : type.axes)
        axes.push_back(axis.name);
      list.push_back(llvm::json::Object{{"path", path},
                                        {"dtype", elementName(elementOf(type.element))},
                                        {"shape", llvm::json::Array(sampleShape(type))},
                                        {"axes", std::move(axes)},
                                        {"role", role}});
    });
    return llvm::formatv("{0:2}\n", llvm::json::Value(std::move(list))).str();
  }

  const Invocation &invocation;
  const Options &options;
  Frontend frontend;
  std::optional<sema::Model> model;
  ModelCost cost;
  Memory memory;
  int64_t ioBytes = 0;
};

} // namespace

void addSummary(CLI::App &app, Invocation &invocation) {
  auto options = std::make_shared<Options>();
  CLI::App *verb = addVerb(app, invocation, "summary",
                           "print layers, axes, parameters, FLOPs, bytes, peak memory",
                           "  lamina summary mixer.lam --depth=3\n"
                           "  lamina summary --model=std.vision.mixer.Mixer_S16 --paths\n",
                           [options, &invocation] { return Summary(invocation, *options).run(); });
  verb->add_option("FILE", options->file, "the source file; '-' is standard input");
  verb->add_option("--batch", options->batch, "count for this batch; 1 by default")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  verb->add_option("--depth", options->depth, "how many levels of layers; 2 by default")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  verb->add_flag("--paths", options->paths,
                 "the tensors of a weight file instead, with their shapes");
  verb->add_option("--graph", options->graph, "write the layers as a Graphviz picture")
      ->type_name("FILE.dot");
}

} // namespace lamina::tool
