// Verifiers of models, parameters and the ops that hold regions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/Checks.h"

#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace lamina::ir;

/// The region's terminator is a `lamina.yield` of `types`.
static LogicalResult requireYield(Operation *op, Region &region, TypeRange types, StringRef what) {
  auto yield = region.front().empty() ? YieldOp() : dyn_cast<YieldOp>(region.front().back());
  if (!yield)
    return op->emitOpError() << "its body must end with 'lamina.yield'";
  if (yield.getNumOperands() != types.size())
    return op->emitOpError() << "its body yields " << yield.getNumOperands()
                             << " values, must yield " << types.size();
  for (auto [i, given, wanted] : llvm::enumerate(yield.getOperandTypes(), types))
    if (given != wanted)
      return op->emitOpError() << "its body yields " << given << " as value " << i << ", " << what
                               << " has " << wanted;
  return success();
}

/// The names are distinct, and as many as `count`.
static LogicalResult requireNames(Operation *op, ArrayAttr names, size_t count, StringRef what) {
  if (names.size() != count)
    return op->emitOpError() << "has " << count << ' ' << what << "s and " << names.size()
                             << " names for them";
  llvm::StringSet<> seen;
  for (auto name : names.getAsRange<StringAttr>())
    if (!seen.insert(name.getValue()).second)
      return op->emitOpError() << "two " << what << "s are named '" << name.getValue() << "'";
  return success();
}

LogicalResult ModelOp::verify() {
  Block &body = getBody().front();
  auto yield = body.empty() ? YieldOp() : dyn_cast<YieldOp>(body.back());
  if (!yield)
    return emitOpError() << "its body must end with 'lamina.yield'";
  if (failed(requireNames(*this, getInputNames(), body.getNumArguments(), "input")) ||
      failed(requireNames(*this, getOutputNames(), yield.getNumOperands(), "output")))
    return failure();
  if (getShared().size() != body.getNumArguments())
    return emitOpError() << "has " << body.getNumArguments() << " inputs and says of "
                         << getShared().size() << " whether they are shared";
  for (auto [argument, name, isShared] : llvm::zip_equal(
           body.getArguments(), getInputNames().getAsRange<StringAttr>(), getShared())) {
    if (!axesOf(argument.getType()))
      return emitOpError() << "input '" << name.getValue() << "' has the type "
                           << argument.getType() << ", must be a tensor with named axes";
    if (isShared && hasAxis(cast<RankedTensorType>(argument.getType()), kBatchAxis))
      return emitOpError() << "the shared input '" << name.getValue() << "' has the axis '"
                           << kBatchAxis << "'";
  }
  return success();
}

LogicalResult AssertOp::verify() {
  return requireElement(*this, getCondition().getType().getElementType(), Elements::Bool,
                        "the condition");
}

/// An initialiser holds ops that have a value without memory, parameters or regions.
static LogicalResult verifyInitializer(ParamOp param) {
  for (Operation &op : param.getInit().front())
    if (op.getNumRegions() != 0 || isa<TapOp, AssertOp>(op))
      return param.emitOpError() << "its initialiser holds '" << op.getName().getStringRef() << "'";
  return success();
}

LogicalResult ParamOp::verify() {
  RankedTensorType type = getType();
  if (getPath().empty())
    return emitOpError() << "has an empty path";
  if (getRole() != "trained" && getRole() != "frozen" && getRole() != "state")
    return emitOpError() << "has the role '" << getRole()
                         << "', must be 'trained', 'frozen' or 'state'";
  if (!type.hasStaticShape())
    return emitOpError() << "has the type " << type << ", whose extents must be static";
  auto depth = int64_t(getPath().count('*'));
  if (depth > type.getRank())
    return emitOpError() << "its path has " << depth << " '*', its type only " << type.getRank()
                         << " axes";
  if (getInit().empty())
    return success();
  if (!llvm::hasSingleElement(getInit()) || getInit().getNumArguments() != 0)
    return emitOpError() << "its initialiser must be one block without arguments";
  auto yield = getInit().front().empty() ? YieldOp() : dyn_cast<YieldOp>(getInit().front().back());
  if (!yield || yield.getNumOperands() != 1)
    return emitOpError() << "its initialiser must yield one value";
  auto value = cast<RankedTensorType>(yield.getOperand(0).getType());
  if (value.getElementType() != type.getElementType())
    return emitOpError() << "its initialiser gives elements of type " << value.getElementType()
                         << ", must be " << type.getElementType();
  SmallVector<Axis> axes = axisList(type);
  for (const Axis &axis : axisList(value))
    if (!llvm::is_contained(ArrayRef(axes).drop_front(depth), axis))
      return emitOpError() << "its initialiser has the axis '" << axis.name.getValue()
                           << "' of extent " << axis.extentText()
                           << ", which one member of the parameter has not";
  return verifyInitializer(*this);
}

LogicalResult RandomOp::verify() {
  if (!isa_and_nonnull<ParamOp>((*this)->getParentOp()))
    return emitOpError() << "stands outside of a parameter's initialiser";
  double low = getLow().convertToDouble(), high = getHigh().convertToDouble();
  if (!std::isfinite(low) || !std::isfinite(high))
    return emitOpError() << "has the arguments " << low << " and " << high << ", must be finite";
  if (getKind() == RandomKind::Uniform && low > high)
    return emitOpError() << "draws from " << low << " to " << high << ", must not be empty";
  if ((getKind() == RandomKind::Normal || getKind() == RandomKind::TruncatedNormal) && high < 0)
    return emitOpError() << "has the standard deviation " << high << ", must not be negative";
  if (int64_t(getEach()) < 0 || int64_t(getEach()) > getType().getRank())
    return emitOpError() << "has " << int64_t(getEach()) << " axes of members, but "
                         << getType().getRank() << " in all";
  if (!getType().hasStaticShape())
    return emitOpError() << "has the type " << getType() << ", whose extents must be static";
  return requireElement(*this, getType().getElementType(), Elements::Float, "the result");
}

LogicalResult ApplyOp::verify() {
  if (getBody().getNumArguments() != 0)
    return emitOpError() << "its body has " << getBody().getNumArguments()
                         << " arguments, must have none";
  return requireYield(*this, getBody(), getResultTypes(), "the result");
}

/// Arguments of the body: index, carried values, slices.
static LogicalResult verifyArguments(RepeatOp op) {
  Block &body = op.getBody().front();
  size_t carried = op.getCarried().size(), stacked = op.getStacked().size();
  if (body.getNumArguments() != 1 + carried + stacked)
    return op.emitOpError() << "its body has " << body.getNumArguments() << " arguments, must have "
                            << 1 + carried + stacked << ": the index, " << carried
                            << " carried and " << stacked << " slices";
  if (Type type = body.getArgument(0).getType();
      type != scalarType(IntegerType::get(op.getContext(), 64)))
    return op.emitOpError() << "the index has the type " << type << ", must be a scalar i64";
  for (auto [argument, value] : llvm::zip(body.getArguments().drop_front(), op.getCarried()))
    if (argument.getType() != value.getType())
      return op.emitOpError() << "a carried value begins as " << value.getType()
                              << " and continues as " << argument.getType();
  for (auto [argument, value] :
       llvm::zip(body.getArguments().drop_front(1 + carried), op.getStacked())) {
    auto type = cast<RankedTensorType>(value.getType());
    FailureOr<Axis> axis = requireAxis(op, type, op.getName(), "a stacked tensor");
    if (failed(axis))
      return failure();
    if (axis->extent != int64_t(op.getCount()))
      return op.emitOpError() << "repeats " << op.getCount()
                              << " times, a stacked tensor has extent " << axis->extentText();
    if (argument.getType() != withoutAxis(type, op.getName()))
      return op.emitOpError() << "a slice has the type " << argument.getType() << ", must be "
                              << withoutAxis(type, op.getName());
  }
  return success();
}

LogicalResult RepeatOp::verify() {
  Block &body = getBody().front();
  size_t carried = getCarried().size();
  if (failed(requireAtLeast(*this, "count", getCount(), 1)) || failed(verifyArguments(*this)))
    return failure();
  auto yield = body.empty() ? YieldOp() : dyn_cast<YieldOp>(body.back());
  if (!yield)
    return emitOpError() << "its body must end with 'lamina.yield'";
  if (yield.getNumOperands() != getNumResults() || yield.getNumOperands() < carried)
    return emitOpError() << "has " << getNumResults() << " results and yields "
                         << yield.getNumOperands() << " values, of which " << carried
                         << " are carried";
  for (auto [value, yielded, result] : llvm::zip(getCarried(), yield.getOperands(), getResults()))
    if (value.getType() != yielded.getType() || value.getType() != result.getType())
      return emitOpError() << "a carried value begins as " << value.getType() << ", is yielded as "
                           << yielded.getType() << " and results as " << result.getType();
  for (auto [yielded, result] :
       llvm::zip(yield.getOperands().drop_front(carried), getResults().drop_front(carried))) {
    auto type = cast<RankedTensorType>(yielded.getType());
    SmallVector<Axis> axes = axisList(type);
    if (hasAxis(type, getName()))
      return emitOpError() << "a collected value has the axis '" << getName() << "' already";
    axes.insert(axes.begin(), {getNameAttr(), int64_t(getCount()), 0});
    if (failed(requireType(*this, cast<RankedTensorType>(result.getType()), axes,
                           type.getElementType(), "a collected result")))
      return failure();
  }
  return success();
}

LogicalResult TapOp::verify() {
  if (getPath().empty())
    return emitOpError() << "has an empty path";
  return success();
}

LogicalResult ExtentOp::verify() {
  if (failed(requireAxis(*this, getValue().getType(), getAxis())))
    return failure();
  return requireType(*this, getType(), {}, IntegerType::get(getContext(), 64));
}

LogicalResult KernelOp::verify() {
  Block &body = getBody().front();
  if (body.getNumArguments() != getInputs().size())
    return emitOpError() << "has " << getInputs().size() << " operands and "
                         << body.getNumArguments() << " arguments";
  for (auto [argument, input] : llvm::zip_equal(body.getArguments(), getInputs()))
    if (argument.getType() != input.getType())
      return emitOpError() << "an argument has the type " << argument.getType() << ", its operand "
                           << input.getType();
  auto contractions = llvm::count_if(body, llvm::IsaPred<DotOp>);
  if (getKind() == KernelKind::Contraction && contractions != 1)
    return emitOpError() << "of kind 'contraction' holds " << contractions
                         << " 'lamina.dot', must hold one";
  return requireYield(*this, getBody(), getResultTypes(), "the result");
}
