// Parameters and states: made once for each instance, stacked by the repeats around it, initialised
// by an expression.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Instantiator.h"
#include "compiler/Sema/TrainingBuilder.h"

#include "compiler/Sema/Axes.h"

#include <algorithm>
#include <utility>

namespace lamina::sema {

Datum Instantiator::makeParam(const ast::Stmt &stmt, Layer &owner) {
  if (auto *state = stmt.as<ast::StateStmt>()) {
    std::optional<Type> type = evalType(state->type, stmt.range);
    return type ? findOrMakeParam(owner, state->name, *type, state->init.get(), "state", stmt.range)
                : Datum();
  }
  const auto &param = *stmt.as<ast::ParamStmt>();
  std::optional<Type> type = Type{floatType, {}};
  const bool frozen = param.frozen || owner.frozen;
  if (param.type && param.type->sparse && !frozen)
    return error(param.type->range, "a sparse parameter is never trained, since its derivative is "
                                    "dense: write 'frozen param " +
                                        param.name.text + ": sparse …'");
  if (param.type)
    type = evalType(*param.type, stmt.range, /*maySparse=*/true);
  if (!type)
    return Datum();
  return findOrMakeParam(owner, param.name, *type, param.init.get(), frozen ? "frozen" : "trained",
                         stmt.range);
}

/// Where the extents of two types differ, the axis; null where they are alike.
static const Axis *firstDifference(const Type &a, const Type &b) {
  for (size_t i = 0; i < a.axes.size() && i < b.axes.size(); ++i)
    if (a.axes[i].extent != b.axes[i].extent)
      return &b.axes[i];
  return nullptr;
}

Datum Instantiator::findOrMakeParam(Layer &owner, const ast::Name &name, const Type &declared,
                                    const ast::Expr *init, const std::string &role,
                                    SourceRange range) {
  Type type = declared;
  for (size_t i = owner.each.size(); i-- > 0;)
    type.axes.insert(type.axes.begin(), Axis{owner.each[i].ir, *owner.each[i].extent});
  if (ParamSlot *known = owner.findParam(name.text)) {
    if (known->range.begin != range.begin || known->range.file != range.file)
      return error(name.range, "'" + name.text + "' is declared twice")
          .note(known->range, "the other one is here");
    if (known->declared == type)
      return Datum(paramValue(owner, *known));
    return disagreement(owner, *known, type, range);
  }
  if (owner.kind == Layer::Kind::Root && role == "state" && frame->kind == Frame::Kind::Test)
    return error(range, "a test has no state");
  Node *node = paramNode(owner, type, role, range);
  const ast::Expr *fitted = init ? TrainingBuilder::fittedBy(*init) : nullptr;
  if (fitted && role != "state")
    return error(init->range, "'fit' is for states: 'state " + name.text + ": … = fit(…)'");
  if (init && !fitted && !initialise(node, type, static_cast<int64_t>(owner.each.size()), *init))
    return Datum();
  node->result()->name = name.text;
  owner.params.push_back({name.text, node, type, range, nullptr, {}});
  if (fitted && training && training->fits &&
      !TrainingBuilder::fitState(*this, owner, name.text, *fitted))
    return Datum();
  return Datum(paramValue(owner, owner.params.back()));
}

/// Two applications of one layer that would give its parameter different shapes.
Datum Instantiator::disagreement(const Layer &owner, const ParamSlot &slot, const Type &type,
                                 SourceRange range) {
  const Axis *axis = firstDifference(slot.declared, type);
  const Layer *layer = &owner;
  while (layer->parent && layer->kind != Layer::Kind::Instance)
    layer = layer->parent;
  std::string what =
      "'" + pathOf(*layer) + "' was built with " + slot.name + ": " + toString(slot.declared);
  return error(frame->call.isValid() ? frame->call : range,
               (axis ? "axis '" + axis->name + "' has extent " + extentText(*axis) + " here but "
                     : "") +
                   what + ", and needs " + toString(type) + " here")
      .note(layer->firstApplication.isValid() ? layer->firstApplication : slot.range,
            "'" + layer->name + "' was applied first here, which fixed its parameters");
}

Node *Instantiator::paramNode(const Layer &owner, const Type &declared, const std::string &role,
                              SourceRange range) {
  Type type = declared;
  for (size_t i = owner.stack.size(); i-- > 0;) {
    const Node &repeat = *owner.stack[i];
    type.axes.insert(type.axes.begin(),
                     Axis{std::get<std::string>(repeat.attributes.find("name")->second),
                          std::get<int64_t>(repeat.attributes.find("count")->second)});
  }
  auto node = std::make_unique<Node>();
  node->op = Op::Param;
  node->range = range;
  node->attributes["path"] = std::string();
  node->attributes["role"] = role;
  auto result = std::make_unique<Value>();
  result->node = node.get();
  result->type = std::move(type);
  result->range = range;
  node->results.push_back(std::move(result));
  params.push_back(std::move(node));
  return params.back().get();
}

/// Evaluates an initialiser into the parameter's region: a draw, a number that fills, or any
/// expression of constants.
bool Instantiator::initialise(Node *node, const Type &of, int64_t members, const ast::Expr &init) {
  const Type type{of.element, of.axes}; // an initial value is dense
  Region *body = open(node, 0);
  Region *outerRegion = std::exchange(region, body);
  ConstantContext outer = std::exchange(constants, ConstantContext{true, type, members});
  const Type *outerDeclaring = std::exchange(declaring, &type);
  size_t before = errors;
  Datum datum = eval(init);
  Value *value = errors == before ? initialValue(datum, type, init.range) : nullptr;
  if (value)
    body->results.push_back(value);
  declaring = outerDeclaring;
  constants = outer;
  region = outerRegion;
  return value != nullptr;
}

Value *Instantiator::initialValue(const Datum &datum, const Type &type, SourceRange range) {
  if (auto *list = datum.as<List>())
    return listTensor(*list, type, range);
  if (datum.as<double>() && type.element > ElementType::F16)
    return error(range, "a float never becomes an integer: this fills " + toString(type)), nullptr;
  if (datum.isNumber() || (datum.as<bool>() && type.element == ElementType::Bool))
    return constant(type, {datum}, range);
  Value *value = toTensor(datum, range, "an initial value");
  return value ? fill(value, type, range) : nullptr;
}

/// A compile-time tensor in the declared type: cast, and repeated along the axes that it lacks.
Value *Instantiator::fill(Value *value, const Type &type, SourceRange range) {
  for (const Axis &axis : value->type.axes) {
    const Axis *wanted = type.find(axis.name);
    if (!wanted || wanted->extent != axis.extent)
      return error(range,
                   "this is " + toString(value->type) + ", but its type says " + toString(type)),
             nullptr;
  }
  bool toFloat = type.element <= ElementType::F16;
  if (value->type.element <= ElementType::F16 && !toFloat)
    return error(range, "a float never becomes an integer: this is " + toString(value->type) +
                            ", but its type says " + toString(type)),
           nullptr;
  value = cast(value, type.element, range);
  if (value->type.axes.size() < type.axes.size())
    value = builder().add(Op::Expand, {value}, {type}, range)->result();
  std::vector<std::string> names;
  for (const Axis &axis : type.axes)
    names.push_back(axis.name);
  Builder build = builder();
  return value->type == type ? value : reorder(value, names, build);
}

/// The slice of a stacked tensor at the place of a repeat's body, made at its first use.
Value *Instantiator::stackedArgument(Node *repeat, Value *outer) {
  for (size_t i = std::get<int64_t>(repeat->attributes["carried"]); i < repeat->operands.size();
       ++i)
    if (repeat->operands[i] == outer)
      return repeat->regions[0]->arguments[i + 1].get();
  repeat->operands.push_back(outer);
  Type type = outer->type;
  type.axes.erase(type.axes.begin());
  return argument(*repeat->regions[0], std::move(type), outer->name, outer->range);
}

Value *Instantiator::paramValue(const Layer &owner, const ParamSlot &slot) {
  const std::vector<Node *> &within = slot.movedWithin;
  Value *value = slot.moved ? escape(slot.moved, within) : slot.node->result();
  std::vector<Node *> entered;
  std::vector<std::string> from, to;
  for (Node *repeat : owner.stack)
    if (std::find(within.begin(), within.end(), repeat) == within.end()) {
      from.push_back(value->type.axes[entered.size()].name);
      to.push_back(std::get<std::string>(repeat->attributes["name"]));
      entered.push_back(repeat);
    }
  if (slot.moved)
    value = renameTo(value, from, to, slot.range);
  for (Node *repeat : entered)
    value = stackedArgument(repeat, value);
  return value;
}

/// `a.weight[o, i]`: a layer's parameter with its axes named in the order of declaration.
Datum Instantiator::paramOf(Layer &layer, const ast::Name &name,
                            const std::vector<ast::Part> *index, SourceRange range) {
  ParamSlot *slot = layer.findParam(name.text);
  if (!slot) {
    std::vector<std::string> names;
    for (const ParamSlot &known : layer.params)
      names.push_back(known.name);
    std::optional<std::string> meant = nearest(name.text, names);
    return error(name.range,
                 "'" + layer.name + "' has no parameter '" + name.text + "'" +
                     (meant           ? "; did you mean '" + *meant + "'?"
                      : layer.applied ? ""
                                      : ": a layer gets its parameters where it is applied first"))
        .note(layer.place, "'" + layer.name + "' is declared here");
  }
  for (const Node *repeat : layer.stack)
    if (std::find(enclosing.begin(), enclosing.end(), repeat) == enclosing.end())
      return error(range, "'" + pathOf(layer) + "." + name.text +
                              "' is another one in each round of a 'repeat'; "
                              "only inside of that "
                              "it can be named");
  Value *value = paramValue(layer, *slot);
  std::vector<std::string> from, to;
  for (const Axis &axis : value->type.axes)
    from.push_back(axis.name);
  for (const ast::Part &part : *index) {
    std::optional<AxisList> axes = axesOf(part);
    if (!axes)
      return Datum();
    for (const BoundAxis &axis : *axes)
      to.push_back(axis.ir);
  }
  if (from.size() != to.size())
    return error(range, "'" + layer.name + "." + name.text + "' has " +
                            std::to_string(from.size()) + " axes, not " +
                            std::to_string(to.size()) + ": it is " + toString(value->type));
  for (size_t i = 0; i < to.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (to[i] == to[j])
        return error(range, "axis '" + to[i] + "' is named twice");
  return collect({renameTo(value, from, to, range)}, range, name.text);
}

} // namespace lamina::sema
