// Static values: arithmetic, lists, loops, functions, kinds of formals.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/unit/SemaCheck.h"

using namespace lamina;
using namespace lamina::test;

namespace {

/// The value of a static expression, read off the extent of an axis.
std::string intOf(const std::string &expression) {
  std::string text = bare("model M(x: f32[n: " + expression + "]) -> f32[n] { return x }\n");
  size_t at = text.find("n: ");
  return text.starts_with("model") ? text.substr(at + 3, text.find(']') - at - 3) : text;
}

/// The rendered first error of `let a = expression`.
std::string errorOf(const std::string &expression) {
  return lines(checkAll("let a = " + expression + "\n"), "error: ");
}

TEST(SemaStatic, IntegersAreExact) {
  EXPECT_EQ(intOf("2 + 3 * 4"), "14");
  EXPECT_EQ(intOf("12 / 4"), "3");
  EXPECT_EQ(intOf("7 // 2"), "3");
  EXPECT_EQ(intOf("10 + -7 // 2"), "6"); // floors
  EXPECT_EQ(intOf("-7 % 3"), "2");
  EXPECT_EQ(intOf("2 ** 10"), "1024");
  EXPECT_EQ(intOf("20 + -2 ** 2"), "16"); // -(2 ** 2)
  EXPECT_EQ(errorOf("7 / 2"),
            "t.lam:1:9: error: '7 / 2' has a rest of 1; '//' floors, and '7 / 2.0' is a float\n");
  EXPECT_EQ(errorOf("9223372036854775807 + 1"),
            "t.lam:1:9: error: '9223372036854775807 + 1' does not fit in a 64-bit int\n");
  EXPECT_EQ(errorOf("-9223372036854775807 - 2"),
            "t.lam:1:9: error: '-9223372036854775807 - 2' does not fit in a 64-bit int\n");
  EXPECT_EQ(errorOf("4611686018427387904 * 2"),
            "t.lam:1:9: error: '4611686018427387904 * 2' does not fit in a 64-bit int\n");
  EXPECT_EQ(errorOf("9223372036854775808"),
            "t.lam:1:9: error: '9223372036854775808' does not fit in a 64-bit int\n");
  EXPECT_EQ(errorOf("2 ** 63"), "t.lam:1:9: error: '2 ** 63' does not fit in a 64-bit int\n");
  EXPECT_EQ(errorOf("1 // 0"), "t.lam:1:9: error: division by zero: '1 // 0'\n");
  EXPECT_EQ(errorOf("1 % 0"), "t.lam:1:9: error: division by zero: '1 % 0'\n");
}

TEST(SemaStatic, FloatsNeverBecomeIntegers) {
  EXPECT_TRUE(has(intOf("6.0"), "must be an int known at compile time, but this is the float 6.0"));
  EXPECT_TRUE(has(intOf("sqrt(4)"), "the float 2.0"));
  EXPECT_EQ(errorOf("i64(2.0)"),
            "t.lam:1:13: error: a static float never becomes an integer; write the int\n");
}

TEST(SemaStatic, Lists) {
  EXPECT_EQ(intOf("[5, 6, 7][1]"), "6");
  EXPECT_EQ(intOf("[5, 6, 7][-1]"), "7");
  EXPECT_EQ(intOf("len([5, 6, 7][1..])"), "2");
  EXPECT_EQ(intOf("len([1] + [2, 3])"), "3");
  EXPECT_EQ(intOf("[i * i for i in 0..4][3]"), "9"); // a..b leaves out b
  EXPECT_EQ(intOf("len([i for i in 0..10 if i % 2 == 0])"), "5");
  EXPECT_EQ(intOf("[a * b for a, b in zip([2, 3], [5, 7])][1]"), "21");
  EXPECT_EQ(intOf("[10 * i + v for i, v in enumerate([7, 8])][1]"), "18");
  EXPECT_EQ(intOf("max(3, 8)"), "8");
  EXPECT_EQ(errorOf("[1, 2][2]"), "t.lam:1:16: error: index 2 is outside of a list of 2\n");
  EXPECT_EQ(
      errorOf("zip([1], [2, 3])"),
      "t.lam:1:18: error: 'zip' takes lists of one length, but the first has 1 items and this 2\n");
  EXPECT_EQ(errorOf("[i for i in 5]"),
            "t.lam:1:21: error: 'for' runs over a list or a range 'a..b', not the int 5\n");
  EXPECT_EQ(errorOf("[i for i, j in [1]]"), "t.lam:1:24: error: 2 names for each item, but an item "
                                            "is the int 1; 'zip' and 'enumerate' give pairs\n");
}

TEST(SemaStatic, ConditionsChooseAtCompileTime) {
  EXPECT_EQ(intOf("(if 2 > 1 then 5 else 1 / 0)"), "5");
  EXPECT_EQ(intOf("(if (false and 1 / 0 == 1) then 4 else 3)"), "3");
  EXPECT_EQ(intOf("(if not training then 4 else 3)"), "4");
  EXPECT_TRUE(has(bare("model M(x: f32[n: 2]) -> f32[n] {\n  return if x > 0 then x else 0\n}\n"),
                  "t.lam:2:13: error: this condition is a tensor, but 'if' chooses at compile "
                  "time; 'where(c, a, b)'"));
  EXPECT_EQ(errorOf("if 1 then 2 else 3"),
            "t.lam:1:12: error: a condition must be true or false, but this is the int 1\n");
}

TEST(SemaStatic, FunctionsOfStaticValuesAreStatic) {
  EXPECT_TRUE(
      has(bare("fn double(x) = 2 * x\nmodel M(x: f32[n: double(3)]) -> f32[n] { return x }\n"),
          "n: 6"));
  EXPECT_TRUE(
      has(bare("fn f(a, b) = a - b\nmodel M(x: f32[n: f(b = 1, a = 4)]) -> f32[n] { return x }\n"),
          "n: 3"));
  EXPECT_TRUE(has(checkAll("fn f(a) = a\nlet b = f()\n"), "t.lam:2:9: error: 'f' needs 'a'"));
  EXPECT_TRUE(has(checkAll("fn f(a) = a\nlet b = f(1, 2)\n"),
                  "t.lam:2:14: error: 'f' takes 1 arguments, not 2"));
  EXPECT_TRUE(has(checkAll("fn f(a) = a\nlet b = f(c = 2)\n"),
                  "t.lam:2:11: error: 'f' has no parameter 'c'"));
  EXPECT_TRUE(has(checkAll("fn f(a) = f(a)\nlet b = f(1)\n"),
                  "error: 'f' is applied more than 200 levels deep"));
}

TEST(SemaStatic, FileLets) {
  EXPECT_TRUE(has(bare("let n = 2 * m\nlet m = 3\nmodel M(x: f32[k: n]) -> f32[k] { return x }\n"),
                  "k: 6"));
  EXPECT_TRUE(has(checkAll("let a = b\nlet b = a\n"), "error: 'b' is defined by itself"));
}

TEST(SemaStatic, KindsOfFormals) {
  auto model = [](const std::string &formal, const std::string &given) {
    return checkAll("block B<" + formal + ">(x: [..]) -> [..] { return x }\n" +
                    "model M(x: f32[n: 2]) -> f32[n] { return B<" + given + ">(x) }\n");
  };
  EXPECT_EQ(model("k: int", "3"), "");
  EXPECT_EQ(model("k: float", "3"), ""); // ints become floats where wanted
  EXPECT_EQ(model("k: [int]", "[1, 2]"), "");
  EXPECT_TRUE(
      has(model("k: int", "3.0"), "t.lam:2:44: error: 'k' of 'B' takes an int, not the float 3.0"));
  EXPECT_TRUE(has(model("k: bool", "1"), "error: 'k' of 'B' takes a bool, not the int 1"));
  EXPECT_TRUE(has(model("k: [int]", "[1, true]"), "takes a list of an int, not a list of 2"));
  EXPECT_TRUE(has(model("k: block", "3"), "takes a block, not the int 3"));
  EXPECT_TRUE(has(model("k = true", "1"),
                  "error: 'k' of 'B' is like its default, so the int 1 does not fit"));
  EXPECT_TRUE(has(model("k: integer", "1"), "t.lam:1:12: error: there is no kind 'integer'"));
  EXPECT_TRUE(has(model("k: int", ""), "error: 'B' needs 'k': it is B<k>"));
  EXPECT_TRUE(has(model("k: int", "1, 2"), "error: 'B' has no formal left for this: it is B<k>"));
  EXPECT_TRUE(has(model("stride: int", "strde = 1"),
                  "error: 'B' has no static argument 'strde'; did you mean 'stride'?"));
  EXPECT_TRUE(has(model("k: int", "k = 1, k = 2"), "error: 'k' is given already"));
  EXPECT_TRUE(has(model("k: int", "k: 1"), "error: ':' gives an axis its extent; '=' sets 'k'"));
}

TEST(SemaStatic, DefaultsSpeakOfEarlierFormals) {
  EXPECT_TRUE(has(bare("block B<k: int, kw = k, p = kw // 2>(x: [..]) -> [..] { return x * p }\n"
                       "model M(x: f32[n: 2]) -> f32[n] { return B<6>(x) }\n"),
                  "values=[3]"));
}

TEST(SemaStatic, LiteralsTakeTheTypeOfTheTensor) {
  EXPECT_TRUE(
      has(bare("model M(x: f64[n: 2]) -> f64[n] { return x * 2 }\n"), "constant values=[2] : f64"));
  EXPECT_TRUE(
      has(bare("model M(x: i32[n: 2]) -> i32[n] { return x * 2 }\n"), "constant values=[2] : i32"));
  EXPECT_TRUE(
      has(bare("model M(x: i32[n: 2]) -> i32[n] { return x * 0.5 }\n"), "t.lam:1:46: error: "));
}

TEST(SemaStatic, LetTensors) {
  EXPECT_TRUE(has(bare("model M(x: f32[a: 2]) -> f32[a, b: 3] {\n  let W: [a: 2, b: 3] = [[1, 2, "
                       "3], [4, 5, 6.5]]\n"
                       "  return x * W\n}\n"),
                  "constant values=[1, 2, 3, 4, 5, 6.5] : f32[a: 2, b: 3]"));
  std::string dct = bare("model M(x: f32[n: 8]) -> f32[k: 8] {\n"
                         "  let D: [k: n, n] = cos(pi * (2*index<n>() + 1) * index<k>() / "
                         "(2.0*n))\n  return dot<n>(x, D)\n}\n");
  EXPECT_TRUE(has(dct, "kind=\"cos\" : f64[n: 8, k: 8]")); // in double
  EXPECT_TRUE(has(dct, ": f32[k: 8, n: 8]"));
  auto let = [](const std::string &text) {
    return bare("model M(x: f32[n: 2]) -> f32[n] {\n  let W: " + text + "\n  return x\n}\n");
  };
  EXPECT_TRUE(has(let("[a: 2] = [1, 2, 3]"),
                  "t.lam:2:19: error: axis 'a' has extent 2 but this list has 3 items"));
  EXPECT_TRUE(
      has(let("[a: 2] = [1, [2]]"), "error: a tensor's list holds numbers, not a list of 1"));
  EXPECT_TRUE(has(let("i64[a: 1] = [1.5]"),
                  "error: a float never becomes an integer: 1.5, and this is i64[a: 1]"));
  EXPECT_TRUE(
      has(let("[..] = 1"),
          "error: every axis of this type needs a name and an extent known at compile time"));
}

TEST(SemaStatic, Asserts) {
  EXPECT_TRUE(has(
      bare("block B<axis c, g: int>(x: [.., c]) -> [.., c] {\n  assert c % g == 0\n  return x\n}\n"
           "model M(x: f32[c: 3]) -> f32[c] { return B<c, 2>(x) }\n"),
      "t.lam:2:3: error: this does not hold: c % g == 0 (the sides are 1 and 0)"));
  Compilation test("test \"sum\" {\n  let x: [n: 2] = [1, 2]\n  assert sum<n>(x) == 3.0\n}\n");
  std::vector<sema::Test> tests = test.program.tests();
  ASSERT_EQ(tests.size(), 1u) << test.rendered();
  EXPECT_TRUE(has(sema::print(tests[0]), "assert %4 message=\"sum<n>(x) == 3.0\""));
}

} // namespace
