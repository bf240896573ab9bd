// The products of a compilation, level by level.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Compiler.h"

#include "compiler/Codegen/AbiFunctions.h"
#include "compiler/Codegen/Versions.h"
#include "compiler/Tools/lamina/Remarks.h"
#include "compiler/Tools/lamina/TrainBlock.h"
#include "compiler/Tools/lamina/TrainPrograms.h"

#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <filesystem>

namespace lamina::tool {

Compiler::Compiler(const Invocation &invocation, const CompileRequest &request)
    : invocation(invocation), request(request), frontend(invocation),
      compilation(invocation, frontend.sources()),
      wanted(request.emit.begin(), request.emit.end()) {
  if (wanted.empty())
    wanted = {"obj", "header"};
}

int Compiler::run() {
  if (int code = checkCommandLine())
    return code;
  if (!request.train && !frontend.load(request.file))
    return kBadInput;
  if (!request.train && isLevelWanted("ast"))
    if (int code = addSyntax())
      return code;
  if (wanted.size() > wanted.count("ast") || !request.saveIR.empty())
    if (int code = addModel())
      return code;
  std::error_code error;
  if (!request.saveIR.empty() && !std::filesystem::create_directories(request.saveIR, error) &&
      error) {
    invocation.console.error(request.saveIR + ": cannot be made: " + error.message());
    return kBadInput;
  }
  LinkOptions link;
  link.triple = targets.empty() ? "" : targets.front().triple;
  link.threads = options.threads;
  link.sanitize = options.sanitize;
  return writeProducts(invocation, products, link);
}

int Compiler::usage(const std::string &message) const {
  invocation.console.error(message);
  return kBadUsage;
}

bool Compiler::isWanted(std::initializer_list<const char *> kinds) const {
  return std::any_of(kinds.begin(), kinds.end(),
                     [&](const char *kind) { return wanted.count(kind); });
}

bool Compiler::isLevelWanted(const std::string &kind) const {
  return wanted.count(kind) || !request.saveIR.empty();
}

int Compiler::checkCommandLine() const {
  if (!request.weights.file.empty() && !request.embed)
    return usage("--weights is for --embed-weights");
  if (!request.weights.map.empty() && request.weights.file.empty())
    return usage("--map is for --weights");
  if (request.output == "-") {
    if (wanted.size() > 1)
      return usage("'-o -' takes one kind of output; " + std::to_string(wanted.size()) +
                   " are wanted");
    for (const char *kind : {"shared", "exe"})
      if (wanted.count(kind))
        return usage("'--emit=" + std::string(kind) + "' cannot be written to standard output");
  }
  if (request.file.empty() && wanted.count("ast"))
    return usage("--emit=ast needs a file");
  if (request.train && request.file.empty())
    return usage("--train needs a file with a 'train' block");
  if (request.train && (request.embed || isWanted({"ast", "exe"})))
    return usage("--train compiles a step, whose weights are inputs: it goes with neither "
                 "--embed-weights nor --emit=ast or --emit=exe");
  if (!request.train && !request.settings.empty())
    return usage("--set is for --train");
  if (request.cpus.size() > 1 && (isWanted({"kernels", "mlir"}) || !request.saveIR.empty()))
    return usage("the levels of one CPU only can be shown; --mcpu gives " +
                 std::to_string(request.cpus.size()));
  return kSuccess;
}

int Compiler::resolveTargets() {
  std::string error;
  targets = codegen::resolveTargets(
      request.triple, request.cpus.empty() ? std::vector<std::string>{""} : request.cpus, error);
  return targets.empty() ? usage(error) : int(kSuccess);
}

void Compiler::add(const std::string &kind, std::string bytes) {
  if (wanted.count(kind))
    products.push_back({kind, pathOf(kind, request.output, stem, wanted.size()), bytes, {}});
  const auto entry = std::find_if(productKinds().begin(), productKinds().end(),
                                  [&](const Kind &k) { return k.name == kind; });
  if (!request.saveIR.empty() && entry->isLevel)
    products.push_back(
        {kind, request.saveIR + "/" + stem + entry->extension, std::move(bytes), {}});
}

/// The tree of the root file, which is the first.
int Compiler::addSyntax() {
  stem = request.file == "-" ? "stdin" : std::filesystem::path(request.file).stem().string();
  if (request.file.empty())
    return kSuccess;
  Diagnostics again(frontend.sources());
  add("ast", printTree(parse(0, again), frontend.sources()));
  return kSuccess;
}

int Compiler::makeModel() {
  model = frontend.model();
  if (!model)
    return kBadInput;
  stem = codegen::symbolName(model->name);
  return compilation.generate({&*model}) ? int(kSuccess) : compilation.exitCode();
}

/// The step of `Digits` is called `Digits_step`.
int Compiler::makeStep() {
  TrainBlockOptions block;
  block.file = request.file;
  block.train = *request.train;
  block.settings = request.settings;
  std::optional<sema::Training> training = readTrainBlock(invocation, frontend, block);
  if (!training)
    return kBadInput;
  std::vector<runtime::SlotSpec> slots;
  if (!compilation.generate({&training->loss}) ||
      !tool::makeStep(compilation, *training, training->batch, slots))
    return compilation.exitCode();
  compilation.model().setSymName(training->name + "_step");
  compilation.keep();
  stem = codegen::symbolName(training->name + "_step");
  model = std::move(training->loss);
  options.invoke = true;
  return kSuccess;
}

int Compiler::addModel() {
  if (int code = resolveTargets())
    return code;
  if (int code = request.train ? makeStep() : makeModel())
    return code;
  options.target = targets.front();
  options.threads = request.threads == "omp";
  options.sanitize = !request.sanitize.empty();
  options.version = LAMINA_VERSION;
  if (const bool crashes = !request.crashingPass.empty(); crashes || !request.failingPass.empty())
    options.fault = {crashes ? request.crashingPass : request.failingPass, crashes};
  options.options = "threads=" + request.threads +
                    (options.sanitize ? " sanitize=" + request.sanitize : "") +
                    (request.embed ? " embed-weights" : "");
  if (int code = readEmbedded())
    return code;
  if (int code = addLevels())
    return code;
  return isWanted({"header", "llvm", "asm", "obj", "lib", "shared", "exe"}) ||
                 !request.saveIR.empty()
             ? addCode()
             : int(kSuccess);
}

/// Each level that is wanted as text is made by a run of its own up to it, on IR made anew: the
/// passes go from the start.
int Compiler::addLevels() {
  static constexpr std::pair<const char *, Level> kLevels[] = {
      {"lamina", Level::Lamina}, {"kernels", Level::Kernels}, {"mlir", Level::Mlir}};
  for (auto [kind, level] : kLevels) {
    if (!isLevelWanted(kind))
      continue;
    if (!compilation.lower(level, options))
      return compilation.exitCode();
    std::string text;
    llvm::raw_string_ostream(text) << compilation.module();
    add(kind, text + "\n");
    compilation.restart();
  }
  if (!request.remarks)
    return kSuccess;
  {
    const RemarkPrinter printer(*compilation.module()->getContext(), invocation.console);
    if (!compilation.lower(Level::Kernels, options))
      return compilation.exitCode();
  }
  invocation.console.raw(describeKernels(compilation.module()));
  compilation.restart();
  return kSuccess;
}

int Compiler::readEmbedded() {
  if (!request.embed && !wanted.count("exe"))
    return kSuccess;
  const std::vector<Parameter> parameters = parametersOf(*model);
  const auto needed =
      std::find_if(parameters.begin(), parameters.end(), [](const Parameter &parameter) {
        return parameter.role == "trained" || !parameter.hasInit;
      });
  if (!request.weights.file.empty())
    weights = readWeights(invocation, request.weights, *model);
  else if (needed == parameters.end())
    weights = ModelWeights();
  else if (request.embed)
    return usage("--embed-weights needs --weights=FILE");
  else
    return usage("--emit=exe needs --weights=FILE and --embed-weights: '" + model->name +
                 "' has parameters");
  return weights ? kSuccess : kBadInput;
}

bool Compiler::embed() {
  if (!weights)
    return true;
  const int32_t status = codegen::packWeights(compilation.interface, weights->tensors(),
                                              compilation.interface.embedded);
  if (status != LAMINA_OK)
    compilation.fail(std::string("the weights do not pack: ") + lamina_status_text(status));
  return status == LAMINA_OK;
}

} // namespace lamina::tool
