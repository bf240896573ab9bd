// The entry of the Syntax stage: text to AST.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/Parser.h"

#include "compiler/Syntax/Recovery.h"
#include "compiler/Syntax/Tokens.h"
#include "compiler/Syntax/TreeBuilder.h"
#include "compiler/Syntax/Unicode.h"

namespace lamina {

using antlr::LaminaParser;
using antlr4::atn::ParserATNSimulator;
using antlr4::atn::PredictionMode;

namespace {

/// What ANTLR must never see. False if it was reported.
bool checkText(std::string_view text, uint32_t file, const SourceLimits &limits,
               Diagnostics &diagnostics) {
  if (text.size() > limits.bytes) {
    diagnostics.error({file, 0, 0}, "the file has " + std::to_string(text.size()) +
                                        " bytes; a source file has at most " +
                                        std::to_string(limits.bytes));
    return false;
  }
  if (size_t at = text.find('\0'); at != text.npos) {
    diagnostics.error({file, uint32_t(at), uint32_t(at) + 1},
                      "the file holds a NUL byte; it is no source text");
    return false;
  }
  if (std::optional<size_t> at = findInvalidUtf8(text)) {
    diagnostics.error({file, uint32_t(*at), uint32_t(*at) + 1},
                      "this byte is not UTF-8; save the file in that encoding");
    return false;
  }
  return true;
}

/// One text in ANTLR's hands: tokens, then the parse tree by fast SLL prediction and, only if that
/// fails, once more by full LL prediction with messages and recovery.
class Parse {
public:
  Parse(uint32_t file, Diagnostics &diagnostics, const SourceLimits &limits)
      : text(diagnostics.sourceManager().text(file)), diagnostics(diagnostics),
        positions(file, text), usable(tokenize(text, positions, limits, diagnostics, tokens)) {
    if (!usable)
      return;
    source = std::make_unique<antlr4::ListTokenSource>(std::move(tokens.owned));
    stream = std::make_unique<antlr4::CommonTokenStream>(source.get());
    stream->fill();
    parser = std::make_unique<LaminaParser>(stream.get());
    parser->removeErrorListeners();
  }

  bool isUsable() const { return usable; }

  template <typename Tree> Tree *tree(Tree *(LaminaParser::*rule)()) {
    auto *simulator = parser->getInterpreter<ParserATNSimulator>();
    simulator->setPredictionMode(PredictionMode::SLL);
    parser->setErrorHandler(std::make_shared<antlr4::BailErrorStrategy>());
    try {
      return (parser.get()->*rule)();
    } catch (const antlr4::ParseCancellationException &) {
    }
    parser->reset();
    simulator->setPredictionMode(PredictionMode::LL);
    parser->setErrorHandler(std::make_shared<Recovery>(tokens, positions, diagnostics));
    return (parser.get()->*rule)();
  }

  TreeBuilder builder() { return {text, positions, diagnostics}; }
  std::vector<ast::Comment> takeComments() { return std::move(tokens.comments); }

private:
  std::string_view text;
  Diagnostics &diagnostics;
  Positions positions;
  Tokens tokens;
  bool usable;
  std::unique_ptr<antlr4::ListTokenSource> source;
  std::unique_ptr<antlr4::CommonTokenStream> stream;
  std::unique_ptr<LaminaParser> parser;
};

/// Whatever ANTLR throws ends here.
template <typename Action> void guarded(uint32_t file, Diagnostics &diagnostics, Action action) {
  try {
    action();
  } catch (const std::exception &exception) {
    diagnostics.error({file, 0, 0},
                      std::string("the parser failed on this file: ") + exception.what());
  }
}

} // namespace

ast::Module parse(uint32_t file, Diagnostics &diagnostics, const SourceLimits &limits) {
  ast::Module module;
  module.file = file;
  if (!checkText(diagnostics.sourceManager().text(file), file, limits, diagnostics))
    return module;
  guarded(file, diagnostics, [&] {
    Parse parse(file, diagnostics, limits);
    if (!parse.isUsable())
      return;
    parse.builder().file(parse.tree(&LaminaParser::file), module);
    module.comments = parse.takeComments();
  });
  return module;
}

ast::ExprPtr parseExpression(uint32_t file, Diagnostics &diagnostics) {
  SourceLimits limits;
  ast::ExprPtr result;
  if (!checkText(diagnostics.sourceManager().text(file), file, limits, diagnostics))
    return result;
  guarded(file, diagnostics, [&] {
    Parse parse(file, diagnostics, limits);
    if (!parse.isUsable())
      return;
    LaminaParser::SingleContext *tree = parse.tree(&LaminaParser::single);
    if (!tree->exception && !diagnostics.hasErrors())
      result = parse.builder().expr(tree->expr());
  });
  return result;
}

} // namespace lamina
