// The generator against its published vectors, and initial values: ranges, moments, orthogonality,
// independence of order.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Interpreter/Interpreter.h"
#include "compiler/Interpreter/Random.h"

#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

#include <cmath>

using namespace lamina;
using interpreter::philox;

using Words = std::array<uint32_t, 4>;

// The known answers of Random123 1.14 (kat_vectors, philox4x32 10).
TEST(Philox, KnownAnswers) {
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  uint32_t ones = 0xffffffff;
  EXPECT_EQ(philox({ones, ones, ones, ones}, {ones, ones}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

namespace {
/// Initial values of a model with one parameter `w` of 64 x 32 elements.
class Initial : public testing::Test {
protected:
  std::vector<double> draw(const std::string &kind, const std::string &arguments, uint64_t seed = 0,
                           const std::string &path = "w", const std::string &shape = "64x32") {
    context.loadDialect<ir::LaminaDialect>();
    std::string type = "tensor<" + shape + "xf32, #lamina.axes<a, b>>";
    std::string text = "lamina.model @M() -> (w: " + type + ") { %w = lamina.param \"" + path +
                       "\" \"trained\" : " + type + " { %0 = lamina.random " + kind + ", " +
                       arguments + " : " + type + " lamina.yield %0 : " + type +
                       " } lamina.yield %w : " + type + " }";
    auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    auto values = interpreter::initialParameters(*module->getOps<ir::ModelOp>().begin(), seed);
    return (*values)[path].reals;
  }
  static std::pair<double, double> moments(const std::vector<double> &values) {
    double mean = 0, variance = 0;
    for (double x : values)
      mean += x / double(values.size());
    for (double x : values)
      variance += (x - mean) * (x - mean) / double(values.size());
    return {mean, std::sqrt(variance)};
  }
  mlir::MLIRContext context;
};
} // namespace

TEST_F(Initial, UniformStaysInItsRange) {
  std::vector<double> values = draw("uniform", "-1.0, 3.0");
  auto [mean, deviation] = moments(values);
  EXPECT_GE(*std::min_element(values.begin(), values.end()), -1.0);
  EXPECT_LT(*std::max_element(values.begin(), values.end()), 3.0);
  EXPECT_NEAR(mean, 1.0, 0.1);
  EXPECT_NEAR(deviation, 4 / std::sqrt(12.0), 0.05);
}

TEST_F(Initial, NormalHasItsMoments) {
  auto [mean, deviation] = moments(draw("normal", "5.0, 2.0"));
  EXPECT_NEAR(mean, 5.0, 0.2);
  EXPECT_NEAR(deviation, 2.0, 0.1);
}

TEST_F(Initial, TruncatedNormalStopsAtTwoDeviations) {
  std::vector<double> values = draw("truncated_normal", "0.0, 0.5");
  for (double x : values)
    EXPECT_LE(std::abs(x), 1.0);
  EXPECT_NEAR(moments(values).second, 0.5 * 0.8796, 0.02);
}

TEST_F(Initial, OrthogonalColumnsAreOrthonormal) {
  std::vector<double> w = draw("orthogonal", "0.0, 2.0");
  for (int i = 0; i < 32; ++i)
    for (int j = 0; j < 32; ++j) {
      double product = 0;
      for (int r = 0; r < 64; ++r)
        product += w[r * 32 + i] * w[r * 32 + j];
      EXPECT_NEAR(product, i == j ? 4.0 : 0.0, 1e-5);
    }
}

TEST_F(Initial, OrthogonalRowsWhereTheyAreFewer) {
  std::vector<double> w = draw("orthogonal", "0.0, 1.0", 0, "w", "2x8");
  double product = 0;
  for (int c = 0; c < 8; ++c)
    product += w[c] * w[8 + c];
  EXPECT_NEAR(product, 0.0, 1e-6);
}

TEST_F(Initial, SeedAndPathDecide) {
  EXPECT_EQ(draw("normal", "0.0, 1.0", 7), draw("normal", "0.0, 1.0", 7));
  EXPECT_NE(draw("normal", "0.0, 1.0", 7), draw("normal", "0.0, 1.0", 8));
  EXPECT_NE(draw("normal", "0.0, 1.0", 7), draw("normal", "0.0, 1.0", 7, "v"));
}

TEST_F(Initial, AMemberOfAStackIsDrawnAsIfAlone) {
  std::string stacked = "tensor<3x4xf32, #lamina.axes<blocks, c>>",
              one = "tensor<4xf32, #lamina.axes<c>>";
  context.loadDialect<ir::LaminaDialect>();
  auto model = [&](const std::string &path, const std::string &type) {
    std::string text = "lamina.model @M() -> (w: " + type + ") { %w = lamina.param \"" + path +
                       "\" \"trained\" : " + type +
                       " { %0 = lamina.random normal, 0.0, 1.0 : " + one +
                       " lamina.yield %0 : " + one + " } lamina.yield %w : " + type + " }";
    auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    return std::move(*interpreter::initialParameters(*module->getOps<ir::ModelOp>().begin(), 0));
  };
  interpreter::Tensors stack = model("blocks.*.w", stacked);
  EXPECT_EQ(stack.size(), 3u);
  EXPECT_EQ(stack["blocks.1.w"].reals, model("blocks.1.w", one)["blocks.1.w"].reals);
}
