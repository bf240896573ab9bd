// The derivative of every op, first and second, against central differences in double.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/unit/DerivativeCheck.h"

using namespace lamina::testing;

namespace {

class Derivative : public testing::TestWithParam<Case> {};

TEST_P(Derivative, EqualsDifferences) { DerivativeCheck(GetParam()).run(); }

std::string nameOf(const testing::TestParamInfo<Case> &info) { return info.param.name; }

const std::string kLine = tensorOf("c:5"), kPlane = tensorOf("s:3 c:4");

Case unary(const std::string &kind, double low = -1, double high = 1) {
  return {kind,
          {{kLine, low, high}},
          "%y = lamina.unary " + kind + " %x0 : (" + kLine + ") -> " + kLine,
          kLine};
}

INSTANTIATE_TEST_SUITE_P(
    Unary, Derivative,
    testing::Values(unary("neg"), unary("exp"), unary("log", 0.5, 2), unary("log1p", -0.5, 2),
                    unary("expm1"), unary("sqrt", 0.5, 2), unary("rsqrt", 0.5, 2), unary("abs"),
                    unary("sign"), unary("floor"), unary("ceil"), unary("round"), unary("sin"),
                    unary("cos"), unary("tanh"), unary("erf"), unary("sigmoid"), unary("tan"),
                    unary("sinh"), unary("cosh"), unary("relu"), unary("softplus")),
    nameOf);

/// Operands of different axes, so that each is repeated along one.
Case binary(const std::string &kind, double low = -1, double high = 1) {
  std::string a = tensorOf("s:3"), b = tensorOf("c:4");
  return {kind,
          {{a, low, high}, {b, low, high}},
          "%y = lamina.binary " + kind + " %x0, %x1 : (" + a + ", " + b + ") -> " + kPlane,
          kPlane};
}

INSTANTIATE_TEST_SUITE_P(Binary, Derivative,
                         testing::Values(binary("add"), binary("sub"), binary("mul"),
                                         binary("div", 0.5, 2), binary("pow", 0.5, 2),
                                         binary("min"), binary("max"), binary("mod", 0.5, 2),
                                         binary("floordiv", 0.5, 2)),
                         nameOf);

Case plane(const std::string &name, const std::string &op, const std::string &result,
           double low = -1, double high = 1) {
  return {name,
          {{kPlane, low, high}},
          "%y = lamina." + op + " : (" + kPlane + ") -> " + result,
          result};
}

Case reduce(const std::string &kind, const std::string &axes, const std::string &left,
            double low = -1, double high = 1) {
  std::string name = kind + (left.empty() ? "All" : "One");
  return plane(name, "reduce " + kind + " %x0 over [" + axes + "]", tensorOf(left), low, high);
}

INSTANTIATE_TEST_SUITE_P(
    Reductions, Derivative,
    testing::Values(reduce("sum", "\"s\"", "c:4"), reduce("sum", "\"c\", \"s\"", ""),
                    reduce("mean", "\"s\"", "c:4"), reduce("max", "\"c\"", "s:3"),
                    reduce("max", "\"c\", \"s\"", ""), reduce("min", "\"s\"", "c:4"),
                    reduce("prod", "\"c\"", "s:3"), reduce("prod", "\"s\", \"c\"", ""),
                    reduce("var", "\"c\"", "s:3"), reduce("var", "\"c\", \"s\"", ""),
                    reduce("logsumexp", "\"c\"", "s:3"), reduce("norm", "\"c\"", "s:3"),
                    plane("softmax", "softmax %x0 over [\"c\"]", kPlane),
                    plane("softmaxAll", "softmax %x0 over [\"s\", \"c\"]", kPlane),
                    plane("logSoftmax", "softmax %x0 over [\"c\"] {log}", kPlane),
                    plane("standardize", "standardize %x0 over [\"c\"], 1.0e-2", kPlane),
                    plane("standardizeAll", "standardize %x0 over [\"s\", \"c\"], 1.0e-2", kPlane),
                    plane("cumsum", "cumulate sum %x0 along \"c\"", kPlane),
                    plane("cumprod", "cumulate prod %x0 along \"c\"", kPlane)),
    nameOf);

INSTANTIATE_TEST_SUITE_P(
    Movement, Derivative,
    testing::Values(
        plane("rename", "rename %x0 [\"c\", \"s\"] to [\"s\", \"d\"]", tensorOf("s:4 d:3")),
        plane("rearrange",
              "rearrange %x0 [[\"c\", \"h\", \"k\"], [\"s\"]] to [[\"t\", \"k\", \"s\"], [\"h\"]], "
              "[\"h\", \"k\"], [2, 2]",
              tensorOf("t:6 h:2")),
        plane("slice", "slice %x0 \"c\" from 1 step 1", tensorOf("s:3 c:2")),
        plane("sliceStep", "slice %x0 \"c\" from 0 step 3", tensorOf("s:3 c:2")),
        plane("take", "take %x0 \"s\" at 1", tensorOf("c:4")),
        plane("expand", "expand %x0", tensorOf("e:2 s:3 c:4")),
        plane("padFill", "pad %x0 \"c\" by 1, 2 fill, 0.5", tensorOf("s:3 c:7")),
        plane("padReflect", "pad %x0 \"c\" by 2, 3 reflect, 0.0", tensorOf("s:3 c:9")),
        plane("padEdge", "pad %x0 \"s\" by 1, 2 edge, 0.0", tensorOf("s:6 c:4")),
        plane("padCircular", "pad %x0 \"c\" by 3, 1 circular, 0.0", tensorOf("s:3 c:8")),
        plane("roll", "roll %x0 \"c\" by -3", kPlane),
        plane("shift", "shift %x0 \"c\" by 1, 0.0", kPlane),
        plane("shiftBack", "shift %x0 \"c\" by -2, 0.0", kPlane),
        plane("window", "window %x0 \"c\" to \"o\", \"k\" size 2 stride 1 dilation 2",
              tensorOf("s:3 o:2 k:2")),
        plane("windowTiles", "window %x0 \"s\" to \"o\", \"k\" size 2 stride 2 dilation 1",
              tensorOf("o:1 k:2 c:4")),
        plane("resizeNearest", "resize %x0 \"c\" nearest antialias false", tensorOf("s:3 c:7")),
        plane("resizeLinear", "resize %x0 \"c\" linear antialias true", tensorOf("s:3 c:3")),
        plane("resizeBicubic", "resize %x0 \"c\" bicubic antialias false", tensorOf("s:3 c:6"))),
    nameOf);

INSTANTIATE_TEST_SUITE_P(Selection, Derivative,
                         testing::Values(plane("keepTopK", "keep_topk %x0 \"c\", 2", kPlane),
                                         plane("sort", "sort %x0 \"c\"", kPlane),
                                         Case{"topk",
                                              {{kPlane}},
                                              "%y, %i = lamina.topk %x0 \"c\", 2 : (" + kPlane +
                                                  ") -> (" + tensorOf("s:3 c:2") + ", " +
                                                  tensorOf("s:3 c:2", "i64") + ")",
                                              tensorOf("s:3 c:2")}),
                         nameOf);

const std::string kIndex = tensorOf("e:5", "i64"), kPaired = tensorOf("s:3", "i64");

INSTANTIATE_TEST_SUITE_P(
    Several, Derivative,
    testing::Values(Case{"dot",
                         {{kPlane}, {tensorOf("h:2 c:4")}},
                         "%y = lamina.dot %x0, %x1 over [\"c\"] : (" + kPlane + ", " +
                             tensorOf("h:2 c:4") + ") -> " + tensorOf("s:3 h:2"),
                         tensorOf("s:3 h:2")},
                    Case{"dotShared",
                         {{kPlane}, {kPlane}},
                         "%y = lamina.dot %x0, %x1 over [\"c\"] : (" + kPlane + ", " + kPlane +
                             ") -> " + tensorOf("s:3"),
                         tensorOf("s:3")},
                    Case{"where",
                         {{kPlane}, {tensorOf("c:4")}, {tensorOf("s:3")}},
                         "%c = lamina.binary lt %x0, %x1 : (" + kPlane + ", " + tensorOf("c:4") +
                             ") -> " + tensorOf("s:3 c:4", "i1") +
                             "\n%y = lamina.where %c, %x1, %x2 : (" + tensorOf("s:3 c:4", "i1") +
                             ", " + tensorOf("c:4") + ", " + tensorOf("s:3") + ") -> " + kPlane,
                         kPlane},
                    Case{"concat",
                         {{tensorOf("s:2 c:4")}, {tensorOf("s:1")}},
                         "%y = lamina.concat %x0, %x1 along \"s\" : (" + tensorOf("s:2 c:4") +
                             ", " + tensorOf("s:1") + ") -> " + kPlane,
                         kPlane},
                    Case{"gather",
                         {{kPlane}, {kIndex, 0, 4}},
                         "%y = lamina.gather %x0[%x1] along \"c\" : (" + kPlane + ", " + kIndex +
                             ") -> " + tensorOf("s:3 e:5"),
                         tensorOf("s:3 e:5"),
                         1},
                    Case{"gatherPaired",
                         {{kPlane}, {kPaired, 0, 4}},
                         "%y = lamina.gather %x0[%x1] along \"c\" : (" + kPlane + ", " + kPaired +
                             ") -> " + tensorOf("s:3"),
                         tensorOf("s:3"),
                         1},
                    Case{"scatterAdd",
                         {{tensorOf("e:5 c:4")}, {kIndex, 0, 3}},
                         "%y = lamina.scatter_add %x0[%x1] along \"v\" : (" + tensorOf("e:5 c:4") +
                             ", " + kIndex + ") -> " + tensorOf("v:3 c:4"),
                         tensorOf("v:3 c:4"),
                         1},
                    Case{"cast",
                         {{kLine}},
                         "%f = lamina.cast %x0 : (" + kLine + ") -> " + tensorOf("c:5", "i64") +
                             "\n%g = lamina.cast %f : (" + tensorOf("c:5", "i64") + ") -> " +
                             kLine + "\n%y = lamina.binary mul %x0, %g : (" + kLine + ", " + kLine +
                             ") -> " + kLine,
                         kLine}),
    nameOf);

const std::string kScalar = tensorOf(""), kDeep = tensorOf("r:3 c:4"), kWidth = tensorOf("c:4");

/// x = tanh(x * w[i]) + k, three times; collects x; x and k come from outside, w is stacked.
std::string rounds(const std::string &flags) {
  return "%y, %all = lamina.repeat \"r\" 3 carried(%x = %x0 : " + kWidth +
         ") stacked(%w = %x1 : " + kDeep + ") index %i" + flags + " -> (" + kWidth + ", " + kDeep +
         ") {\n%a = lamina.binary mul %x, %w : (" + kWidth + ", " + kWidth + ") -> " + kWidth +
         "\n%b = lamina.unary tanh %a : (" + kWidth + ") -> " + kWidth +
         "\n%n = lamina.binary add %b, %x2 : (" + kWidth + ", " + kScalar + ") -> " + kWidth +
         "\n%m = lamina.binary mul %n, %x : (" + kWidth + ", " + kWidth + ") -> " + kWidth +
         "\nlamina.yield %n, %m : " + kWidth + ", " + kWidth + "\n}";
}

Case repeated(const std::string &name, const std::string &flags, bool collected) {
  Case one{name, {{kWidth}, {kDeep}, {kScalar}}, rounds(flags), collected ? kDeep : kWidth};
  if (collected) {
    one.body.replace(one.body.find("%y, %all"), 8, "%last, %y");
  }
  return one;
}

INSTANTIATE_TEST_SUITE_P(
    Regions, Derivative,
    testing::Values(
        repeated("repeat", "", false), repeated("repeatCollected", "", true),
        repeated("repeatReversed", " attributes {reverse}", false),
        Case{"checkpoint",
             {{kWidth}},
             "%y = lamina.checkpoint : " + kWidth + " {\n%a = lamina.unary tanh %x0 : (" + kWidth +
                 ") -> " + kWidth + "\n%b = lamina.binary mul %a, %x0 : (" + kWidth + ", " +
                 kWidth + ") -> " + kWidth + "\nlamina.yield %b : " + kWidth + "\n}",
             kWidth},
        Case{"backward",
             {{kWidth}},
             "%a = lamina.unary tanh %x0 : (" + kWidth + ") -> " + kWidth +
                 "\n%y = lamina.backward %a by %x0 : (" + kWidth + ", " + kWidth + ") -> " +
                 kWidth + " {\n^bb0(%dy: " + kWidth + "):\n%s = lamina.binary mul %a, %a : (" +
                 kWidth + ", " + kWidth + ") -> " + kWidth +
                 "\n%t = lamina.binary mul %s, %dy : (" + kWidth + ", " + kWidth + ") -> " +
                 kWidth + "\n%u = lamina.binary sub %dy, %t : (" + kWidth + ", " + kWidth +
                 ") -> " + kWidth + "\nlamina.yield %u : " + kWidth + "\n}",
             kWidth},
        Case{"apply",
             {{kWidth}},
             "%y = lamina.apply \"\" \"Square\" : " + kWidth +
                 " {\n%a = lamina.binary mul %x0, %x0 : (" + kWidth + ", " + kWidth + ") -> " +
                 kWidth + "\nlamina.yield %a : " + kWidth + "\n}",
             kWidth}),
    nameOf);

} // namespace
