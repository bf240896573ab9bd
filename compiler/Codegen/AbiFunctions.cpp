// Builds the C functions of a model around its kernels.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/AbiFunctions.h"

#include "compiler/Codegen/AbiSupport.h"
#include "compiler/Codegen/SupportCode.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/IPO/Internalize.h"

using namespace llvm;

namespace lamina::codegen {

namespace {

/// Read-only data and functions of one model. The layouts of the structs are those of lamina/abi.h
/// and AbiSupport.c.
class AbiBuilder {
public:
  AbiBuilder(Module &module, const ModelInterface &model)
      : module(module), context(module.getContext()), model(model), builder(context),
        i32(builder.getInt32Ty()), i64(builder.getInt64Ty()), pointer(builder.getPtrTy()) {}

  void build(bool withInvoke) {
    buildInfo();
    buildSizes();
    buildPack();
    Function *run = buildRun();
    if (withInvoke)
      addInvoke(module, *run, model.symbol + "_invoke");
  }

private:
  Constant *number(int64_t value) { return ConstantInt::get(i64, value, /*IsSigned=*/true); }
  Constant *number32(int64_t value) { return ConstantInt::get(i32, value, /*IsSigned=*/true); }
  Constant *null() { return ConstantPointerNull::get(pointer); }

  GlobalVariable *constant(Constant *value, const Twine &name, unsigned alignment = 8) {
    auto *global = new GlobalVariable(module, value->getType(), /*isConstant=*/true,
                                      GlobalValue::PrivateLinkage, value, name);
    global->setAlignment(Align(alignment));
    global->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
    return global;
  }
  Constant *text(StringRef value) {
    return constant(ConstantDataArray::getString(context, value), "text", 1);
  }
  Constant *bytes(StringRef value, unsigned alignment) {
    return constant(ConstantDataArray::getString(context, value, /*AddNull=*/false), "bytes",
                    alignment);
  }
  Constant *numbers(ArrayRef<int64_t> values) {
    if (values.empty())
      return null();
    SmallVector<uint64_t> words(values.begin(), values.end());
    return constant(ConstantDataArray::get(context, words), "numbers");
  }
  Constant *array(ArrayRef<Constant *> entries, const Twine &name) {
    if (entries.empty())
      return null();
    return constant(
        ConstantArray::get(ArrayType::get(entries[0]->getType(), entries.size()), entries), name);
  }

  Function *function(const Twine &name, Type *result, ArrayRef<Type *> arguments) {
    auto *made = Function::Create(FunctionType::get(result, arguments, false),
                                  GlobalValue::ExternalLinkage, model.symbol + name, module);
    builder.SetInsertPoint(BasicBlock::Create(context, "entry", made));
    return made;
  }

  Constant *valueInfo(StringRef name, ArrayRef<int64_t> shape, int32_t dtype) {
    return ConstantStruct::getAnon(
        {text(name), numbers(shape), number32(shape.size()), number32(dtype)});
  }
  Constant *packing(const ParameterInterface &parameter);
  void buildInfo();
  void buildSizes();
  void buildPack();
  Function *buildRun();
  void buildExtentChecks(Function *run, ArrayRef<Value *> extents);
  void buildTiles(Function *run, Value *packed, ArrayRef<Value *> values, Value *batch,
                  ArrayRef<Value *> extents, Value *workspace);
  Value *sampleBytes(const ValueInterface &value, ArrayRef<Value *> extents);
  SmallVector<Value *> tileArguments(Value *packed, ArrayRef<Value *> values,
                                     ArrayRef<Value *> extents, Value *first);
  Function *buildForm();
  Constant *threading();
  void buildThreads(Value *packed, ArrayRef<Value *> values, Value *batch,
                    ArrayRef<Value *> extents, Value *workspace);
  Value *callForm(StringRef form, ArrayRef<Value *> arguments);
  void returnUnlessOk(Value *status, const Twine &next);

  Module &module;
  LLVMContext &context;
  const ModelInterface &model;
  IRBuilder<> builder;
  Type *i32;
  Type *i64;
  PointerType *pointer;
  Constant *threadingData = nullptr;
};

void AbiBuilder::buildInfo() {
  SmallVector<Constant *> inputs, outputs, parameters, extents;
  for (const ValueInterface &value : model.inputs)
    inputs.push_back(valueInfo(value.name, value.shape, value.dtype));
  for (const ValueInterface &value : model.outputs)
    outputs.push_back(valueInfo(value.name, value.shape, value.dtype));
  for (const ParameterInterface &value : model.parameters)
    parameters.push_back(valueInfo(value.path, value.shape, value.dtype));
  for (const ExtentInterface &extent : model.extents)
    extents.push_back(ConstantStruct::getAnon({text(extent.name), number(extent.bound)}));
  Constant *info = ConstantStruct::getAnon(
      {number32(LAMINA_ABI_VERSION), number32(!model.embedded.empty()), text(model.name),
       text(model.version), text(model.target), text(model.options), number(model.hash),
       number(model.packedBytes), number(inputs.size()), array(inputs, "inputs"),
       number(outputs.size()), array(outputs, "outputs"), number(parameters.size()),
       array(parameters, "parameters"), number(extents.size()), array(extents, "extents")});
  function("_info", pointer, {});
  builder.CreateRet(constant(info, "info"));
}

void AbiBuilder::buildSizes() {
  function("_weights_bytes", i64, {});
  builder.CreateRet(number(model.packedBytes));
  Function *workspace = function("_workspace_bytes", i64, {i64});
  if (model.threads > 0) {
    FunctionCallee support =
        module.getOrInsertFunction("lamina_support_workspace", i64, pointer, i64, i64);
    builder.CreateRet(builder.CreateCall(
        support, {threading(), number(model.workspaceOne), workspace->getArg(0)}));
    return;
  }
  Value *single = builder.CreateICmpSLE(workspace->getArg(0), number(1));
  builder.CreateRet(
      builder.CreateSelect(single, number(model.workspaceOne), number(model.workspaceRows)));
}

Constant *AbiBuilder::packing(const ParameterInterface &p) {
  Constant *fallback = p.defaultValue.empty() ? null() : bytes(p.defaultValue, 64);
  return ConstantStruct::getAnon(
      {text(p.path), numbers(p.shape), numbers(p.roundStrides), numbers(p.outerStrides),
       numbers(p.laneStrides), numbers(p.depthStrides), fallback, number(p.offset),
       number(p.depthExtent), number(p.block), number32(p.shape.size()), number32(p.stacked),
       number32(p.dtype), number32(elementBytes(p.dtype))});
}

void AbiBuilder::buildPack() {
  SmallVector<Constant *> packings;
  for (const ParameterInterface &parameter : model.parameters)
    packings.push_back(packing(parameter));
  FunctionCallee support = module.getOrInsertFunction("lamina_support_pack", i32, pointer, i64,
                                                      pointer, i64, i64, i64, pointer);
  Function *pack = function("_pack", i32, {pointer, i64, pointer});
  builder.CreateRet(builder.CreateCall(
      support, {array(packings, "packings"), number(packings.size()), pack->getArg(0),
                pack->getArg(1), number(model.hash), number(model.packedBytes), pack->getArg(2)}));
}

Value *AbiBuilder::callForm(StringRef form, ArrayRef<Value *> arguments) {
  Function *callee = module.getFunction((model.name + form).str());
  assert(callee && "the kernel stage makes both forms of every model");
  return builder.CreateCall(callee, arguments);
}

void AbiBuilder::returnUnlessOk(Value *status, const Twine &next) {
  Function *current = builder.GetInsertBlock()->getParent();
  BasicBlock *fail = BasicBlock::Create(context, "fail", current);
  BasicBlock *ok = BasicBlock::Create(context, next, current);
  builder.CreateCondBr(builder.CreateICmpEQ(status, number32(LAMINA_OK)), ok, fail);
  builder.SetInsertPoint(fail);
  builder.CreateRet(status);
  builder.SetInsertPoint(ok);
}

void AbiBuilder::buildExtentChecks(Function *run, ArrayRef<Value *> extents) {
  for (auto [value, extent] : zip_equal(extents, model.extents)) {
    // Unsigned: a negative extent is beyond every bound.
    Value *bad = builder.CreateICmpUGT(value, number(extent.bound));
    returnUnlessOk(
        builder.CreateSelect(bad, number32(LAMINA_EXTENT_OUT_OF_RANGE), number32(LAMINA_OK)),
        "extent");
  }
}

/// From one sample to the next in an array, whose run-time extents are those of the call.
Value *AbiBuilder::sampleBytes(const ValueInterface &value, ArrayRef<Value *> extents) {
  if (!value.hasBatch())
    return number(0);
  Value *bytes = number(elementBytes(value.dtype));
  for (int64_t extent : ArrayRef(value.shape).drop_front())
    bytes = builder.CreateMul(bytes, extent < 0 ? extents[-2 - extent] : number(extent));
  return bytes;
}

/// The packed weights, inputs and outputs from the sample `first` on.
SmallVector<Value *> AbiBuilder::tileArguments(Value *packed, ArrayRef<Value *> values,
                                               ArrayRef<Value *> extents, Value *first) {
  SmallVector<Value *> tile{packed};
  for (size_t i = 0; i < values.size(); ++i) {
    const ValueInterface &info =
        i < model.inputs.size() ? model.inputs[i] : model.outputs[i - model.inputs.size()];
    Value *start = builder.CreateMul(first, sampleBytes(info, extents));
    tile.push_back(builder.CreateGEP(builder.getInt8Ty(), values[i], start));
  }
  return tile;
}

/// The `lamina_form` of the model: calls the form for one sample or that for rows.
Function *AbiBuilder::buildForm() {
  IRBuilder<>::InsertPointGuard guard(builder);
  Function *form = function("_form", i32, {pointer, i64, i64, i64, i64, pointer});
  size_t count = 1 + model.inputs.size() + model.outputs.size();
  SmallVector<Value *> values, rest;
  for (size_t i = 0; i < count + model.extents.size(); ++i) {
    Type *type = i < count ? static_cast<Type *>(pointer) : i64;
    Value *value = builder.CreateLoad(type, builder.CreateConstGEP1_64(i64, form->getArg(0), i));
    (i < count ? values : rest).push_back(value);
  }
  SmallVector<Value *> one = tileArguments(values[0], ArrayRef(values).drop_front(), rest,
                                           form->getArg(1)),
                       rows = one;
  rest.append({form->getArg(3), form->getArg(4), form->getArg(5)});
  one.append(rest);
  rows.push_back(form->getArg(2));
  rows.append(rest);
  BasicBlock *single = BasicBlock::Create(context, "one", form),
             *several = BasicBlock::Create(context, "rows", form);
  builder.CreateCondBr(builder.CreateICmpEQ(form->getArg(2), number(1)), single, several);
  builder.SetInsertPoint(single);
  builder.CreateRet(callForm(".one", one));
  builder.SetInsertPoint(several);
  builder.CreateRet(callForm(".rows", rows));
  form->setLinkage(GlobalValue::InternalLinkage);
  return form;
}

/// The `lamina_threading` of the model.
Constant *AbiBuilder::threading() {
  if (!threadingData)
    threadingData = constant(
        ConstantStruct::getAnon({buildForm(), number(model.threads), number(model.work),
                                 number(model.apart), number(model.tile),
                                 number(std::max(model.workspaceOne, model.workspaceRows))}),
        "threading");
  return threadingData;
}

/// The support code divides the batch among threads.
void AbiBuilder::buildThreads(Value *packed, ArrayRef<Value *> values, Value *batch,
                              ArrayRef<Value *> extents, Value *workspace) {
  SmallVector<Value *> slots{packed};
  slots.append(values.begin(), values.end());
  slots.append(extents.begin(), extents.end());
  Value *arguments = builder.CreateAlloca(ArrayType::get(i64, slots.size()));
  for (auto [i, value] : enumerate(slots))
    builder.CreateStore(value, builder.CreateConstGEP1_64(i64, arguments, i));
  FunctionCallee support =
      module.getOrInsertFunction("lamina_support_run", i32, pointer, pointer, i64, pointer);
  builder.CreateRet(builder.CreateCall(support, {threading(), arguments, batch, workspace}));
}

/// One sample goes to the form for it, more go in equal tiles to the form with rows.
void AbiBuilder::buildTiles(Function *run, Value *packed, ArrayRef<Value *> values, Value *batch,
                            ArrayRef<Value *> extents, Value *workspace) {
  BasicBlock *one = BasicBlock::Create(context, "one", run);
  BasicBlock *entry = BasicBlock::Create(context, "many", run);
  BasicBlock *head = BasicBlock::Create(context, "tiles", run);
  BasicBlock *body = BasicBlock::Create(context, "tile", run);
  BasicBlock *done = BasicBlock::Create(context, "done", run);
  builder.CreateCondBr(builder.CreateICmpEQ(batch, number(1)), one, entry);

  builder.SetInsertPoint(one);
  SmallVector<Value *> arguments{packed};
  arguments.append(values.begin(), values.end());
  arguments.append(extents.begin(), extents.end());
  arguments.push_back(workspace);
  builder.CreateRet(callForm(".one", arguments));

  builder.SetInsertPoint(entry);
  builder.CreateBr(head);
  builder.SetInsertPoint(head);
  PHINode *first = builder.CreatePHI(i64, 2, "first");
  first->addIncoming(number(0), entry);
  builder.CreateCondBr(builder.CreateICmpSLT(first, batch), body, done);

  builder.SetInsertPoint(body);
  Value *left = builder.CreateSub(batch, first);
  // As few tiles as can be, of equal size: a small last one would read all weights for a few rows.
  auto roundUp = [&](Value *value, Value *by) {
    return builder.CreateUDiv(builder.CreateAdd(value, builder.CreateSub(by, number(1))), by);
  };
  Value *rows = roundUp(left, roundUp(left, number(model.tile)));
  SmallVector<Value *> tile = tileArguments(packed, values, extents, first);
  tile.push_back(rows);
  tile.append(extents.begin(), extents.end());
  tile.push_back(workspace);
  returnUnlessOk(callForm(".rows", tile), "next");
  first->addIncoming(builder.CreateAdd(first, rows), builder.GetInsertBlock());
  builder.CreateBr(head);

  builder.SetInsertPoint(done);
  builder.CreateRet(number32(LAMINA_OK));
}

Function *AbiBuilder::buildRun() {
  const size_t count = model.inputs.size() + model.outputs.size();
  Function *run = function("_run", i32, runType(context, model)->params());
  SmallVector<Value *> arguments(make_pointer_range(run->args()));
  Value *packed = arguments.front();
  ArrayRef<Value *> values = ArrayRef(arguments).slice(1, count);
  Value *batch = arguments[1 + count];
  ArrayRef<Value *> extents = ArrayRef(arguments).slice(2 + count, model.extents.size());
  if (model.embedded.empty()) {
    FunctionCallee check =
        module.getOrInsertFunction("lamina_support_check", i32, pointer, i64, i64);
    returnUnlessOk(
        builder.CreateCall(check, {packed, number(model.hash), number(model.packedBytes)}),
        "weights");
  } else {
    packed = bytes(model.embedded, 64);
  }
  Value *negative = builder.CreateICmpSLT(batch, number(0));
  returnUnlessOk(builder.CreateSelect(negative, number32(LAMINA_BAD_BATCH), number32(LAMINA_OK)),
                 "batch");
  buildExtentChecks(run, extents);
  if (model.threads > 0)
    buildThreads(packed, values, batch, extents, arguments.back());
  else
    buildTiles(run, packed, values, batch, extents, arguments.back());
  return run;
}

} // namespace

FunctionType *runType(LLVMContext &context, const ModelInterface &model) {
  Type *pointer = PointerType::getUnqual(context), *i64 = Type::getInt64Ty(context);
  SmallVector<Type *> types(1 + model.inputs.size() + model.outputs.size(), pointer);
  types.append(1 + model.extents.size(), i64);
  types.push_back(pointer);
  return FunctionType::get(Type::getInt32Ty(context), types, false);
}

Function *addInvoke(Module &module, Function &run, StringRef name) {
  LLVMContext &context = module.getContext();
  Type *pointer = PointerType::getUnqual(context), *i64 = Type::getInt64Ty(context);
  auto *invoke = Function::Create(FunctionType::get(run.getReturnType(), {pointer}, false),
                                  GlobalValue::ExternalLinkage, name, module);
  IRBuilder<> builder(BasicBlock::Create(context, "entry", invoke));
  SmallVector<Value *> arguments;
  for (auto [i, type] : enumerate(run.getFunctionType()->params())) {
    Value *slot = builder.CreateConstGEP1_64(pointer, invoke->getArg(0), i);
    Value *value = builder.CreateLoad(pointer, slot);
    arguments.push_back(type == i64 ? builder.CreateLoad(i64, value) : value);
  }
  builder.CreateRet(builder.CreateCall(&run, arguments));
  return invoke;
}

bool addAbiFunctions(Module &module, const ModelInterface &model, bool withInvoke,
                     std::string &error) {
  AbiBuilder(module, model).build(withInvoke);
  if (model.threads > 0 && !linkSupport(module, SupportCode::Threads, error))
    return false;
  return linkSupport(module, SupportCode::Abi, error);
}

void makeInternal(Module &module, ArrayRef<ModelInterface> models) {
  internalizeModule(module, [&](const GlobalValue &value) {
    return any_of(models, [&](const ModelInterface &m) {
      return value.getName().starts_with(m.symbol + "_");
    });
  });
  // Inlined into `run`, which has no line of the source, the forms would lose theirs.
  for (Function &function : module)
    if (function.getSubprogram())
      function.addFnAttr(Attribute::NoInline);
}

} // namespace lamina::codegen
