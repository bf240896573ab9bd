// The canonical form of sources.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "SyntaxTesting.h"

namespace lamina::testing {
namespace {

using Errors = std::vector<std::string>;

/// The canonical form, which must be one: a fixed point with the same tree and the same comments.
std::string canonical(const std::string &source) {
  Parsed first(source);
  EXPECT_EQ(first.errors(), Errors()) << source;
  std::string once = first.formatted();
  Parsed second(once);
  EXPECT_EQ(second.errors(), Errors()) << once;
  EXPECT_EQ(second.formatted(), once);
  auto shape = [](const Parsed &parsed) {
    std::string tree = parsed.tree(), result;
    for (size_t i = 0; i < tree.size(); ++i)
      if (tree[i] == '@')
        i = tree.find('\n', i) - 1;
      else
        result += tree[i];
    return result;
  };
  EXPECT_EQ(shape(first), shape(second));
  EXPECT_EQ(first.module.comments.size(), second.module.comments.size());
  return once;
}

std::string canonicalStmt(const std::string &statement) {
  std::string text = canonical(inBlock(statement));
  size_t begin = text.find('\n') + 1;
  return text.substr(begin, text.rfind("\n}") - begin);
}

TEST(Format, SamplesHaveAFixedPoint) {
  for (const std::string &sample : kSamples)
    canonical(sample);
}

TEST(Format, NoLineOfTheSamplesIsTooLong) {
  for (const std::string &sample : kSamples) {
    std::string text = canonical(sample);
    for (size_t i = 0; i < text.size(); i = text.find('\n', i) + 1) {
      std::string line = text.substr(i, text.find('\n', i) - i);
      EXPECT_LE(line.substr(0, line.find("  #")).size(), 100u) << line;
    }
  }
}

TEST(Format, CanonicalTextStays) {
  const char *text =
      "/// MLP-Mixer.\n"
      "import std.nn\n"
      "\n"
      "model Mixer<patch = 16, dim = 768, depth = 12, tokens = 384, channels = 3072, classes = "
      "1000,\n"
      "            size = 224>\n"
      "    (image: f32[rgb: 3, h: size, w: size]) -> f32[classes] {\n"
      "  layer stem = Linear<p -> c: dim>\n"
      "\n"
      "  # tokens\n"
      "  x = rearrange(image, [rgb, h: (gh ph), w: (gw pw)] -> [s: (gh gw), p: (rgb ph pw)], ph: "
      "patch,\n"
      "                pw: patch)\n"
      "  repeat depth as blocks { x = MixerBlock<s, c, tokens, channels>(x) }\n"
      "  return x |> norm |> mean<s> |> head  # logits\n"
      "}\n"
      "\n"
      "model Mixer_S16 = Mixer<dim = 512, depth = 8, tokens = 256, channels = 2048>\n";
  EXPECT_EQ(canonical(text), text);
}

TEST(Format, BlanksAndCommas) {
  EXPECT_EQ(canonicalStmt("y=f( a ,b,c = -2**3 ,d:4, )*(1+2)"),
            "  y = f(a, b, c = -2 ** 3, d: 4) * (1 + 2)");
  EXPECT_EQ(canonicalStmt("y = x [ 1 .. , .. 2,.. ] . w"), "  y = x[1.., ..2, ..].w");
  EXPECT_EQ(canonicalStmt("y = (a ,)"), "  y = (a,)");
  EXPECT_EQ(canonicalStmt("a , _=f ( x )"), "  a, _ = f(x)");
  EXPECT_EQ(canonicalStmt("layer a=B<a->b:3,k=( 1<2 )>each e:n"),
            "  layer a = B<a -> b: 3, k = (1 < 2)> each e: n");
}

TEST(Format, UpdatesAndUnits) {
  EXPECT_EQ(canonicalStmt("a.w[d ,n] <- 2"), "  a.w[d, n] <- 2");
  EXPECT_EQ(canonicalStmt("s = cosine(warmup=5   epochs)"), "  s = cosine(warmup = 5 epochs)");
}

TEST(Format, StatementsThatShareALineStayTogether) {
  EXPECT_EQ(canonicalStmt("a = 1,b = 2 ,\n  c = 3 d = 4"), "  a = 1, b = 2\n  c = 3\n  d = 4");
}

TEST(Format, OneLineBodiesStay) {
  EXPECT_EQ(canonicalStmt("if a {x=1} else {x=2}"), "  if a { x = 1 } else { x = 2 }");
  EXPECT_EQ(canonicalStmt("if a {\n x=1} else {x=2}"), "  if a {\n    x = 1\n  } else { x = 2 }");
  EXPECT_EQ(canonicalStmt("if a {}"), "  if a {}");
}

TEST(Format, OneBlankLineAtMost) {
  EXPECT_EQ(canonicalStmt("\n\na = 1\n\n\n\n  b = 2\n  c = 3\n\n"), "  a = 1\n\n  b = 2\n  c = 3");
}

TEST(Format, DeclarationsWithBodiesAreSetOff) {
  EXPECT_EQ(canonical("let a = 1\nblock B(x: [c]) -> [c] {\nreturn x}\n# c\nlet b = 2\nlet d = 3"),
            "let a = 1\n\nblock B(x: [c]) -> [c] {\n  return x\n}\n\n# c\nlet b = 2\nlet d = 3\n");
  EXPECT_EQ(canonical("let a = 1\n/// doc\ntest \"t\" {}"),
            "let a = 1\n\n/// doc\ntest \"t\" {}\n");
}

TEST(Format, CommentsStayWhereTheyAre) {
  const char *text = "# header\n"
                     "import std.nn  # trailing\n"
                     "\n"
                     "# about A\n"
                     "/// doc\n"
                     "block A<\n"
                     "  axis d,  # the axis\n"
                     "  hidden: int,\n"
                     "  # last\n"
                     ">(x: [.., d]) -> [.., d] {  # opener\n"
                     "  # first\n"
                     "  y = f(\n"
                     "    # own\n"
                     "    a,\n"
                     "    b,  # tail\n"
                     "  )\n"
                     "  if x > 3 { y = 2 }  # then\n"
                     "  # before else\n"
                     "  else { y = 3 }\n"
                     "  /// doc of the result\n"
                     "  return x  # ret\n"
                     "  # after\n"
                     "}  # end\n"
                     "\n"
                     "# end of file\n";
  EXPECT_EQ(canonical(text), text);
}

TEST(Format, NoCommentIsLost) {
  const char *text = "# 1\nblock # 2\nA< # 4\naxis # 5\nd # 6\n> # 7\n( # 8\nx # 9\n: # "
                     "10\n[ # 11\nd # 12\n] # 13\n"
                     ") # 14\n-> # 15\n[ # 16\nd # 17\n] # 18\n{ # 19\nlayer # 20\na # 21\n= # "
                     "22\nL # 23\n[ # 24\n0 # 25\n"
                     "] # 26\n( # 27\n) # 28\ny # 29\n= # 30\nif # 31\na # 32\nthen # 33\n- # "
                     "34\nb # 35\nelse # 36\nc # 37\n"
                     "repeat # 38\n3 # 39\nas # 40\nr # 41\n{ # 42\n} # 43\nreturn # 44\nx # 45\n, "
                     "# 46\ny # 47\n} # 48\n";
  canonical(text);
}

TEST(Format, ListsWithItemsOnTheirOwnLinesStay) {
  EXPECT_EQ(canonicalStmt("t = [\n [1,2],\n [3,4]\n]"), "  t = [\n    [1, 2],\n    [3, 4],\n  ]");
  EXPECT_EQ(canonicalStmt("t = [[1,2],\n [3,4]]"), "  t = [[1, 2], [3, 4]]");
}

TEST(Format, LongPipesHaveAStageOnEachLine) {
  EXPECT_EQ(canonicalStmt("optimizer = sam(rho = 0.05) |> clip_norm(1.0) |> adamw(lr = 1e-3, "
                          "weight_decay = 0.05) |> "
                          "ema(0.999)"),
            "  optimizer = sam(rho = 0.05)\n"
            "      |> clip_norm(1.0)\n"
            "      |> adamw(lr = 1e-3, weight_decay = 0.05)\n"
            "      |> ema(0.999)");
}

TEST(Format, LongConditionalsHaveACaseOnEachLine) {
  EXPECT_EQ(canonical("fn f(x) = if x > 0 then a_rather_long_name_number_1 else if x < 0 then "
                      "a_rather_long_name_number_2 "
                      "else 0"),
            "fn f(x) = if x > 0 then a_rather_long_name_number_1\n"
            "    else if x < 0 then a_rather_long_name_number_2\n"
            "    else 0\n");
}

TEST(Format, Notes) {
  EXPECT_EQ(canonical("@precision( bf16 ) @rank(8)\nlet a=1"),
            "@precision(bf16)\n@rank(8)\nlet a = 1\n");
}

TEST(Format, EmptyFile) {
  EXPECT_EQ(canonical(""), "");
  EXPECT_EQ(canonical("\n\n"), "");
  EXPECT_EQ(canonical("\n# a  \n\n\n# b"), "# a\n\n# b\n");
}

} // namespace
} // namespace lamina::testing
