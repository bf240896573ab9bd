// Verifiers of widen and narrow.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/Checks.h"

using namespace mlir;
using namespace lamina::ir;

LogicalResult WidenOp::verify() {
  SmallVector<Axis> axes = axisList(getInput().getType());
  for (Axis &axis : axes)
    if (axis.bound != 0)
      axis = {axis.name, axis.bound, 0};
  return requireType(*this, getType(), axes, getInput().getType().getElementType());
}

LogicalResult NarrowOp::verify() {
  RankedTensorType input = getInput().getType();
  if (getAxes().size() != getLike().size() || getAxes().size() != getOf().size())
    return emitOpError() << "narrows " << getAxes().size() << " axes like " << getLike().size()
                         << " tensors along " << getOf().size() << " axes";
  if (failed(requireAxes(*this, input, getAxes())))
    return failure();
  SmallVector<Axis> axes = axisList(input);
  for (auto [name, like, of] : llvm::zip(getAxes().getAsRange<StringAttr>(), getLike(),
                                         getOf().getAsValueRange<StringAttr>())) {
    FailureOr<Axis> source = requireAxis(*this, cast<RankedTensorType>(like.getType()), of,
                                         "the tensor that it is like");
    if (failed(source))
      return failure();
    auto *axis = llvm::find_if(axes, [&](const Axis &own) { return own.name == name; });
    if (ShapedType::isDynamic(axis->extent) || source->bound == 0 || source->bound > axis->extent)
      return emitOpError() << "narrows axis '" << name.getValue() << "' of extent "
                           << axis->extentText() << " to one of extent " << source->extentText();
    *axis = {name, ShapedType::kDynamic, axis->extent};
  }
  return requireType(*this, getType(), axes, input.getElementType());
}
