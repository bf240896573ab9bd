// `augment { … }`: what the step does to its samples before the objective, with random draws.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/TrainingBuilder.h"

#include <algorithm>

namespace lamina::sema {

/// The bindings of the step's program as `augment` leaves them. It is the step that computes this,
/// since draws are keyed by its number and its samples.
bool TrainingBuilder::augment(Instantiator &engine) {
  for (const ast::SettingStmt *part : augments) {
    engine.frame->scopes.emplace_back(); // only what bindings come to goes on
    engine.exec(*part->body);
    if (!part->body->returns.empty())
      error(part->body->returnRange,
            "'augment' returns nothing; it binds bindings of 'data' again");
    auto made = std::move(engine.frame->scopes.back());
    engine.frame->scopes.pop_back();
    if (engine.failed() || !part->body->returns.empty())
      return false;
    for (const ast::Name &name : bindings) {
      auto found = made.find(name.text);
      if (found == made.end())
        continue;
      Value *value = engine.toTensor(found->second.datum, part->keyword.range,
                                     "the binding '" + name.text + "'");
      Type wanted = engine.frame->find(name.text)->datum.tensor()->type;
      std::vector<std::string> order;
      for (const Axis &axis : wanted.axes)
        order.push_back(axis.name);
      const bool fits = value && value->type.element == wanted.element &&
                        value->type.axes.size() == wanted.axes.size() &&
                        std::all_of(wanted.axes.begin(), wanted.axes.end(), [&](const Axis &axis) {
                          const Axis *own = value->type.find(axis.name);
                          return own && *own == axis;
                        });
      if (!fits) {
        if (value)
          error(value->range.isValid() ? value->range : part->keyword.range,
                "'augment' keeps types: the binding '" + name.text + "' is " + toString(wanted) +
                    ", but here it becomes " + toString(value->type));
        return false;
      }
      Builder build = engine.builder();
      engine.frame->bind(name.text, Datum(reorder(value, order, build)));
    }
  }
  return true;
}

/// Whether an attribute names the batch: one axis, several, or groups of them.
static bool namesBatch(const Attribute &attribute) {
  if (auto *one = std::get_if<std::string>(&attribute))
    return *one == "batch";
  if (auto *several = std::get_if<std::vector<std::string>>(&attribute))
    return std::find(several->begin(), several->end(), "batch") != several->end();
  return false;
}

bool seesBatch(const Region &region) {
  return std::any_of(region.nodes.begin(), region.nodes.end(), [](const auto &node) {
    return std::any_of(node->attributes.begin(), node->attributes.end(),
                       [](const auto &entry) { return namesBatch(entry.second); }) ||
           std::any_of(node->regions.begin(), node->regions.end(),
                       [](const auto &inner) { return seesBatch(*inner); });
  });
}

} // namespace lamina::sema
