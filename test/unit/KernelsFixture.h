// Runs a kernel twice: as the reference interpreter computes it and as the builders' machine code
// does, and compares.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef TEST_UNIT_KERNELSFIXTURE_H
#define TEST_UNIT_KERNELSFIXTURE_H

#include "compiler/Codegen/Lowering.h"
#include "compiler/Codegen/Object.h"
#include "compiler/Codegen/Target.h"
#include "compiler/Interpreter/Interpreter.h"
#include "compiler/Kernels/BufferAccess.h"
#include "compiler/Kernels/Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>

namespace lamina::kernels::testing {

/// Machine code of a module in this process.
class Code {
public:
  /// Lowers and compiles; `text` is for messages.
  explicit Code(mlir::ModuleOp module) {
    mlir::PassManager manager(module.getContext());
    codegen::buildLoweringPipeline(manager);
    if (failed(manager.run(module))) {
      ADD_FAILURE() << "the module does not lower";
      return;
    }
    auto context = std::make_unique<llvm::LLVMContext>();
    std::unique_ptr<llvm::Module> code = codegen::translateToLLVM(module, *context);
    std::string error;
    std::unique_ptr<codegen::Target> target = codegen::resolveTarget("", "", error);
    if (!code || !target) {
      ADD_FAILURE() << "no machine code: " << error;
      return;
    }
    std::unique_ptr<llvm::TargetMachine> machine = codegen::createMachine(*target);
    codegen::setTarget(*code, *target, *machine);
    codegen::optimize(*code, *machine, /*sanitize=*/false);
    jit = llvm::cantFail(llvm::orc::LLJITBuilder().create());
    llvm::cantFail(jit->addIRModule({std::move(code), std::move(context)}));
  }
  /// All parameters are pointers or 64-bit integers; callers pass more than there are.
  using Entry = void (*)(void *, void *, void *, void *, void *, void *, void *, void *, void *,
                         void *, void *, void *, void *, void *, void *, void *);
  Entry find(const char *name) { return llvm::cantFail(jit->lookup(name)).toPtr<Entry>(); }
  explicit operator bool() const { return bool(jit); }

private:
  std::unique_ptr<llvm::orc::LLJIT> jit;
};

inline mlir::MLIRContext &sharedContext() {
  static mlir::MLIRContext *context = [] {
    mlir::DialectRegistry registry;
    registry
        .insert<ir::LaminaDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect,
                mlir::math::MathDialect, mlir::memref::MemRefDialect, mlir::scf::SCFDialect,
                mlir::vector::VectorDialect, mlir::LLVM::LLVMDialect, mlir::omp::OpenMPDialect>();
    codegen::registerTranslations(registry);
    auto *made = new mlir::MLIRContext(registry);
    made->loadAllAvailableDialects();
    return made;
  }();
  return *context;
}

/// What a comparison may vary.
struct Options {
  int64_t batch = 3;
  bool oneSample = false;
  int64_t vectorBytes = 32;
  int64_t vectorRegisters = 16;
  double low = -3, high = 3;   ///< range of random floats
  int64_t least = 0, most = 4; ///< range of random integers
  int32_t status = 0; ///< the expected status; other than 0 stands for an index out of range
  llvm::SmallVector<double> specials = {}; ///< values put among the random floats
};

/// A tensor's elements as bytes, and back.
inline std::vector<char> toBytes(const interpreter::Tensor &tensor) {
  mlir::Type type = memoryType(tensor.element);
  const int64_t bytes = type.getIntOrFloatBitWidth() / 8, count = tensor.shape.size();
  std::vector<char> memory(bytes * count + 64);
  for (int64_t i = 0; i < count; ++i) {
    int64_t word = tensor.isReal() ? 0 : tensor.integers[i];
    if (tensor.isReal()) {
      llvm::APFloat value(tensor.reals[i]);
      bool loses = false;
      value.convert(mlir::cast<mlir::FloatType>(type).getFloatSemantics(),
                    llvm::APFloat::rmNearestTiesToEven, &loses);
      word = int64_t(value.bitcastToAPInt().getZExtValue());
    }
    std::memcpy(memory.data() + i * bytes, &word, bytes);
  }
  return memory;
}

inline double elementAt(const char *memory, mlir::Type element, int64_t i) {
  mlir::Type type = memoryType(element);
  const unsigned bits = type.getIntOrFloatBitWidth();
  uint64_t word = 0;
  std::memcpy(&word, memory + i * (bits / 8), bits / 8);
  if (auto real = mlir::dyn_cast<mlir::FloatType>(type)) {
    llvm::APFloat value(real.getFloatSemantics(), llvm::APInt(bits, word));
    bool loses = false;
    value.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven, &loses);
    return value.convertToDouble();
  }
  llvm::APInt value(bits, word);
  return element.isUnsignedInteger() ? double(value.getZExtValue()) : double(value.getSExtValue());
}

/// The one kernel of a model whose inputs are its operands.
class KernelTest : public ::testing::Test {
protected:
  void check(const std::string &text, const Options &options = {}) {
    mlir::OwningOpRef<mlir::ModuleOp> source =
        mlir::parseSourceString<mlir::ModuleOp>(text, &sharedContext());
    ASSERT_TRUE(source) << text;
    auto model = *source->getOps<ir::ModelOp>().begin();
    interpreter::Tensors inputs;
    for (auto [argument, name] : llvm::zip(model.getBody().getArguments(), model.getInputNames()))
      inputs[mlir::cast<mlir::StringAttr>(name).str()] = randomTensor(argument.getType(), options);
    interpreter::Options exact;
    exact.tracksError = true;
    auto expected = interpreter::runModel(model, inputs, {}, exact);
    if (options.status == 0)
      ASSERT_TRUE(bool(expected)) << llvm::toString(expected.takeError());
    else
      llvm::consumeError(expected.takeError());
    run(model, inputs, options);
    EXPECT_EQ(status[0], options.status);
    if (options.status == 0)
      compare(model, *expected, text);
  }

  /// Both forms, two widths of vectors.
  void checkForms(const std::string &text, Options options = {}) {
    for (int64_t bytes : {32, 64})
      for (bool one : {false, true}) {
        options.vectorBytes = bytes;
        options.vectorRegisters = bytes / 2;
        options.oneSample = one;
        options.batch = one ? 1 : 3;
        check(text, options);
      }
  }

private:
  interpreter::Tensor randomTensor(mlir::Type type, const Options &options) {
    auto tensor = mlir::cast<mlir::RankedTensorType>(type);
    interpreter::Tensor result = interpreter::makeTensor(
        tensor.getElementType(), interpreter::shapeOf(tensor, {{"batch", options.batch}}));
    std::uniform_real_distribution<double> reals(options.low, options.high);
    std::uniform_int_distribution<int64_t> integers(options.least, options.most);
    size_t special = 0;
    for (double &x : result.reals) {
      x = interpreter::roundTo(result.element, reals(random));
      if (special < options.specials.size() && random() % 3 == 0)
        x = interpreter::roundTo(result.element, options.specials[special++]);
    }
    for (int64_t &x : result.integers)
      x = result.element.isInteger(1) ? int64_t(random() % 2)
                                      : interpreter::wrapTo(result.element, integers(random));
    return result;
  }

  /// A buffer over an argument of the function, row-major.
  static Buffer bufferOf(mlir::Value memory, mlir::Type type, const Options &options) {
    auto tensor = mlir::cast<mlir::RankedTensorType>(type);
    interpreter::Shape shape = interpreter::shapeOf(tensor, {{"batch", options.batch}});
    Buffer buffer;
    buffer.memory = memory;
    buffer.element = tensor.getElementType();
    interpreter::AxisMap strides = shape.strides();
    for (auto [name, extent] : llvm::zip(shape.names, shape.extents))
      buffer.axes.push_back({name, extent, strides[name]});
    return buffer;
  }

  static mlir::Type memrefOf(mlir::Type type, const Options &options) {
    auto tensor = mlir::cast<mlir::RankedTensorType>(type);
    return mlir::MemRefType::get({interpreter::shapeOf(tensor, {{"batch", options.batch}}).size()},
                                 memoryType(tensor.getElementType()));
  }

  /// `func @kernel(inputs, outputs, workspace, status, rows)`.
  mlir::OwningOpRef<mlir::ModuleOp> build(ir::KernelOp kernel, const Options &options) {
    mlir::MLIRContext *mlir = &sharedContext();
    mlir::ImplicitLocOpBuilder builder(mlir::UnknownLoc::get(mlir), mlir);
    mlir::OwningOpRef<mlir::ModuleOp> module = mlir::ModuleOp::create(builder.getLoc());
    builder.setInsertionPointToEnd(module->getBody());
    llvm::SmallVector<mlir::Type> types;
    for (mlir::Type type : kernel->getOperandTypes())
      types.push_back(memrefOf(type, options));
    for (mlir::Type type : kernel->getResultTypes())
      types.push_back(memrefOf(type, options));
    types.push_back(mlir::MemRefType::get({int64_t(workspace.size())}, builder.getI8Type()));
    types.push_back(mlir::MemRefType::get({1}, builder.getI32Type()));
    types.push_back(builder.getIndexType());
    auto function =
        mlir::func::FuncOp::create(builder, "kernel", builder.getFunctionType(types, {}));
    builder.setInsertionPointToStart(function.addEntryBlock());
    llvm::SmallVector<Buffer> inputs, outputs;
    unsigned next = 0;
    for (mlir::Type type : kernel->getOperandTypes())
      inputs.push_back(bufferOf(function.getArgument(next++), type, options));
    for (mlir::Type type : kernel->getResultTypes())
      outputs.push_back(bufferOf(function.getArgument(next++), type, options));
    FunctionContext context;
    context.target = ir::TargetAttr::get(mlir, options.vectorBytes, options.vectorRegisters, 32768,
                                         524288, false);
    context.workspace = function.getArgument(next);
    context.status = function.getArgument(next + 1);
    context.rows = function.getArgument(next + 2);
    context.oneSample = options.oneSample;
    context.tile = options.batch;
    auto form = builderOf(kernel.getKind());
    EXPECT_TRUE(succeeded(form(kernel, inputs, outputs, context, builder)));
    mlir::func::ReturnOp::create(builder);
    EXPECT_TRUE(succeeded(mlir::verify(*module)));
    return module;
  }

  using Form = llvm::LogicalResult (*)(ir::KernelOp, llvm::ArrayRef<Buffer>, llvm::ArrayRef<Buffer>,
                                       FunctionContext &, mlir::ImplicitLocOpBuilder &);
  static Form builderOf(ir::KernelKind kind) {
    switch (kind) {
    case ir::KernelKind::Rowwise:
      return buildRowwise;
    case ir::KernelKind::Select:
      return buildSelect;
    case ir::KernelKind::Scatter:
      return buildScatter;
    default:
      return buildElementwise;
    }
  }

  void run(ir::ModelOp model, const interpreter::Tensors &inputs, const Options &options) {
    auto kernel = *model.getBody().getOps<ir::KernelOp>().begin();
    mlir::OwningOpRef<mlir::ModuleOp> module = build(kernel, options);
    Code code(*module);
    ASSERT_TRUE(bool(code));
    std::vector<std::vector<char>> memory;
    for (mlir::Value operand : kernel->getOperands()) {
      auto name = model.getInputNames()[mlir::cast<mlir::BlockArgument>(operand).getArgNumber()];
      memory.push_back(toBytes(inputs.find(mlir::cast<mlir::StringAttr>(name).getValue())->second));
    }
    outputs.clear();
    for (mlir::Type type : kernel->getResultTypes()) {
      auto tensor = mlir::cast<mlir::RankedTensorType>(type);
      interpreter::Shape shape = interpreter::shapeOf(tensor, {{"batch", options.batch}});
      outputs.emplace_back(
          shape.size() * memoryType(tensor.getElementType()).getIntOrFloatBitWidth() / 8 + 64,
          char(0x7f));
    }
    llvm::SmallVector<void *> arguments;
    for (auto &bytes : memory)
      arguments.push_back(bytes.data());
    for (auto &bytes : outputs)
      arguments.push_back(bytes.data());
    status[0] = 0;
    arguments.append({workspace.data(), status, reinterpret_cast<void *>(options.batch)});
    arguments.resize(16);
    void **a = arguments.data();
    code.find("kernel")(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11],
                        a[12], a[13], a[14], a[15]);
  }

  void compare(ir::ModelOp model, const std::vector<interpreter::Tensor> &expected,
               const std::string &text) {
    for (auto [tensor, bytes] : llvm::zip_equal(expected, outputs)) {
      const int64_t count = tensor.shape.size();
      int64_t wrong = 0;
      for (int64_t i = 0; i < count; ++i) {
        const double got = elementAt(bytes.data(), tensor.element, i), want = tensor.number(i);
        const bool same = std::isnan(want) ? std::isnan(got)
                                           : got == want || std::abs(got - want) <= tensor.bound(i);
        if (!same && ++wrong <= 3)
          ADD_FAILURE() << "element " << i << ": got " << got << ", want " << want << " ± "
                        << tensor.bound(i) << "\n"
                        << text;
      }
      for (size_t i = bytes.size() - 64; i < bytes.size(); ++i)
        ASSERT_EQ(bytes[i], char(0x7f)) << "written beyond the end\n" << text;
    }
  }

  std::mt19937_64 random{42};
  std::vector<std::vector<char>> outputs;
  std::vector<char> workspace = std::vector<char>(1 << 20);
  int32_t status[1] = {0};
};

/// `tensor<?x5xf32, #lamina.axes<batch, c>>` from "batch:? c:5 f32".
inline std::string type(llvm::StringRef text) {
  llvm::SmallVector<llvm::StringRef> parts;
  text.split(parts, ' ');
  std::string shape, names;
  for (llvm::StringRef part : llvm::ArrayRef(parts).drop_back()) {
    auto [name, extent] = part.split(':');
    shape += (extent + "x").str();
    names += (names.empty() ? "" : ", ") + name.str();
  }
  return "tensor<" + shape + parts.back().str() + ", #lamina.axes<" + names + ">>";
}

/// A model around one kernel. `operands`: `%a = %x : T, …` are made from `inputs`: pairs of a name
/// and a type.
inline std::string kernelText(const std::string &kind,
                              llvm::ArrayRef<std::pair<std::string, std::string>> inputs,
                              llvm::ArrayRef<std::string> results, const std::string &body,
                              const std::string &plan = "{}") {
  std::string arguments, bindings, outputs, types;
  for (const auto &[name, type] : inputs) {
    std::string comma = arguments.empty() ? "" : ", ";
    const bool shared = type.find("batch") == std::string::npos;
    arguments += comma + (shared ? "shared " : "") + "%" + name + "_: " + type;
    bindings += comma + "%" + name + " = %" + name + "_ : " + type;
  }
  int number = 0;
  for (const std::string &type : results) {
    std::string comma = types.empty() ? "" : ", ";
    outputs += comma + "y" + std::to_string(number++) + ": " + type;
    types += comma + type;
  }
  const std::string all = results.size() == 1 ? types : "(" + types + ")";
  std::string values;
  for (int i = 0; i < number; ++i)
    values += (i ? ", " : "") + std::string("%z") + (number > 1 ? "#" + std::to_string(i) : "");
  return "lamina.model @M(" + arguments + ") -> (" + outputs + ") {\n  %z" +
         (number > 1 ? ":" + std::to_string(number) : "") + " = lamina.kernel " + kind + " (" +
         bindings + ") -> " + all + " plan " + plan + " {\n" + body + "\n  }\n  lamina.yield " +
         values + " : " + types + "\n}\n";
}

} // namespace lamina::kernels::testing

#endif // TEST_UNIT_KERNELSFIXTURE_H
