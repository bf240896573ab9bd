// Compiled gradients by a step that only collects them, differences by the interpreter.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Gradients.h"

#include "compiler/Tools/lamina/Runner.h"
#include "compiler/Tools/lamina/Tensors.h"
#include "lamina/ArrayOps.h"
#include "lamina/Dataset.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lamina::tool {
namespace {

/// Of the collected gradients; a power of two, so that scaling loses nothing.
constexpr double kPeriod = 2;

/// The first step of two only adds its gradient, divided by two, to a slot that is zero.
void collectOnly(sema::Training &training) {
  sema::SettingCall collect, rule;
  collect.name = "accumulate";
  collect.numbers = {{"steps", kPeriod}};
  rule.name = "sgd";
  rule.numbers = {{"lr", 1}, {"momentum", 0}, {"nesterov", 0}, {"weight_decay", 0}};
  training.chain = {collect, rule};
  for (sema::ParameterRule &own : training.rules)
    own.chain = training.chain;
}

/// Leaves the loss alone of what a step gives, and what it needs.
void keepLoss(ir::ModelOp model) {
  mlir::Block &body = model.getBody().front();
  mlir::Operation *yield = body.getTerminator();
  mlir::Value loss = yield->getOperand(0);
  yield->setOperands(loss);
  mlir::Attribute name = model.getOutputNames()[0];
  model.setOutputNamesAttr(mlir::ArrayAttr::get(model.getContext(), name));
  model->removeAttr("slots");
  for (mlir::Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
    if (mlir::isOpTriviallyDead(&op))
      op.erase();
}

std::vector<std::string> axisNames(mlir::Type type) {
  std::vector<std::string> names;
  for (const ir::Axis &axis : ir::axisList(llvm::cast<mlir::RankedTensorType>(type)))
    names.push_back(axis.name.str());
  return names;
}

} // namespace

Gradients::Gradients(const Invocation &invocation, const SourceManager &sources,
                     sema::Training &training)
    : invocation(invocation), sources(sources), training(training), reference(invocation, sources) {
  training.batch = std::min(training.batch, kMostSamples);
  collectOnly(training);
}

int Gradients::fail(const runtime::Failure &failure) const {
  invocation.console.error(failure);
  return kBadInput;
}

int Gradients::prepare(const TrainBlockOptions &options) {
  load = compileProgram(invocation, sources, training.load);
  if (!load)
    return kDefect;
  runtime::TrainingPlan plan = planOf(training, options);
  runtime::Result<runtime::Dataset> data =
      runtime::Dataset::open(plan.sources, plan.columns, plan.folder, plan.inMemory);
  if (!data)
    return fail(data.failure());
  training.batch = std::min(training.batch, data->rows() - data->reach() + 1);
  if (training.batch < 1)
    return fail({"the data hold no sample"});
  std::vector<int64_t> rows(size_t(training.batch));
  std::iota(rows.begin(), rows.end(), 0);
  runtime::Result<runtime::Batch> made = runtime::BatchMaker(*data, *load).make(rows);
  if (!made)
    return fail(made.failure());
  batch = std::move(*made);
  step = compileProgram(invocation, sources, training.loss, [&](Compilation &compilation) {
    return makeStep(compilation, training, training.batch, specs);
  });
  std::vector<runtime::SlotSpec> same;
  if (!step || !reference.generate({&training.loss}))
    return kDefect;
  std::optional<ModelWeights> weights =
      initialWeights(invocation, reference, training.loss, training.seed);
  if (!weights)
    return kBadInput;
  if (!makeStep(reference, training, training.batch, same))
    return kDefect;
  keepLoss(reference.model());
  return makeReference(*weights) ? int(kSuccess) : int(kDefect);
}

/// Gives both sides the same numbers.
bool Gradients::makeReference(const ModelWeights &weights) {
  mlir::MLIRContext &context = *reference.module().getContext();
  std::vector<runtime::OwnedArray> initial;
  for (size_t i = 0; i < weights.arrays.size(); ++i) {
    runtime::Result<runtime::Array> copy = weights.arrays[i].copy();
    if (!copy)
      return fail(copy.failure()), false;
    initial.push_back({weights.names[i], std::move(*copy)});
  }
  const size_t before = step->inputs.size() - specs.size();
  runtime::Result<runtime::TrainingState> made =
      runtime::TrainingState::create(specs, std::span(step->inputs).subspan(before), initial);
  if (!made)
    return fail(made.failure()), false;
  state.emplace(std::move(*made));
  if (runtime::Status status = step->setWeights(weights.named()); !status)
    return fail(status.failure()), false;
  for (const auto &[name, value] :
       {std::pair("lr_factor", 1.0), {"step", 0.0}, {"seed", double(training.seed)}}) {
    const bool isReal = std::string_view(name) == "lr_factor";
    runtime::Result<runtime::Array> scalar =
        runtime::filled(isReal ? runtime::ElementType::F64 : runtime::ElementType::I64, {}, value);
    if (!scalar)
      return fail(scalar.failure()), false;
    scalars.push_back({name, std::move(*scalar)});
  }
  ir::ModelOp model = reference.model();
  for (size_t i = 0; i < step->inputs.size(); ++i) {
    const runtime::Array *array =
        i < before ? binding(step->inputs[i].name) : &state->current(i - before);
    inputs[step->inputs[i].name] =
        toTensor(*array, axisNames(model.getBody().getArgument(i).getType()), context);
  }
  parameters = interpreterWeights(weights, training.loss, context);
  return reference.prepareInterpretation();
}

const runtime::Array *Gradients::binding(const std::string &name) const {
  for (size_t i = 0; i < load->outputs.size(); ++i)
    if (load->outputs[i].name == name)
      return &batch.values[i];
  for (const runtime::OwnedArray &scalar : scalars)
    if (scalar.name == name)
      return &scalar.array;
  return nullptr;
}

int Gradients::derive() {
  const size_t before = step->inputs.size() - state->size();
  const size_t results = step->outputs.size() - state->size();
  std::vector<const std::byte *> from;
  for (size_t i = 0; i < step->inputs.size(); ++i)
    from.push_back(
        (i < before ? binding(step->inputs[i].name) : &state->current(i - before))->data());
  std::vector<double> values(results); // each a scalar of at most eight bytes
  std::vector<std::byte *> to;
  for (size_t i = 0; i < step->outputs.size(); ++i)
    to.push_back(i < results ? reinterpret_cast<std::byte *>(&values[i])
                             : state->next(i - results).data());
  if (runtime::Status status = step->run(from, to, 1); !status)
    return fail({"the step failed: " + status.error()});
  compiledLoss = isDouble() ? values[0] : double(*reinterpret_cast<const float *>(&values[0]));
  state->advance();
  return kSuccess;
}

std::vector<size_t> Gradients::slots() const {
  std::vector<size_t> list;
  for (size_t i = 0; i < state->size(); ++i)
    if (state->slot(i).isSlot && state->slot(i).name.starts_with("accumulate."))
      list.push_back(i);
  return list;
}

double Gradients::compiled(size_t slot, int64_t element) const {
  return kPeriod * state->current(slot).valueAt(element);
}

std::optional<double> Gradients::lossAt(interpreter::Tensor &tensor, int64_t element,
                                        double value) {
  const double before = std::exchange(tensor.reals[size_t(element)], value);
  auto outputs = interpreter::runModel(reference.model(), inputs, parameters);
  tensor.reals[size_t(element)] = before;
  if (!outputs) {
    invocation.console.error(llvm::toString(outputs.takeError()));
    return std::nullopt;
  }
  return (*outputs)[0].number(0);
}

/// Central differences of two widths, h and h/2: together they are of fourth order, and where the
/// loss has a kink between the points they disagree.
std::optional<Slope> Gradients::difference(size_t slot, int64_t element) {
  constexpr double kWidth = 1e-4, kKink = 1e-4;
  interpreter::Tensor &tensor = inputs[path(slot)];
  const double at = tensor.reals[size_t(element)];
  const double width = kWidth * std::max(1.0, std::abs(at));
  double slopes[2];
  for (int i = 0; i < 2; ++i) {
    const double h = i ? width / 2 : width;
    const std::optional<double> above = lossAt(tensor, element, at + h),
                                below = lossAt(tensor, element, at - h);
    if (!above || !below)
      return std::nullopt;
    slopes[i] = (*above - *below) / (2 * h);
  }
  const double gap = std::abs(slopes[1] - slopes[0]);
  const double noise = 1e-15 * std::abs(compiledLoss) / width;
  return Slope{(4 * slopes[1] - slopes[0]) / 3, 8 * noise,
               gap <= kKink * std::abs(slopes[1]) + 1e3 * noise};
}

} // namespace lamina::tool
