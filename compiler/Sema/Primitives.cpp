// The entry points: nodes are added here, calls find their rule, types become text.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Primitives.h"

#include "compiler/Sema/PrimitiveRules.h"

namespace lamina::sema {

Node *Builder::add(Op op, std::vector<Value *> operands, std::vector<Type> results,
                   SourceRange range) {
  auto node = std::make_unique<Node>();
  node->op = op;
  node->operands = std::move(operands);
  node->range = range;
  for (Type &type : results) {
    auto value = std::make_unique<Value>();
    value->node = node.get();
    value->type = std::move(type);
    value->range = range;
    node->results.push_back(std::move(value));
  }
  region.nodes.push_back(std::move(node));
  return region.nodes.back().get();
}

std::string toString(ElementType type) {
  switch (type) {
  case ElementType::F32:
    return "f32";
  case ElementType::F64:
    return "f64";
  case ElementType::BF16:
    return "bf16";
  case ElementType::F16:
    return "f16";
  case ElementType::I8:
    return "i8";
  case ElementType::U8:
    return "u8";
  case ElementType::I32:
    return "i32";
  case ElementType::I64:
    return "i64";
  case ElementType::Bool:
    return "bool";
  }
  return "";
}

std::string toString(const Type &type) {
  std::string axes;
  for (const Axis &axis : type.axes) {
    if (axis.extent == Axis::kBatch)
      continue;
    axes += axes.empty() ? "[" : ", ";
    axes += axis.name + (axis.isBound ? ": <= " : ": ") + std::to_string(axis.extent);
  }
  return (type.isSparse ? "sparse " : "") + toString(type.element) +
         (axes.empty() ? "" : axes + "]");
}

Value *makeLiteral(std::variant<int64_t, double> number, SourceRange range, Builder &builder) {
  bool isInt = std::holds_alternative<int64_t>(number);
  Type type{isInt ? ElementType::I64 : ElementType::F32, {}};
  Node *node = builder.add(Op::Constant, {}, {std::move(type)}, range);
  if (isInt)
    node->attributes["values"] = std::vector<int64_t>{std::get<int64_t>(number)};
  else
    node->attributes["values"] = std::vector<double>{std::get<double>(number)};
  node->attributes["literal"] = true;
  return node->result();
}

Value *reorder(Value *value, const std::vector<std::string> &names, Builder &builder) {
  Type type{value->type.element, {}, value->type.isSparse};
  for (const std::string &name : names)
    type.axes.push_back(*value->type.find(name));
  if (type == value->type)
    return value;
  Node *node = builder.add(Op::Rearrange, {value}, {std::move(type)}, value->range);
  node->attributes = {{"from", AxisGroups{}},
                      {"to", AxisGroups{}},
                      {"part_names", std::vector<std::string>{}},
                      {"part_extents", std::vector<int64_t>{}}};
  node->result()->name = value->name;
  return node->result();
}

} // namespace lamina::sema
