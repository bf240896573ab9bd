// One function of a model: where its values lie and its kernels in order.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_KERNELS_EMITKERNELS_H
#define COMPILER_KERNELS_EMITKERNELS_H

#include "compiler/Kernels/Kernels.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace lamina::kernels {

/// A list of the plan of an op, for the form of one sample or for tiles.
llvm::ArrayRef<int64_t> plannedList(mlir::Operation *op, llvm::StringRef key, bool oneSample);

/// Emits one form of a model as a function of the module: `@"M.one"` or `@"M.rows"`.
class ModelEmitter {
public:
  /// The symbol of each constant that has become data of the module.
  using Globals = llvm::DenseMap<mlir::Operation *, std::string>;

  ModelEmitter(ir::ModelOp model, ir::TargetAttr target, bool oneSample, Globals &globals);

  /// Creates the function in front of the model. Fails with an error on the op that cannot be
  /// built.
  llvm::LogicalResult emit();

private:
  /// Extents of the batch axis in buffers.
  int64_t samples() const { return context.oneSample ? 1 : context.tile; }

  mlir::func::FuncOp createFunction();
  void bindArguments(mlir::func::FuncOp function);
  llvm::LogicalResult emitBlock(mlir::Block &block);
  llvm::LogicalResult emitKernel(ir::KernelOp kernel);
  llvm::LogicalResult buildKernel(ir::KernelOp kernel, llvm::ArrayRef<Buffer> inputs,
                                  llvm::ArrayRef<Buffer> outputs);
  void countKernels();
  void markEnd(ir::KernelOp kernel);
  void forEachOfContext(llvm::function_ref<void(mlir::Value &)> visit);
  llvm::LogicalResult callShared(ir::KernelOp kernel, llvm::StringRef text,
                                 llvm::ArrayRef<Buffer> inputs, llvm::ArrayRef<Buffer> outputs);
  llvm::FailureOr<mlir::func::FuncOp> makeShared(ir::KernelOp kernel, llvm::ArrayRef<Buffer> inputs,
                                                 llvm::ArrayRef<Buffer> outputs,
                                                 mlir::ValueRange arguments);
  mlir::Value scalarOfFunction();
  llvm::LogicalResult emitRepeat(ir::RepeatOp repeat);
  void placeResults(ir::RepeatOp repeat);
  llvm::LogicalResult emitRound(ir::RepeatOp repeat, mlir::Value round);
  int64_t placeOf(mlir::Value value) const;
  void emitWiden(ir::WidenOp widen);
  void emitNarrow(ir::NarrowOp narrow);
  void bindParam(ir::ParamOp param);
  std::string addGlobal(ir::ConstantOp constant);
  void bindConstant(ir::ConstantOp constant);

  int64_t elementsOf(mlir::Type type) const;
  mlir::MemRefType memoryOf(mlir::Type type) const;
  Buffer bufferOf(mlir::Value memory, mlir::Type type) const;
  Buffer inWorkspace(int64_t offset, mlir::Type type);
  /// The part of a buffer at `index` of its slowest axis but `batch`, which is dropped.
  Buffer roundOf(const Buffer &whole, llvm::StringRef axis, mlir::Value index);
  void copy(const Buffer &from, const Buffer &to);

  /// An axis of an array of the caller's: its elements lie without gaps.
  struct DenseAxis {
    std::string name;
    mlir::Value count;
  };
  llvm::SmallVector<DenseAxis>
  denseAxes(mlir::Type type, llvm::function_ref<llvm::StringRef(mlir::StringAttr)> extentName);
  void forDense(llvm::ArrayRef<DenseAxis> axes,
                llvm::function_ref<void(const Position &, mlir::Value)> visit);

  ir::ModelOp model;
  Globals &globals;
  llvm::DenseMap<mlir::Operation *, int64_t> numbers; ///< of kernels, where they are measured
  FunctionContext context;
  mlir::ImplicitLocOpBuilder builder;
  /// What each kernel says but for its place in the workspace, and how many kernels say the same.
  llvm::DenseMap<mlir::Operation *, llvm::StringRef> textOf;
  llvm::StringMap<int64_t> kernelsOfText;
  llvm::StringMap<mlir::func::FuncOp> shared; ///< by text and buffers
  mlir::Value packed;
  llvm::DenseMap<mlir::Value, Buffer> buffers;
  /// Where a round writes what is collected of it, for values that no one copies there.
  llvm::DenseMap<mlir::Value, Buffer> partOfCollected;
  llvm::SmallVector<Buffer> modelOutputs;
};

} // namespace lamina::kernels

#endif // COMPILER_KERNELS_EMITKERNELS_H
