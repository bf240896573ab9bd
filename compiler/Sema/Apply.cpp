// Entering a block: arguments to inputs, the caller's axes to the block's own, extents from values.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Application.h"

#include "compiler/Sema/Axes.h"

#include <algorithm>
#include <utility>

namespace lamina::sema {

Datum Instantiator::apply(const LayerPtr &layer, std::vector<CallArg> args, SourceRange range) {
  if (depth >= limits.depth) {
    exhausted = true;
    return error(range, "blocks are applied more than " + std::to_string(limits.depth) +
                            " levels deep; does '" + layer->callee->name + "' apply itself?");
  }
  if (constants.active)
    return error(range, "'" + layer->callee->name +
                            "' is a block, which is applied to values of a body; initialisers and "
                            "constants are computed by primitives and 'fn's");
  constexpr size_t kWork = 64; // of an application, in expressions
  if (exhausted || !step(range, kWork))
    return Datum();
  CallablePtr callee =
      layer->callee; // a second declaration of the layer may replace the layer's own
  Application app{layer, *callee, range, {}, {}, {}, {}, {}, {}, {}};
  LiveFrame live(*this, app.inner);
  layer->applied = true;
  if (!layer->firstApplication.isValid())
    layer->firstApplication = range;
  if (!enter(app, std::move(args)))
    return Datum();
  Node *node = builder().add(Op::Apply, {}, {}, range);
  node->attributes["block"] = callee->name;
  placed.push_back({node, layer.get()});
  Region *body = open(node, 0);
  Region *outerRegion = std::exchange(region, body);
  Frame *outerFrame = std::exchange(frame, &app.inner);
  ConstantContext outerConstants = std::exchange(constants, ConstantContext{});
  const Type *outerDeclaring = std::exchange(declaring, nullptr);
  enclosing.push_back(node);
  ++depth;
  enterInputs(app);
  std::vector<Datum> returns;
  bool fine = execBody(callee->body(), returns) && leave(app, returns, *body);
  --depth;
  enclosing.pop_back();
  constants = outerConstants;
  declaring = outerDeclaring;
  frame = outerFrame;
  region = outerRegion;
  if (!fine)
    return Datum();
  std::vector<Value *> results;
  for (size_t i = 0; i < body->results.size(); ++i) {
    auto result = std::make_unique<Value>();
    result->node = node;
    result->type = body->results[i]->type;
    result->range = range;
    results.push_back(result.get());
    node->results.push_back(std::move(result));
    if (callee->outputs()[i].name)
      app.inner.record->outputs.push_back({callee->outputs()[i].name->text, results.back()});
  }
  Datum datum = collect(std::move(results), range, callee->name);
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

bool Instantiator::matchArgs(Application &app, std::vector<CallArg> args) {
  const std::vector<ast::Input> &inputs = app.callee.inputs();
  std::vector<const CallArg *> slots(inputs.size());
  size_t next = 0;
  for (const CallArg &arg : args) {
    size_t at = next;
    if (arg.name) {
      at = std::find_if(inputs.begin(), inputs.end(),
                        [&](const ast::Input &i) { return i.name.text == arg.name->text; }) -
           inputs.begin();
      if (at == inputs.size())
        return error(arg.name->range, app.who() + " has no input '" + arg.name->text +
                                          "'; static arguments stand in '<…>'")
                   .note(app.callee.range, "'" + app.callee.name + "' is declared here"),
               false;
    } else if (next++ >= inputs.size()) {
      return error(arg.range, app.who() + " takes " + std::to_string(inputs.size()) +
                                  " inputs, not " + std::to_string(args.size()))
                 .note(app.callee.range, "'" + app.callee.name + "' is declared here"),
             false;
    }
    if (slots[at])
      return error(arg.range, "the input '" + inputs[at].name.text + "' is given twice"), false;
    slots[at] = &arg;
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

/// Sorts the signature's axis names into those that inputs give and those that the block makes. A
/// name that is no formal is the caller's axis of that name.
void Instantiator::signatureAxes(Application &app) {
  auto add = [&](const ast::TypeExpr &type, std::vector<std::string> &into) {
    for (const ast::AxisDecl &decl : type.axes) {
      const std::string &name = decl.name.text;
      if (decl.isRest || app.callers.contains(name))
        continue;
      if (!app.inner.axes.contains(name))
        app.inner.axes[name] = frame->axis(name, app.range);
      for (const BoundAxis &axis : app.inner.axes[name])
        app.callers[name].push_back(axis.ir);
      app.callers[name];
      into.push_back(name);
    }
  };
  const std::vector<ast::Input> &inputs = app.callee.inputs();
  for (size_t i = 0; i < inputs.size(); ++i)
    if (app.inputs[i])
      add(inputs[i].type, app.read);
  for (size_t i = 0; i < inputs.size(); ++i)
    if (!app.inputs[i])
      add(inputs[i].type, app.made);
  for (const ast::Output &output : app.callee.outputs())
    add(output.type, app.made);
  for (const ast::Formal &formal : app.callee.formals()) {
    if (formal.sort == ast::Formal::Sort::Value || app.callers.contains(formal.name.text))
      continue;
    for (const BoundAxis &axis : app.inner.axes[formal.name.text])
      app.callers[formal.name.text].push_back(axis.ir);
    app.made.push_back(formal.name.text);
  }
}

bool Instantiator::matchInputs(Application &app) {
  for (size_t i = 0; i < app.inputs.size(); ++i)
    if (!matchEach(app, i) || !matchInput(app, i))
      return false;
  return true;
}

/// An input that has the axis of `each` meets one instance a position: there are as many.
bool Instantiator::matchEach(const Application &app, size_t index) {
  const Value *value = app.inputs[index];
  for (const BoundAxis &each : app.layer->each)
    if (const Axis *axis = value ? value->type.find(each.ir) : nullptr;
        axis && axis->extent != *each.extent)
      return error(app.inputRanges[index],
                   "axis '" + each.spelled + "' has extent " + extentText(*axis) + " here but " +
                       app.who() + " is made for each of " + std::to_string(*each.extent))
                 .origin(value, each.ir)
                 .note(each.range, "'each " + each.spelled + "' is here"),
             false;
  return true;
}

/// Checks that a value has the axes that its input names, and collects the others for `..`.
bool Instantiator::matchInput(Application &app, size_t index) {
  const ast::Input &input = app.callee.inputs()[index];
  const Value *value = app.inputs[index];
  std::map<std::string, std::string> declared; // by the caller's IR name: the signature's name
  bool open = false;
  for (const ast::AxisDecl &decl : input.type.axes) {
    open |= decl.isRest;
    app.inner.hasRest |= decl.isRest;
    if (!value || decl.isRest)
      continue;
    for (const std::string &axis : app.callers[decl.name.text]) {
      if (auto [at, isNew] = declared.try_emplace(axis, decl.name.text); !isNew)
        return error(app.inputRanges[index], "'" + at->second + "' and '" + decl.name.text +
                                                 "' of " + app.who() + " are both axis '" + axis +
                                                 "' here, which a value has once only")
                   .note(input.range, "'" + input.name.text + "' is declared here"),
               false;
      if (!value->type.find(axis))
        return error(app.inputRanges[index], app.who() + " reads axis '" + axis + "' of '" +
                                                 input.name.text + "', but this is " +
                                                 toString(value->type))
                   .note(input.range, "'" + input.name.text + "' is declared here"),
               false;
    }
  }
  for (const Axis &axis : value ? value->type.axes : std::vector<Axis>{}) {
    if (declared.contains(axis.name) || app.inner.ambient.contains(axis.name) ||
        axis.name == "batch")
      continue;
    if (!open)
      return error(app.inputRanges[index], app.who() + " takes no axis '" + axis.name + "' in '" +
                                               input.name.text + "', but this is " +
                                               toString(value->type))
                 .note(input.range, "'" + input.name.text +
                                        "' is declared here; '..' would take any further axes")
                 .origin(value, axis.name),
             false;
    if (std::find(app.inner.rest.begin(), app.inner.rest.end(), axis.name) == app.inner.rest.end())
      app.inner.rest.push_back(axis.name);
  }
  return true;
}

static void collectNames(const Datum &datum, std::set<std::string, std::less<>> &into) {
  const Callable *callable = nullptr;
  if (auto *found = datum.as<CallablePtr>())
    callable = found->get();
  else if (auto *layer = datum.as<LayerPtr>())
    callable = (*layer)->callee.get();
  else if (auto *list = datum.as<List>())
    for (const Datum &item : **list)
      collectNames(item, into);
  for (const PrimitiveArg &arg :
       callable && callable->statics ? callable->statics->arguments : std::vector<PrimitiveArg>{}) {
    into.insert(arg.name);
    for (const StaticValue &value : arg.value)
      if (auto *axes = std::get_if<StaticAxes>(&value))
        into.insert(axes->names.begin(), axes->names.end());
  }
  for (const auto &bound : callable ? callable->bound : std::vector<std::optional<BoundArg>>{}) {
    if (!bound)
      continue;
    for (const BoundAxis &axis : bound->axes)
      into.insert(axis.ir);
    collectNames(bound->value, into);
  }
}

/// Gives every axis of the signature a name inside: the caller's where nothing else has it, else
/// one of its own.
void Instantiator::assignAxes(Application &app) {
  Frame &inner = app.inner;
  app.given = inner.axes;
  inner.taken.insert(inner.rest.begin(), inner.rest.end());
  inner.taken.insert("batch");
  for (const std::vector<std::string> *names : {&app.read, &app.made})
    for (const std::string &name : *names)
      for (BoundAxis &axis : inner.axes[name])
        axis = BoundAxis{inner.fresh(axis.ir), name, std::nullopt, axis.range, inner.number};
  for (const auto &[name, binding] : inner.scopes.front())
    collectNames(binding.datum, inner.taken);
}

bool Instantiator::inputExtents(Application &app) {
  for (size_t i = 0; i < app.inputs.size(); ++i)
    for (const ast::AxisDecl &decl : app.callee.inputs()[i].type.axes)
      if (app.inputs[i] && !decl.isRest && !inputExtent(app, i, decl))
        return false;
  return restExtents(app);
}

/// The extent that a value brings for an axis of the signature: the same as another input's and as
/// one given in `<…>`.
bool Instantiator::inputExtent(Application &app, size_t index, const ast::AxisDecl &decl) {
  const AxisList &axes = app.inner.axes[decl.name.text];
  const AxisList &given = app.given[decl.name.text];
  const Value *value = app.inputs[index];
  for (size_t k = 0; k < axes.size(); ++k) {
    const std::string &callers = app.callers[decl.name.text][k];
    Axis found = *value->type.find(callers);
    if (given[k].extent && (found.isBound || found.extent != *given[k].extent))
      return error(app.inputRanges[index], "axis '" + callers + "' has extent " +
                                               extentText(found) + " here but " + app.who() +
                                               " was built for " + std::to_string(*given[k].extent))
                 .origin(value, callers)
                 .note(given[k].range, app.who() + " was built here with '" + given[k].spelled +
                                           "' = " + std::to_string(*given[k].extent)),
             false;
    found.name = axes[k].ir;
    EntryExtent &entry = app.inner.entry[axes[k].ir];
    if (entry.axis && !(*entry.axis == found))
      return error(app.inputRanges[index], "axis '" + decl.name.text + "' of " + app.who() +
                                               " has extent " + extentText(*entry.axis) +
                                               " in one input and " + extentText(found) + " in '" +
                                               app.callee.inputs()[index].name.text + "'")
                 .origin(value, callers)
                 .note(entry.range, "the other input is here"),
             false;
    entry = {found, "", app.inputRanges[index]};
  }
  return true;
}

/// All `..` of a signature are one set: an axis that two inputs bring has one extent.
bool Instantiator::restExtents(Application &app) {
  for (const std::string &name : app.inner.rest) {
    const Value *first = nullptr;
    for (size_t i = 0; i < app.inputs.size(); ++i) {
      const Value *value = app.inputs[i];
      const Axis *axis = value ? value->type.find(name) : nullptr;
      if (!axis)
        continue;
      if (first && !(*first->type.find(name) == *axis))
        return error(app.inputRanges[i], "axis '" + name + "' has extent " + extentText(*axis) +
                                             " here and " + extentText(*first->type.find(name)) +
                                             " in another input of " + app.who())
                   .origin(value, name)
                   .origin(first, name),
               false;
      first = first ? first : value;
    }
  }
  return true;
}

/// The extent that the signature asks of an axis of an input: `k: 2 * n`, or the block's own int of
/// the axis' name. Nothing where any will do.
std::optional<int64_t> Instantiator::wantedExtent(const ast::AxisDecl &decl, bool &fine) {
  if (!decl.extent) {
    const Binding *own = frame->find(decl.name.text);
    const int64_t *extent = own ? own->datum.as<int64_t>() : nullptr;
    return extent ? std::optional(*extent) : std::nullopt;
  }
  if (auto *ref = decl.extent->as<ast::NameRef>(); ref && ref->text == "_")
    return std::nullopt;
  std::optional<int64_t> extent = evalInt(*decl.extent, "an extent");
  fine = extent.has_value();
  return extent;
}

/// Holds the values to the extents that the signature gives.
bool Instantiator::declaredExtents(Application &app) {
  Frame *saved = std::exchange(frame, &app.inner);
  bool fine = true;
  for (size_t i = 0; i < app.inputs.size() && fine; ++i)
    for (const ast::AxisDecl &decl : app.callee.inputs()[i].type.axes) {
      if (!fine || !app.inputs[i] || decl.isRest)
        continue;
      std::optional<int64_t> wanted = wantedExtent(decl, fine);
      if (!wanted)
        continue;
      const std::string &callers = app.callers[decl.name.text].front();
      const Axis &found = *app.inputs[i]->type.find(callers);
      fine = decl.isBound ? found.extent <= *wanted : found.extent == *wanted && !found.isBound;
      if (!fine)
        error(app.inputRanges[i], "axis '" + callers + "' has extent " + extentText(found) +
                                      " here but " + app.who() + " takes " +
                                      (decl.isBound ? "at most " : "") + std::to_string(*wanted))
            .origin(app.inputs[i], callers)
            .note(decl.range, "'" + decl.name.text + "' is declared here");
    }
  frame = saved;
  return fine;
}

} // namespace lamina::sema
