// Follows each axis of a result through the ops that keep it, and notes where its source changes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/ElementwiseCuts.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace lamina::kernels {

namespace {

/// More loops than this cost more in code than they save.
constexpr size_t kMostCuts = 6;

/// Which axis of the result an axis here is, and its position 0 in the result's positions.
struct Origin {
  LoopAxis *loop;
  int64_t offset;
};

using Origins = llvm::StringMap<Origin>;

class CutFinder {
public:
  CutFinder(int64_t width, const LoopAxis *last) : width(width), last(last) {}
  void visit(Value value, const Origins &origins);

private:
  void cut(const Origins &origins, StringRef axis, int64_t position);
  void visitConcat(ir::ConcatOp op, const Origins &origins);
  void visitMoved(Value input, StringRef axis, int64_t low, const Origins &origins);
  void visitRearrange(ir::RearrangeOp op, const Origins &origins);

  int64_t width;
  const LoopAxis *last;
  llvm::DenseSet<Value> seen;
};

} // namespace

void CutFinder::cut(const Origins &origins, StringRef axis, int64_t position) {
  auto found = origins.find(axis);
  if (found == origins.end())
    return;
  LoopAxis &loop = *found->second.loop;
  const int64_t at = found->second.offset + position;
  if (loop.dynamic || at <= 0 || at >= loop.extent || llvm::is_contained(loop.cuts, at) ||
      loop.cuts.size() >= kMostCuts)
    return;
  loop.cuts.insert(llvm::upper_bound(loop.cuts, at), at);
}

static Origins shifted(const Origins &origins, StringRef axis, int64_t by) {
  Origins result = origins;
  if (auto found = result.find(axis); found != result.end())
    found->second.offset += by;
  return result;
}

void CutFinder::visitConcat(ir::ConcatOp op, const Origins &origins) {
  int64_t first = 0;
  for (Value input : op.getInputs()) {
    cut(origins, op.getAxis(), first);
    visit(input, shifted(origins, op.getAxis(), first));
    first += ir::extentOf(tensorOf(input), op.getAxis());
  }
}

/// The operand stands at `low` of the axis.
void CutFinder::visitMoved(Value input, StringRef axis, int64_t low, const Origins &origins) {
  cut(origins, axis, low);
  cut(origins, axis, low + ir::extentOf(tensorOf(input), axis));
  visit(input, shifted(origins, axis, low));
}

/// An axis merged of parts becomes nested loops over the parts.
void CutFinder::visitRearrange(ir::RearrangeOp op, const Origins &origins) {
  llvm::StringMap<int64_t> extents;
  for (auto [name, extent] :
       llvm::zip_equal(op.getPartNames().getAsRange<StringAttr>(), op.getPartExtents()))
    extents[name.getValue()] = extent;
  for (ArrayAttr group : op.getTo().getAsRange<ArrayAttr>()) {
    auto found = origins.find(cast<StringAttr>(group[0]).getValue());
    if (found == origins.end() || group.size() < 3)
      continue;
    LoopAxis &loop = *found->second.loop;
    SmallVector<int64_t> factors;
    int64_t product = 1;
    for (Attribute part : group.getValue().drop_front()) {
      factors.push_back(extents.lookup(cast<StringAttr>(part).getValue()));
      product *= factors.back();
    }
    if (found->second.offset != 0 || product != loop.extent || !loop.factors.empty() ||
        (&loop == last && factors.back() < width))
      continue;
    loop.factors = factors;
  }
}

void CutFinder::visit(Value value, const Origins &origins) {
  Operation *op = value.getDefiningOp();
  if (!op || !seen.insert(value).second)
    return;
  llvm::TypeSwitch<Operation *>(op)
      .Case([&](ir::ConcatOp concat) { visitConcat(concat, origins); })
      .Case(
          [&](ir::PadOp pad) { visitMoved(pad.getInput(), pad.getAxis(), pad.getLow(), origins); })
      .Case([&](ir::ShiftOp shift) {
        visitMoved(shift.getInput(), shift.getAxis(), shift.getOffset(), origins);
      })
      .Case([&](ir::RollOp roll) {
        const int64_t extent = ir::extentOf(tensorOf(roll), roll.getAxis());
        cut(origins, roll.getAxis(), (int64_t(roll.getOffset()) % extent + extent) % extent);
      })
      .Case([&](ir::RearrangeOp rearrange) { visitRearrange(rearrange, origins); })
      .Case([&](ir::SliceOp slice) {
        if (slice.getStep() == 1)
          visit(slice.getInput(), shifted(origins, slice.getAxis(), -int64_t(slice.getLow())));
      })
      .Case<ir::UnaryOp, ir::BinaryOp, ir::WhereOp, ir::CastOp, ir::ExpandOp>([&](Operation *same) {
        for (Value operand : same->getOperands())
          visit(operand, origins);
      });
}

void addCuts(Value value, SmallVector<LoopAxis> &axes, int64_t width) {
  Origins origins;
  for (LoopAxis &axis : axes)
    origins[axis.name] = {&axis, 0};
  CutFinder(width, axes.empty() ? nullptr : &axes.back()).visit(value, origins);
  for (LoopAxis &axis : axes)
    if (!axis.factors.empty())
      axis.cuts.clear();
}

} // namespace lamina::kernels
