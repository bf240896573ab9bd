// What changes in the course of a run: its stages, and a schedule that is an
// expression.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/TrainingBuilder.h"

#include <algorithm>

namespace lamina::sema {

/// `stage warm { … }`; a later block's stage takes the place of the one of its
/// name.
bool TrainingBuilder::collectStage(const ast::SettingStmt &part) {
  auto nameOf = [](const ast::SettingStmt &stmt) {
    auto *name = stmt.heads.size() == 1 ? stmt.heads[0]->as<ast::NameRef>() : nullptr;
    return name && !name->statics ? name->text : "";
  };
  const std::string name = nameOf(part);
  if (name.empty() || !training.stage.empty()) {
    error(part.keyword.range,
          name.empty() ? "a stage has a name: 'stage warm { … }'" : "a stage holds no stages");
    return false;
  }
  if (!named.insert("stage " + name).second) {
    error(part.heads[0]->range, "two stages are called '" + name + "'");
    return false;
  }
  auto old = std::find_if(stages.begin(), stages.end(),
                          [&](const ast::SettingStmt *other) { return nameOf(*other) == name; });
  if (old != stages.end())
    *old = &part;
  else
    stages.push_back(&part);
  return true;
}

/// The settings of a stage are those of the block with the stage's own over
/// them.
bool TrainingBuilder::enterStage(size_t number) {
  if (const Setting *continues = find("continue")) {
    error(continues->range, "'continue' says how a stage begins: it stands in 'stage NAME { … }'");
    return false;
  }
  if (const Setting *carry = find("carry")) {
    error(carry->range, "'carry' says what a stage takes over from the one before: it stands in "
                        "'stage NAME { … }'");
    return false;
  }
  if (stages.empty())
    return true;
  training.stage = stages[number]->heads[0]->as<ast::NameRef>()->text;
  if (number > 0)
    settings.erase("init"); // the block's own is where the first stage begins
  if (!collectBody(*stages[number]->body))
    return false;
  for (const char *name : {"continue", "carry"})
    if (const Setting *setting = number == 0 ? find(name) : nullptr) {
      error(setting->range, "'" + std::string(name) + "' goes on with what the stage before has " +
                                "made, and this is the first one");
      return false;
    }
  return true;
}

/// A call of the table, or an expression.
bool TrainingBuilder::readSchedule() {
  ast::Expr constant;
  const ast::Expr &value = showChosen("schedule", "constant", constant);
  auto *call = value.as<ast::Call>();
  auto *name = call ? call->callee->as<ast::NameRef>() : value.as<ast::NameRef>();
  const bool isOwn = name && !modules.find(root, name->text).candidates.empty();
  if (!name || isOwn || (call && isPrimitive(name->text)))
    return buildSchedule(value);
  std::optional<SettingCall> read = readCall(value, scheduleRules(), "schedule", "schedule");
  if (read)
    training.schedule = std::move(*read);
  return read.has_value();
}

/// A program of what a schedule may go by.
bool TrainingBuilder::buildSchedule(const ast::Expr &expr) {
  Instantiator engine(modules, diagnostics, limits, reported);
  Frame top;
  Instantiator::LiveFrame live(engine, top);
  Model program;
  enter(engine, top, program.body);
  engine.floatType = ElementType::F64;
  for (const char *name : {"step", "steps", "epoch", "epochs"}) {
    Value *value = engine.argument(program.body, Type{ElementType::F64, {}}, name, expr.range);
    program.shared.push_back(true);
    top.bind(name, Datum(value));
  }
  Datum datum = engine.eval(expr);
  Value *factor = datum.isPoison() ? nullptr : engine.toTensor(datum, expr.range, "a schedule");
  if (!factor)
    return false;
  if (!factor->type.axes.empty() || factor->type.element == ElementType::Bool) {
    error(expr.range,
          "a schedule is one number, the factor on 'lr', but this is " + toString(factor->type));
    return false;
  }
  factor = engine.cast(factor, ElementType::F64, expr.range);
  program.name = training.name + "Schedule";
  program.range = training.range;
  program.outputs.push_back({"factor", factor});
  program.body.results.push_back(factor);
  training.scheduleProgram = std::move(program);
  training.schedule.name = "program";
  return true;
}

} // namespace lamina::sema
