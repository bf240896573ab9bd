// `carry = prune(by = "l2")`: which axes of a stage's parameters are cuts of larger ones in the
// stage before.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/AxisClasses.h"
#include "compiler/Sema/TrainingBuilder.h"

#include <algorithm>

namespace lamina::sema {

bool TrainingBuilder::readCarry() {
  const Setting *setting = find("carry");
  if (!setting)
    return true;
  show("carry", std::string(diagnostics.sourceManager().text(setting->value->range)), false);
  auto *call = setting->value->as<ast::Call>();
  auto *callee = call ? call->callee->as<ast::NameRef>() : nullptr;
  const bool isPrune = callee && callee->text == "prune" && !callee->statics &&
                       call->args.size() == 1 && call->args[0].name &&
                       call->args[0].name->text == "by";
  auto *by = isPrune ? std::get_if<ast::ExprPtr>(&call->args[0].value) : nullptr;
  std::optional<std::string> norm = by ? readString(**by, "by") : std::nullopt;
  if (by && !norm)
    return false;
  if (!norm || (*norm != "l1" && *norm != "l2")) {
    error(setting->value->range,
          "'carry' is 'prune(by = \"l2\")' or 'prune(by = \"l1\")': which positions stay");
    return false;
  }
  training.carry.name = "prune";
  training.carry.words["by"] = *norm;
  training.carry.range = setting->range;
  return true;
}

namespace {

const std::string &pathOf(const Node &param) {
  return std::get<std::string>(param.attributes.find("path")->second);
}

std::vector<const Node *> paramsOf(const Training &training) {
  std::vector<const Node *> params;
  for (const auto &node : training.loss.body.nodes)
    if (node->op == Op::Param)
      params.push_back(node.get());
  return params;
}

/// How many axes of the parameter are those of `repeat`.
size_t rounds(const Node &param) {
  return static_cast<size_t>(std::count(pathOf(param).begin(), pathOf(param).end(), '*'));
}

/// Compares the parameters of two stages and gathers the axes that shrink by their classes.
class Linker {
public:
  Linker(const Training &before, Training &stage, Diagnostics &diagnostics)
      : before(before), stage(stage), diagnostics(diagnostics), axes(before.loss.body) {}

  bool run() {
    for (const Node *old : paramsOf(before))
      for (const Node *param : paramsOf(stage))
        if (pathOf(*old) == pathOf(*param) && !compare(*old, *param))
          return false;
    return isEmpty || (closeCuts() && checkSettings());
  }

private:
  bool fail(std::string message) const {
    SourceRange range = stage.carry.name.empty() ? stage.modelRange : stage.carry.range;
    diagnostics.error(range, std::move(message));
    return false;
  }

  static std::string in(const Axis &axis, const Node &param) {
    return "axis '" + axis.name + "' of '" + pathOf(param) + "'";
  }

  bool compare(const Node &old, const Node &param) {
    const Type &from = old.result()->type, &to = param.result()->type;
    if (from.axes.size() != to.axes.size())
      return fail("'" + pathOf(param) + "' is " + toString(to) + ", but " + toString(from) +
                  " in the stage before: nothing carries that over");
    for (size_t i = 0; i < from.axes.size(); ++i) {
      const Axis &wide = from.axes[i], &narrow = to.axes[i];
      if (wide.extent == narrow.extent)
        continue;
      const std::string extents = std::to_string(wide.extent) +
                                  " positions in the stage before and " +
                                  std::to_string(narrow.extent) + " in this one";
      if (stage.carry.name.empty())
        return fail(in(wide, param) + " has " + extents +
                    "; 'carry = prune(by = \"l2\")' keeps those with the largest norm");
      if (wide.extent < narrow.extent)
        return fail(in(wide, param) + " has " + extents + ": 'prune' cuts, it does not grow");
      if (i < rounds(old))
        return fail(in(wide, param) + " has " + extents +
                    ": 'prune' cuts no rounds of a 'repeat', which are no positions");
      isEmpty = false;
      const size_t own = axes.classOf(*old.result(), wide.name);
      if (!axes.order(own).empty())
        return fail(in(wide, param) + " has " + extents + ", but its positions have an order: '" +
                    axes.order(own) + "' goes along it");
      cuts[own].from = wide.extent;
      cuts[own].to = narrow.extent;
    }
    return true;
  }

  /// All parameters of a class are cut alike.
  bool closeCuts() {
    for (auto &[own, cut] : cuts) {
      bool isStacked = true;
      for (const Node *old : paramsOf(before)) {
        const Type &type = old->result()->type;
        for (size_t i = 0; i < type.axes.size(); ++i) {
          if (axes.classOf(*old->result(), type.axes[i].name) != own)
            continue;
          isStacked &= rounds(*old) > 0;
          const bool isState =
              std::get<std::string>(old->attributes.find("role")->second) == "state";
          cut.parts.push_back({pathOf(*old), i, !isState});
        }
      }
      cut.isPerRound = isStacked && !axes.leavesRounds(own);
      stage.cuts.push_back(std::move(cut));
    }
    return true;
  }

  bool checkSettings() const {
    if (stage.continues)
      return fail("'continue' keeps what the optimizer had of each parameter, and 'prune' changes "
                  "their shapes; a pruned stage begins with a fresh optimizer");
    return true;
  }

  const Training &before;
  Training &stage;
  Diagnostics &diagnostics;
  AxisClasses axes;
  std::map<size_t, CarriedCut> cuts;
  bool isEmpty = true;
};

} // namespace

bool linkStages(const Training &before, Training &stage, Diagnostics &diagnostics) {
  return Linker(before, stage, diagnostics).run();
}

} // namespace lamina::sema
