// lamina-train-step: makes a loss program into the step that updates its parameters.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/TrainStep.h"

#include "compiler/Passes/Passes.h"

#include "mlir/IR/IRMapping.h"

namespace lamina {
#define GEN_PASS_DEF_TRAINSTEPPASS
#include "compiler/Passes/Passes.h.inc"

using namespace mlir;

namespace train {

Value Step::addInput(StringRef name, RankedTensorType type) {
  SmallVector<Attribute> names(model.getInputNames().getValue());
  std::string unique = name.str();
  while (llvm::is_contained(names, builder.getStringAttr(unique)))
    unique += "'";
  names.push_back(builder.getStringAttr(unique));
  model.setInputNamesAttr(builder.getArrayAttr(names));
  SmallVector<bool> shared(model.getShared());
  shared.push_back(true);
  model.setShared(shared);
  return model.getBody().front().addArgument(type, model.getLoc());
}

Slot &Step::addSlot(StringRef name, const Trained &trained, Attribute init) {
  ir::ParamOp param = trained.param;
  std::string path = param.getPath().str(), full = (name + "." + path).str();
  Value now = addInput(full, ir::typeOf(trained.now));
  return slots.emplace_back(Slot{full, "slot", path, init, now, Value()});
}

Value Step::ofMembers(const Trained &trained, const std::vector<double> &numbers) {
  Type element = builder.getF64Type();
  if (llvm::all_equal(numbers))
    return build.constant(numbers[0], element);
  ir::ParamOp param = trained.param;
  size_t stacked = param.getPath().count('*');
  SmallVector<ir::Axis> axes = ir::axisList(param.getType());
  axes.truncate(stacked);
  RankedTensorType type = ir::tensorType(axes, element);
  return ir::ConstantOp::create(builder, build.location, type,
                                DenseElementsAttr::get(type, ArrayRef<double>(numbers)));
}

Value Step::setting(const Trained &trained, StringRef name, double fallback) {
  std::vector<double> numbers = settings.ofMembers(trained.param, trained.rule, name, fallback);
  return build.cast(ofMembers(trained, numbers), ir::TensorBuilder::elementOf(trained.now));
}

Value Step::learningRate(const Trained &trained, double fallback) {
  std::vector<double> rates = settings.ofMembers(trained.param, trained.rule, "lr", fallback);
  std::vector<double> factors = settings.ofMembers(trained.param, trained.rule, "lr_factor", 1);
  for (auto [rate, times] : llvm::zip_equal(rates, factors))
    rate *= times;
  return build.mul(ofMembers(trained, rates), factor);
}

} // namespace train

namespace {

using namespace train;

/// Builds one step in a copy of its loss program.
class StepBuilder {
public:
  StepBuilder(ir::ModelOp model, const Settings &settings)
      : step(model, settings), settings(settings), body(model.getBody().front()) {
    step.builder.setInsertionPoint(body.getTerminator());
  }

  LogicalResult run() {
    hoistAssigns(step.model);
    addScalars();
    lowerDraws(step);
    if (failed(addParameters()))
      return failure();
    addStates();
    addFollowers();
    derive();
    if (failed(update()))
      return failure();
    finish();
    return success();
  }

private:
  void addScalars();
  LogicalResult addParameters();
  void addStates();
  void addFollowers();
  void derive();
  void perturb(double rho);
  LogicalResult update();
  void follow();
  void accumulate(DictionaryAttr link);
  void holdUntil(Value isLast);
  void finish();

  Step step;
  const Settings &settings;
  Block &body;
  SmallVector<Trained> trained;
  SmallVector<ir::ParamOp> replaced;
  Value isLast; ///< under `accumulate`: whether this step updates
  size_t accumulators = 0;
};

void StepBuilder::addScalars() {
  OpBuilder &b = step.builder;
  step.factor = step.addInput("lr_factor", ir::scalarType(b.getF64Type()));
  step.step = step.addInput("step", ir::scalarType(b.getI64Type()));
  step.seed = step.addInput("seed", ir::scalarType(b.getI64Type()));
  Value number = step.build.cast(step.step, b.getF64Type());
  step.count = step.build.binary(ir::BinaryKind::Add, number, 1.0);
}

/// Trained parameters become inputs; what nothing trains stays a parameter.
LogicalResult StepBuilder::addParameters() {
  for (auto param : body.getOps<ir::ParamOp>()) {
    if (param.getRole() != "trained" ||
        llvm::all_of(settings.trained(param), [](double one) { return one == 0; }))
      continue;
    FailureOr<DictionaryAttr> rule = settings.ruleOf(param);
    if (failed(rule))
      return failure();
    std::string path = param.getPath().str();
    Value now = step.addInput(path, param.getType());
    param.getResult().replaceAllUsesWith(now);
    step.slots.push_back(
        {path, "parameter", path, step.builder.getStringAttr("parameter"), now, Value()});
    trained.push_back({param, *rule, now, Value(), Value()});
    replaced.push_back(param);
  }
  if (trained.empty())
    return step.model.emitError(
        "nothing is trained: no parameter of the role 'trained' fits 'only'");
  return success();
}

void StepBuilder::addStates() {
  llvm::MapVector<StringRef, Value> assigned;
  for (auto assign : llvm::make_early_inc_range(body.getOps<ir::AssignOp>())) {
    assigned[assign.getPath()] = assign.getValue();
    assign.erase();
  }
  for (auto param : body.getOps<ir::ParamOp>()) {
    auto found = assigned.find(param.getPath());
    if (found == assigned.end())
      continue;
    std::string path = param.getPath().str();
    Value now = step.addInput(path, param.getType());
    param.getResult().replaceAllUsesWith(now);
    step.slots.push_back(
        {path, "state", path, step.builder.getStringAttr("parameter"), now, found->second});
    replaced.push_back(param);
  }
}

/// Copies of parameters and states that move towards them behind each update.
void StepBuilder::addFollowers() {
  for (auto param : body.getOps<ir::ParamOp>()) {
    std::string path = param.getPath().str();
    if (!settings.follower(path) || llvm::is_contained(replaced, param))
      continue;
    Value now = step.addInput(path, param.getType());
    param.getResult().replaceAllUsesWith(now);
    step.slots.push_back(
        {path, "average", path, step.builder.getStringAttr("parameter"), now, now});
    replaced.push_back(param);
  }
}

void StepBuilder::follow() {
  ir::TensorBuilder &b = step.build;
  for (train::Slot &slot : step.slots) {
    if (slot.role != "average")
      continue;
    DictionaryAttr follower = settings.follower(slot.name);
    double decay = Settings::number(follower, "decay", 1);
    StringRef of = follower.getAs<StringAttr>("of").getValue();
    for (train::Slot &other : step.slots) // none has the name of one that stays as it is
      if (other.name == of && other.role != "slot" && other.role != "shipped")
        slot.next = isa<FloatType>(ir::TensorBuilder::elementOf(slot.now))
                        ? b.add(b.mul(slot.now, decay), b.mul(other.next, 1 - decay))
                        : other.next;
  }
}

void StepBuilder::derive() {
  Value loss = body.getTerminator()->getOperand(0);
  if (DictionaryAttr sam = settings.link("sam"))
    return perturb(Settings::number(sam, "rho", 0.05));
  SmallVector<Value> by;
  SmallVector<Type> types;
  for (const Trained &one : trained) {
    by.push_back(one.now);
    types.push_back(one.now.getType());
  }
  auto grad = ir::GradOp::create(step.builder, loss.getLoc(), types, loss, by);
  for (auto [one, gradient] : llvm::zip_equal(trained, grad.getResults()))
    one.gradient = gradient;
}

/// Foret et al. 2021, arXiv:2010.01412: the gradient at the worst point of a ball around the
/// weights.
void StepBuilder::perturb(double rho) {
  ir::TensorBuilder &b = step.build;
  Value loss = body.getTerminator()->getOperand(0);
  SmallVector<Operation *> forward;
  for (Operation &op : body.without_terminator())
    if (!isa<ir::ParamOp>(op))
      forward.push_back(&op);
  SmallVector<Value> by, there;
  SmallVector<Type> types;
  for (const Trained &one : trained) {
    by.push_back(one.now);
    types.push_back(one.now.getType());
  }
  auto first = ir::GradOp::create(step.builder, loss.getLoc(), types, loss, by);
  SmallVector<Value> gradients(first.getResults());
  Value norm = globalNorm(b, gradients);
  Value scale = b.div(b.constant(rho, ir::TensorBuilder::elementOf(norm)),
                      b.binary(ir::BinaryKind::Add, norm, 1e-12));
  IRMapping map;
  for (auto [one, gradient] : llvm::zip_equal(trained, gradients)) {
    there.push_back(b.add(one.now, b.mul(gradient, scale)));
    map.map(one.now, there.back());
  }
  for (Operation *op : forward)
    step.builder.clone(*op, map);
  auto second =
      ir::GradOp::create(step.builder, loss.getLoc(), types, map.lookupOrDefault(loss), there);
  for (auto [one, gradient] : llvm::zip_equal(trained, second.getResults()))
    one.gradient = gradient;
}

/// Sums gradients over `steps` steps, the last of which updates.
void StepBuilder::accumulate(DictionaryAttr link) {
  ir::TensorBuilder &b = step.build;
  double period = Settings::number(link, "steps", 1);
  Value position = b.binary(ir::BinaryKind::Mod, step.step, period);
  isLast = b.binary(ir::BinaryKind::Eq, position, period - 1);
  Value updates = b.binary(ir::BinaryKind::FloorDiv, step.step, period);
  step.count = b.binary(ir::BinaryKind::Add, b.cast(updates, step.builder.getF64Type()), 1.0);
  for (Trained &one : trained) {
    train::Slot &sum = step.addSlot("accumulate", one, step.builder.getF64FloatAttr(0));
    one.gradient = b.add(sum.now, b.mul(one.gradient, 1 / period));
    Value zero = b.constant(0, ir::TensorBuilder::elementOf(one.now));
    sum.next = b.where(isLast, zero, one.gradient);
  }
  accumulators = trained.size();
}

LogicalResult StepBuilder::update() {
  if (DictionaryAttr link = settings.link("accumulate"))
    accumulate(link);
  for (DictionaryAttr link : settings.chain)
    applyGradientLink(step, link, trained);
  for (Trained &one : trained) {
    if (failed(applyRule(step, one)))
      return failure();
    std::vector<double> mask = settings.trained(one.param);
    if (llvm::is_contained(mask, 0.0)) {
      Value isTrained = step.build.binary(ir::BinaryKind::Ne, step.ofMembers(one, mask), 0.0);
      one.next = step.build.where(isTrained, one.next, one.now);
    }
    for (DictionaryAttr link : settings.chain)
      applyLastLink(step, link, one);
  }
  for (auto [slot, one] : llvm::zip(step.slots, trained))
    slot.next = one.next;
  follow();
  if (isLast)
    holdUntil(isLast);
  return success();
}

/// Between updates parameters and the optimizer's slots stay; sums of gradients and states do not.
void StepBuilder::holdUntil(Value isLast) {
  for (train::Slot &slot : step.slots) {
    bool isSum = StringRef(slot.name).starts_with("accumulate.") && slot.role == "slot";
    if (slot.role != "state" && !isSum)
      slot.next = step.build.where(isLast, slot.next, slot.now);
  }
}

void StepBuilder::finish() {
  OpBuilder &b = step.builder;
  Operation *yield = body.getTerminator();
  SmallVector<Attribute> names(step.model.getOutputNames().getValue()), slots;
  for (train::Slot &slot : step.slots) {
    std::string name = slot.name;
    while (llvm::is_contained(names, b.getStringAttr(name)))
      name += "'";
    names.push_back(b.getStringAttr(name));
    yield->insertOperands(yield->getNumOperands(), slot.next);
    slots.push_back(b.getDictionaryAttr({b.getNamedAttr("name", b.getStringAttr(slot.name)),
                                         b.getNamedAttr("role", b.getStringAttr(slot.role)),
                                         b.getNamedAttr("of", b.getStringAttr(slot.of)),
                                         b.getNamedAttr("init", slot.init)}));
  }
  step.model.setOutputNamesAttr(b.getArrayAttr(names));
  step.model->setAttr("slots", b.getArrayAttr(slots));
  for (ir::ParamOp param : replaced)
    param.erase();
}

/// The first output is a loss.
LogicalResult checkLoss(ir::ModelOp model) {
  Operation *yield = model.getBody().front().getTerminator();
  if (yield->getNumOperands() == 0)
    return model.emitError("a loss program has the loss as its first output");
  RankedTensorType type = ir::typeOf(yield->getOperand(0));
  if (type.getRank() != 0 || !isa<FloatType>(type.getElementType()))
    return model.emitError() << "the loss has the type " << type
                             << ", must be a float without axes; average it over 'batch'";
  return success();
}

LogicalResult makeStep(ir::ModelOp model) {
  auto attribute = model->getAttrOfType<DictionaryAttr>("train");
  model->removeAttr("train");
  FailureOr<Settings> settings = Settings::read(model, attribute);
  if (failed(settings) || failed(checkLoss(model)))
    return failure();
  OpBuilder builder(model->getContext());
  builder.setInsertionPointAfter(model);
  auto copy = cast<ir::ModelOp>(builder.clone(*model));
  copy.setSymName((model.getSymName() + "_step").str());
  makeBatchStatic(copy, settings->batch);
  if (failed(StepBuilder(copy, *settings).run())) {
    copy.erase();
    return failure();
  }
  return success();
}

struct TrainStepPass : impl::TrainStepPassBase<TrainStepPass> {
  void runOnOperation() override {
    for (auto model : llvm::make_early_inc_range(getOperation().getOps<ir::ModelOp>()))
      if (model->hasAttr("train") && failed(makeStep(model)))
        return signalPassFailure();
  }
};

} // namespace
} // namespace lamina
