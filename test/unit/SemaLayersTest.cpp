// Layers, parameters, their paths, repeat, records.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/unit/SemaCheck.h"

using namespace lamina;
using namespace lamina::test;

namespace {

/// A model over `f32[c: 2]` with the given body.
std::string body(const std::string &text) {
  return check("model M(x: f32[c: 2]) -> f32[c] {\n" + text + "}\n");
}

TEST(SemaLayers, UnnamedInstancesAreNumberedByTheirPlaceInTheText) {
  EXPECT_EQ(params(body("  x = Norm<c>(Norm<c>(x))\n  return x |> Norm<c>\n")),
            "norm_2.weight f32[c: 2]\nnorm.weight f32[c: 2]\nnorm_3.weight f32[c: 2]\n");
  EXPECT_EQ(params(body("  layer norm = Norm<c>\n  return norm(Norm<c>(x))\n")),
            "norm_2.weight f32[c: 2]\nnorm.weight f32[c: 2]\n");
}

TEST(SemaLayers, ABlockFormalGivesItsNameToTheInstance) {
  EXPECT_EQ(params(check("block Res<f: block>(x: [..]) -> [..] { return x + f(x) }\n"
                         "model M(x: f32[c: 2]) -> f32[c] { return Res<Norm<c>>(x) }\n")),
            "res.f.weight f32[c: 2]\n");
}

TEST(SemaLayers, BlocksAreValues) {
  EXPECT_TRUE(fine(body("  return Mlp<c, hidden = 3, act = sigmoid>(x)\n")));
  EXPECT_EQ(
      params(check("block Res<axis c, f: block>(x: [.., c]) -> [.., c] { return x + f<c>(x) }\n"
                   "model M(x: f32[c: 2]) -> f32[c] { return Res<c, Mlp<hidden = 3>>(x) }\n")),
      "res.f.fc1.weight f32[hid: 3, c: 2]\nres.f.fc1.bias f32[hid: 3]\nres.f.fc2.weight f32[c: 2, "
      "hid: 3]\n"
      "res.f.fc2.bias f32[c: 2]\n");
  EXPECT_EQ(params(check("let Small = Mlp<hidden = 3>\nmodel M(x: f32[c: 2]) -> f32[c] { return "
                         "Small<c>(x) }\n"))
                .substr(0, 5),
            "small");
}

TEST(SemaLayers, ALayerAppliedTwiceSharesItsParameters) {
  std::string text = body("  layer n = Norm<c>\n  return n(n(x))\n");
  EXPECT_EQ(params(text), "n.weight f32[c: 2]\n");
  EXPECT_EQ(count(text, "apply block=\"Norm\" path=\"n\""), 2);
}

TEST(SemaLayers, NothingAppliesALayer) {
  EXPECT_TRUE(has(body("  layer n = Norm<c>\n  return x\n"),
                  "t.lam:2:9: error: nothing applies the layer 'n'"));
  EXPECT_TRUE(has(body("  layer n = [Norm<c>, Norm<c>]\n  return n[0](x)\n"),
                  "error: nothing applies the layer '1' of 'n'"));
}

TEST(SemaLayers, TwoApplicationsThatDisagree) {
  std::string text =
      body("  layer n = Norm<c>\n  return x * sum<c>(n(x)) * sum<c>(n(slice<c, 0..1>(x)))\n");
  EXPECT_TRUE(has(text, "t.lam:3:36: error: axis 'c' has extent 1 here but 'n' was built with "
                        "weight: f32[c: 2], and needs f32[c: 1] here"));
  EXPECT_TRUE(
      has(text, "t.lam:3:21: note: 'n' was applied first here, which fixed its parameters"));
}

TEST(SemaLayers, ACarriedNameGetsBatchByItself) {
  std::string text =
      body("  a = 0.0\n  b = 0.0\n  repeat 2 as r {\n    b = b + a\n    a = a + sum<c>(x)\n  }\n"
           "  return x * a * b\n");
  EXPECT_TRUE(fine(text));
  EXPECT_TRUE(has(text, "= where "));
  EXPECT_TRUE(has(text, "carried=2"));
  EXPECT_TRUE(has(text, "f32[batch], f32[batch]"));
  // A value that depends on no sample stays one for all.
  EXPECT_EQ(count(body("  a = 0.0\n  repeat 2 as r { a = a + 1 }\n  return x * a\n"), "= where "),
            0);
}

TEST(SemaLayers, APrimitiveWithItsAxesIsABlock) {
  EXPECT_TRUE(has(check("model M(x: f32[c: 2]) -> f32[c] {\n  return Mlp<c, hidden = 3, act = "
                        "softmax<hid>>(x)\n}\n"),
                  "error: ")); // the caller's hid is not the block's
  std::string text = check("block Res<f: block>(x: [..]) -> [..] { return x + f(x) }\n"
                           "model M(x: f32[c: 2]) -> f32[c] { return Res<softmax<c>>(x) }\n");
  EXPECT_TRUE(fine(text));
  EXPECT_TRUE(has(text, "softmax"));
  EXPECT_TRUE(
      fine(body("  fs = [softmax<c>, cumsum<c>]\n  for f in fs { x = f(x) }\n  return x\n")));
  EXPECT_TRUE(has(body("  let f = softmax<c>\n  return f<c>(x)\n"),
                  "t.lam:3:10: error: 'f' is 'softmax' with its '<…>' already and takes no other"));
}

TEST(SemaLayers, ABlockIsNoPartOfAnInitialiser) {
  EXPECT_TRUE(has(body("  param w: [c] = Norm<c>(1.0)\n  return x * w\n"),
                  "t.lam:2:18: error: 'Norm' is a block, which is applied to values of a body; "
                  "initialisers and constants are computed by primitives and 'fn's"));
  EXPECT_TRUE(has(body("  let D: [c] = Norm<c>(f32(index<c>()))\n  return x * D\n"),
                  "error: 'Norm' is a block"));
}

TEST(SemaLayers, OrthogonalIsDrawnForEachMember) {
  EXPECT_TRUE(has(check("block L<axis i -> axis o>(x: [.., i]) -> [.., o] {\n  param w: [o, i] = "
                        "orthogonal()\n  return dot<i>(x, w)\n}\n"
                        "model M(x: f32[c: 2]) -> f32[e, d] {\n  layer l = L<c -> d: 3> each e: 4\n"
                        "  return l(x)\n}\n"),
                  "each=1"));
  EXPECT_TRUE(has(check("block L<axis i>(x: [.., i]) -> [.., i] {\n  param w: [i] = orthogonal()\n"
                        "  return x * w\n}\n"
                        "model M(x: f32[c: 2]) -> f32[e, c] {\n  layer l = L<c> each e: 4\n"
                        "  return l(x)\n}\n"),
                  "t.lam:2:18: error: 'orthogonal' is for parameters of two or more axes"));
}

TEST(SemaLayers, ListsOfLayers) {
  EXPECT_EQ(params(body("  layer st = [[Norm<c> for i in 0..n] for n in [1, 2]]\n  for s in st { "
                        "for l in s { x = l(x) } }\n  return x\n")),
            "st.0.0.weight f32[c: 2]\nst.1.0.weight f32[c: 2]\nst.1.1.weight f32[c: 2]\n");
  EXPECT_TRUE(has(body("  for i in 0..2 { layer n = Norm<c>\n x = n(x) }\n  return x\n"),
                  "t.lam:2:19: error: a layer declared in 'for' would have one name for many: "
                  "write 'layer n = [… for … in …]'"));
  EXPECT_TRUE(has(body("  layer n = [Norm<c>]\n  return n(x)\n"), "error: "));
}

TEST(SemaLayers, FrozenReachesTheWholeBlock) {
  std::string text = check("model M(x: f32[c: 2]) -> f32[c] {\n  frozen layer a = Mlp<c, hidden = "
                           "3>\n  frozen param w: [c]\n"
                           "  state m: [c] = 0\n  return a(x) * w + m\n}\n");
  EXPECT_EQ(lines(text, "role=\"trained\""), "");
  EXPECT_TRUE(has(
      text,
      "path=\"w\" role=\"frozen\" : f32[c: 2]\n")); // no initialiser: it must be in the weight file
  EXPECT_TRUE(has(text, "path=\"m\" role=\"state\""));
}

TEST(SemaLayers, Each) {
  std::string text =
      check("model M(x: f32[s: 4, c: 2]) -> f32[s, c] {\n  layer a = Mlp<c, hidden = 3> each e: 5\n"
            "  layer b = Norm<c> each e: 5\n  return sum<e>(b(a(x)))\n}\n");
  EXPECT_EQ(params(text), "a.fc1.weight f32[e: 5, hid: 3, c: 2]\na.fc1.bias f32[e: 5, hid: "
                          "3]\na.fc2.weight f32[e: 5, c: 2, hid: 3]\n"
                          "a.fc2.bias f32[e: 5, c: 2]\nb.weight f32[e: 5, c: 2]\n");
  // The normalisation sees one c at a time, not e.
  EXPECT_TRUE(has(text, "axes=[c] eps="));
  // A result that does not depend on e has it all the same.
  EXPECT_TRUE(has(
      check("block Same(x: [..]) -> [..] { return x }\nmodel M(x: f32[c: 2]) -> f32[e: 3, c] {\n"
            "  layer a = Same each e: 3\n  return a(x)\n}\n"),
      "expand %0 : f32[e: 3, batch, c: 2]"));
  // `..` does not take e.
  EXPECT_TRUE(has(check("block All(x: [..]) -> [..] { return x - mean<..>(x) }\nmodel M(x: f32[e: "
                        "3, c: 2]) -> f32[e, c] {\n"
                        "  layer a = All each e: 3\n  return a(x)\n}\n"),
                  "axes=[c] kind=\"mean\""));
  EXPECT_TRUE(has(body("  layer a = Norm<c> each c: 3\n  return a(x)\n"),
                  "t.lam:2:26: error: 'a' works along 'c' itself"));
  EXPECT_TRUE(has(check("model M(x: f32[e: 4, c: 2]) -> f32[c] {\n  layer a = Norm<c> each e: 3\n  "
                        "return sum<e>(a(x))\n}\n"),
                  "t.lam:3:19: error: axis 'e' has extent 4 here but 'a' is made for each of 3"));
}

TEST(SemaLayers, EachAroundARepeatAndAroundEach) {
  EXPECT_EQ(params(check("block B<axis c>(x: [.., c]) -> [.., c] {\n  repeat 2 as blocks { x = x + "
                         "Norm<c>(x) }\n  return x\n}\n"
                         "model M(x: f32[c: 4]) -> f32[e: 3, c] {\n  layer m = B<c> each e: 3\n  "
                         "return m(x)\n}\n")),
            "m.blocks.*.weight f32[blocks: 2, e: 3, c: 4]\n");
  EXPECT_EQ(params(check("block B<axis c>(x: [.., c]) -> [.., c] {\n  layer h = Norm<c> each g: "
                         "2\n  return sum<g>(h(x))\n}\n"
                         "model M(x: f32[c: 4]) -> f32[c] {\n  layer m = B<c> each e: 3\n  return "
                         "sum<e>(m(x))\n}\n")),
            "m.h.weight f32[e: 3, g: 2, c: 4]\n");
}

TEST(SemaLayers, AModelIsABlockOfAnother) {
  EXPECT_EQ(params(check(
                "model Inner<n = 2>(x: f32[c: n]) -> f32[c] { return Norm<c>(x) }\n"
                "model M(x: f32[c: 5]) -> f32[c] {\n  layer i = Inner<n = 5>\n  return i(x)\n}\n")),
            "i.norm.weight f32[c: 5]\n");
  EXPECT_TRUE(has(check("model Inner<n = 2>(x: f32[c: n]) -> f32[c] { return x }\n"
                        "model M(x: f32[c: 5]) -> f32[c] { return Inner(x) }\n"),
                  "t.lam:2:48: error: axis 'c' has extent 5 here but 'Inner' takes 2"));
}

TEST(SemaLayers, ParametersOfOtherLayers) {
  std::string text = check(
      "block Emb<axis v -> axis c>(id: i64[..]) -> [.., c] {\n  param weight: [v, c] = 0\n  return "
      "gather<v>(weight, id)\n}\n"
      "model M(t: i64[n: 4]) -> f32[n, w: 9] {\n  layer emb = Emb<v: 9 -> c: 3>\n  x = emb(t)\n"
      "  return dot<c>(x, emb.weight[w, c])\n}\n");
  EXPECT_TRUE(has(text, "from=[v] to=[w] : f32[w: 9, c: 3]"));
  EXPECT_EQ(params(text), "emb.weight f32[v: 9, c: 3]\n");
  EXPECT_TRUE(has(body("  layer n = Norm<c>\n  return n(x) * n.wieght[c]\n"),
                  "t.lam:3:19: error: 'n' has no parameter 'wieght'; did you mean 'weight'?"));
  EXPECT_TRUE(has(body("  layer n = Norm<c>\n  return n(x) * n.weight[c, d]\n"),
                  "error: 'n.weight' has 1 axes, not 2"));
  EXPECT_TRUE(has(body("  layer n = Norm<c>\n  return n.weight[c] * n(x)\n"),
                  "a layer gets its parameters where it is applied first"));
}

TEST(SemaLayers, RepeatStacksItsParameters) {
  std::string text = body("  layer n = Norm<c>\n  repeat 3 as blocks {\n    layer a = Norm<c>\n    "
                          "x = n(a(x))\n  }\n  return x\n");
  EXPECT_EQ(params(text), "blocks.*.a.weight f32[blocks: 3, c: 2]\nn.weight f32[c: 2]\n");
  EXPECT_TRUE(has(text, "repeat %0, %1 carried=1 count=3 name=\"blocks\" : f32[batch, c: 2] (%"));
}

TEST(SemaLayers, OneUnnamedInstanceStandsDirectlyUnderItsRepeat) {
  EXPECT_EQ(params(body("  repeat 3 as blocks { x = relu(Norm<c>(x)) }\n  return x\n")),
            "blocks.*.weight f32[blocks: 3, c: 2]\n");
  EXPECT_EQ(
      params(body("  repeat 3 as blocks { x = Norm<c>(Norm<c>(x)) }\n  return x\n")),
      "blocks.*.norm_2.weight f32[blocks: 3, c: 2]\nblocks.*.norm.weight f32[blocks: 3, c: 2]\n");
}

TEST(SemaLayers, NestedRepeats) {
  std::string text = body("  repeat 3 as outer {\n    x = Norm<c>(x)\n    repeat 4 as inner { x = "
                          "Norm<c>(x) }\n  }\n  return x\n");
  EXPECT_EQ(params(text), "outer.*.norm.weight f32[outer: 3, c: 2]\nouter.*.inner.*.weight "
                          "f32[outer: 3, inner: 4, c: 2]\n");
  EXPECT_EQ(lines(text, "repeat").substr(0, 40), "%5 = repeat %0, %1, %3 carried=1 count=3");
}

TEST(SemaLayers, ASharedBlockWithARepeatFindsItsParametersAgain) {
  std::string text =
      check("block Net<axis c>(x: [.., c]) -> [.., c] {\n  repeat 3 as blocks { x = Norm<c>(x) }\n "
            " return x\n}\n"
            "model M(x: f32[c: 2]) -> f32[c] {\n  layer n = Net<c>\n  return n(n(x))\n}\n");
  EXPECT_EQ(params(text), "n.blocks.*.weight f32[blocks: 3, c: 2]\n");
  EXPECT_EQ(count(text, "= repeat"), 2);
}

TEST(SemaLayers, CarriedNamesKeepTheirType) {
  EXPECT_TRUE(has(body("  repeat 3 as r { x = sum<c>(x) }\n  return x\n"),
                  "t.lam:2:3: error: 'x' is carried from one round to the next and keeps its type, "
                  "but it enters as f32[c: 2] and "
                  "leaves as f32"));
  EXPECT_TRUE(fine(body("  acc = 0.0\n  repeat i in 1..4 as r {\n    acc = acc + 1\n    x = x * "
                        "f32(i)\n  }\n  return x + acc\n")));
  EXPECT_TRUE(has(body("  repeat x as r { y = x }\n  return x\n"),
                  "t.lam:2:10: error: 'repeat' takes an int or a range known at compile time"));
  EXPECT_TRUE(
      has(body("  repeat -1 as r { y = x }\n  return x\n"), "error: 'repeat' cannot run -1 times"));
  EXPECT_TRUE(has(body("  repeat 0 as r { x = y }\n  return x\n"), "yield %0")); // no round
  EXPECT_TRUE(has(body("  repeat i in 0..2 as r { if i == 0 { x = x + 1 } }\n  return x\n"),
                  "this condition is a tensor"));
}

TEST(SemaLayers, CarriedValuesKeepTheirOrderOfAxes) {
  EXPECT_TRUE(has(check("model M(x: f32[a: 2, b: 2]) -> f32[a, b] {\n  repeat 2 as r { x = "
                        "rename<a -> b, b -> a>(x) }\n  return x\n}\n"),
                  ": f32[batch, a: 2, b: 2]\n    yield"));
}

TEST(SemaLayers, RecordsReachTapsThroughRepeats) {
  const std::string net = "block B<axis c>(x: [.., c]) -> [.., c] {\n  tap hidden = Norm<c>(x)\n  "
                          "return hidden * 2\n}\n"
                          "block Net<axis c>(x: [.., c]) -> [.., c] {\n  repeat 3 as blocks { x = "
                          "B<c>(x) }\n  return x\n}\n";
  std::string text = check(net + "model M(x: f32[c: 2]) -> (y: f32[c], h: f32[blocks: 3, c]) {\n  "
                                 "a = Net<c>(x)\n  return a, a.blocks.hidden\n}\n");
  EXPECT_TRUE(has(
      text, "carried=1 count=3 name=\"blocks\" : f32[batch, c: 2], f32[blocks: 3, batch, c: 2]"))
      << text;
  EXPECT_TRUE(has(
      check(net +
            "model M(x: f32[c: 2]) -> f32[c] {\n  a = Net<c>(x)\n  return a + a.blocks.hiden\n}\n"),
      "t.lam:11:14: error: this application has no output or tap 'blocks.hiden'; did you mean "
      "'blocks.hidden'?"));
  EXPECT_TRUE(fine(check(
      net + "model M(x: f32[c: 2]) -> f32[c] {\n  a = B<c>(x)\n  return a + a[\"hid*\"][0]\n}\n")));
  EXPECT_TRUE(
      has(check(net +
                "model M(x: f32[c: 2]) -> f32[c] {\n  a = B<c>(x)\n  return a + a[\"x*\"][0]\n}\n"),
          "matches \"x*\""));
}

TEST(SemaLayers, Initialisers) {
  std::string text =
      check("fn kaiming(fan_in) = uniform(-1 / sqrt(fan_in), 1 / sqrt(fan_in))\nlet zeros = 0\n"
            "model M(x: f32[c: 4]) -> f32[c] {\n  param a: [c] = kaiming(fan_in = c)\n  param b: "
            "[c] = zeros\n"
            "  param d: [c] = 0.5 * index<c>()\n  param e: [c] = [1, 2, 3, 4]\n  return x * a + b "
            "* d * e\n}\n");
  EXPECT_TRUE(has(text, "random high=0.5 kind=\"uniform\" low=-0.5 : f32[c: 4]"));
  EXPECT_TRUE(has(text, "constant values=[0] : f32[c: 4]"));
  EXPECT_TRUE(has(text, "index axis=\"c\" : i64[c: 4]"));
  EXPECT_TRUE(has(text, "constant values=[1, 2, 3, 4] : f32[c: 4]"));
  EXPECT_TRUE(has(body("  param w: i64[c] = 0.5\n  return x * f32(w)\n"),
                  "error: a float never becomes an integer: this fills i64[c: 2]"));
  EXPECT_TRUE(has(body("  param w: [c] = index<d>()\n  return x * w\n"), "error: "));
}

TEST(SemaLayers, ParametersMayStandBeforeTheValuesThatGiveTheirExtents) {
  EXPECT_EQ(params(check(
                "model M(x: f32[n: 8]) -> f32[s: 4] {\n  param pos: [s] = 0\n"
                "  y = mean<k>(rearrange(x, [n: (s k)] -> [s, k], k: 2))\n  return y + pos\n}\n")),
            "pos f32[s: 4]\n");
}

TEST(SemaLayers, DeclaredTwice) {
  EXPECT_TRUE(has(body("  param w: [c] = 0\n  x = x * w\n  param w: [c] = 1\n  return x * w\n"),
                  "t.lam:4:9: error: 'w' is declared twice"));
}

TEST(SemaLayers, WhatIsNotSupportedYetSaysSo) {
  auto refused = [](const std::string &statement) {
    return body("  " + statement + "\n  return x\n");
  };
  EXPECT_TRUE(has(refused("@precision(bf16) layer n = Norm<c>"),
                  "t.lam:2:3: error: the annotation '@precision' is not supported yet"));
  EXPECT_TRUE(has(bare("model M(x: sparse f32[c: 2]) -> f32[c] { return x }\n"),
                  "t.lam:1:12: error: a sparse input is one for all samples"));
  EXPECT_TRUE(has(refused("y = normal<c>()"), "error: "));
  EXPECT_TRUE(has(refused("group \"*\" { y = 1 }"),
                  "t.lam:2:3: error: 'group' starts no statement of a block"));
}

TEST(SemaLayers, States) {
  EXPECT_TRUE(fine(body("  state m: [c] = 0\n  m <- 0.9 * m\n  return x - m\n")));
  EXPECT_TRUE(fine(body("  state m: [c] = 0\n  m <- mean<batch>(x)\n  return x - m\n")));
  EXPECT_TRUE(fine(body("  state m: [c] = 0\n  m <- 1\n  return x - m\n")));
  EXPECT_TRUE(
      has(body("  state m: [c] = 0\n  m <- 0.9 * m + 0.1 * x\n  return x - m\n"),
          "t.lam:3:8: error: the new value of 'm' depends on the sample, but a state is one "
          "for all; a reduction over 'batch' such as 'mean<batch>(x)' makes it one"));
  EXPECT_TRUE(has(body("  state m: [c] = 0\n  m <- mean<batch, c>(x)\n  return x - m\n"),
                  "t.lam:3:8: error: the new value of 'm' is f32, but the state is f32[c: 2]"));
  EXPECT_TRUE(has(body("  state m: [c] = 0\n  m <- y\n  return x - m\n"),
                  "t.lam:3:8: error: there is no 'y' here"));
  EXPECT_TRUE(has(body("  q <- x\n  return x\n"), "t.lam:2:3: error: there is no 'q' here"));
  EXPECT_TRUE(has(body("  y = x\n  y <- x\n  return x\n"),
                  "t.lam:3:3: error: 'y' is no state; '<-' moves a state, '=' binds a name"));
}

} // namespace
