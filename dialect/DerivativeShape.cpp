// Derivatives of the ops that move elements: each brings the cotangent back to where the element
// was.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/Adjoint.h"

#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace lamina::ir;

void RenameOp::buildAdjoint(Adjoint &adjoint) {
  Value dy = adjoint.of(getResult());
  adjoint.add(getInput(), adjoint.build.rename(dy, namesOf(getTo()), namesOf(getFrom())));
}

/// The parts with their extents that the pattern run backward must state: those of groups of one
/// were left out.
static void statedParts(RearrangeOp op, SmallVectorImpl<StringRef> &names,
                        SmallVectorImpl<int64_t> &extents) {
  names = namesOf(op.getPartNames());
  extents.assign(op.getPartExtents().begin(), op.getPartExtents().end());
  for (Attribute group : op.getFrom()) {
    StringRef axis = cast<StringAttr>(cast<ArrayAttr>(group)[0]).getValue();
    if (cast<ArrayAttr>(group).size() > 1 || llvm::is_contained(names, axis))
      continue;
    names.push_back(axis);
    extents.push_back(extentOf(op.getInput().getType(), axis));
  }
}

void RearrangeOp::buildAdjoint(Adjoint &adjoint) {
  TensorBuilder &b = adjoint.build;
  if (getFrom().empty())
    return adjoint.add(getInput(), adjoint.of(getResult()));
  Value dy = adjoint.full(getResult());
  SmallVector<Axis> axes = axisList(getInput().getType());
  for (const Axis &axis : axisList(typeOf(dy)))
    if (!hasAxis(getType(), axis.name))
      axes.push_back(axis);
  SmallVector<StringRef> names;
  SmallVector<int64_t> extents;
  statedParts(*this, names, extents);
  Value dx = RearrangeOp::create(b.builder, b.location, tensorType(axes, b.elementOf(dy)), dy,
                                 getTo(), getFrom(), b.builder.getStrArrayAttr(names), extents);
  adjoint.add(getInput(), dx);
}

void ConcatOp::buildAdjoint(Adjoint &adjoint) {
  Value dy = adjoint.full(getResult());
  int64_t low = 0;
  for (Value input : getInputs()) {
    int64_t extent = extentOf(typeOf(input), getAxis());
    if (adjoint.wants(input)) {
      Value part = adjoint.build.slice(dy, getAxis(), low, extent);
      adjoint.add(input, part, part);
    }
    low += extent;
  }
}

/// The position in the operand that each place of the result reads, as a constant along `axes` of
/// the result.
static Value putBack(TensorBuilder &b, Value dy, ArrayRef<int64_t> sources, ArrayRef<Axis> axes,
                     const Axis &to) {
  SmallVector<Axis> renamed(axes);
  SmallVector<StringRef> from;
  SmallVector<std::string> made;
  for (auto [i, axis] : llvm::enumerate(renamed)) {
    from.push_back(axis.name.getValue());
    made.push_back(Adjoint::freshName(("cell" + Twine(i)).str(), dy));
    axis.name = b.builder.getStringAttr(made.back());
  }
  SmallVector<StringRef> names(made.begin(), made.end());
  return b.scatterAdd(b.rename(dy, from, names), b.constant(sources, renamed), to, {});
}

void SliceOp::buildAdjoint(Adjoint &adjoint) {
  TensorBuilder &b = adjoint.build;
  Value dy = adjoint.full(getResult());
  Axis from = *findAxis(getInput().getType(), getAxis()), to = *findAxis(getType(), getAxis());
  auto low = int64_t(getLow()), step = int64_t(getStep());
  if (step == 1)
    return adjoint.add(getInput(), b.pad(dy, getAxis(), low, from.extent - low - to.extent));
  SmallVector<int64_t> sources;
  for (int64_t i = 0; i < to.extent; ++i)
    sources.push_back(low + i * step);
  adjoint.add(getInput(), putBack(b, dy, sources, to, from));
}

void TakeOp::buildAdjoint(Adjoint &adjoint) {
  TensorBuilder &b = adjoint.build;
  Value dy = adjoint.of(getResult());
  Value position = b.index(*findAxis(getInput().getType(), getAxis()));
  Value isThere = b.binary(BinaryKind::Eq, position, double(getIndex()));
  adjoint.add(getInput(), b.where(isThere, dy, 0.0));
}

void ExpandOp::buildAdjoint(Adjoint &adjoint) {
  adjoint.add(getInput(), adjoint.of(getResult()), getResult());
}

/// The cell that a padded place repeats.
static int64_t sourceOf(PadMode mode, int64_t i, int64_t extent) {
  switch (mode) {
  case PadMode::Edge:
    return std::clamp<int64_t>(i, 0, extent - 1);
  case PadMode::Reflect:
    return i < 0 ? -i : i >= extent ? 2 * (extent - 1) - i : i;
  default:
    return ((i % extent) + extent) % extent;
  }
}

void PadOp::buildAdjoint(Adjoint &adjoint) {
  TensorBuilder &b = adjoint.build;
  Value dy = adjoint.full(getResult());
  Axis from = *findAxis(getInput().getType(), getAxis()), to = *findAxis(getType(), getAxis());
  if (getMode() == PadMode::Fill)
    return adjoint.add(getInput(), b.slice(dy, getAxis(), getLow(), from.extent));
  SmallVector<int64_t> sources;
  for (int64_t i = 0; i < to.extent; ++i)
    sources.push_back(sourceOf(getMode(), i - int64_t(getLow()), from.extent));
  adjoint.add(getInput(), putBack(b, dy, sources, to, from));
}

void RollOp::buildAdjoint(Adjoint &adjoint) {
  Value dy = adjoint.full(getResult());
  adjoint.add(getInput(), adjoint.build.roll(dy, getAxis(), -int64_t(getOffset())));
}

void ShiftOp::buildAdjoint(Adjoint &adjoint) {
  Value dy = adjoint.full(getResult());
  adjoint.add(getInput(), adjoint.build.shift(dy, getAxis(), -int64_t(getOffset()), 0.0));
}

void WindowOp::buildAdjoint(Adjoint &adjoint) {
  TensorBuilder &b = adjoint.build;
  Value dy = adjoint.full(getResult());
  Axis from = *findAxis(getInput().getType(), getAxis());
  Axis out = *findAxis(getType(), getOut()), kernel = *findAxis(getType(), getKernel());
  auto stride = int64_t(getStride()), dilation = int64_t(getDilation());
  if (stride == kernel.extent && dilation == 1) { // windows side by side
    std::string cell = Adjoint::freshName("cell", dy);
    Value line = b.merge(dy, {out.name.getValue(), kernel.name.getValue()}, cell);
    line = b.rename(line, {cell}, {getAxis()});
    return adjoint.add(getInput(),
                       b.pad(line, getAxis(), 0, from.extent - out.extent * kernel.extent));
  }
  SmallVector<int64_t> sources;
  for (int64_t o = 0; o < out.extent; ++o)
    for (int64_t k = 0; k < kernel.extent; ++k)
      sources.push_back(o * stride + k * dilation);
  adjoint.add(getInput(), putBack(b, dy, sources, {out, kernel}, from));
}

/// An interpolation is a matrix: that of its rows applied to unit vectors.
void ResizeOp::buildAdjoint(Adjoint &adjoint) {
  TensorBuilder &b = adjoint.build;
  Axis from = *findAxis(getInput().getType(), getAxis()), to = *findAxis(getType(), getAxis());
  Axis unit = from;
  std::string cell = Adjoint::freshName("cell", {getInput(), adjoint.of(getResult())});
  unit.name = b.builder.getStringAttr(cell);
  Value units = b.oneHot(b.index(unit), from, b.elementOf(getInput()));
  SmallVector<Axis> axes = {unit, to};
  Value weights = ResizeOp::create(b.builder, b.location, tensorType(axes, b.elementOf(units)),
                                   units, getAxis(), getMode(), getAntialias());
  Value dx = b.dot(adjoint.full(getResult()), weights, {getAxis()});
  adjoint.add(getInput(), b.rename(dx, {cell}, {getAxis()}));
}
