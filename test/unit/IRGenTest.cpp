// Checked programs in the dialect: types, constants, places, regions. The programs are built by
// hand.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/IRGen/IRGen.h"

#include "compiler/IRGen/Generator.h"
#include "compiler/Sema/Primitives.h"

#include "mlir/IR/Verifier.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lamina {
namespace {

using ast::ElementType;
using sema::Axis;
using sema::Type;

class IRGen : public ::testing::Test {
protected:
  IRGen() { context.getOrLoadDialect<ir::LaminaDialect>(); }

  std::string textOf(mlir::Type type) {
    std::string text;
    llvm::raw_string_ostream(text) << type;
    return text;
  }
  std::string textOf(mlir::Attribute attribute) {
    std::string text;
    llvm::raw_string_ostream(text) << attribute;
    return text;
  }
  /// The module of one model.
  std::string generate(const sema::Model &model) {
    mlir::OwningOpRef<mlir::ModuleOp> module = generateIR({&model}, {}, sources, context);
    EXPECT_TRUE(mlir::succeeded(mlir::verify(*module)));
    std::string text;
    llvm::raw_string_ostream stream(text);
    module->print(stream);
    return text;
  }
  sema::Value *input(sema::Model &model, const std::string &name, Type type) {
    model.shared.push_back(false);
    model.body.arguments.push_back(
        std::make_unique<sema::Value>(sema::Value{nullptr, std::move(type), name, {}}));
    return model.body.arguments.back().get();
  }

  mlir::MLIRContext context;
  SourceManager sources;
  Diagnostics diagnostics{sources};
};

TEST_F(IRGen, ElementTypes) {
  auto convert = [&](ElementType type) { return textOf(convertElement(type, context)); };
  EXPECT_EQ(convert(ElementType::F32), "f32");
  EXPECT_EQ(convert(ElementType::F64), "f64");
  EXPECT_EQ(convert(ElementType::BF16), "bf16");
  EXPECT_EQ(convert(ElementType::F16), "f16");
  EXPECT_EQ(convert(ElementType::I8), "i8");
  EXPECT_EQ(convert(ElementType::U8), "ui8");
  EXPECT_EQ(convert(ElementType::I32), "i32");
  EXPECT_EQ(convert(ElementType::I64), "i64");
  EXPECT_EQ(convert(ElementType::Bool), "i1");
}

TEST_F(IRGen, AxesOfTypes) {
  auto convert = [&](std::vector<Axis> axes) {
    return textOf(convertType({ElementType::F32, std::move(axes)}, context));
  };
  EXPECT_EQ(convert({}), "tensor<f32, #lamina.axes<>>");
  EXPECT_EQ(convert({{"batch", Axis::kBatch}, {"s", 6}}),
            "tensor<?x6xf32, #lamina.axes<batch, s>>");
  EXPECT_EQ(convert({{"n", 13, /*isBound=*/true}, {"c", 4}}),
            "tensor<?x4xf32, #lamina.axes<n max 13, c>>");
}

TEST_F(IRGen, Constants) {
  auto convert = [&](const sema::Attribute &values, ElementType element, int64_t extent) {
    auto type = convertType({element, {{"n", extent}}}, context);
    std::string text = textOf(mlir::Attribute(convertConstant(values, type)));
    return text.substr(0, text.find(" :"));
  };
  using Ints = std::vector<int64_t>;
  using Floats = std::vector<double>;
  EXPECT_EQ(convert(Ints{1, -2}, ElementType::I64, 2), "dense<[1, -2]>");
  EXPECT_EQ(convert(Ints{7}, ElementType::I32, 3), "dense<7>") << "one value fills";
  EXPECT_EQ(convert(Ints{255, 1}, ElementType::U8, 2), "dense<[255, 1]>");
  EXPECT_EQ(convert(Ints{-1, 1}, ElementType::I8, 2), "dense<[-1, 1]>");
  EXPECT_EQ(convert(Ints{1, 0}, ElementType::Bool, 2), "dense<[true, false]>");
  EXPECT_EQ(convert(Floats{0.5, 2}, ElementType::F32, 2), "dense<[5.000000e-01, 2.000000e+00]>");
  EXPECT_EQ(convert(Ints{3}, ElementType::F64, 2), "dense<3.000000e+00>");
  EXPECT_EQ(convert(Floats{HUGE_VAL}, ElementType::F32, 1), "dense<0x7F800000>");
}

TEST_F(IRGen, FloatsAreRoundedOnce) {
  // Halfway between two bf16 values but for its last bit: by way of f32 it would round down to
  // even.
  double number = 1 + 0x1p-8 + 0x1p-40;
  auto type = convertType({ElementType::BF16, {}}, context);
  auto constant = convertConstant(std::vector<double>{number}, type);
  EXPECT_EQ(constant.getSplatValue<llvm::APFloat>().convertToFloat(), 1 + 0x1p-7f);
}

TEST_F(IRGen, ModelWithInputsAndOutputs) {
  sema::Model model;
  model.name = "Double";
  sema::Value *x = input(model, "x", {ElementType::F32, {{"batch", Axis::kBatch}, {"c", 4}}});
  sema::Builder builder(model.body);
  sema::Value *two = sema::makeLiteral(int64_t(2), {}, builder);
  model.outputs.push_back({"y", sema::checkBinary("mul", x, two, {}, builder, diagnostics)});
  EXPECT_EQ(generate(model), R"(module {
  lamina.model @Double(%x: tensor<?x4xf32, #lamina.axes<batch, c>>) -> (y: tensor<?x4xf32, #lamina.axes<batch, c>>) {
    %0 = lamina.constant dense<2.000000e+00> : tensor<f32, #lamina.axes<>>
    %1 = lamina.binary mul %x, %0 : (tensor<?x4xf32, #lamina.axes<batch, c>>, tensor<f32, #lamina.axes<>>) -> tensor<?x4xf32, #lamina.axes<batch, c>>
    lamina.yield %1 : tensor<?x4xf32, #lamina.axes<batch, c>>
  }
}
)") << "the literal that met a tensor leaves no i64 constant behind";
}

TEST_F(IRGen, PlacesAndNames) {
  uint32_t file = sources.add("net.lam", "model M(x: f32[c: 4]) -> [c] {\n  h = exp(x)\n}\n");
  sema::Model model;
  model.name = "M";
  sema::Value *x = input(model, "x", {ElementType::F32, {{"c", 4}}});
  x->range = {file, 8, 9};
  sema::Builder builder(model.body);
  sema::PrimitiveCall call;
  call.name = "exp";
  call.operands = {x};
  call.range = {file, 37, 43};
  sema::Value *h = sema::checkPrimitive(call, builder, diagnostics).at(0);
  h->name = "h";
  model.outputs.push_back({"h", h});
  mlir::OwningOpRef<mlir::ModuleOp> module = generateIR({&model}, {}, sources, context);
  auto op = *module->getOps<ir::ModelOp>().begin();
  mlir::Operation &exp = op.getBody().front().front();
  EXPECT_EQ(textOf(mlir::Attribute(exp.getLoc())), R"(loc("h"("net.lam":2:7)))");
  EXPECT_EQ(textOf(mlir::Attribute(op.getBody().getArgument(0).getLoc())),
            R"(loc("x"("net.lam":1:9)))");
}

} // namespace
} // namespace lamina
