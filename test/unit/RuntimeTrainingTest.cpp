// The training loop with programs written by hand: steps, logs, and how a run ends.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/unit/TrainingExperiment.h"

#include <gtest/gtest.h>

using namespace lamina::runtime;

namespace {

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

} // namespace
