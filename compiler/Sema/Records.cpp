// The record of an application: taps and outputs by path, brought out of the regions that they
// stand in.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Instantiator.h"
#include "compiler/Sema/Training.h"

#include <algorithm>

namespace lamina::sema {

/// Notes a tap in the records of all applications around it.
void Instantiator::tap(const std::string &name, Value *value) {
  for (Frame *at = frame; at; at = at->caller)
    if (at->record)
      at->record->taps.push_back({frame->owner, name, value, enclosing});
}

static std::string withoutStars(const std::string &path) {
  std::string plain;
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '.' && i + 1 < path.size() && path[i + 1] == '*') {
      ++i;
      continue;
    }
    plain += path[i];
  }
  return plain;
}

/// A tap's path as seen from the applied layer: `blocks.hidden`.
static std::string relativePath(const Record &record, const Tapped &tapped) {
  std::string base = pathOf(*record.layer), path = pathOf(*tapped.owner);
  if (!base.empty() && path.size() >= base.size())
    path = path.substr(std::min(base.size() + 1, path.size()));
  path = withoutStars("." + path).substr(1);
  return path.empty() ? tapped.name : path + "." + tapped.name;
}

/// Makes a value inside applied blocks and repeats visible here: each gives it as one more result,
/// a repeat with its axis.
Value *Instantiator::escape(Value *value, const std::vector<Node *> &around) {
  size_t shared = 0;
  std::vector<std::string> from, to;
  while (shared < around.size() && shared < enclosing.size() && around[shared] == enclosing[shared])
    ++shared;
  for (size_t i = around.size(); i-- > shared;) {
    Node *node = around[i];
    Region &inner = *node->regions[0];
    for (size_t k = 0; k < inner.results.size(); ++k)
      if (inner.results[k] == value &&
          (node->op == Op::Apply ||
           static_cast<int64_t>(k) >= std::get<int64_t>(node->attributes["carried"]))) {
        value = node->result(k);
        break;
      }
    if (node->op == Op::Repeat && value->node == node) {
      from.push_back(std::get<std::string>(node->attributes["name"]));
      to.push_back(frame->axis(repeatNames[node], node->range).front().ir);
    }
    if (value->node == node)
      continue;
    inner.results.push_back(value);
    auto result = std::make_unique<Value>();
    result->node = node;
    result->type = value->type;
    result->name = value->name;
    result->range = value->range;
    if (node->op == Op::Repeat) {
      from.push_back(std::get<std::string>(node->attributes["name"]));
      to.push_back(frame->axis(repeatNames[node], node->range).front().ir);
      result->type.axes.insert(result->type.axes.begin(),
                               Axis{std::get<std::string>(node->attributes["name"]),
                                    std::get<int64_t>(node->attributes["count"])});
    }
    value = result.get();
    node->results.push_back(std::move(result));
  }
  value = renameTo(value, from, to, value->range);
  frame->sight(value);
  return value;
}

Datum Instantiator::recordMember(const Datum &base, const ast::Name &name, SourceRange range) {
  const Record &record = *base.record;
  std::string path = record.prefix + name.text;
  for (const auto &[output, value] : record.outputs)
    if (output == path)
      return Datum(value);
  std::vector<std::string> known;
  bool isPrefix = false;
  for (const Tapped &tapped : record.taps) {
    known.push_back(relativePath(record, tapped));
    if (known.back() == path)
      return Datum(escape(tapped.value, tapped.enclosing));
    isPrefix |= known.back().starts_with(path + ".");
  }
  if (isPrefix) {
    auto inner = std::make_shared<Record>(record);
    inner->prefix = path + ".";
    Datum datum{Absent{}};
    datum.record = std::move(inner);
    return datum;
  }
  for (const auto &[output, value] : record.outputs)
    known.push_back(output);
  std::optional<std::string> meant = nearest(path, known);
  return error(range, "this application has no output or tap '" + path + "'" +
                          (meant ? "; did you mean '" + *meant + "'?" : ""))
      .note(record.layer->place, "'" + record.layer->name + "' is declared here");
}

/// `*` is any characters. Goes back to the last star only, so the time is a product of the lengths.
bool matchesPattern(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0, star = std::string_view::npos, tried = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      tried = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++tried;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*')
    ++p;
  return p == pattern.size();
}

/// `a["*.hidden"]`: all outputs and taps whose paths match, in the order of the text.
Datum Instantiator::recordMatches(const Record &record, const std::string &pattern,
                                  SourceRange range) {
  auto items = std::make_shared<std::vector<Datum>>();
  for (const auto &[output, value] : record.outputs)
    if (matchesPattern(pattern, output))
      items->emplace_back(value);
  for (const Tapped &tapped : record.taps)
    if (matchesPattern(pattern, relativePath(record, tapped)))
      items->emplace_back(escape(tapped.value, tapped.enclosing));
  if (items->empty())
    return error(range, "no output or tap of this application matches \"" + pattern + "\"");
  return Datum(List(std::move(items)));
}

Datum Instantiator::moduleMember(const Module &module, const ast::Name &name) {
  Found found = modules.findPublic(module, name.text);
  if (const Declared *one = found.one())
    return declaredDatum(*one, name.range);
  if (found.candidates.empty() && module.own.contains(name.text))
    return error(name.range, "'" + name.text + "' is private to '" + module.dotted + "'");
  if (const Module *inner = found.candidates.empty() ? modules.import(module, name.text) : nullptr)
    return Datum(inner);
  std::optional<std::string> meant = nearest(name.text, modules.visibleNames(module));
  return error(name.range, "'" + module.dotted + "' has no '" + name.text + "'" +
                               (meant ? "; did you mean '" + *meant + "'?" : ""));
}

/// `Net.scale`: a layer inside of a layer, to apply by path.
Datum Instantiator::layerMember(const LayerPtr &layer, const ast::Name &name, SourceRange range) {
  for (const LayerPtr &inner : layer->children)
    if (!inner->unnamed && inner->name == name.text)
      return layerDatum(inner);
  if (layer->findParam(name.text))
    return error(range, "the parameter '" + layer->name + "." + name.text +
                            "' needs names for its axes: '" + layer->name + "." + name.text +
                            "[…]'");
  return error(name.range,
               "'" + layer->name + "' has no layer '" + name.text + "'" +
                   (layer->applied ? "" : ": a layer gets its parts where it is applied first"));
}

} // namespace lamina::sema
