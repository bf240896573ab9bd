// Row-wise kernels against the reference interpreter: every reduction, along and across lanes, with
// and without scratch.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "KernelsFixture.h"

using namespace lamina::kernels::testing;

namespace {

const double kInf = std::numeric_limits<double>::infinity();
const double kNan = std::numeric_limits<double>::quiet_NaN();

class RowwiseTest : public KernelTest {
protected:
  /// One reducer, with lanes along each axis, in both forms, with and without scratch.
  void checkOne(const std::string &input, const std::string &op, const std::string &result,
                Options options = {}) {
    std::string body = "    %r = lamina." + op + " : (" + type(input) + ") -> " + type(result) +
                       "\n    lamina.yield %r : " + type(result);
    const std::string scratch = ", scratch = 128 : i64, scratch_one = 128 : i64";
    for (const char *lane : {"s", "c"}) {
      auto text = [&](const std::string &more) {
        return kernelText("rowwise", {{"a", type(input)}}, {type(result)}, body,
                          "{lane = \"" + std::string(lane) + "\"" + more + "}");
      };
      check(text(scratch), options);
      Options other = options;
      other.batch = 1, other.oneSample = true, other.vectorBytes = 64, other.vectorRegisters = 32;
      check(text(""), other);
    }
  }
};

TEST_F(RowwiseTest, Reductions) {
  for (const char *kind : {"sum", "mean", "max", "min", "prod", "var", "logsumexp", "norm"}) {
    checkOne("batch:? s:5 c:37 f32", std::string("reduce ") + kind + " %a over [\"c\"]",
             "batch:? s:5 f32");
    checkOne("batch:? s:5 c:37 f32", std::string("reduce ") + kind + " %a over [\"s\"]",
             "batch:? c:37 f32");
  }
  checkOne("batch:? s:5 c:70 f64", "reduce sum %a over [\"c\"]", "batch:? s:5 f64");
  checkOne("batch:? s:5 c:70 bf16", "reduce mean %a over [\"c\"]", "batch:? s:5 bf16");
  checkOne("batch:? s:5 c:70 f32", "reduce sum %a over [\"s\", \"c\"]", "batch:? f32");
  checkOne("batch:? s:3 d:2 c:4 f32", "reduce max %a over [\"s\", \"c\"]", "batch:? d:2 f32");
}

TEST_F(RowwiseTest, SpecialValues) {
  Options options;
  options.specials = {kNan, kInf, -kInf};
  for (const char *op :
       {"reduce max", "reduce min", "reduce sum", "reduce logsumexp", "reduce argmax"})
    checkOne("batch:? s:9 c:19 f32", std::string(op) + " %a over [\"c\"]",
             std::string("batch:? s:9 ") +
                 (llvm::StringRef(op).ends_with("argmax") ? "i64" : "f32"),
             options);
  checkOne("batch:? s:9 c:19 f32", "softmax %a over [\"c\"]", "batch:? s:9 c:19 f32", options);
}

TEST_F(RowwiseTest, IntegersAndTruthValues) {
  Options options;
  options.least = -50, options.most = 50;
  for (const char *kind : {"sum", "max", "min", "prod"})
    checkOne("batch:? s:5 c:37 i32", std::string("reduce ") + kind + " %a over [\"c\"]",
             "batch:? s:5 i32", options);
  for (const char *kind : {"any", "all"})
    for (const char *axis : {"s", "c"})
      checkOne("batch:? s:3 c:21 i1", std::string("reduce ") + kind + " %a over [\"" + axis + "\"]",
               axis[0] == 's' ? "batch:? c:21 i1" : "batch:? s:3 i1");
}

TEST_F(RowwiseTest, ArgMax) {
  Options options;
  options.least = 0, options.most = 3;
  for (const char *element : {"f32", "i32", "ui8"}) {
    checkOne(std::string("batch:? s:5 c:37 ") + element, "reduce argmax %a over [\"c\"]",
             "batch:? s:5 i64", options);
    checkOne(std::string("batch:? s:5 c:37 ") + element, "reduce argmax %a over [\"s\"]",
             "batch:? c:37 i64", options);
  }
}

TEST_F(RowwiseTest, SoftmaxAndStandardize) {
  for (const char *axis : {"s", "c"})
    for (const char *element : {"f32", "f64", "bf16"}) {
      std::string shape = std::string("batch:? s:6 c:45 ") + element,
                  over = std::string(" %a over [\"") + axis + "\"]";
      checkOne(shape, "softmax" + over, shape);
      checkOne(shape, "softmax" + over + " {log}", shape);
      checkOne(shape, "standardize" + over + ", 1.0e-5", shape);
    }
  checkOne("batch:? s:6 c:45 f32", "standardize %a over [\"s\", \"c\"], 1.0e-5",
           "batch:? s:6 c:45 f32");
}

/// A dear prologue, an affine epilogue, two results, and a statistic used twice.
TEST_F(RowwiseTest, Chains) {
  std::string x = type("batch:? s:6 c:45 f32"), row = type("batch:? s:6 f32"), c = type("c:45 f32");
  std::string unary = " : (" + x + ") -> " + x + "\n",
              binary = " : (" + x + ", " + c + ") -> " + x + "\n";
  std::string body = "    %t = lamina.unary tanh %x" + unary +
                     "    %n = lamina.standardize %t over [\"c\"], 1.0e-5" + unary +
                     "    %g = lamina.binary mul %n, %w" + binary +
                     "    %b = lamina.binary add %g, %v" + binary +
                     "    %m = lamina.reduce max %b over [\"c\"] : (" + x + ") -> " + row +
                     "\n    %p = lamina.softmax %b over [\"c\"]" + unary +
                     "    lamina.yield %p, %m : " + x + ", " + row;
  for (const char *lane : {"s", "c"})
    for (const char *scratch : {"", ", scratch = 0 : i64, scratch_one = 64 : i64"})
      checkForms(kernelText("rowwise", {{"x", x}, {"w", c}, {"v", c}}, {x, row}, body,
                            "{lane = \"" + std::string(lane) + "\"" + scratch + "}"));
}

/// The kept value of a row across lanes lies at positions that count from the step's first row.
TEST_F(RowwiseTest, KeptAcrossLanes) {
  std::string x = type("batch:? s:6 c:45 f32");
  std::string body = "    %t = lamina.unary exp %x : (" + x + ") -> " + x +
                     "\n    %n = lamina.softmax %t over [\"s\"] : (" + x + ") -> " + x +
                     "\n    lamina.yield %n : " + x;
  checkForms(kernelText("rowwise", {{"x", x}}, {x}, body,
                        "{lane = \"c\", scratch = 0 : i64, scratch_one = 0 : i64}"));
}

TEST_F(RowwiseTest, OtherOrders) {
  std::string in = type("batch:? c:37 s:5 f32"), out = type("batch:? s:5 c:37 f32");
  std::string body = "    %r = lamina.standardize %a over [\"c\"], 1.0e-5 : (" + in + ") -> " +
                     out + "\n    lamina.yield %r : " + out;
  for (const char *lane : {"s", "c"})
    checkForms(
        kernelText("rowwise", {{"a", in}}, {out}, body, "{lane = \"" + std::string(lane) + "\"}"));
}

} // namespace
