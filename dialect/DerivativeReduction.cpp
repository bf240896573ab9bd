// Derivatives of contractions, reductions and normalisations.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/Adjoint.h"
#include "dialect/Sparse.h"

using namespace mlir;
using namespace lamina::ir;

/// d a = Σ dy b over the axes of b that a lacks.
static void addFactor(DotOp op, Value operand, Value other, Adjoint &adjoint) {
  if (!adjoint.wants(operand))
    return;
  SmallVector<StringRef> summed;
  for (StringAttr name : axisNames(typeOf(other)))
    if (!hasAxis(typeOf(operand), name))
      summed.push_back(name.getValue());
  Value dy = adjoint.full(op.getResult());
  Value derivative = adjoint.build.dot(dy, other, summed);
  const OpOperand *sparse = sparseOperand(op);
  if (auto dot = derivative.getDefiningOp<DotOp>(); dot && sparse && sparse->get() == other)
    setSparse(dot, 1);
  adjoint.add(operand, derivative);
}

void DotOp::buildAdjoint(Adjoint &adjoint) {
  addFactor(*this, getLhs(), getRhs(), adjoint);
  addFactor(*this, getRhs(), getLhs(), adjoint);
}

// --- reduce --------------------------------------------------------------------------------------

/// The number of elements that an op reduces to one.
static double countOf(ReduceOp op) {
  double count = 1;
  for (StringRef name : namesOf(op.getAxes()))
    count *= double(extentOf(op.getInput().getType(), name));
  return count;
}

static bool reducesRunTimeExtent(ReduceOp op) {
  return llvm::any_of(namesOf(op.getAxes()), [&](StringRef name) {
    return ShapedType::isDynamic(extentOf(op.getInput().getType(), name));
  });
}

/// 1 / count; where the count is known at run time only, computed.
static Value overCount(ReduceOp op, Value dy, TensorBuilder &b) {
  if (!reducesRunTimeExtent(op))
    return b.mul(dy, 1 / countOf(op));
  for (StringRef name : namesOf(op.getAxes())) {
    Value extent = ExtentOp::create(b.builder, b.location, scalarType(b.builder.getI64Type()),
                                    op.getInput(), name);
    dy = b.div(dy, b.cast(extent, b.elementOf(dy)));
  }
  return dy;
}

namespace {

/// The input of a reduction with the reduced axes as one.
struct MergedInput {
  Value line;
  std::string merged;      ///< the axis' name
  SmallVector<Axis> parts; ///< what it is made of
};

} // namespace

static MergedInput mergedInput(ReduceOp op, Value dy, TensorBuilder &b) {
  MergedInput result;
  SmallVector<StringRef> axes = namesOf(op.getAxes());
  for (StringRef name : axes)
    result.parts.push_back(*findAxis(op.getInput().getType(), name));
  result.merged = Adjoint::freshName("merged", {op.getInput(), dy});
  result.line = b.merge(op.getInput(), axes, result.merged);
  return result;
}

/// The whole cotangent to the first of the equal largest (smallest) elements.
static Value ofExtreme(ReduceOp op, Value dy, Adjoint &adjoint) {
  TensorBuilder &b = adjoint.build;
  auto [line, merged, parts] = mergedInput(op, dy, b);
  bool isMin = op.getKind() == ReduceKind::Min;
  Value place = b.reduce(ReduceKind::ArgMax, isMin ? b.neg(line) : line, {merged});
  Value isFirst = b.binary(BinaryKind::Eq, b.index(*findAxis(typeOf(line), merged)), place);
  Value there = b.where(isFirst, dy, b.constant(0, b.elementOf(dy)));
  return b.split(there, merged, parts);
}

/// The product of all other elements, for each: of those before and those after, so that zeros do
/// no harm.
static Value ofProduct(ReduceOp op, Value dy, Adjoint &adjoint) {
  TensorBuilder &b = adjoint.build;
  auto [line, merged, parts] = mergedInput(op, dy, b);
  auto productBefore = [&](Value x) {
    return b.shift(b.cumulate(CumulateKind::Prod, x, merged), merged, 1, 1.0);
  };
  Value before = productBefore(line);
  Value after = b.flip(productBefore(b.flip(line, merged)), merged);
  return b.mul(b.split(b.mul(before, after), merged, parts), dy);
}

static Value ofNorm(ReduceOp op, Value dy, TensorBuilder &b) {
  Value norm = op.getResult(), zero = b.constant(0, b.elementOf(dy));
  Value scale = b.where(b.binary(BinaryKind::Eq, norm, 0.0), zero, b.div(dy, norm));
  return b.mul(op.getInput(), scale);
}

void ReduceOp::buildAdjoint(Adjoint &adjoint) {
  TensorBuilder &b = adjoint.build;
  Value x = getInput(), dy = adjoint.of(getResult());
  switch (getKind()) {
  case ReduceKind::Sum:
    return adjoint.add(x, dy);
  case ReduceKind::Mean:
    return adjoint.add(x, overCount(*this, dy, b));
  case ReduceKind::Max:
  case ReduceKind::Min:
    return adjoint.add(x, ofExtreme(*this, dy, adjoint));
  case ReduceKind::Prod:
    return adjoint.add(x, ofProduct(*this, dy, adjoint));
  case ReduceKind::Var: {
    Value mean = b.reduce(ReduceKind::Mean, x, namesOf(getAxes()));
    return adjoint.add(x, b.mul(b.sub(x, mean), overCount(*this, b.mul(dy, 2), b)));
  }
  case ReduceKind::LogSumExp:
    return adjoint.add(x, b.mul(b.softmax(x, getAxes()), dy));
  case ReduceKind::Norm:
    return adjoint.add(x, ofNorm(*this, dy, b));
  case ReduceKind::Any:
  case ReduceKind::All:
  case ReduceKind::ArgMax:
    return;
  }
}

// --- what normalises -----------------------------------------------------------------------------

void SoftmaxOp::buildAdjoint(Adjoint &adjoint) {
  TensorBuilder &b = adjoint.build;
  Value y = getResult(), dy = adjoint.of(y);
  SmallVector<StringRef> axes = namesOf(getAxes());
  if (getLog()) {
    Value total = adjoint.sumOver(dy, axes, y);
    return adjoint.add(getInput(), b.sub(dy, b.mul(b.unary(UnaryKind::Exp, y), total)));
  }
  Value weighted = b.reduce(ReduceKind::Sum, b.mul(dy, y), axes);
  adjoint.add(getInput(), b.mul(y, b.sub(dy, weighted)));
}

void StandardizeOp::buildAdjoint(Adjoint &adjoint) {
  TensorBuilder &b = adjoint.build;
  Value x = getInput(), y = getResult(), dy = adjoint.of(y);
  SmallVector<StringRef> axes = namesOf(getAxes());
  Value variance = b.reduce(ReduceKind::Var, x, axes);
  Value scale =
      b.unary(UnaryKind::Rsqrt, b.binary(BinaryKind::Add, variance, getEps().convertToDouble()));
  Value along = b.reduce(ReduceKind::Mean, b.mul(dy, y), axes);
  Value centred = b.sub(dy, adjoint.meanOver(dy, axes));
  adjoint.add(x, b.mul(scale, b.sub(centred, b.mul(y, along))));
}

/// d x_j = Σ_i dy_i Π_{k ≤ i, k ≠ j} x_k, from a table of the products: quadratic, but right for
/// zeros.
static Value ofRunningProduct(CumulateOp op, Value dy, TensorBuilder &b) {
  StringRef axis = op.getAxis();
  Axis along = *findAxis(op.getInput().getType(), axis);
  Axis left = along;
  left.name = b.builder.getStringAttr(Adjoint::freshName("left", {op.getInput(), dy}));
  Value isLeft = b.binary(BinaryKind::Eq, b.index(along), b.index(left));
  Value others = b.where(isLeft, b.constant(1, b.elementOf(dy)), op.getInput());
  Value products = b.cumulate(CumulateKind::Prod, others, axis);
  Value isLater = b.binary(BinaryKind::Ge, b.index(along), b.index(left));
  Value dx = b.dot(dy, b.where(isLater, products, 0.0), {axis});
  return b.rename(dx, {left.name.getValue()}, {axis});
}

void CumulateOp::buildAdjoint(Adjoint &adjoint) {
  TensorBuilder &b = adjoint.build;
  Value dy = adjoint.full(getResult());
  if (getKind() == CumulateKind::Prod)
    return adjoint.add(getInput(), ofRunningProduct(*this, dy, b));
  Value backward = b.cumulate(CumulateKind::Sum, b.flip(dy, getAxis()), getAxis());
  adjoint.add(getInput(), b.flip(backward, getAxis()));
}
