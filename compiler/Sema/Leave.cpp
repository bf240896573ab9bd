// Inputs and results of a block: renamed where the block's own axis is not the caller's, checked
// against the result type.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Application.h"

#include "compiler/Sema/Axes.h"

#include <algorithm>

namespace lamina::sema {

Value *Instantiator::renameTo(Value *value, const std::vector<std::string> &from,
                              const std::vector<std::string> &to, SourceRange range) {
  std::vector<std::string> changedFrom, changedTo;
  Type type = value->type;
  for (size_t i = 0; i < from.size(); ++i) {
    if (from[i] == to[i])
      continue;
    changedFrom.push_back(from[i]);
    changedTo.push_back(to[i]);
  }
  if (changedFrom.empty())
    return value;
  for (Axis &axis : type.axes)
    for (size_t i = 0; i < changedFrom.size(); ++i)
      if (axis.name == changedFrom[i]) {
        axis.name = changedTo[i];
        break;
      }
  Node *node = builder().add(Op::Rename, {value}, {type}, range);
  node->attributes["from"] = changedFrom;
  node->attributes["to"] = changedTo;
  node->result()->name = value->name;
  node->result()->range = value->range;
  return node->result();
}

void Instantiator::enterInputs(Application &app) {
  const std::vector<ast::Input> &inputs = app.callee.inputs();
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (!app.inputs[i]) {
      app.inner.bind(inputs[i].name.text, Datum(Absent{}));
      continue;
    }
    std::vector<std::string> from, to;
    for (const ast::AxisDecl &decl : inputs[i].type.axes)
      for (size_t k = 0; !decl.isRest && k < app.callers[decl.name.text].size(); ++k) {
        from.push_back(app.callers[decl.name.text][k]);
        to.push_back(app.inner.axes[decl.name.text][k].ir);
      }
    Value *value = renameTo(app.inputs[i], from, to, app.inputRanges[i]);
    app.inner.sight(value);
    app.inner.bind(inputs[i].name.text, Datum(value));
  }
}

/// Executes a body in the current frame and evaluates what it returns; false after errors.
bool Instantiator::execBody(const ast::Body &body, std::vector<Datum> &returns) {
  size_t before = errors;
  exec(body);
  for (const ast::ExprPtr &value : body.returns)
    returns.push_back(eval(*value));
  if (body.backward && errors == before)
    applyBackward(*body.backward, returns);
  materialise(frame->scopes.back());
  if (errors == before)
    checkApplied(*frame);
  return errors == before;
}

bool Instantiator::leave(Application &app, const std::vector<Datum> &returns, Region &body) {
  const std::vector<ast::Output> &outputs = app.callee.outputs();
  const ast::Body &text = app.callee.body();
  SourceRange where = text.returnRange.isValid() ? text.returnRange : app.callee.range;
  if (returns.size() != outputs.size())
    return error(where, "'" + app.callee.name + "' promises " + std::to_string(outputs.size()) +
                            " result" + (outputs.size() == 1 ? "" : "s") + " but returns " +
                            std::to_string(returns.size()))
               .note(app.callee.range, "'" + app.callee.name + "' is declared here"),
           false;
  for (size_t i = 0; i < outputs.size(); ++i) {
    Value *value = leaveOutput(app, outputs[i], returns[i], text.returns[i]->range);
    if (!value)
      return false;
    body.results.push_back(value);
  }
  return true;
}

Value *Instantiator::leaveOutput(Application &app, const ast::Output &output, const Datum &datum,
                                 SourceRange range) {
  ElementType wanted = elementOf(output.type);
  Value *value = nullptr;
  if (datum.isNumber() && (wanted <= ElementType::F16 || datum.as<int64_t>())) {
    value = constant(Type{wanted, {}}, {datum}, range);
  } else {
    value = toTensor(datum, range, "a result");
  }
  if (!value)
    return nullptr;
  if (value->type.element != wanted)
    return error(range, "'" + app.callee.name + "' promises " + toString(wanted) + " but gives " +
                            toString(value->type))
               .note(output.type.range, "its result type is here"),
           nullptr;
  if (!checkResultAxes(app, output, value, range))
    return nullptr;
  std::vector<std::string> from, to;
  for (const ast::AxisDecl &decl : output.type.axes)
    for (size_t k = 0; !decl.isRest && k < app.callers[decl.name.text].size(); ++k) {
      from.push_back(app.inner.axes[decl.name.text][k].ir);
      to.push_back(app.callers[decl.name.text][k]);
    }
  for (size_t i = 0; i < to.size(); ++i) {
    bool twice = std::count(to.begin(), to.end(), to[i]) > 1;
    bool inRest =
        std::find(app.inner.rest.begin(), app.inner.rest.end(), to[i]) != app.inner.rest.end();
    if (twice || (inRest && value->type.find(to[i])))
      return error(app.range, "the result of " + app.who() + " would have axis '" + to[i] +
                                  "' twice: " +
                                  (twice ? "two axes of its result type are '" + to[i] + "' here"
                                         : "it makes '" + to[i] +
                                               "', and its input brings another through '..'"))
                 .note(output.type.range, "its result type is here"),
             nullptr;
  }
  return withEach(*app.layer, app.layer->hiddenEach, renameTo(value, from, to, range), range);
}

bool Instantiator::checkResultAxes(Application &app, const ast::Output &output, Value *value,
                                   SourceRange range) {
  for (const ast::AxisDecl &decl : output.type.axes) // a result keeps all axes that `..` brought
    for (const std::string &axis : decl.isRest ? app.inner.rest : std::vector<std::string>{})
      if (!value->type.find(axis))
        return error(range, "'" + app.callee.name +
                                "' promises the axes '..', but its result has lost '" + axis +
                                "': it is " + toString(value->type))
                   .note(output.type.range, "its result type is here"),
               false;
  return checkAgainst(value, output.type, "the result of '" + app.callee.name + "'", range);
}

/// The value with the axes of `each` from the `first`-th on, also where nothing in it depends on
/// them.
Value *Instantiator::withEach(const Layer &layer, size_t first, Value *value, SourceRange range) {
  Type type = value->type;
  std::vector<Axis> missing;
  for (size_t i = first; i < layer.each.size(); ++i)
    if (!type.find(layer.each[i].ir))
      missing.push_back({layer.each[i].ir, *layer.each[i].extent});
  if (missing.empty())
    return value;
  type.axes.insert(type.axes.begin(), missing.begin(), missing.end());
  return builder().add(Op::Expand, {value}, {type}, range)->result();
}

} // namespace lamina::sema
