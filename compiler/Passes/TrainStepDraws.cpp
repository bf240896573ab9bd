// The random numbers of a step: Philox 4x32-10 (Salmon et al. 2011) in integer ops, so that any
// kernel computes them where it reads them and equal keys give equal bits on every machine.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/TrainStep.h"

#include <array>
#include <cmath>

using namespace mlir;

namespace lamina::train {

using ir::BinaryKind;
using ir::UnaryKind;

namespace {

/// FNV-1a, 64 bits, of the path and the number of the application.
uint64_t hashOf(StringRef path, uint64_t application) {
  uint64_t hash = 0xcbf29ce484222325;
  auto take = [&](uint8_t byte) { hash = (hash ^ byte) * 0x100000001b3; };
  for (char c : path)
    take(uint8_t(c));
  for (int i = 0; i < 8; ++i)
    take(uint8_t(application >> (8 * i)));
  return hash;
}

/// Words of 32 bits, held in i64.
class Words {
public:
  Words(ir::TensorBuilder &b) : b(b), type(b.builder.getI64Type()) {}

  Value number(uint64_t value) {
    RankedTensorType scalar = ir::scalarType(type);
    auto bits = DenseElementsAttr::get(scalar, APInt(64, value));
    return ir::ConstantOp::create(b.builder, b.location, scalar, bits);
  }
  Value low(Value x) { return b.binary(BinaryKind::And, x, number(0xffffffff)); }
  Value high(Value x) { return low(b.binary(BinaryKind::ShiftRight, x, number(32))); }
  Value mix(Value x, Value y, Value z) {
    return b.binary(BinaryKind::Xor, b.binary(BinaryKind::Xor, x, y), z);
  }

  std::array<Value, 4> philox(std::array<Value, 4> counter, std::array<Value, 2> key) {
    for (int round = 0; round < 10; ++round) {
      Value p = b.binary(BinaryKind::Mul, counter[0], number(0xD2511F53));
      Value q = b.binary(BinaryKind::Mul, counter[2], number(0xCD9E8D57));
      counter = {mix(high(q), counter[1], key[0]), low(q), mix(high(p), counter[3], key[1]),
                 low(p)};
      key = {low(b.add(key[0], number(0x9E3779B9))), low(b.add(key[1], number(0xBB67AE85)))};
    }
    return counter;
  }

private:
  ir::TensorBuilder &b;
  Type type;
};

} // namespace

Value drawNumbers(const DrawKey &key, ir::TensorBuilder &b, ir::DrawKind kind, StringRef path,
                  uint64_t application, RankedTensorType type, Value round) {
  Words words(b);
  Value element = words.number(0), sample = words.number(0);
  int64_t stride = 1;
  SmallVector<ir::Axis> axes = ir::axisList(type);
  llvm::sort(axes, [](const ir::Axis &x, const ir::Axis &y) {
    return x.name.getValue() < y.name.getValue(); // whatever the order in memory
  });
  for (const ir::Axis &axis : axes) {
    if (axis.name.getValue() == kSamples || axis.name.getValue() == ir::kBatchAxis) {
      sample = key.row ? words.low(key.row) : b.index(axis);
      continue;
    }
    element = b.add(element, b.binary(BinaryKind::Mul, b.index(axis), words.number(stride)));
    stride *= axis.extent;
  }
  uint64_t stream = hashOf(path, application);
  Value last = words.number(stream >> 32);
  if (round)
    last = b.binary(BinaryKind::Xor, last, words.low(round));
  Value seed = b.binary(BinaryKind::Xor, words.low(key.seed), words.high(key.seed));
  auto drawn = words.philox({words.low(element), sample, words.number(stream & 0xffffffff), last},
                            {seed, words.low(key.step)});
  auto uniform = [&](Value word) {
    Value bits = b.binary(BinaryKind::ShiftRight, word, words.number(8));
    // Vectors of i64 are not converted to floats at once; 24 bits fit i32.
    return b.mul(b.cast(b.cast(bits, b.builder.getI32Type()), type.getElementType()), 0x1p-24);
  };
  Value u = uniform(drawn[0]);
  if (kind == ir::DrawKind::Normal) { // Box and Muller 1958
    Value radius = b.unary(UnaryKind::Sqrt, b.mul(b.unary(UnaryKind::Log1p, b.neg(u)), -2));
    u = b.mul(radius, b.unary(UnaryKind::Cos, b.mul(uniform(drawn[1]), 2 * M_PI)));
  }
  if (u.getType() == type)
    return u;
  OpBuilder &o = b.builder;
  return ir::RearrangeOp::create(o, b.location, type, u, o.getArrayAttr({}), o.getArrayAttr({}),
                                 o.getArrayAttr({}), ArrayRef<int64_t>());
}

/// A number for the round of all repeats around an op together; null outside of them.
static Value roundOf(Operation *op, ir::TensorBuilder &b) {
  Value round;
  for (auto repeat = op->getParentOfType<ir::RepeatOp>(); repeat;
       repeat = repeat->getParentOfType<ir::RepeatOp>()) {
    Value index = repeat.getBody().getArgument(0);
    round =
        round ? b.add(b.binary(BinaryKind::Mul, round, double(repeat.getCount())), index) : index;
  }
  return round;
}

static SmallVector<ir::DrawOp> drawsOf(ir::ModelOp model) {
  SmallVector<ir::DrawOp> draws;
  model->walk([&](ir::DrawOp draw) { draws.push_back(draw); });
  return draws;
}

static void lower(ir::DrawOp draw, const DrawKey &key) {
  OpBuilder builder(draw);
  ir::TensorBuilder build(builder, draw.getLoc());
  Value drawn = drawNumbers(key, build, draw.getKind(), draw.getPath(), draw.getApplication(),
                            draw.getType(), roundOf(draw, build));
  draw.getResult().replaceAllUsesWith(drawn);
  draw.erase();
}

void lowerDraws(Step &step) {
  for (ir::DrawOp draw : drawsOf(step.model))
    lower(draw, {step.seed, step.step, nullptr});
}

void lowerMeasuredDraws(ir::ModelOp model, uint64_t seed, StringRef rows) {
  const SmallVector<ir::DrawOp> draws = drawsOf(model);
  if (draws.empty())
    return;
  Block &body = model.getBody().front();
  OpBuilder builder = OpBuilder::atBlockBegin(&body);
  ir::TensorBuilder build(builder, model.getLoc());
  Words words(build);
  const ir::Axis batch = {builder.getStringAttr(ir::kBatchAxis), ShapedType::kDynamic, 0};
  DrawKey key;
  key.row = body.addArgument(ir::tensorType({batch}, builder.getI64Type()), model.getLoc());
  key.seed = words.number(seed);
  key.step = words.number(0xffffffff); // that no step of a run has
  SmallVector<Attribute> names(model.getInputNames().getValue());
  names.push_back(builder.getStringAttr(rows));
  model.setInputNamesAttr(builder.getArrayAttr(names));
  SmallVector<bool> shared(model.getShared());
  shared.push_back(false);
  model.setShared(shared);
  for (ir::DrawOp draw : draws)
    lower(draw, key);
}

} // namespace lamina::train
