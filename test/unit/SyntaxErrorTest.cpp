// Each message of the parser, with its line and column.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "SyntaxTesting.h"

namespace lamina::testing {
namespace {

using Errors = std::vector<std::string>;

struct Case {
  const char *source;
  Errors errors;
};

TEST(Messages, OfStatements) {
  const Case kCases[] = {
      {"x =\n  y = 3\n  z = 9", {"2:5: expected an expression after '='"}},
      {"x = 3 +\n  layer a = B<c>\n  z = 9", {"2:9: expected an expression after '+'"}},
      {"f(x)\n  z = 9",
       {"2:3: an expression alone does nothing; bind its value, as in 'y = f(…)', or return it"}},
      {"x += 1\n  z = 9", {"2:5: there is no '+='; write 'x = x + …'"}},
      {"x[i] = 3\n  z = 9",
       {"2:8: an element cannot be assigned; values do not change once they are bound"}},
      {"x = f(a b)\n  z = 9", {"2:11: expected ',' or ')', but found 'b'"}},
      {"x = f(a,\n   b c)\n  y = 2 2\n  z = 9",
       {"3:6: expected ',' or ')', but found 'c'",
        "4:9: expected a statement or '}', but found '2'"}},
      {"x = if a then b\n  z = 9",
       {"2:17: an 'if' expression needs its 'else': 'if c then a else b'"}},
      {"x = if a { b } else { c }\n  z = 9",
       {"2:12: expected 'then' after the condition, but found '{'"}},
      {"x = a |> f + 1\n  z = 9",
       {"2:14: '|>' binds loosest; put the pipe in parentheses to use it with '+'"}},
      {"x = (a |> f + 1)\n  z = 9",
       {"2:15: '|>' binds loosest; put the pipe in parentheses to use it with '+'"}},
      {"x = a < b < c\n  z = 9", {"2:13: comparisons do not chain; write 'a < b and b < c'"}},
      {"x = a + not b\n  z = 9",
       {"2:11: 'not' inside an expression stands in parentheses: '(not a)'"}},
      {"x = a + if b then c else d\n  z = 9",
       {"2:11: 'if' inside an expression stands in parentheses: '(if c then a else b)'"}},
      {"if x<y { z = 1 }\n  z = 9",
       {"2:10: expected ',' or '>' in the static arguments of 'x', but found '{'"}},
      {"x = Linear<a == b>(x)\n  z = 9", {"2:16: a comparison inside '<…>' stands in parentheses"}},
      {"x = Linear<a < b>(x)\n  z = 9", {"2:16: a comparison inside '<…>' stands in parentheses"}},
      {"layer a: Linear<c>\n  z = 9",
       {"2:10: expected '=' after 'a'; ':' gives a type or an extent, '=' a value"}},
      {"param w = [out, in] = 3\n  z = 9", {"2:19: 'in' is a keyword and cannot be a name here"}},
      {"param w: [out = 3]\n  z = 9", {"2:17: an axis gets its extent with ':'; write 'out: …'"}},
      {"layer state = 3\n  z = 9", {"2:9: 'state' is a keyword and cannot be a name here"}},
      {"layer bool = 3\n  z = 9", {"2:9: 'bool' is an element type and cannot be a name"}},
      {"return x\n  y = 3\n  z = 9",
       {"3:3: 'return' must be the last statement; this comes after it",
        "4:3: 'return' must be the last statement; this comes after it"}},
      {"return x\n  backward(dy) { x: dy }\n  z = 9",
       {"4:3: 'backward' ends a block; nothing may stand behind it"}},
      {"return\n  z = 9", {"2:3: expected an expression after 'return'"}},
      {"else { x = 3 }\n  z = 9", {"2:3: this 'else' belongs to no 'if'"}},
      {"x = 3 then\n  z = 9", {"2:9: 'then' is a keyword and cannot be a name here"}},
      {"x = )\n  z = 9", {"2:7: expected an expression after '=', but found ')'"}},
      {"x = 3)\n  z = 9", {"2:8: this ')' closes nothing"}},
      {"x = f(3\n  z = 9", {"2:9: expected ',' or ')' after '3'"}},
      {"x = [1, 2\n  z = 9", {"2:11: expected ',' or ']' after '2'"}},
      {"x = y = 3\n  z = 9", {"2:9: an assignment is no expression; to compare, write '=='"}},
      {"x\n  z = 9", {"2:3: 'x' alone is no statement; bind a value to it with '='"}},
      {"x.y\n  z = 9",
       {"2:3: an expression alone does nothing; bind its value, as in 'y = x', or return it"}},
      {"repeat n { x = 3 }\n  z = 9",
       {"2:12: expected 'as' and a name for what repeats: 'repeat n as blocks { … }', but found "
        "'{'"}},
      {"for i n { x = 3 }\n  z = 9", {"2:9: expected 'in' after 'i', but found 'n'"}},
      {"x = \"abc\n  z = 9", {"2:7: the string has no end; a string ends with '\"' on its line"}},
      {"x = a && b || !c\n  z = 9",
       {"2:9: unexpected character '&'; write 'and', or 'bit_and(a, b)' on integers",
        "2:14: unexpected character '|'; write 'or', or 'bit_or(a, b)' on integers",
        "2:17: unexpected character '!'; write 'not'"}},
      {"x = 3x + 5epochs\n  z = 9",
       {"2:7: 'x' touches the number '3'; write '3 * x'",
        "2:12: 'epochs' touches the number '5'; write '5 epochs'"}},
      {"x = a; y = b;\n  z = 9",
       {"2:8: unexpected character ';'; a statement needs no end mark",
        "2:15: unexpected character ';'; a statement needs no end mark"}},
      {"x = 'abc'\n  z = 9", {"2:7: unexpected character '''; strings stand in double quotes"}},
      {"x = “abc”\n  z = 9",
       {"2:7: unexpected character '“'; strings stand in plain double quotes"}},
      {"x = \"a\\qb\"\n  z = 9",
       {"2:9: unknown escape in a string; '\\n', '\\t', '\\\"' and '\\\\' are known"}},
      {"block C(x: [c]) -> [c] { return x }\n  z = 9",
       {"2:3: 'block' begins a declaration, which cannot stand inside another one"}},
      {"x = f(a, /// doc\n b)\n  z = 9",
       {"2:12: a '///' comment documents a whole declaration or statement; write '#' here"}},
      {"x: = 3\n  z = 9", {"2:6: expected a type such as 'f32[c: 8]', but found '='"}},
      {"x = a..b..c\n  z = 9", {"2:11: expected a statement or '}', but found '..'"}},
      {"scan(x) { y = 3 }\n  z = 9",
       {"2:7: expected the axis after 'scan', as in 'scan<t>(x)', but found '('"}},
      {"m <- \n  z = 9", {"2:6: expected an expression after '-'"}},
      {"m < 3\n  z = 9",
       {"2:3: an expression alone does nothing; bind its value, as in 'y = m', or return it"}},
      {"x = a.3\n  z = 9", {"2:9: expected a name after '.', but found '3'"}},
      {"x = a.let\n  z = 9", {"2:9: 'let' is a keyword and cannot be a name here"}},
      {"let x 3\n  z = 9", {"2:9: expected '=' after 'x', but found '3'"}},
      {"tap = 3\n  z = 9", {"2:7: expected a name after 'tap', but found '='"}},
      {"group \"a\" \"b\" { }\n  z = 9",
       {"2:13: expected a statement or '}', but found the string \"b\""}},
      {"x = @\n  z = 9", {"2:7: expected an expression after '=', but found '@'"}},
      {"layer a = Linear<d -> >\n  z = 9",
       {"2:25: expected an expression after '->', but found '>'"}},
      {"layer a = Linear<d -> e\n  z = 9",
       {"2:25: expected ',' or '>' in the static arguments of 'Linear'"}},
      {"x = rearrange(x, [a, b: (c d)] -> a)\n  z = 9",
       {"2:37: expected '[' after '->', but found 'a'"}},
      {"x = {a: 3}\n  z = 9", {"2:7: expected an expression after '=', but found '{'"}},
      {"assert\n  z = 9", {"2:3: expected an expression after 'assert'"}},
      {"x = f(a = )\n  z = 9", {"2:13: expected an expression after '=', but found ')'"}},
      {"x = f(, a)\n  z = 9", {"2:9: expected ',' or ')', but found ','"}},
      {"x = a ** \n  z = 9", {"2:9: expected an expression after '**'"}},
      {"x = 5 epochs epochs\n  z = 9",
       {"2:16: 'epochs' alone is no statement; bind a value to it with '='"}},
      {"import a\n  z = 9",
       {"2:3: 'import' begins a declaration, which cannot stand inside another one"}},
      {"x = $3\n  z = 9", {"2:7: unexpected character '$'"}},
  };
  for (const Case &each : kCases)
    EXPECT_EQ(Parsed(inBlock(each.source)).errors(), each.errors) << each.source;
}

TEST(Messages, OfHabitsFromOtherLanguages) {
  const std::string letters = "; names consist of ASCII letters, digits and '_'";
  const Case kCases[] = {
      {"größe = ß + x_ä_b3",
       {"2:5: unexpected character 'ö'" + letters, "2:11: unexpected character 'ß'" + letters,
        "2:17: unexpected character 'ä'" + letters}},
      {"état = 3", {"2:3: unexpected character 'é'" + letters}},
      {"x = 0x10", {"2:7: '0x10' is no number; numbers are decimal"}},
      {"x = 1_000", {"2:7: digits are not grouped; write '1000'"}},
      {"x = 3e", {"2:7: 'e' touches the number '3'; write '3 * e'"}},
      {"x = .5", {"2:7: a number does not begin with a point; write '0.5'"}},
      {"x = 1.\n  y = 2", {"2:7: a number does not end with a point; write '1.0'"}},
      {"x = f(1., 2)", {"2:9: a number does not end with a point; write '1.0'"}},
      {"if x = 3 { y = 2 }", {"2:8: an assignment is no expression; to compare, write '=='"}},
      {"if a { } elif b { }", {"2:12: there is no 'elif'; write 'else if'"}},
      {"while a { x = 2 }", {"2:3: there is no 'while'; 'repeat', 'for' and 'scan' go round"}},
      {"var x = 3", {"2:3: a name is bound by '=' alone; 'let' binds a static value"}},
      {"x = a ≤ b", {"2:9: unexpected character '≤'; write '<='"}},
      {"x = a × b", {"2:9: unexpected character '×'; write '*'"}},
  };
  for (const Case &each : kCases)
    EXPECT_EQ(Parsed(inBlock(each.source)).errors(), each.errors) << each.source;
  EXPECT_EQ(Parsed("import std.nn as nn").errors(),
            Errors{"1:15: an import takes no other name; what has the same name in two files is "
                   "told apart as "
                   "'nn.Linear'"});
}

TEST(Messages, OfUpdatesWithoutABlank) {
  EXPECT_EQ(Parsed(inBlock("m<- 3")).errors(),
            Errors{"2:4: '<' touches 'm'; an update is written 'm <- …', with a blank"});
}

TEST(Messages, OfDeclarations) {
  const Case kCases[] = {
      {"block A<dim: 512>(x: [c]) -> [c] { return x }",
       {"1:14: ':' gives 'dim' a type; its default is set with '=': write 'dim = 512'"}},
      {"block A(x [c]) -> [c] { return x }", {"1:11: expected ':' after 'x', but found '['"}},
      {"block A(x: c) -> [c] { return x }",
       {"1:12: expected a type such as 'f32[c: 8]', but found 'c'"}},
      {"block A(x: [c]) { return x }",
       {"1:17: expected '->' and the result's type after the inputs, but found '{'"}},
      {"block A -> [c] { return x }", {"1:9: expected '(' after 'A', but found '->'"}},
      {"block A(x: [c]) -> { return x }",
       {"1:20: expected a type such as 'f32[c: 8]', but found '{'"}},
      {"block 3(x: [c]) -> [c] { return x }",
       {"1:7: expected a name after 'block', but found '3'"}},
      {"model M<dim = 3(x: [c]) -> [c] { return x }",
       {"1:28: expected 'axis', 'axes' or a name after '->', but found '['"}},
      {"def f(x)",
       {"1:1: expected a declaration (import, fn, let, block, model, train or test), but found "
        "'def'"}},
      {"layer a = 3",
       {"1:1: 'layer' stands inside a block, a model or a train block, not alone in a file"}},
      {"}", {"1:1: this '}' closes nothing"}},
      {"x = 3",
       {"1:1: expected a declaration (import, fn, let, block, model, train or test), but found "
        "'x'"}},
      {"fn f(x) { x }",
       {"1:9: expected '=': a fn is one expression, as in 'fn f(x) = x * x', but found '{'"}},
      {"fn f(x) -> x",
       {"1:9: expected '=': a fn is one expression, as in 'fn f(x) = x * x', but found '->'"}},
      {"train M of { }", {"1:12: expected an expression after 'of', but found '{'"}},
      {"train M foo B { }", {"1:9: expected 'of', 'from' or '{' after 'train M', but found 'foo'"}},
      {"test { }", {"1:6: expected a string after 'test', but found '{'"}},
      {"import", {"1:7: expected a name after 'import', but found the end of the file"}},
      {"import a.", {"1:10: expected a name after '.', but found the end of the file"}},
      {"import \"a\"", {"1:8: expected a name after 'import', but found the string \"a\""}},
      {"let x", {"1:6: expected '=' after 'x', but found the end of the file"}},
      {"model M", {"1:8: expected the inputs in '(…)', but found the end of the file"}},
      {"block A(x: [c]) -> [c] {\n  x = 3\n", {"3:1: '}' is missing at the end of the file"}},
      {"block A(x: [c]) -> [c] {\n  if x > 3 {\n    x = 3\n  return x\n}\nblock B(x: [c]) -> [c] { "
       "return x }\n",
       {"6:1: '}' is missing before this declaration"}},
      {"block A(x: [c]) -> [c] {\n  x = 3\n\nmodel B(x: [c]) -> [c] { return x }\nblock C(x: [c]) "
       "-> [c] { return = }",
       {"4:1: '}' is missing before this declaration",
        "5:33: expected an expression after 'return', but found '='"}},
      {"@a(3) x",
       {"1:7: expected a declaration (import, fn, let, block, model, train or test), but found "
        "'x'"}},
      {"block A(x: [c]) -> [c] {\n  return x\n}\n}\nblock C(x: [c]) -> [c] { return = }",
       {"4:1: this '}' closes nothing",
        "5:33: expected an expression after 'return', but found '='"}},
      {"block A(x: [c]) -> [c] { return x } x\n",
       {"1:37: expected a declaration (import, fn, let, block, model, train or test), but found "
        "'x'"}},
      {"block A<axis>(x: [c]) -> [c] {}", {"1:13: expected a name after 'axis', but found '>'"}},
      {"block A<k: int = a == b>(x: [c]) -> [c] {}",
       {"1:20: a comparison inside '<…>' stands in parentheses"}},
      {"block A(x: [c] = 3) -> [c] {}", {"1:18: expected 'none' after '=', but found '3'"}},
      {"block A(x: f32) -> [c: <= ] {}",
       {"1:27: expected an expression after '<=', but found ']'"}},
  };
  for (const Case &each : kCases)
    EXPECT_EQ(Parsed(each.source).errors(), each.errors) << each.source;
}

TEST(Recovery, ReportsEveryErrorOfAFile) {
  Parsed parsed("import 3\n"
                "block A(x: [c]) -> [c] {\n"
                "  x = f(a b)\n"
                "  repeat 3 as r { y = }\n"
                "  layer a: L\n"
                "  z = 3\n"
                "  return x\n"
                "}\n"
                "fn f(x) { x }\n"
                "model M(x [c]) -> [c] { return }\n"
                "let a = \"b\n"
                "let b = 1 +\n");
  std::vector<std::string> places;
  for (const Diagnostic &diagnostic : parsed.diagnostics.all())
    places.push_back(parsed.at(diagnostic.range));
  EXPECT_EQ(places,
            (Errors{"11:9", "1:8", "3:11", "4:23", "5:10", "9:9", "10:11", "10:32", "12:11"}));
}

TEST(Recovery, ABrokenSignatureDoesNotHideItsBody) {
  for (const char *head :
       {"block B<k: 3>(x: [c]) -> [c] ", "block B(x [c]) -> [c] ", "block B(x: [c]) -> ",
        "block B(x: [c]) ", "model B(x: [c]) -> (out: [c], 3) "}) {
    Parsed parsed(head + std::string("{\n  x = f(a b)\n  return \"\\q\"\n}\nlet b = 1\n"));
    std::vector<std::string> places;
    for (const Diagnostic &diagnostic : parsed.diagnostics.all())
      places.push_back(parsed.at(diagnostic.range).substr(0, 2));
    EXPECT_EQ(places, (Errors{"1:", "2:", "3:"})) << head;
    EXPECT_EQ(parsed.module.decls.size(), 1u);
  }
}

TEST(Recovery, KeepsWhatWasUnderstood) {
  Parsed parsed("block A(x: [c]) -> [c] {\n  x = f(a b)\n  y = 3\n  return y\n}\nlet b = 1\n");
  EXPECT_EQ(parsed.module.decls.size(), 2u);
  const auto *block = parsed.module.decls.at(0)->as<ast::BlockDecl>();
  EXPECT_EQ(block->body.statements.size(), 1u);
  EXPECT_EQ(block->body.returns.size(), 1u);
}

TEST(Recovery, MissingBraceNamesItsOpener) {
  Parsed parsed(
      "block A(x: [c]) -> [c] {\n  return x\n\nmodel B(x: [c]) -> [c] {\n  return x\n}\n");
  ASSERT_EQ(parsed.errors(), Errors{"4:1: '}' is missing before this declaration"});
  const Diagnostic &diagnostic = parsed.diagnostics.all()[0];
  ASSERT_EQ(diagnostic.notes.size(), 1u);
  EXPECT_EQ(parsed.at(diagnostic.notes[0].range), "1:24");
  EXPECT_EQ(diagnostic.notes[0].message, "to close this '{'");
  EXPECT_EQ(parsed.module.decls.size(), 2u);
}

TEST(Recovery, MissingBraceIsFoundByIndentation) {
  Parsed parsed("block A(x: [c]) -> [c] {\n  if x > 3 {\n    x = 3\n  return x\n}\n");
  ASSERT_EQ(parsed.errors(), Errors{"6:1: '}' is missing at the end of the file"});
  EXPECT_EQ(parsed.at(parsed.diagnostics.all()[0].notes.at(0).range), "2:12");
}

TEST(Recovery, ComparisonWithoutBlanksIsExplained) {
  Parsed parsed(inBlock("if x<y { z = 1 }"));
  ASSERT_EQ(parsed.diagnostics.all().size(), 1u);
  const Diagnostic &diagnostic = parsed.diagnostics.all()[0];
  ASSERT_EQ(diagnostic.notes.size(), 1u);
  EXPECT_EQ(diagnostic.notes[0].message, "this '<' touches 'x', so it opens static arguments; a "
                                         "comparison is written 'x < …', with blanks");
}

TEST(Recovery, AStringWithoutEndIsOneError) {
  EXPECT_EQ(Parsed(inBlock("x = f(\"abc)\n  y = 3")).errors(),
            Errors{"2:9: the string has no end; a string ends with '\"' on its line"});
}

} // namespace
} // namespace lamina::testing
