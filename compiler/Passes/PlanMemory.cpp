// Offsets of everything that lies in the workspace, by the times at which it is needed.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/PlanMemory.h"
#include "compiler/Passes/PlanThreads.h"

#include "mlir/IR/Remarks.h"

#include <numeric>

using namespace mlir;

namespace lamina::plan {
namespace {

constexpr int64_t kAlignment = 64;
/// More samples at once would only push activations out of the cache.
constexpr int64_t kLargestTile = 192;
constexpr int64_t kTileForLargeWeights = 96;
/// A value of a tile may take this much of the last-level cache.
constexpr int64_t kLargestBlock = 4 << 20;

/// A piece of the workspace and the times between which it is held.
struct Slot {
  int64_t fixed = 0;    ///< bytes for any number of samples
  int64_t ofSample = 0; ///< bytes for each of them
  int64_t start = 0;
  int64_t end = 0;
  int64_t offset = 0;

  int64_t size(int64_t samples) const {
    return llvm::alignTo(fixed + ofSample * samples, kAlignment);
  }
};

int64_t bytesOfSample(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  int64_t bytes = llvm::divideCeil(tensor.getElementType().getIntOrFloatBitWidth(), 8);
  for (const ir::Axis &axis : ir::axisList(tensor))
    bytes *= axis.bound ? axis.bound : ShapedType::isDynamic(axis.extent) ? 1 : axis.extent;
  return bytes;
}

/// Rowwise and select kernels keep a row and its working copy in eight bytes an element, for a
/// vector of rows at once where vectors do not run along the row.
int64_t scratchOfRows(ir::KernelOp kernel, ir::TargetAttr target) {
  int64_t longest = 0;
  bool along = false;
  StringRef lane = cast<StringAttr>(kernel.getPlanAttr().get("lane")).getValue();
  for (Operation &op : kernel.getBody().front()) {
    auto axes = op.getAttrOfType<ArrayAttr>("axes");
    if (auto axis = op.getAttrOfType<StringAttr>("axis");
        axis && isa<ir::TopKOp, ir::KeepTopKOp, ir::SortOp, ir::CumulateOp>(op))
      axes = ArrayAttr::get(op.getContext(), {axis});
    if (!axes || !isa<ir::ReduceOp, ir::SoftmaxOp, ir::StandardizeOp, ir::TopKOp, ir::KeepTopKOp,
                      ir::SortOp, ir::CumulateOp>(op))
      continue;
    int64_t row = 1;
    for (auto name : axes.getAsValueRange<StringAttr>()) {
      auto axis = ir::findAxis(cast<RankedTensorType>(op.getOperand(0).getType()), name);
      row *= axis->bound ? axis->bound : ShapedType::isDynamic(axis->extent) ? 1 : axis->extent;
      along |= name == lane;
    }
    longest = std::max(longest, row);
  }
  int64_t rows = along ? 1 : 2 * target.getVectorBytes() / 4;
  return llvm::alignTo(2 * 8 * longest * rows, kAlignment);
}

/// Numbers the kernels in the order in which they run and finds what each value needs.
class Liveness {
public:
  Liveness(const Contractions &contractions, ir::TargetAttr target)
      : contractions(contractions), target(target) {}

  void visit(Block &block) {
    for (Operation &op : block) {
      times[&op] = now++;
      if (auto kernel = dyn_cast<ir::KernelOp>(op))
        visitKernel(kernel);
      else if (auto repeat = dyn_cast<ir::RepeatOp>(op))
        visitRepeat(repeat);
      else if (auto widen = dyn_cast<ir::WidenOp>(op))
        slotOf[widen.getResult()] = addSlot(widen.getType(), times[&op], times[&op]);
      else if (auto narrow = dyn_cast<ir::NarrowOp>(op))
        extend(narrow.getInput(), times[&op]);
    }
  }

  SmallVector<Slot> slots;
  DenseMap<Value, unsigned> slotOf;
  DenseMap<Operation *, unsigned> scratchOf;
  DenseMap<Operation *, int64_t> scratchStep;  ///< bytes of one thread, where there are several
  DenseMap<Operation *, int64_t> leftScratch;  ///< where in the scratch staged rows begin
  DenseMap<Operation *, int64_t> rightScratch; ///< likewise all staged panels
  DenseMap<Operation *, Slot> foldScratch;     ///< what stands there before the parts of reductions

private:
  unsigned addSlot(Type type, int64_t start, int64_t end) {
    bool perSample = ir::hasAxis(cast<RankedTensorType>(type), ir::kBatchAxis);
    int64_t bytes = bytesOfSample(type);
    slots.push_back({perSample ? 0 : bytes, perSample ? bytes : 0, start, end, 0});
    return slots.size() - 1;
  }

  /// A use inside a repeat lasts until the repeat ends; ends are filled in when it is left.
  void extend(Value value, int64_t time) {
    auto found = slotOf.find(value);
    if (found != slotOf.end())
      slots[found->second].end = std::max(slots[found->second].end, time);
  }

  static bool isOutput(Value value) {
    return llvm::any_of(value.getUsers(), [](Operation *user) {
      return isa<ir::YieldOp>(user) && isa<ir::ModelOp>(user->getParentOp());
    });
  }

  void visitKernel(ir::KernelOp kernel) {
    int64_t time = times[kernel];
    for (Value input : kernel.getInputs())
      extend(input, time);
    for (Value result : kernel.getResults())
      if (!isOutput(result) && !slotOf.contains(result))
        slotOf[result] = addSlot(result.getType(), time, time);
    for (Value result : kernel.getResults())
      extend(result, time);
    auto contraction = contractions.find(kernel);
    if (contraction != contractions.end())
      addScratch(kernel, contraction->second);
    else
      addScratch(kernel, scratchOfRows(kernel, target), kMostThreads);
  }

  /// The staged panel of each thread, then, shared by all, the staged panels, the staged rows and
  /// the parts of reductions.
  void addScratch(ir::KernelOp kernel, const Contraction &contraction) {
    int64_t left = leftScratchOf(contraction), right = rightScratchOf(contraction);
    FoldBytes folds = foldScratchOf(contraction);
    addScratch(kernel, plan::scratchOf(contraction),
               std::min(kMostThreads, panelCount(contraction)), left + right + folds.fixed > 0);
    if (left + right + folds.fixed == 0)
      return;
    Slot &slot = slots[scratchOf.at(kernel)];
    if (right > 0)
      rightScratch[kernel] = slot.fixed;
    slot.fixed += right;
    if (left > 0)
      leftScratch[kernel] = slot.fixed;
    (contraction.leftHasSamples ? slot.ofSample : slot.fixed) += left;
    if (folds.fixed > 0)
      foldScratch[kernel] = slot;
    slot.fixed += folds.fixed;
    slot.ofSample += folds.ofSample;
  }

  void addScratch(ir::KernelOp kernel, int64_t ofThread, int64_t threads, bool always = false) {
    if (ofThread == 0 && !always)
      return;
    if (target.getThreads())
      scratchStep[kernel] = ofThread;
    else
      threads = 1;
    slots.push_back({ofThread * threads, 0, times[kernel], times[kernel], 0});
    scratchOf[kernel] = slots.size() - 1;
  }

  void visitRepeat(ir::RepeatOp repeat) {
    int64_t start = times[repeat];
    for (Value operand : repeat->getOperands())
      extend(operand, start);
    placeCarried(repeat, start);
    placeCollected(repeat, start);
    Block &body = repeat.getBody().front();
    unsigned firstInside = slots.size();
    shareCarried(repeat);
    visit(body);
    int64_t end = now++;
    // What stands outside and is read inside is needed in every round, slices of stacked tensors
    // too, and so is what the body yields.
    for (Value stacked : repeat.getStacked())
      extend(stacked, end);
    for (Operation &op : body)
      for (Value operand : op.getOperands())
        if (operand.getParentBlock() != &body)
          extend(operand, end);
    repeat->walk([&](ir::KernelOp kernel) {
      for (Value input : kernel.getInputs())
        if (auto found = slotOf.find(input); found != slotOf.end() && found->second < firstInside)
          extend(input, end);
    });
    for (Value yielded : body.getTerminator()->getOperands())
      extend(yielded, end);
    for (Value result : repeat.getResults())
      extend(result, end);
  }

  /// A carried value has one place for all rounds: that of its first value where nobody else reads
  /// that one.
  void placeCarried(ir::RepeatOp repeat, int64_t start) {
    Block &body = repeat.getBody().front();
    for (auto [i, init] : llvm::enumerate(repeat.getCarried())) {
      auto found = slotOf.find(init);
      bool own = found != slotOf.end() && init.hasOneUse() && init.getDefiningOp() &&
                 init.getDefiningOp()->getBlock() == repeat->getBlock();
      unsigned slot = own ? found->second : addSlot(init.getType(), start, start);
      slotOf[body.getArgument(1 + i)] = slot;
      slotOf[repeat.getResult(i)] = slot;
    }
  }

  /// A kernel of the body writes what is collected of a round where that lies in the whole, if the
  /// axes have one order in both.
  void placeCollected(ir::RepeatOp repeat, int64_t start) {
    Block &body = repeat.getBody().front();
    for (size_t i = repeat.getCarried().size(); i < repeat.getNumResults(); ++i) {
      auto whole = cast<RankedTensorType>(repeat.getResult(i).getType());
      Value part = body.getTerminator()->getOperand(i);
      unsigned slot = slotOf[repeat.getResult(i)] = addSlot(whole, start, start);
      auto maker = part.getDefiningOp<ir::KernelOp>();
      if (maker && maker->getBlock() == &body &&
          ir::withoutAxis(whole, repeat.getName()) == part.getType())
        slotOf.try_emplace(part, slot);
    }
  }

  /// The next round's value may take the carried one's place if nothing reads that one when it is
  /// written.
  void shareCarried(ir::RepeatOp repeat) {
    Block &body = repeat.getBody().front();
    for (size_t i = 0; i < repeat.getCarried().size(); ++i) {
      Value next = body.getTerminator()->getOperand(i), argument = body.getArgument(1 + i);
      Operation *maker = next.getDefiningOp();
      bool free = maker && llvm::all_of(argument.getUsers(), [&](Operation *user) {
                    Operation *here = body.findAncestorOpInBlock(*user);
                    auto kernel = dyn_cast_or_null<ir::KernelOp>(here);
                    if (here == maker)
                      return kernel && overwrites(kernel, argument, cast<OpResult>(next));
                    return here && here->isBeforeInBlock(maker);
                  });
      if (free && isa<ir::KernelOp>(maker))
        slotOf.insert_or_assign(next, slotOf.lookup(argument));
      else if (next != argument)
        remark::missed(repeat.getLoc(), remark::RemarkOpts::name("copied").category("lamina-plan"))
            << "'repeat' copies a carried value in each round: the old one is still read where the "
               "new one is made";
    }
  }

  const Contractions &contractions;
  ir::TargetAttr target;
  DenseMap<Operation *, int64_t> times;
  int64_t now = 0;
};

/// Places slots, largest first, each at the lowest offset that no slot of its time holds. Returns
/// the bytes in all.
int64_t place(MutableArrayRef<Slot> slots, int64_t samples) {
  SmallVector<unsigned> bySize(slots.size());
  std::iota(bySize.begin(), bySize.end(), 0);
  llvm::sort(bySize, [&](unsigned a, unsigned b) {
    return std::make_pair(-slots[a].size(samples), a) < std::make_pair(-slots[b].size(samples), b);
  });
  SmallVector<const Slot *> placed; // by offset
  int64_t total = 0;
  for (unsigned index : bySize) {
    Slot &slot = slots[index];
    int64_t offset = 0, size = slot.size(samples);
    for (const Slot *other : placed) {
      if (other->end < slot.start || slot.end < other->start)
        continue;
      if (other->offset >= offset + size)
        break;
      offset = std::max(offset, other->offset + other->size(samples));
    }
    slot.offset = offset;
    total = std::max(total, offset + size);
    placed.insert(
        llvm::upper_bound(placed, offset,
                          [](int64_t at, const Slot *other) { return at < other->offset; }),
        &slot);
  }
  return total;
}

/// As many samples as keep the largest value, which every panel of weights passes over, in half of
/// L2. Weights that are larger than L2 come from further away for each tile: then at least as many
/// samples as make that cheap, if memory allows.
int64_t chooseTile(int64_t largest, int64_t packed, ir::TargetAttr target) {
  int64_t tile =
      std::clamp<int64_t>(target.getL2() / 2 / std::max<int64_t>(largest, 64), 1, kLargestTile);
  if (packed > target.getL2() && largest * kTileForLargeWeights <= kLargestBlock)
    tile = std::max(tile, kTileForLargeWeights);
  return tile >= 24 ? tile / 12 * 12 : tile >= 6 ? tile / 6 * 6 : tile;
}

/// The bytes of a sample in the largest value that kernels read or write.
int64_t largestValue(ir::ModelOp model) {
  int64_t bytes = 0;
  model.walk([&](ir::KernelOp kernel) {
    auto take = [&](ValueRange values) {
      for (Value value : values)
        if (ir::hasAxis(cast<RankedTensorType>(value.getType()), ir::kBatchAxis))
          bytes = std::max(bytes, bytesOfSample(value.getType()));
    };
    take(kernel.getInputs());
    take(kernel.getResults());
  });
  return bytes;
}

void setEntry(Operation *op, StringRef key, Attribute value) {
  NamedAttrList plan(op->getAttrOfType<DictionaryAttr>("plan"));
  plan.set(key, value);
  op->setAttr("plan", plan.getDictionary(op->getContext()));
}

void write(ir::ModelOp model, const Liveness &liveness, int64_t samples, StringRef suffix) {
  Builder builder(model.getContext());
  auto offsets = [&](ValueRange values) {
    SmallVector<int64_t> list;
    for (Value value : values) {
      auto found = liveness.slotOf.find(value);
      list.push_back(found == liveness.slotOf.end() ? -1 : liveness.slots[found->second].offset);
    }
    return builder.getDenseI64ArrayAttr(list);
  };
  model.walk([&](ir::KernelOp kernel) {
    setEntry(kernel, ("offsets" + suffix).str(), offsets(kernel.getResults()));
    auto scratch = liveness.scratchOf.find(kernel);
    if (scratch != liveness.scratchOf.end())
      setEntry(kernel, ("scratch" + suffix).str(),
               builder.getI64IntegerAttr(liveness.slots[scratch->second].offset));
    if (int64_t step = liveness.scratchStep.lookup(kernel))
      setEntry(kernel, "scratch_step", builder.getI64IntegerAttr(step));
    auto left = liveness.leftScratch.find(kernel);
    if (left != liveness.leftScratch.end())
      setEntry(kernel, "left_scratch", builder.getI64IntegerAttr(left->second));
    auto right = liveness.rightScratch.find(kernel);
    if (right != liveness.rightScratch.end())
      setEntry(kernel, "right_scratch", builder.getI64IntegerAttr(right->second));
    auto folds = liveness.foldScratch.find(kernel);
    if (folds != liveness.foldScratch.end())
      setEntry(kernel, ("fold_scratch" + suffix).str(),
               builder.getI64IntegerAttr(folds->second.size(samples)));
  });
  model.walk([&](ir::WidenOp widen) {
    setEntry(widen, ("offsets" + suffix).str(), offsets(widen->getResults()));
  });
  model.walk([&](ir::RepeatOp repeat) {
    size_t carried = repeat.getCarried().size();
    setEntry(repeat, ("carried" + suffix).str(), offsets(repeat.getResults().take_front(carried)));
    setEntry(repeat, ("collected" + suffix).str(),
             offsets(repeat.getResults().drop_front(carried)));
  });
}

} // namespace

Sizes placeValues(ir::ModelOp model, ir::TargetAttr target, const Contractions &contractions,
                  int64_t packed) {
  Liveness liveness(contractions, target);
  liveness.visit(model.getBody().front());
  Sizes sizes;
  sizes.workspaceOne = place(liveness.slots, 1);
  write(model, liveness, 1, "_one");
  sizes.tile = chooseTile(largestValue(model), packed, target);
  sizes.workspaceRows = place(liveness.slots, sizes.tile);
  write(model, liveness, sizes.tile, "");
  return sizes;
}

} // namespace lamina::plan
