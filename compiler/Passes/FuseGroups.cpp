// Grows a group from each contraction, reduction, selection and scatter through the elementwise ops
// behind it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/FuseGroups.h"

#include "dialect/AxisAliases.h"

#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace lamina::fuse {

bool Grouping::inOneGroup(Operation *first, Operation *second) const {
  auto one = groupOf.find(first), other = groupOf.find(second);
  return one != groupOf.end() && other != groupOf.end() && one->second == other->second;
}

std::string spell(Operation *op) {
  if (auto unary = dyn_cast<ir::UnaryOp>(op))
    return stringifyUnaryKind(unary.getKind()).str();
  if (auto binary = dyn_cast<ir::BinaryOp>(op))
    return stringifyBinaryKind(binary.getKind()).str();
  return op->getName().stripDialect().str();
}

Operation *userIn(Block &block, Operation *user) { return block.findAncestorOpInBlock(*user); }

namespace {

/// The set of a type's axes with their extents, in an order that does not depend on the type's.
SmallVector<ir::Axis> axisSet(Type type) {
  SmallVector<ir::Axis> axes = ir::axisList(cast<RankedTensorType>(type));
  llvm::sort(axes, [](const ir::Axis &a, const ir::Axis &b) {
    return a.name.getValue() < b.name.getValue();
  });
  return axes;
}

std::optional<ir::KernelKind> kindOf(Role role) {
  switch (role) {
  case Role::Contraction:
    return ir::KernelKind::Contraction;
  case Role::Rowwise:
    return ir::KernelKind::Rowwise;
  case Role::Select:
    return ir::KernelKind::Select;
  case Role::Scatter:
    return ir::KernelKind::Scatter;
  default:
    return std::nullopt;
  }
}

/// The axes that a rowwise op runs along, sorted; empty for other ops.
SmallVector<StringRef> reducedAxes(Operation *op) {
  ArrayAttr axes;
  if (auto reduce = dyn_cast<ir::ReduceOp>(op))
    axes = reduce.getAxes();
  else if (auto softmax = dyn_cast<ir::SoftmaxOp>(op))
    axes = softmax.getAxes();
  else if (auto standardize = dyn_cast<ir::StandardizeOp>(op))
    axes = standardize.getAxes();
  SmallVector<StringRef> names;
  if (axes)
    for (auto name : axes.getAsValueRange<StringAttr>())
      names.push_back(name);
  llvm::sort(names);
  return names;
}

class Grower {
public:
  Grower(Block &block, Grouping &grouping) : block(block), grouping(grouping) {
    for (auto [position, op] : llvm::enumerate(block))
      order[&op] = position;
  }

  void grow(Operation *anchor, ir::KernelKind kind) {
    group = {kind, anchor, {anchor}};
    members = {anchor};
    aliases.emplace(anchor->getResult(0));
    if (kind == ir::KernelKind::Contraction || kind == ir::KernelKind::Rowwise)
      extend();
    else if (Operation *reader = nearestReader();
             reader && !reader->hasTrait<OpTrait::IsTerminator>())
      miss(reader, "a selection or scatter takes nothing in");
    for (Operation *op : group.ops)
      grouping.groupOf[op] = grouping.groups.size();
    grouping.groups.push_back(group);
  }

private:
  /// Adds readers of the group's values, nearest first, until none fits.
  void extend() {
    while (Operation *next = nearestFitting())
      add(next);
    if (group.kind == ir::KernelKind::Contraction)
      addFolds();
  }

  void add(Operation *op) {
    members.insert(op);
    group.ops.push_back(op);
    remark::passed(op->getLoc(), remark::RemarkOpts::name("fused").category("lamina-fuse"))
        << llvm::formatv("'{0}' joins the kernel of '{1}'", spell(op), spell(group.anchor)).str();
  }

  /// Reductions read one value, so those that stand further down may come up to the group.
  void addFolds() {
    SmallVector<ir::ReduceOp> folds;
    for (Operation *member : group.ops)
      for (Operation *user : member->getUsers())
        if (auto reduce = dyn_cast<ir::ReduceOp>(user);
            reduce && user->getBlock() == &block && !members.contains(user) &&
            !grouping.groupOf.contains(user) && fitsContraction(user))
          folds.push_back(reduce);
    llvm::sort(folds, [&](Operation *a, Operation *b) { return order[a] < order[b]; });
    for (ir::ReduceOp reduce : folds) {
      reduce->moveAfter(group.ops.back());
      add(reduce);
    }
  }

  /// The first op outside the group that reads it.
  Operation *nearestReader() {
    Operation *nearest = nullptr;
    for (Operation *member : group.ops)
      for (Operation *user : member->getUsers()) {
        Operation *here = userIn(block, user);
        if (here && !members.contains(here) && (!nearest || order[here] < order[nearest]))
          nearest = here;
      }
    return nearest;
  }

  /// The nearest reader, if it may join.
  Operation *nearestFitting() {
    Operation *nearest = nearestReader();
    return nearest && fits(nearest) ? nearest : nullptr;
  }

  bool fits(Operation *op) {
    if (op->hasTrait<OpTrait::IsTerminator>())
      return false;
    if (roleOf(op) == Role::Boundary)
      return miss(op, "it is never part of a kernel");
    if (grouping.groupOf.contains(op))
      return miss(op, "it belongs to another kernel");
    return group.kind == ir::KernelKind::Contraction ? fitsContraction(op) : fitsRowwise(op);
  }

  bool fitsContraction(Operation *op) {
    for (Value operand : op->getOperands())
      if (auto fold = operand.getDefiningOp<ir::ReduceOp>(); fold && members.contains(fold))
        return miss(op, "it needs all of a reduction that the contraction carries out");
    auto reduce = dyn_cast<ir::ReduceOp>(op);
    if (reduce && mayFold(cast<ir::DotOp>(group.anchor), *aliases, reduce))
      return true;
    return aliases->follow(op) ||
           miss(op, reduce ? "it folds not all axes of one operand alone"
                           : "it does not map the contraction's elements one to one");
  }

  /// Rows share the axes they run along; beside them stand values of a whole row and of a row's
  /// position.
  bool fitsRowwise(Operation *op) {
    auto whole = axisSet(group.anchor->getOperand(0).getType());
    if (roleOf(op) == Role::Rowwise)
      return (reducedAxes(op) == reducedAxes(group.anchor) &&
              axisSet(op->getOperand(0).getType()) == whole) ||
             miss(op, "it runs along other axes");
    if (!isElementByElement(op))
      return miss(op, "it neither computes element by element nor along the rows");
    auto row = whole;
    SmallVector<StringRef> reduced = reducedAxes(group.anchor);
    llvm::erase_if(row, [&](const ir::Axis &axis) {
      return llvm::is_contained(reduced, axis.name.getValue());
    });
    auto own = axisSet(op->getResult(0).getType());
    if (own == whole && prologueOf(op, grouping))
      return miss(op, "the contraction that reads it computes it while it packs its operand");
    return own == whole || own == row || miss(op, "its axes are not those of the rows");
  }

  bool miss(Operation *op, StringRef why) {
    remark::missed(op->getLoc(), remark::RemarkOpts::name("unfused").category("lamina-fuse"))
        << llvm::formatv("'{0}' stays out of the kernel of '{1}': {2}", spell(op),
                         spell(group.anchor), why)
               .str();
    return false;
  }

  Block &block;
  Grouping &grouping;
  DenseMap<Operation *, unsigned> order;
  Group group;
  llvm::DenseSet<Operation *> members;
  std::optional<ir::AxisAliases> aliases;
};

} // namespace

Grouping formGroups(Block &block, bool fuse) {
  Grouping grouping;
  Grower grower(block, grouping);
  for (Operation &op : block) {
    auto kind = kindOf(roleOf(&op));
    if (!kind || grouping.groupOf.contains(&op))
      continue;
    if (fuse) {
      grower.grow(&op, *kind);
      continue;
    }
    grouping.groupOf[&op] = grouping.groups.size();
    grouping.groups.push_back({*kind, &op, {&op}});
  }
  placeRemaining(block, fuse, grouping);
  return grouping;
}

} // namespace lamina::fuse
