// `train` blocks of a small model, checked.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef TEST_UNIT_SEMATRAININGBLOCKS_H
#define TEST_UNIT_SEMATRAININGBLOCKS_H

#include "compiler/Sema/Training.h"

#include "test/unit/SemaCheck.h"

#include <span>

namespace lamina::test {

inline const std::string kModel =
    "model M(x: f32[c: 2]) -> f32[k: 3] { return Linear<c -> k: 3>(x) }\n";

inline const std::string kData = "  data {\n"
                                 "    t = csv(\"t.csv\")\n"
                                 "    x = f32(t[0..2])\n"
                                 "    y = i64(t[2])\n"
                                 "    split = random(train = 0.5, val = 0.5)\n"
                                 "  }\n";
inline const std::string kObjective = "  objective {\n"
                                      "    z = M(x)\n"
                                      "    loss = cross_entropy(z, y)\n"
                                      "    metric accuracy = argmax<k>(z) == y\n"
                                      "  }\n";
inline const std::string kSettings = "  optimizer = adamw(lr = 1e-3)\n"
                                     "  batch = 8, epochs = 2\n";

inline sema::Options withLibrary() {
  sema::Options options;
  options.libraryFolder = LAMINA_STDLIB;
  return options;
}

/// A `train` block of the model M, checked.
struct Checked {
  explicit Checked(const std::string &body,
                   const std::vector<std::pair<std::string, std::string>> &set = {},
                   const std::string &after = "", const std::string &name = "M")
      : compilation(kModel + "train M {\n" + body + "}\n" + after + kBlocks, withLibrary()) {
    std::vector<ast::ExprPtr> values;
    std::vector<sema::SettingOverride> overrides;
    for (const auto &[path, text] : set) {
      values.push_back(
          parseExpression(compilation.sources.add("--set", text), compilation.diagnostics));
      overrides.push_back({path, values.back().get()});
    }
    if (compilation.loaded)
      training = compilation.program.training(name, overrides);
  }
  Compilation compilation;
  std::optional<sema::Training> training;
};

/// The diagnostics of a block; the model's line is the first, `train M {` the second.
inline std::string errorsOf(const std::string &body,
                            const std::vector<std::pair<std::string, std::string>> &set = {}) {
  return Checked(body, set).compilation.rendered();
}

/// A block with a mistake; line 3 is the first one of the body.
struct Mistake {
  const char *what;
  std::string body;
  const char *message; ///< from the file's name on
};

inline void expectTold(std::span<const Mistake> mistakes) {
  for (const Mistake &mistake : mistakes) {
    const std::string errors = "\n" + errorsOf(mistake.body);
    EXPECT_NE(errors.find("\n" + std::string(mistake.message)), std::string::npos)
        << mistake.what << "\nwant " << mistake.message << errors;
  }
}

} // namespace lamina::test

#endif // TEST_UNIT_SEMATRAININGBLOCKS_H
