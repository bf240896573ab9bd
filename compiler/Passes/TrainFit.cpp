// Cuts a program at its reductions over the batch: a reduction whose operand needs the result of
// another one belongs to a later pass.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/TrainFit.h"

#include "compiler/Passes/TrainStep.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace lamina::train {
namespace {

using ir::ReduceKind;

bool names(Attribute attribute, StringRef axis) {
  if (auto text = dyn_cast<StringAttr>(attribute))
    return text.getValue() == axis;
  auto list = dyn_cast<ArrayAttr>(attribute);
  return list && llvm::any_of(list, [&](Attribute one) { return names(one, axis); });
}

bool namesBatch(Operation *op) {
  return llvm::any_of(op->getAttrs(), [](NamedAttribute attribute) {
    return names(attribute.getValue(), ir::kBatchAxis);
  });
}

void replace(Operation *op, Value by) {
  Value result = op->getResult(0);
  if (by.getType() != result.getType()) {
    OpBuilder builder(op);
    ArrayAttr none = builder.getArrayAttr({});
    by = ir::RearrangeOp::create(builder, op->getLoc(), result.getType(), by, none, none, none,
                                 ArrayRef<int64_t>());
  }
  result.replaceAllUsesWith(by);
  op->erase();
}

/// Writes means, variances, norms and the like over the batch as sums and maxima.
class SpellOut {
public:
  /// `rows` samples in all; where it is none, only the form of the program matters.
  explicit SpellOut(int64_t rows) : rows(rows) {}

  void run(ir::ModelOp model) {
    SmallVector<Operation *> ops;
    model->walk([&](Operation *op) {
      if (isa<ir::ReduceOp, ir::StandardizeOp>(op) && namesBatch(op))
        ops.push_back(op);
    });
    for (Operation *op : ops)
      if (auto reduce = dyn_cast<ir::ReduceOp>(op))
        spell(reduce);
      else
        spell(cast<ir::StandardizeOp>(op));
  }

private:
  Value mean(ir::TensorBuilder &b, Value x, ArrayRef<StringRef> axes) {
    double count = double(rows);
    for (StringRef name : axes)
      if (name != ir::kBatchAxis)
        count *= double(ir::extentOf(ir::typeOf(x), name));
    return b.mul(b.reduce(ReduceKind::Sum, x, axes), 1 / count);
  }

  Value variance(ir::TensorBuilder &b, Value x, ArrayRef<StringRef> axes) {
    Value apart = b.sub(x, mean(b, x, axes));
    return mean(b, b.mul(apart, apart), axes);
  }

  void spell(ir::ReduceOp op) {
    OpBuilder builder(op);
    ir::TensorBuilder b(builder, op.getLoc());
    Value x = op.getInput();
    SmallVector<StringRef> axes(op.getAxes().getAsValueRange<StringAttr>());
    switch (op.getKind()) {
    case ReduceKind::Mean:
      return replace(op, mean(b, x, axes));
    case ReduceKind::Var:
      return replace(op, variance(b, x, axes));
    case ReduceKind::Norm:
      return replace(op,
                     b.unary(ir::UnaryKind::Sqrt, b.reduce(ReduceKind::Sum, b.mul(x, x), axes)));
    case ReduceKind::LogSumExp: {
      Value most = b.reduce(ReduceKind::Max, x, axes);
      Value sum = b.reduce(ReduceKind::Sum, b.unary(ir::UnaryKind::Exp, b.sub(x, most)), axes);
      return replace(op, b.add(most, b.unary(ir::UnaryKind::Log, sum)));
    }
    default:
      return;
    }
  }

  void spell(ir::StandardizeOp op) {
    OpBuilder builder(op);
    ir::TensorBuilder b(builder, op.getLoc());
    Value x = op.getInput();
    SmallVector<StringRef> axes(op.getAxes().getAsValueRange<StringAttr>());
    Value apart = b.sub(x, mean(b, x, axes));
    Value shifted =
        b.binary(ir::BinaryKind::Add, variance(b, x, axes), op.getEps().convertToDouble());
    replace(op, b.div(apart, b.unary(ir::UnaryKind::Sqrt, shifted)));
  }

  int64_t rows;
};

/// How two parts of a reduction over the batch are merged; nothing where they cannot be.
std::optional<ReduceKind> mergeOf(Operation *op) {
  if (isa<ir::DotOp>(op))
    return ReduceKind::Sum;
  auto reduce = dyn_cast<ir::ReduceOp>(op);
  if (!reduce)
    return std::nullopt;
  switch (reduce.getKind()) {
  case ReduceKind::Sum:
  case ReduceKind::Prod:
  case ReduceKind::Max:
  case ReduceKind::Min:
  case ReduceKind::Any:
  case ReduceKind::All:
    return reduce.getKind();
  default:
    return std::nullopt;
  }
}

bool hasBatch(Value value) { return ir::hasAxis(ir::typeOf(value), ir::kBatchAxis); }

/// The reductions over the batch of a program, each with its pass.
class Cut {
public:
  /// Whether every op along the batch is a reduction that can be merged.
  bool read(ir::ModelOp model) {
    for (Operation &op : model.getBody().front().without_terminator()) {
      size_t pass = 0;
      llvm::SetVector<Value> read(op.operand_begin(), op.operand_end());
      for (Region &region : op.getRegions())
        getUsedValuesDefinedAbove(region, read);
      for (Value value : read)
        pass = std::max(pass, passes.lookup(value));
      bool isInside = false; // of a repeat, which no cut goes through
      op.walk([&](Operation *inner) {
        isInside |= (inner != &op && namesBatch(inner)) || isa<ir::DrawOp>(inner);
      });
      const bool isCut = namesBatch(&op);
      if (isInside || (isCut && !mergeOf(&op)))
        return false;
      if (isCut) {
        reductions.push_back({&op, pass});
        count = std::max(count, pass + 1);
      }
      for (Value result : op.getResults())
        passes[result] = isCut ? pass + 1 : pass;
    }
    return llvm::none_of(model.getBody().front().getTerminator()->getOperands(), hasBatch);
  }

  std::vector<std::pair<Operation *, size_t>> reductions;
  size_t count = 0;

private:
  DenseMap<Value, size_t> passes;
};

void eraseDead(Block &body) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
    if (isa<ir::TapOp, ir::AssignOp>(op) || isOpTriviallyDead(&op))
      op.erase();
}

/// Drops the inputs that nothing reads.
void eraseInputs(ir::ModelOp model) {
  Block &body = model.getBody().front();
  SmallVector<Attribute> inputs;
  SmallVector<bool> shared;
  for (unsigned i = 0, n = 0, count = body.getNumArguments(); i < count; ++i) {
    if (body.getArgument(n).use_empty()) {
      body.eraseArgument(n);
      continue;
    }
    inputs.push_back(model.getInputNames()[i]);
    shared.push_back(model.getShared()[i]);
    ++n;
  }
  model.setInputNamesAttr(ArrayAttr::get(model.getContext(), inputs));
  model.setShared(shared);
}

void addInput(ir::ModelOp model, StringRef name, Value instead) {
  SmallVector<Attribute> inputs(model.getInputNames().getValue());
  inputs.push_back(StringAttr::get(model.getContext(), name));
  model.setInputNamesAttr(ArrayAttr::get(model.getContext(), inputs));
  SmallVector<bool> shared(model.getShared());
  shared.push_back(true);
  model.setShared(shared);
  instead.replaceAllUsesWith(
      model.getBody().front().addArgument(instead.getType(), instead.getLoc()));
}

} // namespace

std::optional<size_t> countFitPasses(ir::ModelOp model) {
  eraseDead(model.getBody().front());
  SpellOut(1).run(model);
  Cut cut;
  return cut.read(model) ? std::optional(cut.count) : std::nullopt;
}

std::vector<FitPart> cutFitPass(ir::ModelOp model, size_t pass, int64_t batch, int64_t rows) {
  Block &body = model.getBody().front();
  eraseDead(body);
  SpellOut(rows).run(model);
  Cut cut;
  cut.read(model);
  std::vector<FitPart> parts;
  SmallVector<Value> kept;
  SmallVector<Attribute> outputs;
  for (auto [i, reduction] : llvm::enumerate(cut.reductions)) {
    auto [op, own] = reduction;
    const std::string name = std::to_string(i);
    if (own == pass) {
      kept.push_back(op->getResult(0));
      outputs.push_back(StringAttr::get(model.getContext(), name));
      parts.push_back({*mergeOf(op)});
    } else if (own < pass) {
      addInput(model, name, op->getResult(0));
    }
  }
  if (pass < cut.count) {
    body.getTerminator()->setOperands(kept);
    model.setOutputNamesAttr(ArrayAttr::get(model.getContext(), outputs));
  }
  eraseDead(body);
  eraseInputs(model);
  makeBatchStatic(model, batch);
  return parts;
}

} // namespace lamina::train
