// ANTLR's lexer and the filter behind it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/Tokens.h"

#include "compiler/Syntax/LaminaLexer.h"
#include "compiler/Syntax/Stray.h"
#include "compiler/Syntax/Unicode.h"

#include <algorithm>

namespace lamina {

using antlr::LaminaParser;
using antlr4::CommonToken;
using antlr4::Token;

Positions::Positions(uint32_t file, std::string_view text) : fileIndex(file), size(text.size()) {
  if (std::all_of(text.begin(), text.end(), [](char c) { return !(c & 0x80); }))
    return;
  for (uint32_t i = 0; i < size; ++i)
    if ((text[i] & 0xC0) != 0x80)
      offsets.push_back(i);
}

uint32_t Positions::byteAt(size_t codePoint) const {
  if (offsets.empty())
    return std::min<size_t>(codePoint, size);
  return codePoint < offsets.size() ? offsets[codePoint] : size;
}

SourceRange Positions::range(const Token *first, const Token *last) const {
  uint32_t begin = byteAt(first->getStartIndex());
  if (last->getType() == Token::EOF)
    return {fileIndex, begin, std::max(begin, size)};
  return {fileIndex, begin, std::max(begin, byteAt(last->getStopIndex() + 1))};
}

SourceRange Positions::range(const Token *token) const {
  if (token->getType() == Token::EOF)
    return {fileIndex, size, size};
  return range(token, token);
}

namespace {

bool isWord(const Token *token) {
  size_t type = token->getType();
  return type == LaminaParser::ID || type == LaminaParser::ELEM ||
         (type >= LaminaParser::K_IMPORT && type <= LaminaParser::K_NOT);
}

/// Takes tokens one by one from the lexer and appends what the parser shall see.
class Filter {
public:
  Filter(std::string_view text, const Positions &positions, Diagnostics &diagnostics,
         Tokens &tokens)
      : text(text), positions(positions), diagnostics(diagnostics), tokens(tokens) {}

  void take(std::unique_ptr<Token> token) {
    auto *common = static_cast<CommonToken *>(token.get());
    if (isQuoted(common))
      return;
    switch (token->getType()) {
    case LaminaParser::COMMENT:
      keepComment(common);
      return;
    case LaminaParser::DOC:
      keepComment(common);
      break;
    case LaminaParser::LT:
      if (previous() && isWord(previous()) && touches(common))
        common->setType(LaminaParser::OPEN);
      break;
    case LaminaParser::ASSIGN:
      undoUnit();
      break;
    case LaminaParser::DOT:
      if (!isPointOfNumber(common))
        break;
      return;
    case LaminaParser::STRAY:
      if (!repairStray(common))
        return;
      break;
    case LaminaParser::OPEN_STRING:
      diagnostics.error(positions.range(common),
                        "the string has no end; a string ends with '\"' on its line");
      tokens.brokenLines.insert(common->getLine());
      common->setType(LaminaParser::STRING);
      break;
    default:
      if (isWord(common) && (joinsForeign(common) || takeWord(common)))
        return;
      break;
    }
    append(std::move(token));
  }

  void finish() {
    for (size_t i = 0; i < tokens.list.size(); ++i)
      tokens.list[i]->setTokenIndex(i);
  }

private:
  const Token *previous() const { return tokens.list.empty() ? nullptr : tokens.list.back(); }
  bool touches(const Token *token) const {
    return previous()->getStopIndex() + 1 == token->getStartIndex();
  }
  std::string_view spelling(const Token *token) const {
    SourceRange range = positions.range(token);
    return text.substr(range.begin, range.end - range.begin);
  }
  void keepComment(const Token *token) {
    std::string line(spelling(token));
    line.resize(line.find_last_not_of(" \t") + 1);
    tokens.comments.push_back({std::move(line), positions.range(token)});
  }
  void append(std::unique_ptr<Token> token) {
    unit = nullptr;
    tokens.list.push_back(static_cast<CommonToken *>(token.get()));
    tokens.owned.push_back(std::move(token));
  }

  /// `1.`: no number has members, so it is a number that ends too early.
  bool isPointOfNumber(const CommonToken *point) {
    if (!previous() || previous()->getType() != LaminaParser::NUMBER || !touches(point))
      return false;
    diagnostics.error(positions.range(previous(), point),
                      "a number does not end with a point; write '" +
                          std::string(spelling(previous())) + ".0'");
    return true;
  }

  /// The rest of a name that holds letters no name has.
  bool joinsForeign(const CommonToken *word) {
    if (!foreign || previous() != foreign || !touches(word))
      return false;
    foreign->setStopIndex(word->getStopIndex());
    return true;
  }

  /// A word after a number: a unit joins it. True if the word was taken.
  bool takeWord(CommonToken *word) {
    if (!previous() || previous()->getType() != LaminaParser::NUMBER || unit)
      return false;
    CommonToken *number = tokens.list.back();
    std::string_view name = spelling(word);
    bool isUnit = name == "epochs" || name == "steps";
    if (touches(word)) {
      diagnostics.error(positions.range(number, word), explainTouching(spelling(number), name));
      if (!isUnit)
        return true;
    }
    if (!isUnit || number->getLine() != word->getLine())
      return false;
    unit = std::make_unique<CommonToken>(word);
    numberStop = number->getStopIndex();
    number->setStopIndex(word->getStopIndex());
    return true;
  }

  /// `batch = 1024 epochs = 300`: what looked like a unit is the name of the next setting.
  void undoUnit() {
    if (!unit)
      return;
    tokens.list.back()->setStopIndex(numberStop);
    append(std::move(unit));
  }

  /// The inside of a string in wrong quotes, with the quote that ends it, is of no interest to the
  /// parser.
  bool isQuoted(const CommonToken *token) {
    if (quote.empty())
      return false;
    if (token->getType() == Token::EOF || token->getLine() != quoteLine) {
      quote.clear();
      return false;
    }
    if (spelling(token) == quote)
      quote.clear();
    return true;
  }

  /// Says what is wrong with a character that begins no token. True if the token was given a type
  /// that lets the parser go on as if the right thing had been written.
  bool repairStray(CommonToken *token) {
    std::string_view found = spelling(token);
    bool isDoubled = strayEnd == token->getStartIndex() && stray == found;
    strayEnd = token->getStopIndex() + 1;
    stray = std::string(found);
    if (isDoubled && (found == "&" || found == "|"))
      return false;
    Stray explained = explainStray(found);
    if (explained.meaning == StrayMeaning::Letter && previous() && isWord(previous()) &&
        touches(token)) {
      if (previous() != foreign)
        diagnostics.error(positions.range(token), std::move(explained.message));
      foreign = tokens.list.back();
      foreign->setType(LaminaParser::ID);
      foreign->setStopIndex(token->getStopIndex());
      return false;
    }
    diagnostics.error(positions.range(token), std::move(explained.message));
    if (explained.meaning == StrayMeaning::Nothing)
      return false;
    token->setType(typeOf(explained.meaning));
    if (explained.meaning == StrayMeaning::Letter)
      foreign = token;
    if (explained.meaning == StrayMeaning::Quote) {
      quote = found == "'" ? "'" : "\xE2\x80\x9D";
      quoteLine = token->getLine();
    }
    return true;
  }

  static size_t typeOf(StrayMeaning meaning) {
    switch (meaning) {
    case StrayMeaning::And:
      return LaminaParser::K_AND;
    case StrayMeaning::Or:
      return LaminaParser::K_OR;
    case StrayMeaning::Not:
      return LaminaParser::K_NOT;
    case StrayMeaning::Power:
      return LaminaParser::POWER;
    case StrayMeaning::Quote:
      return LaminaParser::STRING;
    case StrayMeaning::Star:
      return LaminaParser::STAR;
    case StrayMeaning::Minus:
      return LaminaParser::MINUS;
    case StrayMeaning::Arrow:
      return LaminaParser::ARROW;
    case StrayMeaning::Compare:
      return LaminaParser::LE;
    default:
      return LaminaParser::ID;
    }
  }

  std::string_view text;
  const Positions &positions;
  Diagnostics &diagnostics;
  Tokens &tokens;
  std::unique_ptr<Token>
      unit; // the word that joined the last number, until the token after it is known
  size_t numberStop = 0;
  std::string stray;
  size_t strayEnd = 0;
  std::string quote; // that ends the string in wrong quotes, if one is open
  size_t quoteLine = 0;
  CommonToken *foreign = nullptr; // the last name that holds letters no name has
};

} // namespace

bool beginsDecl(const Tokens &tokens, size_t index) {
  const std::vector<CommonToken *> &list = tokens.list;
  const Token *token = list[index];
  if (token->getCharPositionInLine() != 0)
    return false;
  switch (token->getType()) {
  case LaminaParser::K_IMPORT:
  case LaminaParser::K_FN:
  case LaminaParser::K_BLOCK:
  case LaminaParser::K_TRAIN:
  case LaminaParser::K_TEST:
    return true;
  case LaminaParser::K_MODEL:
    return index + 1 < list.size() && list[index + 1]->getType() == LaminaParser::ID;
  default:
    return false;
  }
}

bool tokenize(std::string_view text, const Positions &positions, const SourceLimits &limits,
              Diagnostics &diagnostics, Tokens &tokens) {
  tokens.input = std::make_unique<antlr4::ANTLRInputStream>(std::string(text));
  tokens.lexer = std::make_unique<antlr::LaminaLexer>(tokens.input.get());
  tokens.lexer->removeErrorListeners();
  Filter filter(text, positions, diagnostics, tokens);
  bool atEnd = false;
  while (!atEnd) {
    std::unique_ptr<Token> token = tokens.lexer->nextToken();
    atEnd = token->getType() == Token::EOF;
    SourceRange where = positions.range(token.get());
    filter.take(std::move(token));
    if (tokens.list.size() + tokens.comments.size() > limits.tokens) {
      diagnostics.error(where, "the file has more than " + std::to_string(limits.tokens) +
                                   " tokens; generate less text, or split it into files");
      return false;
    }
  }
  filter.finish();
  return pairBrackets(tokens, positions, limits, diagnostics);
}

} // namespace lamina
