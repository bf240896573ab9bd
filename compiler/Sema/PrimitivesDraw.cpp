// Random draws of a training step: numbers along the axes that a call names and over samples, by
// Draw nodes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/PrimitiveRules.h"

#include <cmath>

namespace lamina::sema {
namespace {

/// `kind` numbers of the axes `axes`: in f64 models f64, else f32.
Value *drawn(Call &call, const char *kind, std::vector<Axis> axes, Value *like) {
  const DrawPlace &place = *call.source.draws;
  const bool isDouble = place.floats == ElementType::F64;
  putBatchFirst(axes);
  Type type{isDouble ? ElementType::F64 : ElementType::F32, std::move(axes)};
  std::vector<Value *> operands;
  if (type.find(kBatchName))
    operands.push_back(like);
  return call.emit(Op::Draw, operands, std::move(type),
                   {{"kind", std::string(kind)}, {"path", std::string()}});
}

/// The same of the axes that the call names.
Value *drawnHere(Call &call, const char *kind) {
  const DrawPlace &place = *call.source.draws;
  std::vector<Axis> axes = place.axes;
  for (const AxisEntry &entry : call.entries) {
    auto extent = call.intValue(entry.values.front(), entry.range, "an extent");
    if (!extent)
      return nullptr;
    axes.push_back({entry.name, *extent});
  }
  return drawn(call, kind, std::move(axes), place.like);
}

/// `value` in the model's float type.
Value *inModelsType(Call &call, Value *value) {
  return value ? castTo(call, value, call.source.draws->floats) : nullptr;
}

Value *number(Call &call, double value) { return makeLiteral(value, call.range, call.builder); }

Value *binary(Call &call, const char *kind, Value *lhs, Value *rhs) {
  return lhs && rhs ? checkBinary(kind, lhs, rhs, call.range, call.builder, call.diagnostics)
                    : nullptr;
}

/// `value * scale + offset`, where these are operands of the call or numbers.
Value *scaled(Call &call, Value *value, Value *scale, Value *offset) {
  if (constantScalar(*scale) != 1.0)
    value = binary(call, "mul", value, scale);
  if (constantScalar(*offset) != 0.0)
    value = binary(call, "add", value, offset);
  return value;
}

} // namespace

Results drawUniform(Call &call) {
  Value *value = inModelsType(call, drawnHere(call, "uniform"));
  if (!value || call.operands.empty())
    return Call::one(value);
  if (call.operands.size() != 2)
    return call.fail(call.range,
                     "'uniform' takes its two bounds; write 'uniform<axis>(low, high)'");
  Value *low = call.operands[0], *high = call.operands[1];
  auto least = constantScalar(*low), most = constantScalar(*high);
  if (least && most && !(*least <= *most))
    return call.fail(call.range, "'uniform' has its bounds in the wrong order; write "
                                 "'uniform<axis>(low, high)'");
  Value *span = least && most ? number(call, *most - *least) : binary(call, "sub", high, low);
  return Call::one(span ? scaled(call, value, span, low) : nullptr);
}

Results drawNormal(Call &call) {
  Value *value = inModelsType(call, drawnHere(call, "normal"));
  if (!value || call.operands.empty())
    return Call::one(value);
  Value *mean = call.operands.size() == 2 ? call.operands[0] : number(call, 0);
  return Call::one(scaled(call, value, call.operands.back(), mean));
}

Results drawBernoulli(Call &call) {
  std::optional<double> share = constantScalar(*call.operands[0]);
  if (share && !(*share >= 0 && *share <= 1))
    return call.fail(call.operandRange(0),
                     "'bernoulli' takes the probability of true, from 0 to 1");
  return Call::one(
      binary(call, "lt", inModelsType(call, drawnHere(call, "uniform")), call.operands[0]));
}

/// Draws have 24 bits, so no more numbers than that can be told apart.
Results drawInt(Call &call) {
  constexpr double kMost = 0x1p24;
  auto low = constantScalar(*call.operands[0]), high = constantScalar(*call.operands[1]);
  const bool areInts = low && high && std::floor(*low) == *low && std::floor(*high) == *high;
  if (!areInts || !(*low < *high) || *high - *low > kMost)
    return call.fail(call.range, "'random_int' draws from low up to, but not including, high: two "
                                 "static ints, the second larger by at most 2^24");
  Value *value = drawnHere(call, "uniform");
  value = value ? binary(call, "mul", value, number(call, *high - *low)) : nullptr;
  if (!value)
    return {};
  value = call.emit(Op::Unary, {value}, value->type, {{"kind", std::string("floor")}});
  value = castTo(call, value, ElementType::I64);
  Value *first = makeLiteral(static_cast<int64_t>(*low), call.range, call.builder);
  return Call::one(scaled(call, value, number(call, 1), first));
}

/// The ranks of a draw for each sample among those of all; of equal ones the first is less.
Results drawPermutation(Call &call) {
  if (!call.entries.empty() || !call.source.draws->like)
    return call.fail(call.range, "'permutation' is one of the samples of a step; write "
                                 "'permutation<batch>()'");
  const std::vector<Axis> samples = {{std::string(kBatchName), Axis::kBatch}};
  const std::vector<Axis> others = {{"other samples", Axis::kBatch}};
  auto renamed = [&](Value *value) {
    return call.emit(Op::Rename, {value}, {value->type.element, others},
                     {{"from", std::vector<std::string>{samples[0].name}},
                      {"to", std::vector<std::string>{others[0].name}}});
  };
  Value *own = drawn(call, "uniform", samples, call.source.draws->like);
  Value *place =
      call.emit(Op::Index, {own}, {ElementType::I64, samples}, {{"axis", std::string(kBatchName)}});
  Value *other = renamed(own), *otherPlace = renamed(place);
  Value *ties =
      binary(call, "and", binary(call, "eq", other, own), binary(call, "lt", otherPlace, place));
  Value *before = binary(call, "or", binary(call, "lt", other, own), ties);
  if (!before)
    return {};
  return Call::one(call.emit(
      Op::Reduce, {castTo(call, before, ElementType::I64)}, {ElementType::I64, samples},
      {{"kind", std::string("sum")}, {"axes", std::vector<std::string>{others[0].name}}}));
}

/// Srivastava et al. 2014 (`dropout`: each element) and Huang et al. 2016, arXiv:1603.09382
/// (`drop_path`: a sample's whole value).
Results drawDropout(Call &call) {
  std::optional<double> share = trailingNumber(call, "p");
  if (!share)
    return {};
  if (!(*share >= 0 && *share < 1))
    return call.fail(call.range,
                     "'" + call.name + "' drops a share from 0 up to, but not including, 1");
  Value *x = call.operands[0];
  if (!call.source.draws || !call.source.draws->isTraining || *share == 0)
    return {x};
  if (!requireElement(call, *x, ElementClass::Float))
    return {};
  std::vector<Axis> axes;
  for (const Axis &axis : x->type.axes)
    if (call.name == "dropout" || axis.name == kBatchName)
      axes.push_back(axis);
  Value *drops =
      binary(call, "lt", drawn(call, "uniform", std::move(axes), x), number(call, *share));
  if (!drops)
    return {};
  auto scalar = [&](double value) {
    return convertLiteral(call, number(call, value), x->type.element);
  };
  Value *factor = call.emit(Op::Where, {drops, scalar(0), scalar(1 / (1 - *share))},
                            {x->type.element, drops->type.axes});
  return Call::one(binary(call, "mul", x, factor));
}

} // namespace lamina::sema
