// The training loop with programs written by hand: data, splits, order, schedules, resuming.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Random.h"
#include "lamina/Trainer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

using namespace lamina::runtime;

namespace {

/// A folder that is gone with the test.
struct Folder {
  Folder() {
    path = (std::filesystem::temp_directory_path() / "lamina-training-XXXXXX").string();
    if (!::mkdtemp(path.data()))
      path.clear();
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string write(const std::string &name, const std::string &text) const {
    std::ofstream(path + "/" + name) << text;
    return path + "/" + name;
  }
  std::string read(const std::string &name) const {
    std::ifstream file(path + "/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::string path;
};

TEST(RuntimeTraining, ColumnsAreReadByNameAndNumber) {
  Folder folder;
  const std::string path = folder.write("t.csv", "a,b,name\n1,2.5,x\n3,4.5,y\n");
  const ColumnSpec specs[] = {{0, "", 0, 2, ElementType::F32, {2}},
                              {0, "a", 0, 0, ElementType::I64, {}}};
  auto columns = readCsvColumns(path, specs);
  ASSERT_TRUE(columns) << columns.error();
  EXPECT_EQ((*columns)[0].shape(), (Shape{2, 2}));
  EXPECT_EQ((*columns)[0].as<float>()[3], 4.5f);
  EXPECT_EQ((*columns)[1].as<int64_t>()[1], 3);
}

TEST(RuntimeTraining, ColumnsThatAreNotThereAreTold) {
  Folder folder;
  const std::string path = folder.write("t.csv", "a,b\n1,2\n3,q\n");
  const ColumnSpec missing[] = {{0, "c", 0, 0, ElementType::F32, {}}};
  EXPECT_EQ(readCsvColumns(path, missing).error(), path + ": has no column 'c' in its first row");
  const ColumnSpec beyond[] = {{0, "", 2, 3, ElementType::F32, {}}};
  EXPECT_EQ(readCsvColumns(path, beyond).error(),
            path + ": has 2 columns, but column 2 is read; they count from 0");
  const ColumnSpec bad[] = {{0, "b", 0, 0, ElementType::F32, {}}};
  EXPECT_EQ(readCsvColumns(path, bad).error(), path + ": row 3, column 2: 'q' is no number");
  folder.write("ragged.csv", "1,2\n3\n");
  const ColumnSpec first[] = {{0, "", 0, 1, ElementType::F32, {}}};
  EXPECT_EQ(readCsvColumns(folder.path + "/ragged.csv", first).error(),
            folder.path + "/ragged.csv: row 2 has 1 cells, but row 1 has 2");
}

TEST(RuntimeTraining, APermutationDependsOnSeedAndStream) {
  const std::vector<int64_t> a = permutation(100, 1, 2);
  EXPECT_EQ(std::set<int64_t>(a.begin(), a.end()).size(), 100u);
  EXPECT_EQ(a, permutation(100, 1, 2));
  EXPECT_NE(a, permutation(100, 1, 3));
  EXPECT_NE(a, permutation(100, 2, 2));
}

TEST(RuntimeTraining, AStratifiedSplitKeepsTheSharesOfTheClasses) {
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

TEST(RuntimeTraining, SplitsThatCannotBeAreTold) {
  SplitSpec rows{"rows", {{"train", 0, 0, 5}, {"val", 0, 5, 12}}, 0};
  EXPECT_EQ(splitRows(rows, 10, nullptr, {}).error(),
            "the part 'val' of the split ends at row 12, but there are 10");
  SplitSpec tiny{"random", {{"train", 1.0}, {"val", 0.01}}, 0};
  EXPECT_EQ(splitRows(tiny, 10, nullptr, {}).error(),
            "the part 'val' of the split gets none of the 10 rows");
}

TEST(RuntimeTraining, AnEpochVisitsEverySampleOnce) {
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

TEST(RuntimeTraining, Schedules) {
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

TEST(RuntimeTraining, WindowsLieWholeInTheirPart) {
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

/// The bindings are the columns.
struct Identity final : TrainingProgram {
  Identity() {
    inputs = {{"t_0", ElementType::F32, {-1}}, {"t_1", ElementType::F32, {-1}}};
    outputs = {{"x", ElementType::F32, {-1}}, {"y", ElementType::F32, {-1}}};
  }
  Status run(std::span<const std::byte *const> in, std::span<std::byte *const> out,
             int64_t batch) override {
    for (int i = 0; i < 2; ++i)
      std::memcpy(out[i], in[i], size_t(batch) * 4);
    return {};
  }
  Status setWeights(std::span<const NamedArray>) override { return {}; }
  int64_t workspaceBytes(int64_t) override { return 0; }
};

float at(const std::byte *p, int64_t i = 0) { return reinterpret_cast<const float *>(p)[i]; }
void put(std::byte *p, float v, int64_t i = 0) { reinterpret_cast<float *>(p)[i] = v; }

/// The squared error of w x.
struct Error final : TrainingProgram {
  Error() {
    inputs = {{"x", ElementType::F32, {-1}}, {"y", ElementType::F32, {-1}}};
    outputs = {{"loss", ElementType::F32, {-1}}};
  }
  Status run(std::span<const std::byte *const> in, std::span<std::byte *const> out,
             int64_t batch) override {
    for (int64_t i = 0; i < batch; ++i)
      put(out[0], std::pow(w * at(in[0], i) - at(in[1], i), 2.0f), i);
    return {};
  }
  Status setWeights(std::span<const NamedArray> weights) override {
    w = weights[0].array->as<float>()[0];
    return {};
  }
  int64_t workspaceBytes(int64_t) override { return 0; }
  float w = 0;
};

/// Momentum on the squared error: slots w and m.
struct Momentum final : TrainingProgram {
  explicit Momentum(int64_t batch) : batch(batch) {
    inputs = {{"x", ElementType::F32, {batch}},    {"y", ElementType::F32, {batch}},
              {"lr_factor", ElementType::F64, {}}, {"step", ElementType::I64, {}},
              {"seed", ElementType::I64, {}},      {"w", ElementType::F32, {}},
              {"sgd.m.w", ElementType::F32, {}}};
    outputs = {{"loss", ElementType::F32, {}},
               {"w", ElementType::F32, {}},
               {"sgd.m.w", ElementType::F32, {}}};
  }
  Status run(std::span<const std::byte *const> in, std::span<std::byte *const> out,
             int64_t) override {
    float loss = 0, gradient = 0;
    const float w = at(in[5]);
    for (int64_t i = 0; i < batch; ++i) {
      const float error = w * at(in[0], i) - at(in[1], i);
      loss += error * error / float(batch);
      gradient += 2 * error * at(in[0], i) / float(batch);
    }
    const float m = 0.9f * at(in[6]) + gradient;
    put(out[0], loss);
    put(out[1], w - 0.01f * m);
    put(out[2], m);
    return {};
  }
  Status setWeights(std::span<const NamedArray>) override { return {}; }
  int64_t workspaceBytes(int64_t) override { return workspace; }
  int64_t batch;
  int64_t workspace = 0;
};

struct Experiment {
  explicit Experiment(const Folder &folder, const std::string &out, int64_t epochs,
                      int64_t maxSteps = 0) {
    std::string text;
    for (int i = 0; i < 20; ++i)
      text += std::to_string(i * 0.1) + "," + std::to_string(i * 0.3) + "\n";
    folder.write("t.csv", text);
    plan.name = "T";
    plan.folder = folder.path;
    plan.sources = {{"t", "csv", {{"", "t.csv"}}}};
    plan.columns = {{0, "", 0, 1, ElementType::F32, {}}, {0, "", 1, 2, ElementType::F32, {}}};
    plan.split = {"random", {{"train", 0.7}, {"val", 0.3}}, 0};
    plan.batch = 4;
    plan.length = {double(epochs), true};
    plan.interval = {1, true};
    plan.maxSteps = maxSteps;
    plan.out = folder.path + "/" + out;
    plan.identity = {{"train", "T"}};
    std::filesystem::create_directories(plan.out);
  }

  Result<TrainingSummary> train(const std::string &resume = "") {
    TrainingPrograms programs;
    programs.load = std::make_unique<Identity>();
    programs.check = std::make_unique<Error>();
    programs.step = [this](int64_t batch) -> Result<StepProgram> {
      StepProgram step;
      auto program = std::make_unique<Momentum>(batch);
      program->workspace = workspace;
      step.program = std::move(program);
      step.slots = {{"w", "w", false, true, 0, false}, {"sgd.m.w", "w", true, false, 0, false}};
      return step;
    };
    std::vector<OwnedArray> initial;
    auto w = Array::create(ElementType::F32, {});
    w->as<float>()[0] = start;
    initial.push_back({"w", std::move(*w)});
    TrainingLog log([this](const std::string &line) { said += line; }, false);
    return Trainer(plan, std::move(programs), log, &signal).train(initial, resume);
  }
  TrainingPlan plan;
  std::string said;
  std::atomic<int> signal = 0;
  float start = 0;
  int64_t workspace = 0; ///< of a step
};

TEST(RuntimeTraining, ARunThatTheMachineCannotHoldIsRefusedBeforeItStarts) {
  Folder folder;
  Experiment run(folder, "a", 2);
  run.workspace = int64_t(1) << 50;
  auto summary = run.train();
  ASSERT_FALSE(summary);
  EXPECT_TRUE(
      summary.error().starts_with("the run needs 1073741824.0 MiB more, but the machine has "))
      << summary.error();
  EXPECT_NE(run.said.find("memory: data "), std::string::npos) << run.said;
  EXPECT_FALSE(std::filesystem::exists(folder.path + "/a/metrics.jsonl"));
}

TEST(RuntimeTraining, ARunLearnsAndLogsEveryStep) {
  Folder folder;
  Experiment run(folder, "a", 40);
  auto summary = run.train();
  ASSERT_TRUE(summary) << summary.error();
  EXPECT_EQ(summary->steps, 160);
  EXPECT_EQ(summary->why, "done");
  EXPECT_LT(summary->metrics[0].second, 1e-4);
  EXPECT_EQ(summary->metrics[0].first, "val.loss");
  const std::string lines = folder.read("a/metrics.jsonl");
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 200);
  EXPECT_NE(run.said.find("step 4, epoch 1:  val.loss "), std::string::npos);
}

TEST(RuntimeTraining, AResumedRunHasTheSameBits) {
  Folder folder;
  ASSERT_TRUE(Experiment(folder, "whole", 5).train());
  Experiment first(folder, "parts", 5, 7);
  auto summary = first.train();
  ASSERT_TRUE(summary) << summary.error();
  EXPECT_EQ(summary->why, "max-steps");
  ASSERT_TRUE(Experiment(folder, "parts", 5).train(folder.path + "/parts/last.safetensors"));
  EXPECT_EQ(folder.read("whole/last.safetensors"), folder.read("parts/last.safetensors"));
  EXPECT_EQ(folder.read("whole/metrics.jsonl"), folder.read("parts/metrics.jsonl"));
}

TEST(RuntimeTraining, ASignalSavesAndStops) {
  Folder folder;
  Experiment run(folder, "a", 5);
  run.signal = 15;
  auto summary = run.train();
  ASSERT_TRUE(summary) << summary.error();
  EXPECT_EQ(summary->steps, 1);
  EXPECT_EQ(summary->signal, 15);
  EXPECT_TRUE(std::filesystem::exists(summary->checkpoint));
}

TEST(RuntimeTraining, PatienceEndsARunAndTheBestIsKept) {
  Folder folder;
  Experiment run(folder, "a", 400);
  run.plan.stop = Criterion{"val.loss", false};
  run.plan.best = run.plan.stop;
  run.plan.patience = 3;
  auto summary = run.train();
  ASSERT_TRUE(summary) << summary.error();
  EXPECT_EQ(summary->why, "patience");
  EXPECT_LT(summary->steps, 1600);
  EXPECT_EQ(summary->checkpoint, run.plan.out + "/best.safetensors");
}

TEST(RuntimeTraining, ALossThatIsNoNumberStopsWithTheTensorsName) {
  Folder folder;
  Experiment run(folder, "a", 2);
  run.start = NAN;
  auto summary = run.train();
  ASSERT_FALSE(summary);
  EXPECT_TRUE(summary.error().starts_with("step 1: the loss is no number; 'w' holds one at ()"))
      << summary.error();
}

TEST(RuntimeTraining, ALossThatIsNoNumberTellsOfTheData) {
  Folder folder;
  Experiment run(folder, "a", 2);
  std::string text = folder.read("t.csv");
  folder.write("t.csv", text.substr(0, text.rfind(',')) + ",nan\n");
  auto summary = run.train();
  ASSERT_FALSE(summary);
  EXPECT_NE(summary.error().find("the loss is no number; the data have one: 'y' at ("),
            std::string::npos)
      << summary.error();
}

TEST(RuntimeTraining, AResumedRunTellsWhatHasChanged) {
  Folder folder;
  Experiment first(folder, "a", 1);
  first.plan.source = "sha256:00";
  first.plan.settings = {{"optimizer.sgd.lr", "0.01"}, {"epochs", "1"}};
  ASSERT_TRUE(first.train());
  Experiment second(folder, "a", 2);
  second.plan.source = "sha256:01";
  second.plan.settings = {{"optimizer.sgd.lr", "0.02"}, {"epochs", "1"}, {"stop", "patience(3)"}};
  ASSERT_TRUE(second.train(folder.path + "/a/last.safetensors"));
  EXPECT_NE(second.said.find("note: the source has changed since this checkpoint was made\n"
                             "note: 'optimizer.sgd.lr' is 0.02 and was 0.01 so far\n"
                             "note: 'stop' is patience(3) and was not set so far\n"),
            std::string::npos)
      << second.said;
}

TEST(RuntimeTraining, ACheckpointOfAnotherTrainingIsRefused) {
  Folder folder;
  ASSERT_TRUE(Experiment(folder, "a", 1).train());
  Experiment other(folder, "b", 1);
  other.plan.identity = {{"train", "U"}};
  auto summary = other.train(folder.path + "/a/last.safetensors");
  ASSERT_FALSE(summary);
  EXPECT_NE(
      summary.error().find("was made by another training: its train is 'T', this one's is 'U'"),
      std::string::npos);
}

TEST(RuntimeTraining, EveryFlippedBitOfACheckpointIsFound) {
  Folder folder;
  ASSERT_TRUE(Experiment(folder, "a", 1).train());
  const std::string good = folder.read("a/last.safetensors");
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = char(bad[bit / 8] ^ (1 << bit % 8));
    const std::string path = folder.write("bad.safetensors", bad);
    auto summary = Experiment(folder, "b", 1).train(path);
    ASSERT_FALSE(summary) << "bit " << bit;
  }
}

TEST(RuntimeTraining, KeepLastKeepsSoMany) {
  Folder folder;
  Experiment run(folder, "a", 5);
  run.plan.kept = 2;
  ASSERT_TRUE(run.train());
  EXPECT_FALSE(std::filesystem::exists(run.plan.out + "/step-12.safetensors"));
  EXPECT_TRUE(std::filesystem::exists(run.plan.out + "/step-16.safetensors"));
  EXPECT_TRUE(std::filesystem::exists(run.plan.out + "/step-20.safetensors"));
}

} // namespace
