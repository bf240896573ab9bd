// Our parameters in somebody else's layout: a map read from right to left.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "WeightSources.h"
#include "lamina/ArrayOps.h"
#include "lamina/Weights.h"

#include <algorithm>

namespace lamina::runtime {
namespace {

Failure inLine(const Rule &rule, const std::string &message) {
  return {"line " + std::to_string(rule.line) + " of the map cannot be undone: " + message};
}

/// One step undone. `theirs` is the shape before the first step, where a file tells it.
Result<Array> undo(const Rule &rule, size_t index, Array array, const Shape *theirs) {
  const Transform &step = rule.transforms[index];
  const std::vector<int64_t> &a = step.arguments;
  Shape shape = array.shape();
  switch (step.kind) {
  case Transform::Kind::Reshape:
    if (!theirs || index != 0)
      return inLine(rule, "the shape before 'reshape' is known only from a file in their layout, "
                          "and for the first step");
    return reshape(std::move(array), *theirs);
  case Transform::Kind::Transpose:
    return permute(array, Shape{1, 0});
  case Transform::Kind::Permute: {
    Shape inverse(a.size());
    for (size_t i = 0; i < a.size(); ++i)
      if (a[i] >= 0 && a[i] < int64_t(a.size()))
        inverse[size_t(a[i])] = int64_t(i);
    return permute(array, inverse);
  }
  case Transform::Kind::Flip:
    return flip(array, a[0]);
  case Transform::Kind::Negate:
    return negate(std::move(array));
  case Transform::Kind::Squeeze:
    if (a[0] < 0 || a[0] > int64_t(shape.size()))
      return inLine(rule, "the shape " + printShape(shape) + " has no place for axis " +
                              std::to_string(a[0]));
    shape.insert(shape.begin() + a[0], 1);
    return reshape(std::move(array), shape);
  case Transform::Kind::Unsqueeze:
    if (a[0] < 0 || a[0] >= int64_t(shape.size()) || shape[size_t(a[0])] != 1)
      return inLine(rule, "the shape " + printShape(shape) + " has no axis " +
                              std::to_string(a[0]) + " of extent 1");
    shape.erase(shape.begin() + a[0]);
    return reshape(std::move(array), shape);
  case Transform::Kind::Slice:
    return inLine(rule, "'slice' has thrown elements away");
  case Transform::Kind::Split:
  case Transform::Kind::Stack:
    break; // they join and part several tensors; the caller does it
  }
  return array;
}

/// Steps `from` - 1 down to `to`, undone.
Result<Array> undoAll(const Rule &rule, size_t from, size_t to, Array array, const Shape *theirs) {
  for (size_t i = from; i-- > to;) {
    Result<Array> result = undo(rule, i, std::move(array), theirs);
    if (!result)
      return result;
    array = std::move(*result);
  }
  return array;
}

/// What one parameter gives to a tensor of theirs.
struct Contribution {
  const Rule *rule = nullptr;
  int64_t piece = 0;
  Array array;
};

class BackMapper {
public:
  BackMapper(const WeightMap &map, const Safetensors *reference) : map(map), reference(reference) {}

  Result<std::vector<OwnedArray>> run(std::span<const NamedArray> arrays) {
    for (const NamedArray &named : arrays)
      if (Status status = add(named); !status)
        return status.failure();
    std::vector<OwnedArray> result;
    for (const std::string &name : order) {
      Result<Array> array = join(name, contributions[name]);
      if (!array)
        return array.failure();
      result.push_back({name, std::move(*array)});
    }
    return result;
  }

private:
  Status add(const NamedArray &named) {
    Bindings bindings;
    const Rule *rule = map.ruleFor(named.name, bindings);
    Result<Array> copy = named.array->copy();
    if (!copy)
      return copy.failure();
    if (!rule)
      return put(named.name, {nullptr, 0, std::move(*copy)});
    if (rule->constant)
      return {};
    if (rule->find(Transform::Kind::Stack))
      return part(*rule, bindings, std::move(*copy));
    const int64_t piece = rule->find(Transform::Kind::Split) ? pieceOf(*rule, bindings) : 0;
    std::optional<std::string> name = rule->theirs.fill(bindings);
    if (!name)
      return inLine(*rule, "their name for '" + named.name + "' is not known");
    return put(*name, {rule, piece, std::move(*copy)});
  }

  Status put(const std::string &name, Contribution contribution) {
    std::vector<Contribution> &list = contributions[name];
    if (list.empty())
      order.push_back(name);
    const bool isPiece = contribution.rule && contribution.rule->find(Transform::Kind::Split);
    // A tensor that serves several parameters is written once, from the first.
    if (list.empty() || (isPiece && list.front().rule == contribution.rule))
      list.push_back(std::move(contribution));
    return {};
  }

  /// Undoes `stack`: one tensor of theirs for each position of its axis.
  Status part(const Rule &rule, const Bindings &bound, Array array) {
    const size_t at = size_t(rule.find(Transform::Kind::Stack) - rule.transforms.data());
    const int64_t axis = rule.transforms[at].arguments[0];
    Result<Array> whole = undoAll(rule, rule.transforms.size(), at + 1, std::move(array), nullptr);
    if (!whole)
      return whole.failure();
    if (axis < 0 || axis >= int64_t(whole->rank()))
      return inLine(rule, "the shape " + printShape(whole->shape()) + " has no axis " +
                              std::to_string(axis));
    const int64_t count = whole->shape()[size_t(axis)];
    for (int64_t i = 0; i < count; ++i) {
      Bindings bindings = bound;
      for (const std::string &name : rule.theirs.names())
        bindings.try_emplace(name, std::to_string(i));
      std::optional<std::string> name = rule.theirs.fill(bindings);
      Result<Array> piece = slice(*whole, axis, i, i + 1);
      if (!name || !piece)
        return name ? Status(piece.failure())
                    : Status(
                          inLine(rule, "their name number " + std::to_string(i) + " is not known"));
      Shape shape = piece->shape();
      shape.erase(shape.begin() + axis);
      piece->reshape(shape);
      const TensorEntry *theirs = reference ? reference->find(*name) : nullptr;
      Result<Array> undone =
          undoAll(rule, at, 0, std::move(*piece), theirs ? &theirs->shape : nullptr);
      if (!undone)
        return undone.failure();
      if (Status status = put(*name, {nullptr, 0, std::move(*undone)}); !status)
        return status;
    }
    return {};
  }

  /// The pieces of one tensor of theirs, joined and undone.
  Result<Array> join(const std::string &name, std::vector<Contribution> &list) {
    const Rule *rule = list.front().rule;
    if (!rule)
      return std::move(list.front().array);
    const TensorEntry *entry = reference ? reference->find(name) : nullptr;
    const Shape *theirs = entry ? &entry->shape : nullptr;
    const Transform *split = rule->find(Transform::Kind::Split);
    if (!split)
      return undoAll(*rule, rule->transforms.size(), 0, std::move(list.front().array), theirs);
    const size_t at = size_t(split - rule->transforms.data());
    if (int64_t(list.size()) != split->arguments[1])
      return inLine(*rule, "'" + name + "' needs " + std::to_string(split->arguments[1]) +
                               " pieces, but " + std::to_string(list.size()) + " are there");
    std::sort(list.begin(), list.end(), [](auto &a, auto &b) { return a.piece < b.piece; });
    std::vector<const Array *> parts;
    for (Contribution &contribution : list) {
      Result<Array> undone =
          undoAll(*rule, rule->transforms.size(), at + 1, std::move(contribution.array), nullptr);
      if (!undone)
        return undone;
      contribution.array = std::move(*undone);
      parts.push_back(&contribution.array);
    }
    Result<Array> whole = concat(parts, split->arguments[0]);
    return whole ? undoAll(*rule, at, 0, std::move(*whole), theirs) : std::move(whole);
  }

  const WeightMap &map;
  const Safetensors *reference;
  std::map<std::string, std::vector<Contribution>> contributions;
  std::vector<std::string> order;
};

} // namespace

Result<std::vector<OwnedArray>> mapBack(std::span<const NamedArray> arrays, const WeightMap &map,
                                        const Safetensors *reference) {
  return BackMapper(map, reference).run(arrays);
}

} // namespace lamina::runtime
