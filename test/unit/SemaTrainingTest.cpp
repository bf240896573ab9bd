// `train` blocks: what they come to, and every rule that they must keep.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/unit/SemaTrainingBlocks.h"

using namespace lamina;
using namespace lamina::test;

namespace {

TEST(SemaTraining, ABlockGivesItsProgramsAndSettings) {
  Checked checked(kData + kObjective + kSettings);
  ASSERT_TRUE(checked.training) << checked.compilation.rendered();
  const sema::Training &t = *checked.training;
  EXPECT_EQ(t.model, "M");
  ASSERT_EQ(t.columns.size(), 2u);
  EXPECT_EQ(t.columns[0].last, 2);
  EXPECT_EQ(t.columns[1].first, 2);
  EXPECT_EQ(t.metrics, std::vector<std::string>{"accuracy"});
  EXPECT_EQ(t.load.outputs.size(), 2u);
  EXPECT_EQ(t.loss.outputs[0].value->type.axes.size(), 0u);
  EXPECT_EQ(t.check.outputs[0].value->type.axes.size(), 1u);
  ASSERT_EQ(t.rules.size(), 2u);
  EXPECT_EQ(t.rules[0].path, "linear.weight") << "the trained model's name is in no path";
  EXPECT_EQ(t.chain[0].numbers.at("weight_decay"), 0.01);
  EXPECT_EQ(t.batch, 8);
  EXPECT_TRUE(t.length.isEpochs);
  EXPECT_EQ(t.interval.count, 1);
}

TEST(SemaTraining, ALossOutsideOfAnObjectiveIsAppliedToTheModelsOutput) {
  Checked checked(kData + "  loss = cross_entropy(smoothing = 0.1)\n" + kSettings);
  ASSERT_TRUE(checked.training) << checked.compilation.rendered();
  EXPECT_TRUE(checked.training->metrics.empty());
}

TEST(SemaTraining, SettingsCanBeOverridden) {
  Checked checked(kData + kObjective + kSettings + "  schedule = cosine(warmup = 2 epochs)\n",
                  {{"batch", "16"},
                   {"optimizer.lr", "0.5"},
                   {"schedule.warmup", "10 steps"},
                   {"split.val", "0.25"},
                   {"steps", "7"}});
  ASSERT_TRUE(checked.training) << checked.compilation.rendered();
  const sema::Training &t = *checked.training;
  EXPECT_EQ(t.batch, 16);
  EXPECT_EQ(t.chain[0].numbers.at("lr"), 0.5);
  EXPECT_EQ(t.schedule.durations.at("warmup").count, 10);
  EXPECT_FALSE(t.schedule.durations.at("warmup").isEpochs);
  EXPECT_EQ(t.split.parts[1].fraction, 0.25);
  EXPECT_FALSE(t.length.isEpochs);
  EXPECT_EQ(t.length.count, 7);
}

TEST(SemaTraining, AVariantTakesWhatItDoesNotSay) {
  Checked checked(kData + kObjective + kSettings, {},
                  "train quick from M { epochs = 1, optimizer = sgd(lr = 1) }\n", "quick");
  ASSERT_TRUE(checked.training) << checked.compilation.rendered();
  EXPECT_EQ(checked.training->length.count, 1);
  EXPECT_EQ(checked.training->chain[0].name, "sgd");
  EXPECT_EQ(checked.training->batch, 8);
}

TEST(SemaTraining, GroupsChangeTheRulesThatTheyMatch) {
  Checked checked(kData + kObjective + kSettings +
                  "  group \"*.bias\" { weight_decay = 0, lr = 10 * lr }\n");
  ASSERT_TRUE(checked.training) << checked.compilation.rendered();
  EXPECT_EQ(checked.training->rules[0].chain[0].numbers.at("weight_decay"), 0.01);
  EXPECT_EQ(checked.training->rules[1].chain[0].numbers.at("weight_decay"), 0);
  EXPECT_EQ(checked.training->rules[1].chain[0].numbers.at("lr"), 10 * 1e-3);
}

TEST(SemaTraining, ARangeOfOneColumnFillsAnAxisOfOne) {
  Checked checked("  data {\n    t = csv(\"t\")\n    x = f32(t[0..2])\n"
                  "    y: f32[one: 1] = f32(t[2..3])\n  }\n"
                  "  objective {\n    loss = mean<one>(y) * mean<k>(M(x))\n  }\n" +
                  kSettings);
  ASSERT_TRUE(checked.training) << checked.compilation.rendered();
}

TEST(SemaTraining, OnlyLeavesTheOthersAsTheyAre) {
  Checked checked(kData + kObjective + kSettings + "  only = [\"*.bias\"]\n");
  ASSERT_TRUE(checked.training) << checked.compilation.rendered();
  ASSERT_EQ(checked.training->rules.size(), 1u);
  EXPECT_EQ(checked.training->rules[0].path, "linear.bias");
}

} // namespace
