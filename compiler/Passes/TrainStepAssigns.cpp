// Brings the assignments of states out of the regions that they stand in.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/TrainStep.h"

using namespace mlir;

namespace lamina::train {

/// A repeat with one more collected result, `value` of its body.
static Value collect(ir::RepeatOp repeat, Value value) {
  OpBuilder builder(repeat);
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<ir::Axis> axes = {{repeat.getNameAttr(), int64_t(repeat.getCount()), 0}};
  llvm::append_range(axes, ir::axisList(type));
  SmallVector<Type> types(repeat.getResultTypes());
  types.push_back(ir::tensorType(axes, type.getElementType()));
  auto larger =
      ir::RepeatOp::create(builder, repeat.getLoc(), types, repeat.getName(), repeat.getCount(),
                           repeat.getCarried(), repeat.getStacked(), repeat.getReverse());
  larger.getBody().takeBody(repeat.getBody());
  Operation *yield = larger.getBody().front().getTerminator();
  yield->insertOperands(yield->getNumOperands(), value);
  repeat.replaceAllUsesWith(larger.getResults().drop_back());
  repeat.erase();
  return larger->getResults().back();
}

static Value passOut(ir::CheckpointOp checkpoint, Value value) {
  OpBuilder builder(checkpoint);
  SmallVector<Type> types(checkpoint.getResultTypes());
  types.push_back(value.getType());
  auto larger = ir::CheckpointOp::create(builder, checkpoint.getLoc(), types);
  larger.getBody().takeBody(checkpoint.getBody());
  Operation *yield = larger.getBody().front().getTerminator();
  yield->insertOperands(yield->getNumOperands(), value);
  checkpoint.replaceAllUsesWith(larger.getResults().drop_back());
  checkpoint.erase();
  return larger->getResults().back();
}

void hoistAssigns(ir::ModelOp model) {
  SmallVector<ir::AssignOp> assigns;
  model->walk([&](ir::AssignOp assign) { assigns.push_back(assign); });
  for (ir::AssignOp assign : assigns)
    while (assign->getParentOp() != model) {
      Operation *parent = assign->getParentOp();
      auto repeat = dyn_cast<ir::RepeatOp>(parent);
      Value value = repeat ? collect(repeat, assign.getValue())
                           : passOut(cast<ir::CheckpointOp>(parent), assign.getValue());
      assign->moveAfter(value.getDefiningOp());
      assign.getValueMutable().assign(value);
    }
}

} // namespace lamina::train
