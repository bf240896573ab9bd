// Contractions over a whole batch of samples, in pieces whose operands a cache keeps.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/FuseGroups.h"

#include "dialect/Adjoint.h"

using namespace mlir;

namespace lamina::fuse {

/// The summed axis with the most positions; nothing where an extent is known at run time only.
static std::optional<ir::Axis> longestAxis(ir::DotOp dot, int64_t &total) {
  std::optional<ir::Axis> longest;
  total = 1;
  for (StringRef name : ir::namesOf(dot.getAxes())) {
    ir::Axis axis = *ir::findAxis(ir::typeOf(dot.getLhs()), name);
    if (axis.bound || ShapedType::isDynamic(axis.extent))
      return std::nullopt;
    total *= axis.extent;
    if (!longest || axis.extent > longest->extent)
      longest = axis;
  }
  return longest;
}

/// The fewest equal pieces of `extent` positions that leave at most `most` steps of a sum of
/// `total`; 1 where there are none.
static int64_t piecesOf(int64_t extent, int64_t total, int64_t most) {
  for (int64_t pieces = llvm::divideCeil(total, most); pieces < extent; ++pieces)
    if (extent % pieces == 0)
      return pieces;
  return 1;
}

static void split(ir::DotOp dot, int64_t most) {
  int64_t total;
  std::optional<ir::Axis> axis = longestAxis(dot, total);
  int64_t pieces = axis && total > most ? piecesOf(axis->extent, total, most) : 1;
  if (pieces == 1)
    return;
  OpBuilder builder(dot);
  ir::TensorBuilder build(builder, dot.getLoc());
  std::string piece = ir::Adjoint::freshName("piece", {dot.getLhs(), dot.getRhs()});
  std::string step = ir::Adjoint::freshName("step", {dot.getLhs(), dot.getRhs()});
  ir::Axis parts[] = {{builder.getStringAttr(piece), pieces, 0},
                      {builder.getStringAttr(step), axis->extent / pieces, 0}};
  SmallVector<StringRef> summed = ir::namesOf(dot.getAxes());
  llvm::replace(summed, axis->name.getValue(), StringRef(step));
  Value left = build.split(dot.getLhs(), axis->name, parts);
  Value right = build.split(dot.getRhs(), axis->name, parts);
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
  model.walk([&](ir::DotOp dot) { dots.push_back(dot); });
  for (ir::DotOp dot : dots)
    split(dot, most);
}

} // namespace lamina::fuse
