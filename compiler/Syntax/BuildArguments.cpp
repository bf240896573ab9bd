// Parse tree to AST: arguments, static arguments, indices and patterns; names and places.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/TreeBuilder.h"

namespace lamina {

using antlr4::tree::TerminalNode;

SourceRange TreeBuilder::range(antlr4::ParserRuleContext *tree) const {
  const antlr4::Token *first = tree->getStart();
  const antlr4::Token *last = tree->getStop();
  return positions.range(first, last ? last : first);
}

SourceRange TreeBuilder::range(TerminalNode *leaf) const {
  return positions.range(leaf->getSymbol());
}

std::string TreeBuilder::spelling(SourceRange range) const {
  return std::string(text.substr(range.begin, range.end - range.begin));
}

ast::Name TreeBuilder::name(TerminalNode *leaf) const {
  SourceRange where = range(leaf);
  return {spelling(where), where};
}

ast::Name TreeBuilder::name(P::WordContext *word) const {
  SourceRange where = range(word);
  return {spelling(where), where};
}

std::vector<ast::Name> TreeBuilder::names(P::IdsContext *ids) const {
  std::vector<ast::Name> result;
  for (TerminalNode *leaf : ids->ID())
    result.push_back(name(leaf));
  return result;
}

std::vector<ast::Name> TreeBuilder::path(P::PathContext *path) const {
  std::vector<ast::Name> result = {name(path->ID())};
  for (P::WordContext *word : path->word())
    result.push_back(name(word));
  return result;
}

std::string TreeBuilder::docLine(TerminalNode *leaf) const {
  std::string line = spelling(range(leaf)).substr(3);
  if (line.starts_with(' '))
    line.erase(0, 1);
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t'))
    line.pop_back();
  return line;
}

std::vector<ast::Arg> TreeBuilder::args(P::ArgsContext *tree) {
  std::vector<ast::Arg> result;
  for (P::ArgContext *item : tree->arg())
    result.push_back(arg(item));
  return result;
}

ast::Arg TreeBuilder::arg(P::ArgContext *tree) {
  ast::Arg arg;
  arg.range = range(tree);
  if (P::PatternContext *pattern = tree->pattern()) {
    std::vector<ast::PatternCell> from = cells(pattern->cells(0));
    arg.value = ast::Pattern{std::move(from), cells(pattern->cells(1)), arg.range};
    return arg;
  }
  if (tree->word()) {
    arg.name = name(tree->word());
    arg.binder = tree->ASSIGN() ? '=' : ':';
  }
  arg.value = expr(tree->expr());
  return arg;
}

std::vector<ast::PatternCell> TreeBuilder::cells(P::CellsContext *tree) {
  std::vector<ast::PatternCell> result;
  for (P::CellContext *cell : tree->cell()) {
    ast::PatternCell entry;
    std::vector<TerminalNode *> ids = cell->ID();
    entry.axis = name(ids[0]);
    if (cell->COLON()) {
      entry.parts.emplace();
      for (size_t i = 1; i < ids.size(); ++i)
        entry.parts->push_back(name(ids[i]));
    }
    result.push_back(std::move(entry));
  }
  return result;
}

std::vector<ast::Part> TreeBuilder::index(P::IndexContext *tree) {
  std::vector<ast::Part> result;
  for (P::PartContext *item : tree->part())
    result.push_back(part(item));
  return result;
}

ast::Part TreeBuilder::part(P::PartContext *tree) {
  ast::Part part;
  part.range = range(tree);
  part.isRange = tree->DOTS() != nullptr;
  std::vector<P::SumContext *> sums = tree->sum();
  bool startsOpen = part.isRange && tree->getStart() == tree->DOTS()->getSymbol();
  if (startsOpen) {
    if (!sums.empty())
      part.high = sum(sums[0]);
    return part;
  }
  part.low = sum(sums[0]);
  if (sums.size() > 1)
    part.high = sum(sums[1]);
  return part;
}

ast::StaticArgs TreeBuilder::statics(P::SargsContext *tree) {
  ast::StaticArgs result;
  for (P::SargPairContext *pair : tree->sargPair()) {
    std::vector<P::SargContext *> sides = pair->sarg();
    ast::StaticArg first = staticArg(sides[0]);
    if (sides.size() > 1)
      first.arrow = std::make_unique<ast::StaticArg>(staticArg(sides[1]));
    result.push_back(std::move(first));
  }
  return result;
}

ast::StaticArg TreeBuilder::staticArg(P::SargContext *tree) {
  ast::StaticArg arg;
  arg.range = range(tree);
  if (tree->part()) {
    arg.value = part(tree->part());
    return arg;
  }
  arg.name = name(tree->ID());
  arg.binder = tree->ASSIGN() ? '=' : ':';
  arg.value.low = sum(tree->sum());
  arg.value.range = arg.value.low->range;
  return arg;
}

} // namespace lamina
