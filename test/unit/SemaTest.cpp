// Sema on source text: the printed checked program, and the diagnostics with their places.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Sema.h"
#include "compiler/Syntax/Parser.h"

#include <gtest/gtest.h>

using namespace lamina;

namespace {

/// The printed program of the last model of `text`, or its rendered diagnostics if there are
/// errors.
std::string check(const std::string &text, const std::string &which = "") {
  SourceManager sources;
  Diagnostics diagnostics(sources);
  sema::Program program(sources, diagnostics, {});
  uint32_t file = sources.add("t.lam", text);
  if (!program.load(file, "t.lam"))
    return diagnostics.render(false);
  std::string name =
      which.empty() ? program.modelNames().empty() ? "" : program.modelNames().back() : which;
  ast::ExprPtr expr = parseExpression(sources.add("<model>", name), diagnostics);
  std::optional<sema::Model> model = program.instantiate(*expr);
  if (!model || diagnostics.hasErrors())
    return diagnostics.render(false);
  return diagnostics.render(false) + sema::print(*model);
}

/// Whether `text` contains `part`; says what the text is if not.
testing::AssertionResult has(const std::string &text, const std::string &part) {
  if (text.find(part) != std::string::npos)
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << "no '" << part << "' in:\n" << text;
}

const char *const kLinear = R"(
block Linear<axes i -> axes o, bias = true>(x: [.., i]) -> [.., o] {
  param weight: [o, i] = uniform(-1 / sqrt(i), 1 / sqrt(i))
  y = dot<i>(x, weight)
  if bias {
    param bias: [o] = 0
    y = y + bias
  }
  return y
}
fn relu(x) = max(x, 0)
)";

TEST(Sema, TwoLayerPerceptron) {
  EXPECT_EQ(check(std::string(kLinear) + R"(
model Mlp<hidden = 4, classes = 3>(x: f32[n: 4]) -> f32[classes] {
  layer fc1 = Linear<n -> h: hidden>
  layer fc2 = Linear<h -> classes, bias = false>
  return x |> fc1 |> fc2
}
)"),
            R"(model Mlp(%0: f32[batch, n: 4]) {
  %1 = param path="fc1.weight" role="trained" : f32[h: 4, n: 4] {
    %2 = constant literal=true values=[-0.5] : f32
    %3 = constant literal=true values=[0.5] : f32
    %4 = random high=0.5 kind="uniform" low=-0.5 : f32[h: 4, n: 4]
    yield %4
  }
  %5 = param path="fc1.bias" role="trained" : f32[h: 4] {
    %6 = constant values=[0] : f32[h: 4]
    yield %6
  }
  %7 = param path="fc2.weight" role="trained" : f32[classes: 3, h: 4] {
    %8 = constant literal=true values=[-0.5] : f32
    %9 = constant literal=true values=[0.5] : f32
    %10 = random high=0.5 kind="uniform" low=-0.5 : f32[classes: 3, h: 4]
    yield %10
  }
  %11 = apply block="Linear" path="fc1" : f32[batch, h: 4] {
    %12 = dot %0, %1 axes=[n] : f32[batch, h: 4]
    %13 = binary %12, %5 kind="add" : f32[batch, h: 4]
    yield %13
  }
  %14 = apply block="Linear" path="fc2" : f32[batch, classes: 3] {
    %15 = dot %11, %7 axes=[h] : f32[batch, classes: 3]
    yield %15
  }
  yield %14
}
)");
}

TEST(Sema, UnknownNameOffersTheNearest) {
  EXPECT_TRUE(has(
      check("model M(x: f32[n: 4]) -> f32[n] {\n  return sigmiod(x)\n}\n"),
      "t.lam:2:10: error: there is nothing to apply called 'sigmiod'; did you mean 'sigmoid'?"));
}

} // namespace
