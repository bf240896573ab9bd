// How diagnostics are shown.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "SyntaxTesting.h"

namespace lamina::testing {
namespace {

/// One file and the range of a needle in it.
struct Scene {
  explicit Scene(std::string text)
      : diagnostics(sources), file(sources.add("mixer.lam", std::move(text))) {}
  SourceRange find(std::string_view needle) {
    size_t at = sources.text(file).find(needle);
    return {file, uint32_t(at), uint32_t(at + needle.size())};
  }
  SourceManager sources;
  Diagnostics diagnostics;
  uint32_t file;
};

TEST(Render, LineCaretAndNotes) {
  Scene scene("a\n  x = x + mlp_tokens(norm1(x))\n");
  scene.diagnostics.error(scene.find("mlp_tokens"), "axis 's' has extent 196 here")
      .note(scene.find("a"), "'mlp_tokens' was built here");
  EXPECT_EQ(scene.diagnostics.render(false), "mixer.lam:2:11: error: axis 's' has extent 196 here\n"
                                             "    2 |   x = x + mlp_tokens(norm1(x))\n"
                                             "      |           ^~~~~~~~~~\n"
                                             "mixer.lam:1:1: note: 'mlp_tokens' was built here\n");
}

TEST(Render, ColumnsCountCodePointsAndCaretsCountWidth) {
  Scene scene("\tä日e\u0301本 = x\n");
  scene.diagnostics.warning(scene.find("x"), "w");
  EXPECT_EQ(scene.diagnostics.render(false), "mixer.lam:1:10: warning: w\n"
                                             "    1 |     ä日e\u0301本 = x\n"
                                             "      |              ^\n");
}

TEST(Render, TabsAdvanceToTheNextStop) {
  Scene scene("a\tb\tc");
  scene.diagnostics.error(scene.find("b\tc"), "e");
  EXPECT_EQ(scene.diagnostics.render(false), "mixer.lam:1:3: error: e\n"
                                             "    1 | a   b   c\n"
                                             "      |     ^~~~~\n");
}

TEST(Render, ControlCharactersDoNotReachTheTerminal) {
  Scene scene("a\x1B[31m b");
  scene.diagnostics.error(scene.find("b"), "e");
  EXPECT_EQ(scene.diagnostics.render(false).find('\x1B'), std::string::npos);
}

TEST(Render, RangeEndsWithItsLine) {
  Scene scene("let a = f(\n  1)\n");
  scene.diagnostics.error(scene.find("f(\n  1)"), "e");
  EXPECT_EQ(scene.diagnostics.render(false), "mixer.lam:1:9: error: e\n"
                                             "    1 | let a = f(\n"
                                             "      |         ^~\n");
}

TEST(Render, EndOfFile) {
  Scene scene("ab");
  scene.diagnostics.error({scene.file, 2, 2}, "e");
  EXPECT_EQ(scene.diagnostics.render(false), "mixer.lam:1:3: error: e\n    1 | ab\n      |   ^\n");
}

TEST(Render, LongLinesAreCut) {
  Scene scene(std::string(5000, 'a') + "X" + std::string(5000, 'b'));
  scene.diagnostics.error(scene.find("X"), "e");
  std::string text = scene.diagnostics.render(false);
  EXPECT_LT(text.size(), 500u);
  EXPECT_NE(text.find("aaaXbbb"), std::string::npos);
  size_t line = text.find("| "), caret = text.rfind("^"), caretLine = text.rfind("| ");
  EXPECT_EQ(text.find('X') - line, caret - caretLine);
}

TEST(Render, SourceOrder) {
  Scene scene("a b c");
  uint32_t second = scene.sources.add("z.lam", "d");
  scene.diagnostics.error({second, 0, 1}, "fourth");
  scene.diagnostics.error(scene.find("c"), "third");
  scene.diagnostics.error(scene.find("a"), "second");
  scene.diagnostics.error({}, "first");
  std::string text = scene.diagnostics.render(false);
  EXPECT_LT(text.find("first"), text.find("second"));
  EXPECT_LT(text.find("second"), text.find("third"));
  EXPECT_LT(text.find("third"), text.find("fourth"));
  EXPECT_EQ(text.find("error: first\n"), 0u);
}

TEST(Render, HundredErrorsThenACount) {
  Scene scene("a");
  for (int i = 0; i < 117; ++i)
    scene.diagnostics.error(scene.find("a"), "e").note(scene.find("a"), "n");
  std::string text = scene.diagnostics.render(false);
  EXPECT_EQ(scene.diagnostics.all().size(), 100u);
  EXPECT_NE(text.find("note: 17 more errors are not shown\n"), std::string::npos);
}

TEST(Render, ColorOnRequest) {
  Scene scene("a");
  scene.diagnostics.error(scene.find("a"), "e");
  EXPECT_NE(scene.diagnostics.render(true).find("\033[1;31merror:\033[0m"), std::string::npos);
  EXPECT_EQ(scene.diagnostics.render(false).find('\033'), std::string::npos);
}

TEST(Diagnostics, CountsBySeverity) {
  Scene scene("a");
  scene.diagnostics.warning(scene.find("a"), "w");
  EXPECT_FALSE(scene.diagnostics.hasErrors());
  EXPECT_TRUE(scene.diagnostics.hasWarnings());
  scene.diagnostics.error(scene.find("a"), "e");
  EXPECT_TRUE(scene.diagnostics.hasErrors());
}

TEST(Sources, LinesAndColumns) {
  SourceManager sources;
  uint32_t file = sources.add("a", "ab\r\nä日c\n\nlast");
  EXPECT_EQ(sources.line(file, 1), "ab");
  EXPECT_EQ(sources.line(file, 2), "ä日c");
  EXPECT_EQ(sources.line(file, 3), "");
  EXPECT_EQ(sources.line(file, 4), "last");
  EXPECT_EQ(sources.line(file, 5), "");
  LineColumn place = sources.lineColumn(file, uint32_t(sources.text(file).find('c')));
  EXPECT_EQ(place.line, 2u);
  EXPECT_EQ(place.column, 3u);
  EXPECT_EQ(sources.lineColumn(file, 1'000'000).line, 4u);
}

} // namespace
} // namespace lamina::testing
