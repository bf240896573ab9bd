// Compiled training steps against the same steps in the interpreter, in double: gradients through
// every kind of kernel.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/unit/StepRunner.h"

#include <cmath>

using namespace lamina::testing;

namespace {

struct Program {
  std::string name;
  std::string optimizer;
  std::string text; ///< with TRAIN where the attribute stands
};

void PrintTo(const Program &program, std::ostream *stream) { *stream << program.name; }

/// Types by short names.
const std::string kTypes = R"(
!s = tensor<f32, #lamina.axes<>>
!x = tensor<?x6xf32, #lamina.axes<batch, c>>
!h = tensor<?x8xf32, #lamina.axes<batch, h>>
!k = tensor<?x5xf32, #lamina.axes<batch, k>>
!b = tensor<?xf32, #lamina.axes<batch>>
!l = tensor<?xi64, #lamina.axes<batch>>
!m = tensor<?xi1, #lamina.axes<batch>>
!w1 = tensor<8x6xf32, #lamina.axes<h, c>>
!w2 = tensor<5x8xf32, #lamina.axes<k, h>>
!v = tensor<8xf32, #lamina.axes<h>>
!t = tensor<?x4x6xf32, #lamina.axes<batch, s, c>>
)";

std::string param(const std::string &name, const std::string &path, const std::string &type,
                  const std::string &member = "") {
  std::string one = member.empty() ? type : member;
  return "%" + name + " = lamina.param \"" + path + "\" \"trained\" : " + type +
         " {\n%0 = lamina.random uniform, -0.5, 0.5 : " + one + "\nlamina.yield %0 : " + one +
         "\n}\n";
}

/// Cross entropy of logits `%o`, and whether the largest is right.
const std::string kCrossEntropy = R"(
  %p = lamina.softmax %o over ["k"] {log} : (!k) -> !k
  %q = lamina.gather %p[%label] along "k" : (!k, !l) -> !b
  %r = lamina.reduce mean %q over ["batch"] : (!b) -> !s
  %loss = lamina.unary neg %r : (!s) -> !s
  %best = lamina.reduce argmax %o over ["k"] : (!k) -> !l
  %right = lamina.binary eq %best, %label : (!l, !l) -> !m
  lamina.yield %loss, %right : !s, !m
})";

const std::string kHead =
    "lamina.model @Net(%x: !x, %label: !l) -> (loss: !s, right: !m) attributes {TRAIN} {\n";

/// Dense, bias, relu, dense.
const std::string kMlp = kHead + param("w1", "fc1.weight", "!w1") + param("b1", "fc1.bias", "!v") +
                         param("w2", "fc2.weight", "!w2") + R"(
  %a = lamina.dot %x, %w1 over ["c"] : (!x, !w1) -> !h
  %d = lamina.binary add %a, %b1 : (!h, !v) -> !h
  %e = lamina.unary relu %d : (!h) -> !h
  %o = lamina.dot %e, %w2 over ["h"] : (!h, !w2) -> !k
)" + kCrossEntropy;

/// Normalised over the features, three residual rounds, dense.
const std::string kResidual =
    kHead + param("w1", "fc1.weight", "!w1") + param("g", "norm.weight", "!v") +
    param("u", "rounds.*.weight", "tensor<3x8x8xf32, #lamina.axes<rounds, h2, h>>",
          "tensor<8x8xf32, #lamina.axes<h2, h>>") +
    param("w2", "fc2.weight", "!w2") + R"(
  %a = lamina.dot %x, %w1 over ["c"] : (!x, !w1) -> !h
  %n = lamina.standardize %a over ["h"], 1.0e-5 : (!h) -> !h
  %d = lamina.binary mul %n, %g : (!h, !v) -> !h
  %e = lamina.repeat "rounds" 3 carried(%y = %d : !h) stacked(%w = %u : tensor<3x8x8xf32, #lamina.axes<rounds, h2, h>>) index %i -> !h {
    %0 = lamina.dot %y, %w over ["h"] : (!h, tensor<8x8xf32, #lamina.axes<h2, h>>) -> tensor<?x8xf32, #lamina.axes<batch, h2>>
    %1 = lamina.unary tanh %0 : (tensor<?x8xf32, #lamina.axes<batch, h2>>) -> tensor<?x8xf32, #lamina.axes<batch, h2>>
    %2 = lamina.rename %1 ["h2"] to ["h"] : (tensor<?x8xf32, #lamina.axes<batch, h2>>) -> !h
    %3 = lamina.binary add %2, %y : (!h, !h) -> !h
    lamina.yield %3 : !h
  }
  %o = lamina.dot %e, %w2 over ["h"] : (!h, !w2) -> !k
)" + kCrossEntropy;

/// Normalised over the batch, with a running mean.
const std::string kBatchNorm =
    kHead + param("w1", "fc1.weight", "!w1") + param("w2", "fc2.weight", "!w2") + R"(
  %m = lamina.param "norm.mean" "state" : !v {
    %0 = lamina.constant dense<0.0> : !v
    lamina.yield %0 : !v
  }
  %a = lamina.dot %x, %w1 over ["c"] : (!x, !w1) -> !h
  %mean = lamina.reduce mean %a over ["batch"] : (!h) -> !v
  %tenth = lamina.constant dense<0.1> : !s
  %more = lamina.binary sub %mean, %m : (!v, !v) -> !v
  %part = lamina.binary mul %more, %tenth : (!v, !s) -> !v
  %next = lamina.binary add %m, %part : (!v, !v) -> !v
  lamina.assign "norm.mean", %next : !v
  %n = lamina.standardize %a over ["batch"], 1.0e-5 : (!h) -> !h
  %e = lamina.unary sigmoid %n : (!h) -> !h
  %o = lamina.dot %e, %w2 over ["h"] : (!h, !w2) -> !k
)" + kCrossEntropy;

/// An embedding of the label, a window over the features, and a drawn mask.
const std::string kGathers =
    kHead + param("table", "embed.weight", "tensor<4x8xf32, #lamina.axes<id, h>>") +
    param("f", "conv.weight", "tensor<8x3xf32, #lamina.axes<h, k3>>") +
    param("w2", "fc2.weight", "!w2") + R"(
  %z = lamina.gather %table[%label] along "id" : (tensor<4x8xf32, #lamina.axes<id, h>>, !l) -> !h
  %win = lamina.window %x "c" to "o", "k3" size 3 stride 1 dilation 1 : (!x) -> tensor<?x4x3xf32, #lamina.axes<batch, o, k3>>
  %conv = lamina.dot %win, %f over ["k3"] : (tensor<?x4x3xf32, #lamina.axes<batch, o, k3>>, tensor<8x3xf32, #lamina.axes<h, k3>>) -> tensor<?x4x8xf32, #lamina.axes<batch, o, h>>
  %top = lamina.reduce max %conv over ["o"] : (tensor<?x4x8xf32, #lamina.axes<batch, o, h>>) -> !h
  %sum = lamina.binary add %top, %z : (!h, !h) -> !h
  %u = lamina.draw uniform "drop" 0 like %x : (!x) -> !h
  %half = lamina.constant dense<0.5> : !s
  %keep = lamina.binary ge %u, %half : (!h, !s) -> tensor<?x8xi1, #lamina.axes<batch, h>>
  %zero = lamina.constant dense<0.0> : !s
  %e = lamina.where %keep, %sum, %zero : (tensor<?x8xi1, #lamina.axes<batch, h>>, !h, !s) -> !h
  %o = lamina.dot %e, %w2 over ["h"] : (!h, !w2) -> !k
)" + kCrossEntropy;

/// Attention over tokens made of the features.
const std::string kTokens =
    "lamina.model @Net(%x: !t, %label: !l) -> (loss: !s, right: !m) attributes {TRAIN} {\n" +
    param("wq", "q.weight", "tensor<6x6xf32, #lamina.axes<d, c>>") +
    param("ws", "mix.weight", "tensor<4x4xf32, #lamina.axes<s2, s>>") +
    param("w2", "fc2.weight", "tensor<5x6xf32, #lamina.axes<k, c>>") + R"(
  %query = lamina.dot %x, %wq over ["c"] : (!t, tensor<6x6xf32, #lamina.axes<d, c>>) -> tensor<?x4x6xf32, #lamina.axes<batch, s, d>>
  %keys = lamina.rename %x ["s", "c"] to ["j", "d"] : (!t) -> tensor<?x4x6xf32, #lamina.axes<batch, j, d>>
  %score = lamina.dot %query, %keys over ["d"] : (tensor<?x4x6xf32, #lamina.axes<batch, s, d>>, tensor<?x4x6xf32, #lamina.axes<batch, j, d>>) -> tensor<?x4x4xf32, #lamina.axes<batch, s, j>>
  %p0 = lamina.softmax %score over ["j"] : (tensor<?x4x4xf32, #lamina.axes<batch, s, j>>) -> tensor<?x4x4xf32, #lamina.axes<batch, s, j>>
  %val = lamina.rename %x ["s"] to ["j"] : (!t) -> tensor<?x4x6xf32, #lamina.axes<batch, j, c>>
  %att = lamina.dot %p0, %val over ["j"] : (tensor<?x4x4xf32, #lamina.axes<batch, s, j>>, tensor<?x4x6xf32, #lamina.axes<batch, j, c>>) -> !t
  %mix = lamina.dot %att, %ws over ["s"] : (!t, tensor<4x4xf32, #lamina.axes<s2, s>>) -> tensor<?x4x6xf32, #lamina.axes<batch, s2, c>>
  %act = lamina.unary erf %mix : (tensor<?x4x6xf32, #lamina.axes<batch, s2, c>>) -> tensor<?x4x6xf32, #lamina.axes<batch, s2, c>>
  %pool = lamina.reduce mean %act over ["s2"] : (tensor<?x4x6xf32, #lamina.axes<batch, s2, c>>) -> !x
  %o = lamina.dot %pool, %w2 over ["c"] : (!x, tensor<5x6xf32, #lamina.axes<k, c>>) -> !k
)" + kCrossEntropy;

class TrainStep : public testing::TestWithParam<Program> {
protected:
  static void setBatch(StepRunner &runner, int64_t step) {
    std::vector<double> &x = runner.value("x").reals;
    for (size_t i = 0; i < x.size(); ++i)
      x[i] = double(float(std::sin(double(i * 13 + step * 101))));
    std::vector<int64_t> &label = runner.value("label").integers;
    for (size_t i = 0; i < label.size(); ++i)
      label[i] = (int64_t(i) * 7 + step) % 4;
    runner.value("step").integers = {step};
    runner.value("seed").integers = {7};
  }
};

TEST_P(TrainStep, EqualsTheInterpreters) {
  std::string text = GetParam().text;
  text.replace(text.find("TRAIN"), 5,
               "train = {batch = 10 : i64, optimizer = [" + GetParam().optimizer + "]}");
  StepRunner compiled(kTypes + text), interpreted(kTypes + text);
  ASSERT_TRUE(compiled && interpreted);
  double first = 0, last = 0;
  for (int64_t step = 0; step < 20; ++step) {
    setBatch(compiled, step % 2);
    setBatch(interpreted, step % 2);
    compiled.value("step").integers = interpreted.value("step").integers = {step};
    auto actual = compiled.step(), wanted = interpreted.interpretedStep();
    EXPECT_NEAR(actual[0].reals[0], wanted[0].reals[0], 1e-4) << "loss of step " << step;
    (step < 2 ? first : last) = actual[0].reals[0];
    if (step > 2)
      continue;
    for (size_t i = 0; i < compiled.values.size(); ++i)
      for (size_t k = 0; k < compiled.values[i].reals.size(); ++k)
        EXPECT_NEAR(compiled.values[i].reals[k], interpreted.values[i].reals[k], 2e-5)
            << "value " << i << ", element " << k << " after step " << step;
  }
  EXPECT_LT(last, first) << "it learns";
}

const std::string kSteep = "{link = \"sgd\", lr = 2.0, momentum = 0.5}";
const std::string kSgd = "{link = \"sgd\", lr = 0.2, momentum = 0.5}";

INSTANTIATE_TEST_SUITE_P(
    All, TrainStep,
    testing::Values(Program{"mlp", kSgd, kMlp},
                    Program{"mlpClipped", "{link = \"clip_norm\", max = 0.5}, " + kSgd, kMlp},
                    Program{"mlpSam", "{link = \"sam\", rho = 0.05}, " + kSgd, kMlp},
                    Program{"mlpAccumulated", "{link = \"accumulate\", steps = 2}, " + kSgd, kMlp},
                    Program{"mlpNoisy", "{link = \"gradient_noise\", eta = 0.0001}, " + kSgd, kMlp},
                    Program{"residual", kSgd, kResidual}, Program{"batchNorm", kSgd, kBatchNorm},
                    Program{"gathers", kSgd, kGathers}, Program{"tokens", kSteep, kTokens}),
    [](const auto &info) { return info.param.name; });

} // namespace
