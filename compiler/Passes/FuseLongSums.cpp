// Contractions over a whole batch of samples, in pieces whose operands a cache keeps.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/FuseGroups.h"

#include "dialect/Adjoint.h"
#include "dialect/Sparse.h"

using namespace mlir;

namespace lamina::fuse {

/// The steps of the sum; nothing where an extent is known at run time only.
static std::optional<int64_t> stepsOf(ir::DotOp dot) {
  int64_t steps = 1;
  for (StringRef name : ir::namesOf(dot.getAxes())) {
    ir::Axis axis = *ir::findAxis(ir::typeOf(dot.getLhs()), name);
    if (axis.bound || ShapedType::isDynamic(axis.extent))
      return std::nullopt;
    steps *= axis.extent;
  }
  return steps;
}

/// The fewest equal pieces of `extent` positions that leave at most `most` steps of a sum of
/// `total`; 1 where there are none, or so many that their sums would be dear.
static int64_t piecesOf(int64_t extent, int64_t total, int64_t most) {
  constexpr int64_t kDear = 4;
  int64_t fewest = llvm::divideCeil(total, most);
  for (int64_t pieces = fewest; pieces <= std::min(extent, kDear * fewest); ++pieces)
    if (extent % pieces == 0)
      return pieces;
  return 1;
}

/// The summed axis to cut and the number of its pieces: the slowest axis that has enough of them,
/// so that steps next to each other stay neighbours in memory.
static std::pair<ir::Axis, int64_t> chooseCut(ir::DotOp dot, int64_t total, int64_t most) {
  SmallVector<StringRef> summed = ir::namesOf(dot.getAxes());
  for (const ir::Axis &axis : ir::axisList(ir::typeOf(dot.getLhs()))) {
    int64_t pieces =
        llvm::is_contained(summed, axis.name.getValue()) ? piecesOf(axis.extent, total, most) : 1;
    if (pieces > 1 && (pieces < axis.extent || summed.size() > 1))
      return {axis, pieces};
  }
  return {ir::Axis(), 1};
}

static void split(ir::DotOp dot, int64_t most) {
  std::optional<int64_t> total = stepsOf(dot);
  if (!total || *total <= most)
    return;
  auto [axis, pieces] = chooseCut(dot, *total, most);
  if (pieces == 1)
    return;
  OpBuilder builder(dot);
  ir::TensorBuilder build(builder, dot.getLoc());
  std::string piece = ir::Adjoint::freshName("piece", {dot.getLhs(), dot.getRhs()});
  std::string step = ir::Adjoint::freshName("step", {dot.getLhs(), dot.getRhs()});
  ir::Axis parts[] = {{builder.getStringAttr(piece), pieces, 0},
                      {builder.getStringAttr(step), axis.extent / pieces, 0}};
  SmallVector<StringRef> summed = ir::namesOf(dot.getAxes());
  llvm::replace(summed, axis.name.getValue(), StringRef(step));
  Value left = build.split(dot.getLhs(), axis.name, parts);
  Value right = build.split(dot.getRhs(), axis.name, parts);
  Value sum = build.reduce(ir::ReduceKind::Sum, build.dot(left, right, summed), {piece});
  if (sum.getType() != dot.getType())
    sum = ir::RearrangeOp::create(builder, dot.getLoc(), dot.getType(), sum,
                                  builder.getArrayAttr({}), builder.getArrayAttr({}),
                                  builder.getArrayAttr({}), ArrayRef<int64_t>());
  dot.getResult().replaceAllUsesWith(sum);
  dot.erase();
}

void splitLongSums(ir::ModelOp model, ir::TargetAttr target) {
  // A panel of the right operand is two vectors wide; with a block of rows it should fit into L2.
  int64_t most = target.getL2() / 8 / (2 * target.getVectorBytes());
  SmallVector<ir::DotOp> dots;
  model.walk([&](ir::DotOp dot) {
    if (!ir::sparseOperand(dot)) // no panels
      dots.push_back(dot);
  });
  for (ir::DotOp dot : dots)
    split(dot, most);
}

} // namespace lamina::fuse
