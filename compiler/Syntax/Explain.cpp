// Syntax errors in the user's words: what was found, what is expected there, and the likely fix.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/Scene.h"

namespace lamina {

/// `x = +`, `f(a, )`: nothing where an expression must stand.
std::optional<Complaint> Scene::missingOperand() const {
  // `x =` with the next statement on the next line is read as `x = y`, and fails at the second '='.
  if (type() == P::ASSIGN && index > 1 && previous() == P::ID &&
      lineAt(index - 2) != lineAt(index - 1) && wantsOperand(typeAt(index - 2)))
    return at(index - 2, "expected an expression after '" + text(index - 2) + "'");
  if (!expectsExpr())
    return std::nullopt;
  if (type() == P::K_IF)
    return here("'if' inside an expression stands in parentheses: '(if c then a else b)'");
  if (type() == P::K_NOT)
    return here("'not' inside an expression stands in parentheses: '(not a)'");
  if (type() == P::DOT && index + 1 < tokens.list.size() && typeAt(index + 1) == P::NUMBER)
    return here("a number does not begin with a point; write '0." + text(index + 1) + "'");
  std::string what = "expected an expression";
  if (index > 0)
    what += " after '" + text(index - 1) + "'";
  return isNewLine() && index > 0 ? at(index - 1, what) : butFound(what);
}

/// `:` and `=` taken for each other.
std::optional<Complaint> Scene::wrongBinder() const {
  bool inType = rule == P::RuleType || rule == P::RuleAxis;
  if (inType && type() == P::ASSIGN && previous() == P::ID)
    return here("an axis gets its extent with ':'; write '" + text(index - 1) + ": …'");
  if ((rule == P::RuleFormal || rule == P::RuleKind) && previous() == P::COLON && index > 1 &&
      (type() == P::NUMBER || type() == P::STRING || type() == P::MINUS || type() == P::K_TRUE ||
       type() == P::K_FALSE))
    return here("':' gives '" + text(index - 2) + "' a type; its default is set with '=': write '" +
                text(index - 2) + " = " + text(index) + "'");
  if (type() == P::COLON && expects(P::ASSIGN))
    return here("expected '=' after '" + text(index - 1) +
                "'; ':' gives a type or an extent, '=' a value");
  if (type() == P::ASSIGN && expects(P::COLON))
    return here("expected ':' after '" + text(index - 1) +
                "'; ':' gives a type or an extent, '=' a value");
  return std::nullopt;
}

/// A keyword where a name must stand.
std::optional<Complaint> Scene::badName() const {
  if (previous() == P::DOT && type() != P::ID)
    return isWordAt(index) ? here("'" + text(index) + "' is a keyword and cannot be a name here")
                           : butFound("expected a name after '.'");
  bool isItem = isAhead && (previous() == P::COMMA || index == opener + 1);
  if (!(isItem || (expects(P::ID) && !expectsExpr())) || !isWordAt(index) || type() == P::ID)
    return std::nullopt;
  std::string word = "'" + text(index) + "'";
  if (type() == P::ELEM)
    return here(word + " is an element type and cannot be a name");
  if (isNewLine())
    return std::nullopt;
  return here(word + " is a keyword and cannot be a name here");
}

/// Static arguments that do not go on: often a comparison without blanks.
Complaint Scene::insideStatics() const {
  std::string callee = opener > 0 ? text(opener - 1) : "";
  Complaint complaint = here("a comparison inside '<…>' stands in parentheses");
  if (!isComparison(type()) || type() == P::GT) {
    std::string what = "expected ',' or '>' in the static arguments of '" + callee + "'";
    complaint = isNewLine() ? at(index - 1, what) : butFound(what);
  }
  bool declares =
      opener > 1 && (typeAt(opener - 2) == P::K_BLOCK || typeAt(opener - 2) == P::K_MODEL);
  if (!declares)
    complaint.notes.push_back({positions.range(tokens.list[opener]),
                               "this '<' touches '" + callee +
                                   "', so it opens static arguments; a comparison is "
                                   "written '" +
                                   callee + " < …', with blanks"});
  return complaint;
}

/// Something that does not go on in a list: the bracket is missing, or a comma, or an operator.
std::optional<Complaint> Scene::insideBrackets() const {
  if (opener == Tokens::kNone || typeAt(opener) == P::LBRACE)
    return std::nullopt;
  size_t closer = typeAt(opener) == P::OPEN     ? P::GT
                  : typeAt(opener) == P::LPAREN ? P::RPAREN
                                                : P::RBRACKET;
  if (!isAhead && !expected.contains(closer))
    return std::nullopt;
  if (closer == P::GT)
    return insideStatics();
  if (type() == P::K_IF || type() == P::K_NOT)
    return here("'" + text(index) + "' inside an expression stands in parentheses");
  if (isComparison(type()) && !isAhead)
    return here("comparisons do not chain; write 'a < b and b < c'");
  if (isOperator(type()) && hasPipe())
    return here("'|>' binds loosest; put the pipe in parentheses to use it with '" + text(index) +
                "'");
  std::string what = "expected ',' or " + literal(closer);
  Complaint complaint =
      isNewLine() ? at(index - 1, what + " after '" + text(index - 1) + "'") : butFound(what);
  if (isNewLine() || lineAt(opener) != lineAt(index))
    complaint.notes.push_back(
        {positions.range(tokens.list[opener]), "to close this '" + text(opener) + "'"});
  return complaint;
}

/// `f(x)` alone, `x += 1`, `x[i] = 1`.
std::optional<Complaint> Scene::bareExpression() const {
  if (rule == P::RuleUpdateStmt && type() == P::ASSIGN)
    return here("an element cannot be assigned; values do not change once they are bound");
  size_t start = parser.getContext()->getStart()->getTokenIndex();
  bool atName = rule == P::RuleStmt || rule == P::RuleUpdateStmt || rule == P::RuleSettingStmt;
  if (!atName || typeAt(start) != P::ID || start == index)
    return std::nullopt;
  if (isOperator(type()) && index + 1 < tokens.list.size() && typeAt(index + 1) == P::ASSIGN)
    return here("there is no '" + text(index) + "='; write '" + text(start) + " = " + text(start) +
                " " + text(index) + " …'");
  if (type() == P::OPEN && typeAt(index + 1) == P::MINUS)
    return here("'<' touches '" + text(index - 1) + "'; an update is written '" + text(index - 1) +
                " <- …', with a blank");
  bool isCall = type() == P::LPAREN || type() == P::OPEN || type() == P::PIPE || isOperator(type());
  bool isComparison = rule == P::RuleUpdateStmt && previous() == P::LT;
  if (isCall || isComparison || lineAt(start) != lineAt(index) || type() == P::RBRACE)
    return at(start, "an expression alone does nothing; bind its value, as in 'y = " + text(start) +
                         (type() == P::LPAREN ? "(…)'" : "'") + ", or return it");
  return std::nullopt;
}

/// What cannot begin a statement.
std::optional<Complaint> Scene::afterStatement() const {
  if (rule != P::RuleBody)
    return std::nullopt;
  switch (type()) {
  case P::K_ELSE:
    return here("this 'else' belongs to no 'if'");
  case P::K_THEN:
    return here("'then' belongs to an 'if' expression; an 'if' statement has a body in braces");
  case P::RPAREN:
  case P::RBRACKET:
  case P::GT:
    if (tokens.partner[index] == Tokens::kNone)
      return here("this '" + text(index) + "' closes nothing");
    break;
  case P::ASSIGN:
    return here("an assignment is no expression; to compare, write '=='");
  case P::COLON:
    return here("expected a statement, but found ':'");
  case P::K_FN:
  case P::K_BLOCK:
  case P::K_TRAIN:
  case P::K_TEST:
  case P::K_IMPORT:
    return here("'" + text(index) +
                "' begins a declaration, which cannot stand inside another one");
  default:
    break;
  }
  if (isOperator(type()) && hasPipe())
    return here("'|>' binds loosest; put the pipe in parentheses to use it with '" + text(index) +
                "'");
  if (isComparison(type()))
    return here("comparisons do not chain; write 'a < b and b < c'");
  if (type() == P::LBRACE)
    return here("unexpected '{'; the statement before it takes no body");
  return butFound("expected a statement or '}'");
}

/// What cannot begin a declaration.
std::optional<Complaint> Scene::outsideDecls() const {
  if (rule != P::RuleFile && rule != P::RuleDecl)
    return std::nullopt;
  if (rule == P::RuleDecl && index != parser.getContext()->getStart()->getTokenIndex() &&
      typeAt(parser.getContext()->getStart()->getTokenIndex()) != P::AT)
    return std::nullopt;
  if (type() == P::RBRACE)
    return here("this '}' closes nothing");
  if (type() == P::K_AS)
    return here("an import takes no other name; what has the same name in two files is told apart "
                "as 'nn.Linear'");
  bool isStatement = type() >= P::K_RETURN && type() <= P::K_OBJECTIVE;
  if (isStatement)
    return here("'" + text(index) +
                "' stands inside a block, a model or a train block, not alone in a file");
  return butFound("expected a declaration (import, fn, let, block, model, train or test)");
}

/// The parts that a declaration or statement cannot do without.
std::optional<Complaint> Scene::missingPart() const {
  bool declares = rule == P::RuleBlockDecl || rule == P::RuleModelDecl;
  if (declares && expects(P::ARROW))
    return butFound("expected '->' and the result's type after the inputs");
  if (declares && expects(P::LPAREN) && !expects(P::NUMBER))
    return butFound("expected the inputs in '(…)'");
  if (rule == P::RuleConditional && expects(P::K_ELSE))
    return at(isNewLine() ? index - 1 : index,
              "an 'if' expression needs its 'else': 'if c then a else b'");
  if (rule == P::RuleConditional && expects(P::K_THEN))
    return butFound("expected 'then' after the condition");
  if (rule == P::RuleRepeatStmt && (isAhead || expects(P::K_AS)))
    return butFound("expected 'as' and a name for what repeats: 'repeat n as blocks { … }'");
  if (previous() == P::K_SCAN)
    return butFound("expected the axis after 'scan', as in 'scan<t>(x)'");
  if (rule == P::RuleFnDecl && expects(P::ASSIGN))
    return butFound("expected '=': a fn is one expression, as in 'fn f(x) = x * x'");
  if (expects(P::ELEM) && expects(P::LBRACKET) && !expects(P::NUMBER))
    return butFound("expected a type such as 'f32[c: 8]'");
  if (expects(P::LBRACE) && type() == P::ASSIGN)
    return here("an assignment is no expression; to compare, write '=='");
  if (expects(P::LBRACE))
    return butFound("expected '{'");
  if (std::string list = expectedList(); !list.empty()) {
    std::string what = "expected " + list;
    if (index > 0 && previous() != P::DOC)
      what += " after '" + text(index - 1) + "'";
    return isNewLine() && index > 0 ? at(index - 1, what) : butFound(what);
  }
  return std::nullopt;
}

Complaint Scene::explain() const {
  if (type() == P::DOC && rule != P::RuleFile && rule != P::RuleBody)
    return here("a '///' comment documents a whole declaration or statement; write '#' here");
  using Question = std::optional<Complaint> (Scene::*)() const;
  static constexpr Question kQuestions[] = {
      &Scene::missingOperand, &Scene::wrongBinder,  &Scene::badName,        &Scene::bareExpression,
      &Scene::afterStatement, &Scene::outsideDecls, &Scene::insideBrackets, &Scene::missingPart};
  for (Question question : kQuestions)
    if (std::optional<Complaint> complaint = (this->*question)())
      return std::move(*complaint);
  return here(type() == Token::EOF ? "unexpected end of the file"
                                   : "unexpected " + describe(index));
}

Complaint explain(antlr4::Parser &parser, const Tokens &tokens, size_t index,
                  const Positions &positions) {
  return Scene(parser, tokens, index, positions).explain();
}

} // namespace lamina
