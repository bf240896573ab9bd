// Parameters: from tensors of a weight file, or from their initial values.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Interpreter/Parameters.h"
#include "compiler/Interpreter/Evaluate.h"

#include "llvm/ADT/StringRef.h"

#include <algorithm>

namespace lamina::interpreter {

static llvm::Error badArgument(mlir::Operation *op, std::string message) {
  return llvm::make_error<RunError>(RunError::Kind::BadArgument, op->getLoc(), std::move(message));
}

/// The leading axes that the `*` of a path stand for.
static Shape stackOf(ir::ParamOp param) {
  Shape shape = shapeOf(param.getType(), {});
  size_t depth = param.getPath().count('*');
  shape.names.resize(depth);
  shape.extents.resize(depth);
  return shape;
}

/// `blocks.*.weight` at [3] is `blocks.3.weight`; `index` counts row-major over the stack.
static std::string concretePath(llvm::StringRef path, const Shape &stack, int64_t index) {
  std::vector<int64_t> position(stack.extents.size());
  for (size_t i = position.size(); i-- > 0; index /= stack.extents[i])
    position[i] = index % stack.extents[i];
  std::string result;
  size_t star = 0;
  for (char c : path)
    result += c == '*' ? std::to_string(position[star++]) : std::string(1, c);
  return result;
}

/// The value of an `init` region for one member of the stack.
static llvm::Expected<Tensor> initialValue(ir::ParamOp param, const std::string &path,
                                           const Options &options) {
  llvm::DenseMap<mlir::Value, Tensor> values;
  int64_t draw = 0;
  for (mlir::Operation &op : param.getInit().front().without_terminator()) {
    Operands operands;
    for (mlir::Value operand : op.getOperands())
      operands.push_back(&values[operand]);
    if (auto random = mlir::dyn_cast<ir::RandomOp>(op)) {
      values[random] = evaluateRandom(random, options.seed,
                                      draw == 0 ? path : path + "#" + std::to_string(draw));
      ++draw;
      continue;
    }
    Results results = evaluate(&op, operands);
    if (!results)
      return results.takeError();
    for (auto [value, tensor] : llvm::zip_equal(op.getResults(), *results))
      values[value] = std::move(tensor);
  }
  return std::move(values[param.getInit().front().getTerminator()->getOperand(0)]);
}

/// One member of the stack: the given tensor or the initial value, aligned to `shape` and rounded
/// to the element type.
static llvm::Expected<Tensor> memberOf(ir::ParamOp param, const std::string &path,
                                       const Shape &shape, const Tensors &given,
                                       const Options &options) {
  Tensor tensor;
  if (auto found = given.find(path); found != given.end()) {
    tensor = found->second;
    auto text = [](const Shape &s) {
      return "[" +
             llvm::join(llvm::map_range(s.extents, [](int64_t e) { return std::to_string(e); }),
                        ", ") +
             "]";
    };
    if (tensor.shape.extents != shape.extents)
      return badArgument(param, "parameter '" + path + "' has the shape " + text(tensor.shape) +
                                    " here, the model wants " + text(shape));
    tensor.shape.names = shape.names; // a file names no axes
  } else if (param.getInit().empty()) {
    return badArgument(param, "parameter '" + path + "' is not given and has no initial value");
  } else {
    llvm::Expected<Tensor> initial = initialValue(param, path, options);
    if (!initial)
      return initial.takeError();
    tensor = std::move(*initial);
  }
  Tensor result = pick(tensor, shape, offsetsOf(shape, tensor.shape.strides()));
  for (double &element : result.reals)
    element = roundTo(result.element, element);
  return result;
}

llvm::Expected<Tensor> parameterOf(ir::ParamOp param, const Tensors &given,
                                   const Options &options) {
  Shape whole = shapeOf(param.getType(), {}), stack = stackOf(param), member = whole;
  member.names.erase(member.names.begin(), member.names.begin() + stack.names.size());
  member.extents.erase(member.extents.begin(), member.extents.begin() + stack.extents.size());
  Tensor result = makeTensor(param.getType().getElementType(), whole);
  for (int64_t i = 0, n = stack.size(), size = member.size(); i < n; ++i) {
    llvm::Expected<Tensor> tensor =
        memberOf(param, concretePath(param.getPath(), stack, i), member, given, options);
    if (!tensor)
      return tensor.takeError();
    llvm::copy(tensor->reals, result.reals.begin() + (result.isReal() ? i * size : 0));
    llvm::copy(tensor->integers, result.integers.begin() + (result.isReal() ? 0 : i * size));
  }
  return result;
}

llvm::Expected<Tensors> initialParameters(ir::ModelOp model, uint64_t seed) {
  Tensors tensors;
  Options options{seed, false};
  llvm::Error error = llvm::Error::success();
  model.walk([&](ir::ParamOp param) {
    if (param.getInit().empty() || error)
      return;
    Shape stack = stackOf(param), member = shapeOf(param.getType(), {});
    member.names.erase(member.names.begin(), member.names.begin() + stack.names.size());
    member.extents.erase(member.extents.begin(), member.extents.begin() + stack.extents.size());
    for (int64_t i = 0; i < stack.size() && !error; ++i) {
      std::string path = concretePath(param.getPath(), stack, i);
      llvm::Expected<Tensor> tensor = memberOf(param, path, member, {}, options);
      if (tensor)
        tensors[path] = std::move(*tensor);
      else
        error = tensor.takeError();
    }
  });
  if (error)
    return std::move(error);
  return tensors;
}

} // namespace lamina::interpreter
