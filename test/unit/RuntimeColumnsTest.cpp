// Columns of CSV files that are more than numbers: dates, keys, lists of keys, empty cells.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Dataset.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

using namespace lamina::runtime;

namespace {

int64_t keyOf(std::string_view text) { return lamina_key(text.data(), int64_t(text.size())); }

/// Reads one column of a CSV text: its values as numbers, or the failure without the file's name.
class RuntimeColumns : public testing::Test {
protected:
  RuntimeColumns() {
    path = (std::filesystem::temp_directory_path() / "lamina-columns-XXXXXX").string();
    const int descriptor = ::mkstemp(path.data());
    if (descriptor >= 0)
      ::close(descriptor);
  }
  ~RuntimeColumns() override { std::filesystem::remove(path); }

  std::vector<int64_t> integers(const std::string &text, const ColumnSpec &spec) {
    std::ofstream(path) << text;
    auto pieces = openCsvColumns(std::move(*Input::open(path)), {&spec, 1});
    failure = pieces ? "" : pieces.error();
    if (failure.starts_with(path))
      failure = failure.substr(path.size() + 2);
    if (!pieces)
      return {};
    const Array &array = *pieces->front().array;
    return {array.as<int64_t>(), array.as<int64_t>() + array.size()};
  }

  std::string path, failure;
};

ColumnSpec column(const std::string &name, CellReader reader) {
  ColumnSpec spec;
  spec.member = name;
  spec.type = ElementType::I64;
  spec.reader = reader;
  return spec;
}

TEST_F(RuntimeColumns, AKeyIsTheHeadersHash) {
  EXPECT_EQ(keyOf(""), 8056974233673738534); // by another program, from the definition
  EXPECT_EQ(keyOf("a"), 189900332573052507);
  EXPECT_EQ(keyOf("430548_1007"), 4016157037008682037);
  EXPECT_EQ(keyOf("\xc3\xa4"), 6095315021105736494);
  EXPECT_EQ(integers("u\nalice\nbob\nalice\n", column("u", CellReader::Key)),
            (std::vector<int64_t>{keyOf("alice"), keyOf("bob"), keyOf("alice")}));
}

TEST_F(RuntimeColumns, QuotesAndBlanksAreNoPartOfAKey) {
  EXPECT_EQ(integers("u\n \"a,b\" \n  x y\n\"say \"\"hi\"\"\"\n", column("u", CellReader::Key)),
            (std::vector<int64_t>{keyOf("a,b"), keyOf("x y"), keyOf("say \"hi\"")}));
}

TEST_F(RuntimeColumns, NumbersAreKeysByTheirText) {
  EXPECT_EQ(integers("u\n7\n07\n", column("u", CellReader::Key)),
            (std::vector<int64_t>{keyOf("7"), keyOf("07")}));
}

TEST_F(RuntimeColumns, ARangeOfKeysReadsTextWithoutAHeader) {
  ColumnSpec spec{0, "", 0, 2, ElementType::I64, {2}};
  spec.reader = CellReader::Key;
  EXPECT_EQ(integers("a,b\nc,d\n", spec),
            (std::vector<int64_t>{keyOf("a"), keyOf("b"), keyOf("c"), keyOf("d")}));
}

TEST_F(RuntimeColumns, AnEmptyCellIsWhatIsSaid) {
  ColumnSpec key = column("u", CellReader::Key);
  EXPECT_TRUE(integers("u,v\n,1\n", key).empty());
  EXPECT_EQ(failure, "row 2, column 1: the cell is empty");
  key.empty = 0;
  EXPECT_EQ(integers("u,v\n,1\n", key), std::vector<int64_t>{0});
  ColumnSpec number = column("v", CellReader::Number);
  number.empty = -1;
  EXPECT_EQ(integers("u,v\nx,\ny,3\n", number), (std::vector<int64_t>{-1, 3}));
  EXPECT_TRUE(integers("u,v\nx,q\n", number).empty());
  EXPECT_EQ(failure, "row 2, column 2: 'q' is no number");
}

TEST_F(RuntimeColumns, AListOfKeysKeepsTheLastOnes) {
  ColumnSpec spec = column("s", CellReader::Keys);
  spec.separator = "^";
  spec.shape = {2};
  EXPECT_EQ(integers("s,t\na^b^c,0\nd,0\n,0\n^e^^,0\n", spec),
            (std::vector<int64_t>{keyOf("b"), keyOf("c"), keyOf("d"), 0, 0, 0, keyOf("e"), 0}));
  spec.separator = "::";
  EXPECT_EQ(integers("s,t\na::b:c,0\n", spec), (std::vector<int64_t>{keyOf("a"), keyOf("b:c")}));
}

TEST_F(RuntimeColumns, DatesAreSecondsFrom1970) {
  EXPECT_EQ(parseDate("1970-01-01"), 0);
  EXPECT_EQ(parseDate("2016-07-01 00:00:00"), 1467331200);
  EXPECT_EQ(parseDate("2016-07-01T01:02"), 1467334920);
  EXPECT_EQ(parseDate("2016-07-01T01:02:03Z"), 1467334923);
  EXPECT_EQ(parseDate("2016-07-01 01:02:03+02:00"), 1467327723);
  EXPECT_EQ(parseDate("2016-07-01 01:02:03-00:30"), 1467336723);
  EXPECT_EQ(parseDate("2000-02-29"), 951782400);
  EXPECT_EQ(parseDate("1969-12-31"), -86400);
  EXPECT_EQ(parseDate("0000-01-01"), -62167219200);
}

TEST_F(RuntimeColumns, WhatIsNoDateIsTold) {
  for (const char *text :
       {"", "2016", "2016-7-1", "2016-13-01", "2015-02-29", "1900-02-29", "2016-07-32",
        "2016-07-01 24:00", "2016-07-01 1:00", "2016-07-01 01:60", "2016-07-01 ",
        "2016-07-01 01:00:61", "2016-07-01 01:00 ", "2016-07-01 01:00+2", "2016-07-01 01:00+02:00x",
        "-016-07-01", "2016/07/01", "+016-07-01"})
    EXPECT_FALSE(parseDate(text)) << text;
  EXPECT_TRUE(integers("d\nyesterday\n", column("d", CellReader::Date)).empty());
  EXPECT_EQ(failure, "row 2, column 1: 'yesterday' is no date; '2016-07-01' and "
                     "'2016-07-01 13:00:00' are");
  EXPECT_EQ(integers("d\n2016-07-01\n", column("d", CellReader::Date)),
            std::vector<int64_t>{1467331200});
}

} // namespace
