// Statements of a body, executed in order.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Instantiator.h"
#include "compiler/Sema/TrainingBuilder.h"

#include <utility>

namespace lamina::sema {

void Instantiator::exec(const ast::Body &body) {
  for (const ast::StmtPtr &stmt : body.statements) {
    if (!step(stmt->range))
      return;
    execStmt(*stmt);
  }
}

void Instantiator::execStmt(const ast::Stmt &stmt) {
  for (const ast::Note &note : stmt.notes)
    error(note.range, "the annotation '@" + note.name.text + "' is not supported yet");
  std::visit([&](const auto &node) { execNode(node, stmt); }, stmt.node);
}

void Instantiator::bindName(const ast::Name &name, Datum datum) {
  if (name.text == "_")
    return;
  if (Value *value = datum.tensor(); value && value->name.empty()) {
    value->name = name.text;
    if (!value->range.isValid())
      value->range = name.range;
  }
  frame->bind(name.text, std::move(datum));
}

void Instantiator::execNode(const ast::LayerStmt &node, const ast::Stmt &stmt) {
  if (frame->forDepth) {
    error(stmt.range, "a layer declared in 'for' would have one name for many: write 'layer " +
                          node.name.text + " = [… for … in …]' before it, and index the list");
    return bindName(node.name, Datum());
  }
  Datum value = eval(*node.value);
  LayerPtr layer;
  if (!value.isPoison())
    layer = declareLayer(*frame->owner, value, &stmt, frame->occurrences[&stmt]++, node.name.text,
                         node, node.name.range);
  if (!layer)
    return bindName(node.name, Datum());
  // A function or primitive as a layer holds nothing and is what it is.
  bool plain = layer->kind == Layer::Kind::Instance && !layer->callee->isInstantiable();
  layer->applied |= plain;
  bindName(node.name, plain ? Datum(layer->callee) : layerDatum(layer));
}

void Instantiator::execNode(const ast::ParamStmt &node, const ast::Stmt &stmt) {
  if (frame->forDepth) {
    error(stmt.range,
          "a parameter declared in 'for' would have one name for many; give it an axis instead");
    return bindName(node.name, Datum());
  }
  frame->scopes.back()[node.name.text] = Binding{Datum(), &stmt, frame->owner};
}

void Instantiator::execNode(const ast::StateStmt &node, const ast::Stmt &stmt) {
  frame->scopes.back()[node.name.text] = Binding{Datum(), &stmt, frame->owner};
}

/// Makes the parameters that the body declared but never used.
void Instantiator::materialise(std::map<std::string, Binding, std::less<>> &scope) {
  for (auto &[name, binding] : scope)
    if (binding.pending) {
      const ast::Stmt *stmt = std::exchange(binding.pending, nullptr);
      binding.datum = makeParam(*stmt, *binding.owner);
    }
}

Datum Instantiator::evalLet(const ast::Name &name, const std::optional<ast::TypeExpr> &type,
                            const ast::Expr &value) {
  if (!type) {
    Datum datum = eval(value);
    return datum.as<Results>() ? Datum(error(value.range, "'let' binds one value")) : datum;
  }
  std::optional<Type> wanted = evalType(*type, name.range);
  ConstantContext outer = std::exchange(constants, ConstantContext{true, std::nullopt, 0});
  const Type *outerDeclaring = std::exchange(declaring, wanted ? &*wanted : nullptr);
  size_t before = errors;
  Datum datum = wanted ? eval(value) : Datum();
  Value *result = errors == before && wanted ? initialValue(datum, *wanted, value.range) : nullptr;
  declaring = outerDeclaring;
  constants = outer;
  if (result)
    frame->sight(result);
  return result ? Datum(result) : Datum();
}

void Instantiator::execNode(const ast::LetStmt &node, const ast::Stmt &) {
  bindName(node.name, evalLet(node.name, node.type, *node.value));
}

void Instantiator::execNode(const ast::TapStmt &node, const ast::Stmt &stmt) {
  Datum datum = eval(*node.value);
  if (Value *value = toTensor(datum, node.value->range, "a tap")) {
    Node *tapped = builder().add(Op::Tap, {value}, {}, stmt.range);
    tapped->attributes["path"] = node.name.text;
    placed.push_back({tapped, frame->owner});
    tap(node.name.text, value);
  }
  bindName(node.name, std::move(datum));
}

void Instantiator::execNode(const ast::ForStmt &node, const ast::Stmt &stmt) {
  std::optional<std::vector<Datum>> items = evalItems(*node.source);
  if (!items)
    return;
  ++frame->forDepth;
  for (const Datum &item : *items) {
    if (!step(stmt.range) || !bindLoop(node.names, item, node.source->range))
      break;
    exec(node.body);
  }
  --frame->forDepth;
}

void Instantiator::execNode(const ast::IfStmt &node, const ast::Stmt &) {
  std::optional<bool> taken = evalCondition(*node.condition);
  if (!taken)
    return;
  if (*taken)
    exec(node.thenBody);
  else if (node.elseBody)
    exec(*node.elseBody);
}

void Instantiator::execNode(const ast::AssertStmt &node, const ast::Stmt &stmt) {
  Datum datum = eval(*node.condition);
  std::string text(diagnostics.sourceManager().text(node.condition->range));
  if (auto *truth = datum.as<bool>()) {
    if (!*truth)
      error(stmt.range, "this does not hold: " + explainCondition(*node.condition, text));
    return;
  }
  if (datum.isPoison())
    return;
  Value *value = datum.tensor();
  if (!value || value->type.element != ElementType::Bool) {
    error(node.condition->range, "'assert' takes a condition, not " + describe(datum));
    return;
  }
  if (root->callee) // in a model: values are checked by tests, compiled code has no asserts
    return;
  Node *check = builder().add(Op::Assert, {value}, {}, stmt.range);
  check->attributes["message"] = text;
}

/// `c % groups == 0 (3 and 0)`: the condition and the values of its sides.
std::string Instantiator::explainCondition(const ast::Expr &condition, std::string text) {
  auto *binary = condition.as<ast::Binary>();
  if (!binary)
    return text;
  Datum lhs = eval(*binary->lhs), rhs = eval(*binary->rhs);
  if (lhs.isPoison() || rhs.isPoison() || lhs.tensor() || rhs.tensor())
    return text;
  return text + " (the sides are " + spell(lhs) + " and " + spell(rhs) + ")";
}

/// Whether an application's results have names, so that `a.out` and `a.aux` are its parts.
static bool isRecord(const Datum &datum) { return datum.record && !datum.record->outputs.empty(); }

void Instantiator::execNode(const ast::BindStmt &node, const ast::Stmt &) {
  Datum datum = eval(*node.value);
  if (node.names.size() == 1) {
    if (auto *results = datum.as<Results>(); results && !isRecord(datum))
      datum = error(node.value->range, "this gives " + std::to_string(results->values.size()) +
                                           " results for one name; '_' " +
                                           "stands for one that is not needed");
    if (node.type && !datum.isPoison()) {
      Value *value = toTensor(datum, node.value->range, "'" + node.names[0].text + "'");
      if (!value ||
          !checkAgainst(value, *node.type, "'" + node.names[0].text + "'", node.value->range))
        datum = Datum();
    }
    return bindName(node.names[0], std::move(datum));
  }
  const std::vector<Datum> *values = nullptr;
  if (auto *results = datum.as<Results>())
    values = &results->values;
  else if (auto *list = datum.as<List>())
    values = list->get();
  if (!datum.isPoison() && (!values || values->size() != node.names.size()))
    error(node.value->range, std::to_string(node.names.size()) + " names for " + describe(datum));
  bool fits = values && values->size() == node.names.size();
  for (size_t i = 0; i < node.names.size(); ++i)
    bindName(node.names[i], fits ? (*values)[i] : Datum());
}

/// States move in the training step only: elsewhere it is enough that the name is a state and that
/// the value fits it.
void Instantiator::execNode(const ast::UpdateStmt &node, const ast::Stmt &stmt) {
  Binding *binding = frame->find(node.path[0].text);
  if (!binding) {
    unknown(node.path[0].text, node.path[0].range, false);
    return;
  }
  const bool isState = binding->pending && binding->pending->as<ast::StateStmt>();
  if (node.path.size() != 1 || !node.index.empty() || !isState) {
    std::string what = node.path[0].text;
    for (size_t i = 1; i < node.path.size(); ++i)
      what += "." + node.path[i].text;
    error(stmt.range, "'" + what + "' is no state; '<-' moves a state, '=' binds a name");
    return;
  }
  Datum state = bindingDatum(node.path[0].text, *binding);
  Datum moved = eval(*node.value);
  if (!state.tensor() || moved.isPoison())
    return;
  Value *next = nextOfState(*state.tensor(), moved, node.value->range);
  binding = frame->find(node.path[0].text);
  if (next && isTraining())
    move(*binding, node.path[0], next, stmt.range);
}

void Instantiator::execNode(const ast::SettingStmt &node, const ast::Stmt &stmt) {
  if (node.keyword.text == "checkpoint" && node.body)
    return execCheckpoint(*node.body, stmt.range);
  if (training)
    return objectiveMetric(node, stmt);
  error(stmt.range, "'" + node.keyword.text +
                        "' starts no statement of a block; it belongs in a 'train' block");
}

} // namespace lamina::sema
