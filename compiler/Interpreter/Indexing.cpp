// index, extent, gather, scatter_add, one_hot.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Interpreter/Bounds.h"
#include "compiler/Interpreter/Evaluate.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

namespace lamina::interpreter {

static llvm::Error outOfRange(mlir::Operation *op, int64_t index, llvm::StringRef axis,
                              int64_t extent) {
  return llvm::make_error<RunError>(RunError::Kind::IndexOutOfRange, op->getLoc(),
                                    "index " + std::to_string(index) + " is outside of axis '" +
                                        axis.str() + "' of extent " + std::to_string(extent));
}

static Tensor evaluateIndex(ir::IndexOp op, const Operands &like) {
  Tensor result = makeTensor(op.getType().getElementType(), resultShape(op, like));
  result.integers = offsetsOf(result.shape, {{op.getAxis().str(), 1}});
  return result;
}

static Tensor evaluateExtent(ir::ExtentOp op, const Tensor &value) {
  Tensor result = makeTensor(op.getType().getElementType(), {});
  result.integers[0] = value.shape.extent(op.getAxis());
  return result;
}

static Results evaluateGather(ir::GatherOp op, const Tensor &table, const Tensor &index) {
  std::string axis = op.getAxis().str();
  AxisMap strides = table.shape.strides();
  int64_t stride = strides[axis], extent = table.shape.extent(axis);
  strides.erase(axis);
  Shape shape = resultShape(op, {&index, &table});
  std::vector<int64_t> sources = offsetsOf(shape, strides);
  std::vector<int64_t> which = offsetsOf(shape, index.shape.strides());
  for (size_t i = 0; i < sources.size(); ++i) {
    int64_t position = index.integers[which[i]];
    if (position < 0 || position >= extent)
      return outOfRange(op, position, axis, extent);
    sources[i] += position * stride;
  }
  Tensor result = pick(table, shape, sources);
  if (!index.bounds.empty()) {
    result.bounds.resize(sources.size());
    for (size_t i = 0; i < sources.size(); ++i)
      if (index.bound(which[i]) != 0)
        result.bounds[i] = kUnknown;
  }
  return single(std::move(result));
}

/// The axes of the index, then those of the updates that it lacks.
static Shape scatteredShape(const Tensor &updates, const Tensor &index) {
  Shape shape = index.shape;
  for (size_t i = 0; i < updates.shape.names.size(); ++i)
    if (!shape.find(updates.shape.names[i]))
      shape.append(updates.shape.names[i], updates.shape.extents[i]);
  return shape;
}

static Results evaluateScatterAdd(ir::ScatterAddOp op, const Tensor &updates, const Tensor &index,
                                  const Options &options) {
  std::string axis = op.getAxis().str();
  Tensor result = makeTensor(op.getType().getElementType(), resultShape(op, {&updates, &index}));
  AxisMap strides = result.shape.strides();
  int64_t stride = strides[axis], extent = result.shape.extent(axis);
  strides.erase(axis);
  Shape all = scatteredShape(updates, index);
  std::vector<int64_t> target = offsetsOf(all, strides),
                       which = offsetsOf(all, index.shape.strides());
  std::vector<int64_t> source = offsetsOf(all, updates.shape.strides());
  std::vector<double> count(result.shape.size()), magnitude(result.shape.size());
  bool tracks =
      options.tracksError && (result.isReal() || !updates.bounds.empty() || !index.bounds.empty());
  result.bounds.assign(tracks ? result.shape.size() : 0, 0.0);
  for (size_t i = 0; i < target.size(); ++i) {
    int64_t position = index.integers[which[i]];
    if (position < 0 || position >= extent)
      return outOfRange(op, position, axis, extent);
    int64_t to = target[i] + position * stride;
    if (result.isReal())
      result.reals[to] += updates.reals[source[i]];
    else
      result.integers[to] = wrapTo(result.element, int64_t(uint64_t(result.integers[to]) +
                                                           uint64_t(updates.integers[source[i]])));
    if (!tracks)
      continue;
    count[to] += 1;
    magnitude[to] += std::abs(updates.number(source[i])) + updates.bound(source[i]);
    result.bounds[to] += index.bound(which[i]) + updates.bound(source[i]);
  }
  bool isUnsure = llvm::any_of(index.bounds, [](double bound) { return bound != 0; });
  for (size_t i = 0; i < result.bounds.size(); ++i)
    result.bounds[i] =
        isUnsure ? kUnknown : result.bounds[i] + count[i] * roundoff(result.element) * magnitude[i];
  return single(std::move(result));
}

static Tensor evaluateOneHot(ir::OneHotOp op, const Tensor &index) {
  std::string axis = op.getAxis().str();
  Tensor result = makeTensor(op.getType().getElementType(), resultShape(op, {&index}));
  std::vector<int64_t> along = offsetsOf(result.shape, {{axis, 1}});
  std::vector<int64_t> which = offsetsOf(result.shape, index.shape.strides());
  if (!index.bounds.empty())
    result.bounds.resize(along.size());
  for (size_t i = 0; i < along.size(); ++i) {
    bool isHit = index.integers[which[i]] == along[i];
    if (result.isReal())
      result.reals[i] = isHit;
    else
      result.integers[i] = isHit;
    if (!index.bounds.empty())
      result.bounds[i] = index.bound(which[i]);
  }
  return result;
}

bool isIndexing(mlir::Operation *op) {
  return mlir::isa<ir::IndexOp, ir::ExtentOp, ir::GatherOp, ir::ScatterAddOp, ir::OneHotOp>(op);
}

Results evaluateIndexing(mlir::Operation *op, const Operands &in, const Options &options) {
  return llvm::TypeSwitch<mlir::Operation *, Results>(op)
      .Case([&](ir::IndexOp o) { return single(evaluateIndex(o, in)); })
      .Case([&](ir::ExtentOp o) { return single(evaluateExtent(o, *in[0])); })
      .Case([&](ir::GatherOp o) { return evaluateGather(o, *in[0], *in[1]); })
      .Case([&](ir::ScatterAddOp o) { return evaluateScatterAdd(o, *in[0], *in[1], options); })
      .Case([&](ir::OneHotOp o) { return single(evaluateOneHot(o, *in[0])); });
}

} // namespace lamina::interpreter
