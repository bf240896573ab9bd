// Settings that are calls: their arguments against the tables, with defaults and bounds.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/TrainingBuilder.h"

#include <algorithm>
#include <cmath>

namespace lamina::sema {

using Kind = SettingFormal::Kind;

static std::string spellCall(const SettingRule &rule) {
  std::string text(rule.name);
  text += '(';
  for (const SettingFormal &formal : rule.formals) {
    text += (text.back() == '(' ? "" : ", ") + std::string(formal.name);
    if (!formal.isRequired && formal.kind != Kind::Metric)
      text += " = " + spell(formal.kind == Kind::Int    ? Datum(int64_t(formal.initial))
                            : formal.kind == Kind::Bool ? Datum(formal.initial != 0)
                                                        : Datum(formal.initial));
  }
  return text + ')';
}

std::optional<SettingCall> TrainingBuilder::readCall(const ast::Expr &expr,
                                                     std::span<const SettingRule> rules,
                                                     const std::string &what,
                                                     const std::string &path) {
  auto *call = expr.as<ast::Call>();
  auto *name = call ? call->callee->as<ast::NameRef>() : expr.as<ast::NameRef>();
  if (!name || name->statics) {
    error(expr.range, "'" + what + "' is a call such as '" + spellCall(rules.front()) + "'");
    return std::nullopt;
  }
  auto rule = std::find_if(rules.begin(), rules.end(),
                           [&](const SettingRule &r) { return r.name == name->text; });
  if (rule == rules.end()) {
    std::vector<std::string> known;
    std::string list;
    for (const SettingRule &r : rules) {
      known.emplace_back(r.name);
      list += (list.empty() ? "" : ", ") + known.back();
    }
    std::optional<std::string> meant = nearest(name->text, known);
    error(expr.range, "'" + what + "' has no '" + name->text + "'; " +
                          (meant ? "did you mean '" + *meant + "'?" : "there are: " + list));
    return std::nullopt;
  }
  SettingCall result;
  result.name = name->text;
  result.range = expr.range;
  std::set<std::string_view> given;
  size_t next = 0;
  bool isWell = true;
  for (size_t i = 0; call && i < call->args.size(); ++i) {
    const ast::Arg &arg = call->args[i];
    auto *value = std::get_if<ast::ExprPtr>(&arg.value);
    auto formal = rule->formals.begin();
    if (arg.name)
      formal = std::find_if(rule->formals.begin(), rule->formals.end(),
                            [&](const SettingFormal &f) { return f.name == arg.name->text; });
    else
      formal += next++;
    if (!value || formal >= rule->formals.end() || arg.binder == ':') {
      error(arg.range, "this does not fit " + spellCall(*rule));
      isWell = false;
    } else if (!given.insert(formal->name).second) {
      error(arg.range, "'" + std::string(formal->name) + "' is given twice");
      isWell = false;
    } else {
      isWell &= readArgument(result, *formal, **value);
    }
  }
  return isWell && fillDefaults(result, *rule, path, given) ? std::optional(result) : std::nullopt;
}

bool TrainingBuilder::readArgument(SettingCall &call, const SettingFormal &formal,
                                   const ast::Expr &value) {
  const std::string name(formal.name);
  switch (formal.kind) {
  case Kind::Number:
  case Kind::Int:
    return readBounded(call, formal, value);
  case Kind::Bool: {
    std::optional<bool> truth = readBool(value, name);
    if (truth)
      call.numbers[name] = *truth;
    return truth.has_value();
  }
  case Kind::Duration: {
    std::optional<Duration> duration = readDuration(value, name);
    if (duration)
      call.durations[name] = *duration;
    return duration.has_value();
  }
  case Kind::Metric: {
    auto *member = value.as<ast::Member>();
    auto *part = member && !member->statics ? member->base->as<ast::NameRef>() : nullptr;
    if (part)
      call.words[name] = part->text + "." + member->name.text;
    else
      error(value.range, "'" + name + "' names a metric of a part of the data: 'val.loss'");
    return part != nullptr;
  }
  case Kind::String: {
    std::optional<std::string> text = readString(value, name);
    if (text)
      call.words[name] = *text;
    return text.has_value();
  }
  }
  return false;
}

bool TrainingBuilder::readBounded(SettingCall &call, const SettingFormal &formal,
                                  const ast::Expr &value) {
  const std::string name(formal.name);
  std::optional<double> number = readNumber(value, "'" + name + "'");
  if (!number)
    return false;
  if (formal.kind == Kind::Int && *number != std::floor(*number)) {
    error(value.range, "'" + name + "' is an int, not " + spell(Datum(*number)));
    return false;
  }
  if (!(*number >= formal.least && *number <= formal.most) ||
      (formal.excludesLeast && *number == formal.least)) {
    const bool hasMost = std::isfinite(formal.most);
    error(value.range, "'" + name + "' of '" + call.name + "' is " + spell(Datum(*number)) +
                           ", but must be " + (formal.excludesLeast ? "more than " : "at least ") +
                           spell(Datum(formal.least)) +
                           (hasMost ? " and at most " + spell(Datum(formal.most)) : ""));
    return false;
  }
  call.numbers[name] = *number;
  return true;
}

bool TrainingBuilder::fillDefaults(SettingCall &call, const SettingRule &rule,
                                   const std::string &path,
                                   const std::set<std::string_view> &given) {
  bool isWell = true;
  for (const SettingFormal &formal : rule.formals) {
    const std::string name(formal.name), full = path + "." + call.name + "." + name;
    const ast::Expr *later = overrideOf(full);
    if (!later)
      later = overrideOf(path + "." + name);
    if (later)
      isWell &= readArgument(call, formal, *later);
    const bool isGiven = later || given.contains(formal.name);
    if (!isGiven && formal.isRequired) {
      error(call.range, "'" + call.name + "' needs '" + name + "': " + spellCall(rule));
      isWell = false;
    } else if (!isGiven && formal.kind == Kind::Duration) {
      call.durations[name] = {};
    } else if (!isGiven && formal.kind != Kind::Metric && formal.kind != Kind::String) {
      call.numbers[name] = formal.initial;
    }
    std::string text;
    if (auto number = call.numbers.find(name); number != call.numbers.end())
      text = formal.kind == Kind::Bool  ? (number->second != 0 ? "true" : "false")
             : formal.kind == Kind::Int ? std::to_string(int64_t(number->second))
                                        : spell(Datum(number->second));
    else if (auto length = call.durations.find(name); length != call.durations.end())
      text = spell(Datum(int64_t(length->second.count))) +
             (length->second.isEpochs ? " epochs" : " steps");
    else if (auto word = call.words.find(name); word != call.words.end())
      text = word->second;
    if (!text.empty())
      show(full, text, !isGiven);
  }
  return isWell;
}

const ast::Expr *TrainingBuilder::overrideOf(const std::string &path) {
  auto found = overridden.find(path);
  if (found == overridden.end())
    return nullptr;
  used.insert(path);
  return found->second;
}

std::optional<double> TrainingBuilder::readNumber(const ast::Expr &expr, const std::string &what) {
  Datum datum = statics.eval(expr);
  if (auto *whole = datum.as<int64_t>())
    return static_cast<double>(*whole);
  if (auto *real = datum.as<double>(); real && !std::isnan(*real))
    return *real;
  if (!datum.isPoison())
    error(expr.range, what + " is a number, but this is " + describe(datum));
  return std::nullopt;
}

std::optional<int64_t> TrainingBuilder::readInt(const ast::Expr &expr, const std::string &what,
                                                int64_t least) {
  Datum datum = statics.eval(expr);
  auto *whole = datum.as<int64_t>();
  if (whole && *whole >= least)
    return *whole;
  if (!datum.isPoison())
    error(expr.range, "'" + what + "' is an int of at least " + std::to_string(least) +
                          ", but this is " + describe(datum));
  return std::nullopt;
}

std::optional<bool> TrainingBuilder::readBool(const ast::Expr &expr, const std::string &what) {
  Datum datum = statics.eval(expr);
  if (auto *truth = datum.as<bool>())
    return *truth;
  if (!datum.isPoison())
    error(expr.range, "'" + what + "' is true or false, but this is " + describe(datum));
  return std::nullopt;
}

std::optional<std::string> TrainingBuilder::readString(const ast::Expr &expr,
                                                       const std::string &what) {
  Datum datum = statics.eval(expr);
  if (auto *text = datum.as<std::string>())
    return *text;
  if (!datum.isPoison())
    error(expr.range, "'" + what + "' is a string, but this is " + describe(datum));
  return std::nullopt;
}

std::optional<Duration> TrainingBuilder::readDuration(const ast::Expr &expr,
                                                      const std::string &what) {
  auto *number = expr.as<ast::Number>();
  if (number && !number->unit.empty()) {
    ast::Expr plain;
    plain.node = ast::Number{number->spelling, number->isFloat, ""};
    plain.range = expr.range;
    std::optional<double> count = readNumber(plain, "'" + what + "'");
    return count ? std::optional(Duration{*count, number->unit == "epochs"}) : std::nullopt;
  }
  std::optional<double> count = readNumber(expr, "'" + what + "'");
  if (count && *count == 0)
    return Duration{};
  if (count)
    error(expr.range, "'" + what + "' counts epochs or steps: write '" +
                          spell(Datum(int64_t(*count))) + " epochs' or '" +
                          spell(Datum(int64_t(*count))) + " steps'");
  return std::nullopt;
}

} // namespace lamina::sema
