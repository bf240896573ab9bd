// safetensors: what is refused and why, and that what is written reads back.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Safetensors.h"

#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>
#include <unistd.h>

using namespace lamina::runtime;

namespace {

std::vector<std::byte> bytesOf(const std::string &text) {
  std::vector<std::byte> bytes(text.size());
  std::memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

std::string withLength(uint64_t length, const std::string &rest) {
  std::string text(8, '\0');
  for (int i = 0; i < 8; ++i)
    text[size_t(i)] = char(length >> (8 * i));
  return text + rest;
}

std::string file(const std::string &json, size_t dataBytes) {
  return withLength(json.size(), json + std::string(dataBytes, '\0'));
}

/// Why the file is refused, or "accepted".
std::string why(const std::string &text) {
  Result<Safetensors> opened = Safetensors::open(Input::fromMemory("w", bytesOf(text)));
  return opened ? "accepted" : opened.error();
}

const std::string kTensor = R"("a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]})";

struct Case {
  const char *name;
  std::string text;
  std::string message;
};

class Malformed : public testing::TestWithParam<Case> {};

TEST_P(Malformed, IsRefusedWithOneLine) {
  const std::string message = why(GetParam().text);
  EXPECT_NE(message.find(GetParam().message), std::string::npos) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
}

std::string nested(size_t depth) { return "{\"a\": " + std::string(depth, '['); }

std::string tensor(const std::string &fields) { return file("{\"a\": {" + fields + "}}", 8); }

std::string two(const std::string &a, const std::string &b, size_t bytes) {
  return file(R"({"a": {"dtype": "U8", )" + a + R"(}, "b": {"dtype": "U8", )" + b + "}}", bytes);
}

const Case kHeaders[] = {
    {"Empty", "", "w: is empty"},
    {"Short", "abc", "too short for a safetensors file: 3 bytes"},
    {"LengthZero", withLength(0, "{}"), "header of 0 bytes"},
    {"LengthOne", withLength(1, "{}"), "header of 1 bytes"},
    {"LengthBeyondFile", withLength(100, "{}"), "would have 100 bytes, but the file has 10"},
    {"Length2To63", withLength(uint64_t(1) << 63, "{}"), "would have 9223372036854775808 bytes"},
    {"LengthMax", withLength(UINT64_MAX, "{}"), "would have 18446744073709551615 bytes"},
    {"LengthWraps", withLength(UINT64_MAX - 7, "{}"), "would have 18446744073709551608 bytes"},
    {"LengthBeyondCap", withLength((16 << 20) + 1, std::string((16 << 20) + 1, ' ')),
     "2 to 16777216 are possible"},
    {"NotUtf8", file("{\"\xff\": 1}", 0), "no JSON at byte"},
    {"NoBrace", file("[]", 0), "does not begin with '{'"},
    {"Mark", file("\xef\xbb\xbf{}", 0), "does not begin with '{'"},
    {"LeadingSpace", file(" {}", 0), "does not begin with '{'"},
    {"Truncated", file("{\"a\": {\"dtype\": \"F32}", 0), "no JSON at byte"},
    {"TrailingNewline", file("{}\n", 0), "does not end in '}' and spaces"},
    {"TrailingText", file("{}{}", 0), "no JSON at byte"},
    {"Nul", file(std::string("{\0}", 3), 0), "has a NUL at byte 1"},
    {"Deep", file(nested(100'000) + "}", 0), "tensor 'a' is no object"},
    {"DeepObjects",
     file(
         [] {
           std::string text;
           for (int i = 0; i < 100'000; ++i)
             text += "{\"a\":";
           return text + "}";
         }(),
         0),
     "unknown key 'a'"},
    {"NameTwice", file("{" + kTensor + ", " + kTensor + "}", 8), "it has the name 'a' twice"},
    {"NameTwiceEscaped", file("{" + kTensor + ", \"\\u0061\": {}}", 8),
     "it has the name 'a' twice"},
    {"LoneSurrogate", file(R"({"\ud800": {}})", 0), "no JSON at byte"},
    {"EmptyName", file(R"({"": {}})", 0), "empty name"},
    {"LongName", file("{\"" + std::string(1 << 20, 'x') + "\": {}}", 0), "longer than 4096 bytes"},
    {"ControlName", file(R"({"a\n": {}})", 0), "'a\\x0a' holds control characters"},
    {"PathName", file(R"({"../a": {}})", 0), "looks like a path"},
    {"MetadataNumber", file(R"({"__metadata__": {"a": 1}})", 0),
     "'__metadata__' holds something that is no text"},
    {"MetadataTwice", file(R"({"__metadata__": {"a": "1", "a": "2"}})", 0),
     "its metadata has 'a' twice"},
    {"TopNumber", file(R"({"a": 1})", 0), "tensor 'a' is no object"},
};
INSTANTIATE_TEST_SUITE_P(Header, Malformed, testing::ValuesIn(kHeaders),
                         [](auto &info) { return info.param.name; });

const Case kTensors[] = {
    {"KeyTwice", tensor(R"("dtype": "F32", "shape": [2], "shape": [2], "data_offsets": [0, 8])"),
     "tensor 'a' has 'shape' twice"},
    {"UnknownKey", tensor(R"("dtype": "F32", "shape": [2], "data_offsets": [0, 8], "x": 1)"),
     "has the unknown key 'x'"},
    {"NoType", tensor(R"("shape": [2], "data_offsets": [0, 8])"), "has no 'dtype'"},
    {"NoShape", tensor(R"("dtype": "F32", "data_offsets": [0, 8])"), "has no 'shape'"},
    {"NoOffsets", tensor(R"("dtype": "F32", "shape": [2])"), "has no 'data_offsets'"},
    {"UnknownType", tensor(R"("dtype": "F33", "shape": [2], "data_offsets": [0, 8])"),
     "element type 'F33', which is not supported"},
    {"UnsupportedType", tensor(R"("dtype": "F8_E4M3", "shape": [8], "data_offsets": [0, 8])"),
     "'F8_E4M3', which is not supported"},
    {"LowerCaseType", tensor(R"("dtype": "f32", "shape": [2], "data_offsets": [0, 8])"),
     "'f32', which is not supported"},
    {"ShapeNoArray", tensor(R"("dtype": "F32", "shape": 2, "data_offsets": [0, 8])"),
     "something unexpected in 'shape'"},
    {"NegativeExtent", tensor(R"("dtype": "F32", "shape": [-2], "data_offsets": [0, 8])"),
     "negative number -2 in 'shape'"},
    {"FractionalExtent", tensor(R"("dtype": "F32", "shape": [2.0], "data_offsets": [0, 8])"),
     "'2.0' in 'shape', which is no plain integer"},
    {"ExponentExtent", tensor(R"("dtype": "F32", "shape": [1e3], "data_offsets": [0, 8])"),
     "'1e3' in 'shape'"},
    {"ExponentOffset", tensor(R"("dtype": "F32", "shape": [2], "data_offsets": [0, 8E0])"),
     "'8E0' in 'data_offsets'"},
    {"HugeExtent", tensor(R"("dtype": "F32", "shape": [9007199254740993], "data_offsets": [0, 8])"),
     "beyond 2^53"},
    {"ProductWraps",
     tensor(
         R"("dtype": "U8", "shape": [4194305, 4194305, 211106198978564], "data_offsets": [0, 8])"),
     "too large"},
    {"BytesWrap",
     tensor(R"("dtype": "F64", "shape": [4294967296, 1073741824], "data_offsets": [0, 8])"),
     "too large"},
    {"Rank1000",
     tensor(R"("dtype": "U8", "shape": [1)" +
            [] {
              std::string ones;
              for (int i = 0; i < 999; ++i)
                ones += ",1";
              return ones;
            }() +
            R"(], "data_offsets": [0, 1])"),
     "more than 32 axes"},
    {"OneOffset", tensor(R"("dtype": "F32", "shape": [2], "data_offsets": [0])"),
     "has 1 offsets instead of two"},
    {"ThreeOffsets", tensor(R"("dtype": "F32", "shape": [2], "data_offsets": [0, 8, 8])"),
     "more than two offsets"},
    {"BackwardOffsets", tensor(R"("dtype": "F32", "shape": [2], "data_offsets": [8, 0])"),
     "ends before it begins"},
    {"OffsetBeyondEnd", tensor(R"("dtype": "F32", "shape": [3], "data_offsets": [0, 12])"),
     "beyond the data, which have 8"},
    {"NegativeOffset", tensor(R"("dtype": "F32", "shape": [2], "data_offsets": [-8, 0])"),
     "negative number -8"},
    {"HugeOffset",
     tensor(R"("dtype": "F32", "shape": [2], "data_offsets": [0, 9223372036854775808])"),
     "beyond 2^63"},
    {"SizeMismatch", tensor(R"("dtype": "F32", "shape": [3], "data_offsets": [0, 8])"),
     "should have 12 bytes by its shape [3]"},
    {"NestedShape", tensor(R"("dtype": "F32", "shape": [[2]], "data_offsets": [0, 8])"),
     "something unexpected"},
    {"Overlap",
     two(R"("shape": [4], "data_offsets": [0, 4])", R"("shape": [4], "data_offsets": [2, 6])", 6),
     "overlaps another that ends at 4"},
    {"EmptyWithinOther",
     two(R"("shape": [4], "data_offsets": [0, 4])", R"("shape": [0], "data_offsets": [2, 2])", 4),
     "overlaps another that ends at 4"},
    {"Hole",
     two(R"("shape": [4], "data_offsets": [0, 4])", R"("shape": [4], "data_offsets": [6, 10])", 10),
     "leaves a hole after byte 4"},
    {"HoleAtStart",
     two(R"("shape": [4], "data_offsets": [2, 6])", R"("shape": [4], "data_offsets": [6, 10])", 10),
     "leaves a hole after byte 0"},
    {"TrailingBytes",
     two(R"("shape": [4], "data_offsets": [0, 4])", R"("shape": [4], "data_offsets": [4, 8])", 9),
     "1 bytes after its last tensor"},
};
INSTANTIATE_TEST_SUITE_P(Tensor, Malformed, testing::ValuesIn(kTensors),
                         [](auto &info) { return info.param.name; });

TEST(Safetensors, AcceptsWhatTheFormatAllows) {
  EXPECT_EQ(why(file("{}", 0)), "accepted");
  EXPECT_EQ(why(file("{" + kTensor + "}   ", 8)), "accepted");
  EXPECT_EQ(why(file(R"({"__metadata__": {"format": "pt"}, )" + kTensor + "}", 8)), "accepted");
  EXPECT_EQ(why(two(R"("shape": [4], "data_offsets": [0, 4])",
                    R"("shape": [0], "data_offsets": [4, 4])", 4)),
            "accepted");
  EXPECT_EQ(why(two(R"("shape": [4], "data_offsets": [4, 8])",
                    R"("shape": [], "data_offsets": [3, 4])", 8))
                    .find("hole") != std::string::npos,
            true);
}

TEST(Safetensors, ManyTinyTensorsAreQuick) {
  std::string json = "{";
  for (int i = 0; i < 100'000; ++i)
    json += (i ? ",\"t" : "\"t") + std::to_string(i) +
            R"(":{"dtype":"U8","shape":[1],"data_offsets":[)" + std::to_string(i) + "," +
            std::to_string(i + 1) + "]}";
  EXPECT_EQ(why(file(json + "}", 100'000)), "accepted");
}

TEST(Safetensors, RoundTrip) {
  Result<Array> a = Array::create(ElementType::F32, {2, 3}),
                b = Array::create(ElementType::I64, {});
  for (int i = 0; i < 6; ++i)
    a->as<float>()[i] = float(i) / 3;
  *b->as<int64_t>() = -5;
  const std::string path =
      testing::TempDir() + "round." + std::to_string(::getpid()) + ".safetensors";
  const NamedArray arrays[] = {{"layer.\"w\"", &*a}, {"n", &*b}};
  ASSERT_TRUE(writeSafetensors(path, arrays, {{"model", "M"}}));
  Result<Input> input = Input::open(path);
  ASSERT_TRUE(input);
  Result<Safetensors> file = Safetensors::open(std::move(*input));
  ASSERT_TRUE(file) << file.error();
  ASSERT_EQ(file->header().tensors.size(), 2u);
  EXPECT_EQ(file->header().metadata.at("model"), "M");
  Result<Array> back = file->read(*file->find("layer.\"w\""));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->shape(), (Shape{2, 3}));
  EXPECT_EQ(std::memcmp(back->data(), a->data(), 24), 0);
  EXPECT_EQ(file->read(*file->find("n"))->as<int64_t>()[0], -5);
  EXPECT_EQ(file->find("other"), nullptr);
  ::unlink(path.c_str());
}

} // namespace
