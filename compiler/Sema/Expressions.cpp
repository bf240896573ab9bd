// Expressions: literals, names, lists, members, indices, conditionals.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Instantiator.h"

#include "compiler/Sema/StaticEval.h"

#include <algorithm>

namespace lamina::sema {

Datum Instantiator::eval(const ast::Expr &expr) {
  constexpr size_t kNesting = 4000; // a level takes up to 2 KB of stack
  if (!step(expr.range))
    return Datum();
  if (nesting >= kNesting) {
    exhausted = true;
    return error(expr.range, "this expression is nested too deeply (more than " +
                                 std::to_string(kNesting) +
                                 " levels, the applications around it included)");
  }
  ++nesting;
  Datum datum = std::visit([&](const auto &node) { return evalNode(node, expr); }, expr.node);
  --nesting;
  return datum;
}

Datum Instantiator::evalNode(const ast::Number &node, const ast::Expr &expr) {
  if (!node.unit.empty())
    return error(expr.range, "'" + node.unit + "' counts in a 'train' block only");
  StaticResult number = parseNumber(node);
  return number.error.empty() ? number.value : Datum(error(expr.range, number.error));
}

Datum Instantiator::evalNode(const ast::String &node, const ast::Expr &) {
  return Datum(node.value);
}

Datum Instantiator::evalNode(const ast::Constant &node, const ast::Expr &) {
  if (node == ast::Constant::None)
    return Datum(Absent{});
  return Datum(node == ast::Constant::True);
}

Datum Instantiator::evalNode(const ast::NameRef &node, const ast::Expr &expr) {
  if (!node.statics)
    return lookupValue(node.text, expr.range);
  Datum callee = lookupCallable(node.text, expr.range);
  if (auto *callable = callee.as<CallablePtr>()) {
    if ((*callable)->primitive())
      return primitiveValue(**callable, *node.statics);
    CallablePtr bound = bindStatics(*callable, *node.statics, expr.range);
    return bound ? Datum(bound) : Datum();
  }
  if (callee.isPoison())
    return callee;
  return error(expr.range, describe(callee) + " takes no '<…>'");
}

Datum Instantiator::evalNode(const ast::List &node, const ast::Expr &) {
  auto items = std::make_shared<std::vector<Datum>>();
  bool poisoned = false;
  for (const ast::ExprPtr &item : node.items) {
    items->push_back(eval(*item));
    poisoned |= items->back().isPoison();
  }
  return poisoned ? Datum() : Datum(List(std::move(items)));
}

std::optional<std::vector<Datum>> Instantiator::evalItems(const ast::Expr &expr) {
  Datum source = eval(expr);
  if (source.isPoison())
    return std::nullopt;
  if (auto *list = source.as<List>())
    return **list;
  auto *range = source.as<IntRange>();
  if (!range || !range->low || !range->high) {
    error(expr.range, "'for' runs over a list or a range 'a..b', not " + describe(source));
    return std::nullopt;
  }
  std::vector<Datum> items;
  if (*range->high > *range->low &&
      !step(expr.range, static_cast<size_t>(*range->high) - static_cast<size_t>(*range->low)))
    return std::nullopt;
  for (int64_t i = *range->low; i < *range->high; ++i)
    items.emplace_back(i);
  return items;
}

bool Instantiator::bindLoop(const std::vector<ast::Name> &names, const Datum &item,
                            SourceRange range) {
  if (names.size() == 1) {
    bindName(names[0], item);
    return true;
  }
  auto *parts = item.as<List>();
  if (!parts || (*parts)->size() != names.size()) {
    error(range, std::to_string(names.size()) + " names for each item, but an item is " +
                     describe(item) + "; 'zip' and 'enumerate' give pairs");
    return false;
  }
  for (size_t i = 0; i < names.size(); ++i)
    bindName(names[i], (**parts)[i]);
  return true;
}

Datum Instantiator::evalNode(const ast::Comprehension &node, const ast::Expr &expr) {
  std::optional<std::vector<Datum>> source = evalItems(*node.source);
  if (!source)
    return Datum();
  auto items = std::make_shared<std::vector<Datum>>();
  frame->scopes.emplace_back();
  bool fine = true;
  for (const Datum &item : *source) {
    if (!(fine = step(expr.range) && bindLoop(node.names, item, node.source->range)))
      break;
    if (node.condition) {
      std::optional<bool> taken = evalCondition(*node.condition);
      if (!(fine = taken.has_value()))
        break;
      if (!*taken)
        continue;
    }
    items->push_back(eval(*node.body));
    if (!(fine = !items->back().isPoison()))
      break;
  }
  frame->scopes.pop_back();
  return fine ? Datum(List(std::move(items))) : Datum();
}

Datum Instantiator::evalNode(const ast::Tuple &node, const ast::Expr &expr) {
  if (node.isGrouping())
    return eval(*node.items[0].value);
  return error(
      expr.range,
      "a list is written in brackets: '[a, b]'; parentheses with commas stand in '<…>' only");
}

Datum Instantiator::evalNode(const ast::Call &node, const ast::Expr &expr) {
  return call(*node.callee, &node.args, std::nullopt, expr.range);
}

Datum Instantiator::evalNode(const ast::Pipe &node, const ast::Expr &expr) {
  Datum input = eval(*node.input);
  CallArg piped{std::nullopt, input, node.input->range};
  if (auto *target = node.target->as<ast::Call>())
    return call(*target->callee, &target->args, piped, expr.range);
  return call(*node.target, nullptr, piped, expr.range);
}

static std::optional<int64_t> listPosition(int64_t at, size_t size) {
  int64_t n = static_cast<int64_t>(size);
  int64_t from = at < 0 ? at + n : at;
  return from < 0 || from >= n ? std::nullopt : std::optional(from);
}

Datum Instantiator::indexList(const List &list, const ast::Part &part) {
  size_t size = list->size();
  std::optional<int64_t> low, high;
  if (part.low && !(low = evalInt(*part.low, "a list's index")))
    return Datum();
  if (part.high && !(high = evalInt(*part.high, "a list's index")))
    return Datum();
  if (!part.isRange) {
    if (std::optional<int64_t> at = listPosition(*low, size))
      return (*list)[*at];
    return error(part.range, "index " + std::to_string(*low) + " is outside of a list of " +
                                 std::to_string(size));
  }
  auto bound = [&](std::optional<int64_t> at, int64_t open) {
    int64_t n = static_cast<int64_t>(size);
    int64_t from = !at ? open : *at < 0 ? *at + n : *at;
    return std::clamp<int64_t>(from, 0, n);
  };
  int64_t from = bound(low, 0), to = bound(high, static_cast<int64_t>(size));
  auto items = std::make_shared<std::vector<Datum>>();
  for (int64_t i = from; i < to; ++i)
    items->push_back((*list)[i]);
  return Datum(List(std::move(items)));
}

Datum Instantiator::evalNode(const ast::Index &node, const ast::Expr &expr) {
  if (auto *member = node.base->as<ast::Member>()) { // `a.weight[o, i]`
    Datum base = eval(*member->base);
    if (auto *layer = base.as<LayerPtr>())
      return paramOf(**layer, member->name, &node.parts, expr.range);
    if (base.isPoison())
      return base;
  }
  Datum base = eval(*node.base);
  if (base.isPoison())
    return base;
  if (auto *table = base.as<std::shared_ptr<const DataTable>>())
    return tableColumns(**table, node.parts, expr.range);
  if (auto *list = base.as<List>()) {
    if (node.parts.size() == 1)
      return indexList(*list, node.parts[0]);
    return error(expr.range, "a list has one index; write 'xs[i][j]' for lists of lists");
  }
  if (base.record && node.parts.size() == 1 && node.parts[0].low)
    if (auto *pattern = node.parts[0].low->as<ast::String>())
      return recordMatches(*base.record, pattern->value, expr.range);
  if (base.tensor())
    return error(
        expr.range,
        "a tensor has no index, for its axes have no order: 'slice<a, lo..hi>', 'take<a, i>' and " +
            std::string("'gather<a>' name the axis"));
  return error(expr.range, describe(base) + " has no index");
}

Datum Instantiator::evalNode(const ast::Member &node, const ast::Expr &expr) {
  Datum base = eval(*node.base);
  if (base.isPoison())
    return base;
  if (auto *module = base.as<const Module *>()) {
    Datum found = moduleMember(**module, node.name);
    if (auto *callable = found.as<CallablePtr>(); callable && node.statics) {
      CallablePtr bound = bindStatics(*callable, *node.statics, expr.range);
      return bound ? Datum(bound) : Datum();
    }
    return found;
  }
  if (auto *table = base.as<std::shared_ptr<const DataTable>>())
    return tableMember(**table, node.name, expr.range);
  if (auto *layer = base.as<LayerPtr>())
    return layerMember(*layer, node.name, expr.range);
  if (base.record)
    return recordMember(base, node.name, expr.range);
  return error(node.name.range, describe(base) + " has nothing called '" + node.name.text + "'");
}

Datum Instantiator::evalNode(const ast::RangeExpr &node, const ast::Expr &) {
  std::optional<int64_t> low = evalInt(*node.low, "a range's begin");
  std::optional<int64_t> high = evalInt(*node.high, "a range's end");
  return low && high ? Datum(IntRange{low, high}) : Datum();
}

Datum Instantiator::evalNode(const ast::Conditional &node, const ast::Expr &) {
  std::optional<bool> taken = evalCondition(*node.condition);
  return taken ? eval(*taken ? *node.thenValue : *node.elseValue) : Datum();
}

std::optional<int64_t> Instantiator::evalInt(const ast::Expr &expr, std::string_view what) {
  Datum datum = eval(expr);
  if (auto *whole = datum.as<int64_t>())
    return *whole;
  if (!datum.isPoison())
    error(expr.range, std::string(what) + " must be an int known at compile time, but this is " +
                          describe(datum));
  return std::nullopt;
}

std::optional<bool> Instantiator::evalCondition(const ast::Expr &expr) {
  Datum datum = eval(expr);
  if (auto *truth = datum.as<bool>())
    return *truth;
  if (datum.isPoison())
    return std::nullopt;
  if (datum.tensor())
    error(expr.range, "this condition is a tensor, but 'if' chooses at compile time; 'where(c, a, "
                      "b)' chooses by value");
  else
    error(expr.range, "a condition must be true or false, but this is " + describe(datum));
  return std::nullopt;
}

} // namespace lamina::sema
