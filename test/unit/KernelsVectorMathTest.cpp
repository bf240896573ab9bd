// The errors of the elementary functions over all of f32, and that they do not depend on the
// vector's length.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "KernelsFixture.h"

#include "compiler/Kernels/VectorMath.h"

#include <fstream>

using namespace lamina::kernels::testing;
using lamina::ir::UnaryKind;

namespace {

using Reference = long double (*)(long double);

struct Function {
  const char *name;
  UnaryKind kind;
  Reference exact;
};

const Function kFunctions[] = {
    {"exp", UnaryKind::Exp, [](long double x) { return std::exp(x); }},
    {"log", UnaryKind::Log, [](long double x) { return std::log(x); }},
    {"log1p", UnaryKind::Log1p, [](long double x) { return std::log1p(x); }},
    {"expm1", UnaryKind::Expm1, [](long double x) { return std::expm1(x); }},
    {"sqrt", UnaryKind::Sqrt, [](long double x) { return std::sqrt(x); }},
    {"rsqrt", UnaryKind::Rsqrt, [](long double x) { return 1 / std::sqrt(x); }},
    {"sin", UnaryKind::Sin, [](long double x) { return std::sin(x); }},
    {"cos", UnaryKind::Cos, [](long double x) { return std::cos(x); }},
    {"tan", UnaryKind::Tan, [](long double x) { return std::tan(x); }},
    {"sinh", UnaryKind::Sinh, [](long double x) { return std::sinh(x); }},
    {"cosh", UnaryKind::Cosh, [](long double x) { return std::cosh(x); }},
    {"tanh", UnaryKind::Tanh, [](long double x) { return std::tanh(x); }},
    {"erf", UnaryKind::Erf, [](long double x) { return std::erf(x); }},
    {"sigmoid", UnaryKind::Sigmoid, [](long double x) { return 1 / (1 + std::exp(-x)); }},
    {"softplus", UnaryKind::Softplus,
     [](long double x) { return std::fmax(x, 0.0L) + std::log1p(std::exp(-std::fabs(x))); }},
};

constexpr int64_t kBlock = 4096;

/// `@NAME.LANES(in, out)` for each function: applies it to a block of elements, `lanes` at a time.
std::unique_ptr<Code> compile(bool isDouble, llvm::ArrayRef<int64_t> widths) {
  mlir::MLIRContext *context = &sharedContext();
  mlir::ImplicitLocOpBuilder builder(mlir::UnknownLoc::get(context), context);
  mlir::OwningOpRef<mlir::ModuleOp> module = mlir::ModuleOp::create(builder.getLoc());
  mlir::Type element =
      isDouble ? mlir::Type(builder.getF64Type()) : mlir::Type(builder.getF32Type());
  auto memory = mlir::MemRefType::get({kBlock}, element);
  for (const Function &function : kFunctions)
    for (int64_t lanes : widths) {
      builder.setInsertionPointToEnd(module->getBody());
      auto made = mlir::func::FuncOp::create(builder, function.name + ("." + std::to_string(lanes)),
                                             builder.getFunctionType({memory, memory}, {}));
      builder.setInsertionPointToStart(made.addEntryBlock());
      auto index = [&](int64_t n) { return mlir::arith::ConstantIndexOp::create(builder, n); };
      auto loop =
          mlir::scf::ForOp::create(builder, index(0), index(kBlock / lanes * lanes), index(lanes));
      mlir::func::ReturnOp::create(builder);
      builder.setInsertionPoint(loop.getBody()->getTerminator());
      lamina::kernels::Buffer in, out;
      in.memory = made.getArgument(0), out.memory = made.getArgument(1);
      in.element = out.element = element;
      in.axes = out.axes = {{"c", kBlock, 1}};
      lamina::kernels::Place place;
      place.lanes = lanes;
      place.at["c"] = lamina::kernels::Coordinate::of(loop.getInductionVar());
      place.at["c"].step = 1;
      mlir::Value x = lamina::kernels::loadAt(in, place, builder);
      lamina::kernels::storeAt(lamina::kernels::buildUnary(function.kind, x, builder), out, place,
                               builder);
    }
  return std::make_unique<Code>(*module);
}

void call(Code &code, const Function &function, int64_t lanes, const void *in, void *out) {
  auto *pointer = const_cast<void *>(in);
  code.find((function.name + ("." + std::to_string(lanes))).c_str())(
      pointer, out, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
      nullptr, nullptr, nullptr, nullptr, nullptr);
}

/// The error in units of the last place of the exact value, infinite where one is NaN or infinite
/// and the other is not.
template <typename T> double ulps(T got, long double exact) {
  constexpr int digits = std::numeric_limits<T>::digits;
  if (std::isnan(exact) || std::isnan(got))
    return std::isnan(exact) && std::isnan(got) ? 0 : INFINITY;
  if (T(exact) == got)
    return std::isinf(got)
               ? 0
               : double(std::fabs((long double)got - exact) /
                        std::ldexp(1.0L,
                                   std::max(std::ilogb(exact == 0 ? 1e-4900L : exact) - digits + 1,
                                            std::numeric_limits<T>::min_exponent - digits)));
  if (std::isinf(got)) // rounds to infinity, or nearly
    return std::fabs(exact) > std::numeric_limits<T>::max() *
                                  (1 - 4 * (long double)std::numeric_limits<T>::epsilon())
               ? 1
               : INFINITY;
  const int exponent = exact == 0 ? std::numeric_limits<T>::min_exponent - 1 : std::ilogb(exact);
  const int unit = std::max(exponent - digits + 1, std::numeric_limits<T>::min_exponent - digits);
  return double(std::fabs((long double)got - exact) / std::ldexp(1.0L, unit));
}

/// The stated errors: rows `| name | f32 | f64 |` of the folder's README.
std::map<std::string, std::pair<double, double>> statedErrors() {
  std::map<std::string, std::pair<double, double>> stated;
  std::ifstream readme(LAMINA_KERNELS_README);
  for (std::string line; std::getline(readme, line);) {
    llvm::SmallVector<llvm::StringRef> cells;
    llvm::StringRef(line).split(cells, '|');
    double single = 0, twice = 0;
    if (cells.size() == 5 && !cells[2].trim().getAsDouble(single) &&
        !cells[3].trim().getAsDouble(twice))
      stated[cells[1].trim().str()] = {single, twice};
  }
  return stated;
}

/// Every `step`th bit pattern of f32.
void sweepSingle(uint64_t step) {
  std::unique_ptr<Code> code = compile(false, 16);
  ASSERT_TRUE(bool(*code));
  auto stated = statedErrors();
  std::vector<float> in(kBlock), out(kBlock);
  for (const Function &function : kFunctions) {
    double worst = 0;
    float at = 0;
    for (uint64_t pattern = 0; pattern < (uint64_t(1) << 32); pattern += step * kBlock) {
      for (int64_t i = 0; i < kBlock; ++i)
        in[i] =
            llvm::bit_cast<float>(uint32_t(pattern + i * step + pattern / step / kBlock % step));
      call(*code, function, 16, in.data(), out.data());
      for (int64_t i = 0; i < kBlock; ++i)
        if (double error = ulps(out[i], function.exact(in[i])); error > worst)
          worst = error, at = in[i];
    }
    printf("%-8s f32 %.3f ulp at %a\n", function.name, worst, at);
    ASSERT_TRUE(stated.contains(function.name)) << function.name;
    EXPECT_LE(worst, stated[function.name].first) << function.name << " at " << at;
  }
}

TEST(VectorMathTest, ErrorsOfSingle) { sweepSingle(1024); }
// All 2^32 patterns: --gtest_also_run_disabled_tests, an hour.
TEST(VectorMathTest, DISABLED_ErrorsOfAllSingle) { sweepSingle(1); }

TEST(VectorMathTest, ErrorsOfDouble) {
  std::unique_ptr<Code> code = compile(true, 8);
  ASSERT_TRUE(bool(*code));
  auto stated = statedErrors();
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> exponent(-30, 10), mantissa(-2, 2);
  std::vector<double> in(kBlock), out(kBlock);
  for (const Function &function : kFunctions) {
    double worst = 0, at = 0;
    for (int round = 0; round < 64; ++round) {
      for (double &x : in)
        x = std::ldexp(mantissa(random), int(exponent(random)));
      call(*code, function, 8, in.data(), out.data());
      for (int64_t i = 0; i < kBlock; ++i)
        if (double error = ulps(out[i], function.exact(in[i])); error > worst)
          worst = error, at = in[i];
    }
    printf("%-8s f64 %.3f ulp at %a\n", function.name, worst, at);
    EXPECT_LE(worst, stated[function.name].second) << function.name << " at " << at;
  }
}

TEST(VectorMathTest, SameBitsForEveryLength) {
  std::unique_ptr<Code> code = compile(false, {1, 3, 8, 32});
  ASSERT_TRUE(bool(*code));
  std::mt19937_64 random(5);
  std::vector<float> in(kBlock);
  for (float &x : in)
    x = llvm::bit_cast<float>(uint32_t(random()));
  for (const Function &function : kFunctions) {
    std::vector<float> one(kBlock), many(kBlock);
    call(*code, function, 1, in.data(), one.data());
    for (int64_t lanes : {3, 8, 32}) {
      many = one;
      call(*code, function, lanes, in.data(), many.data());
      for (int64_t i = 0; i < kBlock; ++i)
        ASSERT_TRUE(llvm::bit_cast<uint32_t>(one[i]) == llvm::bit_cast<uint32_t>(many[i]) ||
                    (std::isnan(one[i]) && std::isnan(many[i])))
            << function.name << " of " << in[i] << " with " << lanes << " lanes";
    }
  }
}

} // namespace
