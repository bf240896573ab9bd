// Writes a program as text.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/random/Program.h"

#include <algorithm>

namespace lamina::fuzz {

int64_t sizeOf(const Axes &axes) {
  int64_t size = 1;
  for (const Axis &axis : axes)
    size *= axis.extent;
  return size;
}

const Axis *find(const Axes &axes, const std::string &name) {
  auto it =
      std::find_if(axes.begin(), axes.end(), [&](const Axis &axis) { return axis.name == name; });
  return it == axes.end() ? nullptr : &*it;
}

std::vector<bool> Program::needed() const {
  std::vector<bool> result(statements.size());
  for (size_t output : outputs)
    result[output] = true;
  for (size_t i = statements.size(); i-- > 0;)
    if (result[i])
      for (size_t operand : statements[i].operands)
        result[operand] = true;
  return result;
}

static std::string typeText(const Axes &axes, bool isOutput) {
  std::string text = "f32[";
  for (const Axis &axis : axes)
    text +=
        (text.back() == '[' ? "" : ", ") + axis.name + ": " +
        (axis.isBounded && isOutput ? "_"
                                    : (axis.isBounded ? "<= " : "") + std::to_string(axis.extent));
  return text + "]";
}

static std::string valueName(size_t index) { return "v" + std::to_string(index); }

static std::string expressionText(const Statement &statement, size_t index) {
  std::string text;
  for (size_t i = 0; i < statement.expression.size(); ++i) {
    char c = statement.expression[i];
    if (c == '$')
      text += valueName(statement.operands[statement.expression[++i] - '0']);
    else if (c == '^')
      text += valueName(index);
    else if (c == '@')
      text += "layer_" + std::to_string(index);
    else
      text += c;
  }
  return text;
}

std::string Program::text() const {
  std::vector<bool> used = needed();
  std::string inputs, results, layers, body, returned;
  auto separate = [](std::string &list) { list += list.empty() ? "" : ", "; };
  for (size_t i = 0; i < statements.size(); ++i) {
    if (!used[i])
      continue;
    const Statement &statement = statements[i];
    if (statement.expression.empty()) {
      separate(inputs);
      inputs += valueName(i) + ": " + typeText(statement.axes, false);
      continue;
    }
    if (!statement.layer.empty())
      layers += "  layer layer_" + std::to_string(i) + " = " + statement.layer + "\n";
    body += "  " + valueName(i) + " = " + expressionText(statement, i) + "\n";
  }
  for (size_t output : outputs) {
    separate(results);
    separate(returned);
    results += "out_" + std::to_string(output) + ": " + typeText(statements[output].axes, true);
    returned += valueName(output);
  }
  return "import std.nn\n\nmodel Random(" + inputs + ") -> (" + results + ") {\n" + layers + body +
         "  return " + returned + "\n}\n";
}

} // namespace lamina::fuzz
