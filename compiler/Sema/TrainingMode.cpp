// What only the step of a training does: draws, states that move, and which layers take part in it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/TrainingBuilder.h"

#include <algorithm>

namespace lamina::sema {

/// What `training` is here: frozen layers, and those that `eval` names, compute as they do outside.
bool Instantiator::isTraining() const {
  const Layer *layer = frame ? frame->owner : nullptr;
  return training && training->isTraining && layer && !layer->frozen && !layer->isEvaluated;
}

std::optional<DrawPlace> Instantiator::drawPlace() const {
  const bool isMeasured = training && !training->isTraining && namesBatch();
  if (!isTraining() && !isMeasured)
    return std::nullopt;
  DrawPlace place;
  place.isTraining = !isMeasured;
  place.floats = floatType;
  for (const auto &input : modelBody->arguments)
    if (!place.like && input->type.find("batch"))
      place.like = input.get();
  if (place.like)
    place.axes.push_back({"batch", Axis::kBatch});
  for (const BoundAxis &axis : frame->owner->each)
    place.axes.push_back({axis.ir, *axis.extent});
  return place;
}

/// Whether this is code of the objective, or of a block that it applies itself: no model's.
bool Instantiator::namesBatch() const {
  if (!training || training->columns || !frame)
    return false;
  for (const Layer *layer = frame->owner; layer; layer = layer->parent)
    if (layer->callee && layer->callee->model())
      return false;
  return true;
}

/// Marks a layer that a pattern of `eval` names: `backbone.*` is `backbone` with all that it holds.
void Instantiator::evaluateAsSet(Layer &layer) {
  layer.isEvaluated |= layer.parent && layer.parent->isEvaluated;
  if (!training || training->evaluated.empty())
    return;
  const std::string path = pathOf(layer);
  for (EvaluatedPattern &pattern : training->evaluated)
    if (matchesPattern(pattern.text, path) || matchesPattern(pattern.text, path + "."))
      layer.isEvaluated = pattern.isUsed = true;
}

bool TrainingBuilder::readEvaluated() {
  const Setting *setting = find("eval");
  if (!setting)
    return true;
  auto *list = setting->value->as<ast::List>();
  if (!list) {
    error(setting->range, "'eval' is a list of patterns: eval = [\"backbone.*\"]");
    return false;
  }
  show("eval", std::string(diagnostics.sourceManager().text(setting->value->range)), false);
  for (const ast::ExprPtr &item : list->items) {
    std::optional<std::string> text = readString(*item, "a pattern");
    if (!text)
      return false;
    evaluated.push_back({std::move(*text), item->range});
  }
  return true;
}

bool TrainingBuilder::checkEvaluated(const std::vector<EvaluatedPattern> &patterns) {
  bool isWell = true;
  for (const EvaluatedPattern &pattern : patterns)
    if (!pattern.isUsed) {
      error(pattern.range,
            "no layer's path matches \"" + pattern.text + "\"; 'lamina summary' lists the layers");
      isWell = false;
    }
  return isWell;
}

/// The new value of a state in its type, or null after an error.
Value *Instantiator::nextOfState(const Value &state, const Datum &moved, SourceRange range) {
  bool isFloat = state.type.element <= ElementType::F16;
  if (moved.as<int64_t>() || (moved.as<double>() && isFloat))
    return constant(state.type, {moved}, range);
  Value *value = toTensor(moved, range, "the new value of a state");
  if (!value)
    return nullptr;
  std::string what = "the new value of '" + state.name + "'";
  if (value->type.find("batch") && !state.type.find("batch"))
    return error(range, what +
                            " depends on the sample, but a state is one for all; a reduction over "
                            "'batch' such as 'mean<batch>(x)' makes it one"),
           nullptr;
  bool fits = value->type.element == state.type.element;
  for (const Axis &axis : value->type.axes) {
    const Axis *found = state.type.find(axis.name);
    fits &= found && *found == axis;
  }
  for (const Axis &axis : state.type.axes) // those of `each` may be missing
    fits &= value->type.find(axis.name) || frame->ambient.contains(axis.name);
  if (!fits)
    return error(range, what + " is " + toString(value->type) + ", but the state is " +
                            toString(state.type)),
           nullptr;
  return fill(value, state.type, range);
}

/// From here on the state is `next`, of which no derivative is taken.
void Instantiator::move(Binding &state, const ast::Name &name, Value *next, SourceRange range) {
  carryState(*state.owner, name.text);
  ParamSlot &slot = *state.owner->findParam(name.text);
  if (next->type.element <= ElementType::F16)
    next = builder().add(Op::StopGradient, {next}, {next->type}, range)->result();
  next->name = name.text;
  if (loopsOverState(*state.owner).empty()) // else the loop assigns what its last round has made
    moves.push_back({builder().add(Op::Assign, {next}, {}, range), slot.node});
  slot.moved = next;
  slot.movedWithin = enclosing;
}

} // namespace lamina::sema
