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

/// Whether a model has a state that is fitted: one without an initial value.
static bool hasFitted(const Model &model) {
  return std::any_of(model.body.nodes.begin(), model.body.nodes.end(), [](const auto &node) {
    return node->op == Op::Param && node->regions.empty() &&
           std::get<std::string>(node->attributes.find("role")->second) == "state";
  });
}

/// Executes the objective once more, in which these states are values of the samples.
bool TrainingBuilder::buildFit() {
  if (!hasFitted(training.check))
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
  const Setting *loss = find("loss");
  if (!layer ||
      (objective ? objectiveLoss(engine, layer) : appliedLoss(engine, layer, *loss)).isPoison())
    return false;
  return finishFit(engine, fits, std::move(program));
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
