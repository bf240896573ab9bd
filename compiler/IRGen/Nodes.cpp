// One op for each checked node.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/IRGen/Generator.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace lamina {

/// The name of the op whose operands, attributes and results are those of the node; empty for the
/// ops that need more.
static StringRef plainOpName(sema::Op op) {
  using sema::Op;
  switch (op) {
  case Op::Random:
    return ir::RandomOp::getOperationName();
  case Op::Tap:
    return ir::TapOp::getOperationName();
  case Op::Extent:
    return ir::ExtentOp::getOperationName();
  case Op::Assert:
    return ir::AssertOp::getOperationName();
  case Op::Unary:
    return ir::UnaryOp::getOperationName();
  case Op::Binary:
    return ir::BinaryOp::getOperationName();
  case Op::Where:
    return ir::WhereOp::getOperationName();
  case Op::Cast:
    return ir::CastOp::getOperationName();
  case Op::Dot:
    return ir::DotOp::getOperationName();
  case Op::Reduce:
    return ir::ReduceOp::getOperationName();
  case Op::Softmax:
    return ir::SoftmaxOp::getOperationName();
  case Op::Standardize:
    return ir::StandardizeOp::getOperationName();
  case Op::Cumulate:
    return ir::CumulateOp::getOperationName();
  case Op::Rearrange:
    return ir::RearrangeOp::getOperationName();
  case Op::Rename:
    return ir::RenameOp::getOperationName();
  case Op::Concat:
    return ir::ConcatOp::getOperationName();
  case Op::Slice:
    return ir::SliceOp::getOperationName();
  case Op::Take:
    return ir::TakeOp::getOperationName();
  case Op::Expand:
    return ir::ExpandOp::getOperationName();
  case Op::Pad:
    return ir::PadOp::getOperationName();
  case Op::Roll:
    return ir::RollOp::getOperationName();
  case Op::Shift:
    return ir::ShiftOp::getOperationName();
  case Op::Window:
    return ir::WindowOp::getOperationName();
  case Op::Resize:
    return ir::ResizeOp::getOperationName();
  case Op::Index:
    return ir::IndexOp::getOperationName();
  case Op::Gather:
    return ir::GatherOp::getOperationName();
  case Op::ScatterAdd:
    return ir::ScatterAddOp::getOperationName();
  case Op::OneHot:
    return ir::OneHotOp::getOperationName();
  case Op::TopK:
    return ir::TopKOp::getOperationName();
  case Op::KeepTopK:
    return ir::KeepTopKOp::getOperationName();
  case Op::Sort:
    return ir::SortOp::getOperationName();
  case Op::Param:
  case Op::Constant:
  case Op::Apply:
  case Op::Repeat:
    break;
  }
  return "";
}

/// A number of the source, which most often has met a tensor and was replaced by a constant of its
/// element type.
static bool isLiteral(const sema::Node &node) { return node.attributes.contains("literal"); }

void Generator::addNode(const sema::Node &node) {
  switch (node.op) {
  case sema::Op::Constant:
    return isLiteral(node) ? void() : bind(node, addConstant(node));
  case sema::Op::Param:
    return bind(node, addParam(node));
  case sema::Op::Apply:
    return bind(node, addApply(node));
  case sema::Op::Repeat:
    return bind(node, addRepeat(node));
  default:
    return bind(node, addPlain(node));
  }
}

void Generator::bind(const sema::Node &node, Operation *op) {
  for (auto [result, value] : llvm::zip_equal(node.results, op->getResults()))
    values[result.get()] = value;
}

Value Generator::valueOf(const sema::Value &value) {
  if (value.node && value.node->op == sema::Op::Constant && isLiteral(*value.node))
    return addConstant(*value.node)->getResult(0);
  return values.at(&value);
}

SmallVector<Value> Generator::valuesOf(const std::vector<sema::Value *> &list) {
  return llvm::map_to_vector(list, [&](const sema::Value *value) { return valueOf(*value); });
}

SmallVector<Type> Generator::typesOf(const sema::Node &node) {
  return llvm::map_to_vector(
      node.results, [&](const auto &result) -> Type { return convertType(result->type, context); });
}

Operation *Generator::addPlain(const sema::Node &node) {
  OperationState state(locationOf(node), plainOpName(node.op));
  state.addOperands(valuesOf(node.operands));
  state.addTypes(typesOf(node));
  for (const auto &[name, value] : node.attributes)
    if (Attribute attribute = convertAttribute(node.op, name, value, context))
      state.addAttribute(name, attribute);
  return builder.create(state);
}

Operation *Generator::addConstant(const sema::Node &node) {
  RankedTensorType type = convertType(node.result()->type, context);
  return ir::ConstantOp::create(builder, locationOf(node), type,
                                convertConstant(node.attributes.at("values"), type));
}

static StringRef text(const sema::Node &node, StringRef name) {
  return std::get<std::string>(node.attributes.find(std::string_view(name))->second);
}

Operation *Generator::addParam(const sema::Node &node) {
  auto op =
      ir::ParamOp::create(builder, locationOf(node), convertType(node.result()->type, context),
                          text(node, "path"), text(node, "role"));
  if (!node.regions.empty())
    addRegion(*node.regions[0], op.getInit(), node.range, /*yields=*/true);
  return op;
}

Operation *Generator::addApply(const sema::Node &node) {
  auto op = ir::ApplyOp::create(builder, locationOf(node), typesOf(node), text(node, "path"),
                                text(node, "block"));
  addRegion(*node.regions[0], op.getBody(), node.range, /*yields=*/true);
  return op;
}

Operation *Generator::addRepeat(const sema::Node &node) {
  SmallVector<Value> operands = valuesOf(node.operands);
  auto carried = static_cast<size_t>(std::get<int64_t>(node.attributes.at("carried")));
  auto op = ir::RepeatOp::create(
      builder, locationOf(node), typesOf(node), text(node, "name"),
      static_cast<uint64_t>(std::get<int64_t>(node.attributes.at("count"))),
      ArrayRef(operands).take_front(carried), ArrayRef(operands).drop_front(carried));
  addRegion(*node.regions[0], op.getBody(), node.range, /*yields=*/true);
  return op;
}

} // namespace lamina
