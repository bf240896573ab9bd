// Sema's spine: a small network from text to the printed program, imports, and the limits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/unit/SemaCheck.h"

#include <filesystem>
#include <fstream>

using namespace lamina;
using namespace lamina::test;

namespace {

TEST(Sema, TwoLayerPerceptron) {
  EXPECT_EQ(check(R"(model M<hidden = 4, classes = 3>(x: f32[n: 4]) -> f32[classes] {
  layer fc1 = Linear<n -> h: hidden>
  layer fc2 = Linear<h -> classes, bias = false>
  return x |> fc1 |> relu |> fc2
}
)"),
            R"(model M(%0: f32[batch, n: 4]) {
  %1 = param path="fc1.weight" role="trained" : f32[h: 4, n: 4] {
    %2 = constant values=[0] : f32[h: 4, n: 4]
    yield %2
  }
  %3 = param path="fc1.bias" role="trained" : f32[h: 4] {
    %4 = constant values=[0] : f32[h: 4]
    yield %4
  }
  %5 = param path="fc2.weight" role="trained" : f32[classes: 3, h: 4] {
    %6 = constant values=[0] : f32[classes: 3, h: 4]
    yield %6
  }
  %7 = apply block="Linear" path="fc1" : f32[batch, h: 4] {
    %8 = dot %0, %1 axes=[n] : f32[batch, h: 4]
    %9 = binary %8, %3 kind="add" : f32[batch, h: 4]
    yield %9
  }
  %10 = constant literal=true values=[0] : i64
  %11 = constant values=[0] : f32
  %12 = binary %7, %11 kind="max" : f32[batch, h: 4]
  %13 = apply block="Linear" path="fc2" : f32[batch, classes: 3] {
    %14 = dot %12, %5 axes=[h] : f32[batch, classes: 3]
    yield %14
  }
  yield %13
}
)");
}

TEST(Sema, ModelByExpression) {
  const std::string text = "model M<n = 8>(x: f32[n]) -> f32[n] { return x }\nmodel S = M<n = 3>\n";
  EXPECT_TRUE(has(bare(text, "M<n=5>"), "model M(%0: f32[batch, n: 5])"));
  EXPECT_TRUE(has(bare(text, "S"), "model S(%0: f32[batch, n: 3])"));
  EXPECT_TRUE(has(bare(text, "S<n = 2>"), "model S(%0: f32[batch, n: 2])"));
  EXPECT_TRUE(
      has(bare(text, "M<k=5>"), "<model>:1:3: error: 'M' has no static argument 'k': it is M<n>"));
  EXPECT_TRUE(has(bare(text, "T"), "<model>:1:1: error: there is no 'T' here"));
  EXPECT_TRUE(has(bare(text + "block B(x: [n]) -> [n] { return x }\n", "B"),
                  "<model>:1:1: error: a model stands here, but this is the block 'B'"));
}

TEST(Sema, CheckAllSeesModelsVariantsLetsAndTests) {
  EXPECT_EQ(checkAll("model M<n: int>(x: f32[n]) -> f32[n] { return y }\n"), "");
  EXPECT_TRUE(has(checkAll("model M<n = 2>(x: f32[n]) -> f32[n] { return y }\n"),
                  "t.lam:1:46: error: there is no 'y' here"));
  EXPECT_TRUE(
      has(checkAll("model M<n = 2>(x: f32[n]) -> f32[n] { return x }\nmodel V = M<n = 1.5>\n"),
          "t.lam:1:23: error: the int 'n' is the extent of axis 'n', but it is the float 1.5"));
  EXPECT_TRUE(has(checkAll("let a = 1 / 0\n"), "t.lam:1:9: error: division by zero: '1 / 0'"));
  EXPECT_TRUE(has(checkAll("test \"t\" { assert 1 == 2 }\n"),
                  "t.lam:1:12: error: this does not hold: 1 == 2"));
  EXPECT_TRUE(has(checkAll("train M { epochs = 3 }\n"), "t.lam:1:7: error: "));
}

TEST(Sema, BlocksThatNothingAppliesAreCheckedByName) {
  EXPECT_TRUE(
      has(checkAll("block B(x: [n]) -> [n] {\n  layer a = Liner<n -> n>\n  return x |> a\n}\nblock "
                   "Linear(x: [..]) -> [..] { return x }\n"),
          "t.lam:2:13: error: there is nothing to apply called 'Liner'; did you mean 'Linear'?"));
  EXPECT_TRUE(has(checkAll("block B(x: [n]) -> [n] { return x |> geluu }\nfn gelu(x) = x\n"),
                  "t.lam:1:38: error: there is nothing to apply called 'geluu'"));
  EXPECT_EQ(
      checkAll(
          "block B<f: block>(x: [n], y: [n]) -> [n] {\n  fs = [f]\n  for g in fs { x = g(x) }\n"
          "  return f32(len([h(x) for h in fs])) + extent<n>(x) + mean<n>(max(x, y))\n}\n"),
      "");
}

TEST(Sema, OneErrorForATextThatIsInstantiatedTwice) {
  std::string text = checkAll("block B(x: [n]) -> [n] { return z }\n"
                              "model M(x: f32[n: 2]) -> f32[n] { return B(x) + B(x) }\n");
  EXPECT_EQ(lines(text, "error"), "t.lam:1:33: error: there is no 'z' here\n");
}

TEST(Sema, ErrorsGoOnAfterAnError) {
  std::string text =
      bare("model M(x: f32[n: 2]) -> f32[n] {\n  a = foo\n  b = quux\n  return a + b + x\n}\n");
  EXPECT_EQ(
      lines(text, "error"),
      "t.lam:2:7: error: there is no 'foo' here\nt.lam:3:7: error: there is no 'quux' here\n");
}

TEST(Sema, RecursionIsAnErrorWithItsChain) {
  std::string text =
      bare("block A(x: [n]) -> [n] { return B(x) }\nblock B(x: [n]) -> [n] { return A(x) }\n"
           "model M(x: f32[n: 2]) -> f32[n] { return A(x) }\n");
  EXPECT_TRUE(
      has(text, "error: blocks are applied more than 200 levels deep; does 'A' apply itself?"));
  EXPECT_TRUE(has(text, "t.lam:2:33: note: in 'A', which is applied here"));
  EXPECT_TRUE(has(text, "t.lam:1:33: note: in 'B', which is applied here"));
}

TEST(Sema, ExplosionIsAnError) {
  sema::Options options;
  options.limits.nodes = 10'000;
  Compilation compilation("block A<n: int>(x: [..]) -> [..] {\n  if n > 0 { x = A<n - 1>(x)\n x = "
                          "A<n - 1>(x) }\n  return x\n}\n"
                          "model M(x: f32[n: 2]) -> f32[n] { return A<40>(x) }\n",
                          options);
  EXPECT_TRUE(has(compilation.model("M"),
                  "error: this expands to too much: it would make far more than 10000 operations"));
  options.limits.nodes = 100;
  Compilation unrolled(
      "model M(x: f32[n: 2]) -> f32[n] {\n  for i in 0..150 { x = x + 1 }\n  return x\n}\n",
      options);
  EXPECT_TRUE(has(unrolled.model("M"),
                  "t.lam:2:25: error: this expands to more than 100 operations at '+'; "
                  "'repeat' keeps one body however deep the network is"));
  EXPECT_TRUE(has(bare("model M(x: f32[n: 2]) -> f32[n] {\n  for i in 0..1000000000000 { y = i }\n "
                       " return x\n}\n"),
                  "t.lam:2:12: error: this expands to too much"));
}

TEST(Sema, DeepExpressionsAreAnErrorNotACrash) {
  std::string tail; // the first operand stands deepest, for `+` binds to the left
  for (int i = 0; i < 1900; ++i)
    tail += " + x";
  std::string block = "block A<n: int>(x: [..]) -> [..] {\n  if n > 0 { x = A<n - 1>(x)" + tail +
                      " }\n  return x\n}\n";
  EXPECT_TRUE(fine(bare(block + "model M(x: f32[n: 2]) -> f32[n] { return A<1>(x) }\n")));
  EXPECT_TRUE(
      has(bare(block + "model M(x: f32[n: 2]) -> f32[n] { return A<9>(x) }\n"),
          "t.lam:2:18: error: this expression is nested too deeply (more than 4000 levels, the "
          "applications around it included)"));
}

/// A folder of files that is removed again.
struct Folder {
  std::filesystem::path path = std::filesystem::temp_directory_path() /
                               ("lamina-sema-" + std::to_string(reinterpret_cast<uintptr_t>(this)));
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  void write(const std::string &name, const std::string &text) {
    std::filesystem::create_directories((path / name).parent_path());
    std::ofstream(path / name) << text;
  }
  std::string check(const std::string &text, const std::string &expression = "M") {
    SourceManager sources;
    Diagnostics diagnostics(sources);
    sema::Options options;
    options.libraryFolder = (path / "lib").string();
    sema::Program program(sources, diagnostics, options);
    std::string root = (path / "root.lam").string();
    if (!program.load(sources.add("root.lam", text), root))
      return diagnostics.render(false);
    ast::ExprPtr parsed = parseExpression(sources.add("<model>", expression), diagnostics);
    std::optional<sema::Model> model = program.instantiate(*parsed);
    return model ? sema::print(*model) : diagnostics.render(false);
  }
};

TEST(Sema, Imports) {
  Folder folder;
  folder.write(
      "a.lam",
      "block Same(x: [..]) -> [..] { return x }\nblock _hidden(x: [..]) -> [..] { return x }\n"
      "block Both(x: [..]) -> [..] { return x }\n");
  folder.write("lib/std/b.lam", "import std.c\nblock Both(x: [..]) -> [..] { return x + 1 }\n");
  folder.write("lib/std/c.lam", "block Deep(x: [..]) -> [..] { return x }\nmodel D(x: f32[n: 2]) "
                                "-> f32[n] { return Deep(x) }\n");
  auto model = [](const std::string &imports, const std::string &call) {
    return imports + "model M(x: f32[n: 2]) -> f32[n] { return " + call + " }\n";
  };
  EXPECT_TRUE(has(folder.check(model("import a\n", "Same(x)")), "apply block=\"Same\""));
  EXPECT_TRUE(has(folder.check(model("import std.b\n", "Deep(x)")),
                  "apply block=\"Deep\"")); // imports are passed on
  EXPECT_TRUE(has(folder.check(model("import a\n", "_hidden(x)")),
                  "root.lam:2:42: error: there is nothing to apply called '_hidden'"));
  EXPECT_TRUE(
      has(folder.check(model("import a\n", "a._hidden(x)")), "error: '_hidden' is private to 'a'"));
  EXPECT_TRUE(has(
      folder.check(model("import a\nimport std.b\n", "Both(x)")),
      "root.lam:3:42: error: 'Both' is in two imports, 'a' and 'std.b': write 'a.Both' to choose"));
  EXPECT_TRUE(has(folder.check(model("import a\nimport std.b\n", "b.Both(x)")), "binary"));
  EXPECT_TRUE(
      has(folder.check(model(
              "import a\nimport std.b\nblock Both(x: [..]) -> [..] { return x * 3 }\n", "Both(x)")),
          "values=[3]")); // a file's names hide imported ones
  EXPECT_TRUE(has(folder.check(model("import nowhere.x\n", "x")),
                  "root.lam:1:1: error: there is no module 'nowhere.x': 'nowhere/x.lam' is neither "
                  "beside this file"));
  EXPECT_TRUE(has(folder.check("import std.b\n", "std.c.D"), "model D("));
  EXPECT_TRUE(
      has(folder.check("import std.b\n", "std.c.E"), "<model>:1:7: error: 'std.c' has no 'E'"));
}

TEST(Sema, ImportCycles) {
  Folder folder;
  folder.write("a.lam", "import b\n");
  folder.write("b.lam", "import a\n");
  EXPECT_TRUE(
      has(folder.check("import a\n"), "error: imports form a cycle: a.lam -> b.lam -> a.lam"));
}

TEST(Sema, Duplicates) {
  EXPECT_TRUE(has(checkAll("let a = 1\nfn a(x) = x\n"), "t.lam:2:4: error: 'a' is declared twice"));
}

} // namespace
