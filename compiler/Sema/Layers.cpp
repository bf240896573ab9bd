// Instances of blocks: the tree that gives parameters their paths.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Instantiator.h"

#include <algorithm>

namespace lamina::sema {

/// The child of `owner` that a statement or call stands for; the same one when the owner is applied
/// again.
LayerPtr Instantiator::child(Layer &owner, const void *key, int repetition, Layer::Kind kind,
                             const std::string &name) {
  LayerPtr layer;
  for (size_t i = 0; i < owner.keys.size(); ++i)
    if (owner.keys[i] == std::pair(key, repetition))
      layer = owner.children[i];
  if (!layer) {
    layer = std::make_shared<Layer>();
    layer->kind = kind;
    layer->parent = &owner;
    layer->name = name;
    layer->frozen = owner.frozen;
    owner.children.push_back(layer);
    owner.keys.push_back({key, repetition});
  }
  layer->stack = owner.stack;
  layer->each = owner.each;
  layer->hiddenEach = owner.each.size();
  return layer;
}

LayerPtr Instantiator::unnamedInstance(const CallablePtr &callee, const void *site,
                                       SourceRange range) {
  LayerPtr layer = child(*frame->owner, site, frame->occurrences[site]++, Layer::Kind::Instance,
                         callee->instanceName);
  layer->unnamed = true;
  layer->place = range;
  layer->callee = callee;
  return layer;
}

LayerPtr Instantiator::declareLayer(Layer &owner, const Datum &value, const void *key,
                                    int repetition, const std::string &name,
                                    const ast::LayerStmt &stmt, SourceRange range) {
  if (auto *list = value.as<List>()) {
    LayerPtr layer = child(owner, key, repetition, Layer::Kind::List, name);
    layer->place = range;
    for (size_t i = 0; i < (*list)->size(); ++i)
      if (!declareLayer(*layer, (**list)[i], key, static_cast<int>(i), std::to_string(i), stmt,
                        range))
        return nullptr;
    return layer;
  }
  auto *callable = value.as<CallablePtr>();
  if (!callable) {
    error(stmt.value->range, "a layer is made of a block, but this is " + describe(value));
    return nullptr;
  }
  LayerPtr layer = child(owner, key, repetition, Layer::Kind::Instance, name);
  layer->place = range;
  layer->frozen |= stmt.frozen;
  layer->callee = (*callable)->isInstantiable() ? fixAxes(*callable) : *callable;
  frame->declared.push_back(layer);
  return stmt.eachAxis && !addEach(*layer, stmt) ? nullptr : layer;
}

bool Instantiator::addEach(Layer &layer, const ast::LayerStmt &stmt) {
  const AxisList axes = frame->axis(stmt.eachAxis->text, stmt.eachAxis->range);
  std::optional<int64_t> count = evalInt(*stmt.eachCount, "the count of 'each'");
  if (!count)
    return false;
  if (axes.size() != 1 || *count < 1)
    return error(stmt.eachCount->range,
                 "'each' makes one axis of at least 1, not " + std::to_string(*count)),
           false;
  for (const auto &bound : layer.callee->bound)
    for (const BoundAxis &axis : bound ? bound->axes : AxisList{})
      if (axis.ir == axes[0].ir)
        return error(stmt.eachAxis->range, "'" + layer.name + "' works along '" + axis.spelled +
                                               "' itself; 'each' needs " +
                                               std::string("another name")),
               false;
  BoundAxis each = axes[0];
  each.extent = *count;
  layer.each.push_back(std::move(each));
  return true;
}

/// What the name of a declared layer means: itself, or the list of its layers.
Datum Instantiator::layerDatum(const LayerPtr &layer) {
  if (layer->kind != Layer::Kind::List)
    return Datum(layer);
  auto items = std::make_shared<std::vector<Datum>>();
  for (const LayerPtr &item : layer->children)
    items->push_back(layerDatum(item));
  return Datum(List(std::move(items)));
}

void Instantiator::checkApplied(const Frame &of) {
  for (const LayerPtr &layer : of.declared)
    if (!layer->applied)
      error(layer->place, "nothing applies the layer '" + layer->name + "'" +
                              (layer->parent && layer->parent->kind == Layer::Kind::List
                                   ? " of '" + layer->parent->name + "'"
                                   : ""));
}

/// Whether an instance's parameters stand directly under its `repeat`.
static bool standsAlone(const Layer &repeat, const Layer &child) {
  if (repeat.kind != Layer::Kind::Repeat || !child.unnamed || !repeat.params.empty() ||
      !child.holdsParams())
    return false;
  return std::count_if(repeat.children.begin(), repeat.children.end(),
                       [](const LayerPtr &c) { return c->holdsParams(); }) == 1;
}

/// The words that the children of a layer add to paths below it: `fc1`, `blocks.*`, `linear_2`, or
/// nothing. Those without a name are numbered in the order of the text.
static std::vector<std::string> childWords(const Layer &layer) {
  std::vector<std::string> words(layer.children.size());
  std::vector<size_t> unnamed;
  std::set<std::string> names;
  for (size_t i = 0; i < words.size(); ++i) {
    const Layer &child = *layer.children[i];
    if (child.isPrefixless)
      continue;
    if (child.unnamed) {
      unnamed.push_back(i);
      continue;
    }
    words[i] = child.kind == Layer::Kind::Repeat ? child.name + ".*" : child.name;
    names.insert(child.name);
  }
  std::sort(unnamed.begin(), unnamed.end(), [&](size_t a, size_t b) {
    return std::pair(layer.children[a]->place.begin, a) <
           std::pair(layer.children[b]->place.begin, b);
  });
  std::map<std::string, int> numbers;
  for (size_t i : unnamed) {
    const Layer &child = *layer.children[i];
    if (standsAlone(layer, child))
      continue;
    do {
      int number = ++numbers[child.name];
      words[i] = number == 1 ? child.name : child.name + "_" + std::to_string(number);
    } while (names.contains(words[i]));
  }
  return words;
}

std::string pathOf(const Layer &layer) {
  if (!layer.parent)
    return "";
  std::string above = pathOf(*layer.parent);
  const std::vector<LayerPtr> &siblings = layer.parent->children;
  auto self = std::find_if(siblings.begin(), siblings.end(),
                           [&](const LayerPtr &c) { return c.get() == &layer; });
  std::string word = childWords(*layer.parent)[self - siblings.begin()];
  return above.empty() ? word : word.empty() ? above : above + "." + word;
}

static void namePaths(const Layer &layer, const std::string &path,
                      std::map<const Layer *, std::string> &paths) {
  paths[&layer] = path;
  for (const ParamSlot &slot : layer.params)
    slot.node->attributes["path"] = path.empty() ? slot.name : path + "." + slot.name;
  std::vector<std::string> words = childWords(layer);
  for (size_t i = 0; i < words.size(); ++i)
    namePaths(*layer.children[i],
              path.empty()       ? words[i]
              : words[i].empty() ? path
                                 : path + "." + words[i],
              paths);
}

void Instantiator::assignPaths() {
  std::map<const Layer *, std::string> paths;
  namePaths(*root, "", paths);
  std::map<std::string, int64_t> draws; // so many by path: no two have one key
  for (auto &[node, layer] : placed) {
    const std::string &path = paths[layer];
    if (node->op == Op::Apply) {
      node->attributes["path"] = layer->holdsParams() ? path : "";
      continue;
    }
    if (node->op == Op::Draw) {
      node->attributes["path"] = path.empty() ? "objective" : path;
      node->attributes["application"] = draws[path]++;
      continue;
    }
    auto &name = std::get<std::string>(node->attributes["path"]);
    name = path.empty() ? name : path + "." + name;
  }
  for (auto &[assign, state] : moves)
    assign->attributes["path"] = state->attributes.find("path")->second;
}

} // namespace lamina::sema
