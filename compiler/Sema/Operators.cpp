// Operators: static arithmetic where both sides are static, else nodes; the warning for a lost
// axis.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Instantiator.h"

#include "compiler/Sema/Axes.h"
#include "compiler/Sema/StaticEval.h"

#include <set>

namespace lamina::sema {

Datum Instantiator::evalNode(const ast::Unary &node, const ast::Expr &expr) {
  Datum operand = eval(*node.operand);
  if (operand.isPoison())
    return operand;
  if (operand.tensor())
    return unary(node.op == ast::UnaryOp::Negate ? "neg" : "not", operand, expr.range);
  StaticResult result = staticUnary(node.op, operand);
  return result.error.empty() ? result.value : Datum(error(expr.range, result.error));
}

/// `and` and `or` of static values stop at the first that decides.
Datum Instantiator::evalLogical(const ast::Binary &node, const ast::Expr &expr) {
  Datum lhs = eval(*node.lhs);
  bool isAnd = node.op == ast::BinaryOp::And;
  if (lhs.isPoison())
    return lhs;
  if (auto *truth = lhs.as<bool>(); truth && *truth != isAnd)
    return lhs;
  Datum rhs = eval(*node.rhs);
  if (rhs.isPoison())
    return rhs;
  if (lhs.tensor() || rhs.tensor())
    return tensorBinary(node.op, lhs, rhs, node, expr.range);
  if (lhs.as<bool>() && rhs.as<bool>())
    return rhs;
  return error(expr.range, "'" + std::string(spell(node.op)) + "' takes bools, not " +
                               describe(lhs.as<bool>() ? rhs : lhs));
}

Datum Instantiator::evalNode(const ast::Binary &node, const ast::Expr &expr) {
  if (node.op == ast::BinaryOp::And || node.op == ast::BinaryOp::Or)
    return evalLogical(node, expr);
  Datum lhs = eval(*node.lhs), rhs = eval(*node.rhs);
  if (lhs.isPoison() || rhs.isPoison())
    return Datum();
  bool compares = node.op == ast::BinaryOp::Eq || node.op == ast::BinaryOp::Ne;
  if (compares && (lhs.as<Absent>() || rhs.as<Absent>())) // `skip != none`
    return Datum((lhs.as<Absent>() && rhs.as<Absent>()) == (node.op == ast::BinaryOp::Eq));
  if (lhs.tensor() || rhs.tensor() || lhs.as<Results>() || rhs.as<Results>())
    return tensorBinary(node.op, lhs, rhs, node, expr.range);
  StaticResult result = staticBinary(node.op, lhs, rhs);
  return result.error.empty() ? result.value : Datum(error(expr.range, result.error));
}

Datum Instantiator::tensorBinary(ast::BinaryOp op, const Datum &lhs, const Datum &rhs,
                                 const ast::Binary &node, SourceRange range) {
  std::vector<Value *> operands{toTensor(lhs, node.lhs->range, "an operand"),
                                toTensor(rhs, node.rhs->range, "an operand")};
  if (!operands[0] || !operands[1])
    return Datum();
  unify(operands, op == ast::BinaryOp::Div);
  Diagnostics inner(diagnostics.sourceManager());
  Builder build = builder();
  Value *result = checkBinary(kindOf(op), operands[0], operands[1], range, build, inner);
  forward(inner);
  if (result && (op == ast::BinaryOp::Add || op == ast::BinaryOp::Sub)) {
    warnLostAxis(operands[0], operands[1], node.rhs->range);
    warnLostAxis(operands[1], operands[0], node.lhs->range);
  }
  return collect({result}, range, spell(op));
}

/// Whether `value` is computed from `source`. Looks at a bounded number of nodes: the answer serves
/// a warning only.
static bool dependsOn(const Value *value, const Value *source) {
  constexpr size_t kSearched = 4096;
  std::set<const Value *> seen;
  std::vector<const Value *> open{value};
  while (!open.empty() && seen.size() < kSearched) {
    const Value *next = open.back();
    open.pop_back();
    if (next == source)
      return true;
    if (!next->node || !seen.insert(next).second)
      continue;
    open.insert(open.end(), next->node->operands.begin(), next->node->operands.end());
    for (const auto &inner : next->node->regions)
      open.insert(open.end(), inner->results.begin(), inner->results.end());
  }
  return false;
}

/// Whether a reduction alone made the axis disappear: `x - mean<s>(x)` says what it means.
static bool namesTheAxis(const Value *part, std::string_view axis) {
  const Node *node = part->node;
  if (!node || (node->op != Op::Reduce && node->op != Op::Take))
    return false;
  if (auto list = node->attributes.find("axes"); list != node->attributes.end())
    if (auto *names = std::get_if<std::vector<std::string>>(&list->second))
      return std::find(names->begin(), names->end(), axis) != names->end();
  return node->op == Op::Take;
}

void Instantiator::warnLostAxis(const Value *whole, const Value *part, SourceRange range) {
  for (const Axis &axis : whole->type.axes) {
    if (part->type.find(axis.name) || axis.name == "batch" || frame->ambient.contains(axis.name))
      continue;
    if (part->type.axes.empty() || namesTheAxis(part, axis.name) || !dependsOn(part, whole))
      continue;
    std::string name = whole->name.empty() ? "the other operand" : "'" + whole->name + "'";
    warning(range, "this depends on " + name + " but has lost its axis '" + axis.name +
                       "', and is repeated along it; " + "is a 'rename' missing? 'expand<" +
                       axis.name + ">(…)' says that it is meant");
    return;
  }
}

} // namespace lamina::sema
