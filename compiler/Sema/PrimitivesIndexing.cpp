// Positions, gathers and scatters, one-hot vectors, selection.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/PrimitiveRules.h"

#include <algorithm>

namespace lamina::sema {
namespace {

// --- What an index may be
// --------------------------------------------------------------------------

/// The least and largest value of an index, where the source tells it: constants and positions.
std::optional<std::pair<int64_t, int64_t>> knownRange(const Value &index) {
  if (!index.node)
    return std::nullopt;
  if (index.node->op == Op::Index) {
    const Axis &axis = index.type.axes[0];
    return std::pair(int64_t(0), axis.extent - 1);
  }
  if (index.node->op != Op::Constant)
    return std::nullopt;
  auto *values = std::get_if<std::vector<int64_t>>(&index.node->attributes.find("values")->second);
  if (!values || values->empty())
    return std::nullopt;
  auto [low, high] = std::minmax_element(values->begin(), values->end());
  return std::pair(*low, *high);
}

/// An integer index within 0 … extent - 1 as far as that is known; i8 and u8 widen to i32. Null
/// after an error.
Value *checkIndex(const Call &call, Value *index, const std::string &axis, int64_t extent) {
  if (!requireElement(call, *index, ElementClass::Integer))
    return nullptr;
  auto range = extent == Axis::kBatch ? std::nullopt : knownRange(*index);
  if (range && (range->first < 0 || range->second >= extent)) {
    int64_t position = range->first < 0 ? range->first : range->second;
    noteOrigin(call.error(call.range, "position " + std::to_string(position) +
                                          " is outside axis '" + axis + "' (0 to " +
                                          std::to_string(extent - 1) + ")"),
               *index);
    return nullptr;
  }
  return bitsOf(index->type.element) < 32 ? castTo(call, index, ElementType::I32) : index;
}

// --- gather, scatter_add, one_hot, index
// -----------------------------------------------------------

/// The table's axes with those of the index in the place of `axis`; shared ones are paired.
std::vector<Axis> gatherAxes(const Type &table, const Type &index, const std::string &axis) {
  std::vector<Axis> axes;
  for (const Axis &own : table.axes) {
    if (own.name != axis) {
      axes.push_back(own);
      continue;
    }
    for (const Axis &made : index.axes)
      if (made.name == axis || !table.find(made.name))
        axes.push_back(made);
  }
  putBatchFirst(axes);
  return axes;
}

Results checkGather(Call &call) {
  Value *table = call.operands[0];
  const Axis *axis = call.source.namesBatch ? call.axisOf(*table, call.axes[0])
                                            : call.sampleAxisOf(*table, call.axes[0]);
  Value *index = axis ? checkIndex(call, call.operands[1], axis->name, axis->extent) : nullptr;
  if (!index || !uniteAxes(call, {table, index}, axis->name))
    return {};
  Type type{table->type.element, gatherAxes(table->type, index->type, axis->name)};
  return Call::one(call.emit(Op::Gather, {table, index}, std::move(type), {{"axis", axis->name}}));
}

/// The extent of the one axis that the call makes.
std::optional<int64_t> madeExtent(const Call &call) {
  if (call.entries.size() == 1)
    return call.intValue(call.entries[0].values.front(), call.entries[0].range, "an extent");
  call.error(call.range, "'" + call.name + "' makes one axis; write '" + call.usage() + "'");
  return std::nullopt;
}

/// Every axis of the index but `batch` is summed away: it says where elements go.
Results checkScatterAdd(Call &call) {
  std::optional<int64_t> extent = madeExtent(call);
  if (!extent)
    return {};
  Value *updates = call.operands[0];
  const std::string &axis = call.entries[0].name;
  Value *index = checkIndex(call, call.operands[1], axis, *extent);
  if (!index || !requireElement(call, *updates, ElementClass::Number))
    return {};
  std::optional<std::vector<Axis>> all = uniteAxes(call, {updates, index});
  if (!all)
    return {};
  Type type{updates->type.element, {}};
  bool isPlaced = false;
  for (const Axis &own : *all) {
    bool isSummed = index->type.find(own.name) && own.name != kBatchName;
    if (isSummed && !isPlaced)
      type.axes.push_back({axis, *extent});
    else if (!isSummed)
      type.axes.push_back(own);
    isPlaced |= isSummed;
  }
  if (!isPlaced)
    type.axes.push_back({axis, *extent});
  return Call::one(call.emit(Op::ScatterAdd, {updates, index}, std::move(type), {{"axis", axis}}));
}

Results checkOneHot(Call &call) {
  std::optional<int64_t> extent = madeExtent(call);
  if (!extent)
    return {};
  const std::string &axis = call.entries[0].name;
  Value *index = checkIndex(call, call.operands[0], axis, *extent);
  if (!index)
    return {};
  Type type{ElementType::F32, index->type.axes};
  type.axes.push_back({axis, *extent});
  return Call::one(call.emit(Op::OneHot, {index}, std::move(type), {{"axis", axis}}));
}

/// `index<a: n>()`, or `index<a>(x)` where only x knows the extent of a.
Results checkIndexPositions(Call &call) {
  if (call.entries.empty() != (call.operands.size() == 1))
    return call.fail(call.range, "'index' needs the extent of its axis; write 'index<axis: n>()'");
  if (call.entries.empty()) {
    const Axis *axis = call.axisOf(*call.operands[0], call.axes[0]);
    if (!axis)
      return {};
    const bool isBatch = axis->extent == Axis::kBatch;
    if (isBatch && !call.source.namesBatch)
      return call.fail(call.range, "'index<batch>' is for objectives and 'augment'");
    std::vector<Value *> like;
    if (axis->isBound || isBatch)
      like = call.operands;
    return Call::one(
        call.emit(Op::Index, like, {ElementType::I64, {*axis}}, {{"axis", axis->name}}));
  }
  std::optional<int64_t> extent = madeExtent(call);
  if (!extent)
    return {};
  const std::string &axis = call.entries[0].name;
  return Call::one(
      call.emit(Op::Index, {}, {ElementType::I64, {{axis, *extent}}}, {{"axis", axis}}));
}

// --- topk, keep_topk, sort
// -------------------------------------------------------------------------

/// `k` of `topk<a, k>`, from 1 to the extent of a.
std::optional<int64_t> countOf(const Call &call, const Axis &axis) {
  auto &[given, where] = call.values[0];
  std::optional<int64_t> count = call.intValue(given, where, "the number of elements");
  if (!count || (*count >= 1 && *count <= axis.extent))
    return count;
  noteOrigin(call.error(where, "'" + call.name + "' of " + std::to_string(*count) +
                                   " elements: axis '" + axis.name + "' has " +
                                   std::to_string(axis.extent)),
             *call.operands[0]);
  return std::nullopt;
}

/// `topk` needs k elements whatever the run-time extent is; `keep_topk` keeps those that there are.
Results checkTopK(Call &call) {
  Value *value = call.operands[0];
  const Axis *axis = call.name == "topk" ? call.staticAxisOf(*value, call.axes[0])
                                         : call.sampleAxisOf(*value, call.axes[0]);
  std::optional<int64_t> count = axis ? countOf(call, *axis) : std::nullopt;
  if (!count || !requireElement(call, *value, ElementClass::Number))
    return {};
  if (call.name == "keep_topk")
    return Call::one(
        call.emit(Op::KeepTopK, {value}, value->type, {{"axis", axis->name}, {"k", *count}}));
  Type values = value->type;
  Attributes attributes = {{"axis", axis->name}, {"k", *count}};
  if (!checkSparse(call, Op::TopK, {value}, attributes, values))
    return {};
  setExtent(values.axes, axis->name, *count);
  Type indices{ElementType::I64, values.axes};
  Node *node =
      call.builder.add(Op::TopK, {value}, {std::move(values), std::move(indices)}, call.range);
  node->attributes = std::move(attributes);
  return {node->result(0), node->result(1)};
}

Results checkSort(Call &call) {
  Value *value = call.operands[0];
  const Axis *axis = call.sampleAxisOf(*value, call.axes[0]);
  if (!axis || !requireElement(call, *value, ElementClass::Number))
    return {};
  return Call::one(call.emit(Op::Sort, {value}, value->type, {{"axis", axis->name}}));
}

} // namespace

std::span<const Rule> indexingRules() {
  static const std::vector<Rule> rules = {
      {"gather", Form::Axis, 2, 2, 0, 0, {}, "<axis>(table, index)", checkGather},
      {"scatter_add", Form::Made, 2, 2, 0, 0, {}, "<axis: n>(updates, index)", checkScatterAdd},
      {"one_hot", Form::Made, 1, 1, 0, 0, {}, "<axis: n>(id)", checkOneHot},
      {"index", Form::Position, 0, 1, 0, 0, {}, "<axis: n>()", checkIndexPositions},
      {"topk", Form::Axis, 1, 1, 1, 1, {}, "<axis, k>(x)", checkTopK},
      {"keep_topk", Form::Axis, 1, 1, 1, 1, {}, "<axis, k>(x)", checkTopK},
      {"sort", Form::Axis, 1, 1, 0, 0, {}, "<axis>(x)", checkSort},
  };
  return rules;
}

} // namespace lamina::sema
