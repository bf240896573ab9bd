// Source text through Sema, for tests: the printed program or the rendered diagnostics.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef TEST_UNIT_SEMACHECK_H
#define TEST_UNIT_SEMACHECK_H

#include "compiler/Sema/Sema.h"
#include "compiler/Syntax/Parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace lamina::test {

/// The blocks that most tests need, written as the library writes them.
inline const std::string kBlocks = R"(
block Linear<axes i -> axes o, bias = true>(x: [.., i]) -> [.., o] {
  param weight: [o, i] = 0
  y = dot<i>(x, weight)
  if bias {
    param bias: [o] = 0
    y = y + bias
  }
  return y
}
block Norm<axes n>(x: [.., n]) -> [.., n] {
  param weight: [n] = 1
  return standardize<n>(x, 1e-5) * weight
}
block Mlp<axis d, hidden: int, act: block = relu>(x: [.., d]) -> [.., d] {
  layer fc1 = Linear<d -> hid: hidden>
  layer fc2 = Linear<hid -> d>
  return x |> fc1 |> act |> fc2
}
fn relu(x) = max(x, 0)
)";

/// A fresh compilation of one text, which is file `t.lam`.
struct Compilation {
  SourceManager sources;
  Diagnostics diagnostics{sources};
  sema::Program program;
  bool loaded;

  explicit Compilation(const std::string &text, sema::Options options = {})
      : program(sources, diagnostics, std::move(options)),
        loaded(program.load(sources.add("t.lam", text), "t.lam")) {}

  std::string rendered() const { return diagnostics.render(false); }

  /// The printed model that `expression` stands for, after the warnings; the diagnostics if there
  /// are errors.
  std::string model(const std::string &expression) {
    ast::ExprPtr parsed =
        loaded ? parseExpression(sources.add("<model>", expression), diagnostics) : nullptr;
    std::optional<sema::Model> made = parsed ? program.instantiate(*parsed) : std::nullopt;
    return made && !diagnostics.hasErrors() ? rendered() + sema::print(*made) : rendered();
  }
};

/// The model `M` of a text, without library blocks.
inline std::string bare(const std::string &text, const std::string &expression = "M") {
  return Compilation(text).model(expression);
}

/// The model `M` of a text, with `kBlocks` behind it, so that the lines of the text count from 1.
inline std::string check(const std::string &text, const std::string &expression = "M") {
  return Compilation(text + kBlocks).model(expression);
}

/// The diagnostics of checking everything in a text.
inline std::string checkAll(const std::string &text) {
  Compilation compilation(text);
  if (compilation.loaded)
    compilation.program.checkAll();
  return compilation.rendered();
}

/// The lines of `text` that contain `part`, without their indentation.
inline std::string lines(const std::string &text, const std::string &part) {
  std::string found;
  for (size_t begin = 0; begin < text.size();) {
    size_t end = text.find('\n', begin);
    std::string line = text.substr(begin, end - begin);
    if (line.find(part) != std::string::npos)
      found += line.substr(line.find_first_not_of(' ')) + "\n";
    begin = end == std::string::npos ? text.size() : end + 1;
  }
  return found;
}

/// How many lines of `text` contain `part`.
inline int count(const std::string &text, const std::string &part) {
  std::string found = lines(text, part);
  return static_cast<int>(std::count(found.begin(), found.end(), '\n'));
}

/// The paths and types of the parameters, one a line: `fc1.weight f32[o: 3, i: 2]`.
inline std::string params(const std::string &text) {
  std::string found, all = lines(text, " = param path=");
  for (size_t at = all.find("path=\""); at != std::string::npos; at = all.find("path=\"", at)) {
    at += 6;
    size_t quote = all.find('"', at), type = all.find(" : ", at),
           end = all.find_first_of("{\n", type);
    std::string shape = all.substr(type + 3, end - type - 3);
    found +=
        all.substr(at, quote - at) + " " + shape.substr(0, shape.find_last_not_of(' ') + 1) + "\n";
  }
  return found.empty() ? text : found;
}

/// Whether `text` contains `part`; says what the text is if not.
inline testing::AssertionResult has(const std::string &text, const std::string &part) {
  if (text.find(part) != std::string::npos)
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << "no \"" << part << "\" in:\n" << text;
}

/// Whether a text was checked without errors and warnings.
inline testing::AssertionResult fine(const std::string &text) {
  if (text.find("error: ") == std::string::npos && text.find("warning: ") == std::string::npos &&
      !text.empty())
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << text;
}

} // namespace lamina::test

#endif // TEST_UNIT_SEMACHECK_H
