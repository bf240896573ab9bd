// Kernels that say the same become one function, called once for each: code does not grow with
// equal layers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/EmitKernels.h"

#include "compiler/Kernels/IndexMath.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace lamina::kernels {

/// The kernel with its operands' names and its places in the workspace left out.
static std::string textWithoutPlaces(ir::KernelOp kernel) {
  auto copy = cast<ir::KernelOp>(kernel->clone());
  NamedAttrList plan(copy.getPlanAttr());
  for (StringRef key : {"offsets", "offsets_one", "scratch", "scratch_one"})
    plan.erase(key);
  // Whether there is scratch is part of what the kernel says.
  if (kernel.getPlanAttr().contains("scratch"))
    plan.set("scratch", UnitAttr::get(kernel.getContext()));
  copy.setPlanAttr(plan.getDictionary(kernel.getContext()));
  std::string text;
  llvm::raw_string_ostream stream(text);
  copy->print(stream, OpPrintingFlags().useLocalScope());
  copy->erase();
  return text;
}

void ModelEmitter::countKernels() {
  model.walk([&](ir::KernelOp kernel) {
    auto entry = kernelsOfText.try_emplace(textWithoutPlaces(kernel), 0).first;
    ++entry->second;
    textOf[kernel] = entry->first();
  });
}

/// How a buffer is addressed: two buffers that say the same differ only in where they begin.
static void describeBuffer(const Buffer &buffer, llvm::raw_ostream &out) {
  out << "\n" << buffer.memory.getType() << (buffer.offset ? " offset" : "");
  for (const Buffer::Axis &axis : buffer.axes)
    out << ' ' << axis.name << ':' << axis.extent << ':' << axis.stride;
}

/// Takes the values of a buffer off the front of a function's arguments.
static Buffer takeBuffer(const Buffer &like, ValueRange &arguments) {
  Buffer buffer = like;
  buffer.memory = arguments.front();
  arguments = arguments.drop_front();
  if (!like.offset)
    return buffer;
  buffer.offset = arguments.front();
  arguments = arguments.drop_front();
  return buffer;
}

/// The function of a kernel. Its arguments are those that the call passes, in their order.
FailureOr<func::FuncOp> ModelEmitter::makeShared(ir::KernelOp kernel, ArrayRef<Buffer> inputs,
                                                 ArrayRef<Buffer> outputs, ValueRange arguments) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(model);
  std::string name = (model.getSymName() + (context.oneSample ? ".one" : ".rows") + ".kernel" +
                      Twine(shared.size()))
                         .str();
  auto function = func::FuncOp::create(builder, name,
                                       builder.getFunctionType(TypeRange(arguments), TypeRange()));
  function.setPrivate();
  builder.setInsertionPointToStart(function.addEntryBlock());
  ValueRange rest(function.getArguments());
  SmallVector<Buffer> in, out;
  for (const Buffer &buffer : inputs)
    in.push_back(takeBuffer(buffer, rest));
  for (const Buffer &buffer : outputs)
    out.push_back(takeBuffer(buffer, rest));
  FunctionContext outside = context;
  forEachOfContext([&](Value &value) {
    value = rest.front();
    rest = rest.drop_front();
  });
  if (context.oneSample)
    context.rows = constantIndex(builder, 1);
  LogicalResult result = buildKernel(kernel, in, out);
  context = outside;
  if (failed(result))
    return failure();
  func::ReturnOp::create(builder);
  return function;
}

LogicalResult ModelEmitter::callShared(ir::KernelOp kernel, StringRef text, ArrayRef<Buffer> inputs,
                                       ArrayRef<Buffer> outputs) {
  std::string key = text.str();
  llvm::raw_string_ostream stream(key);
  SmallVector<Value> arguments;
  for (ArrayRef<Buffer> buffersOfSide : {inputs, outputs})
    for (const Buffer &buffer : buffersOfSide) {
      describeBuffer(buffer, stream);
      arguments.push_back(buffer.memory);
      if (buffer.offset)
        arguments.push_back(buffer.offset);
    }
  auto scratch =
      kernel.getPlanAttr().getAs<IntegerAttr>(context.oneSample ? "scratch_one" : "scratch");
  context.scratch = scratch ? constantIndex(builder, scratch.getInt()) : Value();
  forEachOfContext([&](Value &value) { arguments.push_back(value); });
  func::FuncOp &function = shared[key];
  if (!function) {
    FailureOr<func::FuncOp> made = makeShared(kernel, inputs, outputs, arguments);
    if (failed(made))
      return failure();
    function = *made;
  }
  context.scratch = nullptr;
  func::CallOp::create(builder, function, arguments);
  return success();
}

/// The values of the context that a function of its own must be given.
void ModelEmitter::forEachOfContext(llvm::function_ref<void(Value &)> visit) {
  for (Value *value : {&context.rows, &context.thread, &context.threads, &context.status,
                       &context.workspace, &context.scratch})
    if (*value && !(context.oneSample && value == &context.rows))
      visit(*value);
  SmallVector<StringRef> names(context.extents.keys());
  llvm::sort(names);
  for (StringRef name : names)
    visit(context.extents[name]);
}

} // namespace lamina::kernels
