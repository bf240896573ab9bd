// Threads that run one function together: who takes which part of a loop, and where all wait.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/Sharing.h"

#include "compiler/Kernels/IndexMath.h"

#include "mlir/Dialect/OpenMP/OpenMPDialect.h"

using namespace mlir;

namespace lamina::kernels {

void sharedLoop(const FunctionContext &context, ImplicitLocOpBuilder &builder, Value low,
                Value high, int64_t step, llvm::function_ref<void(Value)> body) {
  if (!context.threads)
    return loopOver(builder, low, high, step, body);
  Value length = arith::SubIOp::create(builder, high, low);
  Value steps = quotient(builder, plus(builder, length, step - 1), step);
  Value one = constantIndex(builder, 1);
  Value pieces =
      arith::MaxUIOp::create(builder, arith::MinUIOp::create(builder, steps, context.threads), one);
  auto bound = [&](Value piece) -> Value {
    Value number = arith::MinUIOp::create(builder, piece, pieces);
    Value before =
        arith::DivUIOp::create(builder, arith::MulIOp::create(builder, steps, number), pieces);
    return arith::AddIOp::create(builder, low, times(builder, before, step));
  };
  Value first = bound(context.thread), last = bound(plus(builder, context.thread, 1));
  loopOver(builder, first, arith::MinUIOp::create(builder, last, high), step, body);
}

void onFirstThread(const FunctionContext &context, ImplicitLocOpBuilder &builder,
                   llvm::function_ref<void()> body) {
  if (!context.threads)
    return body();
  Value isFirst = arith::CmpIOp::create(builder, arith::CmpIPredicate::eq, context.thread,
                                        constantIndex(builder, 0));
  auto choice = scf::IfOp::create(builder, isFirst, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(choice.thenBlock());
  body();
}

void awaitThreads(const FunctionContext &context, ImplicitLocOpBuilder &builder) {
  if (!context.threads)
    return;
  Value several = arith::CmpIOp::create(builder, arith::CmpIPredicate::ugt, context.threads,
                                        constantIndex(builder, 1));
  auto choice = scf::IfOp::create(builder, several, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(choice.thenBlock());
  omp::BarrierOp::create(builder);
}

static IntegerAttr planned(ir::KernelOp kernel, StringRef key) {
  DictionaryAttr plan = kernel.getPlanAttr();
  return plan ? dyn_cast_or_null<IntegerAttr>(plan.get(key)) : IntegerAttr();
}

/// Where the kernel's scratch begins; null where it has none.
static Value scratchStart(ir::KernelOp kernel, const FunctionContext &context,
                          ImplicitLocOpBuilder &builder) {
  IntegerAttr offset = planned(kernel, context.oneSample ? "scratch_one" : "scratch");
  if (!offset || !context.workspace)
    return nullptr;
  return context.scratch ? context.scratch : constantIndex(builder, offset.getInt());
}

Value scratchOffset(ir::KernelOp kernel, const FunctionContext &context,
                    ImplicitLocOpBuilder &builder) {
  Value start = scratchStart(kernel, context, builder);
  IntegerAttr step = planned(kernel, "scratch_step");
  if (!start || !context.threads || !step)
    return start;
  return plus(builder, start, times(builder, context.thread, step.getInt()));
}

Value sharedScratchOffset(ir::KernelOp kernel, StringRef key, const FunctionContext &context,
                          ImplicitLocOpBuilder &builder) {
  IntegerAttr offset = planned(kernel, key);
  if (!offset)
    return nullptr;
  return plus(builder, scratchStart(kernel, context, builder), offset.getInt());
}

} // namespace lamina::kernels
