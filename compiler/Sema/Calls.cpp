// Applications: who is called, and functions, casts and the static functions of lists.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Instantiator.h"

#include "compiler/Sema/StaticEval.h"

#include <algorithm>
#include <map>

namespace lamina::sema {

static const std::map<std::string, ElementType, std::less<>> &elementTypes() {
  static const std::map<std::string, ElementType, std::less<>> table = {
      {"f32", ElementType::F32}, {"f64", ElementType::F64}, {"bf16", ElementType::BF16},
      {"f16", ElementType::F16}, {"i8", ElementType::I8},   {"u8", ElementType::U8},
      {"i32", ElementType::I32}, {"i64", ElementType::I64}, {"bool", ElementType::Bool}};
  return table;
}

bool Instantiator::evalArgs(const std::vector<ast::Arg> &args, std::vector<CallArg> &into) {
  bool fine = true;
  for (const ast::Arg &arg : args) {
    auto *value = std::get_if<ast::ExprPtr>(&arg.value);
    if (!value || arg.binder == ':')
      continue; // patterns and their extents: the primitive reads them
    CallArg evaluated{arg.binder == '=' ? arg.name : std::nullopt, argValue(arg, **value),
                      arg.range};
    fine &= !evaluated.datum.isPoison();
    into.push_back(std::move(evaluated));
  }
  return fine;
}

/// `mode = reflect` is a word, unless something of that name is in scope.
Datum Instantiator::argValue(const ast::Arg &arg, const ast::Expr &value) {
  auto *ref = value.as<ast::NameRef>();
  if (arg.binder == '=' && arg.name->text == "mode" && ref && !ref->statics)
    return Datum(ref->text);
  return eval(value);
}

Datum Instantiator::call(const ast::Expr &callee, const std::vector<ast::Arg> *args,
                         std::optional<CallArg> piped, SourceRange range) {
  std::vector<CallArg> values;
  bool fine = !piped || !piped->datum.isPoison();
  if (piped)
    values.push_back(std::move(*piped));
  if (args)
    fine &= evalArgs(*args, values);
  if (!fine)
    return Datum();
  if (auto *ref = callee.as<ast::NameRef>())
    return callNamed(*ref, callee, args, values, range);
  Datum target = eval(callee);
  return callDatum(target, std::move(values), range, &callee);
}

Datum Instantiator::callNamed(const ast::NameRef &ref, const ast::Expr &callee,
                              const std::vector<ast::Arg> *args, std::vector<CallArg> &values,
                              SourceRange range) {
  if (elementTypes().contains(ref.text))
    return callCast(ref.text, values, range);
  Binding *local = frame->find(ref.text);
  bool isLocal = local && (local->datum.as<CallablePtr>() || local->datum.as<LayerPtr>());
  if (!isLocal && modules.find(*frame->module, ref.text).candidates.empty()) {
    if (ref.text == "extent")
      return callExtent(ref, values, range);
    if (!ref.statics)
      if (std::optional<Datum> result = callStatic(ref.text, values, range))
        return *result;
  }
  if (training && !isLocal && ref.text == "windows")
    return callWindows(ref, values, range);
  const bool isCell = ref.text == "key" || ref.text == "keys" || ref.text == "date";
  if (isCell && !isLocal && training && modules.find(*frame->module, ref.text).candidates.empty())
    return callCell(ref.text, values, range);
  if (CallablePtr loss = isLocal ? nullptr : lossNamed(ref.text)) {
    if (ref.statics)
      loss = bindStatics(loss, *ref.statics, callee.range);
    return loss ? callLoss(loss, std::move(values), range, &callee) : Datum();
  }
  Datum target = lookupCallable(ref.text, callee.range);
  if (auto *callable = target.as<CallablePtr>()) {
    if (const std::string *primitive = (*callable)->primitive()) {
      if (!(*callable)->statics)
        return callPrimitive(*primitive, ref.statics ? &*ref.statics : nullptr, args, values,
                             range);
      if (ref.statics)
        return error(callee.range, "'" + ref.text + "' is '" + *primitive +
                                       "' with its '<…>' already and takes no other");
      return callPrimitiveValue(**callable, values, range);
    }
    if (ref.statics) {
      CallablePtr bound = bindStatics(*callable, *ref.statics, callee.range);
      target = bound ? Datum(bound) : Datum();
    }
  } else if (ref.statics && !target.isPoison()) {
    return error(callee.range, describe(target) + " is already built and takes no '<…>'");
  }
  return callDatum(target, std::move(values), range, &callee);
}

Datum Instantiator::callDatum(const Datum &callee, std::vector<CallArg> args, SourceRange range,
                              const void *site) {
  if (callee.isPoison())
    return callee;
  if (auto *layer = callee.as<LayerPtr>())
    return apply(*layer, std::move(args), range);
  auto *callable = callee.as<CallablePtr>();
  if (!callable)
    return error(range, describe(callee) + " cannot be applied");
  if ((*callable)->primitive())
    return callPrimitiveValue(**callable, args, range);
  if ((*callable)->fn())
    return callFunction(**callable, std::move(args), range);
  return apply(unnamedInstance(*callable, site, range), std::move(args), range);
}

Datum Instantiator::callFunction(const Callable &callable, std::vector<CallArg> args,
                                 SourceRange range) {
  const ast::FnDecl &fn = *callable.fn();
  if (depth >= limits.depth)
    return error(range, "'" + callable.name + "' is applied more than " +
                            std::to_string(limits.depth) + " levels deep; does it apply itself?");
  Frame inner;
  inner.kind = Frame::Kind::Function;
  inner.module = callable.module;
  inner.caller = frame;
  inner.call = range;
  inner.name = callable.name;
  inner.owner = frame->owner;
  if (!bindParameters(inner, callable, args, range))
    return Datum();
  Frame *saved = std::exchange(frame, &inner);
  ++depth;
  Datum result = eval(*fn.value);
  --depth;
  frame = saved;
  if (Value *value = result.tensor()) {
    value->range = range;
    frame->sight(value);
  }
  return result;
}

bool Instantiator::bindParameters(Frame &inner, const Callable &callable,
                                  std::vector<CallArg> &args, SourceRange range) {
  const std::vector<ast::Name> &params = callable.fn()->params;
  size_t next = 0;
  for (CallArg &arg : args) {
    auto named = std::find_if(params.begin(), params.end(), [&](const ast::Name &p) {
      return arg.name && p.text == arg.name->text;
    });
    if (arg.name && named == params.end())
      return error(arg.name->range,
                   "'" + callable.name + "' has no parameter '" + arg.name->text + "'"),
             false;
    size_t at = arg.name ? named - params.begin() : next++;
    if (at >= params.size())
      return error(arg.range, "'" + callable.name + "' takes " + std::to_string(params.size()) +
                                  " arguments, not " + std::to_string(args.size()))
                 .note(callable.range, "'" + callable.name + "' is declared here"),
             false;
    if (inner.find(params[at].text))
      return error(arg.range, "'" + params[at].text + "' is given twice"), false;
    inner.bind(params[at].text, std::move(arg.datum));
  }
  for (const ast::Name &param : params)
    if (!inner.find(param.text))
      return error(range, "'" + callable.name + "' needs '" + param.text + "'")
                 .note(param.range, "'" + param.text + "' is declared here"),
             false;
  return true;
}

Datum Instantiator::callCast(const std::string &element, std::vector<CallArg> &args,
                             SourceRange range) {
  auto *column = args.empty() ? nullptr : args[0].datum.as<std::shared_ptr<const ColumnRef>>();
  if (column)
    return castColumn(**column, elementTypes().find(element)->second, args, range);
  if (args.size() != 1)
    return error(range,
                 "the cast '" + element + "' takes one value, not " + std::to_string(args.size()));
  ElementType to = elementTypes().find(element)->second;
  bool toFloat = to <= ElementType::F16;
  if (args[0].datum.isNumber() && toFloat) {
    auto *whole = args[0].datum.as<int64_t>();
    return whole ? Datum(static_cast<double>(*whole)) : args[0].datum;
  }
  if (args[0].datum.as<double>() && !toFloat)
    return error(args[0].range, "a static float never becomes an integer; write the int");
  if (auto *table = args[0].datum.as<std::shared_ptr<const DataTable>>();
      table && (*table)->isArray) {
    Value *read = readColumn(ColumnRef{**table, "", 0, 0, range}, to, nullptr, args[0].range);
    return read ? Datum(read) : Datum();
  }
  Value *value = toTensor(args[0].datum, args[0].range, "the value of a cast");
  return value ? collect({cast(value, to, range)}, range, element) : Datum();
}

Datum Instantiator::callExtent(const ast::NameRef &ref, std::vector<CallArg> &args,
                               SourceRange range) {
  if (!ref.statics || ref.statics->size() != 1 || args.size() != 1)
    return error(range, "'extent' takes one axis and one value: 'extent<a>(x)'");
  std::optional<AxisList> axes = axesOf((*ref.statics)[0].value);
  Value *value = axes ? toTensor(args[0].datum, args[0].range, "the value of 'extent'") : nullptr;
  if (!value)
    return Datum();
  int64_t product = 1;
  for (const BoundAxis &axis : *axes) {
    const Axis *found = value->type.find(axis.ir);
    if (!found)
      return error(range, "there is no axis '" + axis.spelled + "' in " + toString(value->type));
    if (found->isBound || found->extent == Axis::kBatch) {
      Node *node = builder().add(Op::Extent, {value}, {Type{ElementType::I64, {}}}, range);
      node->attributes["axis"] = axis.ir;
      return collect({node->result()}, range, "extent");
    }
    product *= found->extent;
  }
  return Datum(product);
}

static Datum zipped(const std::vector<CallArg> &args, bool enumerates) {
  auto items = std::make_shared<std::vector<Datum>>();
  size_t count = SIZE_MAX;
  for (const CallArg &arg : args)
    count = std::min(count, (*arg.datum.as<List>())->size());
  for (size_t i = 0; i < count; ++i) {
    auto item = std::make_shared<std::vector<Datum>>();
    if (enumerates)
      item->emplace_back(static_cast<int64_t>(i));
    for (const CallArg &arg : args)
      item->push_back((**arg.datum.as<List>())[i]);
    items->emplace_back(List(std::move(item)));
  }
  return Datum(List(std::move(items)));
}

std::optional<Datum> Instantiator::callStatic(const std::string &name,
                                              const std::vector<CallArg> &args, SourceRange range) {
  if (name == "len" || name == "zip" || name == "enumerate") {
    for (const CallArg &arg : args)
      if (!arg.datum.as<List>())
        return error(arg.range, "'" + name + "' takes lists, not " + describe(arg.datum));
    if (args.empty() || (name != "zip" && args.size() != 1))
      return error(range, "'" + name + "' takes " + (name == "zip" ? "lists" : "one list"));
    if (name == "len")
      return Datum(static_cast<int64_t>((*args[0].datum.as<List>())->size()));
    for (const CallArg &arg : args)
      if (name == "zip" && (*arg.datum.as<List>())->size() != (*args[0].datum.as<List>())->size())
        return error(arg.range, "'zip' takes lists of one length, but the first has " +
                                    std::to_string((*args[0].datum.as<List>())->size()) +
                                    " items and this " +
                                    std::to_string((*arg.datum.as<List>())->size()));
    return zipped(args, name == "enumerate");
  }
  std::vector<Datum> values;
  for (const CallArg &arg : args) {
    if (arg.name)
      return std::nullopt;
    values.push_back(arg.datum);
  }
  StaticResult result = staticFunction(name, values);
  if (!result.error.empty())
    return error(range, result.error);
  return result.value.isPoison() ? std::nullopt : std::optional(result.value);
}

} // namespace lamina::sema
