// Folding of constant expressions: whole trees at once, so that a tree rounds once and not at each
// of its ops.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/SimplifyConstants.h"

#include "compiler/Interpreter/Interpreter.h"
#include "dialect/Lamina.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/SetVector.h"

namespace lamina {
using namespace mlir;
using interpreter::Tensor;

namespace {
/// The constant expressions of a region, found in one walk: an op is one if its operands are.
class ConstantFolder {
public:
  ConstantFolder(int64_t maxElements, RewriterBase &rewriter)
      : maxElements(maxElements), rewriter(rewriter) {}

  void collect(Operation *op);
  void replaceRoots();

private:
  bool fits(Operation *op);
  bool isRoot(Operation *op);
  const Tensor *valueOf(Value value);
  void replace(Operation *op);

  int64_t maxElements;
  RewriterBase &rewriter;
  llvm::SetVector<Operation *> constants;
  DenseMap<Value, Tensor> values;
};
} // namespace

/// An op that the interpreter evaluates from its operands alone.
static bool isEvaluated(Operation *op) {
  return isa_and_nonnull<ir::LaminaDialect>(op->getDialect()) && isMemoryEffectFree(op) &&
         op->getNumRegions() == 0 && op->getNumResults() == 1 &&
         !isa<ir::ParamOp, ir::RandomOp>(op);
}

bool ConstantFolder::fits(Operation *op) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  if (!type.hasStaticShape())
    return false;
  int64_t size = 1;
  for (int64_t extent : type.getShape())
    if (llvm::MulOverflow(size, extent, size) || size > maxElements) {
      remark::missed(op->getLoc(), remark::RemarkOpts::name("unfolded").category("lamina-simplify"))
          << remark::add("a constant of more than {0} elements", maxElements);
      return false;
    }
  return true;
}

void ConstantFolder::collect(Operation *op) {
  auto isConstant = [&](Value value) {
    return value.getDefiningOp() && constants.contains(value.getDefiningOp());
  };
  if (isEvaluated(op) && llvm::all_of(op->getOperands(), isConstant) && fits(op))
    constants.insert(op);
}

/// Whether folding ends at `op`: something else uses it, and it is more than a position or a
/// repetition.
bool ConstantFolder::isRoot(Operation *op) {
  if (isa<ir::ConstantOp, ir::IndexOp, ir::ExpandOp>(op))
    return false;
  return llvm::any_of(op->getUsers(), [&](Operation *user) {
    return !constants.contains(user) || isa<ir::ExpandOp>(user);
  });
}

/// The value of a constant expression, unrounded; null where its computation fails.
const Tensor *ConstantFolder::valueOf(Value value) {
  if (auto found = values.find(value); found != values.end())
    return &found->second;
  Operation *op = value.getDefiningOp();
  // References into a map do not survive its growth: the operands' values come first, then their
  // addresses.
  for (Value operand : op->getOperands())
    if (!valueOf(operand))
      return nullptr;
  std::vector<const Tensor *> operands;
  for (Value operand : op->getOperands())
    operands.push_back(&values.find(operand)->second);
  llvm::Expected<std::vector<Tensor>> results = interpreter::evaluate(op, operands);
  if (!results) {
    std::string why = llvm::toString(results.takeError());
    remark::missed(op->getLoc(), remark::RemarkOpts::name("unfolded").category("lamina-simplify"))
        << remark::add("{0}", why);
    return nullptr;
  }
  return &(values[value] = std::move(results->front()));
}

/// The elements in the type's own precision; a splat if all are the same bits.
static DenseElementsAttr elementsOf(const Tensor &tensor, RankedTensorType type) {
  SmallVector<Attribute> elements;
  Type element = type.getElementType();
  for (int64_t i = 0, n = type.getNumElements(); i < n; ++i) {
    if (auto real = dyn_cast<FloatType>(element))
      elements.push_back(FloatAttr::get(real, tensor.reals[i]));
    else
      elements.push_back(IntegerAttr::get(element, tensor.integers[i]));
  }
  return DenseElementsAttr::get(type, elements);
}

void ConstantFolder::replace(Operation *op) {
  const Tensor *value = valueOf(op->getResult(0));
  if (!value)
    return;
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  rewriter.setInsertionPoint(op);
  auto constant = ir::ConstantOp::create(rewriter, op->getLoc(), type, elementsOf(*value, type));
  rewriter.replaceAllUsesWith(op->getResult(0), constant.getResult());
}

void ConstantFolder::replaceRoots() {
  SmallVector<Operation *> roots = llvm::to_vector(
      llvm::make_filter_range(constants, [&](Operation *op) { return isRoot(op); }));
  // From the last on, so that no value is asked for after an operand of it was replaced.
  for (Operation *op : llvm::reverse(roots))
    replace(op);
}

void foldConstants(Operation *root, int64_t maxElements, RewriterBase &rewriter) {
  ConstantFolder folder(maxElements, rewriter);
  // Operands stand before their users, also across regions: the walk meets them first.
  root->walk<WalkOrder::PreOrder>([&](Operation *op) { folder.collect(op); });
  folder.replaceRoots();
}

} // namespace lamina
