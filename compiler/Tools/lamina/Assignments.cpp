// Files to names.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Assignments.h"

#include <algorithm>

namespace lamina::tool {
namespace {

std::string join(const std::vector<std::string> &names) {
  std::string text;
  for (const std::string &name : names)
    text += (text.empty() ? "'" : ", '") + name + "'";
  return text;
}

/// Why a word that begins with none of the names is no assignment; empty if it is the file of the
/// only one: a path may hold '='.
std::string explain(const std::string &word, const AssignmentRules &rules) {
  if (rules.names.size() == 1)
    return "";
  if (const size_t equals = word.find('='); equals != std::string::npos)
    return "there is no " + rules.noun + " '" + word.substr(0, equals) + "'; there are " +
           join(rules.names);
  if (rules.names.empty())
    return "'" + rules.model + "' has no " + rules.noun;
  return "'" + rules.model + "' has several " + rules.noun + "s; --" + rules.option +
         " NAME=FILE names one of " + join(rules.names);
}

} // namespace

int readAssignments(const Console &console, const std::vector<std::string> &words,
                    const AssignmentRules &rules, std::vector<Assignment> &assignments) {
  for (const std::string &word : words) {
    const size_t equals = word.find('=');
    const auto named = std::find(rules.names.begin(), rules.names.end(), word.substr(0, equals));
    Assignment assignment{0, word};
    if (equals != std::string::npos && named != rules.names.end()) {
      assignment = {size_t(named - rules.names.begin()), word.substr(equals + 1)};
    } else if (const std::string reason = explain(word, rules); !reason.empty()) {
      console.error(reason);
      return kBadUsage;
    }
    const bool isThere =
        std::any_of(assignments.begin(), assignments.end(),
                    [&](const Assignment &other) { return other.index == assignment.index; });
    if (isThere && !rules.isRepeatable) {
      console.error("--" + rules.option + " is given twice for '" + rules.names[assignment.index] +
                    "'");
      return kBadUsage;
    }
    assignments.push_back(assignment);
  }
  return kSuccess;
}

} // namespace lamina::tool
