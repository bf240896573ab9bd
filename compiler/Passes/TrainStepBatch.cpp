// Makes the batch of a model an ordinary axis.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/TrainStep.h"

#include "mlir/IR/AttrTypeSubElements.h"

using namespace mlir;

namespace lamina::train {

namespace {

/// Attributes that hold names of other things than axes.
bool isOtherName(StringRef attribute) {
  return llvm::is_contained(
      {"path", "name", "block", "message", "sym_name", "input_names", "output_names", "title"},
      attribute);
}

/// A rearrangement of a batch says its extents.
void stateExtents(ir::RearrangeOp op, int64_t batch) {
  SmallVector<int64_t> extents(op.getPartExtents());
  auto names = llvm::to_vector(op.getPartNames().getAsValueRange<StringAttr>());
  for (Attribute attribute : op.getFrom()) {
    auto group = cast<ArrayAttr>(attribute);
    if (cast<StringAttr>(group[0]).getValue() != kSamples)
      continue;
    int64_t known = 1, *unknown = nullptr;
    for (auto part : group.getAsRange<StringAttr>()) {
      size_t i = llvm::find(names, part.getValue()) - names.begin();
      if (i == names.size())
        continue;
      if (ShapedType::isDynamic(extents[i]))
        unknown = &extents[i];
      else
        known *= extents[i];
    }
    if (unknown)
      *unknown = batch / known;
  }
  op.setPartExtents(extents);
}

class Retyping {
public:
  Retyping(MLIRContext *context, int64_t batch) {
    auto old = StringAttr::get(context, ir::kBatchAxis), made = StringAttr::get(context, kSamples);
    names.addReplacement([=](StringAttr name) { return name == old ? made : name; });
    retype = [=](Type type) -> Type {
      auto tensor = dyn_cast<RankedTensorType>(type);
      if (!tensor || tensor.hasStaticShape())
        return type;
      SmallVector<ir::Axis> axes = ir::axisList(tensor);
      for (ir::Axis &axis : axes) // one without a bound is the batch, under another name too
        if (ShapedType::isDynamic(axis.extent) && axis.bound == 0)
          axis = {axis.name == old ? made : axis.name, batch, 0};
      return ir::tensorType(axes, tensor.getElementType());
    };
  }

  void apply(Operation *op) {
    for (Value result : op->getResults())
      result.setType(retype(result.getType()));
    for (Region &region : op->getRegions())
      for (BlockArgument argument : region.getArguments())
        argument.setType(retype(argument.getType()));
    for (NamedAttribute attribute : llvm::to_vector(op->getAttrs()))
      if (!isOtherName(attribute.getName()) && isa<StringAttr, ArrayAttr>(attribute.getValue()))
        op->setAttr(attribute.getName(), names.replace(attribute.getValue()));
  }

private:
  AttrTypeReplacer names;
  std::function<Type(Type)> retype;
};

} // namespace

void makeBatchStatic(ir::ModelOp model, int64_t batch) {
  Retyping retyping(model.getContext(), batch);
  model->walk([&](Operation *op) {
    retyping.apply(op);
    if (auto index = dyn_cast<ir::IndexOp>(op); index && index.getType().hasStaticShape())
      index.getLikeMutable().clear();
    if (auto draw = dyn_cast<ir::DrawOp>(op); draw && draw.getType().hasStaticShape())
      draw.getLikeMutable().clear();
    if (auto rearrange = dyn_cast<ir::RearrangeOp>(op))
      stateExtents(rearrange, batch);
  });
  model.setShared(SmallVector<bool>(model.getShared().size(), true));
}

} // namespace lamina::train
