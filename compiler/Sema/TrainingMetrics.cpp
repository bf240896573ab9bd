// Metrics: means over the samples, and those of a whole part, whose parts the blocks of std.metric
// give for each sample.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/TrainingBuilder.h"

#include <algorithm>

namespace lamina::sema {

/// Whether the value of a metric is a call of a block of std.metric, and not of one of the file's
/// own.
static bool isWhole(const ModuleTable &modules, const Module &module, const Module *wholes,
                    const ast::Expr &value) {
  auto *call = value.as<ast::Call>();
  auto *callee = call ? call->callee->as<ast::NameRef>() : nullptr;
  if (!callee || !wholes || !modules.find(module, callee->text).candidates.empty())
    return false;
  const Declared *one = modules.findPublic(*wholes, callee->text).one();
  return one && one->module == wholes && one->decl->as<ast::BlockDecl>();
}

/// `metric accuracy = argmax<classes>(logits) == label`
void Instantiator::objectiveMetric(const ast::SettingStmt &node, const ast::Stmt &stmt) {
  if (!training || training->columns || node.keyword.text != "metric" || node.path.size() != 1 ||
      !node.value) {
    error(stmt.range,
          "'" + node.keyword.text + "' starts no statement here; it belongs in a 'train' block");
    return;
  }
  const ast::Name &name = node.path.front();
  const bool isTaken = std::any_of(training->metrics.begin(), training->metrics.end(),
                                   [&](const auto &m) { return m.name.text == name.text; });
  if (name.text == "loss" || isTaken) {
    error(name.range, isTaken ? "there are two metrics '" + name.text + "'"
                              : "the loss is measured anyway; this needs another name");
    return;
  }
  TrainingContext::Metric metric{name, "", {}};
  if (isWhole(modules, *frame->module, training->wholes, *node.value)) {
    const ast::Call &call = *node.value->as<ast::Call>();
    metric.kind = call.callee->as<ast::NameRef>()->text;
    metric.values = wholeMetric(call, node.value->range);
    if (metric.values.empty())
      return;
  } else {
    Datum datum = eval(*node.value);
    Value *value = toTensor(datum, node.value->range, "the metric '" + name.text + "'");
    if (!value)
      return;
    metric.values = {value};
  }
  training->metrics.push_back(std::move(metric));
}

/// What a block of std.metric gives for each sample; empty after an error.
std::vector<Value *> Instantiator::wholeMetric(const ast::Call &call, SourceRange range) {
  std::vector<CallArg> args;
  if (!evalArgs(call.args, args))
    return {};
  const Module *losses = std::exchange(training->losses, training->wholes);
  Datum result =
      callLoss(lossNamed(call.callee->as<ast::NameRef>()->text), std::move(args), range, &call);
  training->losses = losses;
  std::vector<Value *> values;
  auto *results = result.as<Results>();
  for (const Datum &one : results ? results->values : std::vector<Datum>{result})
    if (Value *value = toTensor(one, range, "a metric"))
      values.push_back(value);
  return result.isPoison() ? std::vector<Value *>() : values;
}

} // namespace lamina::sema
