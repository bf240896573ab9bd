// `lamina bench`: time, share of peak and of bandwidth of each kernel of a model.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Bench.h"

#include "compiler/Codegen/Jit.h"
#include "compiler/Tools/lamina/Frontend.h"
#include "compiler/Tools/lamina/ModelWeights.h"
#include "lamina/Output.h"

#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>

namespace lamina::tool {
namespace {

using Clock = std::chrono::steady_clock;
using runtime::Array;

struct Options {
  std::string file, html;
  int64_t batch = 1;
  int threads = 0;
};

/// Time by kernel: what has passed since the last mark belongs to the kernel that ended.
struct Stopwatch {
  std::vector<double> seconds;
  Clock::time_point last;

  static void mark(int64_t context, int64_t kernel) {
    auto &self = *reinterpret_cast<Stopwatch *>(context);
    const Clock::time_point now = Clock::now();
    self.seconds[size_t(kernel)] += std::chrono::duration<double>(now - self.last).count();
    self.last = now;
  }
};

double median(std::vector<double> numbers) {
  std::nth_element(numbers.begin(), numbers.begin() + long(numbers.size() / 2), numbers.end());
  return numbers[numbers.size() / 2];
}

class Bench {
public:
  Bench(const Invocation &invocation, const Options &options)
      : invocation(invocation), options(options), frontend(invocation),
        compilation(invocation, frontend.sources()) {}

  int run() {
    if (!frontend.load(options.file))
      return kBadInput;
    model = frontend.model();
    if (!model)
      return kBadInput;
    if (int code = describe())
      return code;
    for (bool isMeasured : {false, true})
      if (int code = measure(isMeasured))
        return code;
    if (!options.html.empty())
      if (runtime::Status status = runtime::writeFile(options.html, benchHtml(result)); !status)
        return fail(status.error());
    return invocation.console.result(invocation.json ? benchJson(result) : benchText(result))
               ? kSuccess
               : kBadInput;
  }

private:
  int fail(const std::string &message) {
    invocation.console.error(message);
    return kBadInput;
  }

  /// What the kernels are, and what this machine could do.
  int describe() {
    std::string error;
    std::unique_ptr<codegen::Target> target = codegen::resolveTarget("", "", error);
    std::optional<codegen::Peak> peak =
        target ? codegen::measurePeak(*target, error) : std::nullopt;
    if (!peak)
      return fail("this machine: " + error);
    compile.target = *target;
    compile.invoke = true;
    compile.threads = options.threads > 0;
    compile.version = LAMINA_VERSION;
    if (!compilation.generate({&*model}))
      return compilation.exitCode();
    weights = initialWeights(invocation, compilation, *model, 0);
    if (!weights)
      return kBadInput;
    if (!compilation.lower(Level::Kernels, compile))
      return compilation.exitCode();
    result = {model->name,
              target->description(),
              options.batch,
              std::max(options.threads, 1),
              0,
              0,
              *peak,
              kernelCosts(compilation.model()),
              {}};
    compilation.restart();
    return kSuccess;
  }

  /// Runs the code as it is, or with the marks that measure kernels.
  int measure(bool isMeasured) {
    watch.seconds.assign(result.kernels.size(), 0);
    if (isMeasured)
      compilation.module()->setAttr("lamina.profile",
                                    mlir::Builder(compilation.module().getContext())
                                        .getI64IntegerAttr(reinterpret_cast<int64_t>(&watch)));
    if (!compilation.lower(Level::Llvm, compile))
      return compilation.exitCode();
    auto context = std::make_unique<llvm::LLVMContext>();
    std::unique_ptr<llvm::Module> code = compilation.translate(compile, *context);
    if (!code)
      return kDefect;
    std::string error;
    std::unique_ptr<codegen::JitModel> jit =
        codegen::JitModel::create(std::move(code), std::move(context), compilation.interface.symbol,
                                  error, options.threads, isMeasured ? Stopwatch::mark : nullptr);
    if (!jit)
      return compilation.fail(error);
    const int exitCode = call(*jit, isMeasured);
    compilation.restart();
    return exitCode;
  }

  std::optional<Array> bytes(int64_t count) {
    runtime::Result<Array> array =
        Array::create(runtime::ElementType::U8, {std::max<int64_t>(count, 1)});
    if (array)
      return std::move(*array);
    fail("memory: " + array.error());
    return std::nullopt;
  }

  /// An array for an input or output; inputs are small numbers, integers and bools zero.
  bool addArray(const codegen::ValueInterface &value, bool isInput) {
    runtime::Shape shape = value.shape;
    for (int64_t &extent : shape)
      extent = extent == LAMINA_BATCH ? options.batch
               : extent <= LAMINA_EXTENT(0)
                   ? compilation.interface.extents[size_t(LAMINA_EXTENT(0) - extent)].bound
                   : extent;
    runtime::Result<Array> array = Array::create(runtime::ElementType(value.dtype), shape);
    if (!array)
      return fail("'" + value.name + "': " + array.error()), false;
    if (isInput && array->type() == runtime::ElementType::F32)
      for (int64_t i = 0; i < array->size(); ++i)
        array->as<float>()[i] = float(i % 17) / 17 - 0.5f;
    arrays.push_back(std::move(*array));
    return true;
  }

  int call(codegen::JitModel &jit, bool isMeasured) {
    const codegen::ModelInterface &interface = compilation.interface;
    std::optional<Array> packed = bytes(jit.weightsBytes()),
                         workspace = bytes(jit.workspaceBytes(options.batch));
    if (!packed || !workspace)
      return kBadInput;
    const std::vector<lamina_tensor> tensors = weights->tensors();
    if (jit.pack(tensors.data(), int64_t(tensors.size()), packed->data()) != LAMINA_OK)
      return compilation.fail("the weights do not pack");
    arrays.clear();
    for (const codegen::ValueInterface &input : interface.inputs)
      if (!addArray(input, true))
        return kBadInput;
    for (const codegen::ValueInterface &output : interface.outputs)
      if (!addArray(output, false))
        return kBadInput;
    std::vector<void *> arguments = {packed->data()};
    for (Array &array : arrays)
      arguments.push_back(array.data());
    int64_t batch = options.batch;
    arguments.push_back(&batch);
    std::vector<int64_t> extents;
    for (const auto &extent : interface.extents)
      extents.push_back(extent.bound);
    for (int64_t &extent : extents)
      arguments.push_back(&extent);
    arguments.push_back(workspace->data());
    return repeat(jit, arguments, isMeasured);
  }

  /// At least 15 rounds, and half a second of them, after a few that warm up.
  int repeat(codegen::JitModel &jit, std::vector<void *> &arguments, bool isMeasured) {
    constexpr int64_t kWarm = 3, kLeast = 15, kMost = 20'000;
    constexpr double kSeconds = 0.5;
    std::vector<double> whole;
    std::vector<std::vector<double>> parts(result.kernels.size());
    double spent = 0;
    for (int64_t i = -kWarm; i < kLeast || (spent < kSeconds && i < kMost); ++i) {
      std::fill(watch.seconds.begin(), watch.seconds.end(), 0);
      const Clock::time_point begin = watch.last = Clock::now();
      if (const int32_t status = jit.invoke(arguments.data()); status != LAMINA_OK)
        return fail(std::string("the run failed: ") + lamina_status_text(status));
      const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
      if (i < 0)
        continue;
      spent += seconds;
      whole.push_back(seconds);
      for (size_t k = 0; k < parts.size(); ++k)
        parts[k].push_back(watch.seconds[k]);
    }
    if (!isMeasured) {
      result.seconds = median(whole);
      result.rounds = int64_t(whole.size());
      return kSuccess;
    }
    for (std::vector<double> &part : parts)
      result.times.push_back(median(std::move(part)));
    return kSuccess;
  }

  const Invocation &invocation;
  const Options &options;
  Frontend frontend;
  Compilation compilation;
  CompileOptions compile;
  std::optional<sema::Model> model;
  std::optional<ModelWeights> weights;
  std::vector<Array> arrays;
  Stopwatch watch;
  Benchmark result;
};

} // namespace

void addBench(CLI::App &app, Invocation &invocation) {
  auto options = std::make_shared<Options>();
  CLI::App *verb = addVerb(
      app, invocation, "bench", "time and shares of peak and bandwidth by kernel",
      "  lamina bench digits.lam --batch=64\n"
      "  lamina bench --model=std.vision.mixer.Mixer_S16 --num-threads=2 --html=mixer.html\n",
      [options, &invocation] { return Bench(invocation, *options).run(); });
  verb->add_option("FILE", options->file, "the source file; '-' is standard input");
  verb->add_option("--batch", options->batch, "samples in a call; 1 by default")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  verb->add_option("--num-threads", options->threads, "share large work among N threads")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  verb->add_option("--html", options->html, "write a page besides")->type_name("FILE");
}

} // namespace lamina::tool
