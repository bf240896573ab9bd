// Applications of primitives: axis names, static arguments and operands made ready for the typing
// rules.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Instantiator.h"
#include "compiler/Sema/TrainingBuilder.h"

#include "compiler/Sema/StaticEval.h"

#include <algorithm>

namespace lamina::sema {

PrimitiveCall Instantiator::primitiveCall(const std::string &name, SourceRange range) const {
  PrimitiveCall call;
  call.name = name;
  call.range = range;
  call.initialised = constants.initialised;
  call.members = constants.members;
  if (!constants.active)
    call.draws = drawPlace();
  call.namesBatch = namesBatch();
  return call;
}

Datum Instantiator::callPrimitive(const std::string &name, const ast::StaticArgs *statics,
                                  const std::vector<ast::Arg> *args,
                                  const std::vector<CallArg> &values, SourceRange range) {
  PrimitiveCall call = primitiveCall(name, range);
  if (statics && !primitiveStatics(call, *statics))
    return Datum();
  if (args && !rearrangePattern(call, *args))
    return Datum();
  return finishPrimitive(call, values);
}

/// `softmax<c>` where no call follows: a block of one primitive.
Datum Instantiator::primitiveValue(const Callable &primitive, const ast::StaticArgs &statics) {
  PrimitiveCall call = primitiveCall(*primitive.primitive(), {});
  if (!primitiveStatics(call, statics))
    return Datum();
  auto value = std::make_shared<Callable>(primitive);
  value->statics = std::make_shared<PrimitiveStatics>(PrimitiveStatics{
      std::move(call.statics), std::move(call.operands), std::move(call.operandRanges)});
  return CallablePtr(std::move(value));
}

Datum Instantiator::callPrimitiveValue(const Callable &primitive,
                                       const std::vector<CallArg> &values, SourceRange range) {
  PrimitiveCall call = primitiveCall(*primitive.primitive(), range);
  if (primitive.statics) {
    call.statics = primitive.statics->arguments;
    call.operands = primitive.statics->operands;
    call.operandRanges = primitive.statics->operandRanges;
  }
  return finishPrimitive(call, values);
}

Datum Instantiator::finishPrimitive(PrimitiveCall &call, const std::vector<CallArg> &values) {
  if (!operands(call, values))
    return Datum();
  Diagnostics inner(diagnostics.sourceManager());
  Builder build = builder();
  const size_t before = region->nodes.size();
  std::vector<Value *> results = checkPrimitive(call, build, inner);
  for (size_t i = before; i < region->nodes.size(); ++i)
    if (region->nodes[i]->op == Op::Draw)
      placed.push_back({region->nodes[i].get(), frame->owner});
  forward(inner);
  return collect(std::move(results), call.range, call.name);
}

bool Instantiator::primitiveStatics(PrimitiveCall &call, const ast::StaticArgs &statics) {
  size_t position = 0;
  bool fine = true;
  for (const ast::StaticArg &arg : statics)
    fine &= primitiveStatic(call, arg, position);
  return fine;
}

bool Instantiator::primitiveStatic(PrimitiveCall &call, const ast::StaticArg &arg,
                                   size_t &position) {
  PrimitiveSyntax syntax = primitiveSyntax(call.name);
  PrimitiveArg resolved;
  resolved.range = arg.range;
  if (arg.arrow) {
    std::optional<AxisList> from = arg.name ? std::nullopt : axesOf(arg.value);
    if (!from || from->size() != 1)
      return from || arg.name ? (error(arg.range, "one axis stands left of '->' here"), false)
                              : false;
    resolved.sort = PrimitiveArg::Sort::Arrow;
    resolved.name = from->front().ir;
    ++position;
    bool fine = madeAxes(*arg.arrow, resolved.to);
    call.statics.push_back(std::move(resolved));
    return fine;
  }
  if (arg.binder == '=') {
    resolved.sort = PrimitiveArg::Sort::Named;
    resolved.name = arg.name->text;
    bool fine = staticValues(arg.value, arg.name->text == "mode", resolved.value);
    call.statics.push_back(std::move(resolved));
    return fine;
  }
  if (arg.binder == ':' || position < syntax.leadingAxes || syntax.makesAxes) {
    ++position;
    return axisStatic(call, arg, syntax.makesAxes);
  }
  ++position;
  resolved.sort = PrimitiveArg::Sort::Value;
  bool fine = staticValues(arg.value, false, resolved.value);
  call.statics.push_back(std::move(resolved));
  return fine;
}

/// Every draw is one for each sample: `batch` may be named.
static bool isDraw(std::string_view name) {
  constexpr std::string_view draws[] = {"normal", "uniform", "bernoulli", "random_int",
                                        "permutation"};
  return std::find(std::begin(draws), std::end(draws), name) != std::end(draws);
}

/// `a: value`, a bare axis that the call makes (its extent is that of the name), or axes.
bool Instantiator::axisStatic(PrimitiveCall &call, const ast::StaticArg &arg, bool makes) {
  PrimitiveArg resolved;
  resolved.range = arg.range;
  if (arg.binder == ':') {
    const AxisList axes = frame->axis(arg.name->text, arg.name->range);
    if (axes.size() != 1)
      return error(arg.name->range, "'" + arg.name->text + "' stands for " +
                                        std::to_string(axes.size()) + " axes; a value is for one"),
             false;
    resolved.sort = PrimitiveArg::Sort::AxisValue;
    resolved.name = axes[0].ir;
    if (!staticValues(arg.value, false, resolved.value))
      return false;
    call.statics.push_back(std::move(resolved));
    return true;
  }
  std::optional<AxisList> axes = axesOf(arg.value);
  if (!axes)
    return false;
  if (!makes) {
    StaticAxes names;
    for (const BoundAxis &axis : *axes)
      names.names.push_back(axis.ir);
    resolved.sort = PrimitiveArg::Sort::Axes;
    resolved.value.push_back(std::move(names));
    call.statics.push_back(std::move(resolved));
    return true;
  }
  for (const BoundAxis &axis : *axes) {
    const bool isImplied = call.draws && axis.ir == "batch" && isDraw(call.name);
    if (!isImplied && !madeAxis(call, axis, arg.range))
      return false;
  }
  return true;
}

bool Instantiator::madeAxis(PrimitiveCall &call, const BoundAxis &axis, SourceRange range) {
  std::optional<Axis> extent =
      axis.extent ? Axis{axis.ir, *axis.extent} : extentOf(*frame, axis, range);
  if (!extent)
    return false;
  PrimitiveArg resolved;
  resolved.range = range;
  resolved.name = axis.ir;
  if (extent->isBound ||
      extent->extent == Axis::kBatch) { // the run-time extent is that of a value which has the axis
    resolved.sort = PrimitiveArg::Sort::Axes;
    resolved.value.push_back(StaticAxes{{axis.ir}});
    if (Value *like = valueWithAxis(axis.ir)) {
      call.operands.push_back(like);
      call.operandRanges.push_back(range);
    }
  } else {
    resolved.sort = PrimitiveArg::Sort::AxisValue;
    resolved.value.push_back(StaticInt{extent->extent});
  }
  call.statics.push_back(std::move(resolved));
  return true;
}

Value *Instantiator::valueWithAxis(std::string_view axis) {
  auto seen = frame->seen.find(axis);
  return seen == frame->seen.end() ? nullptr : const_cast<Value *>(seen->second.front().value);
}

/// What stands right of `->`: `b`, or `(o, k: size)`.
bool Instantiator::madeAxes(const ast::StaticArg &arg, std::vector<MadeAxis> &into) {
  auto add = [&](const ast::Name &name, std::optional<int64_t> extent) {
    for (const BoundAxis &axis : AxisList(frame->axis(name.text, name.range)))
      into.push_back({axis.ir, extent});
  };
  if (arg.binder == ':') {
    std::optional<int64_t> extent = evalInt(*arg.value.low, "an extent");
    if (extent)
      add(*arg.name, extent);
    return extent.has_value();
  }
  auto *tuple = arg.value.low ? arg.value.low->as<ast::Tuple>() : nullptr;
  if (!tuple) {
    std::optional<AxisList> axes = axesOf(arg.value);
    if (axes)
      for (const BoundAxis &axis : *axes)
        into.push_back({axis.ir, axis.extent});
    return axes.has_value();
  }
  for (const ast::TupleItem &item : tuple->items) {
    auto *ref = item.value->as<ast::NameRef>();
    if (!item.key && ref) {
      add({ref->text, item.value->range}, std::nullopt);
      continue;
    }
    if (!item.key)
      return error(item.value->range, "an axis name stands here: 'o', or 'k: size'"), false;
    std::optional<int64_t> extent = evalInt(*item.value, "an extent");
    if (!extent)
      return false;
    add(*item.key, extent);
  }
  return true;
}

static std::optional<StaticValue> toStatic(const Datum &datum) {
  if (auto *whole = datum.as<int64_t>())
    return StaticInt{*whole};
  if (auto *number = datum.as<double>())
    return StaticFloat{*number};
  if (auto *truth = datum.as<bool>())
    return StaticBool{*truth};
  if (auto *text = datum.as<std::string>())
    return StaticString{*text};
  if (auto *range = datum.as<IntRange>())
    return StaticRange{range->low, range->high};
  auto *list = datum.as<List>();
  StaticList numbers;
  for (const Datum &item : list ? **list : std::vector<Datum>{}) {
    if (!item.as<int64_t>())
      return std::nullopt;
    numbers.values.push_back(*item.as<int64_t>());
  }
  return list ? std::optional<StaticValue>(numbers) : std::nullopt;
}

bool Instantiator::staticValues(const ast::Part &part, bool isWord,
                                std::vector<StaticValue> &into) {
  if (part.isRange) {
    std::optional<int64_t> low, high;
    if ((part.low && !(low = evalInt(*part.low, "a bound"))) ||
        (part.high && !(high = evalInt(*part.high, "a bound"))))
      return false;
    into.push_back(StaticRange{low, high});
    return true;
  }
  if (auto *ref = part.low->as<ast::NameRef>();
      ref && isWord && !ref->statics && !frame->find(ref->text)) {
    into.push_back(StaticString{ref->text});
    return true;
  }
  if (auto *tuple = part.low->as<ast::Tuple>(); tuple && !tuple->isGrouping()) {
    for (const ast::TupleItem &item : tuple->items) {
      Datum datum = eval(*item.value);
      std::optional<StaticValue> value = toStatic(datum);
      if (!value && !datum.isPoison())
        error(item.value->range, "a number stands here, not " + describe(datum));
      if (!value)
        return false;
      into.push_back(*value);
    }
    return true;
  }
  Datum datum = eval(*part.low);
  std::optional<StaticValue> value = toStatic(datum);
  if (value)
    into.push_back(*value);
  else if (!datum.isPoison())
    error(part.range, "a static value stands in '<…>', not " + describe(datum));
  return value.has_value();
}

bool Instantiator::operands(PrimitiveCall &call, const std::vector<CallArg> &values) {
  for (const CallArg &arg : values) {
    if (arg.name) {
      std::optional<StaticValue> value = toStatic(arg.datum);
      if (!value)
        return error(arg.range, "'" + arg.name->text +
                                    "' must be known at compile time, but it is " +
                                    describe(arg.datum)),
               false;
      call.statics.push_back({PrimitiveArg::Sort::Named, arg.name->text, {*value}, {}, arg.range});
      continue;
    }
    auto *list = arg.datum.as<List>();
    for (const Datum &item : list ? **list : std::vector<Datum>{arg.datum}) {
      Value *value = toTensor(item, arg.range, "an argument of '" + call.name + "'");
      if (!value)
        return false;
      call.operands.push_back(value);
      call.operandRanges.push_back(arg.range);
    }
  }
  if (primitiveSyntax(call.name).leadingAxes == 0) { // elementwise
    bool isExact =
        call.name == "abs" || call.name == "sign" || call.name == "min" || call.name == "max";
    unify(call.operands, !isExact && !staticFunction(call.name, {Datum(0.5)}).value.isPoison());
  }
  return true;
}

} // namespace lamina::sema
