// What a training reads: columns, splits, the order of samples, schedules.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Random.h"
#include "test/unit/TrainingExperiment.h"

#include <gtest/gtest.h>

#include <set>

using namespace lamina::runtime;

namespace {

TEST(RuntimeTrainingData, ColumnsAreReadByNameAndNumber) {
  Folder folder;
  const std::string path = folder.write("t.csv", "a,b,name\n1,2.5,x\n3,4.5,y\n");
  const ColumnSpec specs[] = {{0, "", 0, 2, ElementType::F32, {2}},
                              {0, "a", 0, 0, ElementType::I64, {}}};
  auto columns = openCsvColumns(std::move(*Input::open(path)), specs);
  ASSERT_TRUE(columns) << columns.error();
  EXPECT_EQ((*columns)[0].array->shape(), (Shape{2, 2}));
  EXPECT_EQ((*columns)[0].array->as<float>()[3], 4.5f);
  EXPECT_EQ((*columns)[1].array->as<int64_t>()[1], 3);
}

TEST(RuntimeTrainingData, ColumnsThatAreNotThereAreTold) {
  auto errorOf = [](const std::string &name, std::span<const ColumnSpec> specs) {
    return openCsvColumns(std::move(*Input::open(name)), specs).error();
  };
  Folder folder;
  const std::string path = folder.write("t.csv", "a,b\n1,2\n3,q\n");
  const ColumnSpec missing[] = {{0, "c", 0, 0, ElementType::F32, {}}};
  EXPECT_EQ(errorOf(path, missing), path + ": has no column 'c' in its first row");
  const ColumnSpec beyond[] = {{0, "", 2, 3, ElementType::F32, {}}};
  EXPECT_EQ(errorOf(path, beyond),
            path + ": has 2 columns, but column 2 is read; they count from 0");
  const ColumnSpec bad[] = {{0, "b", 0, 0, ElementType::F32, {}}};
  EXPECT_EQ(errorOf(path, bad), path + ": row 3, column 2: 'q' is no number");
  folder.write("ragged.csv", "1,2\n3\n");
  const ColumnSpec first[] = {{0, "", 0, 1, ElementType::F32, {}}};
  EXPECT_EQ(errorOf(folder.path + "/ragged.csv", first),
            folder.path + "/ragged.csv: row 2 has 1 cells, but row 1 has 2");
}

TEST(RuntimeTrainingData, APermutationDependsOnSeedAndStream) {
  const std::vector<int64_t> a = permutation(100, 1, 2);
  EXPECT_EQ(std::set<int64_t>(a.begin(), a.end()).size(), 100u);
  EXPECT_EQ(a, permutation(100, 1, 2));
  EXPECT_NE(a, permutation(100, 1, 3));
  EXPECT_NE(a, permutation(100, 2, 2));
}

TEST(RuntimeTrainingData, AStratifiedSplitKeepsTheSharesOfTheClasses) {
  auto labels = Array::create(ElementType::I64, {100});
  for (int64_t i = 0; i < 100; ++i)
    labels->as<int64_t>()[i] = i < 30 ? 0 : 1;
  SplitSpec spec{"stratified", {{"train", 0.8}, {"val", 0.2}}, 7};
  auto parts = splitRows(spec, 100, &*labels, {});
  ASSERT_TRUE(parts) << parts.error();
  EXPECT_EQ((*parts)[0].rows.size(), 80u);
  EXPECT_EQ((*parts)[1].rows.size(), 20u);
  const auto &val = (*parts)[1].rows;
  EXPECT_EQ(std::count_if(val.begin(), val.end(), [](int64_t row) { return row < 30; }), 6);
  std::set<int64_t> all(val.begin(), val.end());
  all.insert((*parts)[0].rows.begin(), (*parts)[0].rows.end());
  EXPECT_EQ(all.size(), 100u);
}

TEST(RuntimeTrainingData, SplitsThatCannotBeAreTold) {
  SplitSpec rows{"rows", {{"train", 0, 0, 5}, {"val", 0, 5, 12}}, 0};
  EXPECT_EQ(splitRows(rows, 10, nullptr, {}).error(),
            "the part 'val' of the split ends at row 12, but there are 10");
  SplitSpec tiny{"random", {{"train", 1.0}, {"val", 0.01}}, 0};
  EXPECT_EQ(splitRows(tiny, 10, nullptr, {}).error(),
            "the part 'val' of the split gets none of the 10 rows");
}

TEST(RuntimeTrainingData, AnEpochVisitsEverySampleOnce) {
  BatchOrder order({0, 1, 2, 3, 4, 5, 6}, 3, true, false, 1);
  EXPECT_EQ(order.perEpoch(), 3);
  EXPECT_EQ(order.remainder(), 1);
  std::multiset<int64_t> seen;
  std::vector<int64_t> first;
  for (int64_t step = 0; step < 3; ++step)
    for (int64_t row : order.rowsOf(step)) {
      seen.insert(row);
      first.push_back(row);
    }
  EXPECT_EQ(seen, (std::multiset<int64_t>{0, 1, 2, 3, 4, 5, 6}));
  std::vector<int64_t> second;
  for (int64_t step = 3; step < 6; ++step)
    for (int64_t row : order.rowsOf(step))
      second.push_back(row);
  EXPECT_NE(first, second);
  EXPECT_EQ(order.rowsOf(1), std::vector<int64_t>(first.begin() + 3, first.begin() + 6));
}

TEST(RuntimeTrainingData, Schedules) {
  ScheduleSpec cosine{"cosine", {{"final", 0.1}}, {{"warmup", {2, true}}}, ""};
  EXPECT_DOUBLE_EQ(scheduleFactor(cosine, 0, 100, 5), 0.1);
  EXPECT_DOUBLE_EQ(scheduleFactor(cosine, 9, 100, 5), 1);
  EXPECT_DOUBLE_EQ(scheduleFactor(cosine, 10, 100, 5), 1);
  EXPECT_DOUBLE_EQ(scheduleFactor(cosine, 55, 100, 5), 0.55);
  ScheduleSpec step{"step", {{"factor", 0.5}}, {{"every", {10, false}}}, ""};
  EXPECT_DOUBLE_EQ(scheduleFactor(step, 29, 100, 5), 0.25);
  ScheduleSpec root{"inverse_sqrt", {}, {{"warmup", {4, false}}}, ""};
  EXPECT_DOUBLE_EQ(scheduleFactor(root, 15, 100, 5), 0.5);
  ScheduleSpec cycle{"one_cycle", {{"peak", 0.5}, {"start", 0.1}, {"final", 0.0}}, {}, ""};
  EXPECT_DOUBLE_EQ(scheduleFactor(cycle, 0, 100, 5), 0.1);
  EXPECT_DOUBLE_EQ(scheduleFactor(cycle, 49, 100, 5), 1);
  EXPECT_DOUBLE_EQ(scheduleFactor(cycle, 99, 100, 5), 0);
}

TEST(RuntimeTrainingData, WindowsLieWholeInTheirPart) {
  Folder folder;
  std::string text;
  for (int i = 0; i < 10; ++i)
    text += std::to_string(i) + "\n";
  folder.write("t.csv", text);
  const SourceSpec sources[] = {{"t", "csv", {{"", "t.csv"}}}};
  const ColumnSpec columns[] = {{0, "", 0, 1, ElementType::F32, {}, 3}};
  auto data = Dataset::open(sources, columns, folder.path);
  ASSERT_TRUE(data) << data.error();
  EXPECT_EQ(data->reach(), 3);
  SplitSpec spec{"rows", {{"train", 0, 0, 6}, {"val", 0, 6, 10}}, 0};
  auto parts = splitRows(spec, data->rows(), nullptr, {}, data->reach());
  ASSERT_TRUE(parts) << parts.error();
  EXPECT_EQ((*parts)[0].rows, (std::vector<int64_t>{0, 1, 2, 3}));
  EXPECT_EQ((*parts)[1].rows, (std::vector<int64_t>{6, 7}));
  float values[6];
  const int64_t rows[] = {3, 7};
  ASSERT_TRUE(data->gather(0, rows, reinterpret_cast<std::byte *>(values)));
  EXPECT_EQ(std::vector<float>(values, values + 6), (std::vector<float>{3, 4, 5, 7, 8, 9}));
}

} // namespace
