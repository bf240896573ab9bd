// One op for each checked node.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/IRGen/Generator.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace lamina {

namespace {

/// A checked op and the name of its op in the dialect.
struct PlainOp {
  sema::Op op;
  StringLiteral name;
};

} // namespace

/// The ops whose operands, attributes and results are those of the node; the others have regions or
/// elements.
static constexpr PlainOp kPlainOps[] = {
    {sema::Op::Random, ir::RandomOp::getOperationName()},
    {sema::Op::Tap, ir::TapOp::getOperationName()},
    {sema::Op::Extent, ir::ExtentOp::getOperationName()},
    {sema::Op::Assert, ir::AssertOp::getOperationName()},
    {sema::Op::Unary, ir::UnaryOp::getOperationName()},
    {sema::Op::Binary, ir::BinaryOp::getOperationName()},
    {sema::Op::Where, ir::WhereOp::getOperationName()},
    {sema::Op::Cast, ir::CastOp::getOperationName()},
    {sema::Op::Dot, ir::DotOp::getOperationName()},
    {sema::Op::Reduce, ir::ReduceOp::getOperationName()},
    {sema::Op::Softmax, ir::SoftmaxOp::getOperationName()},
    {sema::Op::Standardize, ir::StandardizeOp::getOperationName()},
    {sema::Op::Cumulate, ir::CumulateOp::getOperationName()},
    {sema::Op::Rearrange, ir::RearrangeOp::getOperationName()},
    {sema::Op::Rename, ir::RenameOp::getOperationName()},
    {sema::Op::Concat, ir::ConcatOp::getOperationName()},
    {sema::Op::Slice, ir::SliceOp::getOperationName()},
    {sema::Op::Take, ir::TakeOp::getOperationName()},
    {sema::Op::Expand, ir::ExpandOp::getOperationName()},
    {sema::Op::Pad, ir::PadOp::getOperationName()},
    {sema::Op::Roll, ir::RollOp::getOperationName()},
    {sema::Op::Shift, ir::ShiftOp::getOperationName()},
    {sema::Op::Window, ir::WindowOp::getOperationName()},
    {sema::Op::Resize, ir::ResizeOp::getOperationName()},
    {sema::Op::Index, ir::IndexOp::getOperationName()},
    {sema::Op::Gather, ir::GatherOp::getOperationName()},
    {sema::Op::ScatterAdd, ir::ScatterAddOp::getOperationName()},
    {sema::Op::OneHot, ir::OneHotOp::getOperationName()},
    {sema::Op::TopK, ir::TopKOp::getOperationName()},
    {sema::Op::KeepTopK, ir::KeepTopKOp::getOperationName()},
    {sema::Op::Sort, ir::SortOp::getOperationName()},
    {sema::Op::Grad, ir::GradOp::getOperationName()},
    {sema::Op::StopGradient, ir::StopGradientOp::getOperationName()},
    {sema::Op::Draw, ir::DrawOp::getOperationName()},
    {sema::Op::Assign, ir::AssignOp::getOperationName()},
};

static StringRef plainOpName(sema::Op op) {
  const auto *found =
      llvm::find_if(kPlainOps, [&](const PlainOp &plain) { return plain.op == op; });
  return found->name;
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
  case sema::Op::Backward:
    return bind(node, addBackward(node));
  case sema::Op::Checkpoint:
    return bind(node, addCheckpoint(node));
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
      ArrayRef(operands).take_front(carried), ArrayRef(operands).drop_front(carried),
      /*reverse=*/node.attributes.contains("reverse"));
  addRegion(*node.regions[0], op.getBody(), node.range, /*yields=*/true);
  return op;
}

Operation *Generator::addBackward(const sema::Node &node) {
  SmallVector<Value> operands = valuesOf(node.operands);
  auto values = static_cast<size_t>(std::get<int64_t>(node.attributes.at("values")));
  auto op = ir::BackwardOp::create(builder, locationOf(node), typesOf(node),
                                   ArrayRef(operands).take_front(values),
                                   ArrayRef(operands).drop_front(values));
  addRegion(*node.regions[0], op.getBody(), node.range, /*yields=*/true);
  return op;
}

Operation *Generator::addCheckpoint(const sema::Node &node) {
  auto op = ir::CheckpointOp::create(builder, locationOf(node), typesOf(node));
  addRegion(*node.regions[0], op.getBody(), node.range, /*yields=*/true);
  return op;
}

} // namespace lamina
