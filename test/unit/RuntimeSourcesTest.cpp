// Sources of images, and arrays that are read row by row.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Dataset.h"
#include "lamina/Image.h"
#include "lamina/Npy.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

using namespace lamina::runtime;

namespace {

class RuntimeSources : public testing::Test {
protected:
  RuntimeSources() {
    path = (std::filesystem::temp_directory_path() / "lamina-sources-XXXXXX").string();
    if (!::mkdtemp(path.data()))
      path.clear();
  }
  ~RuntimeSources() override { std::filesystem::remove_all(path); }

  void write(const std::string &name, const std::string &bytes) {
    std::filesystem::create_directories(std::filesystem::path(path + "/" + name).parent_path());
    std::ofstream(path + "/" + name) << bytes;
  }
  /// A picture of one color.
  void picture(const std::string &name, int64_t rows, int64_t columns, std::vector<uint8_t> color) {
    std::filesystem::create_directories(std::filesystem::path(path + "/" + name).parent_path());
    Result<Array> array = Array::create(ElementType::U8, {rows, columns, int64_t(color.size())});
    for (int64_t i = 0; i < array->size(); ++i)
      array->as<uint8_t>()[i] = color[size_t(i) % color.size()];
    Result<Output> output = Output::create(path + "/" + name);
    ASSERT_TRUE(writePng(*output, *array));
    ASSERT_TRUE(output->commit());
  }
  Result<Dataset> open(const SourceSpec &source, std::vector<ColumnSpec> columns,
                       int64_t inMemory = kInMemoryBytes) {
    return Dataset::open({&source, 1}, columns, path, inMemory);
  }
  std::string errorOf(const SourceSpec &source, std::vector<ColumnSpec> columns) {
    Result<Dataset> data = open(source, std::move(columns));
    const std::string error = data ? "" : data.error();
    return error.starts_with(path) ? error.substr(path.size() + 1) : error;
  }
  template <typename T>
  std::vector<T> gather(const Dataset &data, size_t column, std::vector<int64_t> rows,
                        size_t elements) {
    std::vector<T> values(rows.size() * elements);
    Status status = data.gather(column, rows, reinterpret_cast<std::byte *>(values.data()));
    EXPECT_TRUE(status) << status.error();
    return values;
  }

  std::string path;
};

ColumnSpec member(const std::string &name, ElementType type, Shape shape) {
  ColumnSpec spec;
  spec.member = name;
  spec.type = type;
  spec.shape = std::move(shape);
  return spec;
}

std::string cifarRecord(char label, char value) {
  return std::string(1, label) + std::string(3072, value);
}

TEST_F(RuntimeSources, CifarHasImagesAndLabels) {
  for (int i = 1; i <= 5; ++i)
    write("batches/data_batch_" + std::to_string(i) + ".bin", cifarRecord(char(i), char(51 * i)));
  write("batches/test_batch.bin", cifarRecord(9, 0) + cifarRecord(0, 1));
  auto data =
      open({"c", "cifar10", {{"train", "batches"}, {"val", "batches/test_batch.bin"}}},
           {member("image", ElementType::F32, {3, 32, 32}), member("label", ElementType::I64, {}),
            member("image", ElementType::U8, {3072})});
  ASSERT_TRUE(data) << data.error();
  EXPECT_EQ(data->rows(), 7);
  ASSERT_EQ(data->parts().size(), 2u);
  EXPECT_EQ(data->parts()[1].first, 5);
  EXPECT_EQ(gather<int64_t>(*data, 1, {0, 4, 5, 6}, 1), (std::vector<int64_t>{1, 5, 9, 0}));
  EXPECT_EQ(gather<float>(*data, 0, {4}, 3072)[7], 1.0f) << "bytes are 0 to 1 as floats";
  EXPECT_EQ(gather<uint8_t>(*data, 2, {1}, 3072)[7], 102);
}

TEST_F(RuntimeSources, DamagedCifarIsTold) {
  const SourceSpec source = {"c", "cifar10", {{"", "c.bin"}}};
  write("c.bin", "short");
  EXPECT_EQ(errorOf(source, {member("label", ElementType::I64, {})}),
            "c.bin: has 5 bytes; records of CIFAR-10 have 3073");
  write("c.bin", cifarRecord(1, 1) + cifarRecord(10, 1));
  EXPECT_EQ(errorOf(source, {member("label", ElementType::I64, {})}),
            "c.bin: record 2 has the label 10, but there are 10 classes");
  write("c.bin", cifarRecord(1, 1));
  EXPECT_EQ(errorOf(source, {member("image", ElementType::F32, {3, 28, 28})}),
            "c.bin: has 'image', [3, 32, 32], and 'label', a number, not 'image' of [3, 28, 28]");
  EXPECT_EQ(errorOf({"c", "cifar10", {{"", "none"}}}, {member("label", ElementType::I64, {})}),
            "none: no such file");
}

TEST_F(RuntimeSources, AFolderOfImagesHasItsClassesByName) {
  picture("train/dog/b.png", 4, 6, {255, 0, 0});
  picture("train/cat/a.PNG", 2, 2, {51});
  picture("val/dog/c.png", 8, 8, {0, 0, 255, 7});
  write("train/.hidden", "nothing");
  const SourceSpec source = {"f", "image_folder", {{"train", "train"}, {"val", "val"}}, 0, 2};
  auto data = open(source, {member("image", ElementType::U8, {3, 2, 2}),
                            member("label", ElementType::I64, {}),
                            member("image", ElementType::F32, {2, 2})});
  ASSERT_TRUE(data) << data.error();
  EXPECT_EQ(gather<int64_t>(*data, 1, {0, 1, 2}, 1), (std::vector<int64_t>{0, 1, 1}));
  EXPECT_EQ(gather<uint8_t>(*data, 0, {0, 1}, 12),
            (std::vector<uint8_t>{51,  51,  51,  51,  51, 51, 51, 51, 51, 51, 51, 51, //
                                  255, 255, 255, 255, 0,  0,  0,  0,  0,  0,  0,  0}));
  EXPECT_FLOAT_EQ(gather<float>(*data, 2, {2}, 4)[0], 29.0f / 255) << "the luma of blue";
}

TEST_F(RuntimeSources, WhatIsWrongInAFolderOfImagesIsTold) {
  const SourceSpec source = {"f", "image_folder", {{"", "f"}}, 0, 2};
  const ColumnSpec image = member("image", ElementType::U8, {2, 2, 3});
  const ColumnSpec label = member("label", ElementType::I64, {});
  EXPECT_EQ(errorOf(source, {image}), "f: cannot be read: No such file or directory");
  std::filesystem::create_directories(path + "/f");
  EXPECT_EQ(errorOf(source, {image}), "f: holds no images");
  picture("f/a.png", 2, 2, {1, 2, 3});
  EXPECT_EQ(errorOf(source, {image}), "");
  EXPECT_EQ(errorOf(source, {label}),
            "f: has 'image' alone, since it holds no folders of classes, not 'label' of []");
  EXPECT_EQ(errorOf(source, {member("image", ElementType::U8, {3, 3, 3})}),
            "f: images of size 2 do not fit [3, 3, 3]");
  write("f/notes.txt", "x");
  EXPECT_EQ(errorOf(source, {image}),
            "f/notes.txt: is no .png or .jpg file, and a folder of images holds nothing else");
  write("g/a/x.png", "no image");
  EXPECT_EQ(errorOf({"g", "image_folder", {{"", "g"}}, 0, 2}, {image}),
            "g/a/x.png: is no JPEG image");
  picture("h/dog/a.png", 2, 2, {1});
  picture("i/cow/a.png", 2, 2, {1});
  EXPECT_EQ(errorOf({"h", "image_folder", {{"train", "h"}, {"val", "i"}}, 0, 2}, {label}),
            "i/cow: is a class that the first folder of images does not have");
}

TEST_F(RuntimeSources, ResizingAveragesWhatFallsOnOnePixel) {
  Result<Array> image = Array::create(ElementType::U8, {4, 6, 1});
  for (int64_t i = 0; i < 24; ++i)
    image->as<uint8_t>()[i] = uint8_t(10 * (i % 6));
  Result<Array> half = squareImage(*image, 2);
  ASSERT_TRUE(half);
  EXPECT_EQ(half->shape(), (Shape{2, 2, 1}));
  EXPECT_EQ(half->as<uint8_t>()[0] + half->as<uint8_t>()[1], 50) << "the middle columns, evenly";
  Result<Array> same = squareImage(*image, 4);
  EXPECT_EQ(same->as<uint8_t>()[0], 10);
  EXPECT_EQ(same->as<uint8_t>()[3], 40);
  Result<Array> large = squareImage(*image, 8);
  EXPECT_EQ(large->as<uint8_t>()[3], 23) << "between 20 and 30, a quarter of the way";
}

TEST_F(RuntimeSources, LargeArraysAreReadRowByRow) {
  Result<Array> array = Array::create(ElementType::F32, {10, 3});
  for (int64_t i = 0; i < 30; ++i)
    array->as<float>()[i] = float(i);
  Result<Output> output = Output::create(path + "/a.npy");
  ASSERT_TRUE(writeNpy(*output, *array));
  ASSERT_TRUE(output->commit());
  write("b.idx", std::string("\0\0\x08\x01\0\0\0\x0a", 8) + "0123456789");
  std::vector<ColumnSpec> columns = {member("", ElementType::F32, {3})};
  columns[0].window = 2;
  const SourceSpec npy = {"a", "npy", {{"train", "a.npy"}, {"val", "a.npy"}}};
  auto kept = open(npy, columns), streamed = open(npy, columns, 8);
  ASSERT_TRUE(kept && streamed);
  EXPECT_EQ(kept->bytes(), 240);
  EXPECT_EQ(streamed->bytes(), 0);
  EXPECT_EQ(gather<float>(*streamed, 0, {18, 0, 3}, 6), gather<float>(*kept, 0, {18, 0, 3}, 6));
  EXPECT_EQ(gather<float>(*streamed, 0, {10}, 6), (std::vector<float>{0, 1, 2, 3, 4, 5}));
  columns = {member("", ElementType::I64, {})};
  const SourceSpec idx = {"b", "idx", {{"", "b.idx"}}};
  auto bytes = open(idx, columns, 8);
  ASSERT_TRUE(bytes) << bytes.error();
  EXPECT_EQ(bytes->bytes(), 0);
  EXPECT_EQ(gather<int64_t>(*bytes, 0, {9, 1}, 1), (std::vector<int64_t>{'9', '1'}));
}

} // namespace
