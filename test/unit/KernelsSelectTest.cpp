// Select and scatter kernels against the reference interpreter.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "KernelsFixture.h"

using namespace lamina::kernels::testing;

namespace {

const double kInf = std::numeric_limits<double>::infinity();
const double kNan = std::numeric_limits<double>::quiet_NaN();

class SelectTest : public KernelTest {
protected:
  std::string one(const std::string &input, const std::string &op, const std::string &result,
                  const std::string &lane) {
    std::string body = "    %r = lamina." + op + " : (" + type(input) + ") -> " + type(result) +
                       "\n    lamina.yield %r : " + type(result);
    return kernelText("select", {{"a", type(input)}}, {type(result)}, body,
                      "{lane = \"" + lane + "\", scratch = 64 : i64, scratch_one = 0 : i64}");
  }
  void checkOne(const std::string &input, const std::string &op, const std::string &result,
                Options options = {}) {
    for (const char *lane : {"s", "c"}) {
      check(one(input, op, result, lane), options);
      Options other = options;
      other.batch = 1, other.oneSample = true, other.vectorBytes = 64, other.vectorRegisters = 32;
      check(one(input, op, result, lane), other);
    }
  }
};

TEST_F(SelectTest, TopK) {
  Options ties, special;
  ties.most = 3;
  special.specials = {kNan, kInf, -kInf, 0.0, -0.0};
  for (auto [element, options] :
       {std::pair("f32", special), std::pair("i32", ties), std::pair("ui8", ties)})
    for (const char *k : {"1", "2", "5", "19"}) {
      std::string in = type(std::string("batch:? s:6 c:19 ") + element),
                  out = type(std::string("batch:? s:6 c:") + k + " " + element);
      std::string places = type(std::string("batch:? s:6 c:") + k + " i64");
      std::string body = std::string("    %v, %i = lamina.topk %a \"c\", ") + k + " : (" + in +
                         ") -> (" + out + ", " + places + ")\n    lamina.yield %v, %i : " + out +
                         ", " + places;
      for (const char *lane : {"s", "c"})
        check(kernelText("select", {{"a", in}}, {out, places}, body,
                         "{lane = \"" + std::string(lane) + "\"}"),
              options);
    }
}

TEST_F(SelectTest, KeepTopK) {
  Options options;
  options.specials = {kNan, kInf, -kInf, 0.0};
  for (const char *k : {"1", "3", "19"})
    checkOne("batch:? s:6 c:19 f32", std::string("keep_topk %a \"c\", ") + k,
             "batch:? s:6 c:19 f32", options);
  Options ties;
  ties.most = 2;
  checkOne("batch:? s:6 c:19 i32", "keep_topk %a \"c\", 4", "batch:? s:6 c:19 i32", ties);
  checkOne("batch:? s:6 c:19 f32", "keep_topk %a \"s\", 2", "batch:? s:6 c:19 f32");
}

TEST_F(SelectTest, Sort) {
  Options options;
  options.specials = {kNan, kInf, -kInf, 1e-40};
  options.least = -100, options.most = 100;
  for (const char *element : {"f32", "f64", "bf16", "i8", "ui8", "i64"})
    for (const char *n : {"1", "2", "7", "64", "77"}) {
      std::string shape = std::string("batch:? s:2 c:") + n + " " + element;
      check(one(shape, "sort %a \"c\"", shape, "c"), options);
    }
  checkOne("batch:? s:5 c:33 f32", "sort %a \"s\"", "batch:? s:5 c:33 f32", options);
}

TEST_F(SelectTest, Cumulate) {
  for (const char *kind : {"sum", "prod"})
    for (const char *axis : {"s", "c"})
      for (const char *element : {"f32", "bf16", "i32"}) {
        std::string shape = std::string("batch:? s:6 c:45 ") + element;
        checkOne(shape, std::string("cumulate ") + kind + " %a along \"" + axis + "\"", shape);
      }
}

TEST_F(SelectTest, ScatterAdd) {
  auto scatter = [&](const std::string &updates, const std::string &index,
                     const std::string &result, Options options) {
    std::string body = "    %r = lamina.scatter_add %u[%i] along \"v\" : (" + type(updates) + ", " +
                       type(index) + ") -> " + type(result) +
                       "\n    lamina.yield %r : " + type(result);
    checkForms(
        kernelText("scatter", {{"u", type(updates)}, {"i", type(index)}}, {type(result)}, body),
        options);
  };
  Options options;
  options.most = 4;
  scatter("batch:? n:11 d:20 f32", "batch:? n:11 i64", "batch:? v:5 d:20 f32", options);
  scatter("batch:? n:11 f32", "batch:? n:11 i32", "batch:? v:5 f32", options);
  scatter("batch:? n:11 d:3 i32", "batch:? n:11 i64", "batch:? d:3 v:5 i32", options);
  options.least = 4, options.most = 9, options.status = 1;
  scatter("batch:? n:11 d:20 f32", "batch:? n:11 i64", "batch:? v:5 d:20 f32", options);
}

} // namespace
