// Columns of CSV files in `data`, how their cells are read, and metrics of a whole part.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/unit/SemaTrainingBlocks.h"

using namespace lamina;
using namespace lamina::test;

namespace {

/// `data` with these statements before the bindings of the model.
std::string dataWith(const std::string &statements) {
  return "  data {\n    t = csv(\"t.csv\")\n" + statements + "    x = f32(t[0..2])\n  }\n";
}
const std::string kUse = "  objective { loss = mean<k>(M(x)) * f32(u) }\n";
const std::string kUseList = "  objective { loss = mean<k>(M(x)) * f32(sum<p>(u)) }\n";

TEST(SemaTrainingCells, ReadersAreOfTheColumn) {
  Checked checked(dataWith("    k = key(t.user, empty = 0)\n    d = date(t[5])\n"
                           "    s: i64[p: 4] = keys(t[\"seen at\"], separator = \"::\")\n"
                           "    u = k % 8 + d + sum<p>(s) + i64(t.n, empty = -1)\n") +
                  kUse + kSettings);
  ASSERT_TRUE(checked.training) << checked.compilation.rendered();
  const std::vector<sema::DataColumn> &columns = checked.training->columns;
  ASSERT_EQ(columns.size(), 5u);
  EXPECT_EQ(columns[0].form.reader, "key");
  EXPECT_EQ(columns[0].form.empty, 0);
  EXPECT_EQ(columns[0].element, sema::ElementType::I64);
  EXPECT_EQ(columns[1].form.reader, "date");
  EXPECT_FALSE(columns[1].form.empty);
  EXPECT_EQ(columns[2].form.reader, "keys");
  EXPECT_EQ(columns[2].form.separator, "::");
  EXPECT_EQ(columns[2].shape, std::vector<int64_t>{4});
  EXPECT_EQ(columns[3].form.reader, "");
  EXPECT_EQ(columns[3].form.empty, -1);
}

TEST(SemaTrainingCells, ARangeOfKeysHasTheAxisOfTheBinding) {
  Checked checked(dataWith("    u: i64[p: 3] = key(t[2..5])\n") + kUseList + kSettings);
  ASSERT_TRUE(checked.training) << checked.compilation.rendered();
  EXPECT_EQ(checked.training->columns[0].shape, std::vector<int64_t>{3});
}

TEST(SemaTrainingCells, TwoReadingsOfAColumnAreTwoColumns) {
  Checked checked(dataWith("    u = key(t.a) + i64(t.a) + i64(t.a, empty = 3) + key(t.a)\n") +
                  kUse + kSettings);
  ASSERT_TRUE(checked.training) << checked.compilation.rendered();
  EXPECT_EQ(checked.training->columns.size(), 4u) << "x, a key, a number, a number that may lack";
}

TEST(SemaTrainingCells, AFunctionOfTheFileHidesAReader) {
  Checked checked(dataWith("    u = key(i64(t.a))\n") + kUse + kSettings, {},
                  "fn key(x) = x + 1\n");
  ASSERT_TRUE(checked.training) << checked.compilation.rendered();
  EXPECT_EQ(checked.training->columns[0].form.reader, "");
}

TEST(SemaTrainingCells, MetricsOfAWholePartAreMadeOfTheirParts) {
  Checked checked(
      kData +
      "  objective {\n    z = M(x)\n    loss = cross_entropy(z, y)\n"
      "    metric auc = auc(take<k, 0>(z), f32(y))\n    metric sharp = psnr(z, 0 * z, peak = 2)\n"
      "    metric plain = mean<k>(z)\n  }\n" +
      kSettings + "  keep = best(max = val.auc)\n");
  ASSERT_TRUE(checked.training) << checked.compilation.rendered();
  const sema::Training &t = *checked.training;
  EXPECT_EQ(t.metrics, (std::vector<std::string>{"auc", "sharp", "plain"}));
  EXPECT_EQ(t.combined, (std::map<std::string, std::string>{{"auc", "auc"}, {"sharp", "psnr"}}));
  std::vector<std::string> check, loss;
  for (const sema::Output &output : t.check.outputs)
    check.push_back(output.name);
  for (const sema::Output &output : t.loss.outputs)
    loss.push_back(output.name);
  EXPECT_EQ(check, (std::vector<std::string>{"loss", "auc.0", "auc.1", "sharp", "plain"}));
  EXPECT_EQ(loss, (std::vector<std::string>{"loss", "plain"})) << "a batch is no part";
}

TEST(SemaTrainingCells, FoldersOfImagesHaveASize) {
  Checked checked("  data {\n    t = csv(\"t.csv\")\n    x = f32(t[0..2])\n"
                  "    files = image_folder(train = \"a\", val = \"b\", size = 4)\n"
                  "    cifar = cifar10(\"batches\")\n"
                  "    p: u8[rgb: 3, h: 4, w: 4] = files.image\n    u = i64(cifar.label)\n  }\n"
                  "  objective { loss = mean<k>(M(x)) * mean<rgb, h, w>(f32(p)) * f32(u) }\n" +
                  kSettings);
  ASSERT_TRUE(checked.training) << checked.compilation.rendered();
  EXPECT_EQ(checked.training->sources[1].options.numbers.at("size"), 4);
  EXPECT_EQ(checked.training->sources[1].files.size(), 2u);
  EXPECT_EQ(checked.training->columns[1].shape, (std::vector<int64_t>{3, 4, 4}));
  EXPECT_EQ(checked.training->columns[2].member, "label");
}

struct Mistake {
  const char *what;
  std::string body;
  std::string message;
};

const Mistake kMistakes[] = {
    {"key of a number", dataWith("    u = key(3)\n") + kUse + kSettings,
     "t.lam:5:9: error: 'key' reads a column of a CSV file: 'key(table.name)'"},
    {"key of an array", "  data {\n    t = npy(\"t.npy\")\n    u = key(t)\n  }\n" + kSettings,
     "t.lam:5:9: error: 'key' reads a column of a CSV file: 'key(table.name)'"},
    {"key in an objective", kData + "  objective { loss = key(x) }\n" + kSettings,
     "t.lam:9:22: error: 'key' reads a column of a CSV file: 'key(table.name)'"},
    {"empty keys", dataWith("    u: i64[p: 2] = keys(t.a, empty = 0)\n") + kUseList + kSettings,
     "t.lam:5:30: error: 'keys' takes a column and a separator: 'keys(log.seen, separator = "
     "\"^\")'"},
    {"no separator",
     dataWith("    u: i64[p: 2] = keys(t.a, separator = \"\")\n") + kUseList + kSettings,
     "t.lam:5:30: error: 'keys' takes a column and a separator: 'keys(log.seen, separator = "
     "\"^\")'"},
    {"keys without an axis", dataWith("    u = keys(t.a)\n") + kUse + kSettings,
     "t.lam:5:14: error: a list of keys needs one axis, as long as lists may be: write the "
     "binding's type, 'seen: i64[place: 20] = keys(…)'"},
    {"keys of columns", dataWith("    u: i64[p: 2] = keys(t[0..2])\n") + kUseList + kSettings,
     "t.lam:5:25: error: 'keys' reads one column, whose cells are lists"},
    {"a float for an empty int", dataWith("    u = i64(t.a, empty = 0.5)\n") + kUse + kSettings,
     "t.lam:5:18: error: a static float never becomes an integer; write the int"},
    {"another argument", dataWith("    u = f32(t.a, missing = 0)\n") + kUse + kSettings,
     "t.lam:5:18: error: a column is read with its type and what an empty cell stands for: "
     "'f32(log.price, empty = 0)'"},
    {"empty of an array",
     "  data {\n    t = npy(\"t.npy\")\n    u = f32(t, empty = 0)\n  }\n" + kSettings,
     "t.lam:5:9: error: the cast 'f32' takes one value, not 2"},
    {"folder without size", "  data { t = image_folder(\"d\") }\n" + kSettings,
     "t.lam:3:14: error: 'image_folder' needs the size that its images get: "
     "'image_folder(\"DIR\", size = 224)'"},
    {"size of nothing", "  data { t = image_folder(\"d\", size = 0) }\n" + kSettings,
     "t.lam:3:39: error: 'size' is an int of at least 1, but this is the int 0"},
    {"empty of generated data",
     "  data {\n    t = generated(rows = 3)\n    u = i64(t.row, empty = 0)\n  }\n" + kSettings,
     "t.lam:5:9: error: only a cell of a CSV file can be empty"},
};

TEST(SemaTrainingCells, MistakesAreTold) {
  for (const Mistake &mistake : kMistakes)
    EXPECT_NE(errorsOf(mistake.body).find(mistake.message), std::string::npos)
        << mistake.what << ":\n"
        << errorsOf(mistake.body);
}

} // namespace
