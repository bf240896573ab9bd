// What settings may be written: the calls of each setting with their arguments, defaults and
// bounds.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SEMA_TRAININGTABLES_H
#define COMPILER_SEMA_TRAININGTABLES_H

#include <limits>
#include <span>
#include <string_view>

namespace lamina::sema {

/// An argument of a setting's call.
struct SettingFormal {
  enum class Kind {
    Number,
    Int,
    Bool,
    Duration, ///< a number of epochs or steps
    Metric,   ///< `val.accuracy`
    String,
  };
  std::string_view name;
  Kind kind = Kind::Number;
  double initial = 0;
  bool isRequired = false;
  double least = 0;
  double most = std::numeric_limits<double>::infinity();
  bool excludesLeast = false;
};

/// Where a link may stand in an optimizer's chain; the order of the values is that of the chain.
enum class LinkPlace { Around, Gradient, Rule, Weights };

struct SettingRule {
  std::string_view name;
  std::span<const SettingFormal> formals;
  LinkPlace place = LinkPlace::Rule; ///< of optimizer links
};

std::span<const SettingRule> optimizerRules();
std::span<const SettingRule> scheduleRules();
std::span<const SettingRule> keepRules();
std::span<const SettingRule> stopRules();
std::span<const SettingRule> sourceRules();

/// The names of a block's top-level settings.
std::span<const std::string_view> settingNames();

} // namespace lamina::sema

#endif // COMPILER_SEMA_TRAININGTABLES_H
