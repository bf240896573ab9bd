// rearrange, rename, concat, slice, take, expand, pad, roll, shift, window: ops that move elements
// and compute none.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Interpreter/Evaluate.h"

#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>

namespace lamina::interpreter {

/// A modulo n in [0, n).
static int64_t modulo(int64_t a, int64_t n) { return n == 0 ? 0 : (a % n + n) % n; }

/// Part names are the pattern's own: they get a prefix that no axis has, so that they never meet an
/// axis of the same name.
static std::string partName(llvm::StringRef part) { return "part " + part.str(); }

static std::vector<std::string> namesOf(mlir::Attribute group) {
  std::vector<std::string> names;
  for (auto name : mlir::cast<mlir::ArrayAttr>(group).getAsRange<mlir::StringAttr>())
    names.push_back(name.str());
  return names;
}

/// The extents of the parts of a pattern. One that is not static is what the others leave of its
/// axis.
static AxisMap partExtents(ir::RearrangeOp op, const Tensor &input) {
  AxisMap extents;
  for (auto [name, extent] :
       llvm::zip_equal(op.getPartNames().getAsRange<mlir::StringAttr>(), op.getPartExtents()))
    extents[partName(name)] = extent;
  for (mlir::Attribute group : op.getFrom()) {
    std::vector<std::string> names = namesOf(group);
    int64_t known = 1;
    for (size_t i = 1; i < names.size(); ++i)
      if (int64_t extent = extents[partName(names[i])]; !mlir::ShapedType::isDynamic(extent))
        known *= extent;
    for (size_t i = 1; i < names.size(); ++i)
      if (int64_t &extent = extents[partName(names[i])]; mlir::ShapedType::isDynamic(extent))
        extent = input.shape.extent(names[0]) / known;
  }
  return extents;
}

static Tensor evaluateRearrange(ir::RearrangeOp op, const Tensor &input) {
  AxisMap parts = partExtents(op, input), strides = input.shape.strides();
  for (mlir::Attribute group : op.getFrom()) {
    std::vector<std::string> names = namesOf(group);
    int64_t stride = strides[names[0]];
    strides.erase(names[0]);
    if (names.size() == 1)
      names.push_back(names[0]), parts[partName(names[0])] = input.shape.extent(names[0]);
    for (size_t i = names.size(); i-- > 1; stride *= parts[partName(names[i])])
      strides[partName(names[i])] = stride;
  }
  std::map<std::string, std::vector<std::string>> made;
  for (mlir::Attribute group : op.getTo()) {
    std::vector<std::string> names = namesOf(group);
    made[names[0]] =
        names.size() == 1 ? names : std::vector<std::string>(names.begin() + 1, names.end());
  }
  // The result's elements row-major are those of its axes replaced by their parts.
  Shape result, exploded;
  for (mlir::StringAttr axis : ir::axisNames(op.getType())) {
    auto found = made.find(axis.str());
    int64_t extent = 1;
    if (found == made.end())
      exploded.append(axis.getValue(), extent = input.shape.extent(axis.getValue()));
    else
      for (const std::string &part : found->second)
        exploded.append(partName(part), parts[partName(part)]), extent *= parts[partName(part)];
    result.append(axis.getValue(), extent);
  }
  return pick(input, result, offsetsOf(exploded, strides));
}

static Tensor evaluateRename(ir::RenameOp op, const Tensor &input) {
  std::map<std::string, std::string> newNames;
  for (auto [from, to] : llvm::zip_equal(op.getFrom().getAsRange<mlir::StringAttr>(),
                                         op.getTo().getAsRange<mlir::StringAttr>()))
    newNames[from.str()] = to.str();
  Tensor renamed = input;
  for (std::string &name : renamed.shape.names)
    if (auto found = newNames.find(name); found != newNames.end())
      name = found->second;
  Shape shape = resultShape(op, {&renamed});
  return pick(renamed, shape, offsetsOf(shape, renamed.shape.strides()));
}

static Tensor evaluateConcat(ir::ConcatOp op, const Operands &inputs) {
  Shape shape = resultShape(op, inputs);
  std::string axis = op.getAxis().str();
  int64_t total = 0;
  for (const Tensor *input : inputs)
    total += input->shape.extent(axis);
  shape.extents[*shape.find(axis)] = total;
  Tensor result = makeTensor(op.getType().getElementType(), shape);
  result.bounds.assign(
      llvm::any_of(inputs, [](auto *t) { return !t->bounds.empty(); }) ? shape.size() : 0, 0.0);
  std::vector<int64_t> along = offsetsOf(shape, {{axis, 1}});
  int64_t start = 0;
  for (const Tensor *input : inputs) {
    AxisMap strides = input->shape.strides();
    int64_t extent = input->shape.extent(axis);
    std::vector<int64_t> source = offsetsOf(shape, strides, -start * strides[axis]);
    for (size_t i = 0; i < source.size(); ++i) {
      if (along[i] < start || along[i] >= start + extent)
        continue;
      if (result.isReal())
        result.reals[i] = input->reals[source[i]];
      else
        result.integers[i] = input->integers[source[i]];
      if (!result.bounds.empty())
        result.bounds[i] = input->bound(source[i]);
    }
    start += extent;
  }
  return result;
}

/// The most elements that an axis of run-time extent may have.
static int64_t boundOf(mlir::RankedTensorType type, llvm::StringRef name) {
  for (const ir::Axis &axis : ir::axisList(type))
    if (axis.name == name)
      return axis.bound;
  return 0;
}

static Tensor evaluateSlice(ir::SliceOp op, const Tensor &input) {
  Shape shape = resultShape(op, {&input});
  int64_t extent = input.shape.extent(op.getAxis()), step = op.getStep();
  if (mlir::ShapedType::isDynamic(ir::extentOf(op.getType(), op.getAxis()))) {
    const int64_t left = std::max<int64_t>(0, (extent - int64_t(op.getLow()) + step - 1) / step);
    shape.extents[*shape.find(op.getAxis())] = std::min(left, boundOf(op.getType(), op.getAxis()));
  }
  AxisMap strides = input.shape.strides();
  int64_t stride = strides[op.getAxis().str()];
  strides[op.getAxis().str()] = stride * step;
  return pick(input, shape, offsetsOf(shape, strides, op.getLow() * stride));
}

static Tensor evaluateTake(ir::TakeOp op, const Tensor &input) {
  AxisMap strides = input.shape.strides();
  int64_t start = op.getIndex() * strides[op.getAxis().str()];
  Shape shape = resultShape(op, {&input});
  return pick(input, shape, offsetsOf(shape, strides, start));
}

static Tensor evaluateWindow(ir::WindowOp op, const Tensor &input) {
  std::string axis = op.getAxis().str(), out = op.getOut().str();
  AxisMap strides = input.shape.strides();
  int64_t stride = strides[axis], span = op.getDilation() * (op.getSize() - 1) + 1;
  strides.erase(axis);
  strides[out] = stride * op.getStride();
  strides[op.getKernel().str()] = stride * op.getDilation();
  Shape shape = resultShape(op, {&input});
  int64_t left =
      input.shape.extent(axis) - span; // below 0 only where the extent is one of run time
  shape.extents[*shape.find(out)] = left < 0 ? 0 : left / int64_t(op.getStride()) + 1;
  return pick(input, shape, offsetsOf(shape, strides));
}

/// For each position along one axis of the result the position in the input, or -1; the other axes
/// stay.
static Tensor mapAxis(const Tensor &input, Shape shape, llvm::StringRef axis,
                      llvm::function_ref<int64_t(int64_t)> map, double fill = 0) {
  AxisMap strides = input.shape.strides();
  int64_t stride = strides[axis.str()];
  strides.erase(axis.str());
  std::vector<int64_t> sources = offsetsOf(shape, strides),
                       along = offsetsOf(shape, {{axis.str(), 1}});
  for (size_t i = 0; i < sources.size(); ++i) {
    int64_t position = map(along[i]);
    sources[i] = position < 0 ? -1 : sources[i] + position * stride;
  }
  return pick(input, shape, sources, fill);
}

/// The cell that position `i` of a padded axis of `n` cells shows; -1 for the fill.
static int64_t paddedCell(ir::PadMode mode, int64_t i, int64_t n) {
  switch (mode) {
  case ir::PadMode::Fill:
    return i < 0 || i >= n ? -1 : i;
  case ir::PadMode::Edge:
    return std::clamp<int64_t>(i, 0, n - 1);
  case ir::PadMode::Circular:
    return modulo(i, n);
  case ir::PadMode::Reflect: {
    if (n == 1)
      return 0;
    int64_t j = modulo(i, 2 * (n - 1));
    return j < n ? j : 2 * (n - 1) - j;
  }
  }
  llvm_unreachable("every mode is handled");
}

static Tensor evaluatePad(ir::PadOp op, const Tensor &input) {
  Shape shape = resultShape(op, {&input});
  int64_t n = input.shape.extent(op.getAxis()), low = op.getLow();
  shape.extents[*shape.find(op.getAxis())] = low + n + int64_t(op.getHigh());
  return mapAxis(
      input, shape, op.getAxis(), [&](int64_t i) { return paddedCell(op.getMode(), i - low, n); },
      op.getFill().convertToDouble());
}

static Tensor evaluateRoll(ir::RollOp op, const Tensor &input) {
  int64_t n = input.shape.extent(op.getAxis()), offset = modulo(op.getOffset(), n);
  return mapAxis(input, resultShape(op, {&input}), op.getAxis(),
                 [&](int64_t i) { return modulo(i - offset, n); });
}

static Tensor evaluateShift(ir::ShiftOp op, const Tensor &input) {
  int64_t n = input.shape.extent(op.getAxis()), offset = std::clamp<int64_t>(op.getOffset(), -n, n);
  return mapAxis(
      input, resultShape(op, {&input}), op.getAxis(),
      [&](int64_t i) { return i - offset < 0 || i - offset >= n ? -1 : i - offset; },
      op.getFill().convertToDouble());
}

static Tensor evaluateExpand(ir::ExpandOp op, const Tensor &input) {
  Shape shape = resultShape(op, {&input});
  return pick(input, shape, offsetsOf(shape, input.shape.strides()));
}

/// Zeros beyond the run-time extents.
static Tensor evaluateWiden(ir::WidenOp op, const Tensor &input) {
  Shape shape = resultShape(op, {&input});
  std::vector<int64_t> sources = offsetsOf(shape, input.shape.strides());
  for (size_t k = 0; k < input.shape.names.size(); ++k) {
    std::vector<int64_t> along = offsetsOf(shape, {{input.shape.names[k], 1}});
    for (size_t i = 0; i < sources.size(); ++i)
      if (along[i] >= input.shape.extents[k])
        sources[i] = -1;
  }
  return pick(input, shape, sources);
}

/// The first elements along each axis: as many as a tensor of run-time extent has.
static Tensor evaluateNarrow(ir::NarrowOp op, const Operands &in) {
  const Tensor &input = *in[0];
  AxisMap dynamic;
  for (size_t i = 0; i < input.shape.names.size(); ++i)
    dynamic[input.shape.names[i]] = input.shape.extents[i];
  auto axes = op.getAxes().getAsValueRange<mlir::StringAttr>();
  auto of = op.getOf().getAsValueRange<mlir::StringAttr>();
  for (auto [like, axis, source] : llvm::zip_equal(llvm::drop_begin(in), axes, of))
    dynamic[axis.str()] = like->shape.extent(source);
  Shape shape = shapeOf(op.getType(), dynamic);
  return pick(input, shape, offsetsOf(shape, input.shape.strides()));
}

bool isMovement(mlir::Operation *op) {
  return mlir::isa<ir::RearrangeOp, ir::RenameOp, ir::ConcatOp, ir::SliceOp, ir::TakeOp,
                   ir::ExpandOp, ir::PadOp, ir::RollOp, ir::ShiftOp, ir::WindowOp, ir::ResizeOp,
                   ir::WidenOp, ir::NarrowOp>(op);
}

Results evaluateMovement(mlir::Operation *op, const Operands &in, const Options &options) {
  return llvm::TypeSwitch<mlir::Operation *, Results>(op)
      .Case([&](ir::RearrangeOp o) { return single(evaluateRearrange(o, *in[0])); })
      .Case([&](ir::RenameOp o) { return single(evaluateRename(o, *in[0])); })
      .Case([&](ir::ConcatOp o) { return single(evaluateConcat(o, in)); })
      .Case([&](ir::SliceOp o) { return single(evaluateSlice(o, *in[0])); })
      .Case([&](ir::TakeOp o) { return single(evaluateTake(o, *in[0])); })
      .Case([&](ir::ExpandOp o) { return single(evaluateExpand(o, *in[0])); })
      .Case([&](ir::PadOp o) { return single(evaluatePad(o, *in[0])); })
      .Case([&](ir::RollOp o) { return single(evaluateRoll(o, *in[0])); })
      .Case([&](ir::ShiftOp o) { return single(evaluateShift(o, *in[0])); })
      .Case([&](ir::WindowOp o) { return single(evaluateWindow(o, *in[0])); })
      .Case([&](ir::WidenOp o) { return single(evaluateWiden(o, *in[0])); })
      .Case([&](ir::NarrowOp o) { return single(evaluateNarrow(o, in)); })
      .Case([&](ir::ResizeOp o) { return single(evaluateResize(o, *in[0], options)); });
}

} // namespace lamina::interpreter
