// The names that one value's axes take in the values computed from it, element by element.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/AxisAliases.h"

#include "dialect/Lamina.h"

using namespace mlir;

namespace lamina::ir {

AxisAliases::AxisAliases(Value anchor) {
  auto &own = names[anchor];
  for (StringAttr name : axisNames(cast<RankedTensorType>(anchor.getType())))
    own[name.getValue()] = name.str();
}

bool AxisAliases::followRename(Operation *op) {
  auto rename = cast<RenameOp>(op);
  if (!knows(rename.getInput()))
    return false;
  llvm::StringMap<std::string> map = names[rename.getInput()];
  for (auto &entry : map)
    for (auto [from, to] : llvm::zip_equal(rename.getFrom().getAsValueRange<StringAttr>(),
                                           rename.getTo().getAsValueRange<StringAttr>()))
      if (entry.second == from) {
        entry.second = to.str();
        break;
      }
  names[rename.getResult()] = std::move(map);
  return true;
}

bool AxisAliases::follow(Operation *op) {
  if (isa<RenameOp>(op))
    return followRename(op);
  // A rearrangement without a pattern changes the order in memory alone.
  if (auto reorder = dyn_cast<RearrangeOp>(op); reorder && reorder.getFrom().empty()) {
    auto found = names.find(reorder.getInput());
    if (found == names.end())
      return false;
    llvm::StringMap<std::string> same = found->second;
    names[reorder.getResult()] = std::move(same);
    return true;
  }
  if (!isa<UnaryOp, BinaryOp, WhereOp, CastOp>(op))
    return false;
  const llvm::StringMap<std::string> *map = nullptr;
  for (Value operand : op->getOperands()) {
    auto found = names.find(operand);
    if (found == names.end())
      continue;
    if (map && *map != found->second)
      return false;
    map = &found->second;
  }
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  if (!map || map->size() != size_t(type.getRank()))
    return false;
  llvm::StringMap<std::string> own = *map;
  names[op->getResult(0)] = std::move(own);
  return true;
}

StringRef AxisAliases::nameIn(Value value, StringRef axis) const {
  return names.find(value)->second.find(axis)->second;
}

} // namespace lamina::ir
