// Kernel builders: planned lamina.kernel ops to loops over flat buffers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_KERNELS_KERNELS_H
#define COMPILER_KERNELS_KERNELS_H

#include "dialect/Lamina.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Pass/Pass.h"

#include <functional>
#include <map>
#include <vector>

namespace lamina::kernels {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/Kernels/Kernels.h.inc"

struct Place;

/// What a model's functions return: the values of `lamina_status` (runtime/include/lamina/abi.h).
enum class Status : int32_t { Ok = 0, IndexOutOfRange = 1, ExtentOutOfRange = 2 };

/// A tensor in memory: a flat buffer `memref<N x element>` and, for each axis in storage order
/// (slowest first), its name, its extent and its stride in elements. `batch` has the extent of the
/// form being built (1, or the tile). `bool` elements are stored as bytes 0 and 1 (`i8`).
struct Buffer {
  struct Axis {
    std::string name;
    int64_t extent;
    int64_t stride;
  };
  mlir::Value memory;
  mlir::Value offset; ///< element offset of the first element, index; null for 0
  llvm::SmallVector<Axis> axes;
  mlir::Type element; ///< the tensor's element type

  const Axis *find(llvm::StringRef name) const;
};

/// Where an evaluation stands: an index value for every axis that the evaluated tensor has. `lane`,
/// if not empty, is the axis along which `lanes` consecutive positions, starting at its index, are
/// computed at once as a vector.
struct Position {
  llvm::StringMap<mlir::Value> index;
  std::string lane;
  int64_t lanes = 1;
};

/// What all builders of one function share.
struct FunctionContext {
  ir::TargetAttr target;
  /// The number of samples in this call: an index value. 1 in the form for one sample.
  mlir::Value rows;
  bool oneSample = false;
  int64_t tile = 1;
  /// `memref<1xi32>` on the stack: set to a LAMINA_… status when something is out of range.
  mlir::Value status;
  /// Which thread runs this and how many run it together: index values. Null in code for one
  /// thread.
  mlir::Value thread, threads;
  /// The workspace as `memref<W x i8>`; scratch of a kernel lies at its plan's `scratch` offset.
  mlir::Value workspace;
  /// The byte offset of the kernel's scratch where its plan does not say it: in code that several
  /// kernels share.
  mlir::Value scratch;
  /// The run-time extents (`n <= 13`) by axis name: index values.
  llvm::StringMap<mlir::Value> extents;

  /// f32 lanes of a vector register.
  int64_t lanes() const { return target.getVectorBytes() / 4; }
};

/// Computes any element, or vector of elements, of the ops in a kernel's region on demand:
/// elementwise ops, views, movement and gathers are pulled from the buffers of the kernel's inputs,
/// nothing is materialised. Fusion is this.
class Evaluator {
public:
  Evaluator(FunctionContext &context, mlir::ImplicitLocOpBuilder &builder)
      : context(context), builder(builder) {}

  /// Block argument or other value that lies in memory.
  void bind(mlir::Value tensor, Buffer buffer);
  /// A value that somebody else computes: `give` returns it at a position (accumulators of a
  /// contraction, statistics of a row).
  void bind(mlir::Value tensor, std::function<mlir::Value(const Position &)> give);
  bool isBound(mlir::Value tensor) const;

  /// The element at `position`: a vector of `lanes` where the tensor depends on the lane axis, else
  /// a scalar.
  mlir::Value evaluate(mlir::Value tensor, const Position &position);
  /// The same, always a vector of `position.lanes` (a scalar is broadcast); a scalar where `lanes`
  /// is 1.
  mlir::Value evaluateLanes(mlir::Value tensor, const Position &position);

  /// If `tensor` is a view (rename, slice, take, window, rearrange without division, expand) of a
  /// bound buffer: that buffer seen through it, so that a builder can compute addresses itself.
  std::optional<Buffer> asBuffer(mlir::Value tensor);

  /// The element or elements at a place (EvaluatorPlace.h); what `evaluate` calls.
  mlir::Value at(mlir::Value tensor, const Place &place);

  /// Whether an op was met that cannot be evaluated; the error has been emitted on it.
  bool hasFailed() const { return failed; }

  /// Runs `build`, which emits into regions of its own, and forgets what was computed there.
  void inRegion(llvm::function_ref<void()> build);

  mlir::ImplicitLocOpBuilder &getBuilder() { return builder; }
  FunctionContext &getContext() { return context; }

private:
  FunctionContext &context;
  mlir::ImplicitLocOpBuilder &builder;
  llvm::DenseMap<mlir::Value, Buffer> buffers;
  llvm::DenseMap<mlir::Value, std::function<mlir::Value(const Position &)>> givers;

  mlir::Value compute(mlir::Value tensor, const Place &place);
  mlir::Value give(mlir::Value tensor, const Place &place);

  /// Values computed during the call of `at` that is under way, by tensor and place.
  std::map<std::vector<const void *>, mlir::Value> computed;
  int64_t depth = 0;
  bool failed = false;
};

/// Loads or stores `lanes` elements of a buffer at a position (a stride other than 1 gathers or
/// scatters; 0 broadcasts).
mlir::Value load(FunctionContext &context, mlir::ImplicitLocOpBuilder &builder,
                 const Buffer &buffer, const Position &position);
void store(FunctionContext &context, mlir::ImplicitLocOpBuilder &builder, mlir::Value value,
           const Buffer &buffer, const Position &position);

/// The builders, one for each kind of kernel. `inputs` and `outputs` are the buffers of the
/// kernel's operands and results; the builder's insertion point is where the loops go. Each fails
/// with an error on the op that names what it cannot build.
llvm::LogicalResult buildContraction(ir::KernelOp kernel, llvm::ArrayRef<Buffer> inputs,
                                     llvm::ArrayRef<Buffer> outputs, FunctionContext &context,
                                     mlir::ImplicitLocOpBuilder &builder);
llvm::LogicalResult buildRowwise(ir::KernelOp kernel, llvm::ArrayRef<Buffer> inputs,
                                 llvm::ArrayRef<Buffer> outputs, FunctionContext &context,
                                 mlir::ImplicitLocOpBuilder &builder);
llvm::LogicalResult buildElementwise(ir::KernelOp kernel, llvm::ArrayRef<Buffer> inputs,
                                     llvm::ArrayRef<Buffer> outputs, FunctionContext &context,
                                     mlir::ImplicitLocOpBuilder &builder);
llvm::LogicalResult buildSelect(ir::KernelOp kernel, llvm::ArrayRef<Buffer> inputs,
                                llvm::ArrayRef<Buffer> outputs, FunctionContext &context,
                                mlir::ImplicitLocOpBuilder &builder);
llvm::LogicalResult buildScatter(ir::KernelOp kernel, llvm::ArrayRef<Buffer> inputs,
                                 llvm::ArrayRef<Buffer> outputs, FunctionContext &context,
                                 mlir::ImplicitLocOpBuilder &builder);

} // namespace lamina::kernels

#endif // COMPILER_KERNELS_KERNELS_H
