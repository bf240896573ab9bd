// Axes: extents, hygiene, alignment, `..`, what a layer reads and makes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/unit/SemaCheck.h"

using namespace lamina;
using namespace lamina::test;

namespace {

TEST(SemaAxes, ModelsGetABatch) {
  EXPECT_TRUE(has(bare("model M(x: f32[n: 2], shared t: f32[n]) -> f32[n] { return x }\n"),
                  "t.lam:1:37: error: a model's input needs"));
  EXPECT_TRUE(has(bare("model M(x: f32[n: 2], shared t: f32[n: 2]) -> f32[n] { return x + t }\n"),
                  "model M(%0: f32[batch, n: 2], %1: f32[n: 2])"));
  EXPECT_TRUE(has(bare("model M(x: f32[n: 2], t: f32[n: 3]) -> f32[n] { return x }\n"),
                  "t.lam:1:30: error: axis 'n' has extent 3 here and 2 in another input"));
  // What reduced batch has none.
  EXPECT_TRUE(has(bare("model M(x: f32[n: 2]) -> f32[n] { return mean<batch>(x) }\n"),
                  "axes=[batch] kind=\"mean\" : f32[n: 2]"));
}

TEST(SemaAxes, OutputsHaveTheOrderOfTheSignature) {
  EXPECT_TRUE(has(bare("model M(x: f32[a: 2, b: 3]) -> f32[b, a] { return x }\n"),
                  ": f32[batch, b: 3, a: 2]\n  yield"));
  EXPECT_TRUE(has(bare("model M(x: f32[a: 2]) -> (f32[a], f32[a]) { return x, x }\n"),
                  "names each of them"));
  EXPECT_TRUE(has(bare("model M(x: f32[a: 2]) -> (p: f32[a], q: f32[a]) { return x }\n"),
                  "promises 2 results but returns 1"));
  EXPECT_TRUE(has(bare("model M(x: f32[a: 2]) -> f32[b: 2] { return x }\n"),
                  "t.lam:1:45: error: the result of 'M' has no axis 'b'"));
  EXPECT_TRUE(has(bare("model M(x: f32[a: 2, b: 2]) -> f32[b] { return x }\n"),
                  "has axis 'a', which its type lacks"));
  EXPECT_TRUE(has(bare("model M(x: f32[a: 2]) -> f32[a: 3] { return x }\n"),
                  "axis 'a' of the result of 'M' has extent 2, but its type says 3"));
  EXPECT_TRUE(has(bare("model M(x: f32[a: 2]) -> f32[a: _] { return x }\n"), "yield %0"));
}

TEST(SemaAxes, FormalsOfOneAxisAreAxesOfTheirOwn) {
  std::string text = check("model M(x: f32[c: 2]) -> f32[c] {\n  layer a = Linear<c -> c, bias = "
                           "false>\n  return a(x)\n}\n");
  EXPECT_EQ(params(text), "a.weight f32[c_2: 2, c: 2]\n");
  EXPECT_TRUE(has(text, "dot %0, %1 axes=[c] : f32[batch, c_2: 2]"));
  EXPECT_TRUE(has(text, "from=[c_2] to=[c] : f32[batch, c: 2]"));
}

TEST(SemaAxes, LocalAxesDoNotMeetThoseThatCameThroughTheDots) {
  std::string text =
      check("model M(x: f32[hid: 2, c: 3]) -> f32[hid, c] {\n  return Mlp<c, hidden = 7>(x)\n}\n");
  EXPECT_TRUE(has(text, "mlp.fc1.weight\" role=\"trained\" : f32[hid_2: 7, c: 3]"));
  EXPECT_TRUE(has(text, ": f32[batch, hid: 2, hid_2: 7]"));
}

TEST(SemaAxes, AResultHasNoAxisTwice) {
  EXPECT_TRUE(
      has(check("model M(x: f32[s: 2, h: 3]) -> f32[h] {\n  return Linear<s -> h: 5>(x)\n}\n"),
          "t.lam:2:10: error: the result of 'Linear' would have axis 'h' twice: it makes 'h', and "
          "its input brings "
          "another through '..'"));
  EXPECT_TRUE(has(bare("block P<axis a, axis b>(x: [a], y: [b]) -> [a, b] { return x * y }\n"
                       "model M(x: f32[n: 2]) -> f32[n] { return P<n, n>(x, x) }\n"),
                  "would have axis 'n' twice: two axes of its result type are 'n' here"));
  EXPECT_TRUE(has(
      bare("block P<axis a, axis b>(x: [a, b]) -> [a] { return x }\n"
           "model M(x: f32[n: 2]) -> f32[n] { return P<n, n>(x) }\n"),
      "t.lam:2:50: error: 'a' and 'b' of 'P' are both axis 'n' here, which a value has once only"));
}

TEST(SemaAxes, WhatIsReadComesFromTheValue) {
  EXPECT_TRUE(has(check("model M(x: f32[c: 2]) -> f32[d: 3] {\n  return Linear<e -> d: 3>(x)\n}\n"),
                  "t.lam:2:28: error: 'Linear' reads axis 'e' of 'x', but this is f32[c: 2]"));
  std::string text = check("model M(x: f32[c: 2]) -> f32[d: 3] {\n  layer up = Linear<c: 7 -> d: "
                           "3>\n  return up(x)\n}\n");
  EXPECT_TRUE(has(text, "t.lam:3:13: error: axis 'c' has extent 2 here but 'up' was built for 7"));
  EXPECT_TRUE(has(text, "t.lam:1:9: note: 'x' gets axis 'c' = 2 here"));
  EXPECT_TRUE(has(text, "t.lam:2:21: note: 'up' was built here with 'c' = 7"));
}

TEST(SemaAxes, AnIntFormalOfTheAxisNameIsItsExtent) {
  std::string text = bare("block B<n: int>(x: [n]) -> [n] { return x * n }\n"
                          "model M(x: f32[n: 3]) -> f32[n] { return B<n = 2>(x) }\n");
  EXPECT_TRUE(has(text, "t.lam:2:51: error: axis 'n' has extent 3 here but 'B' takes 2"));
  EXPECT_TRUE(has(text, "t.lam:1:21: note: 'n' is declared here"));
  EXPECT_TRUE(has(text, "t.lam:2:9: note: 'x' gets axis 'n' = 3 here"));
  EXPECT_TRUE(fine(bare("block B<n: int>(x: [n]) -> [n] { return x * n }\n"
                        "model M(x: f32[n: 3]) -> f32[n] { return B<n = 3>(x) }\n")));
  // A default counts as well as an argument.
  EXPECT_TRUE(has(bare("block B<n = 2>(x: [n]) -> [n] { return x * n }\n"
                       "model M(x: f32[n: 3]) -> f32[n] { return B(x) }\n"),
                  "error: axis 'n' has extent 3 here but 'B' takes 2"));
}

TEST(SemaAxes, ARunTimeExtentMayStandInSliceWindowAndRearrange) {
  auto made = [](const std::string &expression, const std::string &result) {
    return bare("model M(x: f32[n: <= 13, h: 2], y: f32[m: <= 13, h: 2]) -> " + result +
                " { return " + expression + " }\n");
  };
  EXPECT_TRUE(fine(made("sum<n>(slice<n, 1..>(x) * slice<n, 1..>(x))", "f32[h]")));
  EXPECT_TRUE(has(made("sum<n>(slice<n, 1..>(x))", "f32[h]"), ": f32[batch, n: <= 12, h: 2]"));
  EXPECT_TRUE(
      has(made("sum<n>(slice<n, 1.., step = 3>(x))", "f32[h]"), ": f32[batch, n: <= 4, h: 2]"));
  EXPECT_TRUE(has(made("sum<o, k>(window<n -> (o, k: 3), stride = 2>(x))", "f32[h]"),
                  ": f32[batch, o: <= 6, h: 2, k: 3]"));
  EXPECT_TRUE(
      has(made("sum<p>(rearrange(x, [n, h] -> [p: (n h)]))", "f32"), ": f32[batch, p: <= 26]"));
  EXPECT_TRUE(has(made("rearrange(x, [n] -> [n])", "f32[n, h]"), ": f32[batch, n: <= 13, h: 2]"));
  EXPECT_TRUE(
      has(made("x * slice<n, 1..>(x)", "f32[n, h]"),
          "error: axis 'n' has extent n <= 13, known at run time in 'x' but n - 1 <= 12, known "
          "at run time in this value"));
  EXPECT_TRUE(
      has(made("x * rename<m -> n>(y)", "f32[n, h]"),
          "error: axis 'n' has extent n <= 13, known at run time in 'x' but m <= 13, known at "
          "run time in this value"));
  EXPECT_TRUE(has(made("sum<n>(slice<n, ..5>(x))", "f32[h]"), ": f32[batch, n: <= 5, h: 2]"));
  EXPECT_TRUE(has(made("sum<n>(slice<n, 2..-3>(x))", "f32[h]"), ": f32[batch, n: <= 8, h: 2]"));
  EXPECT_TRUE(has(made("slice<n, 0..2>(x)", "f32[n: _, h]"),
                  "error: axis 'n' of the result of 'M' has extent n <= 2, known at run time; the "
                  "run-time extents of results are those of inputs"));
  for (const char *range : {"13..", "3..3", "..14", "5..-9"})
    EXPECT_TRUE(has(made("slice<n, " + std::string(range) + ">(x)", "f32[n: _, h]"),
                    "error: axis 'n' has extent n <= 13, known at run time: 'slice' takes elements "
                    "below the bound, at least one, as in 'n, 1..'"));
  EXPECT_TRUE(
      has(made("slice<n, -2..>(x)", "f32[n: _, h]"),
          "error: axis 'n' has extent n <= 13, known at run time: 'slice' takes its elements "
          "from a position that counts from the beginning, as in 'n, 1..'"));
  EXPECT_TRUE(
      has(made("rearrange(x, [n: (a b)] -> [a, b], a: 2)", "f32[a: 2, b: _, h]"),
          "error: axis 'n' has extent n <= 13, known at run time: it can be merged with others "
          "but not split"));
  EXPECT_TRUE(
      has(made("rearrange(x, [n, h] -> [p: (h n)])", "f32[p: _]"),
          "error: 'n' has extent n <= 13, known at run time: it stands first in 'p: (…)', where "
          "it is the slowest"));
  EXPECT_TRUE(
      has(made("rearrange(slice<n, 0.., step = 2>(x), [n, h] -> [p: (n h)])", "f32[p: _]"),
          "error: 'n' has extent (n + 1) // 2 <= 7, known at run time, a quotient, which cannot "
          "be merged with others"));
  EXPECT_TRUE(
      has(made("slice<n, 1..>(x)", "f32[n: _, h]"),
          "error: axis 'n' of the result of 'M' has extent n - 1 <= 12, known at run time; the "
          "run-time extents of results are those of inputs"));
}

TEST(SemaAxes, ARunTimeExtentIsNoStaticOne) {
  EXPECT_TRUE(has(bare("block B(x: [n: 13]) -> [n] { return x }\n"
                       "model M(x: f32[n: <= 13]) -> f32[n] { return B(x) }\n"),
                  "t.lam:2:48: error: axis 'n' has extent n <= 13, known at run time here but "
                  "'B' takes 13"));
  EXPECT_TRUE(fine(bare("block B(x: [n: <= 20]) -> [n] { return x }\n"
                        "model M(x: f32[n: <= 13]) -> f32[n] { return B(x) }\n")));
  EXPECT_TRUE(
      has(bare("block B(x: [n: <= 12]) -> [n] { return x }\n"
               "model M(x: f32[n: <= 13]) -> f32[n] { return B(x) }\n"),
          "error: axis 'n' has extent n <= 13, known at run time here but 'B' takes at most 12"));
  EXPECT_TRUE(
      has(bare("block B<axis n>(x: [n]) -> [n] { return x }\n"
               "model M(x: f32[n: <= 13]) -> f32[n] { return B<n: 13>(x) }\n"),
          "error: axis 'n' has extent n <= 13, known at run time here but 'B' was built for 13"));
  EXPECT_TRUE(has(bare("model M(x: f32[n: <= 13]) -> f32[n] {\n  y: [n: 13] = x\n  return y\n}\n"),
                  "t.lam:2:16: error: axis 'n' of 'y' has extent n <= 13, known at run time, "
                  "but its type says 13"));
  EXPECT_TRUE(
      fine(bare("model M(x: f32[n: <= 13]) -> f32[n] {\n  y: [n: <= 13] = x\n  return y\n}\n")));
  EXPECT_TRUE(has(bare("model M(x: f32[n: <= 13], y: f32[n: 13]) -> f32[n] { return x + y }\n"),
                  "t.lam:1:34: error: axis 'n' has extent 13 here and n <= 13, known at run "
                  "time in another input"));
}

TEST(SemaAxes, FourSourcesOfWhatIsMade) {
  // What the callee's result type computes.
  std::string computed = bare("block Half<axis i -> axis o>(x: [i]) -> [o: i // 2] {\n  param w: "
                              "[o, i] = 0\n  return dot<i>(x, w)\n}\n"
                              "model M(x: f32[a: 8]) -> f32[b: 4] { return Half<a -> b>(x) }\n");
  EXPECT_EQ(params(computed), "half.w f32[b: 4, a: 8]\n");
  // `name: n`.
  EXPECT_EQ(
      params(check(
          "model M(x: f32[c: 2]) -> f32[d: 3] { return Linear<c -> d: 3, bias = false>(x) }\n")),
      "linear.weight f32[d: 3, c: 2]\n");
  // The extent with which the same application reads that name.
  EXPECT_EQ(params(check("model M<c = 9>(x: f32[c: 2]) -> f32[c: 2] { return Linear<c -> c, bias = "
                         "false>(x) }\n")),
            "linear.weight f32[c_2: 2, c: 2]\n");
  // The int of that name in scope.
  EXPECT_EQ(
      params(check(
          "model M<d = 5>(x: f32[c: 2]) -> f32[d] { return Linear<c -> d, bias = false>(x) }\n")),
      "linear.weight f32[d: 5, c: 2]\n");
  EXPECT_TRUE(has(
      check("model M(x: f32[c: 2]) -> f32[d: 5] {\n  layer a = Linear<c -> d>\n  return a(x)\n}\n"),
      "t.lam:2:25: error: 'a' makes axis 'd', and nothing says how long it is: write 'd: n'"));
}

TEST(SemaAxes, AStemThatTurnsAnAxisDoesNotMisleadTheNext) {
  EXPECT_TRUE(has(check("model M(x: f32[c: 3]) -> f32[c: 3] {\n  y = Linear<c -> c: 64>(x)\n  z = "
                        "Linear<c -> e: 5>(y)\n"
                        "  return Linear<e -> c>(z)\n}\n"),
                  "t.lam:4:22: error: 'Linear' makes axis 'c', but 'c' is 3 in the signature and "
                  "64 in a value here: "
                  "write 'c: n'"));
}

TEST(SemaAxes, AFormalHasTheExtentOfTheBlocksOwnInput) {
  EXPECT_TRUE(fine(check("model M(x: f32[a: 8]) -> f32[a: 9] {\n  v = pad<a: (0, 1)>(x)\n  return "
                         "Mlp<a, hidden = 7>(v)\n}\n")));
  EXPECT_TRUE(fine(check(
      "block N<axis c>(x: [.., c]) -> [.., c] {\n  layer a = Linear<c -> c>\n  return a(x)\n}\n"
      "model M(x: f32[c: 3]) -> f32[c] {\n  layer n = N<c>\n  y = n(x)\n  return n.a(y)\n}\n")));
  EXPECT_TRUE(fine(bare("block B<axis t>(x: [.., t]) -> [.., t] { return x * f32(index<t>()) }\n"
                        "model M(x: f32[c: 3]) -> f32[c] { return B<c>(x) }\n")));
}

TEST(SemaAxes, AnAxisNameInAnExpressionIsItsExtent) {
  EXPECT_TRUE(has(bare("block B(x: [s, c]) -> [s, c] { return x * (s + 10 * c) }\n"
                       "model M(x: f32[s: 2, c: 3]) -> f32[s, c] { return B(x) }\n"),
                  "values=[32]"));
  EXPECT_TRUE(has(bare("block B<axes n>(x: [.., n]) -> [.., n] { return x * n }\n"
                       "model M(x: f32[s: 2, c: 3]) -> f32[s, c] { return B<(s, c)>(x) }\n"),
                  "values=[6]")); // of several axes the product
  EXPECT_TRUE(has(
      bare("model M(x: f32[c: 4]) -> f32[c: 4] {\n  y = slice<c, 0..2>(x)\n  return x * c\n}\n"),
      "values=[4]"));
  EXPECT_TRUE(has(bare("model M(x: f32[c: 4]) -> f32[c: 4] {\n  y = slice<c, 0..2>(x)\n  return x "
                       "* extent<c>(y)\n}\n"),
                  "values=[2]"));
}

TEST(SemaAxes, AxesFormalsTakeSeveralAxes) {
  std::string text =
      check("model M(x: f32[s: 2, g: 3, c: 4]) -> f32[s, g, c] { return Norm<(g, c)>(x) }\n");
  EXPECT_EQ(params(text), "norm.weight f32[g: 3, c: 4]\n");
  EXPECT_TRUE(has(text, "axes=[g, c] eps="));
  EXPECT_TRUE(
      has(check("model M(x: f32[c: 4]) -> f32 { return Linear<c -> (), bias = false>(x) }\n"),
          "axes=[c] : f32[batch]"));
  EXPECT_TRUE(
      has(check("model M(x: f32[s: 2, c: 4]) -> f32[s, c] { return Mlp<(s, c), hidden = 2>(x) }\n"),
          "error: 'd' of 'Mlp' is one axis, but this is 2 axes"));
}

TEST(SemaAxes, DotsAreOneSetWithoutBatch) {
  std::string text =
      bare("block B<axis c>(x: [.., c]) -> [.., c] { return standardize<c, ..>(x, 1e-5) }\n"
           "model M(x: f32[a: 2, b: 3, c: 4]) -> f32[a, b, c] { return B<c>(x) }\n");
  EXPECT_TRUE(has(text, "axes=[c, a, b] eps="));
  EXPECT_TRUE(has(bare("block B(x: [..]) -> [..] { return x - mean<batch, ..>(x) }\n"
                       "model M(x: f32[a: 2]) -> f32[a] { return B(x) }\n"),
                  "axes=[batch, a]"));
  EXPECT_TRUE(has(bare("model M(x: f32[a: 2]) -> f32 { return mean<..>(x) }\n"),
                  "t.lam:1:44: error: '..' stands for the axes"));
  EXPECT_TRUE(has(
      bare("block B(x: [..], y: [..]) -> [..] { return x + y }\n"
           "model M(x: f32[a: 2], y: f32[b: 3]) -> f32[a] { return B(x, rename<b -> a>(y)) }\n"),
      "t.lam:2:61: error: axis 'a' has extent 3 here and 2 in another input of 'B'"));
  EXPECT_TRUE(has(bare("block B(x: [..]) -> [..] { return sum<a>(x) }\nmodel M(x: f32[a: 2]) -> "
                       "f32[a] { return B(x) }\n"),
                  "error: ")); // the caller's a is not the block's
  EXPECT_TRUE(has(bare("block B(x: [..]) -> [..] { return sum<..>(x) }\nmodel M(x: f32[a: 2]) -> "
                       "f32[a] { return B(x) }\n"),
                  "t.lam:1:35: error: 'B' promises the axes '..', but its result has lost 'a'"));
}

TEST(SemaAxes, ABlockTakesNoAxisThatItDoesNotName) {
  EXPECT_TRUE(has(bare("block B(x: [s]) -> [s] { return x }\nmodel M(x: f32[s: 2, c: 3]) -> f32[s, "
                       "c] { return B(x) }\n"),
                  "t.lam:2:53: error: 'B' takes no axis 'c' in 'x', but this is f32[s: 2, c: 3]"));
}

TEST(SemaAxes, NoBlockIsGivenBatch) {
  EXPECT_TRUE(has(check("model M(x: f32[c: 2]) -> f32[c] { return Norm<batch>(x) }\n"),
                  "t.lam:1:47: error: 'batch' is in no type"));
}

TEST(SemaAxes, DefaultAxesAreTheCallers) {
  const std::string block = "block B<axis h = h>(x: [.., h]) -> [..] { return sum<h>(x) }\n";
  EXPECT_TRUE(has(bare(block + "model M(x: f32[h: 2]) -> f32 { return B(x) }\n"), "axes=[h]"));
  EXPECT_TRUE(has(bare(block + "model M(x: f32[k: 2]) -> f32 { return B<k>(x) }\n"), "axes=[k]"));
  EXPECT_TRUE(has(bare(block + "model M(x: f32[k: 2]) -> f32 { return B(x) }\n"),
                  "error: 'B' reads axis 'h' of 'x', but this is f32[k: 2]"));
  EXPECT_TRUE(has(bare("block B<axis h>(x: [.., h]) -> [..] { return sum<h>(x) }\nmodel M(x: "
                       "f32[k: 2]) -> f32 { return B(x) }\n"),
                  "t.lam:2:39: error: 'B' needs its axis 'h': it is B<axis h>"));
}

TEST(SemaAxes, ArrowsJoinFormals) {
  EXPECT_TRUE(has(check("model M(x: f32[c: 2]) -> f32[d: 3] { return Linear<c, d: 3>(x) }\n"),
                  "t.lam:1:52: error: 'Linear' maps 'i' to 'o': write 'Linear<a -> b>'"));
  EXPECT_TRUE(has(check("model M(x: f32[c: 2]) -> f32[c] { return Norm<c -> c>(x) }\n"),
                  "error: '->' does not fit 'n' of Norm<axes n>"));
}

TEST(SemaAxes, ALostAxisIsAWarning) {
  std::string lost =
      bare("model M(x: f32[s: 2]) -> f32[s] {\n  e = exp(sum<s>(x))\n  return x + e\n}\n");
  EXPECT_TRUE(has(lost, "t.lam:3:14: warning: this depends on 'x' but has lost its axis 's', and "
                        "is repeated along it"));
  EXPECT_TRUE(fine(bare(
      "model M(x: f32[s: 2]) -> f32[s] {\n  e = exp(sum<s>(x))\n  return x + expand<s>(e)\n}\n")));
  EXPECT_TRUE(fine(
      bare("model M(x: f32[s: 2]) -> f32[s] { return x - mean<s>(x) }\n"))); // the axis is named
  EXPECT_TRUE(
      fine(bare("model M(x: f32[s: 2]) -> f32[s] { return x * exp(sum<s>(x)) }\n"))); // a gate
  EXPECT_TRUE(fine(bare("model M(x: f32[s: 2], b: f32) -> f32[s] { return x + b }\n")));
}

TEST(SemaAxes, BindingsCheckTheirType) {
  auto bind = [](const std::string &type) {
    return bare("model M(x: f32[s: 2, c: 3]) -> f32[s, c] {\n  y: " + type +
                " = x\n  return y\n}\n");
  };
  EXPECT_TRUE(fine(bind("[s, c]")));
  EXPECT_TRUE(fine(bind("[.., c: 3]")));
  EXPECT_TRUE(
      has(bind("[s]"),
          "t.lam:2:12: error: 'y' has axis 'c', which its type lacks: it is f32[s: 2, c: 3]"));
  EXPECT_TRUE(has(bind("[s, c: 4]"), "error: axis 'c' of 'y' has extent 3, but its type says 4"));
  EXPECT_TRUE(has(bind("i64[s, c]"), "error: 'y' is f32[s: 2, c: 3], but its type says i64"));
}

TEST(SemaAxes, RunTimeExtentsAreNoStaticInts) {
  std::string text =
      bare("model M(x: f32[n: <= 13]) -> f32 { return sum<n>(x) / f32(extent<n>(x)) }\n");
  EXPECT_TRUE(has(text, "model M(%0: f32[batch, n: <= 13])"));
  EXPECT_TRUE(has(text, "extent %0 axis=\"n\" : i64"));
  EXPECT_TRUE(
      has(bare("model M(x: f32[n: <= 13]) -> f32[n: _] {\n  param w: [n] = 0\n  return x * w\n}\n"),
          "t.lam:2:13: error: the extent of 'n' is known at run time only"));
  EXPECT_TRUE(has(
      bare("model M(x: f32[n: <= 13]) -> f32[n: _] {\n  if n > 3 { x = x + 1 }\n  return x\n}\n"),
      "t.lam:2:6: error: the extent of axis 'n' is known at run time only, up to 13"));
}

TEST(SemaAxes, ElementTypes) {
  EXPECT_TRUE(has(bare("block B(x: [..]) -> [..] { return x }\nmodel M(x: i64[a: 2]) -> i64[a] { "
                       "return B(x) }\n"),
                  "t.lam:2:44: error: the input 'x' of 'B' is f32, but this is i64[a: 2]; a cast "
                  "is written 'f32(…)'"));
  EXPECT_TRUE(fine(bare("block B(x: [..]) -> [..] { return x }\nmodel M(x: f64[a: 2]) -> f64[a] { "
                        "return B(x) }\n"))); // the model's float type
  EXPECT_TRUE(has(bare("block B(x: [..]) -> i64[..] { return x }\nmodel M(x: f32[a: 2]) -> f32[a] "
                       "{ return B(x) }\n"),
                  "t.lam:1:38: error: 'B' promises i64 but gives f32[a: 2]"));
}

TEST(SemaAxes, OptionalInputsAndSeveralResults) {
  const std::string block = "block B(x: [n], skip: [n] = none) -> (out: [n], aux: [n]) {\n  if "
                            "skip != none { x = x + skip }\n"
                            "  return x, x * 2\n}\n";
  EXPECT_TRUE(fine(bare(block + "model M(x: f32[n: 2]) -> f32[n] {\n  a, _ = B(x)\n  b = B(a, skip "
                                "= x)\n  return b.out + b.aux\n}\n")));
  EXPECT_TRUE(
      has(bare(block + "model M(x: f32[n: 2]) -> f32[n] {\n  a, b, c = B(x)\n  return a\n}\n"),
          "t.lam:6:13: error: 3 names for 2 results"));
  EXPECT_TRUE(has(bare(block + "model M(x: f32[n: 2]) -> f32[n] {\n  return B(x) + 1\n}\n"),
                  "t.lam:6:10: error: an operand is 2 results; bind them first: 'a, b = …'"));
  EXPECT_TRUE(has(bare(block + "model M(x: f32[n: 2]) -> f32[n] { return B().out }\n"),
                  "error: 'B' needs its input 'x'"));
  EXPECT_TRUE(has(bare(block + "model M(x: f32[n: 2]) -> f32[n] { return B(x, x, x).out }\n"),
                  "error: 'B' takes 2 inputs, not 3"));
  EXPECT_TRUE(has(bare(block + "model M(x: f32[n: 2]) -> f32[n] { return B(x, y = x).out }\n"),
                  "error: 'B' has no input 'y'"));
  EXPECT_TRUE(has(bare("model M(x: f32[n: 2] = none) -> f32[n] { return x }\n"),
                  "error: an optional input is for blocks"));
}

TEST(SemaAxes, PatternNamesAreThePatternsOwn) {
  std::string text = bare("block B<axis d>(x: [d]) -> [d] {\n  return rearrange(rearrange(x, [d: "
                          "(h k)] -> [h, k], h: 2), [h, k] -> [d: (h k)])\n}\n"
                          "model M(x: f32[h: 8]) -> f32[h] { return B<h>(x) }\n");
  EXPECT_TRUE(has(text, "from=[[h, h_2, k]]"));
  EXPECT_TRUE(fine(text));
}

} // namespace
