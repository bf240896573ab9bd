// The checked program as text.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Primitives.h"
#include "compiler/Sema/Sema.h"

#include <charconv>
#include <map>

namespace lamina::sema {

std::string_view opName(Op op) {
  static constexpr std::string_view kNames[] = {
      "param",   "random",        "constant",    "apply",      "repeat", "tap",       "extent",
      "assert",  "unary",         "binary",      "where",      "cast",   "dot",       "reduce",
      "softmax", "standardize",   "cumulate",    "rearrange",  "rename", "concat",    "slice",
      "take",    "expand",        "pad",         "roll",       "shift",  "window",    "resize",
      "index",   "gather",        "scatter_add", "one_hot",    "topk",   "keep_topk", "sort",
      "grad",    "stop_gradient", "backward",    "checkpoint", "draw",   "assign"};
  return kNames[static_cast<size_t>(op)];
}

namespace {
struct AttributeText {
  static std::string number(double v) {
    char text[32];
    return std::string(text, std::to_chars(text, text + sizeof text, v).ptr);
  }
  std::string operator()(bool v) const { return v ? "true" : "false"; }
  std::string operator()(int64_t v) const { return std::to_string(v); }
  std::string operator()(double v) const { return number(v); }
  std::string operator()(const std::string &v) const { return '"' + v + '"'; }
  template <typename T> std::string operator()(const std::vector<T> &v) const {
    constexpr size_t kShown = 16;
    std::string text = "[";
    for (size_t i = 0; i < v.size() && i < kShown; ++i)
      text += (i ? ", " : "") + one(v[i]);
    return text + (v.size() > kShown ? ", …]" : "]");
  }
  static std::string one(int64_t v) { return std::to_string(v); }
  static std::string one(double v) { return number(v); }
  static std::string one(const std::string &v) { return v; }
  static std::string one(const std::vector<std::string> &v) { return AttributeText{}(v); }
};

/// Like toString, but with `batch`, which messages leave out.
std::string typeText(const Type &type) {
  std::string text = toString(Type{type.element, {}, type.isSparse});
  for (const Axis &axis : type.axes)
    text += (&axis == &type.axes.front() ? "[" : ", ") + axis.name +
            (axis.extent == Axis::kBatch
                 ? ""
                 : (axis.isBound ? ": <= " : ": ") + std::to_string(axis.extent));
  return text + (type.axes.empty() ? "" : "]");
}

class ProgramPrinter {
public:
  std::string text;

  void region(const Region &body, int depth) {
    for (const auto &node : body.nodes)
      this->node(*node, depth);
    if (body.results.empty())
      return;
    text += std::string(depth * 2, ' ') + "yield";
    for (const Value *value : body.results)
      text += (value == body.results.front() ? " " : ", ") + name(value);
    text += "\n";
  }
  void arguments(const Region &body) {
    text += "(";
    for (const auto &argument : body.arguments)
      text += (argument == body.arguments.front() ? "" : ", ") + name(argument.get()) + ": " +
              typeText(argument->type);
    text += ")";
  }
  std::string name(const Value *value) {
    auto [at, isNew] = numbers.try_emplace(value, numbers.size());
    return "%" + std::to_string(at->second);
  }

private:
  void node(const Node &node, int depth) {
    text += std::string(depth * 2, ' ');
    for (const auto &result : node.results)
      text += (result == node.results.front() ? "" : ", ") + name(result.get());
    text += node.results.empty() ? "" : " = ";
    text += opName(node.op);
    for (const Value *operand : node.operands)
      text += (operand == node.operands.front() ? " " : ", ") + name(operand);
    for (const auto &[key, value] : node.attributes)
      text += " " + key + "=" + std::visit(AttributeText{}, value);
    for (const auto &result : node.results)
      text += (result == node.results.front() ? " : " : ", ") + typeText(result->type);
    for (const auto &body : node.regions) {
      if (node.op == Op::Repeat) {
        text += " ";
        arguments(*body);
      }
      text += " {\n";
      region(*body, depth + 1);
      text += std::string(depth * 2, ' ') + "}";
    }
    text += "\n";
  }
  std::map<const Value *, size_t> numbers;
};
} // namespace

std::string print(const Model &model) {
  ProgramPrinter printer;
  printer.text = "model " + model.name;
  printer.arguments(model.body);
  printer.text += " {\n";
  printer.region(model.body, 1);
  printer.text += "}\n";
  return printer.text;
}

std::string print(const Test &test) {
  ProgramPrinter printer;
  printer.text = "test \"" + test.title + "\" {\n";
  printer.region(test.body, 1);
  printer.text += "}\n";
  return printer.text;
}

} // namespace lamina::sema
