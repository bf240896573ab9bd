// Code generation alone: loops over flat buffers to a model that can be called.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/AbiFunctions.h"
#include "compiler/Codegen/Jit.h"
#include "compiler/Codegen/Lowering.h"
#include "compiler/Codegen/Object.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Parser/Parser.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

#include <gtest/gtest.h>

using namespace lamina::codegen;

namespace {

/// y = w * x + 1 for samples of three elements; `rows` at most 4. The weight lies behind the
/// 64-byte head.
const char *const kScale = R"(
func.func @Scale.one(%packed: memref<76xi8>, %x: memref<12xf32>, %y: memref<12xf32>, %ws: memref<1xi8>) -> i32 {
  %one = arith.constant 1 : index
  %status = func.call @Scale.rows(%packed, %x, %y, %one, %ws)
      : (memref<76xi8>, memref<12xf32>, memref<12xf32>, index, memref<1xi8>) -> i32
  return %status : i32
}
func.func @Scale.rows(%packed: memref<76xi8>, %x: memref<12xf32>, %y: memref<12xf32>, %rows: index,
                      %ws: memref<1xi8>) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c64 = arith.constant 64 : index
  %unit = arith.constant 1.0 : f32
  %w = memref.view %packed[%c64][] : memref<76xi8> to memref<3xf32>
  scf.for %b = %c0 to %rows step %c1 {
    scf.for %i = %c0 to %c3 step %c1 {
      %base = arith.muli %b, %c3 : index
      %at = arith.addi %base, %i : index
      %xv = memref.load %x[%at] : memref<12xf32>
      %wv = memref.load %w[%i] : memref<3xf32>
      %p = math.fma %xv, %wv, %unit : f32
      memref.store %p, %y[%at] : memref<12xf32>
    }
  }
  %ok = arith.constant 0 : i32
  return %ok : i32
}
)";

ModelInterface scaleInterface() {
  ModelInterface model;
  model.name = "Scale";
  model.symbol = symbolName(model.name);
  model.inputs = {{"x", LAMINA_F32, {-1, 3}, 12}};
  model.outputs = {{"y", LAMINA_F32, {-1, 3}, 12}};
  ParameterInterface weight;
  weight.path = "weight";
  weight.shape = {3};
  weight.offset = 64;
  weight.outerStrides = {1};
  weight.laneStrides = weight.depthStrides = {0};
  model.parameters = {weight};
  model.tile = 4;
  model.packedBytes = 76;
  model.hash = 42;
  return model;
}

class CodegenTest : public ::testing::Test {
protected:
  /// Compiles `text` with the C functions of `model` for this machine.
  std::unique_ptr<JitModel> compile(const char *text, const ModelInterface &model) {
    mlir::DialectRegistry registry;
    registry.insert<mlir::arith::ArithDialect, mlir::func::FuncDialect, mlir::math::MathDialect,
                    mlir::memref::MemRefDialect, mlir::scf::SCFDialect, mlir::vector::VectorDialect,
                    mlir::LLVM::LLVMDialect, mlir::omp::OpenMPDialect>();
    registerTranslations(registry);
    mlir::MLIRContext mlirContext(registry);
    auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &mlirContext);
    mlir::PassManager manager(&mlirContext);
    buildLoweringPipeline(manager);
    if (!module || failed(manager.run(*module)))
      return nullptr;
    auto context = std::make_unique<llvm::LLVMContext>();
    std::unique_ptr<llvm::Module> code = translateToLLVM(*module, *context);
    std::string error;
    std::unique_ptr<Target> target = resolveTarget("", "", error);
    auto machine = createMachine(*target);
    setTarget(*code, *target, *machine);
    EXPECT_TRUE(addAbiFunctions(*code, model, /*withInvoke=*/true, error)) << error;
    makeInternal(*code, model);
    optimize(*code, *machine, /*sanitize=*/false);
    auto jit = JitModel::create(std::move(code), std::move(context), model.symbol, error);
    EXPECT_TRUE(jit) << error;
    return jit;
  }
};

int32_t invoke(const JitModel &jit, void *packed, const float *x, float *y, int64_t batch) {
  char workspace[1];
  void *arguments[] = {packed, const_cast<float *>(x), y, &batch, workspace};
  return jit.invoke(arguments);
}

TEST_F(CodegenTest, RunsEveryBatchTileByTile) {
  auto jit = compile(kScale, scaleInterface());
  ASSERT_TRUE(jit);
  const float weight[3] = {2, 3, 4};
  const int64_t shape[1] = {3};
  lamina_tensor tensor{"weight", weight, shape, 1, LAMINA_F32};
  alignas(64) char packed[76];
  ASSERT_EQ(jit->weightsBytes(), 76);
  ASSERT_EQ(jit->pack(&tensor, 1, packed), LAMINA_OK);
  for (int64_t batch : {0, 1, 3, 4, 5, 9}) {
    std::vector<float> x(batch * 3), y(batch * 3 + 1, -7);
    for (size_t i = 0; i < x.size(); ++i)
      x[i] = static_cast<float>(i);
    ASSERT_EQ(invoke(*jit, packed, x.data(), y.data(), batch), LAMINA_OK);
    for (size_t i = 0; i < x.size(); ++i)
      EXPECT_EQ(y[i], x[i] * weight[i % 3] + 1) << "batch " << batch << " element " << i;
    EXPECT_EQ(y.back(), -7) << "written beyond the output at batch " << batch;
  }
}

TEST_F(CodegenTest, RefusesForeignWeightsAndNegativeBatches) {
  auto jit = compile(kScale, scaleInterface());
  ASSERT_TRUE(jit);
  alignas(64) char packed[76] = {};
  float x[3] = {}, y[3] = {};
  EXPECT_EQ(invoke(*jit, packed, x, y, 1), LAMINA_BAD_WEIGHTS);
  EXPECT_EQ(invoke(*jit, nullptr, x, y, 1), LAMINA_BAD_WEIGHTS);
  const float weight[3] = {2, 3, 4};
  const int64_t shape[1] = {3};
  lamina_tensor tensor{"weight", weight, shape, 1, LAMINA_F32};
  ASSERT_EQ(jit->pack(&tensor, 1, packed), LAMINA_OK);
  EXPECT_EQ(invoke(*jit, packed, x, y, -1), LAMINA_BAD_BATCH);
  EXPECT_EQ(invoke(*jit, packed, x, y, 1), LAMINA_OK);
}

TEST_F(CodegenTest, PackTellsWhatIsWrongWithATensor) {
  ModelInterface model = scaleInterface();
  std::string packed;
  const float weight[4] = {};
  const int64_t three[1] = {3}, four[1] = {4};
  EXPECT_EQ(packWeights(model, {}, packed), LAMINA_MISSING_TENSOR);
  lamina_tensor other{"bias", weight, three, 1, LAMINA_F32};
  EXPECT_EQ(packWeights(model, other, packed), LAMINA_MISSING_TENSOR);
  lamina_tensor wide{"weight", weight, four, 1, LAMINA_F32};
  EXPECT_EQ(packWeights(model, wide, packed), LAMINA_BAD_SHAPE);
  lamina_tensor whole{"weight", weight, three, 1, LAMINA_I32};
  EXPECT_EQ(packWeights(model, whole, packed), LAMINA_BAD_DTYPE);
}

TEST_F(CodegenTest, PacksPanelsOfEveryRound) {
  // Two rounds of a weight [n: 3, k: 2] in panels of two lanes.
  ModelInterface model = scaleInterface();
  ParameterInterface &weight = model.parameters[0];
  weight.path = "blocks.*.weight";
  weight.shape = {2, 3, 2};
  weight.stacked = 1;
  weight.roundStrides = {32};
  weight.laneStrides = {1, 0};
  weight.depthStrides = {0, 1};
  weight.outerStrides = {0, 0};
  weight.depthExtent = 2;
  weight.block = 2;
  model.packedBytes = 64 + 64;
  const float first[6] = {1, 2, 3, 4, 5, 6}, second[6] = {7, 8, 9, 10, 11, 12};
  const int64_t shape[2] = {3, 2};
  std::vector<lamina_tensor> tensors = {{"blocks.1.weight", second, shape, 2, LAMINA_F32},
                                        {"blocks.0.weight", first, shape, 2, LAMINA_F32}};
  std::string packed;
  ASSERT_EQ(packWeights(model, tensors, packed), LAMINA_OK);
  const float expected[16] = {1, 3, 2, 4, 5, 0, 6, 0, 7, 9, 8, 10, 11, 0, 12, 0};
  for (int i = 0; i < 16; ++i)
    EXPECT_EQ(reinterpret_cast<const float *>(packed.data() + 64)[i], expected[i]) << i;
}

TEST_F(CodegenTest, MakesCSymbols) {
  EXPECT_EQ(symbolName("Mixer_S16"), "mixer_s16");
  EXPECT_EQ(symbolName("MlpMixer"), "mlp_mixer");
  EXPECT_EQ(symbolName("MLP"), "mlp");
  EXPECT_EQ(symbolName("Double"), "double_");
}

TEST_F(CodegenTest, RefusesTargetsWithoutVectors) {
  std::string error;
  EXPECT_FALSE(resolveTarget("x86_64-linux-gnu", "x86-64", error));
  EXPECT_EQ(error, "'x86-64' has no AVX2 and FMA; the least is x86-64-v3");
  EXPECT_FALSE(resolveTarget("x86_64-linux-gnu", "pentium9", error));
  EXPECT_EQ(error, "unknown CPU 'pentium9' for 'x86_64-unknown-linux-gnu'");
  EXPECT_FALSE(resolveTarget("riscv64-linux-gnu", "", error));
  EXPECT_EQ(resolveTarget("x86_64-linux-gnu", "znver5", error)->vectorBytes, 64);
  EXPECT_EQ(resolveTarget("x86_64-linux-gnu", "x86-64-v3", error)->vectorBytes, 32);
  EXPECT_EQ(resolveTarget("aarch64-linux-gnu", "", error)->vectorBytes, 16);
}

} // namespace
