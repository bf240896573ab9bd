// Sorting: elements become integers of the same order, which are merged bottom up between two
// halves of the scratch memory.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/SelectOps.h"
#include "compiler/Kernels/Sharing.h"
#include "compiler/Kernels/VectorMathEmit.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace lamina::kernels {

// --- keys ----------------------------------------------------------------------------------------

/// The signed integer type whose order the elements' is mapped to.
static Type keyType(Type element) {
  const bool isWide = element.getIntOrFloatBitWidth() > 32;
  return IntegerType::get(element.getContext(), isWide ? 64 : 32);
}

/// The float type of keys: narrow floats are exact in f32.
static Type floatOfKey(Type key) {
  return key.isInteger(64) ? Type(Float64Type::get(key.getContext()))
                           : Type(Float32Type::get(key.getContext()));
}

/// Negative floats order backwards: their bits but the sign are turned over. The same map leads
/// back.
static Value turnNegative(Emit &e, Value pattern) {
  const int64_t most =
      e.isDouble() ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int32_t>::max();
  Value sign = e.shiftRight(pattern, e.isDouble() ? 63 : 31);
  return e.xorI(pattern, e.andI(sign, e.integer(most)));
}

static Value toKey(Value x, Type element, ImplicitLocOpBuilder &builder) {
  Type key = keyType(element);
  if (!isa<FloatType>(element))
    return convertElement(x, element, key, builder);
  Value real = convertElement(x, element, floatOfKey(key), builder);
  Emit e(real.getType(), builder);
  const int64_t most =
      e.isDouble() ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int32_t>::max();
  return e.select(e.isNan(real), e.integer(most), turnNegative(e, e.bits(real)));
}

static Value fromKey(Value x, Type element, ImplicitLocOpBuilder &builder) {
  Type key = keyType(element);
  if (!isa<FloatType>(element))
    return convertElement(x, key, element, builder);
  auto vector = dyn_cast<VectorType>(x.getType());
  Type real = lanesOf(floatOfKey(key), vector ? vector.getDimSize(0) : 1);
  Emit e(real, builder);
  return convertElement(e.fromBits(turnNegative(e, x)), floatOfKey(key), element, builder);
}

// --- merging -------------------------------------------------------------------------------------

namespace {

/// Index arithmetic and loops of the merge sort.
class MergeSort {
public:
  MergeSort(Value keys, Value count, int64_t capacity, ImplicitLocOpBuilder &builder)
      : keys(keys), count(count), capacity(capacity), builder(builder) {}
  /// Sorts the first half; gives the offset of the half that holds the result.
  int64_t run();

private:
  Value index(int64_t n) { return arith::ConstantIndexOp::create(builder, n); }
  Value add(Value a, Value b) { return arith::AddIOp::create(builder, a, b); }
  Value least(Value a, Value b) { return arith::MinSIOp::create(builder, a, b); }
  Value isLess(Value a, Value b) {
    return arith::CmpIOp::create(builder, arith::CmpIPredicate::slt, a, b);
  }
  Value select(Value condition, Value yes, Value no) {
    return arith::SelectOp::create(builder, condition, yes, no);
  }
  /// Runs `body` with the index of a loop.
  void loop(Value low, Value high, Value step, llvm::function_ref<void(Value)> body);
  void mergeRuns(Value low, Value width, Value from, Value to);

  Value keys, count;
  int64_t capacity;
  ImplicitLocOpBuilder &builder;
};

} // namespace

void MergeSort::loop(Value low, Value high, Value step, llvm::function_ref<void(Value)> body) {
  auto made = scf::ForOp::create(builder, low, high, step);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(made.getBody()->getTerminator());
  body(made.getInductionVar());
}

/// The runs [low, middle) and [middle, high) at `from` become one at `to`; of equals the first
/// run's come first.
void MergeSort::mergeRuns(Value low, Value width, Value from, Value to) {
  Value middle = least(add(low, width), count), high = least(add(middle, width), count);
  auto made = scf::ForOp::create(builder, low, high, index(1), ValueRange{low, middle});
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(made.getBody());
  Value i = made.getRegionIterArg(0), j = made.getRegionIterArg(1), last = index(capacity - 1);
  Value a = memref::LoadOp::create(builder, keys, add(from, least(i, last)));
  Value b = memref::LoadOp::create(builder, keys, add(from, least(j, last)));
  Value isFirstEmpty = arith::CmpIOp::create(builder, arith::CmpIPredicate::sge, i, middle);
  Value wantsSecond = arith::OrIOp::create(builder, isFirstEmpty, isLess(b, a));
  Value takesSecond = arith::AndIOp::create(builder, wantsSecond, isLess(j, high));
  memref::StoreOp::create(builder, select(takesSecond, b, a), keys,
                          add(to, made.getInductionVar()));
  Value second = select(takesSecond, index(1), index(0)),
        first = select(takesSecond, index(0), index(1));
  scf::YieldOp::create(builder, ValueRange{add(i, first), add(j, second)});
}

int64_t MergeSort::run() {
  const int64_t passes = llvm::Log2_64_Ceil(capacity);
  loop(index(0), index(passes), index(1), [&](Value pass) {
    Value width = arith::ShLIOp::create(builder, index(1), pass);
    Value isOdd = arith::CmpIOp::create(builder, arith::CmpIPredicate::eq,
                                        arith::AndIOp::create(builder, pass, index(1)), index(1));
    Value from = select(isOdd, index(capacity), index(0)),
          to = select(isOdd, index(0), index(capacity));
    loop(index(0), count, add(width, width), [&](Value low) { mergeRuns(low, width, from, to); });
  });
  return passes % 2 == 1 ? capacity : 0;
}

// --- lines ---------------------------------------------------------------------------------------

/// The scratch memory as two halves of keys; null where the plan gives none.
static Value scratchOf(const Line &line, int64_t capacity) {
  FunctionContext &context = line.row.evaluator.getContext();
  ImplicitLocOpBuilder &builder = line.row.builder();
  Value offset = scratchOffset(line.kernel, context, builder);
  if (!offset)
    return {};
  return memref::ViewOp::create(builder, MemRefType::get({2 * capacity}, keyType(line.element)),
                                context.workspace, offset, ValueRange());
}

LogicalResult emitSort(const Line &line, const Buffer &output) {
  ImplicitLocOpBuilder &builder = line.row.builder();
  const LoopAxis &axis = line.axis();
  const int64_t capacity =
      axis.dynamic ? ir::findAxis(tensorOf(line.input), axis.name)->bound : axis.extent;
  Value memory = scratchOf(line, capacity);
  if (!memory)
    return ir::KernelOp(line.kernel).emitOpError("sorts but its plan gives it no scratch memory");
  Buffer keys;
  keys.memory = memory;
  keys.element = keyType(line.element);
  keys.axes.push_back({axis.name, capacity, 1});
  forEachOfRow(line.row, [&](const Place &place) {
    storeAt(toKey(broadcastTo(line.at(place), place.lanes, builder), line.element, builder), keys,
            place, builder);
  });
  Value count =
      axis.dynamic ? axis.dynamic : Value(arith::ConstantIndexOp::create(builder, capacity));
  const int64_t half = MergeSort(memory, count, capacity, builder).run();
  keys.offset = arith::ConstantIndexOp::create(builder, half);
  forEachOfRow(line.row, [&](const Place &place) {
    storeAt(fromKey(loadAt(keys, place, builder), line.element, builder), output, place, builder);
  });
  return success();
}

} // namespace lamina::kernels
