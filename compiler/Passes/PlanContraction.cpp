// How one contraction is carried out: which operand gives rows and which lanes, and the register
// tile.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/PlanContraction.h"

#include "dialect/View.h"

#include "mlir/IR/Remarks.h"

using namespace mlir;

namespace lamina::plan {

/// Fewer rows would read the weights from memory too often.
constexpr int64_t kFewestRowsOfBlock = 192;
/// Panels that are staged already are read from nearer.
constexpr int64_t kFewestOnWhole = 48;

static bool contains(ArrayRef<std::string> names, StringRef name) {
  return llvm::is_contained(names, name);
}

static Names namesOf(Value value) {
  Names names;
  for (StringAttr name : ir::axisNames(cast<RankedTensorType>(value.getType())))
    names.push_back(name.str());
  return names;
}

int64_t extentOf(Value value, StringRef name) {
  auto axis = ir::findAxis(cast<RankedTensorType>(value.getType()), name);
  return axis->bound ? axis->bound : ShapedType::isDynamic(axis->extent) ? 1 : axis->extent;
}

void putBatchFirst(Names &names) {
  if (contains(names, "batch")) {
    llvm::erase(names, "batch");
    names.insert(names.begin(), "batch");
  }
}

/// Slowest first; axes of one stride keep their order, `batch` is the slowest.
static void sortByStride(Names &names, const ir::View &view) {
  auto key = [&](const std::string &name) {
    int64_t stride = name == "batch" ? ShapedType::kDynamic : -view.find(name)->stride();
    return std::make_pair(stride, llvm::find(names, name) - names.begin());
  };
  llvm::SmallVector<std::pair<std::pair<int64_t, int64_t>, std::string>> keyed;
  for (const std::string &name : names)
    keyed.push_back({key(name), name});
  llvm::sort(keyed);
  for (auto [name, entry] : llvm::zip_equal(names, keyed))
    name = entry.second;
}

static Value blockArgumentBehind(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<ir::RenameOp, ir::SliceOp, ir::TakeOp, ir::ExpandOp, ir::WindowOp, ir::RearrangeOp>(
            op))
      return nullptr;
    value = op->getOperand(0);
  }
  return value;
}

/// What stands outside of kernel and repeats for a value of a kernel's region, seen through views;
/// null where it is no input of the kernel.
static Value sourceBehind(Value value) {
  auto argument = dyn_cast_or_null<BlockArgument>(blockArgumentBehind(value));
  auto kernel = argument ? dyn_cast<ir::KernelOp>(argument.getOwner()->getParentOp()) : nullptr;
  if (!kernel)
    return nullptr;
  Value source = kernel.getInputs()[argument.getArgNumber()];
  while (auto slice = dyn_cast<BlockArgument>(source)) {
    auto repeat = dyn_cast<ir::RepeatOp>(slice.getOwner()->getParentOp());
    if (!repeat)
      return source;
    unsigned first = 1 + repeat.getCarried().size();
    if (slice.getArgNumber() < first)
      return nullptr;
    source = repeat.getStacked()[slice.getArgNumber() - first];
  }
  return source;
}

ir::ParamOp paramBehind(Value value) {
  Value source = sourceBehind(value);
  return source ? source.getDefiningOp<ir::ParamOp>() : nullptr;
}

/// Whether an operand is a weight: a parameter, or one that a training step takes in and gives
/// back.
static bool isWeight(Value value) {
  Value source = sourceBehind(value);
  auto argument = dyn_cast_or_null<BlockArgument>(source);
  if (!argument)
    return source && source.getDefiningOp<ir::ParamOp>();
  Operation *model = argument.getOwner()->getParentOp();
  auto slots = model->getAttrOfType<ArrayAttr>("slots");
  if (!slots)
    return false;
  size_t first = argument.getOwner()->getNumArguments() - slots.size();
  if (argument.getArgNumber() < first)
    return false;
  auto slot = cast<DictionaryAttr>(slots[argument.getArgNumber() - first]);
  return slot.getAs<StringAttr>("role").getValue() == "parameter";
}

ir::DotOp dotOf(ir::KernelOp kernel) {
  auto dots = kernel.getBody().front().getOps<ir::DotOp>();
  return *dots.begin();
}

namespace {

class Chooser {
public:
  Chooser(ir::KernelOp kernel, ir::TargetAttr target) : target(target) { plan.dot = dotOf(kernel); }

  Contraction run() {
    lanes = target.getVectorBytes() / 4;
    for (auto name : plan.dot.getAxes().getAsValueRange<StringAttr>())
      plan.depth.push_back(name.str());
    chooseSides();
    chooseForms();
    orderDepth();
    chooseTile();
    chooseWhole();
    chooseBlockRows();
    if (plan.leftForm == "staged")
      chooseLeftRows();
    return plan;
  }

private:
  bool summed(StringRef name) { return contains(plan.depth, name); }

  /// The axes of operand `side` that the other lacks, and those that both keep.
  Names only(unsigned side) {
    Names other = namesOf(plan.dot->getOperand(1 - side)), result;
    for (const std::string &name : storageOrder(side))
      if (!contains(other, name))
        result.push_back(name);
    return result;
  }
  Names shared() {
    Names other = namesOf(plan.dot.getRhs()), result;
    for (const std::string &name : storageOrder(0))
      if (contains(other, name) && !summed(name))
        result.push_back(name);
    return result;
  }

  /// An operand's axes by stride in memory, slowest first; the type's order where it is no view.
  Names storageOrder(unsigned side) {
    Value operand = plan.dot->getOperand(side);
    Names names = namesOf(operand);
    if (auto view = ir::traceView(operand, ir::denseView))
      sortByStride(names, *view);
    return names;
  }

  /// The fastest axis of an operand in memory that has more than one position.
  std::string innermost(unsigned side) {
    Names names = storageOrder(side);
    for (const std::string &name : llvm::reverse(names))
      if (extentOf(plan.dot->getOperand(side), name) > 1 && name != "batch")
        return name;
    return "";
  }

  void chooseSides() {
    bool lhsParam = isWeight(plan.dot.getLhs()), rhsParam = isWeight(plan.dot.getRhs());
    unsigned active = lhsParam && !rhsParam ? 1 : 0;
    plan.outer = shared();
    std::string fastest = innermost(active);
    if (contains(plan.outer, fastest) && takeVectors(active, fastest))
      return;
    bool bothActive = lhsParam == rhsParam;
    if (bothActive) {
      // Lanes want neighbours in memory: the operand whose fastest axis stays gives them.
      std::string right = innermost(1);
      bool rightStays = !right.empty() && !summed(right) && contains(only(1), right);
      bool leftStays = !fastest.empty() && !summed(fastest) && contains(only(0), fastest);
      return assign(!rightStays && leftStays ? 1 : 0);
    }
    bool mixesTokens = !fastest.empty() && !summed(fastest) && contains(only(active), fastest) &&
                       extentOf(plan.dot->getOperand(active), fastest) >= lanes;
    assign(mixesTokens || only(1 - active).empty() ? 1 - active : active);
  }

  /// The weights are one number a channel: both operands are read as vectors along it.
  bool takeVectors(unsigned active, const std::string &fastest) {
    if (extentOf(plan.dot->getOperand(active), fastest) < 2 || !only(1 - active).empty())
      return false;
    plan.left = active;
    plan.leftForm = "vector";
    plan.rows = only(active);
    plan.lanes = {fastest};
    llvm::erase(plan.outer, fastest);
    return true;
  }

  void assign(unsigned left) {
    plan.left = left;
    plan.rows = only(left);
    Names free = only(1 - left);
    // One number may run over several axes only where no vector straddles two rounds of the
    // fastest.
    while (!free.empty()) {
      plan.lanes.insert(plan.lanes.begin(), free.back());
      free.pop_back();
      bool whole = extentOf(plan.rightOperand(), plan.lanes.back()) % lanes == 0;
      if (!whole || !isWeight(plan.rightOperand()))
        break;
    }
    if (!plan.lanes.empty() && plan.lanes.back() == "batch")
      std::swap(plan.lanes, free);
    llvm::append_range(plan.outer, free);
    putBatchFirst(plan.outer);
  }

  void chooseForms() {
    Value left = plan.leftOperand(), right = plan.rightOperand();
    auto view = plan.leftForm == "vector" ? std::nullopt : ir::traceView(left, ir::denseView);
    if (plan.leftForm != "vector" && (!view || liesAcross(*view))) {
      plan.leftForm = "staged";
      remark::analysis(plan.dot.getLoc(),
                       remark::RemarkOpts::name("staged").category("lamina-plan"))
          << (view ? "'dot' copies its left operand into scratch: in memory it lies across the sum"
                   : "'dot' computes its left operand into scratch: it is no view of memory");
    }
    if (isPackable(right))
      plan.rightForm = "packed";
  }

  /// Whether each step of a long sum over samples would read another page of the left operand, of
  /// which a tile needs a few neighbours: the derivatives of weights.
  bool liesAcross(const ir::View &view) {
    constexpr int64_t kFarApart = 64, kLongSum = 32, kManyPanels = 4;
    int64_t depth = 1, width = 1;
    for (const std::string &name : plan.depth) {
      const ir::ViewAxis *axis = view.find(name);
      int64_t extent = extentOf(plan.leftOperand(), name);
      if (!axis || axis->parts.size() != 1 || (extent > 1 && axis->stride() < kFarApart))
        return false;
      depth *= extent;
    }
    for (const std::string &name : plan.lanes)
      width *= extentOf(plan.rightOperand(), name);
    return depth >= kLongSum && width >= kManyPanels * 2 * lanes && !plan.rows.empty() &&
           innermost(plan.left) == plan.rows.back() && view.find(plan.rows.back())->stride() == 1;
  }

  /// A parameter whose axes the contraction sees one to one, renamed at most.
  static bool isPackable(Value value) {
    if (!paramBehind(value))
      return false;
    while (auto rename = value.getDefiningOp<ir::RenameOp>())
      value = rename.getInput();
    return isa<BlockArgument>(value);
  }

  /// Sums along memory: the fastest axis of the operand that is read in place comes last.
  void orderDepth() {
    Names order = storageOrder(plan.rightForm == "packed" ? plan.left : 1 - plan.left);
    llvm::erase_if(order, [&](const std::string &name) { return !summed(name); });
    plan.depth = order;
  }

  void chooseTile() {
    int64_t extent = 1;
    for (const std::string &name : plan.lanes)
      extent *= extentOf(plan.rightOperand(), name);
    bool many = target.getVectorRegisters() >= 32;
    int64_t accumulators = many ? 24 : 12;
    int64_t vectors = std::min<int64_t>(many ? 4 : 2, llvm::divideCeil(extent, lanes));
    plan.tileLanes = extent < lanes ? int64_t(llvm::PowerOf2Ceil(extent)) : vectors * lanes;
    // More than eight rows a power of two apart would share one set of the L1 cache.
    plan.tileRows = std::min<int64_t>(8, accumulators / vectors);
    if (plan.leftForm == "vector")
      plan.tileRows = std::min<int64_t>(plan.tileRows, 4);
  }

  /// Whether a panel is copied from memory, vector by vector.
  bool isCheapToStage() {
    auto view = ir::traceView(plan.rightOperand(), ir::denseView);
    const ir::ViewAxis *lane =
        view && !plan.lanes.empty() ? view->find(plan.lanes.back()) : nullptr;
    return lane && lane->parts.size() == 1 && lane->stride() == 1;
  }

  /// A right operand that several blocks of rows read is staged once for all of them, if it is not
  /// too large and staging it again would cost more than reading panels from beyond L2.
  void chooseWhole() {
    constexpr int64_t kManyCaches = 32;
    int64_t rows = 1, bytes = 4;
    for (const std::string &name : plan.rows) {
      auto axis = ir::findAxis(cast<RankedTensorType>(plan.leftOperand().getType()), name);
      if (ShapedType::isDynamic(axis->extent))
        return;
      rows *= axis->extent;
    }
    for (const Names *names : {&plan.depth, &plan.lanes})
      for (const std::string &name : *names)
        bytes *= extentOf(plan.rightOperand(), name);
    // Rows that are staged lie inside of the loops over axes that only the right operand has.
    bool isOnce =
        plan.leftForm != "staged" || llvm::all_of(plan.outer, [&](const std::string &name) {
          return contains(namesOf(plan.leftOperand()), name);
        });
    if (plan.leftForm == "in_place" && isCheapToStage())
      return;
    plan.stagesWhole = plan.rightForm == "staged" && plan.leftForm != "vector" && isOnce &&
                       rows >= 2 * kFewestRowsOfBlock && bytes <= kManyCaches * target.getL2();
  }

  void chooseBlockRows() {
    int64_t depth = 1;
    for (const std::string &name : plan.depth)
      depth *= extentOf(plan.leftOperand(), name);
    int64_t fewest = plan.stagesWhole ? kFewestOnWhole : kFewestRowsOfBlock;
    plan.blockRows = std::max(fewest, target.getL2() / 2 / (4 * depth));
  }

  /// As many of the fastest rows as make a pass over the weights worth while, in equal blocks.
  void chooseLeftRows() {
    plan.leftRows = 1;
    for (const std::string &name : llvm::reverse(plan.rows)) {
      if (plan.leftRows >= kFewestRowsOfBlock)
        break;
      auto axis = ir::findAxis(cast<RankedTensorType>(plan.leftOperand().getType()), name);
      plan.leftHasSamples = ShapedType::isDynamic(axis->extent) && !axis->bound;
      plan.leftRows *= extentOf(plan.leftOperand(), name);
    }
    plan.leftRows =
        llvm::divideCeil(plan.leftRows, llvm::divideCeil(plan.leftRows, plan.blockRows));
  }

  ir::TargetAttr target;
  Contraction plan;
  int64_t lanes = 1;
};

} // namespace

Contraction planContraction(ir::KernelOp kernel, ir::TargetAttr target) {
  return Chooser(kernel, target).run();
}

Names resultOrder(const Contraction &contraction) {
  // The operand with the lanes fixed by memory keeps its order, and what the summed axes become
  // stands in their place.
  bool tokens = contraction.rightForm != "packed" && !contraction.rows.empty() &&
                !contains(contraction.rows, "batch");
  Value base = tokens ? contraction.rightOperand() : contraction.leftOperand();
  Names order, last;
  bool placed = false;
  for (const std::string &name : namesOf(base)) {
    if (contains(contraction.depth, name)) {
      if (tokens && !std::exchange(placed, true))
        llvm::append_range(order, contraction.rows);
    } else if (contains(contraction.lanes, name)) {
      last.push_back(name);
    } else {
      order.push_back(name);
    }
  }
  for (const std::string &name : contraction.outer)
    if (!contains(order, name))
      order.push_back(name);
  llvm::append_range(order, last.empty() ? contraction.lanes : last);
  putBatchFirst(order);
  return order;
}

} // namespace lamina::plan
