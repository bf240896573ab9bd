// Options and positional values of a call, by kind.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/PrimitiveRules.h"

#include <algorithm>

namespace lamina::sema {
namespace {

/// What kind of static value it is, for messages.
std::string_view kindOf(const StaticValue &value) {
  static constexpr std::string_view names[] = {"an int",  "a float", "a bool", "a word",
                                               "an axis", "a range", "a list"};
  return names[value.index()];
}

} // namespace

const PrimitiveArg *Call::findOption(std::string_view option) const {
  auto found = std::find_if(options.begin(), options.end(),
                            [&](const PrimitiveArg *argument) { return argument->name == option; });
  return found == options.end() ? nullptr : *found;
}

SourceRange Call::optionRange(std::string_view option) const {
  const PrimitiveArg *argument = findOption(option);
  return argument ? argument->range : range;
}

std::optional<int64_t> Call::intValue(const StaticValue &value, SourceRange where,
                                      std::string_view what) const {
  if (auto *number = std::get_if<StaticInt>(&value))
    return number->value;
  error(where, std::string(what) + " of '" + name + "' is an int but this is " +
                   std::string(kindOf(value)));
  return std::nullopt;
}

std::optional<int64_t> Call::intOption(std::string_view option, int64_t absent) const {
  std::optional<std::vector<int64_t>> all = intsOption(option, absent, 1);
  return all ? std::optional(all->front()) : std::nullopt;
}

std::optional<std::vector<int64_t>> Call::intsOption(std::string_view option, int64_t absent,
                                                     size_t count) const {
  const PrimitiveArg *argument = findOption(option);
  if (!argument)
    return std::vector<int64_t>(count, absent);
  if (argument->value.size() != 1 && argument->value.size() != count) {
    error(argument->range, "'" + std::string(option) + "' of '" + name + "' takes one value or " +
                               std::to_string(count) + ", one an axis, but got " +
                               std::to_string(argument->value.size()));
    return std::nullopt;
  }
  std::vector<int64_t> all;
  for (const StaticValue &value : argument->value) {
    auto number = intValue(value, argument->range, "'" + std::string(option) + "'");
    if (!number)
      return std::nullopt;
    all.push_back(*number);
  }
  if (all.size() < count)
    all.assign(count, all.front());
  return all;
}

std::optional<double> Call::floatOption(std::string_view option, double absent) const {
  const PrimitiveArg *argument = findOption(option);
  if (!argument)
    return absent;
  if (argument->value.size() == 1) {
    if (auto *number = std::get_if<StaticFloat>(&argument->value[0]))
      return number->value;
    if (auto *number = std::get_if<StaticInt>(&argument->value[0]))
      return static_cast<double>(number->value);
  }
  error(argument->range, "'" + std::string(option) + "' of '" + name +
                             "' is a number but this is " +
                             std::string(kindOf(argument->value.front())));
  return std::nullopt;
}

std::optional<bool> Call::boolOption(std::string_view option, bool absent) const {
  const PrimitiveArg *argument = findOption(option);
  if (!argument)
    return absent;
  if (auto *flag = std::get_if<StaticBool>(&argument->value.front()))
    return flag->value;
  error(argument->range, "'" + std::string(option) + "' of '" + name +
                             "' is true or false but this is " +
                             std::string(kindOf(argument->value.front())));
  return std::nullopt;
}

std::optional<std::string> Call::wordOption(std::string_view option, std::string_view absent,
                                            std::initializer_list<std::string_view> words) const {
  const PrimitiveArg *argument = findOption(option);
  if (!argument)
    return std::string(absent);
  auto *word = std::get_if<StaticString>(&argument->value.front());
  if (word && std::find(words.begin(), words.end(), word->value) != words.end())
    return word->value;
  std::string list;
  for (std::string_view known : words)
    list += (list.empty() ? "'" : ", '") + std::string(known) + "'";
  error(argument->range,
        "'" + std::string(option) + "' of '" + name + "' is one of " + list + " but this is " +
            (word ? "'" + word->value + "'" : std::string(kindOf(argument->value.front()))));
  return std::nullopt;
}

std::optional<double> trailingNumber(const Call &call, std::string_view what) {
  std::string shown = "'" + std::string(what) + "' of '" + call.name + "'";
  size_t count = (call.operands.size() - 1) + call.values.size() + call.hasOption(what);
  if (count != 1) {
    call.error(call.range, count ? shown + " is given twice"
                                 : "'" + call.name + "' needs '" + std::string(what) +
                                       "'; write '" + call.usage() + "'");
    return std::nullopt;
  }
  if (call.hasOption(what))
    return call.floatOption(what, 0);
  std::optional<double> number;
  SourceRange where;
  if (call.operands.size() == 2) {
    number = constantScalar(*call.operands[1]);
    where = call.operandRange(1);
  } else {
    where = call.values[0].second;
    if (auto *value = std::get_if<StaticFloat>(&call.values[0].first))
      number = value->value;
    else if (auto *value = std::get_if<StaticInt>(&call.values[0].first))
      number = static_cast<double>(value->value);
  }
  if (!number)
    call.error(where, shown + " is a static number");
  return number;
}

} // namespace lamina::sema
