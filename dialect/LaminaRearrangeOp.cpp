// The verifier of `rearrange`: groups, parts and their extents.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/Checks.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace lamina::ir;

namespace {
/// A pattern as it is checked: the parts by name, and which of them were split off and merged.
class PatternCheck {
public:
  PatternCheck(RearrangeOp op) : op(op), rest(axisList(op.getInput().getType())) {}

  LogicalResult declareParts();
  LogicalResult split(Attribute group);
  LogicalResult merge(Attribute group);
  LogicalResult finish();

private:
  FailureOr<SmallVector<StringAttr>> namesOf(Attribute group);
  /// The product of the parts' extents, or of their bounds if one is known at run time only.
  Axis product(StringAttr name, ArrayRef<StringAttr> parts);

  RearrangeOp op;
  SmallVector<Axis> rest; ///< axes that no group has named, then those made
  llvm::StringMap<Axis> parts;
  llvm::StringSet<> open; ///< parts split off and not yet merged
};
} // namespace

LogicalResult PatternCheck::declareParts() {
  if (op.getPartNames().size() != op.getPartExtents().size())
    return op.emitOpError() << "names " << op.getPartNames().size() << " parts and gives "
                            << op.getPartExtents().size() << " extents";
  for (auto [name, extent] :
       llvm::zip_equal(op.getPartNames().getAsRange<StringAttr>(), op.getPartExtents())) {
    if (!ShapedType::isDynamic(extent) && extent < 1)
      return op.emitOpError() << "part '" << name.getValue() << "' has extent " << extent
                              << ", must be at least 1";
    if (!parts.try_emplace(name.getValue(), Axis{name, extent, 0}).second)
      return op.emitOpError() << "gives the extent of part '" << name.getValue() << "' twice";
  }
  return success();
}

FailureOr<SmallVector<StringAttr>> PatternCheck::namesOf(Attribute group) {
  auto array = dyn_cast<ArrayAttr>(group);
  if (!array || array.empty() || !llvm::all_of(array, llvm::IsaPred<StringAttr>))
    return op.emitOpError() << "has the group " << group
                            << ", must be an array of an axis and its parts";
  return llvm::to_vector(array.getAsRange<StringAttr>());
}

Axis PatternCheck::product(StringAttr name, ArrayRef<StringAttr> names) {
  int64_t most = 1;
  bool isDynamic = false;
  for (StringAttr part : names) {
    const Axis &axis = parts.find(part.getValue())->second;
    isDynamic |= ShapedType::isDynamic(axis.extent);
    int64_t factor = axis.bound != 0 ? axis.bound : axis.extent;
    if (ShapedType::isDynamic(factor)) // batch
      return {name, ShapedType::kDynamic, 0};
    if (llvm::MulOverflow(most, factor, most))
      most = std::numeric_limits<int64_t>::max();
  }
  return {name, isDynamic ? ShapedType::kDynamic : most, isDynamic ? most : 0};
}

LogicalResult PatternCheck::split(Attribute group) {
  FailureOr<SmallVector<StringAttr>> names = namesOf(group);
  if (failed(names))
    return failure();
  StringAttr name = names->front();
  auto *found = llvm::find_if(rest, [&](const Axis &axis) { return axis.name == name; });
  if (found == rest.end())
    return failed(requireAxis(op, op.getInput().getType(), name))
               ? failure()
               : op.emitOpError("splits axis '") << name.getValue() << "' twice";
  Axis axis = *found;
  rest.erase(found);
  auto split = ArrayRef(*names).drop_front(names->size() == 1 ? 0 : 1);
  if (names->size() == 1) {
    if (auto given = parts.find(name.getValue());
        given != parts.end() && given->second.extent != axis.extent)
      return op.emitOpError() << "part '" << name.getValue() << "' has extent "
                              << given->second.extentText() << ", the axis has "
                              << axis.extentText();
    parts[name.getValue()] = axis;
  }
  int64_t known = 1;
  Axis *unknown = nullptr;
  for (StringAttr part : split) {
    auto given = parts.find(part.getValue());
    if (given == parts.end())
      return op.emitOpError() << "does not give the extent of part '" << part.getValue() << "'";
    if (!open.insert(part.getValue()).second)
      return op.emitOpError() << "splits off part '" << part.getValue() << "' twice";
    if (!ShapedType::isDynamic(given->second.extent))
      known *= given->second.extent;
    else if (unknown)
      return op.emitOpError() << "axis '" << name.getValue()
                              << "' is split into two parts of unknown extent";
    else
      unknown = &given->second;
  }
  if (unknown && names->size() > 1)
    *unknown = derivedAxis(unknown->name, axis, [&](int64_t n) { return n / known; });
  Axis whole = product(name, split);
  if (!(whole == axis))
    return op.emitOpError() << "splits axis '" << name.getValue() << "' of extent "
                            << axis.extentText() << " into parts of " << whole.extentText()
                            << " together";
  return success();
}

LogicalResult PatternCheck::merge(Attribute group) {
  FailureOr<SmallVector<StringAttr>> names = namesOf(group);
  if (failed(names))
    return failure();
  auto merged = ArrayRef(*names).drop_front(names->size() == 1 ? 0 : 1);
  for (StringAttr part : merged)
    if (!open.erase(part.getValue()))
      return op.emitOpError() << "merges part '" << part.getValue()
                              << "', which is not split off or merged already";
  StringAttr name = names->front();
  if (llvm::any_of(rest, [&](const Axis &axis) { return axis.name == name; }))
    return op.emitOpError() << "makes two axes of the name '" << name.getValue() << "'";
  rest.push_back(product(name, merged));
  return success();
}

LogicalResult PatternCheck::finish() {
  for (StringAttr name : op.getPartNames().getAsRange<StringAttr>())
    if (open.contains(name.getValue()))
      return op.emitOpError() << "drops part '" << name.getValue() << "'";
  if (!open.empty())
    return op.emitOpError() << "drops part '" << open.begin()->getKey() << "'";
  return requireType(op, op.getType(), rest, op.getInput().getType().getElementType());
}

LogicalResult RearrangeOp::verify() {
  PatternCheck check(*this);
  if (failed(check.declareParts()))
    return failure();
  for (Attribute group : getFrom())
    if (failed(check.split(group)))
      return failure();
  for (Attribute group : getTo())
    if (failed(check.merge(group)))
      return failure();
  return check.finish();
}
