// Compiles the programs of a `train` block in memory.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/TrainPrograms.h"

#include "compiler/Codegen/Jit.h"
#include "compiler/Passes/Passes.h"
#include "compiler/Passes/TrainFit.h"
#include "compiler/Passes/TrainStep.h"
#include "lamina/TrainingState.h"

#include "mlir/Pass/PassManager.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

namespace lamina::tool {
namespace {

using runtime::Array;
using runtime::Failure;
using runtime::Status;

/// A compiled model with its workspace and packed weights.
class JitProgram final : public runtime::TrainingProgram {
public:
  JitProgram(std::unique_ptr<codegen::JitModel> compiled, const codegen::ModelInterface &interface)
      : jit(std::move(compiled)) {
    for (const auto &[from, to] :
         {std::pair(&interface.inputs, &inputs), std::pair(&interface.outputs, &outputs)})
      for (const codegen::ValueInterface &value : *from)
        to->push_back({value.name, runtime::ElementType(value.dtype), value.shape});
  }

  Status setWeights(std::span<const runtime::NamedArray> weights) override {
    if (!packed) {
      runtime::Result<Array> bytes = Array::create(runtime::ElementType::U8, {jit->weightsBytes()});
      if (!bytes)
        return Failure{"weights: " + bytes.error()};
      packed.emplace(std::move(*bytes));
    }
    std::vector<lamina_tensor> tensors;
    for (const runtime::NamedArray &weight : weights)
      tensors.push_back({weight.name.c_str(), weight.array->data(), weight.array->shape().data(),
                         int32_t(weight.array->rank()), int32_t(weight.array->type())});
    const int32_t status = jit->pack(tensors.data(), int64_t(tensors.size()), packed->data());
    if (status != LAMINA_OK)
      return Failure{std::string("the weights cannot be packed: ") + lamina_status_text(status)};
    return {};
  }

  Status run(std::span<const std::byte *const> in, std::span<std::byte *const> out,
             int64_t batch) override {
    if (!packed)
      if (Status status = setWeights({}); !status)
        return status;
    const int64_t bytes = jit->workspaceBytes(batch);
    if (!workspace || workspace->size() < bytes) {
      runtime::Result<Array> made = Array::create(runtime::ElementType::U8, {bytes});
      if (!made)
        return Failure{"workspace: " + made.error()};
      workspace.emplace(std::move(*made));
    }
    std::vector<void *> arguments = {packed->data()};
    for (const std::byte *input : in)
      arguments.push_back(const_cast<std::byte *>(input));
    for (std::byte *output : out)
      arguments.push_back(output);
    arguments.push_back(&batch);
    arguments.push_back(workspace->data());
    const int32_t status = jit->invoke(arguments.data());
    return status == LAMINA_OK ? Status() : Status(Failure{lamina_status_text(status)});
  }

  int64_t workspaceBytes(int64_t batch) override { return jit->workspaceBytes(batch); }

private:
  std::unique_ptr<codegen::JitModel> jit;
  std::optional<Array> packed, workspace;
};

} // namespace

std::unique_ptr<runtime::TrainingProgram>
compileProgram(const Invocation &invocation, const SourceManager &sources, const sema::Model &model,
               const std::function<bool(Compilation &)> &prepare, int threads) {
  Compilation compilation(invocation, sources);
  if (!compilation.generate({&model}) || (prepare && !prepare(compilation)))
    return nullptr;
  std::string error;
  std::unique_ptr<codegen::Target> target = codegen::resolveTarget("", "", error);
  if (!target) {
    invocation.console.error("this machine: " + error);
    return nullptr;
  }
  CompileOptions options;
  options.target = *target;
  options.invoke = true;
  options.threads = threads > 0;
  options.version = LAMINA_VERSION;
  if (!compilation.lower(Level::Llvm, options))
    return nullptr;
  auto context = std::make_unique<llvm::LLVMContext>();
  std::unique_ptr<llvm::Module> code = compilation.translate(options, *context);
  if (!code)
    return nullptr;
  std::unique_ptr<codegen::JitModel> jit = codegen::JitModel::create(
      std::move(code), std::move(context), compilation.interface.symbol, error, threads);
  if (!jit) {
    invocation.console.error("internal error: " + error);
    return nullptr;
  }
  return std::make_unique<JitProgram>(std::move(jit), compilation.interface);
}

static bool inlineBlocks(Compilation &compilation) {
  mlir::PassManager manager(compilation.module().getContext());
  manager.addPass(createInlinePass());
  return mlir::succeeded(manager.run(compilation.module()));
}

static runtime::FitMerge mergeOf(ir::ReduceKind kind) {
  using enum runtime::FitMerge;
  switch (kind) {
  case ir::ReduceKind::Prod:
    return Product;
  case ir::ReduceKind::Max:
    return Max;
  case ir::ReduceKind::Min:
    return Min;
  case ir::ReduceKind::Any:
    return Any;
  case ir::ReduceKind::All:
    return All;
  default:
    return Sum;
  }
}

/// How states are learnt: in passes over batches, or from all samples at once. False after an error
/// message.
static bool compileFit(const Invocation &invocation, const SourceManager &sources,
                       const sema::Training &training, runtime::TrainingPrograms &programs) {
  Compilation counted(invocation, sources);
  if (!counted.generate({&*training.fit}) || !inlineBlocks(counted))
    return false;
  programs.fitPasses = train::countFitPasses(counted.model());
  programs.fit = [&invocation, &sources, &training,
                  passes = programs.fitPasses](size_t pass, int64_t batch,
                                               int64_t rows) -> runtime::Result<runtime::FitPass> {
    runtime::FitPass made;
    made.program =
        compileProgram(invocation, sources, *training.fit, [&](Compilation &compilation) {
          if (!passes) {
            train::makeBatchStatic(compilation.model(), batch);
            return true;
          }
          if (!inlineBlocks(compilation))
            return false;
          for (const train::FitPart &part :
               train::cutFitPass(compilation.model(), pass, batch, rows))
            made.merges.push_back(mergeOf(part.kind));
          return true;
        });
    if (!made.program)
      return Failure{"what 'fit' computes could not be compiled"};
    return made;
  };
  return true;
}

/// What stands around the step: the schedule, moves behind updates, states that are learnt. False
/// after an error message.
static bool compileMoves(const Invocation &invocation, const SourceManager &sources,
                         const sema::Training &training, runtime::TrainingPrograms &programs) {
  if (training.scheduleProgram) {
    programs.schedule = compileProgram(invocation, sources, *training.scheduleProgram);
    if (!programs.schedule)
      return false;
  }
  for (const sema::Periodic &periodic : training.periodic) {
    auto program = compileProgram(invocation, sources, periodic.program);
    if (!program)
      return false;
    programs.periodic.push_back(
        {{periodic.interval.count, periodic.interval.isEpochs}, std::move(program)});
  }
  return !training.fit || compileFit(invocation, sources, training, programs);
}

std::optional<runtime::TrainingPrograms> compilePrograms(const Invocation &invocation,
                                                         const SourceManager &sources,
                                                         const sema::Training &training,
                                                         int threads) {
  runtime::TrainingPrograms programs;
  programs.load = compileProgram(invocation, sources, training.load, nullptr, threads);
  auto fixBatch = [&](Compilation &compilation) {
    train::lowerMeasuredDraws(compilation.model(), training.seed, runtime::kRowInput);
    if (training.checksWholeBatches)
      train::makeBatchStatic(compilation.model(), training.batch);
    return true;
  };
  programs.check = programs.load
                       ? compileProgram(invocation, sources, training.check, fixBatch, threads)
                       : nullptr;
  if (!programs.check)
    return std::nullopt;
  if (!compileMoves(invocation, sources, training, programs))
    return std::nullopt;
  programs.step = [&invocation, &sources, &training,
                   threads](int64_t batch) -> runtime::Result<runtime::StepProgram> {
    runtime::StepProgram step;
    step.program = compileProgram(
        invocation, sources, training.loss,
        [&](Compilation &compilation) {
          return makeStep(compilation, training, batch, step.slots);
        },
        threads);
    if (!step.program)
      return Failure{"the training step could not be made"};
    return step;
  };
  return programs;
}

} // namespace lamina::tool
