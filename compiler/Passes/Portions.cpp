// A training step that goes through its batch in portions: what lies between forward and backward
// is kept for one portion at a time, near the processor, and the sums over samples are added up.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/FuseGroups.h"
#include "compiler/Passes/PortionKinds.h"
#include "compiler/Passes/TrainStep.h"
#include "dialect/Adjoint.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace lamina::portions {
namespace {

using train::kSamples;

constexpr StringLiteral kPortion = "portion'";
/// Steps of a sum over samples in a portion, so that reading and writing the sums is cheap.
constexpr int64_t kEnoughSteps = 1024;
/// Rows of a portion that pass over a weight, so that reading the weight again is cheap.
constexpr int64_t kEnoughRows = 256;
/// A contraction with less than this share of all work does not matter.
constexpr int64_t kSmallShare = 32;
/// Values of the batch that L2 holds so many times over are not worth cutting.
constexpr int64_t kManyCaches = 4;
/// The share of what is computed in portions that may be kept for the whole batch.
constexpr int64_t kKeptShare = 4;

int64_t extentIn(Value value, StringRef name) {
  auto axis = ir::findAxis(ir::typeOf(value), name);
  return axis ? axis->extent : 1;
}

/// What one contraction asks of a portion.
struct Demand {
  int64_t work;    ///< multiply-adds of the batch
  int64_t samples; ///< the fewest for which it runs well
};

std::optional<Demand> demandOf(ir::DotOp dot, const Kinds &kinds) {
  if (!touchesSamples(dot))
    return std::nullopt;
  int64_t steps = 1, repeats = 1, batch = 1;
  for (StringRef name : ir::namesOf(dot.getAxes()))
    steps *= extentIn(dot.getLhs(), name);
  for (auto repeat = dot->getParentOfType<ir::RepeatOp>(); repeat;
       repeat = repeat->getParentOfType<ir::RepeatOp>())
    repeats *= repeat.getCount();
  int64_t work = steps * fuse::elementsOf(dot.getType()) * repeats;
  for (Value operand : dot->getOperands())
    batch = std::max(batch, extentIn(operand, kSamples));
  if (kinds.of(dot.getResult()) == Kind::Part)
    return Demand{work, int64_t(llvm::divideCeil(kEnoughSteps * batch, steps))};
  for (unsigned side : {0, 1})
    if (kinds.of(dot->getOperand(side)) == Kind::Same) {
      int64_t rows = fuse::elementsOf(dot->getOperand(1 - side).getType()) / steps;
      return Demand{work, int64_t(llvm::divideCeil(kEnoughRows * batch, rows))};
    }
  return Demand{work, 1};
}

/// Moves the ops that go in portions into a repeat over them.
class Cutter {
public:
  Cutter(ir::ModelOp model, const Kinds &kinds, int64_t batch, int64_t size)
      : body(model.getBody().front()), kinds(kinds), batch(batch), size(size), builder(model),
        build(builder, model.getLoc()) {}

  void run() {
    sortOps();
    builder.setInsertionPoint(late.empty() ? body.getTerminator() : late.front());
    build.location = inside.front()->getLoc();
    collectUses();
    ir::RepeatOp repeat = createRepeat();
    fillBody(repeat);
    replaceUses(repeat);
    for (Operation *op : llvm::reverse(inside))
      op->erase();
  }

private:
  /// What depends on the whole batch goes behind all else.
  void sortOps() {
    for (Operation &op : body.without_terminator()) {
      if (kinds.goesInPortions(&op))
        inside.push_back(&op);
      else if (op.getNumResults() == 0 || kinds.of(op.getResult(0)) == Kind::Late)
        late.push_back(&op);
    }
    members.insert(inside.begin(), inside.end());
    for (Operation *op : late)
      op->moveBefore(body.getTerminator());
  }

  bool isReadOutside(Value value) const {
    return llvm::any_of(value.getUsers(), [&](Operation *user) {
      return !members.contains(body.findAncestorOpInBlock(*user));
    });
  }

  /// The samples of inputs that the portions read, the sums and the values that are read outside.
  void collectUses() {
    for (Value input : body.getArguments())
      if (kinds.of(input) == Kind::Sample && llvm::any_of(input.getUsers(), [&](Operation *user) {
            return members.contains(body.findAncestorOpInBlock(*user));
          }))
        inputs.push_back(input);
    for (Operation *op : inside)
      for (Value result : op->getResults())
        if (isReadOutside(result))
          (kinds.of(result) == Kind::Part ? sums : whole).push_back(result);
  }

  RankedTensorType ofPortion(Type type) const {
    auto tensor = cast<RankedTensorType>(type);
    SmallVector<ir::Axis> axes = ir::axisList(tensor);
    for (ir::Axis &axis : axes)
      if (axis.name.getValue() == kSamples)
        axis.extent = size;
    return ir::tensorType(axes, tensor.getElementType());
  }

  ir::Axis portions() { return {builder.getStringAttr(kPortion), batch / size, 0}; }

  /// The type of all portions of a value, whose axes keep their order.
  RankedTensorType withPortions(Type type) {
    SmallVector<ir::Axis> axes = {portions()};
    llvm::append_range(axes, ir::axisList(ofPortion(type)));
    return ir::tensorType(axes, cast<RankedTensorType>(type).getElementType());
  }

  Value inOrder(Value value, Type type) {
    if (value.getType() == type)
      return value;
    return ir::RearrangeOp::create(builder, build.location, type, value, builder.getArrayAttr({}),
                                   builder.getArrayAttr({}), builder.getArrayAttr({}),
                                   ArrayRef<int64_t>());
  }

  ir::RepeatOp createRepeat() {
    SmallVector<Value> stacked, carried;
    SmallVector<Type> types;
    for (Value input : inputs) {
      ir::Axis parts[] = {portions(), {builder.getStringAttr("step'"), size, 0}};
      Value cut = build.rename(build.split(input, kSamples, parts), {"step'"}, {kSamples});
      stacked.push_back(inOrder(cut, withPortions(input.getType())));
    }
    for (Value sum : sums) {
      RankedTensorType type = ir::typeOf(sum);
      Attribute zero = builder.getZeroAttr(type.getElementType());
      carried.push_back(ir::ConstantOp::create(builder, build.location, type,
                                               DenseElementsAttr::get(type, zero)));
      types.push_back(type);
    }
    for (Value value : whole)
      types.push_back(withPortions(value.getType()));
    auto repeat = ir::RepeatOp::create(builder, build.location, types, kPortion, batch / size,
                                       carried, stacked, /*reverse=*/false);
    Block &block = repeat.getBody().emplaceBlock();
    block.addArgument(ir::scalarType(builder.getI64Type()), build.location);
    for (Value value : carried)
      block.addArgument(value.getType(), build.location);
    for (Value value : stacked)
      block.addArgument(ir::withoutAxis(ir::typeOf(value), kPortion), build.location);
    return repeat;
  }

  void fillBody(ir::RepeatOp repeat) {
    OpBuilder::InsertionGuard guard(builder);
    Block &block = repeat.getBody().front();
    builder.setInsertionPointToStart(&block);
    IRMapping map;
    for (auto [i, input] : llvm::enumerate(inputs))
      map.map(input, block.getArgument(1 + sums.size() + i));
    for (Operation *op : inside) {
      Operation *made = builder.clone(*op, map);
      made->walk([&](Operation *copy) {
        Value instead = shrink(copy, block.getArgument(0));
        if (instead && copy == made)
          map.map(op->getResult(0), instead);
      });
      builder.setInsertionPointToEnd(&block);
    }
    SmallVector<Value> yielded;
    for (auto [i, sum] : llvm::enumerate(sums))
      yielded.push_back(build.add(block.getArgument(1 + i), map.lookup(sum)));
    for (Value value : whole)
      yielded.push_back(map.lookup(value));
    ir::YieldOp::create(builder, build.location, yielded);
  }

  /// Makes a copied op one of a portion. Returns the value to read instead of its result, or null.
  Value shrink(Operation *op, Value portion) {
    for (Value result : op->getResults())
      result.setType(ofPortion(result.getType()));
    for (Region &region : op->getRegions())
      for (BlockArgument argument : region.getArguments())
        argument.setType(ofPortion(argument.getType()));
    if (auto constant = dyn_cast<ir::ConstantOp>(op))
      if (auto splat = dyn_cast<DenseElementsAttr>(constant.getValue()); splat && splat.isSplat())
        constant.setValueAttr(
            splat.resizeSplat(cast<RankedTensorType>(constant.getResult().getType())));
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointAfter(op);
    Value instead;
    if (auto reduce = dyn_cast<ir::ReduceOp>(op); reduce && meansOverSamples(reduce))
      instead = shareOfMean(reduce);
    else if (auto index = dyn_cast<ir::IndexOp>(op); index && index.getAxis() == kSamples)
      instead = positionInBatch(index, portion);
    if (instead)
      op->getResult(0).replaceAllUsesExcept(instead, instead.getDefiningOp());
    return instead;
  }

  static bool meansOverSamples(ir::ReduceOp reduce) {
    return reduce.getKind() == ir::ReduceKind::Mean &&
           llvm::is_contained(ir::namesOf(reduce.getAxes()), kSamples);
  }

  Value shareOfMean(ir::ReduceOp reduce) {
    double count = 1;
    for (StringRef name : ir::namesOf(reduce.getAxes()))
      count *= double(name == kSamples ? batch : extentIn(reduce.getInput(), name));
    reduce.setKind(ir::ReduceKind::Sum);
    Value sum = reduce.getResult();
    return build.div(sum, build.constant(count, ir::TensorBuilder::elementOf(sum)));
  }

  Value positionInBatch(ir::IndexOp index, Value portion) {
    Value first = build.binary(ir::BinaryKind::Mul, portion, double(size));
    return build.add(index.getResult(), first);
  }

  void replaceUses(ir::RepeatOp repeat) {
    for (auto [i, sum] : llvm::enumerate(sums))
      replaceOutside(sum, repeat.getResult(i));
    for (auto [i, value] : llvm::enumerate(whole)) {
      Value parts = build.rename(repeat.getResult(sums.size() + i), {kSamples}, {"step'"});
      Value joined = build.merge(parts, {kPortion, "step'"}, kSamples);
      replaceOutside(value, inOrder(joined, value.getType()));
    }
  }

  void replaceOutside(Value old, Value made) {
    old.replaceUsesWithIf(made, [&](OpOperand &use) {
      return !members.contains(body.findAncestorOpInBlock(*use.getOwner()));
    });
  }

  Block &body;
  const Kinds &kinds;
  int64_t batch, size;
  OpBuilder builder;
  ir::TensorBuilder build;
  SmallVector<Operation *> inside, late;
  llvm::DenseSet<Operation *> members;
  SmallVector<Value> inputs, sums, whole;
};

/// What a batch asks for and what its values take, for the decision whether to cut it.
class Chooser {
public:
  Chooser(ir::ModelOp model, const Kinds &kinds) : body(model.getBody().front()), kinds(kinds) {
    for (Value input : body.getArguments())
      batch = std::max(batch, extentIn(input, kSamples));
  }

  /// The samples of a portion; nothing where the batch is better left whole.
  std::optional<int64_t> choose(ir::TargetAttr target) {
    for (Operation &op : body.without_terminator())
      if (!count(&op))
        return std::nullopt;
    if (demands.empty() || bytes < kManyCaches * int64_t(target.getL2()))
      return std::nullopt;
    if (keptBytes * kKeptShare > bytes)
      return miss(body.getParentOp(), "too much of it is read for the whole batch at once");
    int64_t work = 0, samples = 1;
    for (const Demand &demand : demands)
      work += demand.work;
    for (const Demand &demand : demands)
      if (demand.work * kSmallShare >= work)
        samples = std::max(samples, demand.samples);
    while (samples < batch && batch % samples != 0)
      ++samples;
    if (samples * 2 > batch)
      return miss(body.getParentOp(), "a part of it would read the weights too often");
    return samples;
  }

  int64_t batch = 1;

private:
  /// False where an op multiplies what only the whole batch gives.
  bool count(Operation *op) {
    bool inside = kinds.goesInPortions(op), fits = true;
    op->walk([&](Operation *inner) {
      if (auto dot = dyn_cast<ir::DotOp>(inner)) {
        if (!inside && touchesSamples(dot))
          fits = false;
        else if (std::optional<Demand> demand = demandOf(dot, kinds))
          demands.push_back(*demand);
      }
      for (Value result : inner->getResults())
        if (inside && kinds.of(result) == Kind::Sample)
          bytes += bytesOf(result);
    });
    if (!fits)
      miss(op, "samples depend on each other there");
    for (Value result : op->getResults())
      if (kinds.of(result) == Kind::Sample && llvm::any_of(result.getUsers(), [&](Operation *user) {
            return !kinds.goesInPortions(body.findAncestorOpInBlock(*user));
          }))
        keptBytes += bytesOf(result);
    return fits;
  }

  static int64_t bytesOf(Value value) {
    int64_t bits = ir::TensorBuilder::elementOf(value).getIntOrFloatBitWidth();
    return fuse::elementsOf(value.getType()) * llvm::divideCeil(bits, 8);
  }

  std::nullopt_t miss(Operation *op, StringRef why) const {
    remark::missed(op->getLoc(), remark::RemarkOpts::name("batch").category("lamina-fuse"))
        << llvm::formatv("the batch of {0} is not cut into portions: {1}", batch, why).str();
    return std::nullopt;
  }

  Block &body;
  const Kinds &kinds;
  SmallVector<Demand> demands;
  int64_t bytes = 0, keptBytes = 0;
};

} // namespace
} // namespace lamina::portions

namespace lamina::fuse {

void cutBatch(ir::ModelOp model, ir::TargetAttr target) {
  portions::Kinds kinds(model);
  portions::Chooser chooser(model, kinds);
  std::optional<int64_t> size = chooser.choose(target);
  if (!size)
    return;
  remark::passed(model.getLoc(), remark::RemarkOpts::name("portions").category("lamina-fuse"))
      << llvm::formatv("the batch of {0} is gone through in portions of {1}", chooser.batch, *size)
             .str();
  portions::Cutter(model, kinds, chooser.batch, *size).run();
}

} // namespace lamina::fuse
