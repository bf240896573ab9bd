// What the verifiers share.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/Checks.h"

#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace lamina::ir {

static std::string listOf(RankedTensorType type) {
  auto names =
      llvm::map_range(axisNames(type), [](StringAttr name) { return "'" + name.str() + "'"; });
  std::string list = llvm::join(names, ", ");
  return list.empty() ? "none" : list;
}

FailureOr<Axis> requireAxis(Operation *op, RankedTensorType type, StringRef name, StringRef what) {
  if (std::optional<Axis> axis = findAxis(type, name))
    return *axis;
  return op->emitOpError() << what << " has no axis '" << name << "'; its axes are "
                           << listOf(type);
}

FailureOr<SmallVector<Axis>> unionOfAxes(Operation *op, ValueRange operands) {
  SmallVector<Axis> axes;
  for (auto [i, operand] : llvm::enumerate(operands))
    for (const Axis &axis : axisList(cast<RankedTensorType>(operand.getType()))) {
      auto *found = llvm::find_if(axes, [&](const Axis &other) { return other.name == axis.name; });
      if (found == axes.end())
        axes.push_back(axis);
      else if (!(*found == axis))
        return op->emitOpError() << "axis '" << axis.name.getValue() << "' has extent "
                                 << axis.extentText() << " in operand " << i << " and "
                                 << found->extentText() << " before";
    }
  return axes;
}

LogicalResult requireType(Operation *op, RankedTensorType type, ArrayRef<Axis> axes, Type element,
                          StringRef what) {
  if (type.getElementType() != element)
    return op->emitOpError() << what << " has element type " << type.getElementType()
                             << ", must have " << element;
  for (const Axis &axis : axes) {
    FailureOr<Axis> found = requireAxis(op, type, axis.name, what);
    if (failed(found))
      return failure();
    if (!(*found == axis))
      return op->emitOpError() << "axis '" << axis.name.getValue() << "' of " << what
                               << " has extent " << found->extentText() << ", must have "
                               << axis.extentText();
  }
  for (StringAttr name : axisNames(type))
    if (llvm::none_of(axes, [&](const Axis &axis) { return axis.name == name; }))
      return op->emitOpError() << what << " has an axis '" << name.getValue()
                               << "' that it must not have";
  return success();
}

LogicalResult requireAxes(Operation *op, RankedTensorType type, ArrayAttr names, StringRef what) {
  if (names.empty())
    return op->emitOpError() << "names no axis";
  llvm::StringSet<> seen;
  for (auto name : names.getAsRange<StringAttr>()) {
    if (!seen.insert(name.getValue()).second)
      return op->emitOpError() << "names axis '" << name.getValue() << "' twice";
    if (failed(requireAxis(op, type, name, what)))
      return failure();
  }
  return success();
}

LogicalResult requireAtLeast(Operation *op, StringRef name, int64_t value, int64_t least) {
  if (value >= least)
    return success();
  return op->emitOpError() << "'" << name << "' is " << value << ", must be at least " << least;
}

static bool isOne(Type element, Elements wanted) {
  bool isFloat = isa<FloatType>(element), isBool = element.isInteger(1);
  switch (wanted) {
  case Elements::Float:
    return isFloat;
  case Elements::Integer:
    return !isFloat && !isBool;
  case Elements::Number:
    return !isBool;
  case Elements::Bool:
    return isBool;
  case Elements::Bits:
    return !isFloat;
  case Elements::Any:
    return true;
  }
  llvm_unreachable("every kind is handled");
}

LogicalResult requireElement(Operation *op, Type element, Elements wanted, StringRef what) {
  static constexpr StringLiteral names[] = {"a float", "an integer",         "a number",
                                            "bool",    "bool or an integer", ""};
  if (isOne(element, wanted))
    return success();
  return op->emitOpError() << what << " has element type " << element << ", must have "
                           << names[static_cast<unsigned>(wanted)];
}

LogicalResult requireOneElement(Operation *op, ValueRange operands) {
  Type first = cast<RankedTensorType>(operands[0].getType()).getElementType();
  for (Value operand : operands.drop_front())
    if (Type other = cast<RankedTensorType>(operand.getType()).getElementType(); other != first)
      return op->emitOpError() << "operands have the element types " << first << " and " << other
                               << "; cast one of them";
  return success();
}

SmallVector<Axis> without(ArrayRef<Axis> axes, StringRef name) {
  SmallVector<Axis> rest(axes);
  llvm::erase_if(rest, [&](const Axis &axis) { return axis.name.getValue() == name; });
  return rest;
}

Axis derivedAxis(StringAttr name, const Axis &from, function_ref<int64_t(int64_t)> f) {
  if (from.bound != 0)
    return {name, ShapedType::kDynamic, f(from.bound)};
  return {name, ShapedType::isDynamic(from.extent) ? from.extent : f(from.extent), 0};
}

} // namespace lamina::ir
