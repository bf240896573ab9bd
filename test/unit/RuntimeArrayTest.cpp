// Arrays: sizes, casts and movements.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/ArrayOps.h"
#include "lamina/HalfFloat.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

using namespace lamina::runtime;

namespace {

template <typename T> Array make(ElementType type, Shape shape, std::vector<T> values) {
  Result<Array> array = Array::create(type, std::move(shape));
  EXPECT_EQ(size_t(array->size()), values.size());
  std::copy(values.begin(), values.end(), array->as<T>());
  return std::move(*array);
}

std::vector<double> valuesOf(const Array &array) {
  std::vector<double> values;
  for (int64_t i = 0; i < array.size(); ++i)
    values.push_back(array.valueAt(i));
  return values;
}

TEST(Array, AnEmptyArrayHasAPlaceInMessages) {
  EXPECT_EQ(printIndex(5, {2, 3}), "(1, 2)");
  EXPECT_EQ(printIndex(0, {2, 0, 3}), "(0, 0, 0)");
}

TEST(Sizes, OverflowIsSeenAlsoBesideAZero) {
  const int64_t big = int64_t(1) << 62;
  EXPECT_EQ(countElements(Shape{3, 4}), 12);
  EXPECT_EQ(countElements(Shape{}), 1);
  EXPECT_EQ(countElements(Shape{0, 5}), 0);
  EXPECT_FALSE(countElements(Shape{-1}));
  EXPECT_FALSE(countElements(Shape{big, 2}));
  EXPECT_FALSE(countElements(Shape{big, 2, 0}));
  EXPECT_FALSE(countElements(Shape{4194305, 4194305, 211106198978564}));
  EXPECT_TRUE(countElements(Shape{big}));
  EXPECT_FALSE(countBytes(Shape{big}, 4));
  EXPECT_FALSE(Array::create(ElementType::F32, {big, 2}));
}

TEST(HalfFloat, EveryValueSurvives) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const float half = f16ToFloat(uint16_t(bits)), brain = bf16ToFloat(uint16_t(bits));
    EXPECT_TRUE(std::isnan(half) ? std::isnan(f16ToFloat(floatToF16(half)))
                                 : floatToF16(half) == bits);
    EXPECT_TRUE(std::isnan(brain) ? std::isnan(bf16ToFloat(floatToBf16(brain)))
                                  : floatToBf16(brain) == bits);
  }
  EXPECT_EQ(f16ToFloat(floatToF16(65519.0f)), 65504.0f);
  EXPECT_TRUE(std::isinf(f16ToFloat(floatToF16(65520.0f))));
  EXPECT_EQ(floatToF16(0x1.001p0f), 0x3c00); // a tie goes to even
  EXPECT_EQ(floatToBf16(1.00390625f), 0x3f80);
}

TEST(Cast, WidensAndRounds) {
  EXPECT_EQ(valuesOf(*cast(make<int64_t>(ElementType::I64, {2}, {-7, 1 << 24}), ElementType::F32)),
            (std::vector<double>{-7, 1 << 24}));
  EXPECT_EQ(valuesOf(*cast(make<uint8_t>(ElementType::U8, {2}, {0, 255}), ElementType::I32)),
            (std::vector<double>{0, 255}));
  EXPECT_EQ(valuesOf(*cast(make<double>(ElementType::F64, {1}, {0.1}), ElementType::F32)),
            (std::vector<double>{double(0.1f)}));
  Result<Array> infinite = cast(make<double>(ElementType::F64, {1}, {INFINITY}), ElementType::F32);
  ASSERT_TRUE(infinite);
  EXPECT_TRUE(std::isinf(infinite->valueAt(0)));
}

TEST(Cast, RefusesWhatLoses) {
  auto why = [](const Array &array, ElementType type) {
    Result<Array> result = cast(array, type);
    return result ? std::string("accepted") : result.error();
  };
  EXPECT_EQ(why(make<float>(ElementType::F32, {1}, {1}), ElementType::I64),
            "the cast from f32 to i64 would lose: convert the values to integers first");
  EXPECT_EQ(why(make<int64_t>(ElementType::I64, {1, 2}, {0, (1 << 24) + 1}), ElementType::F32),
            "the cast from i64 to f32 would lose: the value 16777217 at (0, 1)");
  EXPECT_EQ(why(make<int64_t>(ElementType::I64, {1}, {INT64_MIN}), ElementType::F32),
            "the cast from i64 to f32 would lose: the value -9223372036854775808 at (0)");
  EXPECT_EQ(why(make<int32_t>(ElementType::I32, {1}, {-1}), ElementType::U8),
            "the cast from i32 to u8 would lose: the value -1 at (0)");
  EXPECT_EQ(why(make<uint8_t>(ElementType::U8, {1}, {2}), ElementType::Bool),
            "the cast from u8 to bool would lose: the value 2 at (0)");
  EXPECT_NE(why(make<double>(ElementType::F64, {1}, {1e39}), ElementType::F32), "accepted");
}

TEST(Ops, MoveElements) {
  const Array array = make<float>(ElementType::F32, {2, 3}, {0, 1, 2, 3, 4, 5});
  EXPECT_EQ(valuesOf(*permute(array, Shape{1, 0})), (std::vector<double>{0, 3, 1, 4, 2, 5}));
  EXPECT_EQ(valuesOf(*slice(array, 1, 1, 3)), (std::vector<double>{1, 2, 4, 5}));
  EXPECT_EQ(valuesOf(*flip(array, 0)), (std::vector<double>{3, 4, 5, 0, 1, 2}));
  const Array *two[] = {&array, &array};
  EXPECT_EQ(valuesOf(*concat(two, 1)), (std::vector<double>{0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5}));
  EXPECT_EQ(reshape(std::move(*array.copy()), {3, -1})->shape(), (Shape{3, 2}));
  EXPECT_EQ(valuesOf(*filled(ElementType::I32, {2}, 3)), (std::vector<double>{3, 3}));
}

TEST(Ops, CheckTheirArguments) {
  const Array array = make<float>(ElementType::F32, {2, 3}, {0, 1, 2, 3, 4, 5});
  EXPECT_FALSE(permute(array, Shape{0, 0}));
  EXPECT_FALSE(permute(array, Shape{0}));
  EXPECT_FALSE(permute(array, Shape{}));
  EXPECT_FALSE(permute(array, Shape{0, 2}));
  EXPECT_FALSE(slice(array, 2, 0, 1));
  EXPECT_FALSE(slice(array, 1, 2, 4));
  EXPECT_FALSE(slice(array, 1, 2, 1));
  EXPECT_FALSE(flip(array, -1));
  EXPECT_EQ(reshape(std::move(*array.copy()), {4, -1}).error(),
            "an array of shape [2, 3] cannot become [4, -1]");
  EXPECT_FALSE(reshape(std::move(*array.copy()), {0, -1}));
  EXPECT_FALSE(filled(ElementType::I32, {2}, 0.5));
}

} // namespace
