// Positions and elements chosen by data: index, extent, one_hot, gather.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/EvaluatorOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace lamina::kernels {

/// The coordinate as a number of the program: an i64, or a vector of them.
static Value asInteger(const Coordinate &coordinate, int64_t lanes, ImplicitLocOpBuilder &builder) {
  if (coordinate.isUniform() || lanes == 1)
    return arith::IndexCastOp::create(builder, builder.getI64Type(),
                                      scalarIndex(coordinate, builder));
  Value indices = laneIndices(coordinate, lanes, builder);
  return arith::ExtSIOp::create(builder, VectorType::get({lanes}, builder.getI64Type()), indices);
}

static Value isBelow(Value index, int64_t extent, ImplicitLocOpBuilder &builder) {
  return arith::CmpIOp::create(builder, arith::CmpIPredicate::ult, index,
                               constantLike(index.getType(), extent, builder));
}

/// Sets the status where a lane's index is out of range.
static void checkIndex(Value valid, Evaluator &evaluator) {
  if (!evaluator.getContext().status)
    return;
  ImplicitLocOpBuilder &builder = evaluator.getBuilder();
  if (isa<VectorType>(valid.getType()))
    valid = vector::ReductionOp::create(builder, vector::CombiningKind::AND, valid);
  Value wrong = arith::XOrIOp::create(builder, valid, constantLike(valid.getType(), 1, builder));
  auto branch = scf::IfOp::create(builder, wrong, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  Value code = arith::ConstantOp::create(
      builder, builder.getI32IntegerAttr(int32_t(Status::IndexOutOfRange)));
  Value zero = arith::ConstantIndexOp::create(builder, 0);
  memref::StoreOp::create(builder, code, evaluator.getContext().status, zero);
}

Coordinate checkedCoordinate(Value index, int64_t extent, Evaluator &evaluator) {
  ImplicitLocOpBuilder &builder = evaluator.getBuilder();
  Value valid = isBelow(index, extent, builder);
  checkIndex(valid, evaluator);
  Value safe =
      arith::SelectOp::create(builder, valid, index, constantLike(index.getType(), 0, builder));
  auto vector = dyn_cast<VectorType>(safe.getType());
  if (!vector)
    return Coordinate::of(arith::IndexCastOp::create(builder, builder.getIndexType(), safe));
  Coordinate result;
  result.vector = arith::TruncIOp::create(
      builder, VectorType::get(vector.getShape(), builder.getI32Type()), safe);
  return result;
}

Value wideIndex(Value index, const Place &place, Evaluator &evaluator) {
  ImplicitLocOpBuilder &builder = evaluator.getBuilder();
  return convertElement(evaluator.at(index, place), tensorOf(index).getElementType(),
                        builder.getI64Type(), builder);
}

static Value evaluateGather(Evaluator &evaluator, ir::GatherOp op, const Place &place) {
  Value index = wideIndex(op.getIndex(), place, evaluator);
  const int64_t extent = ir::extentOf(tensorOf(op.getTable()), op.getAxis());
  Place source = place;
  source.at[op.getAxis()] = checkedCoordinate(index, extent, evaluator);
  return evaluator.at(op.getTable(), source);
}

static Value evaluateOneHot(Evaluator &evaluator, ir::OneHotOp op, const Place &place) {
  ImplicitLocOpBuilder &builder = evaluator.getBuilder();
  Value index = wideIndex(op.getIndex(), place, evaluator);
  Value position = asInteger(place.find(op.getAxis()), place.lanes, builder);
  const bool vector = isa<VectorType>(index.getType()) || isa<VectorType>(position.getType());
  const int64_t lanes = vector ? place.lanes : 1;
  Value same =
      arith::CmpIOp::create(builder, arith::CmpIPredicate::eq, broadcastTo(index, lanes, builder),
                            broadcastTo(position, lanes, builder));
  Type element = tensorOf(op).getElementType();
  return arith::SelectOp::create(builder, same,
                                 broadcastTo(numberOf(1, element, builder), lanes, builder),
                                 broadcastTo(numberOf(0, element, builder), lanes, builder));
}

static Value evaluateExtent(Evaluator &evaluator, ir::ExtentOp op) {
  ImplicitLocOpBuilder &builder = evaluator.getBuilder();
  FunctionContext &context = evaluator.getContext();
  const int64_t known = ir::extentOf(tensorOf(op.getValue()), op.getAxis());
  Value extent =
      op.getAxis() == ir::kBatchAxis ? context.rows : context.extents.lookup(op.getAxis());
  if (!ShapedType::isDynamic(known))
    extent = arith::ConstantIndexOp::create(builder, known);
  if (!extent)
    return {};
  return arith::IndexCastOp::create(builder, builder.getI64Type(), extent);
}

Value evaluateIndexing(Evaluator &evaluator, Operation *op, const Place &place) {
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case([&](ir::GatherOp gather) { return evaluateGather(evaluator, gather, place); })
      .Case([&](ir::OneHotOp oneHot) { return evaluateOneHot(evaluator, oneHot, place); })
      .Case([&](ir::ExtentOp extent) { return evaluateExtent(evaluator, extent); })
      .Case([&](ir::IndexOp index) {
        return asInteger(place.find(index.getAxis()), place.lanes, evaluator.getBuilder());
      })
      .Default([](Operation *) { return Value(); });
}

} // namespace lamina::kernels
