// What the parser does at a syntax error: one message in the user's words, then on with the next
// statement. Parser-internal: this header brings in the ANTLR runtime.
// SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SYNTAX_RECOVERY_H
#define COMPILER_SYNTAX_RECOVERY_H

#include "compiler/Syntax/Tokens.h"

#include <string>

namespace lamina {

/// Gives up the statement (or declaration) that holds an error as a whole, so that one mistake is
/// one message.
class Recovery : public antlr4::DefaultErrorStrategy {
public:
  Recovery(const Tokens &tokens, const Positions &positions, Diagnostics &diagnostics)
      : tokens(tokens), positions(positions), diagnostics(diagnostics) {}

  antlr4::Token *recoverInline(antlr4::Parser *parser) override;
  void recover(antlr4::Parser *parser, std::exception_ptr error) override;
  void sync(antlr4::Parser *parser) override;
  void reportError(antlr4::Parser *parser, const antlr4::RecognitionException &error) override;

private:
  void skipToStatement(antlr4::Parser *parser, size_t start);
  void skipToDecl(antlr4::Parser *parser, size_t start);
  size_t skipOpenBrackets(antlr4::Parser *parser, size_t start);
  bool isBodyAhead(antlr4::Parser *parser, size_t expected) const;
  bool skipSignaturePart(antlr4::Parser *parser, size_t start);
  void reportMissingBrace(antlr4::Parser *parser);
  const antlr4::Token *misindented(size_t begin, size_t end, const antlr4::Token *otherwise) const;
  bool isLineStart(size_t index) const;

  const Tokens &tokens;
  const Positions &positions;
  Diagnostics &diagnostics;
};

/// The message for the token at `index`, which the parser cannot take in its present rule.
struct Complaint {
  SourceRange where;
  std::string message;
  std::vector<Note> notes;
};
Complaint explain(antlr4::Parser &parser, const Tokens &tokens, size_t index,
                  const Positions &positions);

} // namespace lamina

#endif // COMPILER_SYNTAX_RECOVERY_H
