// Names and axes of a block application; the layer tree; words for data in messages.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Frame.h"

#include "compiler/Sema/Primitives.h"

#include <algorithm>
#include <charconv>

namespace lamina::sema {

Binding *Frame::find(std::string_view name) {
  for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope)
    if (auto found = scope->find(name); found != scope->end())
      return &found->second;
  return nullptr;
}

std::string Frame::fresh(const std::string &name) {
  std::string candidate = name;
  for (int i = 2; taken.contains(candidate) || ambient.contains(candidate); ++i)
    candidate = name + "_" + std::to_string(i);
  taken.insert(candidate);
  return candidate;
}

const AxisList &Frame::axis(const std::string &name, SourceRange range) {
  auto found = axes.find(name);
  if (found == axes.end()) {
    std::string ir = name == "batch" ? name : fresh(name);
    size_t home = isBlockLike() ? number : 0;
    found = axes.emplace(name, AxisList{BoundAxis{ir, name, std::nullopt, range, home}}).first;
  }
  return found->second;
}

void Frame::sight(const Value *value) {
  for (const Axis &axis : value->type.axes) {
    auto &list = seen[axis.name];
    if (std::none_of(list.begin(), list.end(), [&](const Sighting &s) { return s.axis == axis; }))
      list.push_back({axis, value});
  }
}

ParamSlot *Layer::findParam(std::string_view param) {
  for (ParamSlot &slot : params)
    if (slot.name == param)
      return &slot;
  return nullptr;
}

Layer *Layer::findChild(std::string_view child) {
  for (const LayerPtr &layer : children)
    if (layer->name == child)
      return layer.get();
  return nullptr;
}

bool Layer::holdsParams() const {
  return !params.empty() || std::any_of(children.begin(), children.end(),
                                        [](const LayerPtr &c) { return c->holdsParams(); });
}

namespace {
struct Describe {
  std::string operator()(const Poison &) const { return "an error"; }
  std::string operator()(const Absent &) const { return "none"; }
  std::string operator()(int64_t v) const { return "the int " + std::to_string(v); }
  std::string operator()(double v) const { return "the float " + spell(Datum(v)); }
  std::string operator()(bool v) const { return v ? "true" : "false"; }
  std::string operator()(const std::string &v) const { return "the string \"" + v + "\""; }
  std::string operator()(const IntRange &) const { return "a range"; }
  std::string operator()(const AxisList &) const { return "an axis"; }
  std::string operator()(const List &v) const { return "a list of " + std::to_string(v->size()); }
  std::string operator()(const Results &v) const {
    return std::to_string(v.values.size()) + " results";
  }
  std::string operator()(Value *v) const { return "a tensor " + toString(v->type); }
  std::string operator()(const CallablePtr &v) const {
    return (v->fn()          ? "the function '"
            : v->primitive() ? "the primitive '"
            : v->model()     ? "the model '"
                             : "the block '") +
           v->name + "'";
  }
  std::string operator()(const LayerPtr &v) const { return "the layer '" + v->name + "'"; }
  std::string operator()(const Module *) const { return "a module"; }
  std::string operator()(const std::shared_ptr<const DataTable> &v) const {
    return "the source '" + v->name + "'";
  }
  std::string operator()(const std::shared_ptr<const ColumnRef> &v) const {
    return "a part of the source '" + v->table.name + "'";
  }
};
} // namespace

std::string describe(const Datum &datum) { return std::visit(Describe{}, datum.value); }

std::string spell(const Datum &datum) {
  if (auto *v = datum.as<int64_t>())
    return std::to_string(*v);
  if (auto *v = datum.as<bool>())
    return *v ? "true" : "false";
  if (auto *v = datum.as<std::string>())
    return '"' + *v + '"';
  if (auto *v = datum.as<double>()) {
    char text[32];
    auto end = std::to_chars(text, text + sizeof text, *v).ptr;
    std::string spelled(text, end);
    return spelled.find_first_of(".en") == std::string::npos ? spelled + ".0" : spelled;
  }
  if (auto *v = datum.as<List>()) {
    std::string text = "[";
    for (const Datum &item : **v)
      text += (text.size() > 1 ? ", " : "") + spell(item);
    return text + "]";
  }
  return describe(datum);
}

} // namespace lamina::sema
