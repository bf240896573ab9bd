// Elementwise kernels against the reference interpreter: functions, views, movement, gathers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "KernelsFixture.h"

using namespace lamina::kernels::testing;

namespace {

class ElementwiseTest : public KernelTest {
protected:
  using Inputs = std::vector<std::pair<std::string, std::string>>;

  /// One op on `inputs` with a result of type `result`; `op` has `%a`, `%b`, … and no types.
  std::string one(Inputs inputs, const std::string &op, const std::string &result) {
    std::string types;
    for (auto &[name, text] : inputs) {
      text = type(text);
      types += (types.empty() ? "" : ", ") + text;
    }
    std::string body = "    %r = lamina." + op + " : (" + types + ") -> " + type(result) +
                       "\n    lamina.yield %r : " + type(result);
    return kernelText("elementwise", inputs, {type(result)}, body);
  }
  void checkOne(Inputs inputs, const std::string &op, const std::string &result,
                Options options = {}) {
    checkForms(one(inputs, op, result), options);
  }
};

const double kInf = std::numeric_limits<double>::infinity();
const double kNan = std::numeric_limits<double>::quiet_NaN();

TEST_F(ElementwiseTest, UnaryFloats) {
  Options options;
  options.specials = {0.0, -0.0, kInf, -kInf, kNan, 1e-40, 88.5, -100.0, 0.5, 2.5, 1e12};
  for (const char *kind : {"neg",  "exp",   "log",  "log1p",   "expm1", "sqrt",    "rsqrt", "abs",
                           "sign", "floor", "ceil", "round",   "sin",   "cos",     "tan",   "sinh",
                           "cosh", "tanh",  "erf",  "sigmoid", "relu",  "softplus"})
    for (const char *element : {"f32", "f64"})
      check(one({{"a", "batch:? c:45 " + std::string(element)}},
                std::string("unary ") + kind + " %a", "batch:? c:45 " + std::string(element)),
            options);
  checkOne({{"a", "batch:? c:21 f32"}}, "unary isnan %a", "batch:? c:21 i1", options);
}

TEST_F(ElementwiseTest, UnaryOthers) {
  checkOne({{"a", "batch:? c:45 bf16"}}, "unary tanh %a", "batch:? c:45 bf16");
  checkOne({{"a", "batch:? c:19 f16"}}, "unary exp %a", "batch:? c:19 f16");
  for (const char *element : {"i8", "i32", "i64"})
    for (const char *kind : {"neg", "abs", "sign", "relu", "not"}) {
      Options options;
      options.least = -100, options.most = 100;
      std::string shape = std::string("batch:? c:13 ") + element;
      check(one({{"a", shape}}, std::string("unary ") + kind + " %a", shape), options);
    }
  checkOne({{"a", "batch:? c:13 i1"}}, "unary not %a", "batch:? c:13 i1");
}

TEST_F(ElementwiseTest, BinaryFloats) {
  Options options;
  options.specials = {0.0, kInf, kNan, -0.0, -kInf, 1.0, -1.0, 2.0};
  for (const char *kind : {"add", "sub", "mul", "div", "floordiv", "mod", "min", "max"})
    check(one({{"a", "batch:? c:37 f32"}, {"b", "batch:? c:37 f32"}},
              std::string("binary ") + kind + " %a, %b", "batch:? c:37 f32"),
          options);
  for (const char *kind : {"eq", "ne", "lt", "le", "gt", "ge"})
    check(one({{"a", "batch:? c:37 f64"}, {"b", "c:37 f64"}},
              std::string("binary ") + kind + " %a, %b", "batch:? c:37 i1"),
          options);
}

TEST_F(ElementwiseTest, Pow) {
  Options options;
  options.specials = {0.0, 1.0, kInf, kNan, -0.0, -1.0, -kInf, 2.0, 3.0, -2.0, 0.5};
  for (const char *element : {"f32", "f64"}) {
    std::string shape = std::string("batch:? c:61 ") + element;
    check(one({{"a", shape}, {"b", shape}}, "binary pow %a, %b", shape), options);
  }
}

TEST_F(ElementwiseTest, BinaryIntegers) {
  Options options;
  options.least = -9, options.most = 9;
  for (const char *kind : {"add", "sub", "mul", "floordiv", "mod", "pow", "min", "max", "and", "or",
                           "xor", "shift_left", "shift_right"})
    for (const char *element : {"i8", "i32", "i64"}) {
      std::string shape = std::string("batch:? c:37 ") + element;
      check(one({{"a", shape}, {"b", shape}}, std::string("binary ") + kind + " %a, %b", shape),
            options);
    }
  options.least = 0, options.most = 255;
  for (const char *kind : {"floordiv", "mod", "min", "max", "shift_right"})
    check(one({{"a", "batch:? c:37 ui8"}, {"b", "batch:? c:37 ui8"}},
              std::string("binary ") + kind + " %a, %b", "batch:? c:37 ui8"),
          options);
}

TEST_F(ElementwiseTest, AxesAlignByName) {
  checkOne({{"a", "batch:? s:5 c:24 f32"}, {"b", "c:24 f32"}}, "binary add %a, %b",
           "batch:? s:5 c:24 f32");
  checkOne({{"a", "batch:? s:5 c:24 f32"}, {"b", "s:5 f32"}}, "binary mul %a, %b",
           "batch:? s:5 c:24 f32");
  checkOne({{"a", "batch:? s:5 f32"}, {"b", "c:24 f32"}}, "binary mul %a, %b",
           "batch:? s:5 c:24 f32");
  checkOne({{"a", "batch:? c:24 s:5 f32"}, {"b", "f32"}}, "binary sub %a, %b",
           "batch:? s:5 c:24 f32");
  checkOne({{"m", "batch:? s:5 i1"}, {"a", "c:24 f32"}, {"b", "f32"}}, "where %m, %a, %b",
           "batch:? s:5 c:24 f32");
  checkOne({{"a", "batch:? c:3 f32"}}, "expand %a", "batch:? c:3 s:11 f32");
}

TEST_F(ElementwiseTest, Casts) {
  Options options;
  options.low = -400, options.high = 400, options.least = -200, options.most = 200;
  options.specials = {kNan, kInf, -kInf, 1e12, -1e12, 1e30, 0.5};
  for (const char *from : {"f32", "f64", "bf16", "i8", "i32", "i64", "i1"})
    for (const char *to : {"f32", "f64", "bf16", "f16", "i8", "ui8", "i32", "i64", "i1"})
      if (llvm::StringRef(from) != to)
        check(one({{"a", std::string("batch:? c:19 ") + from}}, "cast %a",
                  std::string("batch:? c:19 ") + to),
              options);
}

TEST_F(ElementwiseTest, SlicesAndTakes) {
  checkOne({{"a", "batch:? s:9 c:24 f32"}}, "slice %a \"c\" from 3 step 2", "batch:? s:9 c:10 f32");
  checkOne({{"a", "batch:? s:9 c:24 f32"}}, "slice %a \"s\" from 1 step 3", "batch:? s:3 c:24 f32");
  checkOne({{"a", "batch:? s:9 c:64 f32"}}, "slice %a \"c\" from 1 step 7", "batch:? s:9 c:9 f32");
  checkOne({{"a", "batch:? s:9 c:24 f32"}}, "take %a \"c\" at 5", "batch:? s:9 f32");
  checkOne({{"a", "batch:? s:9 c:24 f32"}}, "rename %a [\"s\", \"c\"] to [\"c\", \"s\"]",
           "batch:? c:9 s:24 f32");
  checkOne({{"a", "batch:? s:9 c:24 f32"}}, "rearrange %a [] to [], [], []",
           "batch:? c:24 s:9 f32");
}

TEST_F(ElementwiseTest, Rearranges) {
  // Parts that are axes of their own must be split too.
  const std::string all =
      "rearrange %a [[\"rgb\"], [\"h\", \"gh\", \"ph\"], [\"w\", \"gw\", \"pw\"]] to [[\"s\", "
      "\"gh\", \"gw\"], "
      "[\"p\", \"rgb\", \"ph\", \"pw\"]], [\"rgb\", \"gh\", \"ph\", \"gw\", \"pw\"], [3, ";
  checkOne({{"a", "batch:? rgb:3 h:32 w:32 f32"}}, all + "2, 16, 2, 16]", "batch:? s:4 p:768 f32");
  checkOne({{"a", "batch:? rgb:3 h:12 w:12 f32"}}, all + "3, 4, 3, 4]", "batch:? s:9 p:48 f32");
  checkOne({{"a", "batch:? rgb:3 h:9 w:15 f32"}}, all + "3, 3, 5, 3]", "batch:? s:15 p:27 f32");
  checkOne({{"a", "batch:? rgb:3 h:9 w:15 f32"}}, all + "9, 1, 5, 3]", "batch:? s:45 p:9 f32");
  checkOne(
      {{"a", "batch:? t:24 f32"}},
      "rearrange %a [[\"t\", \"x\", \"y\"]] to [[\"t\", \"y\", \"x\"]], [\"x\", \"y\"], [4, 6]",
      "batch:? t:24 f32");
  // A part's name may be that of an axis that the pattern does not mention.
  checkOne(
      {{"a", "batch:? t:24 x:5 f32"}},
      "rearrange %a [[\"t\", \"x\", \"y\"]] to [[\"u\", \"y\", \"x\"]], [\"x\", \"y\"], [4, 6]",
      "batch:? u:24 x:5 f32");
}

TEST_F(ElementwiseTest, Windows) {
  checkOne({{"a", "batch:? t:40 f32"}},
           "window %a \"t\" to \"o\", \"k\" size 3 stride 1 dilation 1", "batch:? o:38 k:3 f32");
  checkOne({{"a", "batch:? t:40 c:5 f32"}},
           "window %a \"t\" to \"o\", \"k\" size 4 stride 3 dilation 2",
           "batch:? k:4 c:5 o:12 f32");
}

TEST_F(ElementwiseTest, Concats) {
  checkOne({{"a", "batch:? c:5 f32"}, {"b", "batch:? c:17 f32"}, {"d", "batch:? c:1 f32"}},
           "concat %a, %b, %d along \"c\"", "batch:? c:23 f32");
  checkOne({{"a", "batch:? s:2 c:5 f32"}, {"b", "s:7 c:5 f32"}}, "concat %a, %b along \"s\"",
           "batch:? s:9 c:5 f32");
  checkOne({{"a", "batch:? c:5 i1"}, {"b", "batch:? c:17 i1"}}, "concat %a, %b along \"c\"",
           "batch:? c:22 i1");
  // More pieces than there are cuts: lanes select.
  std::vector<std::pair<std::string, std::string>> pieces;
  std::string names;
  for (int i = 0; i < 9; ++i) {
    pieces.push_back({"a" + std::to_string(i), "batch:? c:" + std::to_string(i + 1) + " f32"});
    names += (i ? ", %a" : "%a") + std::to_string(i);
  }
  check(one(pieces, "concat " + names + " along \"c\"", "batch:? c:45 f32"), {});
}

TEST_F(ElementwiseTest, PadsShiftsRolls) {
  for (const char *mode : {"fill", "reflect", "edge", "circular"})
    for (const char *by : {"3, 5", "0, 1", "17, 40"}) {
      if (llvm::StringRef(mode) == "reflect" && by[1] == '7')
        continue; // reflects at most what there is
      std::string extent = by[0] == '3' ? "29" : by[0] == '0' ? "22" : "78";
      checkOne({{"a", "batch:? c:21 f32"}},
               std::string("pad %a \"c\" by ") + by + " " + mode + ", 1.5 ",
               "batch:? c:" + extent + " f32");
      checkOne({{"a", "batch:? c:21 s:6 f32"}},
               std::string("pad %a \"c\" by ") + by + " " + mode + ", 1.5 ",
               "batch:? c:" + extent + " s:6 f32");
    }
  for (const char *offset : {"3", "-4", "0", "25"}) {
    checkOne({{"a", "batch:? c:21 f32"}}, std::string("shift %a \"c\" by ") + offset + ", -1.0 ",
             "batch:? c:21 f32");
    checkOne({{"a", "batch:? c:21 f32"}}, std::string("roll %a \"c\" by ") + offset,
             "batch:? c:21 f32");
    checkOne({{"a", "batch:? c:21 d:4 i32"}}, std::string("roll %a \"c\" by ") + offset,
             "batch:? c:21 d:4 i32");
  }
}

TEST_F(ElementwiseTest, Gathers) {
  Options options;
  options.most = 6;
  checkOne({{"t", "v:7 d:20 f32"}, {"i", "batch:? n:5 i64"}}, "gather %t[%i] along \"v\"",
           "batch:? n:5 d:20 f32", options);
  checkOne({{"t", "d:20 v:7 f32"}, {"i", "batch:? n:5 i32"}}, "gather %t[%i] along \"v\"",
           "batch:? d:20 n:5 f32", options);
  checkOne({{"t", "batch:? n:5 v:7 f32"}, {"i", "batch:? n:5 i64"}}, "gather %t[%i] along \"v\"",
           "batch:? n:5 f32", options);
  checkOne({{"t", "v:7 f32"}, {"i", "batch:? i64"}}, "gather %t[%i] along \"v\"", "batch:? f32",
           options);
  checkOne({{"i", "batch:? n:5 i64"}}, "one_hot %i \"v\"", "batch:? n:5 v:9 f32", options);
  checkOne({{"i", "batch:? n:5 i64"}}, "one_hot %i \"v\"", "batch:? v:9 n:5 f32", options);
}

TEST_F(ElementwiseTest, GatherOutOfRange) {
  for (auto [least, most] : {std::pair(7, 9), std::pair(-3, -1)}) {
    Options options;
    options.least = least, options.most = most, options.status = 1;
    checkOne({{"t", "v:7 d:20 f32"}, {"i", "batch:? n:5 i64"}}, "gather %t[%i] along \"v\"",
             "batch:? n:5 d:20 f32", options);
    checkOne({{"t", "d:3 v:7 f32"}, {"i", "batch:? n:9 i64"}}, "gather %t[%i] along \"v\"",
             "batch:? d:3 n:9 f32", options);
  }
}

TEST_F(ElementwiseTest, Resizes) {
  for (const char *mode : {"nearest", "linear", "bicubic"})
    for (const char *antialias : {"true", "false"})
      for (const char *extent : {"37", "9"}) {
        checkOne({{"a", "batch:? h:20 f32"}},
                 std::string("resize %a \"h\" ") + mode + " antialias " + antialias,
                 std::string("batch:? h:") + extent + " f32");
        check(one({{"a", "batch:? h:20 w:11 f32"}},
                  std::string("resize %a \"h\" ") + mode + " antialias " + antialias,
                  std::string("batch:? h:") + extent + " w:11 f32"),
              {});
      }
}

TEST_F(ElementwiseTest, IndexAndChains) {
  std::string x = type("batch:? s:6 c:20 f32"), i = type("c:20 i64"), f = type("c:20 f32"),
              w = type("batch:? o:4 c:20 k:3 f32");
  checkForms(kernelText(
      "elementwise", {{"x", x}}, {w},
      "    %i = lamina.index \"c\" : () -> " + i +
          "\n"
          "    %f = lamina.cast %i : (" +
          i + ") -> " + f +
          "\n"
          "    %m = lamina.binary mul %x, %f : (" +
          x + ", " + f + ") -> " + x +
          "\n"
          "    %t = lamina.unary tanh %m : (" +
          x + ") -> " + x +
          "\n"
          "    %s = lamina.binary add %t, %x : (" +
          x + ", " + x + ") -> " + x +
          "\n"
          "    %w = lamina.window %s \"s\" to \"o\", \"k\" size 3 stride 1 dilation 1 : (" +
          x + ") -> " + w +
          "\n"
          "    lamina.yield %w : " +
          w));
}

} // namespace
