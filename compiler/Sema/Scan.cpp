// `scan<t>(x) { … emit y = e }`: a body once for each position of an axis. In the program it is a
// repeat whose slices are of values.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Loop.h"

#include "compiler/Sema/Axes.h"

#include <algorithm>
#include <utility>

namespace lamina::sema {

struct Instantiator::Scan {
  Loop loop;
  bool isReverse = false;
  std::string spelled;            ///< the axis as the text calls it
  std::string axis;               ///< its name in the program
  std::vector<std::string> names; ///< of the values that are gone through
  std::vector<Value *> scanned;   ///< these values, the axis in front
  Region *body = nullptr;
  std::vector<std::pair<ast::Name, Value *>> emitted;
};

/// `<t>` or `<t, reverse>`.
bool Instantiator::scannedAxis(Scan &scan, const ast::ScanStmt &node) {
  const ast::StaticArgs &statics = node.statics;
  auto plain = [&](size_t i) {
    auto *name = !statics[i].name && !statics[i].arrow && !statics[i].value.isRange
                     ? statics[i].value.low->as<ast::NameRef>()
                     : nullptr;
    return name && !name->statics ? name->text : "";
  };
  const bool fits =
      (statics.size() == 1 || (statics.size() == 2 && plain(1) == "reverse")) && !plain(0).empty();
  scan.loop.range = statics.empty() ? node.body.range : statics[0].range;
  if (!fits)
    return error(scan.loop.range, "'scan' goes along one axis: 'scan<t>(x) { … }' or 'scan<t, "
                                  "reverse>(x) { … }'"),
           false;
  scan.isReverse = statics.size() == 2;
  scan.spelled = plain(0);
  const AxisList axes = frame->axis(scan.spelled, scan.loop.range);
  if (axes.size() != 1 || axes[0].ir == "batch")
    return error(scan.loop.range,
                 "'scan' goes along one axis of a sample, which '" + scan.spelled + "' is not"),
           false;
  scan.axis = axes[0].ir;
  scan.loop.axis = frame->fresh(scan.spelled); // values of the body may have the axis itself
  return true;
}

/// The values that are listed: names, each with the axis.
bool Instantiator::scannedValues(Scan &scan, const ast::ScanStmt &node) {
  for (const ast::ExprPtr &input : node.inputs) {
    auto *name = input->as<ast::NameRef>();
    if (!name || name->statics)
      return error(input->range, "'scan' lists names, which stand for one position inside of it; "
                                 "bind this to a name first"),
             false;
    Value *value = toTensor(eval(*input), input->range, "'" + name->text + "'");
    const Axis *axis = value ? value->type.find(scan.axis) : nullptr;
    if (!axis)
      return value && (error(input->range,
                             "there is no axis '" + scan.spelled + "' in " + toString(value->type)),
                       false);
    if (axis->isBound || axis->extent < 1)
      return error(input->range, "'scan' needs an extent known at compile time, but '" +
                                     scan.spelled + "' is known only at run time"),
             false;
    if (!scan.scanned.empty() && axis->extent != scan.loop.count)
      return error(input->range, "axis '" + scan.spelled + "' has extent " +
                                     std::to_string(axis->extent) + " here and " +
                                     std::to_string(scan.loop.count) + " in '" + scan.names[0] +
                                     "'")
                 .origin(value, scan.axis),
             false;
    scan.loop.count = axis->extent;
    std::vector<std::string> order = {scan.axis};
    for (const Axis &other : value->type.axes)
      if (other.name != scan.axis)
        order.push_back(other.name);
    Builder build = builder();
    scan.names.push_back(name->text);
    scan.scanned.push_back(
        renameTo(reorder(value, order, build), {scan.axis}, {scan.loop.axis}, input->range));
  }
  return true;
}

void Instantiator::enterScan(Scan &scan, const ast::ScanStmt &node, const ast::Stmt &stmt) {
  Loop &loop = scan.loop;
  loop.node = builder().add(Op::Repeat, loop.entering, {}, stmt.range);
  loop.node->attributes["name"] = loop.axis;
  loop.node->attributes["count"] = loop.count;
  loop.node->attributes["carried"] = static_cast<int64_t>(loop.entering.size());
  if (scan.isReverse)
    loop.node->attributes["reverse"] = true;
  repeatNames[loop.node] = scan.spelled;
  scan.body = open(loop.node, 0);
  argument(*scan.body, Type{ElementType::I64, {}}, "", loop.range);
  for (size_t i = 0; i < loop.names.size(); ++i)
    loop.inside.push_back(
        argument(*scan.body, loop.entering[i]->type, loop.names[i], loop.entering[i]->range));
  for (size_t i = 0; i < scan.scanned.size(); ++i)
    frame->bind(scan.names[i], Datum(stackedArgument(loop.node, scan.scanned[i])));
  for (size_t i = 0; i < loop.names.size(); ++i)
    frame->bind(loop.names[i], Datum(loop.inside[i]));
}

void Instantiator::execScanBody(Scan &scan, const ast::Body &body) {
  Loop &loop = scan.loop;
  Scan *outer = std::exchange(scanning, &scan);
  region = scan.body; // the caller puts the outer region back
  enclosing.push_back(loop.node);
  frame->ambient.insert(loop.axis);
  exec(body);
  materialise(frame->scopes.back());
  if (!body.returns.empty())
    error(body.returnRange, "'return' stands last in a block, not in 'scan'");
  for (const std::string &name : loop.names)
    loop.leaving.push_back(frame->scopes.back()[name].datum);
  frame->ambient.erase(loop.axis);
  enclosing.pop_back();
  scanning = outer;
}

void Instantiator::execNode(const ast::EmitStmt &node, const ast::Stmt &stmt) {
  if (!scanning || region != scanning->body) {
    error(stmt.range, "'emit' stands in the body of a 'scan', and in no other loop in it");
    return;
  }
  Value *value = toTensor(eval(*node.value), node.value->range, "'" + node.name.text + "'");
  if (!value)
    return;
  if (value->type.find(scanning->axis)) {
    error(node.value->range, "'emit' gives '" + node.name.text + "' the axis '" +
                                 scanning->spelled + "', which it has already")
        .origin(value, scanning->axis);
    return;
  }
  for (const auto &[name, other] : scanning->emitted)
    if (name.text == node.name.text) {
      error(node.name.range, "'" + name.text + "' is emitted twice").note(name.range, "once here");
      return;
    }
  scanning->emitted.emplace_back(node.name, value);
}

/// Binds what a scan leaves behind: the last carried values, and what it has emitted.
void Instantiator::leaveScan(Scan &scan, Region &outer, SourceRange range) {
  Loop &loop = scan.loop;
  for (const auto &[name, value] : scan.emitted)
    region->results.push_back(value);
  region = &outer;
  auto addResult = [&](Type type) {
    auto result = std::make_unique<Value>();
    result->node = loop.node;
    result->type = std::move(type);
    result->range = range;
    loop.node->results.push_back(std::move(result));
    return loop.node->results.back().get();
  };
  for (size_t i = 0; i < loop.names.size(); ++i)
    frame->bind(loop.names[i], Datum(addResult(loop.entering[i]->type)));
  bindStates(loop);
  for (const auto &[name, value] : scan.emitted) {
    Type type = value->type;
    type.axes.insert(type.axes.begin(), Axis{loop.axis, loop.count});
    Value *all = renameTo(addResult(std::move(type)), {loop.axis}, {scan.axis}, name.range);
    frame->sight(all);
    bindName(name, Datum(all));
  }
}

void Instantiator::execNode(const ast::ScanStmt &node, const ast::Stmt &stmt) {
  Scan scan;
  const size_t before = errors;
  if (!scannedAxis(scan, node) || !scannedValues(scan, node))
    return;
  frame->scopes.emplace_back(); // the listed names mean their slices, so they are not carried
  Region *outer = region;
  bool fine = findCarried(scan.loop, node.body);
  for (size_t i = scan.loop.names.size(); i-- > 0;)
    if (std::find(scan.names.begin(), scan.names.end(), scan.loop.names[i]) != scan.names.end()) {
      scan.loop.names.erase(scan.loop.names.begin() + static_cast<ptrdiff_t>(i));
      scan.loop.entering.erase(scan.loop.entering.begin() + static_cast<ptrdiff_t>(i));
    }
  if (fine) {
    enterScan(scan, node, stmt);
    execScanBody(scan, node.body);
    if (errors == before)
      enterPerSample(scan.loop, *outer);
    fine = errors == before && leaveLoop(scan.loop);
  }
  frame->scopes.pop_back();
  if (fine)
    return leaveScan(scan, *outer, stmt.range);
  region = outer;
  for (const std::string &name : scan.loop.names)
    frame->bind(name, Datum());
  for (const auto &[name, value] : scan.emitted)
    frame->bind(name.text, Datum());
}

} // namespace lamina::sema
