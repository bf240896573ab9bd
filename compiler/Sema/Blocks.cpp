// Static arguments: what `<…>` gives to the formals of a block or model.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Instantiator.h"

#include <algorithm>
#include <utility>

namespace lamina::sema {

using ast::Formal;

static std::string spellFormals(const Callable &callable) {
  std::string text = callable.name + "<";
  const std::vector<Formal> &formals = callable.formals();
  for (size_t i = 0; i < formals.size(); ++i) {
    text += formals[i].sort == Formal::Sort::Axis   ? "axis "
            : formals[i].sort == Formal::Sort::Axes ? "axes "
                                                    : "";
    text += formals[i].name.text;
    if (i + 1 < formals.size())
      text += formals[i].arrowToNext ? " -> " : ", ";
  }
  return text + ">";
}

CallablePtr Instantiator::bindStatics(const CallablePtr &callable, const ast::StaticArgs &args,
                                      SourceRange range) {
  if (!callable->isInstantiable()) {
    error(range, describe(Datum(callable)) + " takes no '<…>'");
    return nullptr;
  }
  auto bound = std::make_shared<Callable>(*callable);
  std::vector<const ast::StaticArg *> given(bound->bound.size());
  size_t next = 0;
  bool fine = true, inPlace = true; // after one that does not fit, places say nothing
  for (const ast::StaticArg &arg : args) {
    bool isNamed = arg.binder == '=';
    if (isNamed)
      fine &= bindNamed(*bound, arg, given);
    else if (inPlace)
      inPlace = bindPositional(*bound, arg, next, given);
  }
  return fine && inPlace ? bound : nullptr;
}

bool Instantiator::bindPositional(Callable &callable, const ast::StaticArg &arg, size_t &next,
                                  GivenArgs &given) {
  const std::vector<Formal> &formals = callable.formals();
  while (next < formals.size() && callable.bound[next])
    ++next;
  if (next == formals.size())
    return error(arg.range, "'" + callable.name + "' has no formal left for this: it is " +
                                spellFormals(callable))
               .note(callable.range, "'" + callable.name + "' is declared here"),
           false;
  const Formal &formal = formals[next];
  bool joins = formal.arrowToNext && next + 1 < formals.size() && !callable.bound[next + 1];
  if ((arg.arrow != nullptr) != joins)
    return error(arg.range,
                 joins
                     ? "'" + callable.name + "' maps '" + formal.name.text + "' to '" +
                           formals[next + 1].name.text + "': write '" + callable.name + "<a -> b>'"
                     : "'->' does not fit '" + formal.name.text + "' of " + spellFormals(callable))
               .note(formal.range, "'" + formal.name.text + "' is declared here"),
           false;
  std::optional<BoundArg> value = boundArg(callable, formal, arg);
  if (!value)
    return false;
  given[next] = &arg;
  callable.bound[next++] = std::move(*value);
  return !arg.arrow || bindPositional(callable, *arg.arrow, next, given);
}

bool Instantiator::bindNamed(Callable &callable, const ast::StaticArg &arg, GivenArgs &given) {
  const std::vector<Formal> &formals = callable.formals();
  auto formal = std::find_if(formals.begin(), formals.end(),
                             [&](const Formal &f) { return f.name.text == arg.name->text; });
  if (formal == formals.end()) {
    std::vector<std::string> names;
    for (const Formal &f : formals)
      names.push_back(f.name.text);
    std::optional<std::string> meant = nearest(arg.name->text, names);
    return error(arg.name->range, "'" + callable.name + "' has no static argument '" +
                                      arg.name->text + "'" +
                                      (meant ? "; did you mean '" + *meant + "'?"
                                             : ": it is " + spellFormals(callable)))
               .note(callable.range, "'" + callable.name + "' is declared here"),
           false;
  }
  size_t at = formal - formals.begin();
  if (given[at])
    return error(arg.range, "'" + formal->name.text + "' is given already")
               .note(given[at]->range, "it is given here"),
           false;
  std::optional<BoundArg> value = boundArg(callable, *formal, arg);
  if (!value)
    return false;
  given[at] = &arg;
  callable.bound[at] = std::move(*value);
  return true;
}

std::optional<BoundArg> Instantiator::boundArg(const Callable &callable, const Formal &formal,
                                               const ast::StaticArg &arg) {
  BoundArg bound;
  bound.range = arg.range;
  if (formal.sort == Formal::Sort::Value) {
    if (arg.binder == ':') {
      error(arg.range, "':' gives an axis its extent; '=' sets '" + formal.name.text + "'");
      return std::nullopt;
    }
    if (arg.value.isRange)
      bound.value = evalRangePart(arg.value);
    else
      bound.value = eval(*arg.value.low);
    return bound.value.isPoison() || !checkKind(bound.value, callable, formal, arg.value.range)
               ? std::nullopt
               : std::optional(bound);
  }
  if (arg.binder == ':') {
    std::optional<int64_t> extent = evalInt(*arg.value.low, "an extent");
    if (!extent)
      return std::nullopt;
    bound.axes = frame->axis(arg.name->text, arg.name->range);
    for (BoundAxis &axis : bound.axes)
      axis.extent = extent;
  } else {
    std::optional<AxisList> axes = axesOf(arg.value);
    if (!axes)
      return std::nullopt;
    bound.axes = std::move(*axes);
  }
  for (BoundAxis &axis : bound.axes)
    if (axis.ir == "batch") {
      error(
          arg.range,
          "'batch' is in no type, so no block can be given it; 'mean<batch>' and its like name it");
      return std::nullopt;
    }
  for (BoundAxis &axis : bound.axes)
    axis.range = arg.range;
  if (formal.sort == Formal::Sort::Axis && bound.axes.size() != 1) {
    error(arg.range, "'" + formal.name.text + "' of '" + callable.name +
                         "' is one axis, but this is " + std::to_string(bound.axes.size()) +
                         " axes");
    return std::nullopt;
  }
  return bound;
}

Datum Instantiator::evalRangePart(const ast::Part &part) {
  std::optional<int64_t> low, high;
  if ((part.low && !(low = evalInt(*part.low, "a bound"))) ||
      (part.high && !(high = evalInt(*part.high, "a bound"))))
    return Datum();
  return Datum(IntRange{low, high});
}

static bool fitsKind(Datum &datum, const ast::Kind &kind) {
  if (kind.listOf) {
    auto *list = datum.as<List>();
    if (!list)
      return false;
    std::vector<Datum> items = **list;
    bool fits = std::all_of(items.begin(), items.end(),
                            [&](Datum &item) { return fitsKind(item, *kind.listOf); });
    datum = Datum(List(std::make_shared<std::vector<Datum>>(std::move(items))));
    return fits;
  }
  if (kind.name == "int")
    return datum.as<int64_t>();
  if (kind.name == "float") {
    if (auto *whole = datum.as<int64_t>())
      datum = Datum(static_cast<double>(*whole));
    return datum.as<double>();
  }
  if (kind.name == "bool")
    return datum.as<bool>();
  if (kind.name == "string")
    return datum.as<std::string>();
  if (kind.name == "block" || kind.name == "fn")
    return datum.as<CallablePtr>() || datum.as<LayerPtr>();
  return true;
}

static std::string spellKind(const ast::Kind &kind) {
  return kind.listOf ? "a list of " + spellKind(*kind.listOf)
                     : (kind.name == "int" ? "an " : "a ") + kind.name;
}

/// Whether a datum is of the formal's kind; without one, of the sort of its default.
bool Instantiator::checkKind(Datum &datum, const Callable &callable, const Formal &formal,
                             SourceRange range) {
  if (formal.kind) {
    static constexpr std::string_view kKinds[] = {"int", "float", "bool", "string", "block", "fn"};
    const ast::Kind *inner = &*formal.kind;
    while (inner->listOf)
      inner = inner->listOf.get();
    if (std::find(std::begin(kKinds), std::end(kKinds), inner->name) == std::end(kKinds))
      return error(inner->range, "there is no kind '" + inner->name +
                                     "'; kinds are int, float, bool, string, block, fn " +
                                     std::string("and lists of them")),
             false;
    if (fitsKind(datum, *formal.kind))
      return true;
    return error(range, "'" + formal.name.text + "' of '" + callable.name + "' takes " +
                            spellKind(*formal.kind) + ", not " + describe(datum))
               .note(formal.range, "'" + formal.name.text + "' is declared here"),
           false;
  }
  const ast::ExprPtr &standard = formal.defaultValue;
  auto *constant = standard ? standard->as<ast::Constant>() : nullptr;
  bool wantsBool = constant && *constant != ast::Constant::None;
  bool fits = !standard || (wantsBool                     ? datum.as<bool>() != nullptr
                            : standard->as<ast::Number>() ? datum.isNumber()
                            : standard->as<ast::String>() ? datum.as<std::string>() != nullptr
                            : standard->as<ast::List>()   ? datum.as<List>() != nullptr
                                                          : true);
  if (!fits)
    error(range, "'" + formal.name.text + "' of '" + callable.name + "' is like its default, so " +
                     describe(datum) + " does not fit")
        .note(formal.range, "'" + formal.name.text + "' is declared here");
  return fits;
}

/// Gives a frame its formals but for those that take their default: these may speak of the inputs'
/// extents.
bool Instantiator::bindFormals(Frame &inner, const Callable &callable, SourceRange range) {
  const std::vector<Formal> &formals = callable.formals();
  for (size_t i = 0; i < formals.size(); ++i) {
    const std::optional<BoundArg> &given = callable.bound[i];
    if (formals[i].sort != Formal::Sort::Value) {
      if (given)
        inner.axes[formals[i].name.text] = given->axes;
      else if (!bindDefaultAxis(inner, callable, i, range))
        return false;
    } else if (given) {
      bindFormalValue(inner, formals[i], given->value);
    } else if (!formals[i].defaultValue) {
      return error(range, "'" + callable.name + "' needs '" + formals[i].name.text + "': it is " +
                              spellFormals(callable))
                 .note(formals[i].range, "'" + formals[i].name.text + "' is declared here"),
             false;
    }
  }
  return true;
}

/// Evaluates the defaults of the formals that were not given, in order, in the frame of the block
/// itself.
bool Instantiator::bindDefaults(Frame &inner, const Callable &callable) {
  const std::vector<Formal> &formals = callable.formals();
  Frame *saved = std::exchange(frame, &inner);
  bool fine = true;
  for (size_t i = 0; i < formals.size() && fine; ++i) {
    if (formals[i].sort != Formal::Sort::Value || callable.bound[i])
      continue;
    Datum value = eval(*formals[i].defaultValue);
    fine =
        !value.isPoison() && checkKind(value, callable, formals[i], formals[i].defaultValue->range);
    if (fine)
      bindFormalValue(inner, formals[i], std::move(value));
  }
  frame = saved;
  return fine;
}

bool Instantiator::bindDefaultAxis(Frame &inner, const Callable &callable, size_t index,
                                   SourceRange range) {
  const Formal &formal = callable.formals()[index];
  if (!formal.defaultAxis)
    return error(range, "'" + callable.name + "' needs its axis '" + formal.name.text +
                            "': it is " + spellFormals(callable))
               .note(formal.range, "'" + formal.name.text + "' is declared here"),
           false;
  inner.axes[formal.name.text] = frame->axis(formal.defaultAxis->text, range);
  return true;
}

/// A block that came by a formal is called after the formal in paths.
void Instantiator::bindFormalValue(Frame &inner, const Formal &formal, Datum datum) {
  if (auto *callable = datum.as<CallablePtr>(); callable && (*callable)->isInstantiable()) {
    auto named = std::make_shared<Callable>(**callable);
    named->instanceName = formal.name.text;
    datum = Datum(CallablePtr(std::move(named)));
  }
  inner.bind(formal.name.text, std::move(datum));
}

/// Fixes the axes that a layer takes by name from where it is declared (`axis h = h`).
CallablePtr Instantiator::fixAxes(const CallablePtr &callable) {
  auto fixed = std::make_shared<Callable>(*callable);
  const std::vector<Formal> &formals = callable->formals();
  for (size_t i = 0; i < formals.size(); ++i)
    if (!fixed->bound[i] && formals[i].defaultAxis)
      fixed->bound[i] = BoundArg{frame->axis(formals[i].defaultAxis->text, formals[i].range),
                                 Datum(), SourceRange{}};
  return fixed;
}

} // namespace lamina::sema
