// Syntax errors in the user's words: what was found, what is expected there, and the likely fix.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/Recovery.h"

namespace lamina {

using antlr::LaminaParser;
using antlr4::Token;

Complaint explain(antlr4::Parser &parser, const Tokens &tokens, size_t index,
                  const Positions &positions) {
  const Token *found = tokens.list[index];
  std::string what = found->getType() == Token::EOF ? "the end of the file"
                                                    : "'" + tokens.list[index]->getText() + "'";
  return {positions.range(found), "unexpected " + what, {}};
}

} // namespace lamina
