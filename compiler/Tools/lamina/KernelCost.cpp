// Counts arithmetic and bytes of kernels.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/KernelCost.h"

#include "compiler/Passes/FuseGroups.h"

#include "llvm/ADT/StringSet.h"

#include <filesystem>

namespace lamina::tool {
namespace {

double elementsOf(mlir::Type type) {
  double count = 1;
  for (const ir::Axis &axis : ir::axisList(llvm::cast<mlir::RankedTensorType>(type)))
    if (axis.name.getValue() != ir::kBatchAxis)
      count *= double(axis.bound ? axis.bound : axis.extent);
  return count;
}

bool hasBatch(mlir::Type type) {
  return llvm::any_of(ir::axisList(llvm::cast<mlir::RankedTensorType>(type)),
                      [](const ir::Axis &axis) { return axis.name.getValue() == ir::kBatchAxis; });
}

double bytesOf(mlir::Type type) {
  const unsigned bits =
      llvm::cast<mlir::RankedTensorType>(type).getElementType().getIntOrFloatBitWidth();
  return elementsOf(type) * double((bits + 7) / 8);
}

/// Twice the extents of all axes that either operand has.
double flopsOf(ir::DotOp dot) {
  double count = 2;
  llvm::StringSet<> seen;
  for (mlir::Value operand : dot->getOperands())
    for (const ir::Axis &axis : ir::axisList(llvm::cast<mlir::RankedTensorType>(operand.getType())))
      if (axis.name.getValue() != ir::kBatchAxis && seen.insert(axis.name.getValue()).second)
        count *= double(axis.bound ? axis.bound : axis.extent);
  return count;
}

double flopsOf(mlir::Operation *op) {
  if (auto dot = llvm::dyn_cast<ir::DotOp>(op))
    return flopsOf(dot);
  if (llvm::isa<ir::UnaryOp, ir::BinaryOp, ir::WhereOp>(op))
    return elementsOf(op->getResult(0).getType());
  // Sums, norms and the like go once over their operand.
  if (llvm::isa<ir::ReduceOp, ir::SoftmaxOp, ir::StandardizeOp>(op))
    return elementsOf(op->getOperand(0).getType());
  return 0;
}

std::string placeOf(mlir::Location location) {
  auto place = location->findInstanceOf<mlir::FileLineColLoc>();
  if (!place)
    return "";
  return std::filesystem::path(place.getFilename().str()).filename().string() + ":" +
         std::to_string(place.getLine()) + ":" + std::to_string(place.getColumn());
}

KernelCost costOf(ir::KernelOp kernel) {
  KernelCost cost;
  cost.place = placeOf(kernel.getLoc());
  cost.what = ir::stringifyKernelKind(kernel.getKind()).str() + ":";
  for (mlir::Operation *parent = kernel->getParentOp(); parent; parent = parent->getParentOp())
    if (auto repeat = llvm::dyn_cast<ir::RepeatOp>(parent))
      cost.rounds *= double(repeat.getCount());
  for (mlir::Operation &op : kernel.getBody().front().without_terminator()) {
    cost.flops += cost.rounds * flopsOf(&op);
    cost.what += (cost.what.ends_with(":") ? " " : ", ") + fuse::spell(&op);
  }
  auto add = [&](mlir::Type type) {
    (hasBatch(type) ? cost.bytesOfSample : cost.bytesOfModel) += cost.rounds * bytesOf(type);
  };
  llvm::for_each(kernel->getOperandTypes(), add);
  llvm::for_each(kernel->getResultTypes(), add);
  return cost;
}

} // namespace

std::vector<KernelCost> kernelCosts(ir::ModelOp model) {
  std::vector<KernelCost> costs;
  model.walk([&](ir::KernelOp kernel) { costs.push_back(costOf(kernel)); });
  return costs;
}

} // namespace lamina::tool
