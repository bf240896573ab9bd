// The typing rules of the primitives: what each gives, and each of its errors with its place.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/unit/PrimitivesFixture.h"

namespace lamina::sema {
namespace {

/// An expression, and the types that it gives or the error that it causes.
struct Row {
  const char *text;
  const char *expected;
};

class Primitives : public PrimitivesTest {
protected:
  void SetUp() override {
    using enum ast::ElementType;
    declare("x", {F32, {{"s", 6}, {"c", 4}}});
    declare("y", {F32, {{"c", 4}}});
    declare("z", {F32, {{"s", 5}}});
    declare("d", {F64, {{"c", 4}}});
    declare("i", {I64, {{"s", 6}}});
    declare("j", {I32, {{"s", 6}}});
    declare("b", {U8, {{"s", 6}}});
    declare("a", {I8, {{"s", 6}}});
    declare("m", {Bool, {{"s", 6}}});
    declare("w", {F32, {{"o", 3}, {"c", 4}}});
    declare("h", {F32, {{"hs", 7}, {"s", 6}}});
    declare("xb", {F32, {{"batch", Axis::kBatch}, {"s", 6}, {"c", 4}}});
    declare("n", {F32, {{"t", 13, /*isBound=*/true, {"t"}}, {"c", 4}}});
    declare("k", {F32, {}});
  }

  void checkRows(std::initializer_list<Row> rows) {
    for (const Row &row : rows)
      EXPECT_EQ(check(row.text), row.expected) << row.text;
  }
};

// --- Elementwise
// -----------------------------------------------------------------------------------

TEST_F(Primitives, AlignAxesByName) {
  checkRows({
      {"x + y", "f32[s: 6, c: 4]"},
      {"y + x", "f32[s: 6, c: 4]"},
      {"x * k", "f32[s: 6, c: 4]"},
      {"y * z", "f32[c: 4, s: 5]"},
      {"w - x", "f32[o: 3, c: 4, s: 6]"},
      {"x + z", "1:1: axis 's' has extent 6 in 'x' but 5 in 'z'"},
      {"x + n", "f32[s: 6, c: 4, t: <= 13]"},
  });
}

TEST_F(Primitives, MismatchTellsWhereBothCameFrom) {
  SourceRange place{sources.add("origin.lam", "x = stem(image)"), 0, 1};
  values["x"]->range = place;
  check("x + z");
  ASSERT_EQ(notes().size(), 2u);
  EXPECT_EQ(notes()[0], "'x' gets axis 's' = 6 here");
  EXPECT_EQ(notes()[1], "axes of one name align; where they are not the same, 'rename' one");
}

TEST_F(Primitives, BatchStandsFirst) {
  check("w * xb");
  ASSERT_EQ(last.size(), 1u);
  EXPECT_EQ(last[0]->type.axes.front().name, "batch");
  EXPECT_EQ(last[0]->type.axes.size(), 4u);
}

TEST_F(Primitives, ElementTypesMeetByCasts) {
  checkRows({
      {"y + d", "1:1: '+' needs one element type but 'y' is f32 and 'd' is f64; write 'f64(y)'"},
      {"x * m", "1:1: '*' needs one element type but 'x' is f32 and 'm' is bool; write 'f32(m)'"},
      {"i + m", "1:1: '+' needs one element type but 'i' is i64 and 'm' is bool; write 'i64(m)'"},
      {"m + i", "1:1: '+' needs one element type but 'm' is bool and 'i' is i64; write 'i64(m)'"},
      {"d + y", "1:1: '+' needs one element type but 'd' is f64 and 'y' is f32; write 'f64(y)'"},
      {"x * f32(m)", "f32[s: 6, c: 4]"},
      {"i + j", "i64[s: 6]"},
      {"b + j", "i32[s: 6]"},
      {"a + b", "1:1: '+' needs one element type but 'a' is i8 and 'b' is u8; write 'i8(b)'"},
      {"m + m", "1:1: '+' is for numbers but 'm' is bool; write 'f32(m)' or 'i64(m)'"},
      {"-m", "1:1: '-' is for numbers but 'm' is bool; write 'f32(m)' or 'i64(m)'"},
      {"i / j", "1:1: '/' is for floats but 'i' is i64; write 'f32(i)'"},
      {"i // j", "i64[s: 6]"},
      {"x // y", "f32[s: 6, c: 4]"},
      {"i % 3", "i64[s: 6]"},
      {"i ** 2", "i64[s: 6]"},
  });
}

TEST_F(Primitives, LiteralsTakeTheTypeThatTheyMeet) {
  checkRows({
      {"x + 1", "f32[s: 6, c: 4]"},
      {"1 + d", "f64[c: 4]"},
      {"b + 255", "u8[s: 6]"},
      {"b + 256", "1:5: 256 does not fit into u8 (0 to 255)"},
      {"a - 129", "1:5: 129 does not fit into i8 (-128 to 127)"},
      {"i + 0.5",
       "1:5: a number cannot become i64 without a cast; cast the tensor, as in 'f32(x)'"},
      {"1 + 2", "i64"},
      {"1 + 0.5", "f32"},
      {"1 / 2", "f32"},
      {"max(x, 0)", "f32[s: 6, c: 4]"},
      {"max(0, i)", "i64[s: 6]"},
      {"where(m, x, 0)", "f32[s: 6, c: 4]"},
      {"where(m, 1, 0)", "i64[s: 6]"},
      {"exp(2)", "f32"},
      {"m + 1", "1:5: a number cannot become bool without a cast"},
  });
}

TEST_F(Primitives, LiteralsKeepTheirPrecision) {
  check("d * 0.1");
  const Node &product = lastNode();
  const Node &literal = *product.operands[1]->node;
  EXPECT_EQ(literal.result()->type.element, ast::ElementType::F64);
  EXPECT_EQ(std::get<std::vector<double>>(literal.attributes.at("values"))[0], 0.1);
}

TEST_F(Primitives, ComparisonsAndLogic) {
  checkRows({
      {"x == y", "bool[s: 6, c: 4]"},
      {"x != 0", "bool[s: 6, c: 4]"},
      {"i < j", "bool[s: 6]"},
      {"m == m", "bool[s: 6]"},
      {"m < m", "1:1: '<' is for numbers but 'm' is bool; write 'f32(m)' or 'i64(m)'"},
      {"m and (x > 0)", "bool[s: 6, c: 4]"},
      {"m or m", "bool[s: 6]"},
      {"not m", "bool[s: 6]"},
      {"not x", "1:1: 'not' is for bools but 'x' is f32; compare it, as in 'x != 0'"},
      {"x and x", "1:1: 'and' is for bools but 'x' is f32; compare it, as in 'x != 0'"},
  });
}

TEST_F(Primitives, ConstantsThatIntegersCannotTake) {
  checkRows({
      {"i // 0", "1:6: '//' by 0: integers have no infinity"},
      {"i % 0", "1:5: '%' by 0: integers have no infinity"},
      {"x // 0", "f32[s: 6, c: 4]"},
      {"i ** -1", "1:6: an integer to the power -1 is no integer; cast the base, as in 'f32(x)'"},
      {"shift_left(i, 64)", "1:15: 'shift_left' by 64 bits: i64 takes 0 to 63"},
      {"shift_right(b, 8)", "1:16: 'shift_right' by 8 bits: u8 takes 0 to 7"},
      {"shift_right(i, -1)", "1:16: 'shift_right' by -1 bits: i64 takes 0 to 63"},
      {"shift_left(i, 63)", "i64[s: 6]"},
  });
}

TEST_F(Primitives, FunctionsOfOneValue) {
  for (const char *name : {"exp",  "log",   "log1p", "expm1", "sqrt",    "rsqrt", "abs",
                           "sign", "floor", "ceil",  "round", "sin",     "cos",   "tan",
                           "sinh", "cosh",  "tanh",  "erf",   "sigmoid", "relu",  "softplus"}) {
    EXPECT_EQ(check(std::string(name) + "(x)"), "f32[s: 6, c: 4]") << name;
    EXPECT_EQ(attribute<std::string>("kind"), name);
  }
  checkRows({
      {"isnan(x)", "bool[s: 6, c: 4]"},
      {"abs(i)", "i64[s: 6]"},
      {"exp(i)", "1:1: 'exp' is for floats but 'i' is i64; write 'f32(i)'"},
      {"floor(i)", "1:1: 'floor' is for floats but 'i' is i64; write 'f32(i)'"},
      {"abs(m)", "1:1: 'abs' is for numbers but 'm' is bool; write 'f32(m)' or 'i64(m)'"},
      {"exp(x, y)", "1:1: 'exp' takes 1 value but got 2; write 'exp(x)'"},
      {"exp<c>(x)", "1:1: 'exp' takes no axes; write 'exp(x)'"},
      {"exp<k = 1>(x)", "1:5: 'exp' has no option 'k'"},
  });
}

TEST_F(Primitives, FunctionsOfSeveralValues) {
  checkRows({
      {"max(x, y)", "f32[s: 6, c: 4]"},
      {"min(x, y, k)", "f32[s: 6, c: 4]"},
      {"clamp(x, 0, 1)", "f32[s: 6, c: 4]"},
      {"clamp(x, y, y + 1)", "f32[s: 6, c: 4]"},
      {"clamp(x, 1, 0)",
       "1:10: 'clamp' has its bounds in the wrong order; write 'clamp(x, low, high)'"},
      {"clamp(x, 0)", "1:1: 'clamp' takes 3 values but got 2; write 'clamp(x, low, high)'"},
      {"where(m, x, y)", "f32[s: 6, c: 4]"},
      {"where(x, x, y)", "1:1: 'where' is for bools but 'x' is f32; compare it, as in 'x != 0'"},
      {"where(m, i, x)",
       "1:1: 'where' needs one element type but 'i' is i64 and 'x' is f32; write 'f32(i)'"},
      {"bit_and(i, 3)", "i64[s: 6]"},
      {"bit_or(b, 3)", "u8[s: 6]"},
      {"bit_xor(i, j)", "i64[s: 6]"},
      {"bit_and(x, 3)", "1:1: 'bit_and' is for integers but 'x' is f32; write 'i64(x)'"},
  });
}

TEST_F(Primitives, Casts) {
  for (const char *name : {"f32", "f64", "bf16", "f16", "i8", "u8", "i32", "i64", "bool"})
    EXPECT_EQ(check(std::string(name) + "(i)"), std::string(name) + "[s: 6]");
  checkRows({
      {"f64(0.5)", "f64"},
      {"u8(300)", "1:4: 300 does not fit into u8 (0 to 255)"},
      {"i64(2.5)", "i64"},
  });
  size_t count = region.nodes.size();
  EXPECT_EQ(check("f32(x)"), "f32[s: 6, c: 4]");
  EXPECT_EQ(region.nodes.size(), count) << "a cast to its own type is nothing";
}

// --- Contraction and reduction
// ---------------------------------------------------------------------

TEST_F(Primitives, Dot) {
  checkRows({
      {"dot<c>(x, w)", "f32[s: 6, o: 3]"},
      {"dot<c>(x, y)", "f32[s: 6]"},
      {"dot<s, c>(x, x)", "f32"},
      {"dot<()>(x, y)", "f32[s: 6, c: 4]"},
      {"dot(x, y)",
       "1:1: 'dot' needs its axes by name; 'x' has 's' (6), 'c' (4); write 'dot<axis, …>(x, y)'"},
      {"dot<d>(x, w)", "1:5: 'x' has no axis 'd' for 'dot'; it has 's' (6), 'c' (4)"},
      {"dot<s>(x, w)", "1:5: 'w' has no axis 's' for 'dot'; it has 'o' (3), 'c' (4)"},
      {"dot<s>(x, z)", "1:1: axis 's' has extent 6 in 'x' but 5 in 'z'"},
      {"dot<c>(x, d)", "1:1: 'dot' needs one element type but 'x' is f32 and 'd' is f64; write "
                       "'f64(x)'"},
      {"dot<s>(m, m)", "1:1: 'dot' is for numbers but 'm' is bool; write 'f32(m)' or 'i64(m)'"},
      {"dot<c, c>(x, w)", "1:8: 'dot' names axis 'c' twice"},
      {"dot<s>(i, j)", "i64"},
  });
}

TEST_F(Primitives, DotKeepsTheOrderOfTheSample) {
  check("dot<s>(h, xb)");
  ASSERT_EQ(last.size(), 1u);
  std::vector<std::string> order;
  for (const Axis &axis : last[0]->type.axes)
    order.push_back(axis.name);
  EXPECT_EQ(order, (std::vector<std::string>{"batch", "hs", "c"}));
  EXPECT_EQ(attribute<std::vector<std::string>>("axes"), std::vector<std::string>{"s"});
}

TEST_F(Primitives, Reductions) {
  for (const char *name : {"sum", "mean", "max", "min", "prod", "var", "logsumexp", "norm"}) {
    EXPECT_EQ(check(std::string(name) + "<s>(x)"), "f32[c: 4]") << name;
    EXPECT_EQ(attribute<std::string>("kind"), name);
  }
  checkRows({
      {"sum<s, c>(x)", "f32"},
      {"sum<s>(i)", "i64"},
      {"argmax<c>(x)", "i64[s: 6]"},
      {"any<s>(m)", "bool"},
      {"all<s>(m)", "bool"},
      {"mean<batch, s>(xb)", "f32[c: 4]"},
      {"max<t>(n)", "f32[c: 4]"},
      {"mean(x)",
       "1:1: 'mean' needs its axes by name; 'x' has 's' (6), 'c' (4); write 'mean<axis, …>(x)'"},
      {"max(x)",
       "1:1: 'max' needs its axes by name; 'x' has 's' (6), 'c' (4); write 'max<axis, …>(x)'"},
      {"mean<()>(x)", "f32[s: 6, c: 4]"}, // the empty `..` of a generic block
      {"var<()>(x)", "1:1: 'var' needs at least one axis; write 'var<axis, …>(x)'"},
      {"mean<d>(x)", "1:6: 'x' has no axis 'd' for 'mean'; it has 's' (6), 'c' (4)"},
      {"mean<d>(k)", "1:6: 'k' has no axis 'd' for 'mean'; it is a scalar"},
      {"mean<s, s>(x)", "1:9: 'mean' names axis 's' twice"},
      {"mean<s>(i)", "1:1: 'mean' is for floats but 'i' is i64; write 'f32(i)'"},
      {"sum<s>(m)", "1:1: 'sum' is for numbers but 'm' is bool; write 'f32(m)' or 'i64(m)'"},
      {"all<s>(x)", "1:1: 'all' is for bools but 'x' is f32; compare it, as in 'x != 0'"},
      {"argmax<s, c>(x)", "1:11: 'argmax' goes along one axis; merge them first with 'rearrange'"},
  });
}

TEST_F(Primitives, NormalisationsAndRunningReductions) {
  checkRows({
      {"softmax<c>(x)", "f32[s: 6, c: 4]"},
      {"softmax<s, c>(x)", "f32[s: 6, c: 4]"},
      {"log_softmax<c>(x)", "f32[s: 6, c: 4]"},
      {"softmax(x)", "1:1: 'softmax' needs its axes by name; 'x' has 's' (6), 'c' (4); write "
                     "'softmax<axis, …>(x)'"},
      {"softmax<s>(i)", "1:1: 'softmax' is for floats but 'i' is i64; write 'f32(i)'"},
      {"standardize<c>(x, 1e-5)", "f32[s: 6, c: 4]"},
      {"standardize<c>(x, eps = 0)", "f32[s: 6, c: 4]"},
      {"standardize<c>(x)", "1:1: 'standardize' needs 'eps'; write 'standardize<axis, …>(x, eps = "
                            "1e-5)'"},
      {"standardize<c>(x, k)", "1:19: 'eps' of 'standardize' is a static number"},
      {"standardize<c>(x, -1.0)", "1:1: 'eps' of 'standardize' is not negative"},
      {"standardize<c>(x, 1e-5, eps = 1e-5)", "1:1: 'eps' of 'standardize' is given twice"},
      {"cumsum<s>(x)", "f32[s: 6, c: 4]"},
      {"cumprod<s>(i)", "i64[s: 6]"},
      {"cumsum<s>(m)", "1:1: 'cumsum' is for numbers but 'm' is bool; write 'f32(m)' or 'i64(m)'"},
      {"cumsum<batch>(xb)",
       "1:8: 'cumsum' cannot go along 'batch': a model is written for one sample"},
      {"cumsum<t>(n)", "f32[t: <= 13, c: 4]"}, // an extent of run time is no matter here
  });
}

} // namespace
} // namespace lamina::sema
