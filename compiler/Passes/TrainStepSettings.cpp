// The settings of a run and which parameters they reach.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/TrainStep.h"

using namespace mlir;

namespace lamina::train {

static constexpr StringLiteral kRules[] = {"sgd", "adam", "adamw", "lamb", "lion", "muon"};
static constexpr StringLiteral kLinks[] = {"sam",        "accumulate",     "clip_norm",
                                           "clip_value", "gradient_noise", "ema",
                                           "lookahead",  "average"};

static StringRef nameOf(DictionaryAttr link) {
  auto name = link.getAs<StringAttr>("link");
  return name ? name.getValue() : "";
}

bool fits(StringRef pattern, StringRef text) {
  size_t star = pattern.find('*');
  if (star == StringRef::npos)
    return pattern == text;
  if (!text.consume_front(pattern.take_front(star)))
    return false;
  StringRef rest = pattern.drop_front(star + 1);
  for (size_t skipped = 0; skipped <= text.size(); ++skipped)
    if (fits(rest, text.drop_front(skipped)))
      return true;
  return false;
}

std::vector<std::string> memberPaths(ir::ParamOp param) {
  std::vector<std::string> paths = {""};
  SmallVector<StringRef> pieces;
  param.getPath().split(pieces, '*');
  for (auto [i, piece] : llvm::enumerate(pieces)) {
    for (std::string &path : paths)
      path += piece.str();
    if (i + 1 == pieces.size())
      break;
    std::vector<std::string> longer;
    for (const std::string &path : paths)
      for (int64_t k = 0; k < param.getType().getDimSize(i); ++k)
        longer.push_back(path + std::to_string(k));
    paths = std::move(longer);
  }
  return paths;
}

FailureOr<Settings> Settings::read(ir::ModelOp model, DictionaryAttr train) {
  Settings settings;
  if (auto batch = train.getAs<IntegerAttr>("batch"))
    settings.batch = batch.getInt();
  if (settings.batch < 1)
    return model.emitError() << "a batch has " << settings.batch
                             << " samples, must have at least 1";
  if (auto chain = train.getAs<ArrayAttr>("optimizer"))
    for (auto link : chain.getAsRange<DictionaryAttr>()) {
      settings.chain.push_back(link);
      if (llvm::is_contained(kRules, nameOf(link))) {
        if (settings.rule)
          return model.emitError() << "the optimizer has two rules, '" << nameOf(settings.rule)
                                   << "' and '" << nameOf(link) << "'";
        settings.rule = link;
      } else if (!llvm::is_contained(kLinks, nameOf(link))) {
        return model.emitError() << "'" << nameOf(link) << "' is no link of an optimizer";
      }
    }
  if (!settings.rule)
    return model.emitError("the optimizer has no rule; add one of 'sgd', 'adam', 'adamw', 'lamb', "
                           "'lion', 'muon'");
  if (auto groups = train.getAs<ArrayAttr>("groups"))
    for (auto group : groups.getAsRange<DictionaryAttr>())
      settings.groups.push_back(group);
  if (auto followers = train.getAs<ArrayAttr>("followers"))
    for (auto follower : followers.getAsRange<DictionaryAttr>())
      settings.followers.push_back(follower);
  if (auto only = train.getAs<ArrayAttr>("only")) {
    settings.only.clear();
    for (StringRef pattern : only.getAsValueRange<StringAttr>())
      settings.only.push_back(pattern.str());
  }
  return settings;
}

DictionaryAttr Settings::link(StringRef name) const {
  for (DictionaryAttr link : chain)
    if (nameOf(link) == name)
      return link;
  return {};
}

DictionaryAttr Settings::follower(StringRef path) const {
  for (DictionaryAttr follower : followers)
    if (follower.getAs<StringAttr>("path").getValue() == path)
      return follower;
  return {};
}

double Settings::number(DictionaryAttr link, StringRef name, double fallback) {
  Attribute value = link.get(name);
  if (auto real = dyn_cast_or_null<FloatAttr>(value))
    return real.getValueAsDouble();
  if (auto integer = dyn_cast_or_null<IntegerAttr>(value))
    return double(integer.getInt());
  return fallback;
}

bool Settings::flag(DictionaryAttr link, StringRef name, bool fallback) {
  auto value = link.getAs<BoolAttr>(name);
  return value ? value.getValue() : fallback;
}

static bool holds(DictionaryAttr group, StringRef path) {
  auto patterns = group.getAs<ArrayAttr>("patterns");
  return patterns && llvm::any_of(patterns.getAsValueRange<StringAttr>(),
                                  [&](StringRef pattern) { return fits(pattern, path); });
}

FailureOr<DictionaryAttr> Settings::ruleOf(ir::ParamOp param) const {
  DictionaryAttr found;
  for (const std::string &path : memberPaths(param)) {
    DictionaryAttr own = rule;
    for (DictionaryAttr group : groups)
      if (auto other = group.getAs<DictionaryAttr>("optimizer"); other && holds(group, path))
        own = other;
    if (found && found != own)
      return param.emitError() << "the members of '" << param.getPath()
                               << "' have different optimizers, but one 'repeat' updates them all";
    found = own;
  }
  return found;
}

std::vector<double> Settings::ofMembers(ir::ParamOp param, DictionaryAttr rule, StringRef name,
                                        double fallback) const {
  std::vector<double> numbers;
  for (const std::string &path : memberPaths(param)) {
    double value = number(rule, name, fallback);
    for (DictionaryAttr group : groups)
      if (holds(group, path))
        value = number(group, name, value);
    numbers.push_back(value);
  }
  return numbers;
}

std::vector<double> Settings::trained(ir::ParamOp param) const {
  std::vector<double> numbers;
  for (const std::string &path : memberPaths(param))
    numbers.push_back(
        llvm::any_of(only, [&](const std::string &pattern) { return fits(pattern, path); }));
  return numbers;
}

} // namespace lamina::train
