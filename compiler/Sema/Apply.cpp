// Applying a block: arguments to inputs, its text to a region, its results to values.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Application.h"

#include "compiler/Sema/Axes.h"
#include "compiler/Sema/TrainingBuilder.h"

#include <algorithm>
#include <utility>

namespace lamina::sema {

/// Whether a block may be applied here at all.
bool Instantiator::mayApply(const Layer &layer, SourceRange range) {
  if (depth >= limits.depth) {
    exhausted = true;
    return error(range, "blocks are applied more than " + std::to_string(limits.depth) +
                            " levels deep; does '" + layer.callee->name + "' apply itself?"),
           false;
  }
  if (constants.active)
    return error(range, "'" + layer.callee->name +
                            "' is a block, which is applied to values of a body; initialisers and "
                            "constants are computed by primitives and 'fn's"),
           false;
  for (const Node *repeat : layer.stack)
    if (std::find(enclosing.begin(), enclosing.end(), repeat) == enclosing.end())
      return error(range, "'" + pathOf(layer) +
                              "' is another layer in each round of a 'repeat'; only inside of that "
                              "it can be applied"),
             false;
  constexpr size_t kWork = 64; // of an application, in expressions
  return !exhausted && step(range, kWork);
}

Datum Instantiator::apply(const LayerPtr &layer, std::vector<CallArg> args, SourceRange range) {
  if (!mayApply(*layer, range))
    return Datum();
  if (training && training->fits && !TrainingBuilder::fitGiven(*this, layer))
    return Datum();
  CallablePtr callee =
      layer->callee; // a second declaration of the layer may replace the layer's own
  Application app{layer, *callee, range, {}, {}, {}, {}, {}, {}, {}};
  LiveFrame live(*this, app.inner);
  layer->applied = true;
  evaluateAsSet(*layer);
  if (!layer->firstApplication.isValid())
    layer->firstApplication = range;
  if (!enter(app, std::move(args)))
    return Datum();
  Node *node = builder().add(Op::Apply, {}, {}, range);
  node->attributes["block"] = callee->name;
  placed.push_back({node, layer.get()});
  return execApplied(app, node) ? appliedResults(app, node) : Datum();
}

/// Executes the text of the block into the node's region.
bool Instantiator::execApplied(Application &app, Node *node) {
  Region *body = open(node, 0);
  Region *outerRegion = std::exchange(region, body);
  Frame *outerFrame = std::exchange(frame, &app.inner);
  enclosing.push_back(node);
  ++depth;
  enterInputs(app);
  std::vector<Datum> returns;
  bool fine = execBody(app.callee.body(), returns) && leave(app, returns, *body);
  --depth;
  enclosing.pop_back();
  frame = outerFrame;
  region = outerRegion;
  return fine;
}

Datum Instantiator::appliedResults(Application &app, Node *node) {
  const Region &body = *node->regions[0];
  std::vector<Value *> results;
  for (size_t i = 0; i < body.results.size(); ++i) {
    auto result = std::make_unique<Value>();
    result->node = node;
    result->type = body.results[i]->type;
    result->range = app.range;
    results.push_back(result.get());
    node->results.push_back(std::move(result));
    if (const auto &name = app.callee.outputs()[i].name)
      app.inner.record->outputs.push_back({name->text, results.back()});
  }
  Datum datum = collect(std::move(results), app.range, app.callee.name);
  datum.record = app.inner.record;
  return datum;
}

bool Instantiator::enter(Application &app, std::vector<CallArg> args) {
  Frame &inner = app.inner;
  inner.kind = Frame::Kind::Block;
  inner.module = app.callee.module;
  inner.caller = frame;
  inner.call = app.range;
  inner.name = app.callee.name;
  inner.owner = inner.instance = app.layer.get();
  inner.record = std::make_shared<Record>();
  inner.record->layer = app.layer.get();
  inner.ambient = frame->ambient;
  for (const BoundAxis &axis : app.layer->each)
    inner.ambient.insert(axis.ir);
  if (!bindFormals(inner, app.callee, app.range) || !matchArgs(app, std::move(args)))
    return false;
  signatureAxes(app);
  if (!matchInputs(app))
    return false;
  assignAxes(app);
  if (!inputExtents(app) || !bindDefaults(inner, app.callee) || !declaredExtents(app))
    return false;
  madeExtents(app);
  return true;
}

/// The input that an argument is for, by name or by its place; nothing after an error.
std::optional<size_t> Instantiator::inputOf(const Application &app, const CallArg &arg,
                                            size_t &next, size_t given) {
  const std::vector<ast::Input> &inputs = app.callee.inputs();
  if (!arg.name && next < inputs.size())
    return next++;
  auto named = std::find_if(inputs.begin(), inputs.end(), [&](const ast::Input &input) {
    return arg.name && input.name.text == arg.name->text;
  });
  if (named != inputs.end())
    return named - inputs.begin();
  if (arg.name)
    error(arg.name->range,
          app.who() + " has no input '" + arg.name->text + "'; static arguments stand in '<…>'")
        .note(app.callee.range, "'" + app.callee.name + "' is declared here");
  else
    error(arg.range, app.who() + " takes " + std::to_string(inputs.size()) + " inputs, not " +
                         std::to_string(given))
        .note(app.callee.range, "'" + app.callee.name + "' is declared here");
  return std::nullopt;
}

bool Instantiator::matchArgs(Application &app, std::vector<CallArg> args) {
  const std::vector<ast::Input> &inputs = app.callee.inputs();
  std::vector<const CallArg *> slots(inputs.size());
  size_t next = 0;
  for (const CallArg &arg : args) {
    std::optional<size_t> at = inputOf(app, arg, next, args.size());
    if (!at)
      return false;
    if (slots[*at])
      return error(arg.range, "the input '" + inputs[*at].name.text + "' is given twice"), false;
    slots[*at] = &arg;
  }
  for (size_t i = 0; i < inputs.size(); ++i) {
    bool absent = !slots[i] || slots[i]->datum.as<Absent>();
    if (absent && !inputs[i].isOptional)
      return error(app.range, app.who() + " needs its input '" + inputs[i].name.text + "'")
                 .note(inputs[i].range, "'" + inputs[i].name.text + "' is declared here"),
             false;
    app.inputs.push_back(absent ? nullptr : inputTensor(inputs[i], *slots[i], app.callee));
    app.inputRanges.push_back(absent ? app.range : slots[i]->range);
    if (!absent && !app.inputs.back())
      return false;
  }
  return true;
}

Value *Instantiator::inputTensor(const ast::Input &input, const CallArg &arg,
                                 const Callable &callee) {
  ElementType wanted = elementOf(input.type);
  bool isFloat = wanted <= ElementType::F16;
  if (arg.datum.as<int64_t>() || (arg.datum.as<double>() && isFloat))
    return constant(Type{wanted, {}}, {arg.datum}, arg.range);
  Value *value = toTensor(arg.datum, arg.range,
                          "the input '" + input.name.text + "' of '" + callee.name + "'");
  if (!value || value->type.element == wanted)
    return value;
  error(arg.range, "the input '" + input.name.text + "' of '" + callee.name + "' is " +
                       toString(wanted) + ", but this is " + toString(value->type) +
                       "; a cast is written '" + toString(wanted) + "(…)'")
      .note(input.range, "'" + input.name.text + "' is declared here");
  return nullptr;
}

} // namespace lamina::sema
