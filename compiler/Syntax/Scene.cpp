// What the messages of syntax errors ask about the place of an error.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/Scene.h"

namespace lamina {

bool Scene::isOperator(size_t type) const {
  return (type >= P::PLUS && type <= P::PERCENT) || isComparison(type) || type == P::POWER ||
         type == P::FLOORDIV || type == P::K_AND || type == P::K_OR;
}

/// An operand must follow this token.
bool Scene::wantsOperand(size_t type) const {
  return isOperator(type) || type == P::ASSIGN || type == P::PIPE || type == P::K_RETURN ||
         type == P::K_ASSERT;
}

std::string Scene::describe(size_t i) const {
  constexpr size_t kMaxShown = 40;
  if (typeAt(i) == Token::EOF)
    return "the end of the file";
  if (typeAt(i) == P::DOC)
    return "a '///' comment";
  std::string shown = text(i);
  if (shown.size() > kMaxShown) {
    size_t end = kMaxShown;
    while ((shown[end] & 0xC0) == 0x80)
      --end;
    shown = shown.substr(0, end) + "...";
  }
  return typeAt(i) == P::STRING ? "the string " + shown : "'" + shown + "'";
}

std::string Scene::literal(size_t type) const {
  switch (type) {
  case P::ID:
    return "a name";
  case P::NUMBER:
    return "a number";
  case P::STRING:
    return "a string";
  case P::ELEM:
    return "an element type";
  case P::OPEN:
    return "'<'";
  case Token::EOF:
    return "the end of the file";
  default:
    return parser.getVocabulary().getLiteralName(type);
  }
}

/// `'=' or ':'`; nothing if the list would be long.
std::string Scene::expectedList() const {
  constexpr size_t kMaxListed = 3;
  auto types = expected.toList();
  if (isAhead || types.empty() || types.size() > kMaxListed)
    return {};
  std::string result;
  for (size_t i = 0; i < types.size(); ++i)
    result += (i == 0 ? "" : i + 1 == types.size() ? " or " : ", ") + literal(size_t(types[i]));
  return result;
}

/// The bracket that is open here, or kNone.
size_t Scene::innermostOpener() const {
  for (size_t i = index; i-- > 0;) {
    switch (typeAt(i)) {
    case P::LPAREN:
    case P::LBRACKET:
    case P::LBRACE:
    case P::OPEN:
      return i;
    case P::RPAREN:
    case P::RBRACKET:
    case P::RBRACE:
    case P::GT:
      if (tokens.partner[i] != Tokens::kNone)
        i = tokens.partner[i];
      break;
    default:
      break;
    }
  }
  return Tokens::kNone;
}

/// The statement before this token holds a pipe.
bool Scene::hasPipe() const {
  size_t begin = opener == Tokens::kNone ? 0 : opener;
  for (size_t i = index; i-- > begin;) {
    if (typeAt(i) == P::PIPE)
      return true;
    if (typeAt(i) == P::ASSIGN || typeAt(i) == P::K_RETURN)
      return false;
  }
  return false;
}

} // namespace lamina
