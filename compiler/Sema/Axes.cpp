// Axes of source text: what they are called in the program, their extents, types, and where a value
// got them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Axes.h"

#include "compiler/Sema/Instantiator.h"

#include <algorithm>

namespace lamina::sema {

const Value *axisOrigin(const Value &value, std::string_view axis) {
  constexpr int kFollowed = 10000;
  const Value *at = &value;
  for (int i = 0; i < kFollowed && at->node; ++i) {
    const Axis *wanted = at->type.find(axis);
    const Value *next = nullptr;
    for (const Value *operand : at->node->operands)
      if (const Axis *found = operand->type.find(axis);
          found && wanted && *found == *wanted && !next)
        next = operand;
    if (!next)
      break;
    at = next;
  }
  return at;
}

void noteAxisOrigin(Diagnostic &diagnostic, const Value &value, std::string_view axis) {
  const Value *origin = axisOrigin(value, axis);
  const Axis *found = value.type.find(axis);
  SourceRange range = origin->range.isValid() ? origin->range
                      : origin->node          ? origin->node->range
                                              : SourceRange{};
  if (!found || !range.isValid())
    return;
  std::string who = !origin->name.empty() ? "'" + origin->name + "'" : "a value";
  diagnostic.note(range,
                  who + " gets axis '" + std::string(axis) + "' = " + extentText(*found) + " here");
}

std::string axisNames(const std::vector<std::string> &names) {
  std::string text = "[";
  for (const std::string &name : names)
    text += (text.size() > 1 ? ", " : "") + name;
  return text + "]";
}

EntryExtent Instantiator::knownExtent(Frame &of, const BoundAxis &axis) {
  if (declaring && &of == frame) // `let D: [k: n, n] = … index<k>() …`
    if (const Axis *own = declaring->find(axis.ir))
      return {*own, "", {}};
  if (Binding *binding = of.find(axis.spelled))
    if (auto *extent = binding->datum.as<int64_t>())
      return {Axis{axis.ir, *extent}, "", {}};
  if (auto entry = of.entry.find(axis.ir); entry != of.entry.end())
    return entry->second;
  if (auto seen = of.seen.find(axis.ir); seen != of.seen.end()) {
    const auto &list = seen->second;
    if (list.size() == 1)
      return {list[0].axis, "", {}};
    return {std::nullopt,
            "axis '" + axis.spelled + "' has extent " + extentText(list[0].axis) +
                " in one value of this body and " + extentText(list[1].axis) +
                " in another; 'extent<" + axis.spelled + ">(x)' says which is meant",
            {}};
  }
  Found found = modules.find(*of.module, axis.spelled);
  if (const Declared *let = found.one(); let && let->decl->as<ast::LetDecl>())
    if (Datum value = declaredDatum(*let, axis.range); value.as<int64_t>())
      return {Axis{axis.ir, *value.as<int64_t>()}, "", {}};
  return {};
}

std::optional<Axis> Instantiator::extentOf(Frame &of, const BoundAxis &axis, SourceRange range) {
  EntryExtent known = knownExtent(of, axis);
  if (known.axis) {
    known.axis->name = axis.ir;
    return known.axis;
  }
  if (!known.whyNot.empty())
    error(known.range.isValid() ? known.range : range, known.whyNot);
  else
    error(range, "the extent of axis '" + axis.spelled +
                     "' is not known here: no value has it yet; write '" + axis.spelled + ": n'");
  return std::nullopt;
}

std::optional<AxisList> Instantiator::axesOf(const ast::Part &part) {
  if (!part.isRange)
    return axesOf(*part.low);
  if (part.low || part.high) {
    error(part.range, "axis names stand here; a range 'a..b' does not name an axis");
    return std::nullopt;
  }
  if (!frame->hasRest) {
    error(part.range,
          "'..' stands for the axes that '..' of the signature takes, and this signature has none");
    return std::nullopt;
  }
  AxisList axes;
  for (const std::string &name : frame->rest)
    axes.push_back({name, name, std::nullopt, part.range, frame->number});
  return axes;
}

std::optional<AxisList> Instantiator::axesOf(const ast::Expr &expr) {
  if (auto *ref = expr.as<ast::NameRef>(); ref && !ref->statics)
    return frame->axis(ref->text, expr.range);
  auto *tuple = expr.as<ast::Tuple>();
  if (!tuple) {
    error(expr.range, "an axis name stands here");
    return std::nullopt;
  }
  AxisList axes;
  for (const ast::TupleItem &item : tuple->items) {
    std::optional<AxisList> some;
    if (item.key) {
      std::optional<int64_t> extent = evalInt(*item.value, "an extent");
      some = frame->axis(item.key->text, item.key->range);
      if (!extent)
        return std::nullopt;
      for (BoundAxis &axis : *some)
        axis.extent = extent;
    } else if (!(some = axesOf(*item.value))) {
      return std::nullopt;
    }
    axes.insert(axes.end(), some->begin(), some->end());
  }
  return axes;
}

static bool isUnderscore(const ast::ExprPtr &expr) {
  auto *ref = expr ? expr->as<ast::NameRef>() : nullptr;
  return ref && ref->text == "_";
}

/// The type that `[o, i: n]` stands for where every extent must be known: parameters, states,
/// constants.
std::optional<Type> Instantiator::evalType(const ast::TypeExpr &type, SourceRange range,
                                           bool maySparse) {
  if (type.sparse && !maySparse)
    return error(type.range, "only a 'shared' input and a 'frozen param' are declared sparse"),
           std::nullopt;
  Type result{elementOf(type), {}, type.sparse};
  for (const ast::AxisDecl &decl : type.axes) {
    if (decl.isRest || decl.isBound || isUnderscore(decl.extent))
      return error(decl.range,
                   "every axis of this type needs a name and an extent known at compile time"),
             std::nullopt;
    std::optional<int64_t> given;
    if (decl.extent && !(given = evalInt(*decl.extent, "an extent")))
      return std::nullopt;
    for (const BoundAxis &axis : AxisList(frame->axis(decl.name.text, decl.name.range))) {
      std::optional<Axis> extent =
          given ? Axis{axis.ir, *given} : extentOf(*frame, axis, decl.range);
      if (!extent)
        return std::nullopt;
      if (given && *given < 0)
        return error(decl.range, "the extent of '" + decl.name.text +
                                     "' is negative: " + std::to_string(*given)),
               std::nullopt;
      if (extent->isBound || extent->extent == Axis::kBatch)
        return error(decl.range, "the extent of '" + decl.name.text +
                                     "' is known at run time only; it cannot stand in " +
                                     std::string("the shape of a parameter or constant")),
               std::nullopt;
      if (result.find(axis.ir))
        return error(decl.range, "axis '" + decl.name.text + "' stands twice in this type"),
               std::nullopt;
      result.axes.push_back(*extent);
    }
  }
  return checkSize(result, range) ? std::optional(result) : std::nullopt;
}

/// Tensors beyond this many elements are a slip in a formula, and would only exhaust memory later.
bool Instantiator::checkSize(const Type &type, SourceRange range) {
  constexpr int64_t kMostElements = int64_t(1) << 40;
  int64_t elements = 1;
  for (const Axis &axis : type.axes)
    if (axis.extent > 0 &&
        (__builtin_mul_overflow(elements, axis.extent, &elements) || elements > kMostElements))
      return error(range, "this tensor has more than 2^40 elements: " + toString(type)), false;
  return true;
}

/// `y: [s, c] = e`: the element type if written, the axes, and every extent that the type gives.
bool Instantiator::checkAgainst(Value *value, const ast::TypeExpr &type, const std::string &what,
                                SourceRange range) {
  if (type.sparse && !value->type.isSparse)
    return error(range, what + " is " + toString(value->type) + ", but its type says sparse"),
           false;
  if (type.element && *type.element != value->type.element)
    return error(range, what + " is " + toString(value->type) + ", but its type says " +
                            toString(*type.element)),
           false;
  std::vector<std::string> named{frame->ambient.begin(), frame->ambient.end()};
  bool open = false;
  for (const ast::AxisDecl &decl : type.axes) {
    if (decl.isRest) {
      open = true;
      continue;
    }
    std::optional<int64_t> given;
    if (decl.extent && !isUnderscore(decl.extent) && !(given = evalInt(*decl.extent, "an extent")))
      return false;
    for (const BoundAxis &axis : AxisList(frame->axis(decl.name.text, decl.name.range))) {
      named.push_back(axis.ir);
      const Axis *has = value->type.find(axis.ir);
      if (!has)
        return error(range, what + " has no axis '" + decl.name.text + "': it is " +
                                toString(value->type)),
               false;
      std::optional<Axis> wanted;
      if (given)
        wanted = Axis{axis.ir, *given, decl.isBound};
      else if (!decl.extent)
        if (EntryExtent known = knownExtent(*frame, axis); known.axis)
          wanted = *known.axis;
      if (wanted)
        wanted->name = has->name;
      bool isBelow = decl.isBound && wanted && has->extent <= wanted->extent;
      if (wanted && !isBelow && !(*has == *wanted))
        return error(range, "axis '" + decl.name.text + "' of " + what + " has extent " +
                                extentText(*has) + ", but its type says " + extentText(*wanted))
                   .origin(value, axis.ir),
               false;
    }
  }
  for (const Axis &axis : value->type.axes)
    if (!open && std::find(named.begin(), named.end(), axis.name) == named.end())
      return error(range, what + " has axis '" + axis.name + "', which its type lacks: it is " +
                              toString(value->type))
                 .origin(value, axis.name),
             false;
  return true;
}

} // namespace lamina::sema
