// npy, IDX, CSV, images and special files: what is refused and why, and what is accepted.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Csv.h"
#include "lamina/Idx.h"
#include "lamina/Image.h"
#include "lamina/Npy.h"
#include "lamina/Npz.h"
#include "lamina/Output.h"

#include <cmath>
#include <cstring>
#include <filesystem>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace lamina::runtime;
using namespace std::string_literals;

namespace {

Input memory(const std::string &text, const std::string &name = "f") {
  std::vector<std::byte> bytes(text.size());
  std::memcpy(bytes.data(), text.data(), text.size());
  return Input::fromMemory(name, std::move(bytes));
}

std::string outcome(const Result<Array> &array) {
  return array ? "accepted " + printShape(array->shape()) : array.error();
}
std::string npyOutcome(const std::string &text) { return outcome(readNpy(memory(text))); }
std::string idxOutcome(const std::string &text) { return outcome(readIdx(memory(text))); }
std::string csvOutcome(const std::string &text, ElementType type = ElementType::F64) {
  return outcome(readCsv(memory(text), type));
}

std::string npy(const std::string &header, const std::string &data = "", char version = 1) {
  std::string text = "\x93NUMPY"s + version + '\0';
  const size_t n = header.size();
  text += {char(n & 255), char(n >> 8)};
  if (version > 1)
    text += "\0\0"s;
  return text + header + data;
}
std::string npyOf(const std::string &descr, const std::string &shape, size_t bytes,
                  const std::string &order = "False") {
  return npy("{'descr': " + descr + ", 'fortran_order': " + order + ", 'shape': " + shape + ", }\n",
             std::string(bytes, '\0'));
}

struct Case {
  const char *name;
  std::string text;
  std::string message;
};
class BadNpy : public testing::TestWithParam<Case> {};
class BadIdx : public testing::TestWithParam<Case> {};
class BadCsv : public testing::TestWithParam<Case> {};

void expectMessage(const std::string &message, const Case &test) {
  EXPECT_NE(message.find(test.message), std::string::npos) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
}

TEST_P(BadNpy, IsRefused) { expectMessage(npyOutcome(GetParam().text), GetParam()); }
TEST_P(BadIdx, IsRefused) { expectMessage(idxOutcome(GetParam().text), GetParam()); }
TEST_P(BadCsv, IsRefused) { expectMessage(csvOutcome(GetParam().text), GetParam()); }

const Case kNpy[] = {
    {"Empty", "", "f: is empty"},
    {"Magic", "hello world", "is no .npy file"},
    {"Zip", "PK\x03\x04xxxxxxxx", "is a zip archive, not a .npy file; name it FILE.npz:MEMBER"},
    {"Pickle", "\x80\x04\x95xxxxxxxxx", "perhaps a Python pickle"},
    {"Version4", "\x93NUMPY\x04\x00\x00\x00\x00\x00"s, "version 4.0"},
    {"HeaderBeyondEnd", "\x93NUMPY\x01\x00\xff\x7f{}"s,
     "a header of 32767 bytes, but the file has 12"},
    {"HeaderHuge", "\x93NUMPY\x02\x00\xf0\xff\xff\xff"s, "a header of 4294967280 bytes"},
    {"TruncatedPrefix", "\x93NUMPY\x01\x00"s, "ends within its header at byte 8"},
    {"NoNewline", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (), }"),
     "does not end in a newline"},
    {"NoDictionary", npy("[]\n"), "no dictionary"},
    {"MissingKey", npy("{'descr': '<f4', 'shape': (), }\n"), "has no 'fortran_order'"},
    {"ExtraKey", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (), 'x': 1}\n"),
     "unknown key 'x'"},
    {"DoubleKey", npy("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': ()}\n"),
     "has 'descr' twice"},
    {"BadWidth", npyOf("'<ixy'", "()", 4), "element type '<ixy' is not supported"},
    {"EmptyDescr", npyOf("''", "()", 4), "element type '' is not supported"},
    {"OneCharDescr", npyOf("'<'", "()", 4), "element type '<' is not supported"},
    {"Objects", npyOf("'|O'", "()", 8), "Python objects"},
    {"Records", npyOf("[('a', '<f4')]", "()", 4), "it holds records"},
    {"Text", npyOf("'<U5'", "()", 20), "text or raw bytes ('<U5')"},
    {"Complex", npyOf("'<c8'", "()", 8), "'<c8' is not supported"},
    {"NegativeExtent", npyOf("'<f4'", "(-1,)", 4), "no extent"},
    {"ShapeWraps", npyOf("'<f8'", "(4294967296, 4294967296)", 8), "too large"},
    {"BytesWrap", npyOf("'<f8'", "(2305843009213693952,)", 8), "too large"},
    {"TrailingInShape", npyOf("'<f4'", "(1 2,)", 4), "'shape' is malformed"},
    {"NoComma", npyOf("'<f4'", "(1)", 4), "'shape' is malformed"},
    {"NestedShape", npyOf("'<f4'", std::string(10'000, '('), 4), "no extent"},
    {"ShortData", npyOf("'<f4'", "(2,)", 7), "holds 7 bytes of data, but its shape [2] needs 8"},
    {"LongData", npyOf("'<f4'", "(2,)", 9), "holds 9 bytes of data, but its shape [2] needs 8"},
    {"FortranNoBool", npyOf("'<f4'", "()", 4, "1"), "neither True nor False"},
    {"AfterDictionary", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (), } x\n", "1234"),
     "goes on after the dictionary"},
    {"BadBool", npy("{'descr': '|b1', 'fortran_order': False, 'shape': (1,), }\n", "\x02"),
     "is no bool: its byte is 2"},
    {"HugeUnsigned",
     npy("{'descr': '<u8', 'fortran_order': False, 'shape': (1,), }\n", std::string(8, '\xff')),
     "beyond the range of i64: 18446744073709551615"},
};
INSTANTIATE_TEST_SUITE_P(Npy, BadNpy, testing::ValuesIn(kNpy),
                         [](auto &info) { return info.param.name; });

TEST(Npy, AcceptsScalarsEmptyArraysAndBothOrders) {
  EXPECT_EQ(npyOutcome(npyOf("'<f4'", "()", 4)), "accepted []");
  EXPECT_EQ(npyOutcome(npyOf("'<f4'", "(0,)", 0)), "accepted [0]");
  EXPECT_EQ(npyOutcome(npyOf("'<f4'", "(3L, 0)", 0)).substr(0, 2), "f:");
  Result<Array> big = readNpy(memory(npy(
      "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 2), }\n", "\0\1\0\2\0\3\xff\xff"s, 2)));
  ASSERT_TRUE(big) << big.error();
  const int32_t *values = big->as<int32_t>();
  EXPECT_EQ(std::vector<int32_t>(values, values + 4), (std::vector<int32_t>{1, 3, 2, -1}));
}

std::string idx(char type, std::vector<uint32_t> extents, size_t bytes, bool littleEndian = false) {
  std::string text = {0, 0, type, char(extents.size())};
  for (uint32_t extent : extents)
    for (int i = 0; i < 4; ++i)
      text += char(extent >> (littleEndian ? 8 * i : 24 - 8 * i));
  return text + std::string(bytes, '\1');
}

const Case kIdx[] = {
    {"Empty", "", "too short for an IDX file: 0 bytes"},
    {"Magic", "\1\0\x08\1\0\0\0\1x"s, "does not begin with two zero bytes"},
    {"Type", idx(0x07, {1}, 1), "unknown IDX element type 7"},
    {"Rank0", idx(0x08, {}, 0), "has 0 axes"},
    {"Rank255", "\0\0\x08\xff"s + std::string(2000, '\0'), "has 255 axes"},
    {"Wraps", idx(0x08, {1u << 31, 1u << 31, 1u << 31, 1u << 31}, 0), "too large"},
    {"TruncatedExtents", "\0\0\x08\3\0\0\0"s, "ends within its 3 extents"},
    {"ShortData", idx(0x08, {2, 3}, 5), "holds 5 bytes of data, but its shape [2, 3] needs 6"},
    {"LongData", idx(0x08, {2, 3}, 7), "holds 7 bytes of data, but its shape [2, 3] needs 6"},
    {"LittleEndian", idx(0x08, {2, 3}, 6, true), "extents are little-endian"},
    {"Gzip", "\x1f\x8b\x08xxxx", "is compressed with gzip; give it a name that ends in '.gz'"},
};
INSTANTIATE_TEST_SUITE_P(Idx, BadIdx, testing::ValuesIn(kIdx),
                         [](auto &info) { return info.param.name; });

TEST(Idx, ReadsAndWidens) {
  EXPECT_EQ(idxOutcome(idx(0x08, {2, 3}, 6)), "accepted [2, 3]");
  Result<Array> array = readIdx(memory(idx(0x0b, {1}, 2)));
  ASSERT_TRUE(array);
  EXPECT_EQ(array->as<int32_t>()[0], 257);
}

const Case kCsv[] = {
    {"Empty", "", "f: is empty"},
    {"Newlines", "\n\n", "f: is empty"},
    {"HeaderOnly", "a,b\n", "has a header but no row of numbers"},
    {"Ragged", "1,2\n3,4\n5\n", "row 3 has 1 cells, but row 1 has 2"},
    {"EmptyRow", "1,2\n\n5,6\n", "row 2 is empty"},
    {"NoNumber", "1,2\n3,x\n", "row 2, column 2: 'x' is no number"},
    {"EmptyCell", "a,b\n3,\n", "row 2, column 2: the cell is empty"},
    {"EmptyFirst", "1,\n3,4\n", "row 1, column 2: the cell is empty"},
    {"Overflow", "1e400\n", "row 1, column 1: '1e400' is beyond the range of f64"},
    {"Hex", "1\n0x10\n", "'0x10' is no number"},
    {"NanPayload", "1\nnan(1)\n", "'nan(1)' is no number"},
    {"DecimalComma", "a\n1;5\n", "cells are separated by commas"},
    {"Unclosed", "1\n\"2\n3", "quotes that open in row 2 are never closed"},
    {"Nul", "1\n2\0003"s, "holds a NUL at byte 3"},
    {"Utf16",
     "\xff\xfe"
     "1\0"s,
     "is UTF-16 text"},
    {"DoublePlus", "1\n++1\n", "'++1' is no number"},
    {"ControlCharacters", "1\n\x1b[31m\n", "'\\x1b[31m' is no number"},
};
INSTANTIATE_TEST_SUITE_P(Csv, BadCsv, testing::ValuesIn(kCsv),
                         [](auto &info) { return info.param.name; });

TEST(Csv, AcceptsWhatSpreadsheetsWrite) {
  Result<Array> array =
      readCsv(memory("\xef\xbb\xbfname,\"b, c\"\r\n +1.5 ,\"-2\"\r\n1e-400,nan\r\n-inf,1e3"),
              ElementType::F32);
  ASSERT_TRUE(array) << array.error();
  ASSERT_EQ(array->shape(), (Shape{3, 2}));
  const float *v = array->as<float>();
  EXPECT_EQ(v[0], 1.5f);
  EXPECT_EQ(v[1], -2.0f);
  EXPECT_EQ(v[2], 0.0f);
  EXPECT_TRUE(std::isnan(v[3]));
  EXPECT_TRUE(std::isinf(v[4]));
  EXPECT_EQ(v[5], 1000.0f);
  EXPECT_EQ(csvOutcome("1,2\r3,4\r"), "accepted [2, 2]");
  EXPECT_EQ(csvOutcome("5"), "accepted [1, 1]");
}

TEST(Csv, IntegersAreExact) {
  EXPECT_EQ(csvOutcome("9007199254740993\n", ElementType::I64), "accepted [1, 1]");
  EXPECT_EQ(csvOutcome("1\n1.5\n", ElementType::I64),
            "f: row 2, column 1: '1.5' is no integer, and the input is i64");
  EXPECT_EQ(csvOutcome("1\n300\n", ElementType::U8),
            "f: row 2, column 1: '300' is beyond the range of u8");
  EXPECT_EQ(csvOutcome("1\n-1\n", ElementType::U8),
            "f: row 2, column 1: '-1' is no integer, and the input is u8");
  EXPECT_EQ(csvOutcome("1\n1e39\n", ElementType::F32),
            "f: row 2, column 1: '1e39' is beyond the range of f32");
}

TEST(Csv, WideAndLongTexts) {
  std::string line = "0";
  for (int i = 1; i < 1'000'000; ++i)
    line += ",0";
  EXPECT_EQ(csvOutcome(line), "accepted [1, 1000000]");
}

TEST(Images, DamageIsTold) {
  EXPECT_EQ(outcome(readPng(memory("hello"))), "f: is no PNG image");
  EXPECT_NE(outcome(readPng(memory("\x89PNG\r\n\x1a\n")))
                .find("is a damaged PNG image: it ends within its data"),
            std::string::npos);
  EXPECT_EQ(outcome(readJpeg(memory("hello"))), "f: is no JPEG image");
  EXPECT_NE(outcome(readJpeg(memory("\xff\xd8\xff\xe0"))).find("is a damaged JPEG image"),
            std::string::npos);
}

TEST(Files, SpecialOnesAreRefused) {
  const std::string folder = testing::TempDir() + "lamina." + std::to_string(::getpid());
  std::filesystem::create_directories(folder);
  ASSERT_EQ(::mkfifo((folder + "/fifo").c_str(), 0600), 0);
  std::filesystem::create_symlink("nowhere", folder + "/link");
  auto why = [](const std::string &path) { return Input::open(path).error().substr(path.size()); };
  EXPECT_EQ(why(folder), ": is a folder, not a file; '-' reads standard input");
  EXPECT_EQ(why(folder + "/fifo"), ": is a pipe, not a file; '-' reads standard input");
  EXPECT_EQ(why(folder + "/link"), ": no such file");
  EXPECT_EQ(why("/dev/zero"), ": is a device, not a file; '-' reads standard input");
  std::filesystem::remove_all(folder);
}

TEST(Files, OneThatShrinksWhileItIsReadIsAFailure) {
  const std::string path = testing::TempDir() + "lamina-shrinks." + std::to_string(::getpid());
  const std::string text = npyOf("'<f4'", "(4096,)", 4096 * 4);
  ASSERT_TRUE(writeFile(path, text));
  Result<Input> input = Input::open(path);
  ASSERT_TRUE(input);
  ASSERT_EQ(::truncate(path.c_str(), 200), 0);
  EXPECT_EQ(outcome(readNpy(*input)), path + ": became shorter while it was read");
  ::unlink(path.c_str());
}

TEST(Files, OutputsAppearWholeOrNotAtAll) {
  const std::string folder = testing::TempDir() + "lamina-out." + std::to_string(::getpid());
  std::filesystem::create_directories(folder);
  auto count = [&] { return std::distance(std::filesystem::directory_iterator(folder), {}); };
  {
    Result<Output> output = Output::create(folder + "/a");
    ASSERT_TRUE(output);
    ASSERT_TRUE(output->write("half"));
  }
  EXPECT_EQ(count(), 0);
  {
    Result<Output> first = Output::create(folder + "/a"), second = Output::create(folder + "/b");
    ASSERT_TRUE(first && second && first->commit());
    removeTemporaries(); // as a signal handler would
    EXPECT_EQ(count(), 1) << "what is committed stays, what is not goes";
    EXPECT_FALSE(second->commit());
  }
  std::filesystem::remove(folder + "/a");
  EXPECT_TRUE(writeFile(folder + "/a", "whole"));
  EXPECT_EQ(count(), 1);
  EXPECT_FALSE(writeFile(folder + "/none/a", "x"));
  EXPECT_FALSE(writeFile(folder, "x"));
  std::filesystem::remove_all(folder);
}

TEST(Npz, RoundTripAndMissingMember) {
  const std::string path = testing::TempDir() + "lamina." + std::to_string(::getpid()) + ".npz";
  Result<Array> a = Array::create(ElementType::F32, {3});
  for (int i = 0; i < 3; ++i)
    a->as<float>()[i] = float(i);
  const NamedArray members[] = {{"x", &*a}, {"y", &*a}};
  Result<Output> output = Output::create(path);
  ASSERT_TRUE(output && writeNpz(*output, members) && output->commit());
  Result<Input> input = Input::open(path);
  Result<Array> back = readNpz(*input, "y");
  ASSERT_TRUE(back) << back.error();
  EXPECT_EQ(std::memcmp(back->data(), a->data(), 12), 0);
  EXPECT_EQ(readNpz(*input, "z").error(), path + ": has no member 'z'; it has 'x', 'y'");
  std::vector<std::byte> bytes = *input->readAll();
  bytes[60] ^= std::byte(1); // within the first member's data: its CRC tells
  EXPECT_FALSE(readNpz(Input::fromMemory("f", bytes), "x"));
  bytes.resize(bytes.size() / 2);
  EXPECT_FALSE(readNpz(Input::fromMemory("f", bytes), "x"));
  EXPECT_EQ(readNpz(memory("x"), "x").error(), "f: is no .npz file: it is no zip archive");
  ::unlink(path.c_str());
}

} // namespace
