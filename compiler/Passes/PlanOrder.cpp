// The order of each value's axes in memory.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/PlanOrder.h"

#include "dialect/Sparse.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace lamina::plan {
namespace {

Names namesOf(Value value) {
  Names names;
  for (StringAttr name : ir::axisNames(cast<RankedTensorType>(value.getType())))
    names.push_back(name.str());
  return names;
}

/// Retypes `value`: the same axes in the order of `names`, those that it does not list last.
void setOrder(Value value, const Names &names) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<ir::Axis> axes;
  Names order(names);
  putBatchFirst(order);
  for (const std::string &name : order)
    if (auto axis = ir::findAxis(type, name))
      axes.push_back(*axis);
  for (const ir::Axis &axis : ir::axisList(type))
    if (!llvm::is_contained(names, axis.name.getValue()))
      axes.push_back(axis);
  value.setType(ir::tensorType(axes, type.getElementType()));
}

void replaceIn(Names &names, StringRef name, ArrayRef<std::string> by) {
  auto *found = llvm::find(names, name);
  if (found == names.end())
    return;
  found = names.erase(found);
  names.insert(found, by.begin(), by.end());
}

/// The order in which an op's result comes about when it walks its operands in theirs.
class NaturalOrder {
public:
  NaturalOrder(ir::KernelOp kernel, ir::TargetAttr target) : kernel(kernel), target(target) {}

  Names of(Operation *op) {
    return TypeSwitch<Operation *, Names>(op)
        .Case<ir::DotOp>([&](ir::DotOp dot) {
          return kernel.getKind() == ir::KernelKind::Contraction
                     ? resultOrder(planContraction(kernel, target))
                     : sparseOrder(dot);
        })
        .Case<ir::RenameOp, ir::TakeOp, ir::WindowOp, ir::RearrangeOp, ir::ReduceOp, ir::GatherOp,
              ir::OneHotOp, ir::ExpandOp>([&](auto concrete) { return order(concrete); })
        .Case<ir::ScatterAddOp, ir::ConstantOp, ir::IndexOp, ir::ExtentOp>(
            [](Operation *other) { return namesOf(other->getResult(0)); })
        .Default([](Operation *other) { return aligned(other); });
  }

private:
  /// Of ops that align their operands by name: the largest operand's order, then what it lacks.
  static Names aligned(Operation *op) {
    Names largest;
    for (Value operand : op->getOperands())
      if (Names names = namesOf(operand); names.size() > largest.size())
        largest = names;
    return largest;
  }

  /// With a sparse operand: its axes, then whole rows of the dense one.
  static Names sparseOrder(ir::DotOp op) {
    const unsigned sparse = ir::sparseOperand(op)->getOperandNumber();
    Names names;
    for (Value operand : {op->getOperand(sparse), op->getOperand(1 - sparse)})
      for (const std::string &name : namesOf(operand))
        if (ir::hasAxis(op.getType(), name) && !llvm::is_contained(names, name))
          names.push_back(name);
    return names;
  }

  static Names order(ir::RenameOp op) {
    Names names = namesOf(op.getInput());
    for (std::string &name : names)
      for (auto [from, to] : llvm::zip_equal(op.getFrom().getAsValueRange<StringAttr>(),
                                             op.getTo().getAsValueRange<StringAttr>()))
        if (name == from) {
          name = to.str();
          break;
        }
    return names;
  }

  static Names order(ir::TakeOp op) {
    Names names = namesOf(op.getInput());
    llvm::erase(names, op.getAxis());
    return names;
  }

  static Names order(ir::WindowOp op) {
    Names names = namesOf(op.getInput());
    replaceIn(names, op.getAxis(), {op.getOut().str(), op.getKernel().str()});
    return names;
  }

  static Names order(ir::ReduceOp op) {
    Names names = namesOf(op.getInput());
    for (auto axis : op.getAxes().getAsValueRange<StringAttr>())
      llvm::erase(names, axis);
    return names;
  }

  static Names order(ir::GatherOp op) {
    Names names = namesOf(op.getTable()), made;
    for (const std::string &name : namesOf(op.getIndex()))
      if (!llvm::is_contained(names, name) || name == op.getAxis())
        made.push_back(name);
    replaceIn(names, op.getAxis(), made);
    return names;
  }

  static Names order(ir::OneHotOp op) {
    Names names = namesOf(op.getIndex());
    names.push_back(op.getAxis().str());
    return names;
  }

  /// Repeated axes are the slowest, so that rows stay whole.
  static Names order(ir::ExpandOp op) {
    Names input = namesOf(op.getInput()), names;
    for (const std::string &name : namesOf(op.getResult()))
      if (!llvm::is_contained(input, name))
        names.push_back(name);
    llvm::append_range(names, input);
    return names;
  }

  /// Parts stand in place of their axis, a merged axis in place of its fastest part.
  static Names order(ir::RearrangeOp op) {
    if (op.getFrom().empty())
      return namesOf(op.getInput());
    auto text = [](Attribute attribute) { return cast<StringAttr>(attribute).str(); };
    Names names = namesOf(op.getInput());
    for (Attribute attribute : op.getFrom()) {
      auto group = cast<ArrayAttr>(attribute);
      if (group.size() > 1)
        replaceIn(names, text(group[0]), llvm::map_to_vector(group.getValue().drop_front(), text));
    }
    for (Attribute attribute : op.getTo()) {
      auto group = cast<ArrayAttr>(attribute);
      if (group.size() == 1)
        continue;
      auto parts = llvm::map_to_vector(group.getValue().drop_front(), text);
      replaceIn(names, parts.back(), {text(group[0])});
      for (const std::string &part : ArrayRef(parts).drop_back())
        llvm::erase(names, part);
    }
    return names;
  }

  ir::KernelOp kernel;
  ir::TargetAttr target;
};

class Orderer {
public:
  explicit Orderer(ir::TargetAttr target) : target(target) {}

  void orderBlock(Block &block) {
    for (Operation &op : block) {
      if (auto kernel = dyn_cast<ir::KernelOp>(op))
        orderKernel(kernel);
      else if (auto repeat = dyn_cast<ir::RepeatOp>(op))
        orderRepeat(repeat);
    }
  }

private:
  /// Whether a reader fixes the order of a kernel's result: the model's signature or the next round
  /// of a repeat.
  static std::optional<Type> fixedType(OpResult result) {
    for (OpOperand &use : result.getUses())
      if (isa<ir::YieldOp>(use.getOwner())) {
        auto repeat = dyn_cast<ir::RepeatOp>(use.getOwner()->getParentOp());
        if (!repeat)
          return result.getType();
        if (use.getOperandNumber() < repeat.getCarried().size())
          return repeat.getCarried()[use.getOperandNumber()].getType();
      }
    return std::nullopt;
  }

  /// Whether an elementwise kernel makes its result of scalars and values along one axis, so that
  /// no order of its axes suits it more than others: readers expect that of its type.
  static bool isOfAnyOrder(ir::KernelOp kernel, OpResult result) {
    auto rankOf = [](Value value) { return cast<RankedTensorType>(value.getType()).getRank(); };
    return kernel.getKind() == ir::KernelKind::Elementwise && rankOf(result) > 1 &&
           llvm::all_of(kernel.getInputs(), [&](Value input) { return rankOf(input) <= 1; });
  }

  void orderKernel(ir::KernelOp kernel) {
    Block &body = kernel.getBody().front();
    for (auto [argument, input] : llvm::zip_equal(body.getArguments(), kernel.getInputs()))
      argument.setType(input.getType());
    NaturalOrder natural(kernel, target);
    for (Operation &op : body.without_terminator())
      for (OpResult result : op.getResults())
        setOrder(result, natural.of(&op));
    for (OpResult result : kernel->getResults()) {
      Value yielded = body.getTerminator()->getOperand(result.getResultNumber());
      auto fixed = fixedType(result);
      if (!fixed && isOfAnyOrder(kernel, result))
        fixed = result.getType();
      if (fixed) {
        result.setType(*fixed);
        yieldInOrder(body, result.getResultNumber(), *fixed);
      } else {
        result.setType(yielded.getType());
      }
    }
  }

  /// Makes the body yield value `i` in the order of `type`: an op walks its result in any order,
  /// what only passes through is reordered by an op of its own.
  static void yieldInOrder(Block &body, unsigned i, Type type) {
    Operation *yield = body.getTerminator();
    Value value = yield->getOperand(i);
    if (!isa<BlockArgument>(value)) {
      value.setType(cast<RankedTensorType>(type));
      return;
    }
    if (value.getType() == type)
      return;
    OpBuilder builder(yield);
    yield->setOperand(i, ir::RearrangeOp::create(builder, yield->getLoc(), type, value,
                                                 builder.getArrayAttr({}), builder.getArrayAttr({}),
                                                 builder.getStrArrayAttr({}),
                                                 builder.getDenseI64ArrayAttr({})));
  }

  void orderRepeat(ir::RepeatOp repeat) {
    Block &body = repeat.getBody().front();
    size_t carried = repeat.getCarried().size();
    for (size_t i = 0; i < carried; ++i) {
      body.getArgument(1 + i).setType(repeat.getCarried()[i].getType());
      repeat.getResult(i).setType(repeat.getCarried()[i].getType());
    }
    for (auto [i, stacked] : llvm::enumerate(repeat.getStacked()))
      body.getArgument(1 + carried + i)
          .setType(ir::withoutAxis(cast<RankedTensorType>(stacked.getType()), repeat.getName()));
    orderBlock(body);
    Operation *yield = body.getTerminator();
    for (size_t i = carried; i < repeat.getNumResults(); ++i) {
      Names names = namesOf(yield->getOperand(i));
      names.insert(names.begin(), repeat.getName().str());
      setOrder(repeat.getResult(i), names);
    }
  }

  ir::TargetAttr target;
};

} // namespace

void orderValues(ir::ModelOp model, ir::TargetAttr target) {
  Orderer(target).orderBlock(model.getBody().front());
}

} // namespace lamina::plan
