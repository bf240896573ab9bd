// Models and tests: the outermost frame, inputs with their batch, outputs in the order of the C
// arrays.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Instantiator.h"

#include "compiler/Sema/Axes.h"
#include "compiler/Sema/FloatType.h"

#include <algorithm>
#include <utility>

namespace lamina::sema {

std::optional<Model> Instantiator::model(const Module &module, const ast::Expr &expression) {
  Frame file;
  file.kind = Frame::Kind::File;
  file.module = &module;
  frame = &file;
  return instantiate(eval(expression), expression.range);
}

std::optional<Model> Instantiator::memberModel(const Module &module, const ast::Member &member,
                                               SourceRange range) {
  Frame file;
  file.kind = Frame::Kind::File;
  file.module = &module;
  frame = &file;
  Datum found = moduleMember(module, member.name);
  if (auto *callable = found.as<CallablePtr>(); callable && member.statics)
    found = Datum(bindStatics(*callable, *member.statics, range));
  return instantiate(found, range);
}

/// A model with its static arguments as they are bound.
static std::string spellInstance(Frame &top, const Callable &callee) {
  std::string text;
  for (const ast::Formal &formal : callee.formals()) {
    const Binding *binding = top.find(formal.name.text);
    if (!binding)
      continue;
    auto *block = binding->datum.as<CallablePtr>();
    text += (text.empty() ? "<" : ", ") + formal.name.text + " = " +
            (block && *block ? (*block)->name : spell(binding->datum));
  }
  return callee.model()->name.text + (text.empty() ? "" : text + ">");
}

std::optional<Model> Instantiator::instantiate(const Datum &datum, SourceRange range) {
  auto *callable = datum.as<CallablePtr>();
  if (!callable || !*callable || !(*callable)->model()) {
    if (!datum.isPoison() && !failed())
      error(range, "a model stands here, but this is " + describe(datum));
    return std::nullopt;
  }
  CallablePtr callee = *callable;
  Model model;
  model.name = callee->name;
  model.range = callee->range;
  Frame top;
  LiveFrame live(*this, top);
  if (!modelFrame(top, *callee, range))
    return std::nullopt;
  region = modelBody = &model.body;
  model.instantiation = spellInstance(top, *callee);
  std::vector<Datum> returns;
  bool fine = modelInputs(model, *callee) && execBody(callee->body(), returns) &&
              modelOutputs(model, *callee, returns);
  frame = nullptr;
  if (!fine || failed())
    return std::nullopt;
  finish(model.body);
  return model;
}

bool Instantiator::modelFrame(Frame &top, const Callable &callable, SourceRange range) {
  root = std::make_shared<Layer>();
  root->kind = Layer::Kind::Root;
  root->name = callable.name;
  root->callee = std::make_shared<Callable>(callable);
  top.kind = Frame::Kind::Model;
  top.module = callable.module;
  top.name = callable.name;
  top.owner = top.instance = root.get();
  top.ambient.insert("batch");
  if (!bindFormals(top, callable, range))
    return false;
  frame = &top;
  floatType = floatTypeOf(callable);
  return bindDefaults(top, callable);
}

/// The extent of an input's axis: its expression, else the int of its name.
std::optional<Axis> Instantiator::inputAxis(const ast::AxisDecl &decl) {
  const std::string ir = frame->axis(decl.name.text, decl.name.range).front().ir;
  const Binding *binding = frame->find(decl.name.text);
  std::optional<int64_t> extent;
  if (decl.extent) {
    extent = evalInt(*decl.extent, "an extent");
  } else if (binding && binding->datum.as<int64_t>()) {
    extent = *binding->datum.as<int64_t>();
  } else if (binding && binding->datum.isNumber()) {
    error(decl.range, "the int '" + decl.name.text + "' is the extent of axis '" + decl.name.text +
                          "', but it is " + describe(binding->datum));
  } else {
    error(decl.range, "a model's input needs every extent: write '" + decl.name.text + ": n'");
  }
  if (extent && *extent < 1)
    return error(decl.range, "axis '" + decl.name.text + "' of an input has extent " +
                                 std::to_string(*extent) + ", but must be at least 1"),
           std::nullopt;
  if (!extent)
    return std::nullopt;
  return decl.isBound ? Axis{ir, *extent, true, {ir}} : Axis{ir, *extent};
}

std::optional<Type> Instantiator::inputType(const ast::Input &input) {
  if (input.type.sparse && !input.shared)
    return error(input.type.range, "a sparse input is one for all samples: write 'shared " +
                                       input.name.text + ": sparse …'"),
           std::nullopt;
  if (input.isOptional)
    return error(input.range, "an optional input is for blocks; a model's inputs are all given"),
           std::nullopt;
  Type type{elementOf(input.type), {}, input.type.sparse};
  if (!input.shared)
    type.axes.push_back({"batch", Axis::kBatch});
  for (const ast::AxisDecl &decl : input.type.axes) {
    if (decl.isRest)
      return error(decl.range, "a model names all axes of its inputs; '..' is for blocks"),
             std::nullopt;
    std::optional<Axis> axis = inputAxis(decl);
    if (!axis)
      return std::nullopt;
    if (type.find(axis->name))
      return error(decl.range, "axis '" + decl.name.text + "' stands twice in this type"),
             std::nullopt;
    EntryExtent &entry = frame->entry[axis->name];
    if (entry.axis && !(*entry.axis == *axis))
      return error(decl.range, "axis '" + decl.name.text + "' has extent " + extentText(*axis) +
                                   " here and " + extentText(*entry.axis) + " in another input")
                 .note(entry.range, "the other one is here"),
             std::nullopt;
    entry = {*axis, "", decl.range};
    type.axes.push_back(*axis);
  }
  return checkSize(type, input.range) ? std::optional(type) : std::nullopt;
}

bool Instantiator::modelInputs(Model &model, const Callable &callable) {
  for (const ast::Input &input : callable.inputs()) {
    std::optional<Type> type = inputType(input);
    if (!type)
      return false;
    model.shared.push_back(input.shared);
    Value *value = argument(model.body, std::move(*type), input.name.text, input.range);
    frame->sight(value);
    frame->bind(input.name.text, Datum(value));
  }
  return true;
}

bool Instantiator::modelOutputs(Model &model, const Callable &callable,
                                const std::vector<Datum> &returns) {
  const std::vector<ast::Output> &outputs = callable.outputs();
  SourceRange where =
      callable.body().returnRange.isValid() ? callable.body().returnRange : callable.range;
  if (returns.size() != outputs.size())
    return error(where, "'" + callable.name + "' promises " + std::to_string(outputs.size()) +
                            " result" + (outputs.size() == 1 ? "" : "s") + " but returns " +
                            std::to_string(returns.size())),
           false;
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (outputs.size() > 1 && !outputs[i].name)
      return error(outputs[i].type.range,
                   "a model with several outputs names each of them: '(logits: …, aux: …)'"),
             false;
    Value *value = modelOutput(callable, outputs[i], returns[i], callable.body().returns[i]->range);
    if (!value)
      return false;
    model.outputs.push_back({outputs[i].name ? outputs[i].name->text : "output", value});
    model.body.results.push_back(value);
  }
  return true;
}

/// Whether a run-time extent is that of one of the model's inputs, whole.
static bool isInputExtent(const Frame &model, const Axis &axis) {
  const auto input = model.entry.find(axis.runTime.of);
  return axis.runTime.isInputs() && input != model.entry.end() && input->second.axis &&
         input->second.axis->extent == axis.extent;
}

Value *Instantiator::modelOutput(const Callable &callable, const ast::Output &output,
                                 const Datum &datum, SourceRange range) {
  ElementType wanted = elementOf(output.type);
  Value *value = toTensor(datum, range, "the result of '" + callable.name + "'");
  if (!value)
    return nullptr;
  if (value->type.element != wanted)
    return error(range, "'" + callable.name + "' promises " + toString(wanted) + " but gives " +
                            toString(value->type)),
           nullptr;
  if (value->type.isSparse || output.type.sparse)
    return error(value->type.isSparse ? range : output.type.range,
                 "the results of a model are dense" +
                     (value->type.isSparse ? ", and this is " + toString(value->type) : "")),
           nullptr;
  if (!checkAgainst(value, output.type, "the result of '" + callable.name + "'", range))
    return nullptr;
  for (const Axis &axis : value->type.axes)
    if (axis.isBound && !isInputExtent(*frame, axis))
      return error(range, "axis '" + axis.name + "' of the result of '" + callable.name +
                              "' has extent " + extentText(axis) +
                              "; the run-time extents of results are those of inputs")
                 .origin(value, axis.name),
             nullptr;
  std::vector<std::string> order;
  if (value->type.find("batch"))
    order.push_back("batch");
  for (const ast::AxisDecl &decl : output.type.axes) {
    if (decl.isRest)
      return error(decl.range, "a model names all axes of its results; '..' is for blocks"),
             nullptr;
    order.push_back(frame->axis(decl.name.text, decl.name.range).front().ir);
  }
  Builder build = builder();
  return reorder(value, order, build);
}

/// Puts the parameters first and names them.
void Instantiator::finish(Region &body) {
  assignPaths();
  params.insert(params.end(), std::make_move_iterator(body.nodes.begin()),
                std::make_move_iterator(body.nodes.end()));
  body.nodes = std::move(params);
  params.clear();
}

std::optional<Test> Instantiator::test(const Module &module, const ast::TestDecl &decl) {
  Test test;
  test.title = decl.title;
  test.range = decl.body.range;
  root = std::make_shared<Layer>();
  root->kind = Layer::Kind::Root;
  Frame top;
  LiveFrame live(*this, top);
  top.kind = Frame::Kind::Test;
  top.module = &module;
  top.name = decl.title;
  top.owner = top.instance = root.get();
  frame = &top;
  region = &test.body;
  std::vector<Datum> returns;
  bool fine = execBody(decl.body, returns);
  frame = nullptr;
  if (!fine || failed())
    return std::nullopt;
  finish(test.body);
  return test;
}

void Instantiator::checkDeclared(const Module &module, const Declared &declared) {
  Frame file;
  file.kind = Frame::Kind::File;
  file.module = &module;
  frame = &file;
  Region scratch;
  region = &scratch;
  root = std::make_shared<Layer>();
  root->kind = Layer::Kind::Root;
  file.owner = root.get();
  declaredDatum(declared, declared.name.range);
  frame = nullptr;
}

} // namespace lamina::sema
