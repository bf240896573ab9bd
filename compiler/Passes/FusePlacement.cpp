// What becomes of the ops behind no contraction or reduction: copies in their readers, or kernels
// of their own.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/FuseGroups.h"

#include "dialect/Sparse.h"

#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace lamina::fuse {
namespace {

/// The work, in vector instructions an element, up to which computing again is cheaper than a round
/// trip to memory.
constexpr int64_t kCheap = 4;
/// The most work an element that a reader takes over when it is the only one: beyond it code size
/// would run away.
constexpr int64_t kSingleReaderLimit = 128;
/// Rowwise kernels read their input two or three times.
constexpr int64_t kRowwisePasses = 3;

/// Decides in reverse order, so that an op's readers are settled before the op itself.
class Placement {
public:
  Placement(Block &block, bool fuse, Grouping &grouping)
      : block(block), fuse(fuse), grouping(grouping) {}

  void run() {
    for (Operation &op : block)
      setCost(&op);
    for (Operation &op : llvm::reverse(block)) {
      Role role = roleOf(&op);
      if (role == Role::Boundary || grouping.groupOf.contains(&op))
        continue;
      readerOf[&op] = commonReader(&op);
      if (op.use_empty() || isPartOfDraw(&op) || mayCopy(&op, role)) {
        grouping.copied.insert(&op);
        continue;
      }
      grouping.groupOf[&op] = grouping.groups.size();
      grouping.groups.push_back({ir::KernelKind::Elementwise, &op, {&op}});
    }
  }

private:
  /// The cost of an element with everything in front of it that might be copied along.
  void setCost(Operation *op) {
    int64_t cost = costOf(op);
    for (Value operand : op->getOperands()) {
      Operation *producer = operand.getDefiningOp();
      if (producer && producer->getBlock() == &block && !grouping.groupOf.contains(producer) &&
          roleOf(producer) != Role::Boundary)
        cost += costs.lookup(producer);
    }
    costs[op] = std::min<int64_t>(cost, 1 << 20);
  }

  /// The op in whose kernel all readers of an op end up, by way of copies; null if there are
  /// several.
  Operation *commonReader(Operation *op) {
    Operation *common = nullptr;
    for (Operation *user : op->getUsers()) {
      Operation *reader = userIn(block, user);
      if (auto group = grouping.groupOf.find(reader); group != grouping.groupOf.end())
        reader = grouping.groups[group->second].anchor;
      else if (grouping.copied.contains(reader))
        reader = readerOf.lookup(reader);
      if (!reader || (common && reader != common))
        return nullptr;
      common = reader;
    }
    return common;
  }

  /// Whether an op computes from positions, constants and scalars alone.
  bool isMadeOfNothing(Operation *op) {
    auto known = madeOfNothing.find(op);
    if (known != madeOfNothing.end())
      return known->second;
    bool result = llvm::all_of(op->getOperands(), [&](Value operand) {
      Operation *producer = operand.getDefiningOp();
      return cast<RankedTensorType>(operand.getType()).getRank() == 0 ||
             (producer && (roleOf(producer) == Role::Free || isa<ir::ConstantOp>(producer) ||
                           (producer->getBlock() == &block && isElementByElement(producer) &&
                            isMadeOfNothing(producer))));
    });
    return madeOfNothing[op] = result;
  }

  /// Random numbers are made by some hundred integer ops: all of them stand in the one kernel that
  /// reads the last of them, instead of passing memory.
  bool isPartOfDraw(Operation *op) {
    Operation *reader = fuse ? readerOf.lookup(op) : nullptr;
    auto group = grouping.groupOf.find(reader);
    return group != grouping.groupOf.end() &&
           grouping.groups[group->second].kind == ir::KernelKind::Elementwise &&
           isElementByElement(op) &&
           cast<RankedTensorType>(op->getResult(0).getType()).getRank() > 0 && isMadeOfNothing(op);
  }

  bool mayCopy(Operation *op, Role role) {
    if (fuse && prologueOf(op, grouping))
      return passed(op);
    int64_t work = 0, readers = 0;
    for (OpOperand &use : op->getUses()) {
      Operation *user = userIn(block, use.getOwner());
      if (!user || roleOf(user) == Role::Boundary || user != use.getOwner())
        return keep(op, "it is read outside of every kernel, by a repeat or as a result");
      if (role == Role::Free)
        continue;
      if (!fuse)
        return false;
      if (feedsContraction(use) && !(role == Role::View && isAddress(op)))
        return keep(op, "a contraction reads it more than once");
      work += costs[op] * passesOf(user) * repeats(op, user);
      ++readers;
    }
    if (role == Role::Free || work <= kCheap || role == Role::View ||
        (readers == 1 && work <= kSingleReaderLimit))
      return true;
    return keep(op, "computing it again costs more than memory");
  }

  /// Whether the value reaches an operand of a contraction through views alone.
  bool feedsContraction(OpOperand &use) {
    Operation *user = use.getOwner();
    if (auto dot = dyn_cast<ir::DotOp>(user)) // a sparse operand is read once
      return ir::sparseOperand(dot) != &use;
    if (!grouping.copied.contains(user) || roleOf(user) != Role::View)
      return false;
    return llvm::any_of(user->getUses(), [&](OpOperand &next) { return feedsContraction(next); });
  }

  /// Whether a view of memory stays one: what it reads must not be computed on the way.
  bool isAddress(Operation *op) {
    Operation *producer = op->getOperand(0).getDefiningOp();
    return !producer || roleOf(producer) != Role::Free;
  }

  static int64_t passesOf(Operation *user) {
    return roleOf(user) == Role::Rowwise || roleOf(user) == Role::Select ? kRowwisePasses : 1;
  }

  /// How often a reader with more elements computes each element again.
  static int64_t repeats(Operation *op, Operation *user) {
    int64_t own = std::max<int64_t>(1, elementsOf(op->getResult(0).getType()));
    int64_t most = own;
    for (Value result : user->getResults())
      most = std::max(most, elementsOf(result.getType()));
    return std::min<int64_t>(most / own, 1 << 20);
  }

  bool passed(Operation *op) {
    remark::passed(op->getLoc(), remark::RemarkOpts::name("prologue").category("lamina-fuse"))
        << llvm::formatv("'{0}' is computed while the contraction packs its operand", spell(op))
               .str();
    return true;
  }

  bool keep(Operation *op, StringRef why) {
    remark::missed(op->getLoc(), remark::RemarkOpts::name("stored").category("lamina-fuse"))
        << llvm::formatv("'{0}' goes through memory: {1}", spell(op), why).str();
    return false;
  }

  Block &block;
  bool fuse;
  Grouping &grouping;
  DenseMap<Operation *, int64_t> costs;
  DenseMap<Operation *, Operation *> readerOf; ///< `commonReader` of ops behind the one under way
  DenseMap<Operation *, bool> madeOfNothing;
};

} // namespace

void placeRemaining(Block &block, bool fuse, Grouping &grouping) {
  Placement(block, fuse, grouping).run();
}

} // namespace lamina::fuse
