// Where each parameter lies in the packed buffer and in what layout.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/PlanParams.h"

#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace lamina::plan {
namespace {

constexpr int64_t kAlignment = 64;
constexpr int64_t kHead = 64;

/// Panels in a parameter's own axis names.
struct Panels {
  Names lane, depth, outer;
  int64_t block = 1;
  bool operator==(const Panels &) const = default;
};

int64_t elementBytes(Type type) {
  return llvm::divideCeil(cast<RankedTensorType>(type).getElementType().getIntOrFloatBitWidth(), 8);
}

/// The name that the parameter itself has for an axis of the operand, which is a renaming of it.
std::string ownName(Value operand, std::string name) {
  while (auto rename = operand.getDefiningOp<ir::RenameOp>()) {
    for (auto [from, to] : llvm::zip_equal(rename.getFrom().getAsValueRange<StringAttr>(),
                                           rename.getTo().getAsValueRange<StringAttr>()))
      if (name == to) {
        name = from.str();
        break;
      }
    operand = rename.getInput();
  }
  return name;
}

Panels panelsOf(const Contraction &contraction) {
  Value operand = contraction.rightOperand();
  auto own = [&](const Names &names) {
    Names result;
    for (const std::string &name : names)
      if (ir::hasAxis(cast<RankedTensorType>(operand.getType()), name))
        result.push_back(ownName(operand, name));
    return result;
  };
  return {own(contraction.lanes), own(contraction.depth), own(contraction.outer),
          contraction.tileLanes};
}

/// How many leading axes of a parameter's type are rounds of repeats.
size_t roundsOf(ir::ParamOp param) { return StringRef(param.getPath()).count('*'); }

/// The readers of a parameter in kernels, also through the slices of repeats.
void collectReaders(Value value, SmallVectorImpl<OpOperand *> &readers) {
  for (OpOperand &use : value.getUses()) {
    auto repeat = dyn_cast<ir::RepeatOp>(use.getOwner());
    size_t carried = repeat ? repeat.getCarried().size() : 0;
    if (repeat && use.getOperandNumber() >= carried)
      collectReaders(repeat.getBody().front().getArgument(1 + use.getOperandNumber()), readers);
    else
      readers.push_back(&use);
  }
}

/// The panels that a reader wants, nothing where it reads the parameter as it is.
std::optional<Panels> wish(OpOperand &use, Contractions &contractions) {
  auto found = contractions.find(use.getOwner());
  if (found == contractions.end() || found->second.rightForm != "packed")
    return std::nullopt;
  BlockArgument argument =
      cast<ir::KernelOp>(use.getOwner()).getBody().front().getArgument(use.getOperandNumber());
  Value behind = found->second.rightOperand();
  while (auto rename = behind.getDefiningOp<ir::RenameOp>())
    behind = rename.getInput();
  if (behind != argument || !argument.hasOneUse())
    return std::nullopt;
  return panelsOf(found->second);
}

std::optional<Panels> choose(ir::ParamOp param, Contractions &contractions) {
  SmallVector<OpOperand *> readers;
  collectReaders(param.getResult(), readers);
  std::optional<Panels> panels;
  for (OpOperand *use : readers) {
    auto wanted = wish(*use, contractions);
    if (!wanted || (panels && *panels != *wanted)) {
      panels.reset();
      break;
    }
    panels = wanted;
  }
  if (panels)
    return panels;
  bool isWished = false;
  for (OpOperand *use : readers)
    if (wish(*use, contractions)) {
      contractions.find(use->getOwner())->second.rightForm = "staged";
      if (std::exchange(isWished, true))
        continue;
      remark::missed(param.getLoc(), remark::RemarkOpts::name("unpacked").category("lamina-plan"))
          << llvm::formatv("parameter '{0}' is not packed: its readers want it in different "
                           "orders; 'dot' copies it panel by panel in each run",
                           param.getPath())
                 .str();
    }
  return std::nullopt;
}

/// The elements of one round in the layout.
int64_t elementsOfRound(ir::ParamOp param, const std::optional<Panels> &panels) {
  auto type = cast<RankedTensorType>(param.getResult().getType());
  int64_t lane = 1, others = 1;
  SmallVector<ir::Axis> axes = ir::axisList(type);
  for (const ir::Axis &axis : ArrayRef(axes).drop_front(roundsOf(param))) {
    bool isLane = panels && llvm::is_contained(panels->lane, axis.name.getValue());
    (isLane ? lane : others) *= axis.extent;
  }
  return others * (panels ? int64_t(llvm::alignTo(lane, panels->block)) : lane);
}

DictionaryAttr describe(ir::ParamOp param, int64_t offset, int64_t round,
                        const std::optional<Panels> &panels) {
  Builder builder(param.getContext());
  NamedAttrList plan;
  plan.append("offset", builder.getI64IntegerAttr(offset));
  auto type = cast<RankedTensorType>(param.getResult().getType());
  SmallVector<int64_t> rounds(roundsOf(param));
  for (size_t i = rounds.size(); i-- > 0; round *= type.getDimSize(i))
    rounds[i] = round;
  plan.append("rounds", builder.getDenseI64ArrayAttr(rounds));
  if (panels) {
    auto strings = [&](const Names &names) {
      return builder.getStrArrayAttr(
          llvm::map_to_vector(names, [](const std::string &name) { return StringRef(name); }));
    };
    plan.append("lane", strings(panels->lane));
    plan.append("depth", strings(panels->depth));
    plan.append("outer", strings(panels->outer));
    plan.append("block", builder.getI64IntegerAttr(panels->block));
  }
  return plan.getDictionary(param.getContext());
}

} // namespace

int64_t layOutParams(ir::ModelOp model, Contractions &contractions) {
  int64_t offset = kHead;
  model.walk([&](ir::ParamOp param) {
    std::optional<Panels> panels = choose(param, contractions);
    int64_t round = elementsOfRound(param, panels) * elementBytes(param.getResult().getType());
    auto type = cast<RankedTensorType>(param.getResult().getType());
    offset = llvm::alignTo(offset, kAlignment);
    param->setAttr("plan", describe(param, offset, round, panels));
    for (size_t i = 0; i < roundsOf(param); ++i)
      round *= type.getDimSize(i);
    offset += round;
  });
  return llvm::alignTo(offset, kAlignment);
}

} // namespace lamina::plan
