// What each op of the dialect can be in a kernel, and what it costs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/FuseGroups.h"

#include "dialect/Sparse.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace lamina::fuse {

static Role roleOfConstant(ir::ConstantOp op) {
  return op.getValue().isSplat() ? Role::Free : Role::Boundary;
}

Role roleOf(Operation *op) {
  return TypeSwitch<Operation *, Role>(op)
      .Case<ir::ConstantOp>(roleOfConstant)
      .Case<ir::IndexOp, ir::ExtentOp>([](auto) { return Role::Free; })
      .Case<ir::RenameOp, ir::SliceOp, ir::TakeOp, ir::ExpandOp, ir::RearrangeOp, ir::WindowOp>(
          [](auto) { return Role::View; })
      .Case<ir::UnaryOp, ir::BinaryOp, ir::WhereOp, ir::CastOp, ir::GatherOp, ir::OneHotOp,
            ir::ConcatOp, ir::PadOp, ir::RollOp, ir::ShiftOp, ir::ResizeOp>(
          [](auto) { return Role::Elementwise; })
      .Case<ir::DotOp>(
          [](ir::DotOp dot) { return ir::sparseOperand(dot) ? Role::Scatter : Role::Contraction; })
      .Case<ir::ReduceOp, ir::SoftmaxOp, ir::StandardizeOp>([](auto) { return Role::Rowwise; })
      .Case<ir::TopKOp, ir::KeepTopKOp, ir::SortOp, ir::CumulateOp>(
          [](auto) { return Role::Select; })
      .Case<ir::ScatterAddOp>([](auto) { return Role::Scatter; })
      .Default([](Operation *) { return Role::Boundary; });
}

bool isElementByElement(Operation *op) {
  if (auto reorder = dyn_cast<ir::RearrangeOp>(op))
    return reorder.getFrom().empty();
  return isa<ir::UnaryOp, ir::BinaryOp, ir::WhereOp, ir::CastOp>(op);
}

static int64_t costOfUnary(ir::UnaryKind kind) {
  switch (kind) {
  case ir::UnaryKind::Neg:
  case ir::UnaryKind::Abs:
  case ir::UnaryKind::Sign:
  case ir::UnaryKind::Floor:
  case ir::UnaryKind::Ceil:
  case ir::UnaryKind::Round:
  case ir::UnaryKind::Not:
  case ir::UnaryKind::Relu:
  case ir::UnaryKind::IsNan:
    return 1;
  case ir::UnaryKind::Sqrt:
  case ir::UnaryKind::Rsqrt:
    return 6;
  default:
    return 16;
  }
}

int64_t costOf(Operation *op) {
  return TypeSwitch<Operation *, int64_t>(op)
      .Case<ir::UnaryOp>([](ir::UnaryOp unary) { return costOfUnary(unary.getKind()); })
      .Case<ir::BinaryOp>([](ir::BinaryOp binary) {
        switch (binary.getKind()) {
        case ir::BinaryKind::Pow:
          return 32;
        case ir::BinaryKind::Div:
        case ir::BinaryKind::FloorDiv:
        case ir::BinaryKind::Mod:
          return 5;
        default:
          return 1;
        }
      })
      .Case<ir::ConcatOp>(
          [](ir::ConcatOp concat) { return 3 * int64_t(concat.getInputs().size()); })
      .Case<ir::PadOp, ir::RollOp, ir::ShiftOp>([](auto) { return 4; })
      .Case<ir::GatherOp>([](auto) { return 4; })
      .Case<ir::ResizeOp>([](auto) { return 24; })
      .Case<ir::RearrangeOp>([](auto) { return 2; })
      .Default([](Operation *) { return 1; });
}

int64_t elementsOf(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return 1;
  int64_t count = 1;
  for (const ir::Axis &axis : ir::axisList(tensor)) {
    if (axis.bound)
      count *= axis.bound;
    else if (!ShapedType::isDynamic(axis.extent))
      count *= axis.extent;
  }
  return count;
}

} // namespace lamina::fuse
