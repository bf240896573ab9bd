// `repeat n as name { … }`: one body in the program, with carried values and parameters stacked
// along the repeat's axis.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Loop.h"

#include "compiler/Sema/Axes.h"

#include <set>
#include <utility>

namespace lamina::sema {

/// Names that a body may bind, in order; those inside of nested bodies too.
static void boundNames(const ast::Body &body, std::vector<std::string> &into,
                       std::set<std::string> &seen) {
  for (const ast::StmtPtr &stmt : body.statements) {
    if (auto *bind = stmt->as<ast::BindStmt>()) {
      for (const ast::Name &name : bind->names)
        if (seen.insert(name.text).second)
          into.push_back(name.text);
    } else if (auto *branch = stmt->as<ast::IfStmt>()) {
      boundNames(branch->thenBody, into, seen);
      if (branch->elseBody)
        boundNames(*branch->elseBody, into, seen);
    } else if (auto *loop = stmt->as<ast::ForStmt>()) {
      boundNames(loop->body, into, seen);
    } else if (auto *loop = stmt->as<ast::RepeatStmt>()) {
      boundNames(loop->body, into, seen);
    } else if (auto *loop = stmt->as<ast::ScanStmt>()) {
      boundNames(loop->body, into, seen);
    }
  }
}

bool Instantiator::loopBounds(Loop &loop, const ast::RepeatStmt &node) {
  loop.range = node.count->range;
  Datum count = eval(*node.count);
  if (auto *whole = count.as<int64_t>())
    loop.count = *whole;
  else if (auto *range = count.as<IntRange>(); range && range->low && range->high)
    loop.first = *range->low, loop.count = *range->high - *range->low;
  else if (!count.isPoison())
    return error(loop.range,
                 "'repeat' takes an int or a range known at compile time, not " + describe(count)),
           false;
  else
    return false;
  if (loop.count < 0)
    return error(loop.range, "'repeat' cannot run " + std::to_string(loop.count) + " times"), false;
  return true;
}

/// The names bound outside and bound again inside, with their values; a number becomes a tensor.
bool Instantiator::findCarried(Loop &loop, const ast::Body &body) {
  std::vector<std::string> names;
  std::set<std::string> seen;
  boundNames(body, names, seen);
  for (const std::string &name : names) {
    Binding *outer = frame->find(name);
    if (!outer)
      continue;
    Datum datum = bindingDatum(name, *outer);
    if (datum.isPoison())
      return false;
    if (!datum.tensor() && !datum.isStatic())
      continue;
    Value *value = datum.tensor();
    if (datum.isNumber()) // a number that is carried is a scalar of the model's float type, or an
                          // i64
      value = constant(Type{datum.as<double>() ? floatType : ElementType::I64, {}}, {datum},
                       loop.range);
    else if (!value)
      value = toTensor(datum, loop.range, "a carried name");
    if (!value)
      return false;
    loop.names.push_back(name);
    // Inside of `each e: n` the rounds give it e by the parameters, if it has not got it yet.
    loop.entering.push_back(withEach(*frame->owner, 0, value, loop.range));
  }
  return true;
}

void Instantiator::enterLoop(Loop &loop, const ast::RepeatStmt &node, const ast::Stmt &stmt) {
  loop.axis = frame->fresh(node.name.text);
  loop.node = builder().add(Op::Repeat, loop.entering, {}, stmt.range);
  loop.node->attributes["name"] = loop.axis;
  loop.node->attributes["count"] = loop.count;
  loop.node->attributes["carried"] = static_cast<int64_t>(loop.entering.size());
  repeatNames[loop.node] = node.name.text;
  Region *body = open(loop.node, 0);
  argument(*body, Type{ElementType::I64, {}}, node.index ? node.index->text : "", loop.range);
  for (size_t i = 0; i < loop.names.size(); ++i)
    loop.inside.push_back(
        argument(*body, loop.entering[i]->type, loop.names[i], loop.entering[i]->range));
  loop.container =
      child(*frame->owner, &stmt, frame->occurrences[&stmt]++, Layer::Kind::Repeat, node.name.text);
  loop.container->place = node.name.range;
  loop.container->stack.push_back(loop.node);
}

void Instantiator::execLoopBody(Loop &loop, const ast::RepeatStmt &node) {
  Region *body = region = loop.node->regions[0].get(); // the caller puts the outer region back
  Layer *outerOwner = std::exchange(frame->owner, loop.container.get());
  int outerFor = std::exchange(frame->forDepth, 0);
  frame->ambient.insert(loop.axis);
  enclosing.push_back(loop.node);
  frame->scopes.emplace_back();
  for (size_t i = 0; i < loop.names.size(); ++i)
    frame->bind(loop.names[i], Datum(loop.inside[i]));
  if (node.index) {
    Value *index = body->arguments[0].get();
    if (loop.first)
      index = collectIndex(index, loop.first, node.index->range);
    bindName(*node.index, Datum(index));
  }
  exec(node.body);
  materialise(frame->scopes.back());
  if (!node.body.returns.empty())
    error(node.body.returnRange, "'return' stands last in a block, not in 'repeat'");
  for (const std::string &name : loop.names)
    loop.leaving.push_back(frame->scopes.back()[name].datum);
  frame->scopes.pop_back();
  enclosing.pop_back();
  frame->ambient.erase(loop.axis);
  frame->forDepth = outerFor;
  frame->owner = outerOwner;
}

/// `repeat i in 2..n`: the index counts from 2.
Value *Instantiator::collectIndex(Value *index, int64_t first, SourceRange range) {
  Value *offset = constant(Type{ElementType::I64, {}}, {Datum(first)}, range);
  Node *sum = builder().add(Op::Binary, {index, offset}, {index->type}, range);
  sum->attributes["kind"] = std::string("add");
  return sum->result();
}

/// What a carried name is at the end of the body, in the type that it entered with.
Value *Instantiator::carriedResult(Loop &loop, size_t index) {
  const Type &wanted = loop.entering[index]->type;
  Datum &datum = loop.leaving[index];
  if (datum.isNumber()) {
    if (wanted.axes.empty() && (wanted.element <= ElementType::F16 || datum.as<int64_t>()))
      return constant(wanted, {datum}, loop.range);
  }
  Value *value = toTensor(datum, loop.range, "'" + loop.names[index] + "'");
  if (!value)
    return nullptr;
  bool same =
      value->type.element == wanted.element && value->type.axes.size() == wanted.axes.size();
  std::vector<std::string> names;
  for (const Axis &axis : wanted.axes) {
    names.push_back(axis.name);
    const Axis *found = value->type.find(axis.name);
    same &= found && *found == axis;
  }
  if (value->type.find("batch") && !wanted.find("batch"))
    return error(loop.node->range,
                 "'" + loop.names[index] +
                     "' enters the repeat as one value for all samples, but leaves it as one for "
                     "each; let it begin with a value that depends on an input")
               .note(value->range.isValid() ? value->range : loop.range,
                     "it gets its last type here"),
           nullptr;
  if (!same)
    return error(loop.node->range,
                 "'" + loop.names[index] +
                     "' is carried from one round to the next and keeps its type, " +
                     "but it enters as " + toString(wanted) + " and leaves as " +
                     toString(value->type))
               .note(value->range.isValid() ? value->range : loop.range,
                     "it gets its last type here"),
           nullptr;
  Builder build = builder();
  return value->type == wanted ? value : reorder(value, names, build);
}

bool Instantiator::leaveLoop(Loop &loop) {
  for (size_t i = 0; i < loop.names.size(); ++i) {
    Value *value = carriedResult(loop, i);
    if (!value)
      return false;
    region->results.push_back(value);
  }
  leaveStates(loop);
  return true;
}

void Instantiator::execNode(const ast::RepeatStmt &node, const ast::Stmt &stmt) {
  Loop loop;
  if (!loopBounds(loop, node) || loop.count == 0 || !findCarried(loop, node.body))
    return;
  size_t before = errors;
  Region *outerRegion = region;
  enterLoop(loop, node, stmt);
  execLoopBody(loop, node);
  if (errors == before)
    enterPerSample(loop, *outerRegion);
  bool fine = errors == before && leaveLoop(loop);
  region = outerRegion;
  for (size_t i = 0; i < loop.names.size(); ++i) {
    if (!fine) {
      frame->bind(loop.names[i], Datum());
      continue;
    }
    auto result = std::make_unique<Value>();
    result->node = loop.node;
    result->type = loop.entering[i]->type;
    result->name = loop.names[i];
    result->range = stmt.range;
    frame->bind(loop.names[i], Datum(result.get()));
    loop.node->results.push_back(std::move(result));
  }
  if (fine)
    bindStates(loop);
}

} // namespace lamina::sema
