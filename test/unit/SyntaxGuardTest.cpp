// Whatever bytes come in: a clear message, in bounded time and memory.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "SyntaxTesting.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>

namespace lamina::testing {
namespace {

using Errors = std::vector<std::string>;

std::string times(size_t n, const std::string &text) {
  std::string result;
  result.reserve(n * text.size());
  for (size_t i = 0; i < n; ++i)
    result += text;
  return result;
}

TEST(Guard, EmptyFilesAreFine) {
  for (const char *text : {"", " ", "\n\n", "# comment", "/// doc", "\xEF\xBB\xBF"}) {
    Parsed parsed(text);
    EXPECT_EQ(parsed.errors(), Errors()) << text;
    EXPECT_TRUE(parsed.module.decls.empty());
  }
}

TEST(Guard, NulByte) {
  EXPECT_EQ(Parsed(std::string("let a = 1\nlet \0b = 2\n", 21)).errors(),
            Errors{"2:5: the file holds a NUL byte; it is no source text"});
}

TEST(Guard, InvalidUtf8) {
  const std::string message = "this byte is not UTF-8; save the file in that encoding";
  for (const char *bytes :
       {"\x80", "\xC0\x80", "\xC3", "\xE2\x82", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF"})
    EXPECT_EQ(Parsed(std::string("# ä\n# ü") + bytes).errors(), Errors{"2:4: " + message});
}

TEST(Guard, Binary) {
  std::string bytes;
  for (unsigned i = 1; i < 4096; ++i)
    bytes += char(i * 7919 >> 3 | 1);
  EXPECT_EQ(Parsed(bytes).errors().size(), 1u);
}

TEST(Guard, TooLarge) {
  EXPECT_EQ(Parsed(times(100, "let a = 1\n"), {.bytes = 999}).errors(),
            Errors{"1:1: the file has 1000 bytes; a source file has at most 999"});
  Parsed huge(std::string(100'000'000, '('));
  EXPECT_EQ(huge.errors(),
            Errors{"1:1: the file has 100000000 bytes; a source file has at most 4194304"});
}

TEST(Guard, TooManyTokens) {
  EXPECT_EQ(
      Parsed(times(10, "let a = 1\n"), {.tokens = 20}).errors(),
      Errors{"6:1: the file has more than 20 tokens; generate less text, or split it into files"});
}

TEST(Guard, MegabyteOfOneName) {
  std::string name(1'000'000, 'a');
  EXPECT_EQ(Parsed("let " + name + " = 1").errors(), Errors());
  Parsed parsed("let a = 1 " + name);
  ASSERT_EQ(parsed.errors().size(), 1u);
  EXPECT_LT(parsed.diagnostics.render(false).size(), 1000u);
}

/// Each opens `n` levels of something that recurses.
using Chain = std::function<std::string(size_t n)>;
const Chain kDeep[] = {
    [](size_t n) { return "let a = " + times(n, "(") + "1" + times(n, ")"); },
    [](size_t n) { return "let a = " + times(n, "[") + "1" + times(n, "]"); },
    [](size_t n) { return "let a = " + times(n, "f(") + "1" + times(n, ")"); },
    [](size_t n) { return "let a = " + times(n, "a[") + "1" + times(n, "]"); },
    [](size_t n) { return "let a = " + times(n, "f<") + "1" + times(n, ">"); },
    [](size_t n) { return "block B" + times(n, "<a: [") + "int"; },
    [](size_t n) { return "let a = " + times(n, "-") + "1"; },
    [](size_t n) { return "let a = " + times(n, "not ") + "b"; },
    [](size_t n) { return "let a = " + times(n, "b ** ") + "c"; },
    [](size_t n) { return "let a = " + times(n, "b ** -") + "c"; },
    [](size_t n) { return "let a = " + times(n, "if b then c else ") + "d"; },
    [](size_t n) { return "let a = " + times(n, "if ") + "d"; },
    [](size_t n) { return "let a = b < " + times(n, "if c < -d then e else ") + "f"; },
    [](size_t n) { return inBlock(times(n, "if a {") + "x = 1" + times(n, "}")); },
    [](size_t n) { return inBlock("if a { }" + times(n, " else if a { }")); },
    [](size_t n) { return inBlock(times(n, "for i in a { ")); },
    [](size_t n) { return inBlock("x = " + times(n, "(-not [f<(") + "1"); },
};

TEST(Guard, TooDeep) {
  for (const Chain &chain : kDeep)
    for (size_t n : {300, 20'000}) {
      std::string source = chain(n);
      if (source.size() > SourceLimits().bytes)
        continue;
      Parsed parsed(source);
      ASSERT_EQ(parsed.errors().size(), 1u) << source.substr(0, 60);
      EXPECT_NE(parsed.errors()[0].find("nested too deep"), std::string::npos)
          << parsed.errors()[0];
    }
}

TEST(Guard, DeepEnoughForPeople) {
  for (const Chain &chain : kDeep)
    for (const std::string &error : Parsed(chain(20)).errors())
      EXPECT_EQ(error.find("nested too deep"), std::string::npos) << error;
}

TEST(Guard, TenMillionParentheses) {
  SourceLimits limits;
  limits.bytes = 20'000'000;
  Parsed parsed("let a = " + std::string(10'000'000, '('), limits);
  ASSERT_EQ(parsed.errors().size(), 1u);
}

TEST(Guard, LongChainsOfOperators) {
  EXPECT_EQ(Parsed("let a = 1" + times(1000, " + 1")).errors(), Errors());
  for (const char *link : {" + 1", " and b", " |> f", ".a", "(1)", "[1]", " * -1"}) {
    std::vector<std::string> errors = Parsed("let a = b" + times(10'000, link)).errors();
    ASSERT_EQ(errors.size(), 1u) << link;
    EXPECT_NE(errors[0].find("nested too deep; the limits are "), std::string::npos) << errors[0];
    EXPECT_NE(errors[0].find(
                  " operators within each other; give the inner parts names with 'let' or '='"),
              std::string::npos)
        << errors[0];
  }
}

TEST(Guard, LongFilesAreNotDeep) {
  EXPECT_EQ(Parsed(times(3000, "import a.b.c\n")).errors(), Errors());
  EXPECT_EQ(Parsed(times(3000, "let a = -b * (c + 1)\n")).errors(), Errors());
  EXPECT_EQ(Parsed(inBlock(times(3000, "m <- -m\n"))).errors(), Errors());
  EXPECT_EQ(Parsed(inBlock(times(3000, "if a < -b { x = 1 }\n"))).errors(), Errors());
  EXPECT_EQ(Parsed(inBlock(times(3000, "if a { x = 1 } else { x = 2 }\n"))).errors(), Errors());
  EXPECT_EQ(Parsed("let a = [" + times(3000, "if a then -b else not c, ") + "]").errors(),
            Errors());
}

/// A file that is removed at the end.
class TemporaryFile {
public:
  explicit TemporaryFile(const std::string &text)
      : path(std::filesystem::temp_directory_path() /
             ("lamina-syntax-" + std::to_string(getpid()) + ".lam")) {
    std::ofstream(path, std::ios::binary) << text;
  }
  ~TemporaryFile() { std::filesystem::remove(path); }
  const std::filesystem::path path;
};

TEST(ReadSource, GivesTheBytes) {
  TemporaryFile file("let a = 1\r\n");
  std::string error;
  EXPECT_EQ(readSource(file.path, {}, error), "let a = 1\r\n");
  EXPECT_EQ(error, "");
}

TEST(ReadSource, SaysWhyNot) {
  std::string error;
  EXPECT_FALSE(readSource("/does/not/exist.lam", {}, error));
  EXPECT_EQ(error, "no such file");
  EXPECT_FALSE(readSource("/", {}, error));
  EXPECT_EQ(error, "is a directory");
  EXPECT_FALSE(readSource("/dev/null", {}, error));
  EXPECT_EQ(error, "is not a regular file");
  EXPECT_FALSE(readSource(std::string("a\0b", 3), {}, error));
  EXPECT_EQ(error, "has a NUL byte in its name");
  TemporaryFile file("12345");
  EXPECT_FALSE(readSource(file.path, {.bytes = 4}, error));
  EXPECT_EQ(error, "is larger than 4 bytes, the limit for a source file");
}

} // namespace
} // namespace lamina::testing
