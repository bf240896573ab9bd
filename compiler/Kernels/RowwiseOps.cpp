// reduce, softmax and standardize on one row: passes that fold, and givers of what follows from the
// statistics.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/RowwiseOps.h"
#include "compiler/Kernels/IndexMath.h"
#include "compiler/Kernels/Sharing.h"
#include "compiler/Kernels/VectorMath.h"
#include "compiler/Kernels/VectorMathEmit.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/TypeSwitch.h"

#include <limits>

using namespace mlir;

namespace lamina::kernels {

int64_t rowWidth(const FunctionContext &context) {
  return context.lanes() * (context.target.getVectorRegisters() >= 32 ? 4 : 2);
}

// --- scratch -------------------------------------------------------------------------------------

/// Elements of the row, times the lanes across rows; 0 where the length is known only at run time.
static int64_t scratchElements(const Row &row) {
  int64_t elements = row.lanesInner ? 1 : row.place.lanes;
  for (const LoopAxis &axis : row.inner)
    elements *= axis.dynamic ? 0 : axis.extent;
  return elements;
}

RowScratch::RowScratch(ir::KernelOp kernel, const Row &row) : row(row) {
  start = scratchOffset(kernel, row.evaluator.getContext(), row.builder());
  left = 16 * scratchElements(row);
}

std::optional<Buffer> RowScratch::allocate(Type element) {
  const int64_t bytes = memoryType(element).getIntOrFloatBitWidth() / 8;
  const int64_t elements = scratchElements(row), size = (elements * bytes + 63) / 64 * 64;
  if (!start || elements == 0 || elements * bytes > left)
    return std::nullopt;
  ImplicitLocOpBuilder &builder = row.builder();
  Buffer buffer;
  buffer.element = element;
  auto type = MemRefType::get({elements}, memoryType(element));
  buffer.memory = memref::ViewOp::create(builder, type, row.evaluator.getContext().workspace,
                                         plus(builder, start, used), ValueRange());
  int64_t stride = row.lanesInner ? 1 : row.place.lanes;
  for (const LoopAxis &axis : llvm::reverse(row.inner)) {
    buffer.axes.push_back({axis.name, axis.extent, stride});
    stride *= axis.extent;
  }
  if (!row.lanesInner)
    for (const auto &entry : row.place.at)
      if (!entry.second.isUniform() && row.place.lanes > 1) {
        // Rows of this step only: positions count from its first one.
        Coordinate first = entry.second;
        first.step = 0;
        buffer.offset = scalarIndex(scaled(first, -1, builder), builder);
        buffer.axes.push_back({entry.first().str(), row.place.lanes, 1});
      }
  used += size;
  left -= size;
  return buffer;
}

// --- values along the row ------------------------------------------------------------------------

/// Floats narrower than f32 are computed in f32.
static Type computedType(Type element) {
  const bool isNarrow = isa<FloatType>(element) && element.getIntOrFloatBitWidth() < 32;
  return isNarrow ? Type(Float32Type::get(element.getContext())) : element;
}

namespace {

/// The operand of a reducer.
struct Operand {
  const Row &row;
  Value tensor;
  Type element = tensorOf(tensor).getElementType();
  Type computed = computedType(element);

  Value at(const Place &place) const {
    return convertElement(row.evaluator.at(tensor, place), element, computed, row.builder());
  }
  Value at(const Position &position) const {
    return convertElement(row.evaluator.evaluate(tensor, position), element, computed,
                          row.builder());
  }
  Type inRegisters() const { return registerType(computed); }
};

} // namespace

/// Applies `compute` to values that are scalars or vectors: scalars are repeated where others are
/// vectors.
static Value apply(const Row &row, ArrayRef<Value> values,
                   llvm::function_ref<Value(Emit &, ArrayRef<Value>)> compute) {
  int64_t lanes = 1;
  for (Value value : values)
    if (auto vector = dyn_cast<VectorType>(value.getType()))
      lanes = vector.getDimSize(0);
  SmallVector<Value> spread;
  for (Value value : values)
    spread.push_back(broadcastTo(value, lanes, row.builder()));
  Emit e(spread[0].getType(), row.builder());
  return compute(e, spread);
}

/// The number of elements of a row, as a float like `like`.
static Value countOf(const Row &row, Value like) {
  ImplicitLocOpBuilder &builder = row.builder();
  Emit e(like.getType(), builder);
  double count = 1;
  Value dynamic;
  for (const LoopAxis &axis : row.inner) {
    if (!axis.dynamic)
      count *= double(axis.extent);
    else
      dynamic =
          dynamic ? Value(arith::MulIOp::create(builder, dynamic, axis.dynamic)) : axis.dynamic;
  }
  if (!dynamic)
    return e.number(count);
  Value integer = arith::IndexCastOp::create(builder, builder.getI64Type(), dynamic);
  Value real = arith::SIToFPOp::create(builder, getElementTypeOrSelf(like.getType()), integer);
  auto vector = dyn_cast<VectorType>(like.getType());
  return e.mul(broadcastTo(real, vector ? vector.getDimSize(0) : 1, builder), e.number(count));
}

// --- storing what is dear to compute -------------------------------------------------------------

/// Whether to compute a value twice costs more than to store and load it.
static bool isDear(Value value, Evaluator &evaluator, int64_t &cheap) {
  if (evaluator.isBound(value) || evaluator.asBuffer(value))
    return ++cheap > 4;
  Operation *op = value.getDefiningOp();
  if (!op || matchPattern(op, m_Constant()))
    return false;
  if (auto unary = dyn_cast<ir::UnaryOp>(op)) {
    using Kind = ir::UnaryKind;
    if (!llvm::is_contained({Kind::Neg, Kind::Abs, Kind::Relu, Kind::Not, Kind::Sign},
                            unary.getKind()))
      return true;
  } else if (auto binary = dyn_cast<ir::BinaryOp>(op)) {
    using Kind = ir::BinaryKind;
    if (llvm::is_contained({Kind::Div, Kind::FloorDiv, Kind::Mod, Kind::Pow}, binary.getKind()))
      return true;
  } else if (!isa<ir::WhereOp, ir::CastOp, ir::ExpandOp, ir::RenameOp>(op)) {
    return true;
  }
  return ++cheap > 6 || llvm::any_of(op->getOperands(), [&](Value operand) {
    return isDear(operand, evaluator, cheap);
  });
}

/// Evaluates the operand in the first pass and keeps it for the others if that pays.
class KeptOperand {
public:
  KeptOperand(const Operand &operand, RowScratch &scratch) : operand(operand) {
    int64_t cheap = 0;
    if (!operand.row.evaluator.isBound(operand.tensor) &&
        isDear(operand.tensor, operand.row.evaluator, cheap))
      buffer = scratch.allocate(operand.element);
  }
  /// To be called once for each place of the row, in one pass.
  Value first(const Place &place) const {
    if (!buffer)
      return operand.at(place);
    ImplicitLocOpBuilder &builder = operand.row.builder();
    Value value = operand.row.evaluator.at(operand.tensor, place);
    storeAt(broadcastTo(value, place.lanes, builder), *buffer, place, builder);
    return convertElement(value, operand.element, operand.computed, builder);
  }
  /// After that pass: later evaluations load.
  void done() const {
    if (buffer)
      operand.row.evaluator.bind(operand.tensor, *buffer);
  }

private:
  const Operand &operand;
  std::optional<Buffer> buffer;
};

// --- statistics ----------------------------------------------------------------------------------

static Value foldOperand(const Operand &operand, Fold fold) {
  return foldRow(operand.row, fold, operand.inRegisters(),
                 [&](const Place &place) { return operand.at(place); });
}

static Value foldKeeping(const Operand &operand, Fold fold, RowScratch &scratch) {
  KeptOperand kept(operand, scratch);
  Value result = foldRow(operand.row, fold, operand.inRegisters(),
                         [&](const Place &place) { return kept.first(place); });
  kept.done();
  return result;
}

static Value meanOf(const Operand &operand, RowScratch &scratch) {
  Value sum = foldKeeping(operand, Fold::Sum, scratch);
  return Emit(sum.getType(), operand.row.builder()).div(sum, countOf(operand.row, sum));
}

/// The mean of squared differences to the mean, in a pass of its own: nothing cancels.
static Value varianceOf(const Operand &operand, Value mean) {
  Value sum = foldRow(operand.row, Fold::Squares, operand.inRegisters(), [&](const Place &place) {
    return apply(operand.row, {operand.at(place), mean},
                 [](Emit &e, ArrayRef<Value> v) { return e.sub(v[0], v[1]); });
  });
  return Emit(sum.getType(), operand.row.builder()).div(sum, countOf(operand.row, sum));
}

/// The sum of e^(x - largest). Kept in `powers`, if given.
static Value sumOfPowers(const Operand &operand, Value largest,
                         const std::optional<Buffer> &powers) {
  const Row &row = operand.row;
  return foldRow(row, Fold::Sum, operand.inRegisters(), [&](const Place &place) {
    Value power = apply(row, {operand.at(place), largest},
                        [](Emit &e, ArrayRef<Value> v) { return emitExp(e, e.sub(v[0], v[1])); });
    if (powers)
      storeAt(broadcastTo(power, place.lanes, row.builder()), *powers, place, row.builder());
    return power;
  });
}

static Value logSumExp(const Operand &operand, RowScratch &scratch) {
  Value largest = foldKeeping(operand, Fold::Max, scratch);
  Value sum = sumOfPowers(operand, largest, std::nullopt);
  Emit e(sum.getType(), operand.row.builder());
  Value result = e.add(largest, emitLog(e, sum));
  // Infinite and NaN rows are their largest element.
  Value isFinite = e.less(e.abs(largest), e.number(std::numeric_limits<double>::infinity()));
  return e.select(isFinite, result, largest);
}

static Value reduceRow(ir::ReduceOp op, const Operand &operand, RowScratch &scratch) {
  const Row &row = operand.row;
  using Kind = ir::ReduceKind;
  switch (op.getKind()) {
  case Kind::Sum:
    return foldKeeping(operand, Fold::Sum, scratch);
  case Kind::Mean:
    return meanOf(operand, scratch);
  case Kind::Prod:
    return foldKeeping(operand, Fold::Product, scratch);
  case Kind::Max:
    return foldKeeping(operand, Fold::Max, scratch);
  case Kind::Min:
    return foldKeeping(operand, Fold::Min, scratch);
  case Kind::Any:
    return foldOperand(operand, Fold::Or);
  case Kind::All:
    return foldOperand(operand, Fold::And);
  case Kind::Var: {
    Value mean = meanOf(operand, scratch);
    return varianceOf(operand, mean);
  }
  case Kind::LogSumExp:
    return logSumExp(operand, scratch);
  case Kind::Norm: {
    Value squares = foldKeeping(operand, Fold::Squares, scratch);
    return Emit(squares.getType(), row.builder()).sqrt(squares);
  }
  case Kind::ArgMax:
    return argmaxOfRow(row, operand.inRegisters(), operand.element.isUnsignedInteger(),
                       [&](const Place &place) { return operand.at(place); });
  }
  llvm_unreachable("every kind is handled");
}

// --- ops -----------------------------------------------------------------------------------------

static void bindReduce(ir::ReduceOp op, const Row &row, RowScratch &scratch) {
  Operand operand{row, op.getInput()};
  Value result = reduceRow(op, operand, scratch);
  Type element = tensorOf(op).getElementType();
  if (isa<FloatType>(operand.computed))
    result =
        convertElement(result, op.getKind() == ir::ReduceKind::ArgMax ? element : operand.computed,
                       element, row.builder());
  row.evaluator.bind(op.getResult(), [result](const Position &) { return result; });
}

static void bindStandardize(ir::StandardizeOp op, const Row &row, RowScratch &scratch) {
  Operand operand{row, op.getInput()};
  Value mean = meanOf(operand, scratch);
  Value variance = varianceOf(operand, mean);
  Emit e(variance.getType(), row.builder());
  Value shifted = e.add(variance, e.number(op.getEps().convertToDouble()));
  Value factor = e.div(e.number(1), e.sqrt(shifted));
  row.evaluator.bind(op.getResult(), [=, &row](const Position &position) {
    Operand again{row, operand.tensor};
    Value result = apply(row, {again.at(position), mean, factor},
                         [](Emit &e, ArrayRef<Value> v) { return e.mul(e.sub(v[0], v[1]), v[2]); });
    return convertElement(result, again.computed, again.element, row.builder());
  });
}

static void bindLogSoftmax(ir::SoftmaxOp op, const Operand &operand, Value largest, Value sum) {
  Emit e(sum.getType(), operand.row.builder());
  Value logarithm = emitLog(e, sum);
  const Row &row = operand.row;
  row.evaluator.bind(op.getResult(), [=, &row, tensor = operand.tensor](const Position &position) {
    Operand again{row, tensor};
    Value result = apply(row, {again.at(position), largest, logarithm},
                         [](Emit &e, ArrayRef<Value> v) { return e.sub(e.sub(v[0], v[1]), v[2]); });
    return convertElement(result, again.computed, again.element, row.builder());
  });
}

static void bindSoftmax(ir::SoftmaxOp op, const Row &row, RowScratch &scratch) {
  Operand operand{row, op.getInput()};
  // A NaN that the maximum loses comes back through the sum.
  Value largest = foldKeeping(operand, Fold::LooseMax, scratch);
  std::optional<Buffer> powers = op.getLog() ? std::nullopt : scratch.allocate(operand.computed);
  Value sum = sumOfPowers(operand, largest, powers);
  if (op.getLog())
    return bindLogSoftmax(op, operand, largest, sum);
  Emit e(sum.getType(), row.builder());
  Value inverse = e.div(e.number(1), sum);
  row.evaluator.bind(op.getResult(), [=, &row, tensor = operand.tensor](const Position &position) {
    Operand again{row, tensor};
    Value power =
        powers ? load(row.evaluator.getContext(), row.builder(), *powers, position)
               : apply(row, {again.at(position), largest},
                       [](Emit &e, ArrayRef<Value> v) { return emitExp(e, e.sub(v[0], v[1])); });
    Value result =
        apply(row, {power, inverse}, [](Emit &e, ArrayRef<Value> v) { return e.mul(v[0], v[1]); });
    return convertElement(result, again.computed, again.element, row.builder());
  });
}

void emitReducer(Operation *op, const Row &row, RowScratch &scratch) {
  llvm::TypeSwitch<Operation *>(op)
      .Case([&](ir::ReduceOp reduce) { bindReduce(reduce, row, scratch); })
      .Case([&](ir::SoftmaxOp softmax) { bindSoftmax(softmax, row, scratch); })
      .Case([&](ir::StandardizeOp standardize) { bindStandardize(standardize, row, scratch); });
}

} // namespace lamina::kernels
