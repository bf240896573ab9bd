// The guard before the parser: pairs of brackets and bounds on recursion.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/Tokens.h"

namespace lamina {

using antlr::LaminaParser;
using antlr4::Token;

namespace {

// Operators on the way from the root of a declaration to a leaf: `a + b + …` is a tree of that
// depth.
constexpr size_t kMaxOperators = 2000;

class Nesting {
public:
  Nesting(Tokens &tokens, const SourceLimits &limits) : tokens(tokens), limits(limits) {
    tokens.partner.assign(tokens.list.size(), Tokens::kNone);
    levels.push_back({});
  }

  /// False if the token is nested too deep.
  bool feed(size_t index) {
    size_t type = tokens.list[index]->getType();
    if (beginsDecl(tokens, index)) {
      closeTo(1);
      levels.back() = {};
    }
    countChains(index, type);
    switch (type) {
    case LaminaParser::LPAREN:
    case LaminaParser::LBRACKET:
    case LaminaParser::LBRACE:
    case LaminaParser::OPEN:
      levels.push_back({index, type, 0, 0, 0, 0});
      outerDepth += 1 + depthOf(levels[levels.size() - 2]);
      outerOperators += levels[levels.size() - 2].operators;
      break;
    case LaminaParser::RPAREN:
      close(index, LaminaParser::LPAREN);
      break;
    case LaminaParser::RBRACKET:
      close(index, LaminaParser::LBRACKET);
      break;
    case LaminaParser::RBRACE:
      close(index, LaminaParser::LBRACE);
      break;
    case LaminaParser::GT:
      if (levels.back().type == LaminaParser::OPEN)
        close(index, LaminaParser::OPEN);
      break;
    default:
      break;
    }
    return outerDepth + depthOf(levels.back()) <= limits.nesting &&
           outerOperators + levels.back().operators <= kMaxOperators;
  }

private:
  struct Level {
    size_t opener = Tokens::kNone;
    size_t type = 0;
    size_t prefixes = 0;     // `-`, `not` and `**` that wait for their operand
    size_t conditionals = 0; // `if` expressions within each other
    size_t branches = 0;     // `else if` statements in a row
    size_t operators = 0;    // since the last comma or statement
  };
  static size_t depthOf(const Level &level) {
    return level.prefixes + level.conditionals + level.branches;
  }

  void countChains(size_t index, size_t type) {
    Level &level = levels.back();
    switch (type) {
    case LaminaParser::MINUS:
      ++level.operators;
      if (index > 0 && tokens.list[index - 1]->getType() == LaminaParser::LT)
        level = {level.opener, level.type, 0, level.conditionals, level.branches, 0}; // `m <- e`
      else if (index > 0 && endsOperand(index - 1))
        level.prefixes = 0; // binary: a loop of the parser
      else
        ++level.prefixes;
      break;
    case LaminaParser::K_NOT:
    case LaminaParser::POWER:
      ++level.operators;
      ++level.prefixes;
      break;
    case LaminaParser::K_IF:
      ++level.operators;
      ++level.conditionals;
      level.prefixes = 0;
      break;
    case LaminaParser::PLUS:
    case LaminaParser::STAR:
    case LaminaParser::SLASH:
    case LaminaParser::FLOORDIV:
    case LaminaParser::PERCENT:
    case LaminaParser::K_AND:
    case LaminaParser::K_OR:
    case LaminaParser::PIPE:
      ++level.operators;
      level.prefixes = 0;
      break;
    case LaminaParser::DOT:
    case LaminaParser::LPAREN:
    case LaminaParser::LBRACKET:
      ++level.operators; // a link of a postfix chain
      break;
    case LaminaParser::COMMA:
    case LaminaParser::ASSIGN:
    case LaminaParser::K_RETURN:
    case LaminaParser::K_ASSERT:
      level = {level.opener, level.type, 0, 0, 0, 0};
      break;
    default:
      break;
    }
  }

  /// After this token a `-` subtracts.
  bool endsOperand(size_t index) const {
    switch (tokens.list[index]->getType()) {
    case LaminaParser::ID:
    case LaminaParser::ELEM:
    case LaminaParser::NUMBER:
    case LaminaParser::STRING:
    case LaminaParser::K_TRUE:
    case LaminaParser::K_FALSE:
    case LaminaParser::K_NONE:
    case LaminaParser::RPAREN:
    case LaminaParser::RBRACKET:
    case LaminaParser::GT:
      return true;
    default:
      return false;
    }
  }

  /// Pops to the nearest opener of that type, but through a brace only for a brace: the parser
  /// gives up there, too.
  void close(size_t index, size_t opener) {
    size_t depth = levels.size() - 1;
    while (depth > 0 && levels[depth].type != opener) {
      if (levels[depth].type == LaminaParser::LBRACE)
        return;
      --depth;
    }
    if (depth == 0)
      return;
    tokens.partner[levels[depth].opener] = index;
    tokens.partner[index] = levels[depth].opener;
    closeTo(depth);
    if (opener == LaminaParser::LBRACE)
      endStatement(index);
  }

  void closeTo(size_t size) {
    while (levels.size() > size) {
      levels.pop_back();
      outerDepth -= 1 + depthOf(levels.back());
      outerOperators -= levels.back().operators;
    }
  }

  /// A body ended: the statement around it did so, too, unless `else` follows.
  void endStatement(size_t index) {
    Level &level = levels.back();
    bool goesOn =
        index + 1 < tokens.list.size() && tokens.list[index + 1]->getType() == LaminaParser::K_ELSE;
    level = {level.opener, level.type, 0, 0, goesOn ? level.branches + 1 : 0, 0};
  }

  Tokens &tokens;
  const SourceLimits &limits;
  std::vector<Level> levels;
  size_t outerDepth = 0;     // of all levels but the last
  size_t outerOperators = 0; // likewise
};

} // namespace

bool pairBrackets(Tokens &tokens, const Positions &positions, const SourceLimits &limits,
                  Diagnostics &diagnostics) {
  Nesting nesting(tokens, limits);
  for (size_t i = 0; i < tokens.list.size(); ++i) {
    if (nesting.feed(i))
      continue;
    diagnostics.error(
        positions.range(tokens.list[i]),
        "this is nested too deep; the limits are " + std::to_string(limits.nesting) +
            " brackets and " + std::to_string(kMaxOperators) +
            " operators within each other; give the inner parts names with 'let' or '='");
    return false;
  }
  return true;
}

} // namespace lamina
