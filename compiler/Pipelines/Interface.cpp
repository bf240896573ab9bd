// Reads names, types and layouts of a planned model.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Pipelines/Interface.h"

#include "lamina/abi.h"

#include "llvm/Support/xxhash.h"

using namespace mlir;

namespace lamina {

using codegen::ModelInterface;
using codegen::ParameterInterface;
using codegen::ValueInterface;

static int32_t dtypeOf(Type element) {
  if (element.isF32())
    return LAMINA_F32;
  if (element.isF64())
    return LAMINA_F64;
  if (element.isBF16())
    return LAMINA_BF16;
  if (element.isF16())
    return LAMINA_F16;
  if (element.isInteger(1))
    return LAMINA_BOOL;
  if (element.isInteger(8))
    return element.isUnsignedInteger() ? LAMINA_U8 : LAMINA_I8;
  return element.isInteger(32) ? LAMINA_I32 : LAMINA_I64;
}

static int64_t bytesOf(Type element) { return std::max(1u, element.getIntOrFloatBitWidth() / 8); }

/// The run-time extents of all inputs, each name once.
static void addExtents(RankedTensorType type, ModelInterface &model) {
  for (const ir::Axis &axis : ir::axisList(type)) {
    bool known = llvm::any_of(
        model.extents, [&](const auto &extent) { return extent.name == axis.name.getValue(); });
    if (axis.bound && !known)
      model.extents.push_back({axis.name.str(), axis.bound});
  }
}

/// The run-time extent that a bounded axis of an output has: that of the input which it is narrowed
/// like.
static StringAttr extentOf(Value value, StringAttr axis) {
  auto narrow = value.getDefiningOp<ir::NarrowOp>();
  if (!narrow)
    return axis;
  auto *found = llvm::find(narrow.getAxes(), axis);
  return cast<StringAttr>(narrow.getOf()[found - narrow.getAxes().begin()]);
}

static ValueInterface readValue(StringRef name, Value of, const ModelInterface &model) {
  auto type = cast<RankedTensorType>(of.getType());
  ValueInterface value{
      name.str(), dtypeOf(type.getElementType()), {}, bytesOf(type.getElementType())};
  for (const ir::Axis &axis : ir::axisList(type)) {
    if (axis.name.getValue() == ir::kBatchAxis) {
      value.shape.push_back(LAMINA_BATCH);
      continue;
    }
    auto extent = model.extents.begin();
    if (axis.bound)
      extent = llvm::find_if(model.extents, [&](const auto &e) {
        return e.name == extentOf(of, axis.name).getValue();
      });
    value.shape.push_back(axis.bound ? LAMINA_EXTENT(extent - model.extents.begin()) : axis.extent);
    value.sampleBytes *= axis.bound ? axis.bound : axis.extent;
  }
  return value;
}

/// Row-major strides over the axes that `group` lists, slowest first, placed at those axes of the
/// type; 0 elsewhere.
static std::vector<int64_t> stridesOver(ArrayRef<ir::Axis> axes, ArrayAttr group, int64_t scale,
                                        int64_t &total) {
  std::vector<int64_t> strides(axes.size(), 0);
  total = 1;
  for (Attribute name : llvm::reverse(group)) {
    auto *axis = llvm::find_if(axes, [&](const ir::Axis &a) { return a.name == name; });
    strides[axis - axes.begin()] = total * scale;
    total *= axis->extent;
  }
  return strides;
}

static void readPanels(DictionaryAttr plan, ArrayRef<ir::Axis> axes,
                       ParameterInterface &parameter) {
  auto group = [&](StringRef name) { return plan.getAs<ArrayAttr>(name); };
  int64_t lanes, outer;
  parameter.block = plan.getAs<IntegerAttr>("block").getInt();
  parameter.laneStrides = stridesOver(axes, group("lane"), 1, lanes);
  parameter.depthStrides = stridesOver(axes, group("depth"), 1, parameter.depthExtent);
  int64_t panels = (lanes + parameter.block - 1) / parameter.block;
  parameter.outerStrides =
      stridesOver(axes, group("outer"), panels * parameter.depthExtent * parameter.block, outer);
}

static ParameterInterface readParameter(ir::ParamOp param, const CompileOptions &options) {
  auto type = cast<RankedTensorType>(param.getResult().getType());
  ParameterInterface parameter;
  parameter.path = param.getPath().str();
  parameter.dtype = dtypeOf(type.getElementType());
  parameter.shape.assign(type.getShape().begin(), type.getShape().end());
  parameter.stacked = param.getPath().count('*');
  auto plan = param->getAttrOfType<DictionaryAttr>("plan");
  parameter.offset = plan.getAs<IntegerAttr>("offset").getInt();
  if (auto rounds = plan.getAs<DenseI64ArrayAttr>("rounds"))
    parameter.roundStrides.assign(rounds.asArrayRef().begin(), rounds.asArrayRef().end());
  SmallVector<ir::Axis> axes = ir::axisList(type);
  ArrayRef<ir::Axis> own = ArrayRef(axes).drop_front(parameter.stacked);
  if (plan.contains("block")) {
    readPanels(plan, own, parameter);
  } else {
    parameter.outerStrides.assign(own.size(), 1);
    for (size_t i = own.size(); i-- > 1;)
      parameter.outerStrides[i - 1] = parameter.outerStrides[i] * own[i].extent;
    parameter.laneStrides.assign(own.size(), 0);
    parameter.depthStrides.assign(own.size(), 0);
  }
  bool computed = !param.getInit().empty() && param.getRole() != "trained";
  if (computed && options.defaultValue)
    parameter.defaultValue = options.defaultValue(param);
  return parameter;
}

static uint64_t hashOf(ir::ModelOp model, const CompileOptions &options) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  model->print(stream);
  return llvm::xxh3_64bits(text + options.target.description() + options.version);
}

codegen::ModelInterface readInterface(ir::ModelOp model, const CompileOptions &options) {
  ModelInterface result;
  result.name = model.getSymName().str();
  result.symbol = codegen::symbolName(result.name);
  result.version = options.version;
  result.hasInvoke = options.invoke;
  result.target = options.target.description();
  result.options = options.options;
  if (auto doc = model->getAttrOfType<StringAttr>("doc"))
    result.doc = doc.str();
  Block &body = model.getBody().front();
  for (Value input : body.getArguments())
    addExtents(cast<RankedTensorType>(input.getType()), result);
  for (auto [input, name] :
       llvm::zip_equal(body.getArguments(), model.getInputNames().getAsValueRange<StringAttr>()))
    result.inputs.push_back(readValue(name, input, result));
  for (auto [output, name] : llvm::zip_equal(body.getTerminator()->getOperands(),
                                             model.getOutputNames().getAsValueRange<StringAttr>()))
    result.outputs.push_back(readValue(name, output, result));
  for (auto param : body.getOps<ir::ParamOp>())
    result.parameters.push_back(readParameter(param, options));
  auto plan = model->getAttrOfType<DictionaryAttr>("plan");
  auto number = [&](StringRef name) { return plan.getAs<IntegerAttr>(name).getInt(); };
  result.tile = number("tile");
  result.workspaceOne = number("workspace_one");
  result.workspaceRows = number("workspace_rows");
  result.packedBytes = number("packed");
  if (plan.contains("threads")) {
    result.threads = number("threads");
    result.work = number("work");
    result.apart = number("apart");
  }
  result.hash = hashOf(model, options);
  return result;
}

} // namespace lamina
