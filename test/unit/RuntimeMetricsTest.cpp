// Metrics of a whole part, and images that are written.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/ArrayFile.h"
#include "lamina/Image.h"
#include "lamina/Metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

using namespace lamina::runtime;

namespace {

using Lists = std::vector<std::vector<double>>;

TEST(RuntimeMetrics, AreaUnderTheCurveCountsPairs) {
  EXPECT_DOUBLE_EQ(combineMetric("auc", Lists{{0.1, 0.4, 0.35, 0.8}, {0, 0, 1, 1}}), 0.75);
  EXPECT_DOUBLE_EQ(combineMetric("auc", Lists{{1, 2, 3}, {0, 1, 1}}), 1);
  EXPECT_DOUBLE_EQ(combineMetric("auc", Lists{{3, 2, 1}, {0, 1, 1}}), 0);
  EXPECT_DOUBLE_EQ(combineMetric("auc", Lists{{5, 5, 5, 5}, {0, 1, 1, 0}}), 0.5);
  EXPECT_DOUBLE_EQ(combineMetric("auc", Lists{{1, 2, 2, 3}, {0, 0, 1, 1}}), 0.875);
}

TEST(RuntimeMetrics, WhatTheSamplesDoNotGiveIsNoNumber) {
  EXPECT_TRUE(std::isnan(combineMetric("auc", Lists{{1, 2}, {1, 1}})));
  EXPECT_TRUE(std::isnan(combineMetric("auc", Lists{{1, NAN}, {0, 1}})));
  EXPECT_TRUE(std::isnan(combineMetric("f1", Lists{{0}, {0}, {0}})));
  EXPECT_TRUE(std::isnan(combineMetric("r2", Lists{{1, 1}, {2, 2}, {4, 4}})));
  EXPECT_TRUE(std::isnan(combineMetric("psnr", Lists{{}})));
}

TEST(RuntimeMetrics, TheOthersFollowTheirFormulas) {
  EXPECT_DOUBLE_EQ(combineMetric("f1", Lists{{1, 0, 0, 1}, {1, 1, 0, 1}, {1, 0, 1, 1}}), 4.0 / 6);
  EXPECT_DOUBLE_EQ(combineMetric("psnr", Lists{{0.001, 0.003}}), -10 * std::log10(0.002));
  EXPECT_DOUBLE_EQ(combineMetric("r2", Lists{{0, 1, 0}, {1, 2, 3}, {1, 4, 9}}), 0.5);
}

/// Writes an array as PNG and reads it back.
class RuntimePng : public testing::Test {
protected:
  RuntimePng() : path((std::filesystem::temp_directory_path() / "lamina-XXXXXX.png").string()) {
    const int descriptor = ::mkstemps(path.data(), 4);
    if (descriptor >= 0)
      ::close(descriptor);
  }
  ~RuntimePng() override { std::filesystem::remove(path); }

  Array floats(Shape shape, std::vector<float> values) {
    Result<Array> array = Array::create(ElementType::F32, std::move(shape));
    std::copy(values.begin(), values.end(), array->as<float>());
    return std::move(*array);
  }
  Status write(const Array &array) {
    const OutputTarget target{path, &array};
    return writeOutputs({&target, 1});
  }
  std::pair<Shape, std::vector<int>> read() {
    Result<Input> input = Input::open(path);
    Result<Array> image = input ? readPng(*input) : Result<Array>(input.failure());
    if (!image)
      return {};
    return {image->shape(), {image->as<uint8_t>(), image->as<uint8_t>() + image->size()}};
  }
  std::string path;
};

TEST_F(RuntimePng, FloatsGoFromBlackToWhite) {
  ASSERT_TRUE(write(floats({1, 2, 3}, {0, 0.5f, 1, -1, 2, NAN})));
  EXPECT_EQ(read(), (std::pair<Shape, std::vector<int>>{{1, 2, 3}, {0, 128, 255, 0, 255, 0}}));
}

TEST_F(RuntimePng, ChannelsMayStandFirstOrBeMissing) {
  ASSERT_TRUE(write(floats({1, 3, 2, 2}, {0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0})));
  EXPECT_EQ(read().first, (Shape{2, 2, 3}));
  EXPECT_EQ(read().second[1], 255);
  ASSERT_TRUE(write(floats({2, 5}, std::vector<float>(10))));
  EXPECT_EQ(read().first, (Shape{2, 5, 1}));
  ASSERT_TRUE(write(floats({1, 2, 5}, std::vector<float>(10))));
  EXPECT_EQ(read().first, (Shape{2, 5, 1}));
}

TEST_F(RuntimePng, WhatIsNoImageIsTold) {
  EXPECT_EQ(write(floats({2, 5, 7}, std::vector<float>(70))).error(),
            path +
                ": an image has rows, columns and 1, 3 or 4 channels, but the shape is [2, 5, 7]");
  EXPECT_EQ(write(floats({7}, std::vector<float>(7))).error(),
            path + ": an image has rows, columns and 1, 3 or 4 channels, but the shape is [7]");
  EXPECT_EQ(write(floats({0, 3, 3}, {})).error(),
            path +
                ": an image has rows, columns and 1, 3 or 4 channels, but the shape is [0, 3, 3]");
}

} // namespace
