// CSV files that are larger than what may lie in memory: read in stretches, kept in a temporary
// file, gathered row by row.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Dataset.h"
#include "runtime/src/CsvCells.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <malloc.h>
#include <numeric>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

using namespace lamina::runtime;

namespace {

Input memory(const std::string &text) {
  const auto *bytes = reinterpret_cast<const std::byte *>(text.data());
  return Input::fromMemory("t.csv", {bytes, bytes + text.size()});
}

/// All cells of a text, `|` between two of a row and a newline behind each row.
std::string cellsOf(const std::string &text, int64_t stretch) {
  const Input input = memory(text);
  CsvCells cells(input, stretch);
  std::string all;
  while (cells.next()) {
    all += cells.cell;
    all += cells.isQuoted ? "'" : "";
    all += cells.isLastOfRow ? "\n" : "|";
  }
  return all + (cells.status() ? "" : cells.status().error());
}

TEST(RuntimeLargeCsv, StretchesOfAnyLengthGiveTheSameCells) {
  for (const std::string text :
       {"a,b\r\n1,2\r\n", "\xef\xbb\xbfx , \"y,\n\"\"z\"\"\" \n,\n\"\",\" \"\n\n\n", "1\r2\r\n3\n4",
        "\"a\"\"\"\r\n\"\",\"\"\"\"\r\n", "  ,\t\"b\" c\n\r\n\n", "a,\"never\nclosed", ",", "\"\""})
    for (int64_t stretch = 1; stretch < 12; ++stretch)
      EXPECT_EQ(cellsOf(text, stretch), cellsOf(text, 4096)) << text << " by " << stretch;
  EXPECT_EQ(cellsOf("a,\" b,c \"\r\n\"d\"\"e\",\n\n", 1), "a|b,c'\nd\"\"e'|\n");
  EXPECT_EQ(cellsOf("a,\"b", 1), "a|t.csv: quotes that open in row 1 are never closed");
  EXPECT_EQ(cellsOf(std::string("a\nb\0c", 5), 2), "t.csv: holds a NUL at byte 3: it is no text");
  EXPECT_EQ(cellsOf("\n\r\n", 1), "");
}

TEST(RuntimeLargeCsv, ACellWithoutAnEndIsToldBeforeMemoryIs) {
  std::string text = "a\n\"";
  text.resize(2 * CsvCells::kLongestCell + (size_t(3) << 20), 'x');
  EXPECT_EQ(cellsOf(text, CsvCells::kStretch), "a\nt.csv: row 2, column 1: the cell has more than "
                                               "16 MiB; is a quote never closed?");
}

/// A folder with a table of some types: `x y0 y1 key when`.
class RuntimeLargeTable : public testing::Test {
protected:
  RuntimeLargeTable() {
    folder = (std::filesystem::temp_directory_path() / "lamina-large-XXXXXX").string();
    if (!::mkdtemp(folder.data()))
      folder.clear();
  }
  ~RuntimeLargeTable() override { std::filesystem::remove_all(folder); }

  static std::string line(int64_t row) {
    const std::string n = std::to_string(row);
    return n + "," + n + ".5,-" + n + ".25,k" + std::to_string(row % 7) +
           ",2016-07-01 00:00:" + (row % 60 < 10 ? "0" : "") + std::to_string(row % 60) + "\n";
  }
  void write(int64_t rows) {
    std::ofstream file(folder + "/t.csv");
    file << "x,y0,y1,key,when\n";
    for (int64_t row = 0; row < rows; ++row)
      file << line(row);
  }
  void pack() {
    std::ifstream file(folder + "/t.csv");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    gzFile packed = ::gzopen((folder + "/t.csv.gz").c_str(), "wb1");
    EXPECT_EQ(::gzwrite(packed, text.data(), unsigned(text.size())), int(text.size()));
    EXPECT_EQ(::gzclose(packed), Z_OK);
  }
  Result<Dataset> open(const std::string &name, int64_t inMemory, int64_t window = 0) {
    const SourceSpec source = {"t", "csv", {{"", name}}};
    std::vector<ColumnSpec> specs(4);
    specs[0].member = "x";
    specs[0].type = ElementType::I64;
    specs[1].first = 1;
    specs[1].last = 3;
    specs[1].shape = {2};
    specs[2].member = "key";
    specs[2].type = ElementType::I64;
    specs[2].reader = CellReader::Key;
    specs[3].member = "when";
    specs[3].type = ElementType::I64;
    specs[3].reader = CellReader::Date;
    for (ColumnSpec &spec : specs)
      spec.window = window;
    return Dataset::open({&source, 1}, specs, folder, inMemory);
  }
  static std::vector<std::byte> gather(const Dataset &data, const std::vector<int64_t> &rows,
                                       size_t window) {
    std::vector<std::byte> all;
    for (size_t column = 0; column < 4; ++column) {
      std::vector<std::byte> values(rows.size() * window * 8);
      const Status status = data.gather(column, rows, values.data());
      EXPECT_TRUE(status) << status.error();
      all.insert(all.end(), values.begin(), values.end());
    }
    return all;
  }

  std::string folder;
};

TEST_F(RuntimeLargeTable, RowsInAFileAreThoseInMemory) {
  write(1000);
  pack();
  const std::vector<int64_t> rows = {997, 0, 3, 3, 500};
  for (int64_t window : {0, 3}) {
    auto kept = open("t.csv", 1 << 20, window), streamed = open("t.csv", 100, window);
    auto unpacked = open("t.csv.gz", 100, window);
    ASSERT_TRUE(kept && streamed && unpacked);
    EXPECT_EQ(kept->bytes(), 32'000);
    EXPECT_EQ(streamed->bytes() + unpacked->bytes(), 0);
    EXPECT_EQ(streamed->rows(), 1000);
    const size_t length = size_t(std::max<int64_t>(window, 1));
    EXPECT_EQ(gather(*kept, rows, length), gather(*streamed, rows, length));
    EXPECT_EQ(gather(*kept, rows, length), gather(*unpacked, rows, length));
  }
}

TEST_F(RuntimeLargeTable, FailuresAreThoseOfSmallFiles) {
  write(50);
  std::ofstream(folder + "/t.csv", std::ios::app) << "1,2,x,k,2016-07-01\n";
  EXPECT_EQ(open("t.csv", 100).error(), open("t.csv", 1 << 20).error());
  EXPECT_EQ(open("t.csv", 100).error(), folder + "/t.csv: row 52, column 3: 'x' is no number");
}

/// A figure of /proc/self/status in bytes.
int64_t statusOf(const std::string &key) {
  std::ifstream file("/proc/self/status");
  for (std::string word; file >> word;)
    if (int64_t kibibytes = 0; word == key + ":" && file >> kibibytes)
      return kibibytes << 10;
  return -1;
}

struct Reading {
  int64_t sum = -1;   ///< of the table's first column
  int64_t bytes = -1; ///< of memory that it took at most
};

/// Reads a table in a process of its own, whose peak of memory begins with what it has.
template <typename Open> Reading readApart(Open open) {
  ::malloc_trim(0); // what the heap keeps would be taken again without a trace
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    Reading reading;
    const int64_t before = statusOf("VmRSS");
    if (Result<Dataset> data = open()) {
      reading.sum = 0;
      std::vector<int64_t> rows(1000), values(rows.size());
      for (int64_t first = 0; first < data->rows(); first += int64_t(rows.size())) {
        std::iota(rows.begin(), rows.end(), first);
        if (!data->gather(0, rows, reinterpret_cast<std::byte *>(values.data())))
          break;
        reading.sum = std::accumulate(values.begin(), values.end(), reading.sum);
      }
    }
    reading.bytes = statusOf("VmHWM") - before;
    const bool isTold = ::write(ends[1], &reading, sizeof reading) == sizeof reading;
    ::_exit(isTold ? 0 : 1);
  }
  Reading reading;
  EXPECT_EQ(::read(ends[0], &reading, sizeof reading), ssize_t(sizeof reading));
  ::waitpid(child, nullptr, 0);
  ::close(ends[0]);
  ::close(ends[1]);
  return reading;
}

TEST_F(RuntimeLargeTable, MemoryIsBounded) {
  constexpr int64_t kRows = 400'000, kMebibyte = 1 << 20; // 18 MiB of text, 12 MiB of columns
  write(kRows);
  pack();
  for (const char *name : {"t.csv", "t.csv.gz"}) {
    const Reading streamed = readApart([&] { return open(name, kMebibyte); });
    const Reading whole = readApart([&] { return open(name, 1024 * kMebibyte); });
    EXPECT_EQ(streamed.sum, kRows * (kRows - 1) / 2) << name;
    EXPECT_EQ(whole.sum, streamed.sum) << name;
    EXPECT_LT(streamed.bytes, 6 * kMebibyte) << name;
    EXPECT_GT(whole.bytes, 12 * kMebibyte) << name << ": else the bound shows nothing";
  }
}

} // namespace
