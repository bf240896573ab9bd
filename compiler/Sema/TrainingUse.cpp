// What of the data is read: the loader makes nothing else.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/TrainingBuilder.h"

#include <algorithm>

namespace lamina::sema {

namespace {

/// Calls `note` for every value that a region reads, also inside of its nodes.
template <typename Note> void forEachRead(const Region &region, Note note) {
  for (const Value *result : region.results)
    note(result);
  for (const auto &node : region.nodes) {
    for (const Value *operand : node->operands)
      note(operand);
    for (const auto &inner : node->regions)
      forEachRead(*inner, note);
  }
}

} // namespace

/// Drops results that nothing reads, and what only they need in the region that gives them.
static void dropUnread(Node &node, const std::set<const Value *> &read) {
  for (size_t k = node.results.size(); k-- > 0;)
    if (!read.contains(node.results[k].get())) {
      node.results.erase(node.results.begin() + static_cast<ptrdiff_t>(k));
      node.regions[0]->results.erase(node.regions[0]->results.begin() + static_cast<ptrdiff_t>(k));
    }
  dropDead(*node.regions[0]);
}

/// From the last, so that what only they read goes too.
void dropDead(Region &region) {
  std::set<const Value *> read(region.results.begin(), region.results.end());
  for (size_t i = region.nodes.size(); i-- > 0;) {
    const Node &node = *region.nodes[i];
    if (std::none_of(node.results.begin(), node.results.end(),
                     [&](const auto &result) { return read.contains(result.get()); })) {
      region.nodes.erase(region.nodes.begin() + static_cast<ptrdiff_t>(i));
      continue;
    }
    if (node.op == Op::Apply || node.op == Op::Checkpoint)
      dropUnread(*region.nodes[i], read);
    read.insert(node.operands.begin(), node.operands.end());
    for (const auto &inner : node.regions)
      forEachRead(*inner, [&](const Value *value) { read.insert(value); });
  }
}

void dropUnreadInputs(Model &model) {
  std::set<const Value *> read;
  forEachRead(model.body, [&](const Value *value) { read.insert(value); });
  std::erase_if(model.body.arguments, [&](const auto &a) { return !read.contains(a.get()); });
  model.shared.assign(model.body.arguments.size(), false);
}

void restrictLoad(Training &training, const std::vector<std::string> &bindings) {
  Model &load = training.load;
  std::erase_if(load.outputs, [&](const Output &output) {
    return std::find(bindings.begin(), bindings.end(), output.name) == bindings.end();
  });
  load.body.results.clear();
  for (const Output &output : load.outputs)
    load.body.results.push_back(output.value);
  dropDead(load.body);
  std::set<const Value *> read;
  forEachRead(load.body, [&](const Value *value) { read.insert(value); });
  for (size_t i = load.body.arguments.size(); i-- > 0;)
    if (!read.contains(load.body.arguments[i].get())) {
      load.body.arguments.erase(load.body.arguments.begin() + static_cast<ptrdiff_t>(i));
      training.columns.erase(training.columns.begin() + static_cast<ptrdiff_t>(i));
    }
  load.shared.assign(load.body.arguments.size(), false);
}

/// Drops what neither the objective nor the split reads.
void TrainingBuilder::keepUsed() {
  std::set<std::string> names = {training.split.by};
  for (Model *model : {&training.loss, &training.check}) {
    std::set<const Value *> read;
    forEachRead(model->body, [&](const Value *value) { read.insert(value); });
    for (const auto &argument : model->body.arguments)
      if (read.contains(argument.get()))
        names.insert(argument->name);
  }
  for (Model *model : {&training.loss, &training.check}) {
    auto &arguments = model->body.arguments;
    std::erase_if(arguments, [&](const auto &a) { return !names.contains(a->name); });
    model->shared.assign(arguments.size(), false);
  }
  if (training.fit)
    for (const auto &argument : training.fit->body.arguments)
      names.insert(argument->name);
  for (const ast::Name &name : bindings)
    training.load.outputs.push_back({name.text, bound[name.text]});
  restrictLoad(training, {names.begin(), names.end()});
}

} // namespace lamina::sema
