// The typing rules of the primitives that move elements: axis algebra, neighbourhoods, indexing,
// selection, draws.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/unit/PrimitivesFixture.h"

namespace lamina::sema {
namespace {

struct Row {
  const char *text;
  const char *expected;
};

class ShapePrimitives : public PrimitivesTest {
protected:
  void SetUp() override {
    using enum ast::ElementType;
    declare("x", {F32, {{"s", 6}, {"c", 4}}});
    declare("y", {F32, {{"s", 3}, {"c", 4}}});
    declare("v", {F32, {{"c", 4}}});
    declare("i", {I64, {{"q", 5}}});
    declare("p", {I64, {{"c", 4}}});
    declare("u", {U8, {{"q", 5}}});
    declare("l", {I64, {{"s", 6}}});
    declare("m", {Bool, {{"s", 6}}});
    declare("one", {F32, {{"s", 6}, {"e", 1}}});
    declare("xb", {F32, {{"batch", Axis::kBatch}, {"s", 6}, {"c", 4}}});
    declare("ib", {I64, {{"batch", Axis::kBatch}, {"q", 5}}});
    declare("n", {F32, {{"t", 13, /*isBound=*/true, {"t"}}, {"c", 4}}});
    declare("k", {F32, {}});
    declare("image", {F32, {{"rgb", 3}, {"h", 8}, {"w", 8}}});
  }

  void checkRows(std::initializer_list<Row> rows) {
    for (const Row &row : rows)
      EXPECT_EQ(check(row.text), row.expected) << row.text;
  }
};

// --- Axis algebra
// ----------------------------------------------------------------------------------

TEST_F(ShapePrimitives, RearrangeSplitsAndMerges) {
  checkRows({
      {"rearrange(image, [rgb, h: (gh ph), w: (gw pw)] -> [s: (gh gw), p: (rgb ph pw)], ph: 4, pw: "
       "4)",
       "f32[s: 4, p: 48]"},
      {"rearrange(x, [c: (heads d)] -> [heads, d], heads: 2)", "f32[s: 6, heads: 2, d: 2]"},
      {"rearrange(x, [s, c] -> [f: (s c)])", "f32[f: 24]"},
      {"rearrange(x, [s: (a b), c] -> [a, r: (b c)], b: 3)", "f32[a: 2, r: 12]"},
      {"rearrange(one, [e: ()] -> [])", "f32[s: 6]"},
      {"rearrange(v, [] -> [e: ()])", "f32[c: 4, e: 1]"},
  });
}

TEST_F(ShapePrimitives, RearrangeErrors) {
  checkRows({
      {"rearrange(x, [d] -> [d])", "1:1: 'x' has no axis 'd' for 'rearrange'; it has 's' (6), 'c' "
                                   "(4)"},
      {"rearrange(x, [c: (a b)] -> [a, b])",
       "1:1: axis 'c' of extent 4 leaves the extents of 'a' and 'b' open; give one, as in 'b: 2'"},
      {"rearrange(x, [s: (a b)] -> [a, b], a: 4)",
       "1:1: axis 's' of extent 6 cannot be split into parts of 4: 2 would be left"},
      {"rearrange(x, [s: (a b)] -> [a, b], a: 2, b: 2)",
       "1:1: axis 's' of extent 6 cannot be split into parts of 4"},
      {"rearrange(x, [s: (a b)] -> [a, b], a: 7)",
       "1:1: axis 's' of extent 6 is too small for its parts: 'a' has extent 7"},
      {"rearrange(x, [s: (a b)] -> [a, b], a: 0)", "1:1: part 'a' has extent 0; the least is 1"},
      {"rearrange(x, [s: (a b)] -> [a], a: 2)",
       "1:1: 'b' stands left of '->' but not right of it; nothing is summed unless 'sum<b>' says "
       "so"},
      {"rearrange(x, [s] -> [s, z])", "1:1: 'z' stands right of '->' but not left of it"},
      {"rearrange(x, [s] -> [s, f: (s)])", "1:1: 's' stands twice right of '->'"},
      {"rearrange(x, [s, s] -> [s])", "1:1: the pattern takes axis 's' twice"},
      {"rearrange(x, [s: (a b), c: (a d)] -> [a, b, d], a: 2)",
       "1:1: the pattern makes 'a' twice; give one of them another name"},
      {"rearrange(x, [s: (a b)] -> [a, b], a: 2, f: 3)",
       "1:1: 'f: 3' names no part of the pattern"},
      {"rearrange(x, [s: (c d)] -> [c, d], d: 2)",
       "1:1: the result of 'rearrange' would have axis 'c' twice; 'rename' one of them first"},
      {"rearrange(x, [c: ()] -> [])", "1:1: axis 'c' of extent 4 cannot be split into parts of 1"},
      {"rearrange(xb, [batch: (a b)] -> [a, b], a: 2)",
       "1:1: 'rearrange' cannot go along 'batch': a model is written for one sample"},
  });
}

TEST_F(ShapePrimitives, RearrangeAttributes) {
  check("rearrange(x, [s: (a b), c] -> [a, r: (b c)], b: 3)");
  EXPECT_EQ(attribute<AxisGroups>("from"), (AxisGroups{{"s", "a", "b"}, {"c"}}));
  EXPECT_EQ(attribute<AxisGroups>("to"), (AxisGroups{{"a"}, {"r", "b", "c"}}));
  EXPECT_EQ(attribute<std::vector<std::string>>("part_names"),
            (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(attribute<std::vector<int64_t>>("part_extents"), (std::vector<int64_t>{2, 3, 4}));
}

TEST_F(ShapePrimitives, Rename) {
  checkRows({
      {"rename<s -> t>(x)", "f32[t: 6, c: 4]"},
      {"rename<s -> c, c -> s>(x)", "f32[c: 6, s: 4]"},
      {"rename<s -> c>(x)",
       "1:1: the result of 'rename' would have axis 'c' twice; 'rename' one of them first"},
      {"rename<d -> e>(x)", "1:8: 'x' has no axis 'd' for 'rename'; it has 's' (6), 'c' (4)"},
      {"rename<s -> t, s -> u>(x)", "1:16: 'rename' names axis 's' twice"},
      {"rename<s -> (a, b)>(x)",
       "1:8: 'rename' gives one axis one name; write 'rename<a -> b>(x)'"},
      {"rename<s>(x)", "1:1: 'rename' does not take these static arguments; write 'rename<a -> "
                       "b>(x)'"},
      {"rename<batch -> b>(xb)", "1:8: 'batch' is renamed only in objectives and 'augment'"},
  });
}

TEST_F(ShapePrimitives, ConcatAndStack) {
  checkRows({
      {"concat<s>(x, y)", "f32[s: 9, c: 4]"},
      {"concat<s>(x, rename<c -> s>(v))", "f32[s: 10, c: 4]"},
      {"concat<s>(x)", "f32[s: 6, c: 4]"},
      {"concat<c>(x, y)", "1:1: axis 's' has extent 6 in 'x' but 3 in 'y'"},
      {"concat<s>(x, v)", "1:8: 'v' has no axis 's' for 'concat'; it has 'c' (4)"},
      {"concat<s>(x, l)",
       "1:1: 'concat' needs one element type but 'x' is f32 and 'l' is i64; write 'f32(l)'"},
      {"concat<s>()", "1:1: 'concat' takes at least 1 value but got 0; write 'concat<axis>(x, y, "
                      "…)'"},
      {"concat<t>(n, n)", "1:8: 'concat' needs an extent known at compile time but 't' is known "
                          "only at run time (13 at most)"},
      {"stack<e>(x, x, x)", "f32[s: 6, c: 4, e: 3]"},
      {"stack<e>(k, k)", "f32[e: 2]"},
      {"stack<s>(x, x)", "1:7: 'stack' makes axis 's' but 'x' has it already; write 'concat<s>' to "
                         "join along it"},
      {"stack<e>(x, y)", "1:1: axis 's' has extent 6 in 'x' but 3 in 'y'"},
  });
}

TEST_F(ShapePrimitives, TakeUnstackChunkSlice) {
  checkRows({
      {"take<s, 0>(x)", "f32[c: 4]"},
      {"take<s, -1>(x)", "f32[c: 4]"},
      {"take<s, 6>(x)", "1:9: position 6 is outside axis 's' (0 to 5)"},
      {"take<s, -7>(x)", "1:9: position -7 is outside axis 's' (0 to 5)"},
      {"take<s, 0..2>(x)", "1:9: 'take' takes one position; write 'slice<s, lo..hi>' for a range"},
      {"take<s, 0.5>(x)", "1:9: the position of 'take' is an int but this is a float"},
      {"take<s>(x)", "1:1: 'take' does not take these static arguments; write 'take<axis, i>(x)'"},
      {"unstack<s>(y)", "f32[c: 4]; f32[c: 4]; f32[c: 4]"},
      {"chunk<s, 2>(x)", "f32[s: 3, c: 4]; f32[s: 3, c: 4]"},
      {"chunk<s, 4>(x)", "1:10: axis 's' of extent 6 in pieces of 2 gives 3 pieces, not 4; give a "
                         "list of sizes"},
      {"chunk<c, 3>(x)", "1:10: axis 'c' of extent 4 in pieces of 2 gives 2 pieces, not 3; give a "
                         "list of sizes"},
      {"chunk<s, [1, 5]>(x)", "f32[s: 1, c: 4]; f32[s: 5, c: 4]"},
      {"chunk<s, [1, 4]>(x)",
       "1:10: the sizes of 'chunk' are positive and sum to the extent 6 of axis 's'"},
      {"chunk<s, [0, 6]>(x)",
       "1:10: the sizes of 'chunk' are positive and sum to the extent 6 of axis 's'"},
      {"chunk<s, 0>(x)", "1:10: 'chunk' into 0 pieces; from 1 to 65536 are possible"},
      {"slice<s, 1..3>(x)", "f32[s: 2, c: 4]"},
      {"slice<s, 1..>(x)", "f32[s: 5, c: 4]"},
      {"slice<s, ..2>(x)", "f32[s: 2, c: 4]"},
      {"slice<s, -2..>(x)", "f32[s: 2, c: 4]"},
      {"slice<s, 0..-1>(x)", "f32[s: 5, c: 4]"},
      {"slice<s, 0..6, step = 4>(x)", "f32[s: 2, c: 4]"},
      {"slice<s, 0..7>(x)", "1:10: 'slice' goes to 7 but axis 's' has extent 6"},
      {"slice<s, 3..3>(x)", "1:10: 'slice' is empty: from 3 up to 3 of axis 's'"},
      {"slice<s, 0..6, step = 0>(x)", "1:16: 'step' of 'slice' is 0; the least is 1"},
      {"slice<s, 2>(x)", "1:10: 'slice' takes a range; write 'take<s, i>' for one position, or "
                         "'lo..hi'"},
      {"slice<t, 0..2>(n)", "f32[t: <= 2, c: 4]"},
      {"slice<t, 2..-3>(n)", "f32[t: <= 8, c: 4]"},
      {"slice<t, 13..>(n)",
       "1:10: axis 't' has extent t <= 13, known at run time: 'slice' takes elements below the "
       "bound, at least one, as in 't, 1..'"},
  });
}

TEST_F(ShapePrimitives, ChunkGivesSmallerLastPiece) {
  declare("ten", {ast::ElementType::F32, {{"a", 10}}});
  EXPECT_EQ(check("chunk<a, 4>(ten)"), "f32[a: 3]; f32[a: 3]; f32[a: 3]; f32[a: 1]");
  EXPECT_EQ(attribute<int64_t>("low"), 9);
}

TEST_F(ShapePrimitives, ExpandAndExtent) {
  checkRows({
      {"expand<e: 3>(v)", "f32[c: 4, e: 3]"},
      {"expand<e: 3, f: 2>(k)", "f32[e: 3, f: 2]"},
      {"expand<c: 3>(v)", "1:8: 'v' has axis 'c' (4) already; 'expand' adds an axis that it lacks"},
      {"expand<e: 0>(v)", "1:1: 'expand' would give axis 'e' the extent 0; the least is 1"},
      {"expand<e: 1000000, f: 1000000>(v)", "1:1: the result of 'expand' would be too large: "
                                            "f32[c: 4, e: 1000000, f: 1000000] has more than 2^40 "
                                            "elements"},
      {"extent<s>(x)", "i64"},
      {"extent<t>(n)", "i64"},
      {"extent<d>(x)", "1:8: 'x' has no axis 'd' for 'extent'; it has 's' (6), 'c' (4)"},
  });
}

// --- Neighbourhoods
// --------------------------------------------------------------------------------

TEST_F(ShapePrimitives, Pad) {
  checkRows({
      {"pad<s: (1, 2)>(x)", "f32[s: 9, c: 4]"},
      {"pad<s: 1, c: (0, 1)>(x)", "f32[s: 8, c: 5]"},
      {"pad<s: (5, 5), mode = reflect>(x)", "f32[s: 16, c: 4]"},
      {"pad<s: (6, 0), mode = reflect>(x)",
       "1:5: 'pad' with mode 'reflect' by 6: axis 's' of extent 6 allows at most 5"},
      {"pad<s: (6, 6), mode = circular>(x)", "f32[s: 18, c: 4]"},
      {"pad<s: (0, 7), mode = circular>(x)",
       "1:5: 'pad' with mode 'circular' by 7: axis 's' of extent 6 allows at most 6"},
      {"pad<s: (9, 9), mode = edge>(x)", "f32[s: 24, c: 4]"},
      {"pad<s: (1, 1), fill = -inf>(x)", "f32[s: 8, c: 4]"},
      {"pad<s: (1, 1), fill = 0.5>(l)", "1:16: 'fill' of 'pad' does not fit into i64"},
      {"pad<q: (1, 1), fill = 256>(u)", "1:16: 'fill' of 'pad' does not fit into u8"},
      {"pad<s: (1, 1), mode = mirror>(x)",
       "1:16: 'mode' of 'pad' is one of 'zero', 'reflect', 'edge', 'circular' but this is "
       "'mirror'"},
      {"pad<s: (1, 1), mode = edge, fill = 1>(x)", "1:29: 'pad' takes 'mode' or 'fill', not both"},
      {"pad<s: (-1, 0)>(x)", "1:5: 'pad' by -1; 'slice' takes cells away"},
      {"pad<s: (1, 1, 1)>(x)",
       "1:5: 'pad' takes two amounts an axis, before and after; write 's: (lo, hi)'"},
      {"pad<s>(x)", "1:1: 'pad' needs axes with values; write 'pad<axis: (lo, hi)>(x)'"},
      {"pad<d: 1>(x)", "1:5: 'x' has no axis 'd' for 'pad'; it has 's' (6), 'c' (4)"},
  });
}

TEST_F(ShapePrimitives, RollAndShift) {
  checkRows({
      {"roll<s, 2>(x)", "f32[s: 6, c: 4]"},
      {"shift<s, 1>(x)", "f32[s: 6, c: 4]"},
      {"shift<s, -1, fill = 2>(l)", "i64[s: 6]"},
      {"shift<s, 1, fill = 0.5>(l)", "1:13: 'fill' of 'shift' does not fit into i64"},
      {"roll<s, 0.5>(x)", "1:9: the offset of 'roll' is an int but this is a float"},
      {"roll<s, 1, step = 2>(x)", "1:12: 'roll' has no option 'step'"},
      {"shift<s, 1, step = 2>(x)", "1:13: 'shift' has no option 'step'; it has 'fill'"},
  });
  check("roll<s, -1>(x)");
  EXPECT_EQ(attribute<int64_t>("offset"), 5);
}

TEST_F(ShapePrimitives, Window) {
  checkRows({
      {"window<h -> (oh, kh: 3), w -> (ow, kw: 3)>(image)",
       "f32[rgb: 3, oh: 6, ow: 6, kh: 3, kw: 3]"},
      {"window<h -> (h, kh: 3), w -> (w, kw: 3), stride = 2>(image)",
       "f32[rgb: 3, h: 3, w: 3, kh: 3, kw: 3]"},
      {"window<h -> (oh, kh: 3), w -> (ow, kw: 2), stride = (2, 1), dilation = (1, 2)>(image)",
       "f32[rgb: 3, oh: 3, ow: 6, kh: 3, kw: 2]"},
      {"window<s -> (o, k: 6)>(x)", "f32[o: 1, c: 4, k: 6]"},
      {"window<s -> (o, k: 7)>(x)",
       "1:8: a window of 7 does not fit into axis 's' of extent 6; 'pad' it first"},
      {"window<s -> (o, k: 3), dilation = 3>(x)",
       "1:8: a window of 3 with dilation 3 does not fit into axis 's' of extent 6; 'pad' it "
       "first"},
      {"window<s -> (o, k: 3), stride = 0>(x)",
       "1:8: the stride of 'window' along 's' is 0; the least is 1"},
      {"window<s -> (o: 3, k: 3)>(x)", "1:8: 'window' gives 'o' extent 4, not 3"},
      {"window<s -> o>(x)", "1:8: 'window' makes two axes, the positions and the cells of a "
                            "window; write 's -> (o, k: 3)'"},
      {"window<s -> (c, k: 3)>(x)",
       "1:1: the result of 'window' would have axis 'c' twice; 'rename' one of them first"},
      {"window<s -> (o, k: 3), stride = (1, 2)>(x)",
       "1:24: 'stride' of 'window' takes one value or 1, one an axis, but got 2"},
      {"window<d -> (o, k: 3)>(x)",
       "1:8: 'x' has no axis 'd' for 'window'; it has 's' (6), 'c' (4)"},
  });
}

TEST_F(ShapePrimitives, Resize) {
  checkRows({
      {"resize<h: 16, w: 4>(image)", "f32[rgb: 3, h: 16, w: 4]"},
      {"resize<s: 3, mode = nearest>(x)", "f32[s: 3, c: 4]"},
      {"resize<s: 3>(l)", "1:1: 'resize' is for floats but 'l' is i64; write 'f32(l)'"},
      {"resize<s: 3, mode = cubic>(x)", "1:14: 'mode' of 'resize' is one of 'nearest', 'linear', "
                                        "'bicubic' but this is 'cubic'"},
      {"resize<s: 3, antialias = 1>(x)",
       "1:14: 'antialias' of 'resize' is true or false but this is an int"},
      {"resize<s: 0>(x)", "1:1: 'resize' would give axis 's' the extent 0; the least is 1"},
  });
}

// --- Indexing and selection
// ------------------------------------------------------------------------

TEST_F(ShapePrimitives, Gather) {
  checkRows({
      {"gather<s>(x, i)", "f32[q: 5, c: 4]"},
      {"gather<s>(x, p)", "f32[c: 4]"},
      {"gather<s>(x, l)", "f32[s: 6, c: 4]"},
      {"gather<s>(x, 3)", "f32[c: 4]"},
      {"gather<s>(x, 6)", "1:1: position 6 is outside axis 's' (0 to 5)"},
      {"gather<s>(x, -1)", "1:1: position -1 is outside axis 's' (0 to 5)"},
      {"gather<s>(x, index<r: 6>())", "f32[r: 6, c: 4]"},
      {"gather<s>(x, index<r: 7>())", "1:1: position 6 is outside axis 's' (0 to 5)"},
      {"gather<s>(x, u)", "f32[q: 5, c: 4]"},
      {"gather<s>(x, v)", "1:1: 'gather' is for integers but 'v' is f32; write 'i64(v)'"},
      {"gather<d>(x, i)", "1:8: 'x' has no axis 'd' for 'gather'; it has 's' (6), 'c' (4)"},
      {"gather<c>(y, l)", "1:1: axis 's' has extent 3 in 'y' but 6 in 'l'"},
  });
  check("gather<s>(x, ib)");
  ASSERT_EQ(last.size(), 1u);
  EXPECT_EQ(last[0]->type.axes[0].name, "batch");
}

TEST_F(ShapePrimitives, ScatterOneHotIndex) {
  checkRows({
      {"scatter_add<a: 9>(x, l)", "f32[a: 9, c: 4]"},
      {"scatter_add<a: 9>(k, i)", "f32[a: 9]"},
      {"scatter_add<a: 9>(x, 2)", "f32[s: 6, c: 4, a: 9]"},
      {"scatter_add<a: 2>(x, 2)", "1:1: position 2 is outside axis 'a' (0 to 1)"},
      {"scatter_add<a: 9>(m, l)",
       "1:1: 'scatter_add' is for numbers but 'm' is bool; write 'f32(m)' or 'i64(m)'"},
      {"scatter_add<a: 9, b: 2>(x, l)",
       "1:1: 'scatter_add' makes one axis; write 'scatter_add<axis: n>(updates, index)'"},
      {"one_hot<a: 9>(i)", "f32[q: 5, a: 9]"},
      {"one_hot<a: 9>(9)", "1:1: position 9 is outside axis 'a' (0 to 8)"},
      {"one_hot<a: 9>(v)", "1:1: 'one_hot' is for integers but 'v' is f32; write 'i64(v)'"},
      {"index<a: 9>()", "i64[a: 9]"},
      {"index<a: 0>()", "1:1: 'index' would give axis 'a' the extent 0; the least is 1"},
      {"index()", "1:1: 'index' needs its axes by name; write 'index<axis: n>()'"},
  });
  check("scatter_add<a: 9>(xb, ib)");
  ASSERT_EQ(last.size(), 1u);
  EXPECT_TRUE(last[0]->type.find("batch")) << "samples stay apart";
}

TEST_F(ShapePrimitives, Selection) {
  checkRows({
      {"topk<c, 2>(x)", "f32[s: 6, c: 2]; i64[s: 6, c: 2]"},
      {"keep_topk<c, 2>(x)", "f32[s: 6, c: 4]"},
      {"topk<c, 5>(x)", "1:9: 'topk' of 5 elements: axis 'c' has 4"},
      {"keep_topk<c, 0>(x)", "1:14: 'keep_topk' of 0 elements: axis 'c' has 4"},
      {"topk<s, 1>(m)", "1:1: 'topk' is for numbers but 'm' is bool; write 'f32(m)' or 'i64(m)'"},
      {"sort<c>(x)", "f32[s: 6, c: 4]"},
      {"sort<c, s>(x)", "1:1: 'sort' does not take these static arguments; write 'sort<axis>(x)'"},
      {"sort<batch>(xb)", "1:6: 'sort' cannot go along 'batch': a model is written for one sample"},
  });
}

// --- Draws
// -----------------------------------------------------------------------------------------

TEST_F(ShapePrimitives, DrawsOutsideInitialisersAreRefused) {
  const std::string why = "' draws random numbers, which a compiled model has not; draws stand in "
                          "initialisers of parameters and in training";
  for (const char *text : {"uniform(0, 1)", "normal(1)", "truncated_normal(1)", "orthogonal()",
                           "bernoulli(0.5)", "random_int(0, 9)", "permutation()"}) {
    std::string name(text, std::string_view(text).find('('));
    EXPECT_EQ(check(text), "1:1: '" + name + why) << text;
  }
}

TEST_F(ShapePrimitives, DrawsInInitialisersTakeTheParametersType) {
  initialised = Type{ast::ElementType::F32, {{"o", 3}, {"c", 4}}};
  checkRows({
      {"uniform(-0.5, 0.5)", "f32[o: 3, c: 4]"},
      {"normal(0.02)", "f32[o: 3, c: 4]"},
      {"normal(1, 0.02)", "f32[o: 3, c: 4]"},
      {"truncated_normal(0.02)", "f32[o: 3, c: 4]"},
      {"orthogonal(2)", "f32[o: 3, c: 4]"},
      {"uniform(1, 0)",
       "1:1: 'uniform' has its bounds in the wrong order; write 'uniform(low, high)'"},
      {"uniform(1)", "1:1: 'uniform' takes its two bounds; write 'uniform(low, high)'"},
      {"uniform(k, 1)", "1:9: the lower bound of 'uniform' is a static number"},
      {"normal(-1)", "1:1: the standard deviation of 'normal' is not negative"},
  });
  initialised = Type{ast::ElementType::I64, {{"o", 3}}};
  checkRows({
      {"normal(1)", "1:1: 'normal' draws floats but the parameter is i64"},
      {"orthogonal()", "1:1: 'orthogonal' is for parameters of two or more axes"},
  });
}

TEST_F(ShapePrimitives, DropoutIsTheIdentityOutsideTraining) {
  size_t count = region.nodes.size();
  EXPECT_EQ(check("dropout(x, p = 0.1)"), "f32[s: 6, c: 4]");
  EXPECT_EQ(last[0], values["x"]);
  EXPECT_EQ(region.nodes.size(), count);
  checkRows({
      {"drop_path(x, 1)", "1:1: 'drop_path' drops a share from 0 up to, but not including, 1"},
      {"dropout(x)", "1:1: 'dropout' needs 'p'; write 'dropout(x, p)'"},
  });
}

// --- The table
// -------------------------------------------------------------------------------------

TEST_F(ShapePrimitives, Table) {
  EXPECT_TRUE(isPrimitive("dot"));
  EXPECT_FALSE(isPrimitive("Linear"));
  EXPECT_EQ(primitiveSyntax("mean").leadingAxes, PrimitiveSyntax::kAllAxes);
  EXPECT_EQ(primitiveSyntax("max").leadingAxes, PrimitiveSyntax::kAllAxes);
  EXPECT_EQ(primitiveSyntax("take").leadingAxes, 1u);
  EXPECT_TRUE(primitiveSyntax("one_hot").makesAxes);
  EXPECT_FALSE(primitiveSyntax("pad").makesAxes);
  std::vector<std::string> names = primitiveNames();
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_GT(names.size(), 80u);
}

} // namespace
} // namespace lamina::sema
