// The parts of a `train` block and of those that it is made from, and the order in which they are
// checked.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/TrainingBuilder.h"

#include <algorithm>

namespace lamina::sema {

Diagnostic &TrainingBuilder::error(SourceRange range, std::string message) {
  return diagnostics.error(range, std::move(message));
}

std::optional<Training> TrainingBuilder::build(const ast::TrainDecl &decl,
                                               std::span<const SettingOverride> overrides,
                                               size_t stage) {
  file.kind = Frame::Kind::File;
  file.module = &root;
  statics.frame = &file;
  statics.region = &scratch;
  training.name = decl.name.text;
  training.range = decl.name.range;
  if (!collect(decl) || !enterStage(stage) || !applyOverrides(overrides) || !findModel())
    return std::nullopt;
  const bool isChosen = readSettings(); // the errors of both are told
  if (!buildData() || !isChosen || !buildObjective(true, training.loss) ||
      !buildObjective(false, training.check) || !readCompanions() || !buildPeriodic() ||
      !buildFit())
    return std::nullopt;
  keepUsed();
  training.check.instantiation = signature.instantiation;
  training.network = std::move(signature);
  training.chain = chain;
  if (!readRules() || !checkMissing() || !checkMetricNames() || !checkOverrides())
    return std::nullopt;
  return std::move(training);
}

/// What `--set` names must be a setting of the block.
bool TrainingBuilder::checkOverrides() {
  for (const auto &[path, value] : overridden) {
    if (used.contains(path))
      continue;
    std::vector<std::string> known;
    for (const ShownSetting &shown : training.shown)
      known.push_back(shown.path);
    std::optional<std::string> meant = nearest(path, known);
    error(value->range, "'" + training.name + "' has no setting '" + path + "'" +
                            (meant ? "; did you mean '" + *meant + "'?" : ""));
    return false;
  }
  return true;
}

static const ast::TrainDecl *findTrain(const Module &module, const std::string &name) {
  for (const auto &decl : module.syntax.decls)
    if (auto *train = decl->as<ast::TrainDecl>(); train && train->name.text == name)
      return train;
  return nullptr;
}

bool TrainingBuilder::collect(const ast::TrainDecl &decl) {
  if (std::find(open.begin(), open.end(), &decl) != open.end()) {
    error(decl.name.range, "'" + decl.name.text + "' is made from itself");
    return false;
  }
  open.push_back(&decl);
  if (decl.relation && decl.relation->text == "from") {
    if (!collectBase(decl))
      return false;
  } else if (decl.relation) {
    modelExpr = decl.target.get();
  } else {
    modelName.node = ast::NameRef{decl.name.text, std::nullopt};
    modelName.range = decl.name.range;
    modelExpr = &modelName;
  }
  return collectBody(decl.body);
}

bool TrainingBuilder::collectBase(const ast::TrainDecl &decl) {
  auto *name = decl.target->as<ast::NameRef>();
  const ast::TrainDecl *base = name && !name->statics ? findTrain(root, name->text) : nullptr;
  if (base)
    return collect(*base);
  std::vector<std::string> names;
  for (const auto &other : root.syntax.decls)
    if (auto *train = other->as<ast::TrainDecl>(); train && train != &decl)
      names.push_back(train->name.text);
  std::optional<std::string> meant = name ? nearest(name->text, names) : std::nullopt;
  error(decl.target->range, "there is no 'train' block to take settings from here" +
                                (meant ? "; did you mean '" + *meant + "'?"
                                       : std::string("; 'train NAME of MODEL' trains a model")));
  return false;
}

bool TrainingBuilder::collectBody(const ast::Body &body) {
  bool isWell = true;
  std::set<std::string> seen;
  named.clear();
  for (const ast::StmtPtr &stmt : body.statements) {
    if (auto *bind = stmt->as<ast::BindStmt>()) {
      isWell &= collectSetting(*bind, stmt->range, seen);
    } else if (auto *part = stmt->as<ast::SettingStmt>()) {
      isWell &= collectPart(*part);
    } else {
      error(stmt->range, "a 'train' block holds settings ('batch = 64') and the parts 'data', "
                         "'objective' and 'group'; what computes stands in these");
      isWell = false;
    }
  }
  if (!body.returns.empty()) {
    error(body.returnRange, "a 'train' block returns nothing");
    isWell = false;
  }
  return isWell;
}

bool TrainingBuilder::collectSetting(const ast::BindStmt &bind, SourceRange range,
                                     std::set<std::string> &seen) {
  const std::string &name = bind.names.front().text;
  if (bind.names.size() != 1 || bind.type) {
    error(range, "a setting is one name and its value: 'batch = 64'");
    return false;
  }
  std::vector<std::string> known;
  for (std::string_view setting : settingNames())
    known.emplace_back(setting);
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    std::optional<std::string> meant = nearest(name, known);
    error(bind.names.front().range, "a 'train' block has no setting '" + name + "'" +
                                        (meant ? "; did you mean '" + *meant + "'?" : ""));
    return false;
  }
  if (!seen.insert(name).second) {
    error(range, "'" + name + "' is set twice").note(settings[name].range, "it is set here too");
    return false;
  }
  // One says how long, and the later block decides.
  for (const auto &[one, other] : {std::pair("epochs", "steps"), std::pair("steps", "epochs")})
    if (name == one && !seen.contains(other))
      settings.erase(other);
  settings[name] = {bind.value.get(), range};
  return true;
}

bool TrainingBuilder::collectPart(const ast::SettingStmt &part) {
  const std::string &keyword = part.keyword.text;
  const bool hasBody = part.body.has_value();
  if (keyword == "data" && hasBody && part.heads.empty())
    return collectData(*part.body);
  if (keyword == "objective" && hasBody && part.heads.empty()) {
    objective = &part;
    return true;
  }
  if (keyword == "group" && hasBody && !part.heads.empty()) {
    groups.push_back(&part);
    return true;
  }
  if (keyword == "with" && !hasBody)
    return collectWith(part);
  if (keyword == "stage" && hasBody)
    return collectStage(part);
  if (keyword == "every" && hasBody && part.heads.size() == 1) {
    periods.push_back(&part);
    return true;
  }
  error(part.keyword.range,
        "'" + keyword +
            "' is no part of a 'train' block; these are 'data { … }', "
            "'objective { … }', 'group \"PATTERN\" { … }', 'with NAME = MODEL', "
            "'every 10 steps { … }' and 'stage NAME { … }'");
  return false;
}

/// The statements of `data`; a later block's binding takes the place of the one of its name.
bool TrainingBuilder::collectData(const ast::Body &body) {
  auto nameOf = [](const ast::Stmt &stmt) -> std::string {
    if (auto *part = stmt.as<ast::SettingStmt>()) {
      std::string name = part->keyword.text + " ";
      for (const ast::Name &word : part->path)
        name += "." + word.text;
      return name;
    }
    auto *bind = stmt.as<ast::BindStmt>();
    return bind && bind->names.size() == 1 ? bind->names.front().text : "";
  };
  const size_t inherited = data.size();
  for (const ast::StmtPtr &stmt : body.statements) {
    const std::string name = nameOf(*stmt);
    auto old = std::find_if(data.begin(), data.begin() + inherited, [&](const ast::Stmt *other) {
      return !name.empty() && nameOf(*other) == name;
    });
    if (old != data.begin() + inherited)
      *old = stmt.get();
    else
      data.push_back(stmt.get());
  }
  return true;
}

bool TrainingBuilder::applyOverrides(std::span<const SettingOverride> overrides) {
  for (const SettingOverride &given : overrides) {
    std::string path = given.path;
    bool isOthers = false; // of another stage: `warm.epochs`
    for (const ast::SettingStmt *stage : stages) {
      const std::string name = stage->heads[0]->as<ast::NameRef>()->text;
      if (!path.starts_with(name + "."))
        continue;
      if (name == training.stage)
        path = path.substr(name.size() + 1);
      else
        isOthers = true;
    }
    if (isOthers)
      continue;
    overridden[path] = given.value;
    const std::span<const std::string_view> names = settingNames();
    if (std::find(names.begin(), names.end(), path) == names.end())
      continue;
    if (path == "epochs")
      settings.erase("steps");
    if (path == "steps")
      settings.erase("epochs");
    settings[path] = {given.value, given.value->range};
    used.insert(path);
  }
  return true;
}

bool TrainingBuilder::findModel() {
  if (const Setting *model = find("model"))
    modelExpr = model->value;
  Datum found = statics.eval(*modelExpr);
  auto *callable = found.as<CallablePtr>();
  if (!callable || !*callable || !(*callable)->model()) {
    if (!found.isPoison())
      error(modelExpr->range, "a 'train' block trains a model, but this is " + describe(found));
    return false;
  }
  callee = *callable;
  training.model = callee->name;
  training.modelRange = modelExpr->range;
  Instantiator engine(modules, diagnostics, limits, reported);
  std::optional<Model> made = engine.model(root, *modelExpr);
  if (!made)
    return false;
  signature = std::move(*made);
  return true;
}

/// `val.accuracy` names a part of the split and a metric of the objective.
bool TrainingBuilder::checkMetricNames() {
  std::vector<std::string> known;
  for (const DataSplit::Part &part : training.split.parts) {
    known.push_back(part.name + ".loss");
    for (const std::string &metric : training.metrics)
      known.push_back(part.name + "." + metric);
  }
  bool isWell = true;
  auto check = [&](const SettingCall &call) {
    for (const auto &[name, word] : call.words) {
      if (std::find(known.begin(), known.end(), word) != known.end())
        continue;
      std::optional<std::string> meant = nearest(word, known);
      error(call.range, "nothing measures '" + word + "'" +
                            (meant ? "; did you mean '" + *meant + "'?"
                                   : "; a metric is 'PART.NAME' with a part of 'split' and a "
                                     "'metric' of the objective or 'loss'"));
      isWell = false;
    }
  };
  check(training.keep);
  check(training.schedule);
  if (training.stop)
    check(*training.stop);
  return isWell;
}

} // namespace lamina::sema
