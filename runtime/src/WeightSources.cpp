// From a parameter's path to the tensors of a file.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "WeightSources.h"

#include "lamina/Input.h"

#include <algorithm>

namespace lamina::runtime {
namespace {

/// Numbers in their order, other texts in theirs: expert 10 comes after expert 9.
bool comesBefore(const std::string &a, const std::string &b) {
  auto isNumber = [](const std::string &text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  };
  if (isNumber(a) && isNumber(b) && a.size() != b.size())
    return a.size() < b.size();
  return a < b;
}

/// The tensors that `rule.theirs` matches under `bound`, ordered by what the free names stand for.
std::vector<const TensorEntry *> matches(const Safetensors &file, const Rule &rule,
                                         const Bindings &bound) {
  struct Match {
    std::vector<std::string> key;
    const TensorEntry *tensor;
  };
  std::vector<Match> found;
  for (const TensorEntry &tensor : file.header().tensors) {
    Bindings bindings = bound;
    if (!rule.theirs.match(tensor.name, bindings))
      continue;
    Match match{{}, &tensor};
    for (const std::string &name : rule.theirs.names())
      if (!bound.contains(name))
        match.key.push_back(bindings[name]);
    found.push_back(std::move(match));
  }
  std::sort(found.begin(), found.end(), [](const Match &a, const Match &b) {
    return std::lexicographical_compare(a.key.begin(), a.key.end(), b.key.begin(), b.key.end(),
                                        comesBefore);
  });
  std::vector<const TensorEntry *> tensors;
  for (const Match &match : found)
    tensors.push_back(match.tensor);
  return tensors;
}

} // namespace

int64_t pieceOf(const Rule &rule, const Bindings &bindings) {
  const std::vector<std::string> theirs = rule.theirs.names();
  for (const std::string &name : rule.ours.names()) {
    const bool isFree =
        name == "{}" || std::find(theirs.begin(), theirs.end(), name) == theirs.end();
    const std::string &value = bindings.at(name);
    if (isFree && value.find_first_not_of("0123456789") == std::string::npos && value.size() < 10)
      return std::stoll(value);
  }
  return -1;
}

Result<Source> findSource(const Safetensors &file, const std::string &path, const WeightMap *map) {
  Source source;
  Bindings bindings;
  source.rule = map ? map->ruleFor(path, bindings) : nullptr;
  if (!source.rule) {
    source.wanted = path;
    // A tensor that a rule takes elsewhere does not keep its name.
    const TensorEntry *tensor = file.find(path);
    if (tensor && !(map && map->names(path)))
      source.tensors.push_back(tensor);
    return source;
  }
  if (source.rule->constant)
    return source;
  if (source.rule->find(Transform::Kind::Split))
    source.piece = pieceOf(*source.rule, bindings);
  // The alternatives of our name choose a piece; those of theirs are joined, or the same one if
  // both sides list some.
  if (!source.rule->theirs.alternatives())
    bindings.erase("{}");
  std::optional<std::string> exact = source.rule->theirs.fill(bindings);
  source.wanted = exact.value_or("line " + std::to_string(source.rule->line) + " of the map");
  if (exact) {
    if (const TensorEntry *tensor = file.find(*exact))
      source.tensors.push_back(tensor);
    return source;
  }
  source.tensors = matches(file, *source.rule, bindings);
  if (source.tensors.size() > 1 && !source.rule->find(Transform::Kind::Stack))
    return Failure{"line " + std::to_string(source.rule->line) + " of the map gives '" +
                   printable(path) + "' several tensors: '" + printable(source.tensors[0]->name) +
                   "', '" + printable(source.tensors[1]->name) + "'; 'stack(axis)' joins them"};
  return source;
}

} // namespace lamina::runtime
