// lamina-roll: applications of a list of equal layers, one after the other, become one
// lamina.repeat.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Passes.h"
#include "compiler/Passes/RollMatch.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"

namespace lamina {
#define GEN_PASS_DEF_ROLLPASS
#include "compiler/Passes/Passes.h.inc"

namespace {
using namespace mlir;

/// Makes a repeat of matching rounds.
class Roller {
public:
  Roller(const roll::Rounds &rounds, const roll::Match &match, std::string axis)
      : rounds(rounds), match(match), axis(std::move(axis)) {}

  void run() {
    Operation *first = rounds.rounds[0].front();
    OpBuilder builder(first);
    collect(builder);
    SmallVector<Value> inits, stacks;
    SmallVector<Type> types;
    for (const auto &[result, init] : carried) {
      inits.push_back(init);
      types.push_back(result.getType());
    }
    for (const auto &[param, stacked] : params)
      stacks.push_back(stacked);
    auto repeat = ir::RepeatOp::create(builder, first->getLoc(), types, axis,
                                       int64_t(rounds.rounds.size()), inits, stacks);
    fill(repeat);
    for (auto [i, entry] : llvm::enumerate(carried)) {
      Value last = match.last.lookup(entry.first);
      last.replaceUsesWithIf(repeat.getResult(i),
                             [&](OpOperand &use) { return !repeat->isAncestor(use.getOwner()); });
    }
    eraseRounds();
  }

private:
  void collect(OpBuilder &builder) {
    for (const roll::Slot &slot : match.slots) {
      if (slot.kind == roll::Slot::Kind::Carried)
        carried.push_back({slot.result, slot.use->get()});
      else if (slot.kind == roll::Slot::Kind::Stacked && !params.contains(slot.use->get()))
        params[slot.use->get()] = stack(slot.params);
    }
    llvm::sort(carried, [](const auto &a, const auto &b) {
      return std::pair(a.first.getAsOpaquePointer(), a.second.getAsOpaquePointer()) <
             std::pair(b.first.getAsOpaquePointer(), b.second.getAsOpaquePointer());
    });
    carried.erase(llvm::unique(carried), carried.end());
  }

  /// One parameter for those of all rounds, sliced by the repeats around as theirs are.
  Value stack(ArrayRef<Value> all) { return sliced(all.front(), all.size()); }

  /// The new axis stands behind those of the repeats around.
  Value sliced(Value first, size_t count) {
    if (auto argument = dyn_cast<BlockArgument>(first))
      return slice(argument, count);
    auto param = first.getDefiningOp<ir::ParamOp>();
    OpBuilder builder(param);
    auto type = param.getResult().getType();
    SmallVector<ir::Axis> axes = ir::axisList(type);
    axes.insert(axes.begin() + param.getPath().take_front(rounds.prefix.size()).count('*'),
                {builder.getStringAttr(axis), int64_t(count), 0});
    auto stacked = cast<ir::ParamOp>(builder.clone(*param));
    stacked.setPath(roll::rolledPath(param.getPath(), rounds.prefix));
    stacked.getResult().setType(ir::tensorType(axes, type.getElementType()));
    return stacked.getResult();
  }

  /// A further operand of a repeat around, and its slice.
  Value slice(BlockArgument first, size_t count) {
    auto repeat = cast<ir::RepeatOp>(first.getOwner()->getParentOp());
    const size_t number = first.getArgNumber() - 1 - repeat.getCarried().size();
    Value whole = sliced(repeat.getStacked()[number], count);
    repeat.getStackedMutable().append(whole);
    RankedTensorType type =
        ir::withoutAxis(cast<RankedTensorType>(whole.getType()), repeat.getName());
    return first.getOwner()->addArgument(type, repeat.getLoc());
  }

  /// Takes a parameter away that nothing reads any more, with its slices.
  static void drop(Value value) {
    auto argument = dyn_cast<BlockArgument>(value);
    if (!argument)
      return value.getDefiningOp()->erase();
    auto repeat = cast<ir::RepeatOp>(argument.getOwner()->getParentOp());
    const size_t number = argument.getArgNumber() - 1 - repeat.getCarried().size();
    Value outer = repeat.getStacked()[number];
    repeat.getStackedMutable().erase(number);
    argument.getOwner()->eraseArgument(argument.getArgNumber());
    drop(outer);
  }

  /// The first round's ops move in and read the arguments.
  void fill(ir::RepeatOp repeat) {
    Block &body = repeat.getBody().emplaceBlock();
    MLIRContext *context = repeat.getContext();
    body.addArgument(ir::scalarType(IntegerType::get(context, 64)), repeat.getLoc());
    llvm::MapVector<std::pair<Value, Value>, Value> arguments;
    for (const auto &entry : carried)
      arguments[entry] = body.addArgument(entry.second.getType(), repeat.getLoc());
    llvm::DenseMap<Value, Value> slices;
    for (const auto &[param, stacked] : params)
      slices[param] = body.addArgument(param.getType(), repeat.getLoc());
    for (const roll::Slot &slot : match.slots) {
      if (slot.kind == roll::Slot::Kind::Carried)
        slot.use->set(arguments[{slot.result, slot.use->get()}]);
      else if (slot.kind == roll::Slot::Kind::Stacked)
        slot.use->set(slices[slot.use->get()]);
    }
    for (Operation *op : rounds.rounds[0])
      op->moveBefore(&body, body.end());
    body.walk([&](Operation *op) {
      if (auto path = op->getAttrOfType<StringAttr>("path"))
        op->setAttr("path",
                    StringAttr::get(context, roll::rolledPath(path.getValue(), rounds.prefix)));
    });
    SmallVector<Value> results;
    for (const auto &entry : carried)
      results.push_back(entry.first);
    OpBuilder builder = OpBuilder::atBlockEnd(&body);
    ir::YieldOp::create(builder, repeat.getLoc(), results);
  }

  void eraseRounds() {
    for (size_t i = rounds.rounds.size(); i-- > 1;)
      for (Operation *op : llvm::reverse(rounds.rounds[i]))
        op->erase();
    llvm::SetVector<Value> old;
    for (const roll::Slot &slot : match.slots)
      old.insert(slot.params.begin(), slot.params.end());
    for (Value param : old)
      drop(param);
  }

  const roll::Rounds &rounds;
  const roll::Match &match;
  std::string axis;
  SmallVector<std::pair<Value, Value>>
      carried; ///< the first round's value, and what the first round reads in its place
  llvm::MapVector<Value, Value> params; ///< the first round's, and the stacked one
};

struct RollPass : impl::RollPassBase<RollPass> {
  void runOnOperation() override {
    getOperation()->walk([&](ir::ModelOp model) {
      collectAxes(model);
      SmallVector<Block *> blocks;
      model.walk<WalkOrder::PostOrder>([&](Operation *op) {
        for (Region &region : op->getRegions())
          for (Block &block : region)
            blocks.push_back(&block);
      });
      for (Block *block : blocks)
        while (rollOne(*block)) {
        }
      return WalkResult::skip();
    });
  }

private:
  bool rollOne(Block &block) {
    for (const roll::Rounds &rounds : roll::findCandidates(block))
      if (std::optional<roll::Match> match = roll::match(rounds)) {
        remark::passed(rounds.rounds[0][0]->getLoc(),
                       remark::RemarkOpts::name("rolled").category("lamina-roll"))
            << llvm::formatv("{0} layers of '{1}' are one repeat", rounds.rounds.size(),
                             rounds.prefix)
                   .str();
        Roller(rounds, *match, freshAxis(rounds.prefix)).run();
        return true;
      }
    return false;
  }

  void collectAxes(ir::ModelOp model) {
    auto collect = [&](Type type) {
      if (auto tensor = dyn_cast<RankedTensorType>(type))
        for (StringAttr name : ir::axisNames(tensor))
          axes.insert(name.getValue());
    };
    model.walk([&](Operation *op) {
      llvm::for_each(op->getResultTypes(), collect);
      for (Region &region : op->getRegions())
        llvm::for_each(region.getArgumentTypes(), collect);
    });
  }

  /// The list's name, numbered where an axis has it.
  std::string freshAxis(StringRef prefix) {
    std::string name =
        prefix.rsplit('.').second.empty() ? prefix.str() : prefix.rsplit('.').second.str();
    std::string fresh = name;
    for (int i = 2; !axes.insert(fresh).second; ++i)
      fresh = name + "_" + std::to_string(i);
    return fresh;
  }

  llvm::StringSet<> axes;
};

} // namespace
} // namespace lamina
