// Entering a block: the caller's axes to the block's own.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Application.h"

#include "compiler/Sema/Axes.h"

#include <algorithm>
#include <utility>

namespace lamina::sema {

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

} // namespace lamina::sema
