// Parse tree to AST: expressions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/TreeBuilder.h"

namespace lamina {

using antlr4::tree::TerminalNode;
using ast::BinaryOp;
using ast::ExprPtr;

ExprPtr TreeBuilder::make(decltype(ast::Expr::node) node, SourceRange range) const {
  auto expr = std::make_unique<ast::Expr>();
  expr->node = std::move(node);
  expr->range = range;
  return expr;
}

ExprPtr TreeBuilder::binary(BinaryOp op, ExprPtr lhs, ExprPtr rhs, SourceRange opRange) const {
  SourceRange whole = {opRange.file, lhs->range.begin, rhs->range.end};
  return make(ast::Binary{op, std::move(lhs), std::move(rhs), opRange}, whole);
}

ExprPtr TreeBuilder::expr(P::ExprContext *tree) {
  return tree->pipe() ? pipe(tree->pipe()) : conditional(tree->conditional());
}

ExprPtr TreeBuilder::conditional(P::ConditionalContext *tree) {
  ExprPtr condition = expr(tree->expr(0));
  ExprPtr thenValue = expr(tree->expr(1));
  return make(ast::Conditional{std::move(condition), std::move(thenValue), expr(tree->expr(2))},
              range(tree));
}

ExprPtr TreeBuilder::pipe(P::PipeContext *tree) {
  ExprPtr value = any(tree->any());
  for (P::PostfixContext *stage : tree->postfix()) {
    ExprPtr target = postfix(stage);
    SourceRange whole = {value->range.file, value->range.begin, target->range.end};
    value = make(ast::Pipe{std::move(value), std::move(target)}, whole);
  }
  return value;
}

namespace {
/// The children at odd places of `operand (operator operand)*`.
TerminalNode *operatorAt(antlr4::ParserRuleContext *tree, size_t i) {
  return static_cast<TerminalNode *>(tree->children[2 * i - 1]);
}
} // namespace

ExprPtr TreeBuilder::any(P::AnyContext *tree) {
  std::vector<P::AllContext *> operands = tree->all();
  ExprPtr value = all(operands[0]);
  for (size_t i = 1; i < operands.size(); ++i)
    value = binary(BinaryOp::Or, std::move(value), all(operands[i]), range(operatorAt(tree, i)));
  return value;
}

ExprPtr TreeBuilder::all(P::AllContext *tree) {
  std::vector<P::TestContext *> operands = tree->test();
  ExprPtr value = test(operands[0]);
  for (size_t i = 1; i < operands.size(); ++i)
    value = binary(BinaryOp::And, std::move(value), test(operands[i]), range(operatorAt(tree, i)));
  return value;
}

namespace {
BinaryOp binaryOp(size_t token) {
  using P = antlr::LaminaParser;
  switch (token) {
  case P::EQ:
    return BinaryOp::Eq;
  case P::NE:
    return BinaryOp::Ne;
  case P::LE:
    return BinaryOp::Le;
  case P::GE:
    return BinaryOp::Ge;
  case P::LT:
    return BinaryOp::Lt;
  case P::GT:
    return BinaryOp::Gt;
  case P::PLUS:
    return BinaryOp::Add;
  case P::MINUS:
    return BinaryOp::Sub;
  case P::STAR:
    return BinaryOp::Mul;
  case P::SLASH:
    return BinaryOp::Div;
  case P::FLOORDIV:
    return BinaryOp::FloorDiv;
  default:
    return BinaryOp::Mod;
  }
}
} // namespace

ExprPtr TreeBuilder::test(P::TestContext *tree) {
  if (tree->test())
    return make(ast::Unary{ast::UnaryOp::Not, test(tree->test())}, range(tree));
  ExprPtr lhs = rangeExpr(tree->range(0));
  if (tree->children.size() == 1)
    return lhs;
  TerminalNode *sign = operatorAt(tree, 1);
  return binary(binaryOp(sign->getSymbol()->getType()), std::move(lhs), rangeExpr(tree->range(1)),
                range(sign));
}

ExprPtr TreeBuilder::rangeExpr(P::RangeContext *tree) {
  ExprPtr low = sum(tree->sum(0));
  if (tree->children.size() == 1)
    return low;
  return make(ast::RangeExpr{std::move(low), sum(tree->sum(1))}, range(tree));
}

ExprPtr TreeBuilder::sum(P::SumContext *tree) {
  std::vector<P::ProdContext *> operands = tree->prod();
  ExprPtr value = prod(operands[0]);
  for (size_t i = 1; i < operands.size(); ++i) {
    TerminalNode *sign = operatorAt(tree, i);
    value = binary(binaryOp(sign->getSymbol()->getType()), std::move(value), prod(operands[i]),
                   range(sign));
  }
  return value;
}

ExprPtr TreeBuilder::prod(P::ProdContext *tree) {
  std::vector<P::UnaryContext *> operands = tree->unary();
  ExprPtr value = unary(operands[0]);
  for (size_t i = 1; i < operands.size(); ++i) {
    TerminalNode *sign = operatorAt(tree, i);
    value = binary(binaryOp(sign->getSymbol()->getType()), std::move(value), unary(operands[i]),
                   range(sign));
  }
  return value;
}

ExprPtr TreeBuilder::unary(P::UnaryContext *tree) {
  if (!tree->postfix())
    return make(ast::Unary{ast::UnaryOp::Negate, unary(tree->unary())}, range(tree));
  ExprPtr value = postfix(tree->postfix());
  if (!tree->unary())
    return value;
  return binary(BinaryOp::Pow, std::move(value), unary(tree->unary()), range(operatorAt(tree, 1)));
}

ExprPtr TreeBuilder::postfix(P::PostfixContext *tree) {
  ExprPtr value = primary(tree->primary());
  for (P::LinkContext *next : tree->link())
    value = link(std::move(value), next);
  return value;
}

ExprPtr TreeBuilder::link(ExprPtr base, P::LinkContext *tree) {
  SourceRange whole = {base->range.file, base->range.begin, range(tree).end};
  if (tree->args())
    return make(ast::Call{std::move(base), args(tree->args())}, whole);
  if (tree->index())
    return make(ast::Index{std::move(base), index(tree->index())}, whole);
  ast::Member member{std::move(base), name(tree->word()), std::nullopt};
  if (tree->sargs())
    member.statics = statics(tree->sargs());
  return make(std::move(member), whole);
}

ExprPtr TreeBuilder::primary(P::PrimaryContext *tree) {
  SourceRange whole = range(tree);
  if (tree->NUMBER())
    return make(number(tree->NUMBER()), whole);
  if (tree->STRING())
    return make(ast::String{unescape(tree->STRING())}, whole);
  if (tree->K_TRUE())
    return make(ast::Constant::True, whole);
  if (tree->K_FALSE())
    return make(ast::Constant::False, whole);
  if (tree->K_NONE())
    return make(ast::Constant::None, whole);
  if (tree->list())
    return list(tree->list());
  if (tree->tuple())
    return tuple(tree->tuple());
  P::NameContext *reference = tree->name();
  TerminalNode *leaf = reference->ID() ? reference->ID() : reference->ELEM();
  ast::NameRef ref{name(leaf).text, std::nullopt};
  if (reference->sargs())
    ref.statics = statics(reference->sargs());
  return make(std::move(ref), whole);
}

ast::Number TreeBuilder::number(TerminalNode *leaf) {
  std::string whole = spelling(range(leaf));
  ast::Number number;
  for (const char *unit : {"epochs", "steps"})
    if (whole.ends_with(unit)) {
      number.unit = unit;
      whole.resize(whole.size() - number.unit.size());
      whole.resize(whole.find_last_not_of(" \t") + 1);
      break;
    }
  number.isFloat = whole.find_first_of(".eE") != std::string::npos;
  number.spelling = std::move(whole);
  return number;
}

std::string TreeBuilder::unescape(TerminalNode *leaf) {
  SourceRange where = range(leaf);
  std::string raw = spelling(where);
  std::string value;
  if (raw[0] != '"') // a string in wrong quotes, which is an error already
    return {};
  bool isClosed = raw.size() > 1 && raw.back() == '"';
  for (size_t i = 1; i + isClosed < raw.size(); ++i) {
    if (raw[i] != '\\' || i + 1 >= raw.size()) {
      value += raw[i];
      continue;
    }
    switch (raw[++i]) {
    case 'n':
      value += '\n';
      break;
    case 't':
      value += '\t';
      break;
    case '"':
    case '\\':
      value += raw[i];
      break;
    default: {
      uint32_t at = where.begin + uint32_t(i) - 1;
      diagnostics.error({where.file, at, at + 2},
                        "unknown escape in a string; '\\n', '\\t', '\\\"' and '\\\\' are known");
      break;
    }
    }
  }
  return value;
}

ExprPtr TreeBuilder::list(P::ListContext *tree) {
  std::vector<P::ExprContext *> parts = tree->expr();
  if (tree->ids()) {
    ast::Comprehension comprehension;
    comprehension.body = expr(parts[0]);
    comprehension.names = names(tree->ids());
    comprehension.source = expr(parts[1]);
    if (parts.size() > 2)
      comprehension.condition = expr(parts[2]);
    return make(std::move(comprehension), range(tree));
  }
  ast::List list;
  for (P::ExprContext *part : parts)
    list.items.push_back(expr(part));
  return make(std::move(list), range(tree));
}

ExprPtr TreeBuilder::tuple(P::TupleContext *tree) {
  ast::Tuple tuple;
  for (P::ItemContext *item : tree->item()) {
    ast::TupleItem entry;
    if (item->ID())
      entry.key = name(item->ID());
    entry.value = expr(item->expr());
    tuple.items.push_back(std::move(entry));
  }
  tuple.trailingComma = !tuple.items.empty() && tree->COMMA().size() == tuple.items.size();
  return make(std::move(tuple), range(tree));
}

} // namespace lamina
