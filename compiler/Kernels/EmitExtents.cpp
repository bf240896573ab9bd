// Arrays of run-time extents come in and go out dense; buffers have the strides of the bounds.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/EmitKernels.h"

#include "compiler/Kernels/BufferAccess.h"
#include "compiler/Kernels/IndexMath.h"
#include "compiler/Kernels/Sharing.h"

using namespace mlir;

namespace lamina::kernels {

/// Visits every element of the caller's array that lies behind an axis-named type: where it stands
/// by axes, and its number.
void ModelEmitter::forDense(ArrayRef<DenseAxis> axes,
                            llvm::function_ref<void(const Position &, Value)> visit) {
  Position position;
  std::function<void(size_t, Value)> level = [&](size_t depth, Value number) {
    if (depth == axes.size())
      return visit(position, number);
    const DenseAxis &axis = axes[depth];
    loopOver(builder, constantIndex(builder, 0), axis.count, 1, [&](Value index) {
      position.index[axis.name] = index;
      Value behind = arith::MulIOp::create(builder, number, axis.count);
      level(depth + 1, arith::AddIOp::create(builder, behind, index));
    });
  };
  level(0, constantIndex(builder, 0));
}

/// The axes of an array of the caller's, as long as this run says. `extentName` gives the run-time
/// extent that a bounded axis has.
SmallVector<ModelEmitter::DenseAxis>
ModelEmitter::denseAxes(Type type, llvm::function_ref<StringRef(StringAttr)> extentName) {
  SmallVector<DenseAxis> axes;
  for (const ir::Axis &axis : ir::axisList(cast<RankedTensorType>(type))) {
    Value count = axis.bound ? context.extents.lookup(extentName(axis.name))
                  : axis.name.getValue() == ir::kBatchAxis ? context.rows
                                                           : constantIndex(builder, axis.extent);
    axes.push_back({axis.name.str(), count});
  }
  return axes;
}

void ModelEmitter::emitWiden(ir::WidenOp widen) {
  Buffer whole =
      inWorkspace(plannedList(widen, "offsets", context.oneSample)[0], widen.getResult().getType());
  buffers[widen.getResult()] = whole;
  Type element = memoryType(whole.element);
  Value zero = arith::ConstantOp::create(builder, builder.getZeroAttr(element));
  auto axes =
      denseAxes(widen.getInput().getType(), [](StringAttr name) { return name.getValue(); });
  Value array = buffers[widen.getInput()].memory;
  onFirstThread(context, builder, [&] {
    loopOver(builder, elementsOf(widen.getResult().getType()),
             [&](Value number) { memref::StoreOp::create(builder, zero, whole.memory, number); });
    forDense(axes, [&](const Position &position, Value number) {
      Buffer one{array, number, {}, whole.element};
      store(context, builder, load(context, builder, one, {}), whole, position);
    });
  });
  awaitThreads(context, builder);
}

/// Into each output of the model that it is.
void ModelEmitter::emitNarrow(ir::NarrowOp narrow) {
  Buffer whole = buffers[narrow.getInput()];
  auto axes = denseAxes(narrow.getResult().getType(), [&](StringAttr name) {
    auto *found = llvm::find(narrow.getAxes(), name);
    return cast<StringAttr>(narrow.getOf()[found - narrow.getAxes().begin()]).getValue();
  });
  for (auto [i, output] : llvm::enumerate(model.getBody().front().getTerminator()->getOperands())) {
    if (output != narrow.getResult())
      continue;
    Value array = modelOutputs[i].memory;
    onFirstThread(context, builder, [&] {
      forDense(axes, [&](const Position &position, Value number) {
        Buffer one{array, number, {}, whole.element};
        store(context, builder, load(context, builder, whole, position), one, {});
      });
    });
    awaitThreads(context, builder);
  }
}

} // namespace lamina::kernels
