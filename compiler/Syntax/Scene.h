// The place of a syntax error, and what the messages ask about it.
// Parser-internal: this header brings in the ANTLR runtime.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SYNTAX_SCENE_H
#define COMPILER_SYNTAX_SCENE_H

#include "compiler/Syntax/Recovery.h"

#include <optional>

namespace lamina {

/// The place of an error, and the questions that a message asks about it.
class Scene {
public:
  Scene(antlr4::Parser &parser, const Tokens &tokens, size_t index, const Positions &positions)
      : parser(parser), tokens(tokens), index(index), positions(positions),
        rule(parser.getContext()->getRuleIndex()), expected(parser.getExpectedTokens()),
        isAhead(index != parser.getCurrentToken()->getTokenIndex()), opener(innermostOpener()) {}

  /// The first of the questions below that has an answer.
  Complaint explain() const;

private:
  using P = antlr::LaminaParser;
  using Token = antlr4::Token;

  size_t typeAt(size_t i) const { return tokens.list[i]->getType(); }
  size_t type() const { return typeAt(index); }
  size_t previous() const { return index > 0 ? typeAt(index - 1) : size_t(Token::EOF); }
  /// The token is on a later line than the one before it.
  bool isNewLine() const { return index == 0 || lineAt(index - 1) != lineAt(index); }
  size_t lineAt(size_t i) const { return tokens.list[i]->getLine(); }
  bool expects(size_t token) const { return !isAhead && expected.contains(token); }
  /// An operand must stand here.
  bool expectsExpr() const { return expects(P::NUMBER) && expects(P::LPAREN) && !expects(P::PLUS); }
  bool isWordAt(size_t i) const {
    size_t type = typeAt(i);
    return type == P::ID || type == P::ELEM || (type >= P::K_IMPORT && type <= P::K_NOT);
  }
  bool isOperator(size_t type) const;
  bool isComparison(size_t type) const { return type >= P::EQ && type <= P::GT; }
  bool wantsOperand(size_t type) const;

  std::string text(size_t i) const { return tokens.list[i]->getText(); }
  std::string describe(size_t i) const;
  std::string literal(size_t type) const;
  std::string expectedList() const;
  size_t innermostOpener() const;
  bool hasPipe() const;

  Complaint at(size_t i, std::string message) const {
    return {positions.range(tokens.list[i]), message, {}};
  }
  Complaint here(std::string message) const { return at(index, std::move(message)); }
  Complaint butFound(const std::string &message) const {
    return here(message + ", but found " + describe(index));
  }

  // The questions (Explain.cpp).
  std::optional<Complaint> missingOperand() const;
  std::optional<Complaint> wrongBinder() const;
  std::optional<Complaint> badName() const;
  Complaint insideStatics() const;
  std::optional<Complaint> insideBrackets() const;
  std::optional<Complaint> bareExpression() const;
  std::optional<Complaint> afterStatement() const;
  std::optional<Complaint> outsideDecls() const;
  std::optional<Complaint> missingPart() const;

  antlr4::Parser &parser;
  const Tokens &tokens;
  size_t index;
  const Positions &positions;
  size_t rule;
  antlr4::misc::IntervalSet expected;
  bool isAhead; // prediction failed further on than the parser is: `expected` is of no use
  size_t opener;
};

} // namespace lamina

#endif // COMPILER_SYNTAX_SCENE_H
