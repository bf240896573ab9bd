// lamina-emit-kernels: assembles the kernels of a model to its functions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/EmitKernels.h"

#include "compiler/Kernels/BufferAccess.h"
#include "compiler/Kernels/IndexMath.h"
#include "compiler/Kernels/Sharing.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace lamina::kernels {
#define GEN_PASS_DEF_EMITKERNELS
#include "compiler/Kernels/Kernels.h.inc"

using namespace mlir;

static int64_t planned(Operation *op, StringRef key) {
  return cast<IntegerAttr>(op->getAttrOfType<DictionaryAttr>("plan").get(key)).getInt();
}

ArrayRef<int64_t> plannedList(Operation *op, StringRef key, bool oneSample) {
  auto plan = op->getAttrOfType<DictionaryAttr>("plan");
  return cast<DenseI64ArrayAttr>(plan.get(oneSample ? (key + "_one").str() : key.str()))
      .asArrayRef();
}

/// The run-time extents of a model's inputs, in order of appearance.
static SmallVector<StringRef> runTimeExtents(ir::ModelOp model) {
  SmallVector<StringRef> names;
  for (BlockArgument input : model.getBody().getArguments())
    for (const ir::Axis &axis : ir::axisList(cast<RankedTensorType>(input.getType())))
      if (axis.bound && !llvm::is_contained(names, axis.name.getValue()))
        names.push_back(axis.name.getValue());
  return names;
}

ModelEmitter::ModelEmitter(ir::ModelOp model, ir::TargetAttr target, bool oneSample,
                           Globals &globals)
    : model(model), globals(globals), builder(model.getLoc(), model.getContext()) {
  context.target = target;
  context.oneSample = oneSample;
  context.tile = planned(model, "tile");
}

int64_t ModelEmitter::elementsOf(Type type) const {
  int64_t count = 1;
  for (const ir::Axis &axis : ir::axisList(cast<RankedTensorType>(type)))
    count *= axis.bound ? axis.bound : ShapedType::isDynamic(axis.extent) ? samples() : axis.extent;
  return count;
}

MemRefType ModelEmitter::memoryOf(Type type) const {
  return MemRefType::get({elementsOf(type)},
                         memoryType(cast<RankedTensorType>(type).getElementType()));
}

/// The type's axes without gaps.
Buffer ModelEmitter::bufferOf(Value memory, Type type) const {
  Buffer buffer{memory, nullptr, {}, cast<RankedTensorType>(type).getElementType()};
  int64_t stride = 1;
  SmallVector<ir::Axis> axes = ir::axisList(cast<RankedTensorType>(type));
  for (const ir::Axis &axis : llvm::reverse(axes)) {
    int64_t extent = axis.bound                           ? axis.bound
                     : ShapedType::isDynamic(axis.extent) ? samples()
                                                          : axis.extent;
    buffer.axes.insert(buffer.axes.begin(), {axis.name.str(), extent, stride});
    stride *= extent;
  }
  return buffer;
}

Buffer ModelEmitter::inWorkspace(int64_t offset, Type type) {
  Value view = memref::ViewOp::create(builder, memoryOf(type), context.workspace,
                                      constantIndex(builder, offset), ValueRange());
  return bufferOf(view, type);
}

/// Packed, inputs, outputs, samples, run-time extents, thread and threads if there are any,
/// workspace.
func::FuncOp ModelEmitter::createFunction() {
  Type index = builder.getIndexType(), bytes = builder.getI8Type();
  SmallVector<Type> types = {MemRefType::get({planned(model, "packed")}, bytes)};
  Block &body = model.getBody().front();
  for (BlockArgument input : body.getArguments())
    types.push_back(memoryOf(input.getType()));
  for (Value output : body.getTerminator()->getOperands())
    types.push_back(memoryOf(output.getType()));
  if (!context.oneSample)
    types.push_back(index);
  types.append(runTimeExtents(model).size(), index);
  if (context.target.getThreads())
    types.append(2, index);
  StringRef size = context.oneSample ? "workspace_one" : "workspace_rows";
  types.push_back(MemRefType::get({std::max<int64_t>(1, planned(model, size))}, bytes));
  std::string name = (model.getSymName() + (context.oneSample ? ".one" : ".rows")).str();
  builder.setInsertionPoint(model);
  return func::FuncOp::create(builder, name, builder.getFunctionType(types, builder.getI32Type()));
}

void ModelEmitter::bindArguments(func::FuncOp function) {
  Block &body = model.getBody().front();
  unsigned next = 0;
  packed = function.getArgument(next++);
  for (BlockArgument input : body.getArguments())
    buffers[input] = bufferOf(function.getArgument(next++), input.getType());
  for (Value output : body.getTerminator()->getOperands())
    modelOutputs.push_back(bufferOf(function.getArgument(next++), output.getType()));
  context.rows = context.oneSample ? constantIndex(builder, 1) : function.getArgument(next++);
  for (StringRef axis : runTimeExtents(model))
    context.extents[axis] = function.getArgument(next++);
  if (context.target.getThreads()) {
    context.thread = function.getArgument(next++);
    context.threads = function.getArgument(next++);
  }
  context.workspace = function.getArgument(next);
  auto status = memref::AllocaOp::create(builder, MemRefType::get({1}, builder.getI32Type()));
  context.status = status;
  Value ok = arith::ConstantIntOp::create(builder, 0, 32);
  memref::StoreOp::create(builder, ok, status, constantIndex(builder, 0));
}

LogicalResult ModelEmitter::emit() {
  func::FuncOp function = createFunction();
  builder.setInsertionPointToStart(function.addEntryBlock());
  if (!context.oneSample && context.tile == 1) {
    // One sample at a time: the form for one sample is all there is.
    SmallVector<Value> arguments(function.getArguments());
    arguments.erase(arguments.begin() + 1 + model.getBody().getNumArguments() +
                    model.getOutputNames().size());
    auto call = func::CallOp::create(builder, (model.getSymName() + ".one").str(),
                                     builder.getI32Type(), arguments);
    func::ReturnOp::create(builder, call.getResults());
    return success();
  }
  bindArguments(function);
  countKernels();
  if (failed(emitBlock(model.getBody().front())))
    return failure();
  builder.setLoc(model.getLoc());
  Value status = memref::LoadOp::create(builder, context.status, constantIndex(builder, 0));
  func::ReturnOp::create(builder, status);
  return success();
}

/// Where the module has `lamina.profile`, a number, a call of `lamina_profile` with it and the
/// number of the kernel in the model's order follows each kernel.
void ModelEmitter::markEnd(ir::KernelOp kernel) {
  auto module = model->getParentOfType<ModuleOp>();
  auto profile = module->getAttrOfType<IntegerAttr>("lamina.profile");
  if (!profile)
    return;
  if (numbers.empty())
    model.walk([&](ir::KernelOp op) { numbers.insert({op, int64_t(numbers.size())}); });
  constexpr StringLiteral kName = "lamina_profile";
  Type number = builder.getI64Type();
  if (!module.lookupSymbol(kName)) {
    OpBuilder declarations = OpBuilder::atBlockBegin(module.getBody());
    func::FuncOp::create(declarations, model.getLoc(), kName,
                         builder.getFunctionType({number, number}, {}))
        .setPrivate();
  }
  onFirstThread(context, builder, [&] {
    SmallVector<Value> arguments = {
        arith::ConstantIntOp::create(builder, profile.getInt(), 64),
        arith::ConstantIntOp::create(builder, numbers.lookup(kernel), 64)};
    func::CallOp::create(builder, kName, TypeRange(), arguments);
  });
}

LogicalResult ModelEmitter::emitBlock(Block &block) {
  for (Operation &op : block.without_terminator()) {
    builder.setLoc(op.getLoc());
    auto result =
        llvm::TypeSwitch<Operation *, LogicalResult>(&op)
            .Case<ir::ParamOp>([&](auto param) { return bindParam(param), success(); })
            .Case<ir::ConstantOp>([&](auto constant) { return bindConstant(constant), success(); })
            .Case<ir::KernelOp>([&](auto kernel) {
              LogicalResult emitted = emitKernel(kernel);
              awaitThreads(context, builder);
              markEnd(kernel);
              return emitted;
            })
            .Case<ir::RepeatOp>([&](auto repeat) { return emitRepeat(repeat); })
            .Case<ir::WidenOp>([&](auto widen) { return emitWiden(widen), success(); })
            .Case<ir::NarrowOp>([&](auto narrow) { return emitNarrow(narrow), success(); })
            .Default([](Operation *other) { return other->emitOpError("stands in no kernel"); });
    if (failed(result))
      return failure();
  }
  return success();
}

/// The elements that a parameter takes up, the last panels filled up with zeros.
static int64_t elementsInPanels(ir::ParamOp param) {
  auto plan = param->getAttrOfType<DictionaryAttr>("plan");
  auto block = plan.getAs<IntegerAttr>("block");
  int64_t lanes = 1, others = 1;
  for (const ir::Axis &axis : ir::axisList(cast<RankedTensorType>(param.getResult().getType()))) {
    bool isLane = block && llvm::is_contained(plan.getAs<ArrayAttr>("lane"), Attribute(axis.name));
    (isLane ? lanes : others) *= axis.extent;
  }
  return others * (block ? int64_t(llvm::alignTo(lanes, block.getInt())) : lanes);
}

/// A parameter in panels shows its rounds alone; its contraction knows the rest.
void ModelEmitter::bindParam(ir::ParamOp param) {
  auto type = cast<RankedTensorType>(param.getResult().getType());
  auto plan = param->getAttrOfType<DictionaryAttr>("plan");
  ArrayRef<int64_t> rounds = plan.getAs<DenseI64ArrayAttr>("rounds").asArrayRef();
  Type element = memoryType(type.getElementType());
  int64_t bytes = llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
  int64_t offset = planned(param, "offset");
  auto memory = MemRefType::get({elementsInPanels(param)}, element);
  Value view =
      memref::ViewOp::create(builder, memory, packed, constantIndex(builder, offset), ValueRange());
  Buffer buffer = bufferOf(view, type);
  if (plan.get("block"))
    buffer.axes.truncate(rounds.size());
  for (auto [axis, round] : llvm::zip(buffer.axes, rounds))
    axis.stride = round / bytes;
  buffers[param.getResult()] = buffer;
}

/// The elements as they lie in memory: bool as bytes.
static DenseElementsAttr inMemory(DenseElementsAttr value) {
  Type element = memoryType(value.getElementType());
  auto type = RankedTensorType::get({value.getNumElements()}, element);
  if (!value.getElementType().isInteger(1))
    return DenseElementsAttr::getFromRawBuffer(type, value.getRawData());
  SmallVector<int8_t> bytes;
  for (bool bit : value.getValues<bool>())
    bytes.push_back(bit);
  return DenseElementsAttr::get(type, ArrayRef<int8_t>(bytes));
}

/// The two forms share the data of a constant. Its own entry in `globals` is there already, so that
/// the count is a new name.
std::string ModelEmitter::addGlobal(ir::ConstantOp constant) {
  auto module = model->getParentOfType<ModuleOp>();
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(module.getBody());
  auto global = memref::GlobalOp::create(
      builder, (model.getSymName() + ".constant." + Twine(globals.size())).str(),
      builder.getStringAttr("private"), memoryOf(constant.getResult().getType()),
      inMemory(cast<DenseElementsAttr>(constant.getValue())),
      /*constant=*/true, /*alignment=*/builder.getI64IntegerAttr(64));
  return global.getSymName().str();
}

void ModelEmitter::bindConstant(ir::ConstantOp constant) {
  std::string &symbol = globals[constant];
  if (symbol.empty())
    symbol = addGlobal(constant);
  Type type = constant.getResult().getType();
  Value memory = memref::GetGlobalOp::create(builder, memoryOf(type), symbol);
  buffers[constant.getResult()] = bufferOf(memory, type);
}

LogicalResult ModelEmitter::emitKernel(ir::KernelOp kernel) {
  for (Type type : kernel.getResultTypes())
    for (const ir::Axis &axis : ir::axisList(cast<RankedTensorType>(type)))
      if (axis.bound)
        return kernel.emitOpError() << "makes axis '" << axis.name.getValue()
                                    << "' of run-time extent; 'lamina-widen' makes it static";
  ArrayRef<int64_t> offsets = plannedList(kernel, "offsets", context.oneSample);
  SmallVector<Buffer> inputs, outputs;
  for (Value input : kernel.getInputs())
    inputs.push_back(buffers.find(input)->second);
  for (auto [result, offset] : llvm::zip_equal(kernel.getResults(), offsets)) {
    if (offset < 0)
      for (auto [i, output] :
           llvm::enumerate(model.getBody().front().getTerminator()->getOperands()))
        if (output == result)
          buffers[result] = modelOutputs[i];
    if (auto part = partOfCollected.find(result); part != partOfCollected.end())
      buffers[result] = part->second;
    else if (offset >= 0)
      buffers[result] = inWorkspace(offset, result.getType());
    outputs.push_back(buffers[result]);
  }
  StringRef text = textOf.lookup(kernel);
  return kernelsOfText.lookup(text) > 1 ? callShared(kernel, text, inputs, outputs)
                                        : buildKernel(kernel, inputs, outputs);
}

LogicalResult ModelEmitter::buildKernel(ir::KernelOp kernel, ArrayRef<Buffer> inputs,
                                        ArrayRef<Buffer> outputs) {
  switch (kernel.getKind()) {
  case ir::KernelKind::Contraction:
    return buildContraction(kernel, inputs, outputs, context, builder);
  case ir::KernelKind::Rowwise:
    return buildRowwise(kernel, inputs, outputs, context, builder);
  case ir::KernelKind::Elementwise:
    return buildElementwise(kernel, inputs, outputs, context, builder);
  case ir::KernelKind::Select:
    return buildSelect(kernel, inputs, outputs, context, builder);
  case ir::KernelKind::Scatter:
    return buildScatter(kernel, inputs, outputs, context, builder);
  }
  llvm_unreachable("every kind of kernel has a builder");
}

void ModelEmitter::copy(const Buffer &from, const Buffer &to) {
  Position position;
  std::function<void(size_t)> level = [&](size_t depth) {
    if (depth == to.axes.size()) {
      store(context, builder, load(context, builder, from, position), to, position);
      return;
    }
    const Buffer::Axis &axis = to.axes[depth];
    Value count = axis.name == ir::kBatchAxis ? context.rows : constantIndex(builder, axis.extent);
    loopOver(builder, constantIndex(builder, 0), count, 1, [&](Value index) {
      position.index[axis.name] = index;
      level(depth + 1);
    });
  };
  onFirstThread(context, builder, [&] { level(0); });
  awaitThreads(context, builder);
}

namespace {

struct EmitKernels : impl::EmitKernelsBase<EmitKernels> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto target = module->getAttrOfType<ir::TargetAttr>("lamina.target");
    for (auto model : llvm::make_early_inc_range(module.getOps<ir::ModelOp>())) {
      if (!target || !model->hasAttr("plan")) {
        model.emitOpError("has no plan");
        return signalPassFailure();
      }
      ModelEmitter::Globals globals;
      for (bool oneSample : {true, false})
        if (failed(ModelEmitter(model, target, oneSample, globals).emit()))
          return signalPassFailure();
      model.erase();
    }
  }
};

} // namespace
} // namespace lamina::kernels
