// The parser on well-formed sources: each sentence of the grammar and of the lexical rules that
// could go wrong.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "SyntaxTesting.h"

namespace lamina::testing {
namespace {

using ::testing::TestWithParam;
using Errors = std::vector<std::string>;

TEST(Samples, ParseWithoutErrors) {
  for (const std::string &sample : kSamples)
    EXPECT_EQ(Parsed(sample).errors(), Errors());
}

/// The tree of one expression, without places.
std::string treeOf(const std::string &expression) {
  Parsed parsed(inBlock("x = " + expression));
  EXPECT_EQ(parsed.errors(), Errors()) << expression;
  std::string text = parsed.tree(), result;
  size_t begin = text.find("bind x");
  begin = text.find('\n', begin) + 1;
  for (size_t i = begin; i < text.size(); ++i) {
    size_t end = text.find('\n', i);
    std::string line = text.substr(i, end - i);
    line = line.substr(0, line.find(" @"));
    result += line.substr(6) + "\n";
    i = end;
  }
  return result;
}

TEST(Expressions, PowerBindsTighterThanMinus) {
  EXPECT_EQ(treeOf("-x ** 2"), "negate\n  binary **\n    name x\n    number 2\n");
}

TEST(Expressions, PowerIsRightAssociativeAndTakesMinus) {
  EXPECT_EQ(treeOf("a ** -b ** c"),
            "binary **\n  name a\n  negate\n    binary **\n      name b\n      name c\n");
}

TEST(Expressions, SubtractionIsLeftAssociative) {
  EXPECT_EQ(treeOf("a - b - c"), "binary -\n  binary -\n    name a\n    name b\n  name c\n");
}

TEST(Expressions, NotBindsLooserThanComparison) {
  EXPECT_EQ(treeOf("not a == b and c"),
            "binary and\n  not\n    binary ==\n      name a\n      name b\n  name c\n");
}

TEST(Expressions, PipeBindsLoosest) {
  EXPECT_EQ(treeOf("a or b |> f<c>(d)"), "pipe\n  binary or\n    name a\n    name b\n  call\n    "
                                         "name f\n      static\n        name c\n    name d\n");
}

TEST(Expressions, RangeBindsLooserThanSum) {
  EXPECT_EQ(treeOf("[i for i in 0..n + 1]"), "comprehension i\n  name i\n  range\n    number 0\n   "
                                             " binary +\n      name n\n      number 1\n");
}

TEST(Expressions, ConditionalChainsToTheRight) {
  EXPECT_EQ(treeOf("if a then b else if c then d else e"),
            "conditional\n  name a\n  name b\n  conditional\n    name c\n    name d\n    name e\n");
}

TEST(Expressions, GroupAndTupleDiffer) {
  EXPECT_EQ(treeOf("(a)"), "group\n  name a\n");
  EXPECT_EQ(treeOf("(a,)"), "tuple\n  name a\n");
  EXPECT_EQ(treeOf("(k: a)"), "tuple\n  key k\n    name a\n");
  EXPECT_EQ(treeOf("()"), "tuple\n");
}

TEST(Expressions, PatternIsToldFromList) {
  EXPECT_EQ(treeOf("f([h, w])"), "call\n  name f\n  list\n    name h\n    name w\n");
  EXPECT_EQ(treeOf("f([h: (a b), w] -> [a, b], a: 2)"),
            "call\n  name f\n  pattern [h: (a b), w] -> [a, b]\n  argument a :\n    number 2\n");
}

TEST(Expressions, ArgumentsMayHaveKeywordsAsNames) {
  EXPECT_EQ(treeOf("f(model = a, state: b)"),
            "call\n  name f\n  argument model =\n    name a\n  argument state :\n    name b\n");
}

TEST(Expressions, PartsOfAnIndex) {
  EXPECT_EQ(
      treeOf("a[.., 1.., ..2, 3..4, b]"),
      "index\n  name a\n  ..\n  from\n    number 1\n  to\n    number 2\n  from to\n    number 3\n"
      "    number 4\n  name b\n");
}

TEST(Expressions, StringsAreUnescaped) {
  EXPECT_EQ(treeOf(R"("a\"\\\n\tb")"), R"(string "a\"\\\n\tb")"
                                       "\n");
}

TEST(Lexer, TouchingAngleOpensStatics) {
  EXPECT_EQ(treeOf("x<y>"), "name x\n  static\n    name y\n");
  EXPECT_EQ(treeOf("f32<y>(x)"), "call\n  name f32\n    static\n      name y\n  name x\n");
  EXPECT_EQ(treeOf("a.scan<y>"), "member scan\n  name a\n  static\n    name y\n");
}

TEST(Lexer, OtherAnglesCompare) {
  EXPECT_EQ(treeOf("x < y"), "binary <\n  name x\n  name y\n");
  EXPECT_EQ(treeOf("x <y"), "binary <\n  name x\n  name y\n");
  EXPECT_EQ(treeOf("x[0]<y"), "binary <\n  index\n    name x\n    number 0\n  name y\n");
  EXPECT_EQ(treeOf("3<y"), "binary <\n  number 3\n  name y\n");
  EXPECT_EQ(treeOf("x<=y"), "binary <=\n  name x\n  name y\n");
}

TEST(Lexer, ThereIsNoShiftToken) {
  EXPECT_EQ(treeOf("f<g<a>>"), "name f\n  static\n    name g\n      static\n        name a\n");
}

TEST(Lexer, ThereIsNoUpdateToken) {
  EXPECT_EQ(treeOf("a <-b"), "binary <\n  name a\n  negate\n    name b\n");
}

TEST(Lexer, NumbersTakeUnits) {
  EXPECT_EQ(treeOf("5 epochs"), "number 5 epochs\n");
  EXPECT_EQ(treeOf("0.5 steps"), "number 0.5 steps\n");
}

TEST(Lexer, UnitsEndAtTheLineAndBeforeAssignment) {
  Parsed parsed(
      inBlock("batch = 1024 epochs = 300\n  y = 5\n  steps = 3\n  z = 6\n  epochs { a = 1 }"));
  EXPECT_EQ(parsed.errors(), Errors());
  std::string tree = parsed.tree();
  EXPECT_NE(tree.find("bind epochs"), tree.npos);
  EXPECT_NE(tree.find("bind steps"), tree.npos);
  EXPECT_NE(tree.find("setting epochs"), tree.npos);
}

TEST(Lexer, UnitsAreNamesElsewhere) {
  EXPECT_EQ(treeOf("epochs * steps"), "binary *\n  name epochs\n  name steps\n");
}

TEST(Lexer, RangesAreNotDecimalPoints) {
  EXPECT_EQ(treeOf("0..3"), "range\n  number 0\n  number 3\n");
  EXPECT_EQ(treeOf("1.5e-3"), "number 1.5e-3\n");
}

TEST(Lexer, ElementTypesAreCasts) {
  EXPECT_EQ(treeOf("f32(mask)"), "call\n  name f32\n  name mask\n");
}

TEST(Lexer, UnderscoreIsAName) { EXPECT_EQ(treeOf("_ + _a"), "binary +\n  name _\n  name _a\n"); }

TEST(Lexer, NewlinesAreBlanks) { EXPECT_EQ(treeOf("a\n\n  +\n  b\n  |> f"), treeOf("a + b |> f")); }

TEST(Lexer, CrLfAndBomAreAccepted) {
  Parsed parsed("\xEF\xBB\xBF"
                "let a = 1\r\nlet b = 2\r\n");
  EXPECT_EQ(parsed.errors(), Errors());
  EXPECT_EQ(parsed.tree(), "let a @1:1\n  number 1 @1:9\nlet b @2:1\n  number 2 @2:9\n");
}

TEST(Tree, DocsAndNotesBelongToWhatFollows) {
  Parsed parsed(
      "/// one\n/// two  \n@rank(8)\nblock B(x: [c]) -> [c] {\n  ///three\n  @a\n  y = x\n}\n");
  ASSERT_EQ(parsed.errors(), Errors());
  const ast::Decl &decl = *parsed.module.decls.at(0);
  EXPECT_EQ(decl.doc, (Errors{"one", "two"}));
  ASSERT_EQ(decl.notes.size(), 1u);
  EXPECT_EQ(decl.notes[0].name.text, "rank");
  const ast::Stmt &stmt = *decl.as<ast::BlockDecl>()->body.statements.at(0);
  EXPECT_EQ(stmt.doc, Errors{"three"});
  EXPECT_EQ(stmt.notes.at(0).name.text, "a");
}

TEST(Tree, CommentsAreKeptInOrder) {
  Parsed parsed("# a\n/// b\nlet x = 1 # c  \n");
  ASSERT_EQ(parsed.module.comments.size(), 3u);
  EXPECT_EQ(parsed.module.comments[0].text, "# a");
  EXPECT_EQ(parsed.module.comments[1].text, "/// b");
  EXPECT_EQ(parsed.module.comments[2].text, "# c");
}

TEST(Tree, RangesCoverTheSource) {
  Parsed good("# ä\nlet a = f(1, \"ß\") + 22\n");
  ASSERT_EQ(good.errors(), Errors());
  const auto *let = good.module.decls.at(0)->as<ast::LetDecl>();
  EXPECT_EQ(good.sources.text(let->value->range), "f(1, \"ß\") + 22");
  const auto *binary = let->value->as<ast::Binary>();
  EXPECT_EQ(good.sources.text(binary->rhs->range), "22");
  EXPECT_EQ(good.at(binary->rhs->range), "2:21");
  EXPECT_EQ(good.sources.text(binary->opRange), "+");
}

TEST(Tree, StatementsOfATrainBlock) {
  Parsed parsed(kSamples[1]);
  const auto *train = parsed.module.decls.at(0)->as<ast::TrainDecl>();
  ASSERT_TRUE(train);
  const auto *group = train->body.statements.at(3)->as<ast::SettingStmt>();
  ASSERT_TRUE(group);
  EXPECT_EQ(group->keyword.text, "group");
  EXPECT_EQ(group->heads.size(), 2u);
  EXPECT_TRUE(group->body.has_value());
  const auto *every = train->body.statements.at(10)->as<ast::SettingStmt>();
  ASSERT_TRUE(every);
  EXPECT_EQ(every->heads.at(0)->as<ast::Number>()->unit, "steps");
  EXPECT_TRUE(every->body->statements.at(0)->as<ast::UpdateStmt>());
  const auto *relation = parsed.module.decls.at(1)->as<ast::TrainDecl>();
  EXPECT_EQ(relation->relation->text, "from");
}

TEST(Expression, IsParsedAlone) {
  SourceManager sources;
  Diagnostics diagnostics(sources);
  ast::ExprPtr expr = parseExpression(sources.add("--model", "Mixer<dim = 512>"), diagnostics);
  ASSERT_TRUE(expr);
  EXPECT_EQ(expr->as<ast::NameRef>()->text, "Mixer");
  EXPECT_FALSE(parseExpression(sources.add("--model", "Mixer<dim = 512> x"), diagnostics));
  EXPECT_FALSE(parseExpression(sources.add("--model", ""), diagnostics));
  EXPECT_EQ(diagnostics.all().size(), 2u);
}

} // namespace
} // namespace lamina::testing
