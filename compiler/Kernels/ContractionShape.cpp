// A planned contraction as its builder sees it: extents, strides and the levels of the sum.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/ContractionShape.h"

using namespace mlir;

namespace lamina::kernels {
namespace {

class Reader {
public:
  Reader(ir::KernelOp kernel, const FunctionContext &context)
      : plan(kernel.getPlanAttr()), context(context) {
    shape.dot = *kernel.getBody().front().getOps<ir::DotOp>().begin();
  }

  ContractionShape read(llvm::function_ref<const Buffer &(BlockArgument)> bufferOf) {
    shape.left = shape.dot->getOperand(integer("left"));
    shape.right = shape.dot->getOperand(integer("right"));
    shape.tileRows = integer("tile_rows");
    shape.tileLanes = integer("tile_lanes");
    shape.blockRows = integer("block_rows");
    shape.ahead = plan.contains("ahead") ? integer("ahead") : 0;
    shape.leftRows = plan.contains("left_rows") ? integer("left_rows") : 0;
    shape.stagesWhole = plan.contains("right_scratch");
    shape.leftForm = form("left_form");
    shape.rightForm = form("right_form");
    shape.rows = axes("rows");
    shape.lanes = axes("lanes");
    shape.outer = axes("outer");
    shape.depth = axes("depth");
    shape.depthSize = product(shape.depth);
    shape.laneSize = product(shape.lanes);
    viewLeft(bufferOf);
    setLevels();
    setPanelStrides();
    return shape;
  }

private:
  int64_t integer(StringRef key) { return cast<IntegerAttr>(plan.get(key)).getInt(); }

  OperandForm form(StringRef key) {
    return llvm::StringSwitch<OperandForm>(cast<StringAttr>(plan.get(key)).getValue())
        .Case("packed", OperandForm::Packed)
        .Case("staged", OperandForm::Staged)
        .Case("in_place", OperandForm::InPlace)
        .Default(OperandForm::Vector);
  }

  int64_t extentOf(StringRef name) {
    for (Value operand : shape.dot->getOperands())
      if (auto axis = ir::findAxis(cast<RankedTensorType>(operand.getType()), name)) {
        if (name == ir::kBatchAxis && ShapedType::isDynamic(axis->extent) && !axis->bound)
          return context.oneSample ? 1 : ShapedType::kDynamic;
        return axis->bound ? axis->bound : axis->extent;
      }
    return 1;
  }

  SmallVector<RowAxis> axes(StringRef key) {
    SmallVector<RowAxis> list;
    for (auto name : cast<ArrayAttr>(plan.get(key)).getAsValueRange<StringAttr>()) {
      if (extentOf(name) == 1)
        shape.single.push_back(name.str());
      else
        list.push_back({name.str(), extentOf(name)});
    }
    return list;
  }

  static int64_t product(ArrayRef<RowAxis> axes) {
    int64_t count = 1;
    for (const RowAxis &axis : axes)
      count *= axis.extent;
    return count;
  }

  void viewLeft(llvm::function_ref<const Buffer &(BlockArgument)> bufferOf) {
    if (shape.leftForm != OperandForm::InPlace)
      return;
    shape.leftView = ir::traceView(shape.left, [&](Value root) {
      ir::View view;
      view.root = root;
      for (const Buffer::Axis &axis : bufferOf(cast<BlockArgument>(root)).axes) {
        view.axes.push_back({axis.name, {{axis.extent, axis.stride}}});
        ir::normalise(view.axes.back().parts);
      }
      return view;
    });
  }

  /// Addressed operands run along the digits of memory, joined where they are evenly spaced;
  /// evaluated ones along axes.
  void setLevels() {
    SmallVector<ir::ViewPart> parts;
    if (shape.leftForm == OperandForm::InPlace)
      for (const RowAxis &axis : shape.depth)
        llvm::append_range(parts, shape.leftView->find(axis.name)->parts);
    ir::normalise(parts);
    for (const ir::ViewPart &part : parts)
      shape.levels.push_back({part.extent, part.stride, 1, ""});
    if (shape.leftForm == OperandForm::Staged && shape.depthSize > 1)
      shape.levels.push_back({shape.depthSize, 1, 1, ""});
    if (shape.leftForm == OperandForm::Vector)
      for (const RowAxis &axis : shape.depth)
        shape.levels.push_back({axis.extent, 0, 1, axis.name});
    int64_t flat = 1;
    for (DepthLevel &level : llvm::reverse(shape.levels)) {
      level.flat = flat;
      flat *= level.extent;
    }
  }

  void setPanelStrides() {
    int64_t stride = shape.panels();
    for (const RowAxis &axis : llvm::reverse(shape.outer))
      if (ir::hasAxis(cast<RankedTensorType>(shape.right.getType()), axis.name)) {
        shape.panelStride[axis.name] = stride;
        stride *= axis.extent;
      }
  }

  DictionaryAttr plan;
  const FunctionContext &context;
  ContractionShape shape{};
};

} // namespace

ContractionShape shapeOf(ir::KernelOp kernel, const FunctionContext &context,
                         llvm::function_ref<const Buffer &(BlockArgument)> bufferOf) {
  return Reader(kernel, context).read(bufferOf);
}

} // namespace lamina::kernels
