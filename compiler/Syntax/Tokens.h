// From text to the tokens of the parser: ANTLR's lexer, the filter behind it, and the guard before
// the parser. Parser-internal: this header brings in the ANTLR runtime.
// SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SYNTAX_TOKENS_H
#define COMPILER_SYNTAX_TOKENS_H

#include "compiler/Syntax/Ast.h"
#include "compiler/Syntax/Diagnostics.h"
#include "compiler/Syntax/Parser.h"

#include "compiler/Syntax/LaminaParser.h"

#include <memory>
#include <set>
#include <vector>

namespace lamina {

/// Maps ANTLR's positions, which count code points, to byte ranges of one file.
class Positions {
public:
  Positions(uint32_t file, std::string_view text);
  SourceRange range(const antlr4::Token *token) const;
  SourceRange range(const antlr4::Token *first, const antlr4::Token *last) const;
  uint32_t file() const { return fileIndex; }

private:
  uint32_t byteAt(size_t codePoint) const;

  uint32_t fileIndex;
  std::vector<uint32_t> offsets; // of each code point, unless all are ASCII
  uint32_t size;
};

/// The tokens that the parser sees, with EOF as the last one; `index` of each is its place in
/// `list`.
struct Tokens {
  static constexpr size_t kNone = SIZE_MAX;

  std::unique_ptr<antlr4::ANTLRInputStream> input; ///< the tokens point into it
  std::unique_ptr<antlr4::Lexer> lexer;
  std::vector<std::unique_ptr<antlr4::Token>> owned; ///< until the parser's stream takes them
  std::vector<antlr4::CommonToken *> list;
  std::vector<ast::Comment> comments;
  /// For each token the index of the bracket that belongs to it, or kNone.
  std::vector<size_t> partner;
  /// Lines of which the rest was swallowed by a string that does not end.
  std::set<size_t> brokenLines;
};

/// Lexes a file whose text is UTF-8 without NUL. Reports every stray character and broken literal,
/// repairs what it can so that the parser goes on, and then checks the limits. False if a limit was
/// passed: the tokens must not be parsed.
bool tokenize(std::string_view text, const Positions &positions, const SourceLimits &limits,
              Diagnostics &diagnostics, Tokens &tokens);

/// Pairs the brackets and bounds the recursion of every later stage: the depth of brackets together
/// with the chains that recurse without one (`- - x`, `not not x`, `a ** b ** c`, `if … else if
/// …`), and the operators on the way to any leaf.
bool pairBrackets(Tokens &tokens, const Positions &positions, const SourceLimits &limits,
                  Diagnostics &diagnostics);

/// True for a token that begins a declaration at the left margin: whatever was open before it lacks
/// its end.
bool beginsDecl(const Tokens &tokens, size_t index);

} // namespace lamina

#endif // COMPILER_SYNTAX_TOKENS_H
