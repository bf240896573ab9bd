// Compares rounds op by op.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/RollMatch.h"

#include "mlir/IR/OperationSupport.h"

using namespace mlir;

namespace lamina::roll {

/// Whether `path` is `prefix.number` or lies below it; then `rest` is what follows.
static bool isBelow(StringRef path, StringRef prefix, size_t number, StringRef &rest) {
  std::string own = (prefix + "." + Twine(number)).str();
  if (!path.consume_front(own) || (!path.empty() && path[0] != '.'))
    return false;
  rest = path;
  return true;
}

ir::ParamOp paramOf(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument)
    return value.getDefiningOp<ir::ParamOp>();
  auto repeat = dyn_cast_or_null<ir::RepeatOp>(argument.getOwner()->getParentOp());
  const size_t before = repeat ? 1 + repeat.getCarried().size() : 0;
  return repeat && argument.getArgNumber() >= before
             ? paramOf(repeat.getStacked()[argument.getArgNumber() - before])
             : ir::ParamOp();
}

std::string rolledPath(StringRef path, StringRef prefix) {
  StringRef rest;
  return isBelow(path, prefix, 0, rest) ? (prefix + ".*" + rest).str() : path.str();
}

std::vector<Rounds> findCandidates(Block &block) {
  std::vector<Operation *> ops;
  std::vector<std::pair<std::string, std::vector<size_t>>>
      runs; // a prefix and the places of its applications
  for (Operation &op : block.without_terminator()) {
    ops.push_back(&op);
    auto apply = dyn_cast<ir::ApplyOp>(op);
    auto [prefix, number] = apply ? apply.getPath().rsplit('.') : std::pair<StringRef, StringRef>();
    auto isRun = [&](const auto &run) { return run.first == prefix; };
    if (number == "0")
      runs.push_back({prefix.str(), {ops.size() - 1}});
    else if (auto run = llvm::find_if(llvm::reverse(runs), isRun);
             !number.empty() && run != runs.rend())
      if (number == std::to_string(run->second.size()))
        run->second.push_back(ops.size() - 1);
  }
  std::vector<Rounds> candidates;
  for (const auto &[prefix, places] : runs) {
    size_t length = places.size() > 1 ? places[1] - places[0] : 0;
    for (size_t i = 1; i < places.size() && length; ++i)
      length = places[i] - places[i - 1] == length ? length : 0;
    for (size_t ahead = 0; ahead < length; ++ahead) {
      size_t begin = places[0] - ahead;
      if (places[0] < ahead || begin + length * places.size() > ops.size())
        continue;
      Rounds &made = candidates.emplace_back(Rounds{prefix, {}});
      for (size_t i = 0; i < places.size(); ++i)
        made.rounds.emplace_back(ops.begin() + begin + i * length,
                                 ops.begin() + begin + (i + 1) * length);
    }
  }
  return candidates;
}

namespace {

/// Holds each round to the first.
class Matcher {
public:
  explicit Matcher(const Rounds &rounds) : rounds(rounds) {}

  std::optional<Match> run() {
    for (number = 1; number < rounds.rounds.size(); ++number) {
      before = std::move(own);
      own.clear();
      next = 0;
      for (auto [first, op] : llvm::zip_equal(rounds.rounds[0], rounds.rounds[number]))
        if (!sameOp(first, op))
          return std::nullopt;
    }
    result.last = std::move(own);
    return staysInside() ? std::optional(std::move(result)) : std::nullopt;
  }

private:
  bool sameOp(Operation *first, Operation *op) {
    if (first->getName() != op->getName() || first->getResultTypes() != op->getResultTypes() ||
        first->getNumOperands() != op->getNumOperands() ||
        first->getNumRegions() != op->getNumRegions() || !sameAttributes(first, op))
      return false;
    for (auto [use, value] : llvm::zip_equal(first->getOpOperands(), op->getOperands()))
      if (!sameOperand(use, value))
        return false;
    for (auto [a, b] : llvm::zip_equal(first->getRegions(), op->getRegions()))
      if (!sameRegion(a, b))
        return false;
    for (auto [a, b] : llvm::zip_equal(first->getResults(), op->getResults()))
      own[a] = b;
    return true;
  }

  bool sameAttributes(Operation *first, Operation *op) {
    NamedAttrList one(first->getAttrDictionary()), other(op->getAttrDictionary());
    auto a = dyn_cast_or_null<StringAttr>(one.erase("path"));
    auto b = dyn_cast_or_null<StringAttr>(other.erase("path"));
    if (one.getDictionary(op->getContext()) != other.getDictionary(op->getContext()) || !a != !b)
      return false;
    StringRef restA, restB;
    return !a || a == b ||
           (isBelow(a.getValue(), rounds.prefix, 0, restA) &&
            isBelow(b.getValue(), rounds.prefix, number, restB) && restA == restB);
  }

  bool sameRegion(Region &a, Region &b) {
    if (a.empty() != b.empty())
      return false;
    if (a.empty())
      return true;
    if (!a.hasOneBlock() || !b.hasOneBlock() || a.getArgumentTypes() != b.getArgumentTypes() ||
        a.front().getOperations().size() != b.front().getOperations().size())
      return false;
    for (auto [x, y] : llvm::zip_equal(a.getArguments(), b.getArguments()))
      own[x] = y;
    for (auto [x, y] : llvm::zip_equal(a.front(), b.front()))
      if (!sameOp(&x, &y))
        return false;
    return true;
  }

  /// Slots come in the same order in each round; the second round says what each is.
  bool sameOperand(OpOperand &use, Value value) {
    if (auto found = own.find(use.get()); found != own.end())
      return found->second == value;
    if (next == result.slots.size())
      result.slots.push_back(describe(use, value));
    Slot &slot = result.slots[next++];
    switch (slot.kind) {
    case Slot::Kind::Same:
      return value == use.get();
    case Slot::Kind::Carried:
      return use.get().getType() == value.getType() &&
             (number == 1 ? slot.result : before.lookup(slot.result)) == value;
    case Slot::Kind::Stacked:
      if (!sameParam(slot.params[0], value))
        return false;
      slot.params.push_back(value);
      return true;
    }
    llvm_unreachable("every kind is handled");
  }

  Slot describe(OpOperand &use, Value value) {
    if (value == use.get())
      return {Slot::Kind::Same, &use, {}, {}};
    StringRef rest;
    if (ir::ParamOp param = paramOf(use.get());
        param && isBelow(param.getPath(), rounds.prefix, 0, rest))
      return {Slot::Kind::Stacked, &use, {}, {use.get()}};
    return {Slot::Kind::Carried, &use, value, {}};
  }

  /// Both are given, or both are sliced in the same repeats.
  bool sameParam(Value one, Value other) {
    ir::ParamOp first = paramOf(one), param = paramOf(other);
    return param && isa<BlockArgument>(one) == isa<BlockArgument>(other) &&
           one.getParentBlock() == other.getParentBlock() && sameAttributes(first, param) &&
           first.getPath() != param.getPath() && one.getType() == other.getType() &&
           first.getResult().getType() == param.getResult().getType() &&
           OperationEquivalence::isRegionEquivalentTo(&first.getInit(), &param.getInit(),
                                                      OperationEquivalence::IgnoreLocations);
  }

  /// A carried value is one of the first round's own; what the rounds give is read by the next, of
  /// the last one by whatever follows, but then it must be carried.
  bool staysInside() {
    llvm::DenseMap<Operation *, size_t> roundOf;
    for (auto [i, round] : llvm::enumerate(rounds.rounds))
      for (Operation *op : round)
        roundOf[op] = i;
    Block *block = rounds.rounds[0][0]->getBlock();
    auto isCarried = [&](Value value) {
      return llvm::any_of(result.slots, [&](const Slot &slot) { return slot.result == value; });
    };
    for (const Slot &slot : result.slots)
      if (slot.result) {
        auto made = roundOf.find(slot.result.getDefiningOp());
        if (made == roundOf.end() || made->second != 0)
          return false;
      }
    for (auto [i, round] : llvm::enumerate(rounds.rounds))
      for (auto [position, op] : llvm::enumerate(round))
        for (OpResult value : op->getResults())
          for (Operation *user : value.getUsers()) {
            auto reader = roundOf.find(block->findAncestorOpInBlock(*user));
            bool isLast = i + 1 == rounds.rounds.size();
            if (reader == roundOf.end()
                    ? !isLast ||
                          !isCarried(rounds.rounds[0][position]->getResult(value.getResultNumber()))
                    : reader->second > i + 1)
              return false;
          }
    return paramsStayInside(roundOf, block);
  }

  bool paramsStayInside(const llvm::DenseMap<Operation *, size_t> &roundOf, Block *block) {
    for (const Slot &slot : result.slots)
      for (Value param : slot.params) {
        for (Operation *user : param.getUsers())
          if (Operation *here = block->findAncestorOpInBlock(*user);
              !here || !roundOf.contains(here))
            return false;
        if (!feedsOneRepeat(param))
          return false;
      }
    return true;
  }

  /// Whether what is sliced on the way to `value` is read by the repeats around it alone.
  static bool feedsOneRepeat(Value value) {
    auto argument = dyn_cast<BlockArgument>(value);
    if (!argument)
      return true;
    auto repeat = cast<ir::RepeatOp>(argument.getOwner()->getParentOp());
    Value outer = repeat.getStacked()[argument.getArgNumber() - 1 - repeat.getCarried().size()];
    return outer.hasOneUse() && feedsOneRepeat(outer);
  }

  const Rounds &rounds;
  Match result;
  llvm::DenseMap<Value, Value> own,
      before; ///< this round's values, and the last one's, by the first's
  size_t number = 1, next = 0;
};

} // namespace

std::optional<Match> match(const Rounds &rounds) { return Matcher(rounds).run(); }

} // namespace lamina::roll
