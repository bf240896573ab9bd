// Contractions with a sparse operand: its elements are looked at once, vector by vector, and only
// those that are not zero are multiplied.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernels/SparseDot.h"

#include "compiler/Kernels/ElementwiseLoops.h"
#include "compiler/Kernels/IndexMath.h"
#include "compiler/Kernels/Sharing.h"
#include "dialect/Sparse.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace lamina::kernels {
namespace {

class SparseDot {
public:
  SparseDot(ir::DotOp dot, const Buffer &output, Evaluator &evaluator)
      : dot(dot), output(output), evaluator(evaluator), context(evaluator.getContext()),
        builder(evaluator.getBuilder()) {
    const unsigned number = ir::sparseOperand(dot)->getOperandNumber();
    sparse = dot->getOperand(number);
    dense = dot->getOperand(1 - number);
  }

  /// Each of the slowest axes of the sparse operand that the result keeps gives a piece of the
  /// result of its own, which one thread clears and fills.
  void build() {
    SmallVector<LoopAxis> axes = loopsOver(tensorOf(sparse), context, builder);
    const LoopAxis *summed =
        llvm::find_if(axes, [&](const LoopAxis &axis) { return !isKept(axis.name); });
    const size_t kept = summed - axes.begin();
    ArrayRef<LoopAxis> outer = ArrayRef(axes).take_front(kept);
    ArrayRef<LoopAxis> inner = ArrayRef(axes).drop_front(kept);
    auto piece = [&](const Place &place) {
      clear(outer, place);
      emitNest(inner, width(), place, builder, [&](const Place &group) { addGroup(group, inner); });
    };
    if (outer.empty())
      onFirstThread(context, builder, [&] { piece(Place()); });
    else
      emitSharedNest(outer, 1, context, builder, piece);
  }

private:
  bool isKept(StringRef axis) { return ir::hasAxis(tensorOf(dot), axis); }
  int64_t width() const { return context.lanes() * 2; }

  static bool isAmong(ArrayRef<LoopAxis> axes, StringRef name) {
    return llvm::any_of(axes, [&](const LoopAxis &axis) { return axis.name == name; });
  }

  void clear(ArrayRef<LoopAxis> outer, const Place &place) {
    SmallVector<LoopAxis> axes;
    for (const LoopAxis &axis : loopsOver(tensorOf(dot), context, builder))
      if (!isAmong(outer, axis.name))
        axes.push_back(axis);
    Value zero = numberOf(0, output.element, builder);
    emitNest(axes, width(), place, builder, [&](const Place &at) {
      storeAt(broadcastTo(zero, at.lanes, builder), output, at, builder);
    });
  }

  /// NaN is not zero.
  Value isNonZero(Value value, int64_t lanes) {
    Value zero = broadcastTo(numberOf(0, output.element, builder), lanes, builder);
    if (isa<FloatType>(output.element))
      return arith::CmpFOp::create(builder, arith::CmpFPredicate::UNE, value, zero);
    return arith::CmpIOp::create(builder, arith::CmpIPredicate::ne, value, zero);
  }

  void ifTrue(Value condition, llvm::function_ref<void()> body) {
    auto choice = scf::IfOp::create(builder, condition, /*withElseRegion=*/false);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(choice.thenBlock());
    evaluator.inRegion(body);
  }

  /// Looks at neighbours together, since most are all zero, and then one by one.
  void addGroup(const Place &group, ArrayRef<LoopAxis> inner) {
    if (group.lanes == 1)
      return addElement(group);
    Value values = broadcastTo(evaluator.at(sparse, group), group.lanes, builder);
    Value some = vector::ReductionOp::create(builder, vector::CombiningKind::OR,
                                             isNonZero(values, group.lanes));
    ifTrue(some, [&] {
      loopOver(builder, group.lanes, [&](Value lane) {
        Place one = group;
        one.lanes = 1;
        Coordinate &at = one.at[inner.back().name];
        at.step = 0;
        at = sum(at, Coordinate::of(lane), builder);
        addElement(one);
      });
    });
  }

  void addElement(const Place &place) {
    Value factor = evaluator.at(sparse, place);
    ifTrue(isNonZero(factor, 1), [&] {
      SmallVector<LoopAxis> axes;
      for (const LoopAxis &axis : loopsOver(tensorOf(dense), context, builder))
        if (!ir::hasAxis(tensorOf(sparse), axis.name))
          axes.push_back(axis);
      emitNest(axes, width(), place, builder, [&](const Place &at) { addProduct(factor, at); });
    });
  }

  void addProduct(Value factor, const Place &at) {
    Value left = broadcastTo(factor, at.lanes, builder);
    Value right = broadcastTo(evaluator.at(dense, at), at.lanes, builder);
    Value before = broadcastTo(loadAt(output, at, builder), at.lanes, builder);
    Value after;
    if (isa<FloatType>(output.element))
      after = math::FmaOp::create(builder, left, right, before);
    else
      after = arith::AddIOp::create(builder, before, arith::MulIOp::create(builder, left, right));
    storeAt(after, output, at, builder);
  }

  ir::DotOp dot;
  const Buffer &output;
  Evaluator &evaluator;
  FunctionContext &context;
  ImplicitLocOpBuilder &builder;
  Value sparse, dense;
};

} // namespace

void buildSparseDot(ir::DotOp dot, const Buffer &output, Evaluator &evaluator) {
  SparseDot(dot, output, evaluator).build();
}

} // namespace lamina::kernels
