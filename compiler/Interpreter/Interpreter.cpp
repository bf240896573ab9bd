// Models, tests and regions: the ops one after another, values by SSA name.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Interpreter/Interpreter.h"

#include "compiler/Interpreter/Evaluate.h"
#include "compiler/Interpreter/Parameters.h"

#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>

namespace lamina::interpreter {

char RunError::ID = 0;

Results single(Tensor tensor) {
  std::vector<Tensor> results;
  results.push_back(std::move(tensor));
  return results;
}

Shape resultShape(mlir::Operation *op, const Operands &operands, unsigned index) {
  AxisMap dynamic;
  for (const Tensor *operand : operands)
    for (size_t i = 0; i < operand->shape.names.size(); ++i)
      dynamic.emplace(operand->shape.names[i], operand->shape.extents[i]);
  return shapeOf(mlir::cast<mlir::RankedTensorType>(op->getResult(index).getType()), dynamic);
}

Tensor tensorOf(mlir::ElementsAttr value) {
  Tensor result = makeTensor(value.getElementType(),
                             shapeOf(mlir::cast<mlir::RankedTensorType>(value.getType()), {}));
  size_t i = 0;
  if (result.isReal())
    for (llvm::APFloat element : value.getValues<llvm::APFloat>()) {
      bool losesInfo = false;
      element.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven, &losesInfo);
      result.reals[i++] = element.convertToDouble();
    }
  else
    for (const llvm::APInt &element : value.getValues<llvm::APInt>())
      result.integers[i++] = wrapTo(result.element, int64_t(element.getSExtValue()));
  return result;
}

Results evaluate(mlir::Operation *op, const std::vector<const Tensor *> &operands,
                 const Options &options) {
  if (auto constant = mlir::dyn_cast<ir::ConstantOp>(op))
    return single(tensorOf(constant.getValue()));
  if (isElementwise(op))
    return evaluateElementwise(op, operands, options);
  if (isReduction(op))
    return evaluateReduction(op, operands, options);
  if (isMovement(op))
    return evaluateMovement(op, operands, options);
  if (isIndexing(op))
    return evaluateIndexing(op, operands, options);
  if (isSelection(op))
    return evaluateSelection(op, operands, options);
  return llvm::make_error<RunError>(RunError::Kind::BadArgument, op->getLoc(),
                                    "'" + op->getName().getStringRef().str() +
                                        "' has no value of its own");
}

namespace {
/// The run of one model or test.
class Run {
public:
  Run(const Tensors &parameters, const Options &options)
      : parameters(parameters), options(options) {}

  void bind(mlir::Value value, Tensor tensor) { values[value] = std::move(tensor); }
  /// Runs the ops of a block and gives the operands of its terminator. Values are freed after their
  /// last use.
  Results block(mlir::Block &block);
  std::vector<FailedAssert> failed;

private:
  llvm::Error step(mlir::Operation &op);
  Results region(mlir::Operation &op);
  Results repeat(ir::RepeatOp op);
  void check(ir::AssertOp op);

  const Tensors &parameters;
  const Options &options;
  llvm::DenseMap<mlir::Value, Tensor> values;
};
} // namespace

/// The values of a block by the op after which nothing in it reads them.
static llvm::DenseMap<mlir::Operation *, std::vector<mlir::Value>> lastUses(mlir::Block &block) {
  llvm::DenseMap<mlir::Operation *, std::vector<mlir::Value>> result;
  llvm::DenseSet<mlir::Value> seen;
  for (mlir::Operation &op : llvm::reverse(block))
    op.walk([&](mlir::Operation *reader) {
      for (mlir::Value value : reader->getOperands())
        if (value.getParentBlock() == &block && seen.insert(value).second)
          result[&op].push_back(value);
    });
  return result;
}

Results Run::block(mlir::Block &block) {
  auto dying = lastUses(block);
  for (mlir::Operation &op : block) {
    if (op.hasTrait<mlir::OpTrait::IsTerminator>()) {
      std::vector<Tensor> results;
      for (mlir::Value operand : op.getOperands())
        results.push_back(values[operand]);
      return results;
    }
    if (llvm::Error error = step(op))
      return std::move(error);
    for (mlir::Value value : dying[&op])
      values.erase(value);
  }
  return std::vector<Tensor>();
}

/// Ops that hold a region: the results are what it yields.
Results Run::region(mlir::Operation &op) {
  if (auto repeatOp = mlir::dyn_cast<ir::RepeatOp>(op))
    return repeat(repeatOp);
  for (auto [argument, operand] : llvm::zip(op.getRegion(0).getArguments(), op.getOperands()))
    values[argument] = Tensor(values[operand]);
  return block(op.getRegion(0).front());
}

llvm::Error Run::step(mlir::Operation &op) {
  if (mlir::isa<ir::TapOp, ir::AssignOp>(op))
    return llvm::Error::success();
  if (auto assertOp = mlir::dyn_cast<ir::AssertOp>(op)) {
    check(assertOp);
    return llvm::Error::success();
  }
  Results results = std::vector<Tensor>();
  if (auto param = mlir::dyn_cast<ir::ParamOp>(op)) {
    llvm::Expected<Tensor> value = parameterOf(param, parameters, options);
    results = value ? single(std::move(*value)) : Results(value.takeError());
  } else if (mlir::isa<ir::ApplyOp, ir::RepeatOp, ir::KernelOp, ir::CheckpointOp>(op)) {
    results = region(op);
  } else if (mlir::isa<ir::StopGradientOp, ir::BackwardOp>(op)) {
    std::vector<Tensor> same;
    for (size_t i = 0; i < op.getNumResults(); ++i)
      same.push_back(values[op.getOperand(i)]);
    results = std::move(same);
  } else {
    Operands operands;
    for (mlir::Value operand : op.getOperands())
      operands.push_back(&values[operand]);
    results = evaluate(&op, operands, options);
  }
  if (!results)
    return results.takeError();
  for (auto [value, tensor] : llvm::zip_equal(op.getResults(), *results))
    values[value] = std::move(tensor);
  return llvm::Error::success();
}

/// A tensor at one position of an axis, which is dropped.
static Tensor slice(const Tensor &stacked, const std::string &axis, int64_t position) {
  Shape shape = stacked.shape;
  AxisMap strides = shape.strides();
  size_t i = *shape.find(axis);
  shape.names.erase(shape.names.begin() + i);
  shape.extents.erase(shape.extents.begin() + i);
  return pick(stacked, shape, offsetsOf(shape, strides, position * strides[axis]));
}

/// Writes `part` at one position of an axis of `whole`.
static void insert(Tensor &whole, const Tensor &part, const std::string &axis, int64_t position) {
  AxisMap strides = whole.shape.strides();
  std::vector<int64_t> targets = offsetsOf(part.shape, strides, position * strides[axis]);
  if (!part.bounds.empty() && whole.bounds.empty())
    whole.bounds.assign(whole.shape.size(), 0.0);
  for (size_t i = 0; i < targets.size(); ++i) {
    if (whole.isReal())
      whole.reals[targets[i]] = part.reals[i];
    else
      whole.integers[targets[i]] = part.integers[i];
    if (!whole.bounds.empty())
      whole.bounds[targets[i]] = part.bound(int64_t(i));
  }
}

Results Run::repeat(ir::RepeatOp op) {
  std::string axis = op.getName().str();
  size_t carriedCount = op.getCarried().size();
  std::vector<Tensor> carried, collected;
  for (mlir::Value value : op.getCarried())
    carried.push_back(values[value]);
  for (int64_t round = 0, n = op.getCount(); round < n; ++round) {
    int64_t i = op.getReverse() ? n - 1 - round : round;
    auto arguments = op.getBody().getArguments();
    Tensor index = makeTensor(mlir::IntegerType::get(op.getContext(), 64), {});
    index.integers[0] = i;
    values[arguments[0]] = std::move(index);
    for (auto [argument, value] : llvm::zip(arguments.drop_front(1), carried))
      values[argument] = std::move(value);
    for (auto [argument, value] :
         llvm::zip(arguments.drop_front(1 + carriedCount), op.getStacked()))
      values[argument] = slice(values[value], axis, i);
    Results yielded = block(op.getBody().front());
    if (!yielded)
      return yielded.takeError();
    for (size_t k = 0; k < yielded->size() - carriedCount; ++k) {
      const Tensor &part = (*yielded)[carriedCount + k];
      if (round == 0) {
        Operands like = {&part};
        collected.push_back(makeTensor(part.element, resultShape(op, like, carriedCount + k)));
      }
      insert(collected[k], part, axis, i);
    }
    yielded->resize(carriedCount);
    carried = std::move(*yielded);
  }
  llvm::move(collected, std::back_inserter(carried));
  return carried;
}

void Run::check(ir::AssertOp op) {
  const Tensor &condition = values[op.getCondition()];
  int64_t holds = llvm::count_if(condition.integers, [](int64_t element) { return element != 0; });
  auto elements = int64_t(condition.integers.size());
  if (holds != elements)
    failed.push_back({op.getLoc(), op.getMessage().str(), elements - holds, elements});
}

/// Checks an input against its type and gives it the axis order of the type.
static llvm::Expected<Tensor> inputOf(ir::ModelOp model, unsigned i, const Tensors &inputs,
                                      AxisMap &dynamic) {
  std::string name = mlir::cast<mlir::StringAttr>(model.getInputNames()[i]).str();
  auto type = mlir::cast<mlir::RankedTensorType>(model.getBody().getArgument(i).getType());
  auto bad = [&](const std::string &text) {
    return llvm::make_error<RunError>(RunError::Kind::BadArgument, model.getLoc(),
                                      "input '" + name + "' " + text);
  };
  auto found = inputs.find(name);
  if (found == inputs.end())
    return bad("is not given");
  const Tensor &tensor = found->second;
  if (tensor.element != type.getElementType())
    return bad("has another element type");
  if (int64_t(tensor.shape.names.size()) != type.getRank())
    return bad("has " + std::to_string(tensor.shape.names.size()) + " axes, the model wants " +
               std::to_string(type.getRank()));
  for (const ir::Axis &axis : ir::axisList(type)) {
    std::string axisName = axis.name.str();
    if (!tensor.shape.find(axisName))
      return bad("lacks axis '" + axisName + "'");
    int64_t extent = tensor.shape.extent(axisName);
    int64_t wanted = axis.extent;
    if (mlir::ShapedType::isDynamic(wanted))
      wanted = dynamic.emplace(axisName, extent).first->second;
    if (extent != wanted || (axis.bound != 0 && extent > axis.bound))
      return bad("has extent " + std::to_string(extent) + " along axis '" + axisName +
                 "', the model wants " +
                 (extent != wanted ? std::to_string(wanted) : axis.extentText()));
  }
  Shape shape = shapeOf(type, dynamic);
  return pick(tensor, shape, offsetsOf(shape, tensor.shape.strides()));
}

Results runModel(ir::ModelOp model, const Tensors &inputs, const Tensors &parameters,
                 const Options &options) {
  Run run(parameters, options);
  AxisMap dynamic;
  for (mlir::BlockArgument argument : model.getBody().getArguments()) {
    llvm::Expected<Tensor> input = inputOf(model, argument.getArgNumber(), inputs, dynamic);
    if (!input)
      return input.takeError();
    run.bind(argument, std::move(*input));
  }
  return run.block(model.getBody().front());
}

llvm::Expected<std::vector<FailedAssert>> runTest(ir::TestOp test, const Options &options) {
  Tensors none;
  Run run(none, options);
  Results results = run.block(test.getBody().front());
  if (!results)
    return results.takeError();
  return std::move(run.failed);
}

} // namespace lamina::interpreter
