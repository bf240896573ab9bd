// rearrange: splits and merges axes by an einops pattern.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/PrimitiveRules.h"
#include "compiler/Sema/RunTimeExtents.h"

#include <algorithm>
#include <limits>

namespace lamina::sema {
namespace {

/// A cell of the pattern: an axis and the parts it is split into or merged of, slowest first. `c`
/// has itself as its part, `c: ()` none.
struct Cell {
  std::string axis;
  std::vector<std::string> parts;
};

/// The dialect's mark of a part whose extent is known at run time only.
constexpr int64_t kRunTimePart = std::numeric_limits<int64_t>::min();

std::vector<Cell> cellsOf(const AxisGroups &groups) {
  std::vector<Cell> cells;
  for (const std::vector<std::string> &group : groups) {
    Cell cell{group[0], {group.begin() + 1, group.end()}};
    if (group.size() == 1)
      cell.parts = {cell.axis};
    else if (group[1].empty())
      cell.parts.clear();
    cells.push_back(std::move(cell));
  }
  return cells;
}

class Rearrangement {
public:
  explicit Rearrangement(Call &call)
      : call(call), value(call.operands[0]), from(cellsOf(call.source.from)),
        to(cellsOf(call.source.to)) {}

  Results check() {
    for (const Cell &cell : from)
      if (!checkFrom(cell))
        return {};
    if (!checkTo() || !checkGivenExtents())
      return {};
    return Call::one(lower());
  }

private:
  bool fail(std::string message) {
    noteOrigin(call.error(call.range, std::move(message)), *value);
    return false;
  }

  bool checkFrom(const Cell &cell);
  bool solve(const Cell &cell, int64_t extent);
  bool checkTo();
  bool checkGivenExtents();
  bool takeRunTime(const Cell &cell, const Axis &axis);
  bool mergeRunTime(const Cell &cell);
  std::vector<Axis> resultAxes() const;
  Value *lower();

  Call &call;
  Value *value;
  std::vector<Cell> from, to;
  std::map<std::string, int64_t> extents; ///< of every part
  std::vector<std::string> order;         ///< parts in the order of `from`
  std::map<std::string, Axis> runTime;    ///< parts whose extents are known at run time
  std::map<std::string, Axis> made;       ///< axes that are merged of them
};

bool Rearrangement::checkFrom(const Cell &cell) {
  const Axis *axis = call.sampleAxisOf(*value, {cell.axis, call.range});
  if (!axis)
    return false;
  auto isSame = [&](const Cell &other) { return other.axis == cell.axis; };
  if (std::count_if(from.begin(), from.end(), isSame) > 1)
    return fail("the pattern takes axis '" + cell.axis + "' twice");
  for (const std::string &part : cell.parts) {
    if (std::find(order.begin(), order.end(), part) != order.end())
      return fail("the pattern makes '" + part + "' twice; give one of them another name");
    order.push_back(part);
  }
  return axis->isBound ? takeRunTime(cell, *axis) : solve(cell, axis->extent);
}

/// An axis of run-time extent goes in whole: nothing says that parts divide it.
bool Rearrangement::takeRunTime(const Cell &cell, const Axis &axis) {
  if (cell.parts.size() != 1)
    return fail("axis '" + cell.axis + "' has extent " + extentText(axis) +
                ": it can be merged with others but not split");
  extents[cell.parts[0]] = axis.extent;
  runTime[cell.parts[0]] = axis;
  return true;
}

/// It must be the slowest of what it is merged with: then the elements stay where they are.
bool Rearrangement::mergeRunTime(const Cell &cell) {
  int64_t factor = 1;
  for (size_t i = 1; i < cell.parts.size(); ++i) {
    if (runTime.contains(cell.parts[i]))
      return fail("'" + cell.parts[i] + "' has extent " + extentText(runTime[cell.parts[i]]) +
                  ": it stands first in '" + cell.axis + ": (…)', where it is the slowest");
    factor *= extents.at(cell.parts[i]);
  }
  if (cell.parts.empty() || !runTime.contains(cell.parts[0]))
    return true;
  std::optional<Axis> merged = multipliedAxis(runTime[cell.parts[0]], factor);
  if (!merged)
    return fail("'" + cell.parts[0] + "' has extent " + extentText(runTime[cell.parts[0]]) +
                ", a quotient, which cannot be merged with others");
  merged->name = cell.axis;
  made[cell.axis] = std::move(*merged);
  return true;
}

/// Finds the extent of each part: given ones must divide that of the axis, one may be left open.
bool Rearrangement::solve(const Cell &cell, int64_t extent) {
  const std::string *open = nullptr;
  int64_t product = 1;
  std::string shown = "'" + cell.axis + "' of extent " + std::to_string(extent);
  for (const std::string &part : cell.parts) {
    auto given = call.source.partExtents.find(part);
    if (given == call.source.partExtents.end()) {
      if (open)
        return fail("axis " + shown + " leaves the extents of '" + *open + "' and '" + part +
                    "' open; give one, as in '" + part + ": 2'");
      open = &part;
      continue;
    }
    if (given->second < 1)
      return fail("part '" + part + "' has extent " + std::to_string(given->second) +
                  "; the least is 1");
    if (given->second > extent / product)
      return fail("axis " + shown + " is too small for its parts: '" + part + "' has extent " +
                  std::to_string(given->second));
    extents[part] = given->second;
    product *= given->second;
  }
  if (open ? extent % product != 0 : extent != product)
    return fail("axis " + shown + " cannot be split into parts of " + std::to_string(product) +
                (open ? ": " + std::to_string(extent % product) + " would be left" : ""));
  if (open)
    extents[*open] = extent / product;
  return true;
}

bool Rearrangement::checkTo() {
  std::vector<std::string> used;
  for (const Cell &cell : to) {
    for (const std::string &part : cell.parts) {
      if (!extents.contains(part))
        return fail("'" + part + "' stands right of '->' but not left of it");
      if (std::find(used.begin(), used.end(), part) != used.end())
        return fail("'" + part + "' stands twice right of '->'");
      used.push_back(part);
    }
    if (!mergeRunTime(cell))
      return false;
  }
  for (const std::string &part : order)
    if (std::find(used.begin(), used.end(), part) == used.end())
      return fail("'" + part +
                  "' stands left of '->' but not right of it; nothing is summed unless "
                  "'sum<" +
                  part + ">' says so");
  return true;
}

bool Rearrangement::checkGivenExtents() {
  for (const auto &[part, extent] : call.source.partExtents)
    if (!extents.contains(part))
      return fail("'" + part + ": " + std::to_string(extent) + "' names no part of the pattern");
  return true;
}

/// The axes of `to` stand where the first axis of `from` stood.
std::vector<Axis> Rearrangement::resultAxes() const {
  std::vector<Axis> axes;
  bool isDone = false;
  auto addMade = [&] {
    for (const Cell &cell : to) {
      if (isDone || cell.parts.empty())
        continue;
      if (auto merged = made.find(cell.axis); merged != made.end()) {
        axes.push_back(merged->second);
        continue;
      }
      int64_t extent = 1;
      for (const std::string &part : cell.parts)
        extent *= extents.at(part);
      axes.push_back({cell.axis, extent});
    }
    isDone = true;
  };
  for (const Axis &axis : value->type.axes) {
    auto isIt = [&](const Cell &cell) { return cell.axis == axis.name; };
    if (std::any_of(from.begin(), from.end(), isIt))
      addMade();
    else
      axes.push_back(axis);
  }
  addMade();
  return axes;
}

AxisGroups groupsOf(const std::vector<Cell> &cells) {
  AxisGroups groups;
  for (const Cell &cell : cells) {
    if (cell.parts.empty())
      continue;
    groups.push_back({cell.axis});
    if (cell.parts.size() != 1 || cell.parts[0] != cell.axis)
      groups.back().insert(groups.back().end(), cell.parts.begin(), cell.parts.end());
  }
  return groups;
}

/// `a: ()` left of the arrow drops an axis of extent 1, right of it makes one: `take` and `expand`.
Value *Rearrangement::lower() {
  for (const Cell &cell : from)
    if (cell.parts.empty() && value)
      value =
          call.emit(Op::Take, {value}, {value->type.element, without(value->type.axes, cell.axis)},
                    {{"axis", cell.axis}, {"index", int64_t(0)}});
  if (!value)
    return nullptr;
  std::vector<int64_t> partExtents;
  for (const std::string &part : order)
    partExtents.push_back(runTime.contains(part) ? kRunTimePart : extents.at(part));
  value = call.emit(Op::Rearrange, {value}, {value->type.element, resultAxes()},
                    {{"from", groupsOf(from)},
                     {"to", groupsOf(to)},
                     {"part_names", order},
                     {"part_extents", partExtents}});
  for (const Cell &cell : to)
    if (cell.parts.empty() && value) {
      Type type = value->type;
      type.axes.push_back({cell.axis, 1});
      value = call.emit(Op::Expand, {value}, std::move(type));
    }
  return value;
}

} // namespace

Results checkRearrange(Call &call) { return Rearrangement(call).check(); }

} // namespace lamina::sema
