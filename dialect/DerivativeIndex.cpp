// Derivatives of gathers, scatters and selections.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/Adjoint.h"

using namespace mlir;
using namespace lamina::ir;

void GatherOp::buildAdjoint(Adjoint &adjoint) {
  TensorBuilder &b = adjoint.build;
  Value table = getTable();
  bool readsOnce = llvm::all_of(axisNames(getIndex().getType()), [&](StringAttr name) {
    return name != getAxisAttr() && hasAxis(getTable().getType(), name);
  });
  if (readsOnce) { // no two places read one element
    Value position = b.index(*findAxis(getTable().getType(), getAxis()));
    Value isThere = b.binary(BinaryKind::Eq, position, b.cast(getIndex(), b.elementOf(position)));
    Value dy = adjoint.of(getResult());
    return adjoint.add(table, b.where(isThere, dy, b.constant(0, b.elementOf(dy))));
  }
  // The index may have an axis of the name of the one that it stands for.
  Value dy = adjoint.full(getResult());
  std::string place = Adjoint::freshName("place", {dy, getIndex()});
  dy = b.rename(dy, {getAxis()}, {place});
  Value index = b.rename(getIndex(), {getAxis()}, {place});
  SmallVector<Axis> kept = axisList(getTable().getType());
  Axis axis = *findAxis(getTable().getType(), getAxis());
  adjoint.add(table, b.scatterAdd(dy, index, axis, kept));
}

void ScatterAddOp::buildAdjoint(Adjoint &adjoint) {
  Value dy = adjoint.full(getResult());
  Value dx = adjoint.build.gather(dy, getIndex(), getAxis());
  adjoint.add(getUpdates(), dx, dx);
}

/// Brings elements along `axis` of `dy`, one for each of `places`, back to where they were in an
/// axis of `extent`.
static Value putBack(TensorBuilder &b, Value dy, Value places, StringRef axis, Value like) {
  std::string rank = Adjoint::freshName("rank", {dy, places});
  Value ranked = b.rename(dy, {axis}, {rank}), index = b.rename(places, {axis}, {rank});
  SmallVector<Axis> kept = axisList(typeOf(like));
  return b.scatterAdd(ranked, index, *findAxis(typeOf(like), axis), kept);
}

void TopKOp::buildAdjoint(Adjoint &adjoint) {
  if (!adjoint.of(getValues()))
    return;
  Value dy = adjoint.full(getValues());
  adjoint.add(getInput(), putBack(adjoint.build, dy, getIndices(), getAxis(), getInput()));
}

/// The positions of the `k` largest elements, largest first.
static Value largest(TensorBuilder &b, Value x, StringRef axis, int64_t k) {
  SmallVector<Axis> axes = axisList(typeOf(x));
  for (Axis &own : axes)
    if (own.name.getValue() == axis)
      own.extent = k;
  auto op = TopKOp::create(b.builder, b.location, tensorType(axes, b.elementOf(x)),
                           tensorType(axes, b.builder.getI64Type()), x, axis, k);
  return op.getIndices();
}

void KeepTopKOp::buildAdjoint(Adjoint &adjoint) {
  TensorBuilder &b = adjoint.build;
  Value dy = adjoint.full(getResult());
  int64_t k = std::min<int64_t>(getK(), extentOf(getInput().getType(), getAxis()));
  Value places = largest(b, getInput(), getAxis(), k);
  std::string rank = Adjoint::freshName("rank", {dy, places});
  Value ranked = b.rename(places, {getAxis()}, {rank});
  Value kept = b.rename(b.gather(dy, ranked, getAxis()), {rank}, {getAxis()});
  adjoint.add(getInput(), putBack(b, kept, places, getAxis(), getInput()));
}

void SortOp::buildAdjoint(Adjoint &adjoint) {
  TensorBuilder &b = adjoint.build;
  Value descending = b.flip(adjoint.full(getResult()), getAxis());
  Value places = largest(b, getInput(), getAxis(), extentOf(getInput().getType(), getAxis()));
  adjoint.add(getInput(), putBack(b, descending, places, getAxis(), getInput()));
}
