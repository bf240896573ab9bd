// How the words and signs of the language are spelled.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/Spelling.h"

namespace lamina {

std::string_view spelling(ast::ElementType type) {
  static constexpr std::string_view kNames[] = {"f32", "f64", "bf16", "f16", "i8",
                                                "u8",  "i32", "i64",  "bool"};
  return kNames[size_t(type)];
}

std::string_view spelling(ast::BinaryOp op) {
  static constexpr std::string_view kSigns[] = {
      "+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", "<=", ">", ">=", "and", "or"};
  return kSigns[size_t(op)];
}

std::string_view spelling(ast::Constant constant) {
  static constexpr std::string_view kWords[] = {"true", "false", "none"};
  return kWords[size_t(constant)];
}

std::string spelling(const ast::Kind &kind) {
  return kind.listOf ? "[" + spelling(*kind.listOf) + "]" : kind.name;
}

std::string spelling(const std::vector<ast::Name> &path) {
  std::string result;
  for (const ast::Name &part : path)
    result += (result.empty() ? "" : ".") + part.text;
  return result;
}

std::string quoted(std::string_view value) {
  std::string result = "\"";
  for (char c : value) {
    if (c == '"' || c == '\\')
      result += '\\';
    if (c == '\n' || c == '\t') {
      result += c == '\n' ? "\\n" : "\\t";
      continue;
    }
    result += c;
  }
  return result + '"';
}

} // namespace lamina
