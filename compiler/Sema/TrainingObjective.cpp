// `objective`: the loss and the metrics of the bindings, as the step trains them and as validation
// measures them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/FloatType.h"
#include "compiler/Sema/TrainingBuilder.h"

#include <algorithm>

namespace lamina::sema {

bool TrainingBuilder::buildObjective(bool isTraining, Model &into) {
  const Setting *loss = find("loss");
  if (!objective && !loss) {
    error(training.range,
          "'" + training.name +
              "' needs an objective: 'loss = cross_entropy()' or 'objective { … loss = … }'");
    return false;
  }
  Instantiator engine(modules, diagnostics, limits, reported);
  TrainingContext context;
  context.losses = losses;
  context.wholes = wholes;
  context.isTraining = isTraining;
  context.evaluated = evaluated;
  engine.training = &context;
  Frame top;
  Instantiator::LiveFrame live(engine, top);
  into.name = training.name + (isTraining ? "Loss" : "Check");
  into.range = training.range;
  LayerPtr layer = enterObjective(engine, top, into);
  if (!layer)
    return false;
  SourceRange range = objective ? objective->body->range : loss->range;
  Datum value = objective ? objectiveLoss(engine, layer) : appliedLoss(engine, layer, *loss);
  if (engine.failed() || value.isPoison() ||
      !objectiveOutputs(engine, isTraining, into, value, range))
    return false;
  engine.materialise(top.scopes.back());
  engine.checkApplied(top);
  engine.frame = nullptr;
  if (engine.failed() || !checkEvaluated(context.evaluated))
    return false;
  engine.finish(into.body);
  training.checksWholeBatches |= !isTraining && seesBatch(into.body);
  return true;
}

/// Binds what an objective has: the bindings of `data`, the trained model,
/// those of `with`. The trained model's layer, or null after an error.
LayerPtr TrainingBuilder::enterObjective(Instantiator &engine, Frame &top, Model &into) {
  enter(engine, top, into.body);
  engine.modelBody = &into.body;
  engine.floatType = floatTypeOf(*callee);
  LayerPtr layer = engine.child(*engine.root, modelExpr, 0, Layer::Kind::Instance, callee->name);
  layer->callee = callee;
  layer->isPrefixless = true;
  layer->place = modelExpr->range;
  if (!objectiveInputs(engine, into) || (engine.training->isTraining && !augment(engine)))
    return nullptr;
  top.bind(callee->name, Datum(layer));
  bindWith(engine, top);
  return layer;
}

bool TrainingBuilder::objectiveInputs(Instantiator &engine, Model &into) {
  for (const ast::Name &name : bindings) {
    Type type = bound[name.text]->type;
    if (!type.find("batch")) {
      error(name.range, "the binding '" + name.text +
                            "' is the same for every sample; write it in the objective");
      return false;
    }
    for (const Axis &axis : type.axes)
      engine.frame->axis(axis.name, name.range);
    Value *value = engine.argument(into.body, std::move(type), name.text, name.range);
    engine.frame->sight(value);
    engine.frame->bind(name.text, Datum(value));
  }
  into.shared.assign(bindings.size(), false);
  return true;
}

/// Executes the objective's text; its `loss`.
Datum TrainingBuilder::objectiveLoss(Instantiator &engine, const LayerPtr &layer) {
  if (!objective->body->returns.empty()) {
    error(objective->body->returnRange, "an objective returns nothing; it binds 'loss'");
    return Datum();
  }
  const size_t before = engine.errors;
  engine.exec(*objective->body);
  if (engine.errors != before)
    return Datum();
  if (!layer->applied) {
    error(objective->keyword.range,
          "the objective does not apply '" + callee->name + "', the model that is trained");
    return Datum();
  }
  Binding *loss = engine.frame->find("loss");
  if (loss && !loss->pending)
    return loss->datum;
  error(objective->keyword.range, "the objective binds no 'loss'");
  return Datum();
}

/// `loss = cross_entropy()` outside of an objective: of the model's one output and the one binding
/// that is no input.
Datum TrainingBuilder::appliedLoss(Instantiator &engine, const LayerPtr &layer,
                                   const Setting &loss) {
  std::vector<CallArg> inputs;
  std::vector<const ast::Name *> others;
  for (const ast::Name &name : bindings) {
    const bool isInput =
        std::any_of(signature.body.arguments.begin(), signature.body.arguments.end(),
                    [&](const auto &a) { return a->name == name.text; });
    if (isInput)
      inputs.push_back({name, Datum(engine.frame->find(name.text)->datum), name.range});
    const bool isForFit =
        std::any_of(fitSources.begin(), fitSources.end(), [&](const FitSource &source) {
          return bound[source.binding] == bound[name.text];
        });
    if (!isInput && !isForFit && name.text != "weight")
      others.push_back(&name);
  }
  if (others.size() != 1 || signature.outputs.size() != 1) {
    error(loss.range, "'loss' outside of an objective is of the model's one output and the one "
                      "binding that is no "
                      "input; here are " +
                          std::to_string(signature.outputs.size()) + " and " +
                          std::to_string(others.size()) + ": write 'objective { … }'");
    return Datum();
  }
  Datum output = engine.apply(layer, std::move(inputs), loss.range);
  if (output.isPoison())
    return output;
  const Datum target = engine.frame->find(others[0]->text)->datum;
  auto *call = loss.value->as<ast::Call>();
  auto *name = call ? call->callee->as<ast::NameRef>() : loss.value->as<ast::NameRef>();
  if (!name) {
    error(loss.value->range, "'loss' is a call such as 'cross_entropy(smoothing = 0.1)'");
    return Datum();
  }
  std::vector<CallArg> args = {{std::nullopt, output, loss.value->range},
                               {std::nullopt, target, loss.value->range}};
  if (call && !engine.evalArgs(call->args, args))
    return Datum();
  return engine.callNamed(*name, call ? *call->callee : *loss.value, nullptr, args,
                          loss.value->range);
}

/// The mean over all axes but the batch, or over all.
Value *TrainingBuilder::reduced(Instantiator &engine, Value *value, bool overBatch,
                                SourceRange range) {
  if (value->type.element == ElementType::Bool || value->type.element > ElementType::F16)
    value = engine.cast(value, ElementType::F32, range);
  Type type{value->type.element, {}};
  std::vector<std::string> axes;
  for (const Axis &axis : value->type.axes)
    if (axis.extent == Axis::kBatch && !overBatch)
      type.axes.push_back(axis);
    else
      axes.push_back(axis.name);
  if (axes.empty())
    return value;
  Node *node = engine.builder().add(Op::Reduce, {value}, {type}, range);
  node->attributes["kind"] = std::string("mean");
  node->attributes["axes"] = axes;
  return node->result();
}

/// The loss of a batch: the mean over it, or that weighted by the binding `weight`.
Value *TrainingBuilder::averaged(Instantiator &engine, Value *loss, SourceRange range) {
  const Axis *batch = loss->type.find("batch");
  Binding *weight = engine.frame->find("weight");
  const bool isWeighted = std::any_of(bindings.begin(), bindings.end(),
                                      [](const ast::Name &n) { return n.text == "weight"; });
  if (!batch || !isWeighted)
    return reduced(engine, loss, true, range);
  Value *factor = engine.cast(weight->datum.tensor(), loss->type.element, range);
  auto binary = [&](const char *kind, Value *a, Value *b) {
    Node *node = engine.builder().add(Op::Binary, {a, b}, {a->type}, range);
    node->attributes["kind"] = std::string(kind);
    return node->result();
  };
  auto sum = [&](Value *value) {
    Node *node = engine.builder().add(Op::Reduce, {value}, {Type{value->type.element, {}}}, range);
    node->attributes["kind"] = std::string("sum");
    node->attributes["axes"] = std::vector<std::string>{"batch"};
    return node->result();
  };
  return binary("div", sum(binary("mul", loss, factor)), sum(factor));
}

bool TrainingBuilder::objectiveOutputs(Instantiator &engine, bool isTraining, Model &into,
                                       const Datum &datum, SourceRange range) {
  Value *loss = engine.toTensor(datum, range, "'loss'");
  if (!loss)
    return false;
  const bool isSample = std::all_of(loss->type.axes.begin(), loss->type.axes.end(),
                                    [](const Axis &axis) { return axis.extent == Axis::kBatch; });
  if (!isSample || loss->type.element > ElementType::F16) {
    error(loss->range.isValid() ? loss->range : range,
          "'loss' is " + toString(loss->type) + ", but must be one float for a sample: " +
              (isSample ? "cast it" : "average it, as with 'mean<…>(…)'"));
    return false;
  }
  auto output = [&](const std::string &name, Value *value) {
    into.outputs.push_back({name, value});
    into.body.results.push_back(value);
  };
  output("loss", isTraining ? averaged(engine, loss, range) : loss);
  training.metrics.clear();
  for (const TrainingContext::Metric &metric : engine.training->metrics) {
    const std::string &name = metric.name.text;
    training.metrics.push_back(name);
    if (!metric.kind.empty())
      training.combined[name] = metric.kind;
    if (!metric.kind.empty() && isTraining)
      continue; // a batch is no part
    for (size_t i = 0; i < metric.values.size(); ++i)
      output(metric.values.size() == 1 ? name : name + "." + std::to_string(i),
             reduced(engine, metric.values[i], isTraining, metric.name.range));
  }
  return true;
}

} // namespace lamina::sema
