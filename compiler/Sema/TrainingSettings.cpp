// The settings of a `train` block: how long, in which batches, with which optimizer for which
// parameters.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/TrainingBuilder.h"

#include <algorithm>

namespace lamina::sema {

const TrainingBuilder::Setting *TrainingBuilder::find(const std::string &name) const {
  auto found = settings.find(name);
  return found == settings.end() ? nullptr : &found->second;
}

void TrainingBuilder::show(const std::string &path, std::string text, bool isDefault) {
  training.shown.push_back({path, std::move(text), isDefault});
}

const ast::Expr &TrainingBuilder::showChosen(const std::string &name, const std::string &usual,
                                             ast::Expr &usualExpr) {
  const Setting *setting = find(name);
  if (setting) {
    show(name, std::string(diagnostics.sourceManager().text(setting->value->range)), false);
    return *setting->value;
  }
  usualExpr.node = ast::NameRef{usual, std::nullopt};
  usualExpr.range = training.range;
  show(name, usual, true);
  return usualExpr;
}

bool TrainingBuilder::readSettings() {
  bool isWell = readOptimizer();
  isWell &= readLength();
  isWell &= readNumbers();
  isWell &= readEvaluated();
  isWell &= readWith() && readInit();
  isWell &= readSchedule();
  isWell &= readCarry() && readPrecision();
  if (const Setting *continues = find("continue")) {
    std::optional<bool> value = readBool(*continues->value, "continue");
    isWell &= value.has_value();
    training.continues = value.value_or(false);
    show("continue", training.continues ? "true" : "false", false);
  }
  isWell &= readKeep();
  if (const Setting *stop = find("stop")) {
    training.stop = readCall(*stop->value, stopRules(), "stop", "stop");
    isWell &= training.stop.has_value();
  }
  return isWell && checkChoices();
}

bool TrainingBuilder::readKeep() {
  ast::Expr last;
  std::optional<SettingCall> read =
      readCall(showChosen("keep", "last", last), keepRules(), "keep", "keep");
  if (read)
    training.keep = std::move(*read);
  return read.has_value();
}

/// What chooses by a metric names one.
bool TrainingBuilder::checkChoices() {
  for (const SettingCall *call :
       {&training.keep, training.stop ? &*training.stop : nullptr, &training.schedule})
    if (call && call->words.size() != 1 &&
        (call->name == "best" || call->name == "patience" || call->name == "plateau")) {
      error(call->range,
            "'" + call->name + "' goes by one metric: 'max = val.accuracy' or 'min = val.loss'");
      return false;
    }
  return true;
}

/// Steps compute in the types that the model says.
bool TrainingBuilder::readPrecision() {
  const Setting *setting = find("precision");
  auto *name = setting ? setting->value->as<ast::NameRef>() : nullptr;
  show("precision", "f32", !setting);
  if (!setting || (name && name->text == "f32" && !name->statics))
    return true;
  error(setting->value->range, "'precision' is 'f32'; steps in other types are not supported yet");
  return false;
}

bool TrainingBuilder::readLength() {
  const Setting *epochs = find("epochs"), *steps = find("steps");
  if (epochs && steps) {
    error(steps->range, "'epochs' and 'steps' both say how long; one is enough")
        .note(epochs->range, "'epochs' is set here");
    return false;
  }
  if (!epochs && !steps) {
    error(training.range, "'" + training.name +
                              "' does not say how long it trains: 'epochs = 10' or 'steps = 1000'");
    return false;
  }
  const Setting &length = epochs ? *epochs : *steps;
  const std::string name = epochs ? "epochs" : "steps";
  std::optional<int64_t> count = readInt(*length.value, name, 1);
  if (count) {
    training.length = {static_cast<double>(*count), epochs != nullptr};
    show(name, std::to_string(*count), false);
  }
  return count.has_value();
}

bool TrainingBuilder::readNumbers() {
  bool isWell = true;
  if (!find("batch")) {
    error(training.range, "'" + training.name + "' needs 'batch = N', the samples of a step");
    isWell = false;
  }
  auto integer = [&](const std::string &name, int64_t initial, int64_t least) {
    const Setting *setting = find(name);
    std::optional<int64_t> value = setting ? readInt(*setting->value, name, least) : initial;
    isWell &= value.has_value();
    if (value && (setting || name != "batch"))
      show(name, std::to_string(*value), !setting);
    return value.value_or(initial);
  };
  auto truth = [&](const std::string &name, bool initial) {
    const Setting *setting = find(name);
    std::optional<bool> value = setting ? readBool(*setting->value, name) : initial;
    isWell &= value.has_value();
    if (value)
      show(name, *value ? "true" : "false", !setting);
    return value.value_or(initial);
  };
  training.batch = integer("batch", 1, 1);
  training.seed = static_cast<uint64_t>(integer("seed", 0, 0));
  training.log = integer("log", 1, 1);
  training.shuffle = truth("shuffle", true);
  training.dropLast = truth("drop_last", false);
  training.interval = {1, true};
  if (const Setting *check = find("check")) {
    std::optional<Duration> every = readDuration(*check->value, "check");
    isWell &= every.has_value();
    training.interval = every.value_or(training.interval);
  }
  show("check",
       spell(Datum(int64_t(training.interval.count))) +
           (training.interval.isEpochs ? " epochs" : " steps"),
       !find("check"));
  return isWell;
}

bool TrainingBuilder::readOptimizer() {
  const Setting *setting = find("optimizer");
  if (!setting) {
    error(training.range,
          "'" + training.name + "' needs an optimizer: 'optimizer = adamw(lr = 1e-3)'");
    return false;
  }
  show("optimizer", std::string(diagnostics.sourceManager().text(setting->value->range)), false);
  std::vector<const ast::Expr *> links;
  const ast::Expr *at = setting->value;
  while (auto *pipe = at->as<ast::Pipe>()) {
    links.push_back(pipe->target.get());
    at = pipe->input.get();
  }
  links.push_back(at);
  std::reverse(links.begin(), links.end());
  bool isWell = true;
  for (const ast::Expr *link : links) {
    std::optional<SettingCall> call = readCall(*link, optimizerRules(), "optimizer", "optimizer");
    isWell &= call.has_value();
    if (call)
      chain.push_back(std::move(*call));
  }
  return isWell && checkChain();
}

static const SettingRule &ruleOf(const SettingCall &link) {
  const std::span<const SettingRule> rules = optimizerRules();
  return *std::find_if(rules.begin(), rules.end(),
                       [&](const SettingRule &rule) { return rule.name == link.name; });
}

/// `sam` first, then what changes the gradient, one rule, and what follows the weights.
bool TrainingBuilder::checkChain() {
  const SettingCall *rule = nullptr, *before = nullptr;
  for (const SettingCall &link : chain) {
    const LinkPlace place = ruleOf(link).place;
    if (place == LinkPlace::Rule && rule) {
      error(link.range, "an optimizer has one rule, and '" + rule->name + "' is one already")
          .note(rule->range, "'" + rule->name + "' stands here");
      return false;
    }
    if (before && place < ruleOf(*before).place) {
      error(link.range,
            "'" + link.name + "' stands behind '" + before->name + "', but " +
                (place == LinkPlace::Around
                     ? "is around the whole step: it stands first"
                     : "works on the gradient, which that has used up: it stands before it"))
          .note(before->range, "'" + before->name + "' stands here");
      return false;
    }
    if (place == LinkPlace::Rule)
      rule = &link;
    if (place == LinkPlace::Weights && !rule) {
      error(link.range, "'" + link.name +
                            "' follows the weights that a rule makes: write 'adamw(…) |> " +
                            link.name + "(…)'");
      return false;
    }
    before = &link;
  }
  if (!rule)
    error(
        chain.back().range,
        "the chain has no rule that moves the weights: one of sgd, adam, adamw, lamb, lion, muon");
  return rule != nullptr;
}

/// The paths of a parameter's tensors in a checkpoint: `*` stands for the positions of a `repeat`.
static std::vector<std::string> expandPath(const Node &param) {
  std::vector<std::string> paths = {std::get<std::string>(param.attributes.find("path")->second)};
  const Type &type = param.result()->type;
  for (size_t axis = 0; paths.front().find('*') != std::string::npos; ++axis) {
    std::vector<std::string> next;
    for (const std::string &path : paths)
      for (int64_t i = 0; i < type.axes[axis].extent; ++i)
        next.push_back(std::string(path).replace(path.find('*'), 1, std::to_string(i)));
    paths = std::move(next);
  }
  return paths;
}

/// How many of `paths` a list of patterns matches.
static size_t countMatches(const std::vector<std::string> &patterns,
                           const std::vector<std::string> &paths) {
  return static_cast<size_t>(
      std::count_if(paths.begin(), paths.end(), [&](const std::string &path) {
        return std::any_of(patterns.begin(), patterns.end(),
                           [&](const std::string &p) { return matchesPattern(p, path); });
      }));
}

std::optional<std::vector<std::string>> TrainingBuilder::readOnly() {
  const Setting *setting = find("only");
  if (!setting)
    return std::vector<std::string>{"*"};
  auto *list = setting->value->as<ast::List>();
  if (list)
    return readPatterns(list->items);
  error(setting->value->range, "'only' is a list of patterns: only = [\"head.*\"]");
  return std::nullopt;
}

/// One rule for each trained parameter, with the groups in the order of the text.
bool TrainingBuilder::readRules() {
  std::optional<std::vector<std::string>> only = readOnly();
  if (!only)
    return false;
  for (const auto &node : training.loss.body.nodes) {
    if (node->op != Op::Param ||
        std::get<std::string>(node->attributes.find("role")->second) != "trained")
      continue;
    const std::vector<std::string> paths = expandPath(*node);
    const size_t matched = countMatches(*only, paths);
    if (matched && matched != paths.size()) {
      error(find("only")->range, "'only' takes some positions of '" +
                                     std::get<std::string>(node->attributes.find("path")->second) +
                                     "' and leaves others, which is not supported yet");
      return false;
    }
    if (matched)
      training.rules.push_back(
          {std::get<std::string>(node->attributes.find("path")->second), chain});
  }
  if (training.rules.empty()) {
    error(find("only") ? find("only")->range : training.range, "nothing is left to train");
    return false;
  }
  bool isWell = true;
  for (const ast::SettingStmt *group : groups)
    isWell &= readGroup(*group);
  return isWell;
}

std::optional<std::vector<std::string>>
TrainingBuilder::readPatterns(const std::vector<ast::ExprPtr> &heads) {
  std::vector<std::string> patterns;
  for (const ast::ExprPtr &head : heads) {
    std::optional<std::string> pattern = readString(*head, "a pattern");
    if (!pattern)
      return std::nullopt;
    bool matches = false;
    for (const auto &node : training.loss.body.nodes)
      if (node->op == Op::Param)
        matches |= countMatches({*pattern}, expandPath(*node)) > 0;
    if (!matches) {
      error(head->range, "no parameter's path matches \"" + *pattern +
                             "\"; 'lamina summary --paths' lists them");
      return std::nullopt;
    }
    patterns.push_back(std::move(*pattern));
  }
  return patterns;
}

bool TrainingBuilder::readGroup(const ast::SettingStmt &group) {
  std::optional<std::vector<std::string>> patterns = readPatterns(group.heads);
  if (!patterns)
    return false;
  for (const auto &node : training.loss.body.nodes) {
    if (node->op != Op::Param)
      continue;
    const std::string &path = std::get<std::string>(node->attributes.find("path")->second);
    auto rule = std::find_if(training.rules.begin(), training.rules.end(),
                             [&](const ParameterRule &r) { return r.path == path; });
    const std::vector<std::string> paths = expandPath(*node);
    const size_t matched = countMatches(*patterns, paths);
    if (!matched || rule == training.rules.end())
      continue;
    if (matched != paths.size()) {
      error(group.keyword.range, "this group takes some positions of '" + path +
                                     "' and leaves others, which is not supported yet");
      return false;
    }
    if (!applyGroup(group, *rule))
      return false;
  }
  return true;
}

bool TrainingBuilder::applyGroup(const ast::SettingStmt &group, ParameterRule &rule) {
  SettingCall &link = *std::find_if(rule.chain.begin(), rule.chain.end(), [](const SettingCall &l) {
    return ruleOf(l).place == LinkPlace::Rule;
  });
  for (const ast::StmtPtr &stmt : group.body->statements) {
    auto *bind = stmt->as<ast::BindStmt>();
    const std::string name = bind && bind->names.size() == 1 ? bind->names.front().text : "";
    if (name == "optimizer") {
      std::optional<SettingCall> own =
          readCall(*bind->value, optimizerRules(), "optimizer", "group");
      if (own && ruleOf(*own).place != LinkPlace::Rule)
        error(own->range, "a group may have another rule, one of sgd, adam, adamw, lamb, lion, "
                          "muon; '" +
                              own->name + "' is a link of the whole chain");
      if (!own || ruleOf(*own).place != LinkPlace::Rule)
        return false;
      link = std::move(*own);
      continue;
    }
    if (!link.numbers.contains(name)) {
      error(stmt->range,
            "a group changes numbers of the rule, such as 'lr' and 'weight_decay', or has an "
            "'optimizer' of its own" +
                (name.empty() ? "" : "; '" + link.name + "' has no '" + name + "'"));
      return false;
    }
    file.scopes.emplace_back(); // `lr = 10 * lr`
    for (const auto &[number, value] : link.numbers)
      file.bind(number, Datum(value));
    const SettingRule &known = ruleOf(link);
    auto formal = std::find_if(known.formals.begin(), known.formals.end(),
                               [&](const SettingFormal &f) { return f.name == name; });
    const bool isWell = readArgument(link, *formal, *bind->value);
    file.scopes.pop_back();
    if (!isWell)
      return false;
  }
  return true;
}

} // namespace lamina::sema
