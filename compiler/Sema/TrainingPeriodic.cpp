// `every 10 steps { decoder.weight[d, n] <- … }`: what a run does to parameters
// behind an update.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/TrainingBuilder.h"

#include <algorithm>

namespace lamina::sema {

bool TrainingBuilder::buildPeriodic() {
  return std::all_of(periods.begin(), periods.end(),
                     [&](const ast::SettingStmt *part) { return buildPeriodic(*part); });
}

/// Values that code uses and does not make itself.
static void foreignValues(const Region &region, std::set<const Value *> &made,
                          std::vector<Value *> &foreign) {
  auto use = [&](Value *value) {
    if (!made.contains(value) && std::find(foreign.begin(), foreign.end(), value) == foreign.end())
      foreign.push_back(value);
  };
  for (const auto &argument : region.arguments)
    made.insert(argument.get());
  for (const auto &node : region.nodes) {
    std::for_each(node->operands.begin(), node->operands.end(), use);
    for (const auto &inner : node->regions)
      foreignValues(*inner, made, foreign);
    for (const auto &result : node->results)
      made.insert(result.get());
  }
  std::for_each(region.results.begin(), region.results.end(), use);
}

/// The parameters that the program reads become its inputs. False where it
/// reads anything else.
static bool takeParameters(Region &body) {
  std::set<const Value *> made;
  std::vector<Value *> foreign;
  foreignValues(body, made, foreign);
  for (Value *value : foreign) {
    if (!value->node || value->node->op != Op::Param)
      return false;
    Node &node = *value->node;
    value->name = std::get<std::string>(node.attributes["path"]);
    value->node = nullptr;
    body.arguments.push_back(std::move(node.results[0]));
  }
  return true;
}

/// Executes the objective once more, so that the layers have their parameters,
/// and behind it the text of the part, into a program of its own.
bool TrainingBuilder::buildPeriodic(const ast::SettingStmt &part) {
  std::optional<Duration> interval = readDuration(*part.heads[0], "every");
  if (!interval)
    return false;
  if (!(interval->count > 0)) {
    error(part.heads[0]->range, "'every' counts steps or epochs: 'every 10 steps { … }'");
    return false;
  }
  Instantiator engine(modules, diagnostics, limits, reported);
  TrainingContext context;
  context.losses = losses;
  engine.training = &context;
  Frame top;
  Instantiator::LiveFrame live(engine, top);
  Model whole, program;
  LayerPtr layer = enterObjective(engine, top, whole);
  if (!layer ||
      (objective ? objectiveLoss(engine, layer) : appliedLoss(engine, layer, *find("loss")))
          .isPoison())
    return false;
  for (const LayerPtr &inner : layer->children)
    if (!inner->unnamed && !top.find(inner->name))
      top.bind(inner->name, engine.layerDatum(inner));
  engine.region = &program.body;
  std::vector<ParamSlot *> moved;
  for (const ast::StmtPtr &stmt : part.body->statements) {
    auto *move = stmt->as<ast::UpdateStmt>();
    if (!move)
      engine.execStmt(*stmt);
    else if (ParamSlot *slot = periodicMove(engine, *move, stmt->range))
      moved.push_back(slot);
    else
      return false;
  }
  return !engine.failed() && finishPeriodic(engine, part, moved, {*interval, std::move(program)});
}

/// `decoder.weight[d, n] <- e`: the parameter that it moves, whose value is `e`
/// from here on; null after an error.
ParamSlot *TrainingBuilder::periodicMove(Instantiator &engine, const ast::UpdateStmt &move,
                                         SourceRange range) {
  Binding *first = engine.frame->find(move.path.front().text);
  Datum at = first ? engine.bindingDatum(move.path.front().text, *first) : Datum();
  for (size_t i = 1; i + 1 < move.path.size() && at.as<LayerPtr>(); ++i)
    at = engine.layerMember(*at.as<LayerPtr>(), move.path[i], move.path[i].range);
  if (engine.failed())
    return nullptr;
  auto *layer = at.as<LayerPtr>();
  if (!layer || move.path.size() < 2) {
    error(range, "'every' moves the parameter of a layer, its axes named: "
                 "'decoder.weight[d, n] <- "
                 "…'");
    return nullptr;
  }
  const ast::Name &name = move.path.back();
  Datum current = engine.paramOf(**layer, name, &move.index, range);
  Datum next = current.isPoison() ? current : engine.eval(*move.value);
  if (next.isPoison())
    return nullptr;
  Value *value = engine.nextOfState(*current.tensor(), next, move.value->range);
  ParamSlot *slot = (*layer)->findParam(name.text);
  if (!value)
    return nullptr;
  if (std::get<std::string>(slot->node->attributes["role"]) == "frozen") {
    error(range, "'" + name.text + "' is frozen, which 'every' leaves as it is too");
    return nullptr;
  }
  std::vector<std::string> from, to;
  for (const Axis &axis : current.tensor()->type.axes)
    from.push_back(axis.name);
  for (const Axis &axis : slot->declared.axes)
    to.push_back(axis.name);
  slot->moved = engine.renameTo(value, from, to, range);
  return slot;
}

/// The last value of each parameter that was moved is an output, by its path.
bool TrainingBuilder::finishPeriodic(Instantiator &engine, const ast::SettingStmt &part,
                                     const std::vector<ParamSlot *> &moved, Periodic periodic) {
  Model &program = periodic.program;
  program.name = training.name + "Every" + std::to_string(training.periodic.size() + 1);
  program.range = part.keyword.range;
  engine.assignPaths();
  std::set<std::string> known;
  for (const ParamSlot *slot : moved) {
    const std::string &path = std::get<std::string>(slot->node->attributes["path"]);
    if (!known.insert(path).second)
      continue;
    program.outputs.push_back({path, slot->moved});
    program.body.results.push_back(slot->moved);
  }
  if (moved.empty() || !takeParameters(program.body)) {
    error(part.keyword.range, moved.empty() ? "'every' moves nothing: 'decoder.weight[d, "
                                              "n] <- …' moves a parameter"
                                            : "'every' computes with parameters alone: "
                                              "it runs between two batches");
    return false;
  }
  show("every", std::string(diagnostics.sourceManager().text(part.heads[0]->range)), false);
  program.shared.assign(program.body.arguments.size(), true);
  training.periodic.push_back(std::move(periodic));
  return true;
}

} // namespace lamina::sema
