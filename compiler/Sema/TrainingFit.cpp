// `state s: [c] = fit(mean<batch, ..>(x))`: states that are learnt from the training split before
// the first step.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/TrainingBuilder.h"

#include <algorithm>
#include <functional>

namespace lamina::sema {

const ast::Expr *TrainingBuilder::fittedBy(const ast::Expr &init) {
  auto *call = init.as<ast::Call>();
  auto *name = call ? call->callee->as<ast::NameRef>() : nullptr;
  if (!name || name->text != "fit" || name->statics || call->args.size() != 1 || call->args[0].name)
    return nullptr;
  auto *value = std::get_if<ast::ExprPtr>(&call->args[0].value);
  return value ? value->get() : nullptr;
}

/// From here on the state is what its expression gives for all samples.
bool TrainingBuilder::fitState(Instantiator &engine, Layer &owner, const std::string &name,
                               const ast::Expr &by) {
  const bool isRepeated = std::any_of(engine.enclosing.begin(), engine.enclosing.end(),
                                      [](const Node *node) { return node->op == Op::Repeat; });
  if (isRepeated) {
    engine.error(by.range, "'fit' stands in a layer that is applied once, not in 'repeat'");
    return false;
  }
  Node *node = owner.findParam(name)->node;
  Datum datum = engine.eval(by);
  Value state;
  state.type = owner.findParam(name)->declared;
  state.name = name;
  Value *value = datum.isPoison() ? nullptr : engine.nextOfState(state, datum, by.range);
  if (!value)
    return false;
  ParamSlot &slot = *owner.findParam(name);
  slot.moved = value;
  slot.movedWithin = engine.enclosing;
  engine.training->fits->push_back({node, value, engine.enclosing, by.range});
  return true;
}

/// `fit Net.scale = row`: the value is one more binding, which only the program that learns reads.
bool TrainingBuilder::dataFit(Instantiator &engine, const ast::SettingStmt &part,
                              SourceRange range) {
  FitSource source;
  for (size_t i = 1; i < part.path.size(); ++i)
    source.path += (i > 1 ? "." : "") + part.path[i].text;
  source.range = part.path.front().range;
  source.range.end = part.path.back().range.end;
  source.binding = "fit " + source.path;
  if (source.path.empty() || part.path[0].text != callee->name) {
    error(source.range, "'fit' in 'data' names a layer of '" + callee->name +
                            "', the model that is trained: 'fit " + callee->name +
                            ".LAYER = VALUE'");
    return false;
  }
  if (bound.contains(source.binding)) {
    error(source.range, "'" + source.path + "' would be learnt from two values");
    return false;
  }
  const size_t before = engine.errors;
  Datum datum = engine.eval(*part.value);
  Value *value = datum.isPoison()
                     ? nullptr
                     : engine.toTensor(datum, part.value->range, "what 'fit' learns from");
  if (!value || engine.errors != before)
    return false;
  if (!value->type.find("batch")) {
    error(part.value->range, "'fit' learns from the data, but this is the same for every sample");
    return false;
  }
  bindings.push_back({source.binding, range});
  bound[source.binding] = value;
  fitSources.push_back(std::move(source));
  return true;
}

bool TrainingBuilder::fitGiven(Instantiator &engine, const LayerPtr &layer) {
  for (FitSource &source : engine.training->fitSources) {
    if (source.isUsed || source.path != pathOf(*layer))
      continue;
    source.isUsed = true;
    const size_t before = engine.training->fits->size();
    std::vector<CallArg> args = {{std::nullopt, Datum(source.value), source.range}};
    if (engine.apply(layer, std::move(args), source.range).isPoison())
      return false;
    if (engine.training->fits->size() == before) {
      engine.error(source.range,
                   "'" + source.path + "' has no state that is learnt: 'state s: … = fit(…)'");
      return false;
    }
  }
  return true;
}

bool TrainingBuilder::checkFitSources(const std::vector<FitSource> &sources) {
  for (const FitSource &source : sources)
    if (!source.isUsed) {
      error(source.range, "'" + callee->name + "' applies no layer '" + source.path +
                              "'; 'lamina summary --paths' lists the paths");
      return false;
    }
  return true;
}

/// Whether a model has a state that is fitted: one without an initial value.
static bool hasFitted(const Model &model) {
  return std::any_of(model.body.nodes.begin(), model.body.nodes.end(), [](const auto &node) {
    return node->op == Op::Param && node->regions.empty() &&
           std::get<std::string>(node->attributes.find("role")->second) == "state";
  });
}

/// Executes the objective once more, in which these states are values of the samples.
bool TrainingBuilder::buildFit() {
  if (!hasFitted(training.check) && fitSources.empty())
    return true;
  Instantiator engine(modules, diagnostics, limits, reported);
  std::vector<FittedState> fits;
  TrainingContext context;
  context.losses = losses;
  context.fits = &fits;
  engine.training = &context;
  Frame top;
  Instantiator::LiveFrame live(engine, top);
  Model program;
  LayerPtr layer = enterObjective(engine, top, program);
  if (!layer)
    return false;
  context.fitSources = fitSources;
  for (FitSource &source : context.fitSources)
    source.value = top.find(source.binding)->datum.tensor();
  const Setting *loss = find("loss");
  if ((objective ? objectiveLoss(engine, layer) : appliedLoss(engine, layer, *loss)).isPoison())
    return false;
  return checkFitSources(context.fitSources) && finishFit(engine, fits, std::move(program));
}

bool TrainingBuilder::finishFit(Instantiator &engine, const std::vector<FittedState> &fits,
                                Model program) {
  if (fits.empty() || engine.failed())
    return !engine.failed();
  engine.region = &program.body;
  for (const FittedState &fit : fits)
    program.outputs.push_back({"", engine.escape(fit.value, fit.within)});
  engine.frame = nullptr;
  engine.finish(program.body);
  for (size_t i = 0; i < fits.size(); ++i) {
    program.outputs[i].name = std::get<std::string>(fits[i].param->attributes["path"]);
    program.body.results.push_back(program.outputs[i].value);
  }
  program.name = training.name + "Fit";
  program.range = training.range;
  dropDead(program.body);
  dropUnreadInputs(program);
  if (program.body.arguments.empty()) {
    error(fits[0].range, "'fit' learns from the data, but this depends on no binding");
    return false;
  }
  training.fit = std::move(program);
  return true;
}

} // namespace lamina::sema
