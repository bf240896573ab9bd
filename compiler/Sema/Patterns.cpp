// The pattern of `rearrange`: which of its names are axes of values and which are its own.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Instantiator.h"

#include <set>

namespace lamina::sema {

namespace {
/// Gives a pattern's names their IR names. A part that stands in parentheses on both sides is the
/// pattern's own.
struct PatternNames {
  Frame &frame;
  std::set<std::string> outer; ///< names that stand outside of parentheses on either side
  std::map<std::string, std::string> parts; ///< own parts
  std::set<std::string> used;

  void collect(const std::vector<ast::PatternCell> &cells) {
    for (const ast::PatternCell &cell : cells) {
      outer.insert(cell.axis.text);
      for (const BoundAxis &axis : frame.axis(cell.axis.text, cell.axis.range))
        used.insert(axis.ir);
    }
  }
  std::vector<std::string> resolve(const ast::Name &name) {
    std::vector<std::string> names;
    if (outer.contains(name.text)) {
      for (const BoundAxis &axis : frame.axis(name.text, name.range))
        names.push_back(axis.ir);
      return names;
    }
    auto [at, isNew] = parts.try_emplace(name.text, name.text);
    for (int i = 2; isNew && !used.insert(at->second).second; ++i)
      at->second = name.text + "_" + std::to_string(i);
    return {at->second};
  }
  void groups(const std::vector<ast::PatternCell> &cells, AxisGroups &into) {
    for (const ast::PatternCell &cell : cells) {
      std::vector<std::string> names = resolve(cell.axis);
      if (!cell.parts) {
        for (std::string &name : names)
          into.push_back({std::move(name)});
        continue;
      }
      std::vector<std::string> group{names.empty() ? cell.axis.text : names.front()};
      for (const ast::Name &part : *cell.parts)
        for (std::string &name : resolve(part))
          group.push_back(std::move(name));
      if (group.size() == 1)
        group.push_back("");
      into.push_back(std::move(group));
    }
  }
};
} // namespace

bool Instantiator::rearrangePattern(PrimitiveCall &call, const std::vector<ast::Arg> &args) {
  PatternNames names{*frame, {}, {}, {}};
  const ast::Pattern *pattern = nullptr;
  for (const ast::Arg &arg : args) {
    if (auto *found = std::get_if<ast::Pattern>(&arg.value)) {
      if (pattern || call.name != "rearrange")
        return error(arg.range,
                     pattern ? "one pattern is enough" : "'" + call.name + "' takes no pattern"),
               false;
      pattern = found;
    }
  }
  if (pattern) {
    names.collect(pattern->from);
    names.collect(pattern->to);
    names.groups(pattern->from, call.from);
    names.groups(pattern->to, call.to);
  }
  for (const ast::Arg &arg : args) {
    auto *value = std::get_if<ast::ExprPtr>(&arg.value);
    if (!value || arg.binder != ':')
      continue;
    if (!pattern)
      return error(arg.range,
                   "':' gives an axis of a pattern its extent; an argument is set by '='"),
             false;
    std::optional<int64_t> extent = evalInt(**value, "an extent");
    if (!extent)
      return false;
    std::vector<std::string> resolved = names.resolve(*arg.name);
    if (resolved.size() == 1)
      call.partExtents[resolved[0]] = *extent;
  }
  return true;
}

} // namespace lamina::sema
