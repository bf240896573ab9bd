// lamina-plan: memory order, layouts, tiles and offsets.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Passes.h"
#include "compiler/Passes/PlanMemory.h"
#include "compiler/Passes/PlanOrder.h"
#include "compiler/Passes/PlanThreads.h"
#include "compiler/Passes/Refusal.h"

namespace lamina {
#define GEN_PASS_DEF_PLANPASS
#include "compiler/Passes/Passes.h.inc"

namespace {
using namespace mlir;

ArrayAttr strings(Builder &builder, const plan::Names &names) {
  return builder.getStrArrayAttr(
      llvm::map_to_vector(names, [](const std::string &name) { return StringRef(name); }));
}

/// Writes the choices of a contraction on its kernel.
void describe(ir::KernelOp kernel, const plan::Contraction &contraction) {
  Builder builder(kernel.getContext());
  NamedAttrList entries(kernel.getPlanAttr());
  entries.set("left", builder.getI64IntegerAttr(contraction.left));
  entries.set("right", builder.getI64IntegerAttr(1 - contraction.left));
  entries.set("left_form", builder.getStringAttr(contraction.leftForm));
  entries.set("right_form", builder.getStringAttr(contraction.rightForm));
  entries.set("rows", strings(builder, contraction.rows));
  entries.set("lanes", strings(builder, contraction.lanes));
  entries.set("depth", strings(builder, contraction.depth));
  entries.set("outer", strings(builder, contraction.outer));
  entries.set("tile_rows", builder.getI64IntegerAttr(contraction.tileRows));
  entries.set("tile_lanes", builder.getI64IntegerAttr(contraction.tileLanes));
  entries.set("block_rows", builder.getI64IntegerAttr(contraction.blockRows));
  if (contraction.leftRows > 0)
    entries.set("left_rows", builder.getI64IntegerAttr(contraction.leftRows));
  if (contraction.ahead > 0)
    entries.set("ahead", builder.getI64IntegerAttr(contraction.ahead));
  kernel.setPlanAttr(entries.getDictionary(kernel.getContext()));
}

/// The axis that vectors run along: the fastest one that has several positions.
std::string laneOf(RankedTensorType type) {
  SmallVector<ir::Axis> axes = ir::axisList(type);
  for (const ir::Axis &axis : llvm::reverse(axes))
    if (axis.extent > 1)
      return axis.name.str();
  return "";
}

void describeLane(ir::KernelOp kernel) {
  Builder builder(kernel.getContext());
  NamedAttrList entries(kernel.getPlanAttr());
  RankedTensorType type;
  if (kernel.getKind() == ir::KernelKind::Rowwise)
    for (Operation &op : kernel.getBody().front())
      if (!type && isa<ir::ReduceOp, ir::SoftmaxOp, ir::StandardizeOp>(op))
        type = cast<RankedTensorType>(op.getOperand(0).getType());
  if (!type)
    type = cast<RankedTensorType>(kernel.getResult(0).getType());
  entries.set("lane", builder.getStringAttr(laneOf(type)));
  kernel.setPlanAttr(entries.getDictionary(kernel.getContext()));
}

/// Tiles of rows that one sample alone gives a contraction.
int64_t tilesOfSample(const plan::Contraction &contraction) {
  int64_t rows = 1;
  auto type = cast<RankedTensorType>(contraction.leftOperand().getType());
  for (const std::string &name : contraction.rows)
    if (auto axis = ir::findAxis(type, name); axis && name != ir::kBatchAxis)
      rows *= axis->bound ? axis->bound : axis->extent;
  return rows / contraction.tileRows;
}

/// Weights that L2 cannot keep come from further away at each pass: the next panel is fetched while
/// the one before it is in use, by as many tiles of rows as leave the arithmetic undisturbed.
void fetchAhead(plan::Contractions &contractions, int64_t packed, ir::TargetAttr target) {
  constexpr int64_t kFewestTiles = 4, kMostTiles = 16;
  if (packed <= target.getL2())
    return;
  for (auto &[kernel, contraction] : contractions) {
    if (contraction.rightForm != "packed")
      continue;
    int64_t tiles = std::clamp(tilesOfSample(contraction), kFewestTiles, kMostTiles);
    contraction.ahead = std::min<int64_t>(llvm::bit_floor(uint64_t(tiles)), contraction.tileLanes);
  }
}

void describe(ir::ModelOp model, ir::TargetAttr target, const plan::Sizes &sizes,
              const plan::Threads &threads, int64_t packed) {
  Builder builder(model.getContext());
  NamedAttrList entries;
  auto set = [&](StringRef key, int64_t value) {
    entries.set(key, builder.getI64IntegerAttr(value));
  };
  set("tile", sizes.tile);
  set("workspace_one", sizes.workspaceOne);
  set("workspace_rows", sizes.workspaceRows);
  set("packed", packed);
  if (target.getThreads()) {
    set("threads", plan::kMostThreads);
    set("work", threads.work);
    set("apart", threads.apart);
  }
  model->setAttr("plan", entries.getDictionary(model.getContext()));
}

void planModel(ir::ModelOp model, ir::TargetAttr target) {
  plan::orderValues(model, target);
  plan::separateSlots(model);
  plan::Contractions contractions;
  model.walk([&](ir::KernelOp kernel) {
    describeLane(kernel);
    if (kernel.getKind() == ir::KernelKind::Contraction)
      contractions[kernel] = plan::planContraction(kernel, target);
  });
  int64_t packed = plan::layOutParams(model, contractions);
  fetchAhead(contractions, packed, target);
  plan::Sizes sizes = plan::placeValues(model, target, contractions, packed);
  for (auto &[kernel, contraction] : contractions)
    describe(cast<ir::KernelOp>(kernel), contraction);
  plan::Threads threads = plan::planThreads(model, target, contractions, packed);
  describe(model, target, sizes, threads, packed);
}

/// Whether an op goes along a batch of run-time extent, of which no kernel sees all.
bool worksAlongBatch(Operation *op) {
  auto axes = op->getAttrOfType<ArrayAttr>("axes");
  if (!axes || !isa<ir::DotOp, ir::ReduceOp, ir::SoftmaxOp, ir::StandardizeOp>(op))
    return false;
  auto type = cast<RankedTensorType>(op->getOperand(0).getType());
  auto batch = StringAttr::get(op->getContext(), ir::kBatchAxis);
  return llvm::is_contained(axes, batch) && ShapedType::isDynamic(ir::extentOf(type, batch));
}

LogicalResult refuseBatchStatistics(ModuleOp module) {
  WalkResult found = module.walk([&](Operation *op) {
    if (!worksAlongBatch(op))
      return WalkResult::advance();
    module->setAttr(kRefusedAttr, UnitAttr::get(module.getContext()));
    op->emitError()
        << "'" << op->getName().stripDialect()
        << "' works along 'batch', of which compiled code sees a tile at a time; statistics "
           "over the batch are for training and for the interpreter";
    return WalkResult::interrupt();
  });
  return failure(found.wasInterrupted());
}

struct PlanPass : impl::PlanPassBase<PlanPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto target = module->getAttrOfType<ir::TargetAttr>("lamina.target");
    if (!target) {
      module.emitError("the module has no 'lamina.target' to plan for");
      return signalPassFailure();
    }
    if (failed(refuseBatchStatistics(module)))
      return signalPassFailure();
    module.walk([&](ir::ModelOp model) {
      planModel(model, target);
      return WalkResult::skip();
    });
  }
};

} // namespace
} // namespace lamina
