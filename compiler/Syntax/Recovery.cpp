// Where the parser goes on after a syntax error.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/Recovery.h"

namespace lamina {

using antlr::LaminaParser;
using antlr4::Parser;
using antlr4::Token;

namespace {
size_t indexOf(Parser *parser) { return parser->getCurrentToken()->getTokenIndex(); }

bool beginsStatement(size_t type) {
  switch (type) {
  case LaminaParser::ID:
  case LaminaParser::AT:
  case LaminaParser::DOC:
  case LaminaParser::K_LET:
  case LaminaParser::K_MODEL:
  case LaminaParser::K_OBJECTIVE:
  case LaminaParser::K_SCAN:
    return true;
  default:
    // From `return` to `assert`, but for the words inside a statement.
    return type >= LaminaParser::K_RETURN && type <= LaminaParser::K_ASSERT &&
           type != LaminaParser::K_IN && type != LaminaParser::K_AS &&
           type != LaminaParser::K_THEN && type != LaminaParser::K_ELSE &&
           type != LaminaParser::K_EACH;
  }
}
} // namespace

bool Recovery::isLineStart(size_t index) const {
  return index == 0 || tokens.list[index - 1]->getLine() != tokens.list[index]->getLine();
}

void Recovery::reportError(Parser *parser, const antlr4::RecognitionException &error) {
  if (inErrorRecoveryMode(parser))
    return;
  beginErrorCondition(parser);
  const Token *at = error.getOffendingToken();
  if (tokens.brokenLines.contains(at->getLine()))
    return;
  // After a string without end the rest of its line is missing: what follows may well be right.
  size_t index = at->getTokenIndex();
  if (index > 0 && tokens.brokenLines.contains(tokens.list[index - 1]->getLine()))
    return;
  Complaint complaint = explain(*parser, tokens, index, positions);
  Diagnostic &diagnostic = diagnostics.error(complaint.where, std::move(complaint.message));
  diagnostic.notes = std::move(complaint.notes);
}

Token *Recovery::recoverInline(Parser *parser) {
  size_t index = indexOf(parser);
  bool inBody = parser->getContext()->getRuleIndex() == LaminaParser::RuleBody;
  bool atEnd = tokens.list[index]->getType() == Token::EOF || beginsDecl(tokens, index);
  if (inBody && atEnd && parser->getExpectedTokens().contains(size_t(LaminaParser::RBRACE))) {
    reportMissingBrace(parser);
    return getMissingSymbol(parser);
  }
  antlr4::InputMismatchException error(parser);
  if (!isBodyAhead(parser, LaminaParser::ARROW))
    throw error;
  reportError(parser, error);
  return getMissingSymbol(parser);
}

/// A declaration without `expected`, but with a body, whose statements are worth parsing.
bool Recovery::isBodyAhead(Parser *parser, size_t expected) const {
  size_t rule = parser->getContext()->getRuleIndex();
  return (rule == LaminaParser::RuleBlockDecl || rule == LaminaParser::RuleModelDecl) &&
         tokens.list[indexOf(parser)]->getType() == LaminaParser::LBRACE &&
         parser->getExpectedTokens().contains(expected);
}

/// Goes on behind the brackets of formals, inputs or outputs, so that errors in the body are found,
/// too.
bool Recovery::skipSignaturePart(Parser *parser, size_t start) {
  size_t index = indexOf(parser);
  bool isBody = tokens.list[index]->getType() == LaminaParser::LBRACE;
  if (parser->getContext()->getRuleIndex() == LaminaParser::RuleOutputs && isBody)
    return true;
  size_t partner = tokens.partner[start];
  if (partner == Tokens::kNone || partner < index)
    return false;
  for (; index <= partner; ++index)
    parser->consume();
  endErrorCondition(parser);
  return true;
}

/// A pair of braces between the tokens whose second one stands further left than the line of the
/// first: so the first lacks its partner, whatever the count says. `otherwise` if all pairs look
/// well.
const Token *Recovery::misindented(size_t begin, size_t end, const Token *otherwise) const {
  for (size_t i = begin; i < end; ++i) {
    size_t partner = tokens.partner[i];
    if (tokens.list[i]->getType() != LaminaParser::LBRACE || partner == Tokens::kNone ||
        !isLineStart(partner))
      continue;
    size_t first = i;
    while (!isLineStart(first))
      --first;
    if (tokens.list[partner]->getCharPositionInLine() < tokens.list[first]->getCharPositionInLine())
      return tokens.list[i];
  }
  return otherwise;
}

void Recovery::reportMissingBrace(Parser *parser) {
  if (inErrorRecoveryMode(parser))
    return;
  beginErrorCondition(parser);
  size_t index = indexOf(parser);
  // The innermost open brace is where the parser is; indentation tells better which one the user
  // forgot.
  const Token *opener = parser->getContext()->getStart();
  for (auto *context = dynamic_cast<antlr4::ParserRuleContext *>(parser->getContext()->parent);
       context; context = dynamic_cast<antlr4::ParserRuleContext *>(context->parent))
    if (context->getRuleIndex() == LaminaParser::RuleBody &&
        tokens.partner[context->getStart()->getTokenIndex()] == Tokens::kNone)
      opener = context->getStart();
  opener = misindented(opener->getTokenIndex(), index, opener);
  bool atEnd = tokens.list[index]->getType() == Token::EOF;
  diagnostics
      .error(positions.range(tokens.list[index]), atEnd ? "'}' is missing at the end of the file"
                                                        : "'}' is missing before this declaration")
      .note(positions.range(opener), "to close this '{'");
}

void Recovery::sync(Parser *parser) {
  size_t rule = parser->getContext()->getRuleIndex();
  if (rule != LaminaParser::RuleBody && rule != LaminaParser::RuleFile)
    return;
  const auto &atn = parser->getATN();
  size_t type = parser->getCurrentToken()->getType();
  size_t index = indexOf(parser);
  if (rule == LaminaParser::RuleBody && beginsDecl(tokens, index)) {
    reportMissingBrace(parser);
    throw antlr4::InputMismatchException(parser);
  }
  auto next = atn.nextTokens(atn.states[parser->getState()]);
  if (next.contains(Token::EPSILON) || next.contains(type) || type == Token::EOF)
    return;
  reportError(parser, antlr4::InputMismatchException(parser));
  if (rule == LaminaParser::RuleBody)
    skipToStatement(parser, index);
  else
    skipToDecl(parser, index);
}

void Recovery::recover(Parser *parser, std::exception_ptr error) {
  auto *context = parser->getContext();
  size_t start = context->getStart()->getTokenIndex();
  switch (context->getRuleIndex()) {
  case LaminaParser::RuleStmt:
  case LaminaParser::RuleGive:
  case LaminaParser::RuleCotangent:
    skipToStatement(parser, start);
    return;
  case LaminaParser::RuleDecl:
  case LaminaParser::RuleUse:
    skipToDecl(parser, start);
    return;
  case LaminaParser::RuleFormals:
  case LaminaParser::RuleInputs:
  case LaminaParser::RuleOutputs:
    if (!skipSignaturePart(parser, start))
      std::rethrow_exception(error);
    return;
  case LaminaParser::RuleFile:
  case LaminaParser::RuleSingle:
    return;
  case LaminaParser::RuleBody:
    if (beginsDecl(tokens, indexOf(parser)))
      return; // the body ends here, and that its '}' is missing was said
    std::rethrow_exception(error);
  default:
    std::rethrow_exception(error);
  }
}

/// If the error stands inside brackets of the statement that do end, goes on behind them.
size_t Recovery::skipOpenBrackets(Parser *parser, size_t start) {
  size_t index = indexOf(parser);
  size_t target = index;
  for (size_t i = start; i < index; ++i)
    if (tokens.partner[i] != Tokens::kNone && tokens.partner[i] >= index) {
      bool isBrace = tokens.list[i]->getType() == LaminaParser::LBRACE;
      target = isBrace ? target : tokens.partner[i] + 1;
      break;
    }
  while (index < target) {
    parser->consume();
    ++index;
  }
  return index;
}

void Recovery::skipToStatement(Parser *parser, size_t start) {
  size_t index = skipOpenBrackets(parser, start);
  size_t depth = 0;
  for (;; ++index) {
    size_t type = tokens.list[index]->getType();
    if (type == Token::EOF || beginsDecl(tokens, index))
      break;
    if (depth == 0 && type == LaminaParser::RBRACE)
      break;
    if (depth == 0 && index > start && isLineStart(index) && beginsStatement(type))
      break;
    if (type == LaminaParser::LBRACE)
      ++depth;
    else if (type == LaminaParser::RBRACE)
      --depth;
    parser->consume();
  }
  endErrorCondition(parser);
}

void Recovery::skipToDecl(Parser *parser, size_t start) {
  size_t index = skipOpenBrackets(parser, start);
  size_t depth = 0;
  for (;; ++index) {
    size_t type = tokens.list[index]->getType();
    if (type == Token::EOF)
      break;
    if (index > start && beginsDecl(tokens, index))
      break;
    bool mayBegin =
        type == LaminaParser::DOC || type == LaminaParser::AT || type == LaminaParser::K_LET;
    if (depth == 0 && index > start && mayBegin && tokens.list[index]->getCharPositionInLine() == 0)
      break;
    if (type == LaminaParser::LBRACE)
      ++depth;
    else if (type == LaminaParser::RBRACE && depth > 0)
      --depth;
    parser->consume();
  }
  endErrorCondition(parser);
}

} // namespace lamina
