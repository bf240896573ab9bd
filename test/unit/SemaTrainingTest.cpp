// `train` blocks: what they come to, and every rule that they must keep.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Training.h"

#include "test/unit/SemaCheck.h"

using namespace lamina;
using namespace lamina::test;

namespace {

const std::string kModel = "model M(x: f32[c: 2]) -> f32[k: 3] { return Linear<c -> k: 3>(x) }\n";

const std::string kData = "  data {\n"
                          "    t = csv(\"t.csv\")\n"
                          "    x = f32(t[0..2])\n"
                          "    y = i64(t[2])\n"
                          "    split = random(train = 0.5, val = 0.5)\n"
                          "  }\n";
const std::string kObjective = "  objective {\n"
                               "    z = M(x)\n"
                               "    loss = cross_entropy(z, y)\n"
                               "    metric accuracy = argmax<k>(z) == y\n"
                               "  }\n";
const std::string kSettings = "  optimizer = adamw(lr = 1e-3)\n"
                              "  batch = 8, epochs = 2\n";

sema::Options withLibrary() {
  sema::Options options;
  options.libraryFolder = LAMINA_STDLIB;
  return options;
}

/// A `train` block of the model M, checked.
struct Checked {
  explicit Checked(const std::string &body,
                   const std::vector<std::pair<std::string, std::string>> &set = {},
                   const std::string &after = "", const std::string &name = "M")
      : compilation(kModel + "train M {\n" + body + "}\n" + after + kBlocks, withLibrary()) {
    std::vector<ast::ExprPtr> values;
    std::vector<sema::SettingOverride> overrides;
    for (const auto &[path, text] : set) {
      values.push_back(
          parseExpression(compilation.sources.add("--set", text), compilation.diagnostics));
      overrides.push_back({path, values.back().get()});
    }
    if (compilation.loaded)
      training = compilation.program.training(name, overrides);
  }
  Compilation compilation;
  std::optional<sema::Training> training;
};

/// The diagnostics of a block; the model's line is the first, `train M {` the second.
std::string errorsOf(const std::string &body,
                     const std::vector<std::pair<std::string, std::string>> &set = {}) {
  return Checked(body, set).compilation.rendered();
}

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

struct Mistake {
  const char *what;
  std::string body;
  const char *message; ///< from the file's name on
};

/// Line 3 is the first one of the body.
const Mistake kMistakes[] = {
    {"no data", kObjective + kSettings,
     "t.lam:2:7: error: 'M' needs 'data { … }', which says where samples come from"},
    {"no objective", kData + kSettings,
     "t.lam:2:7: error: 'M' needs an objective: 'loss = cross_entropy()' or 'objective { … loss = "
     "… }'"},
    {"no optimizer", "  batch = 1, epochs = 1\n" + kData + kObjective,
     "t.lam:2:7: error: 'M' needs an optimizer: 'optimizer = adamw(lr = 1e-3)'"},
    {"no length", "  batch = 1, optimizer = sgd(lr = 1)\n" + kData + kObjective,
     "t.lam:2:7: error: 'M' does not say how long it trains: 'epochs = 10' or 'steps = 1000'"},
    {"two lengths", "  epochs = 1, steps = 1\n",
     "t.lam:2:7: error: 'M' needs an optimizer: 'optimizer = adamw(lr = 1e-3)'"},
    {"no batch", "  epochs = 1, optimizer = sgd(lr = 1)\n" + kData + kObjective,
     "t.lam:2:7: error: 'M' needs 'batch = N', the samples of a step"},
    {"unknown setting", "  bacth = 3\n",
     "t.lam:3:3: error: a 'train' block has no setting 'bacth'; did you mean 'batch'?"},
    {"set twice", "  batch = 3\n  batch = 4\n", "t.lam:4:3: error: 'batch' is set twice"},
    {"unknown part", "  dta { a = 1 }\n",
     "t.lam:3:3: error: 'dta' is no part of a 'train' block; these are 'data { … }', 'objective { "
     "… "
     "}' and 'group \"PATTERN\" { … }'"},
    {"a statement", "  let n = 3\n",
     "t.lam:3:3: error: a 'train' block holds settings ('batch = 64') and the parts 'data', "
     "'objective' and 'group'; what computes stands in these"},
    {"no link", "  optimizer = adamv(lr = 1)\n",
     "t.lam:3:15: error: 'optimizer' has no 'adamv'; did you mean 'adam'?"},
    {"no call", "  optimizer = 3\n",
     "t.lam:3:15: error: 'optimizer' is a call such as 'sam(rho = 0.05)'"},
    {"missing argument", "  optimizer = adamw()\n",
     "t.lam:3:15: error: 'adamw' needs 'lr': adamw(lr, beta1 = 0.9, beta2 = 0.999, eps = 1e-08, "
     "weight_decay = 0.01)"},
    {"unknown argument", "  optimizer = sgd(lr = 1, beta = 2)\n",
     "t.lam:3:27: error: this does not fit sgd(lr, momentum = 0.0, nesterov = false, weight_decay "
     "= 0.0)"},
    {"argument twice", "  optimizer = sgd(1, lr = 2)\n", "t.lam:3:22: error: 'lr' is given twice"},
    {"out of bounds", "  optimizer = sgd(lr = 1, momentum = 2)\n",
     "t.lam:3:38: error: 'momentum' of 'sgd' is 2.0, but must be at least 0.0 and at most 1.0"},
    {"not above zero", "  optimizer = clip_norm(0) |> sgd(lr = 1)\n",
     "t.lam:3:25: error: 'max' of 'clip_norm' is 0.0, but must be more than 0.0"},
    {"no int", "  optimizer = accumulate(1.5) |> sgd(lr = 1)\n",
     "t.lam:3:26: error: 'steps' is an int, not 1.5"},
    {"no bool", "  optimizer = sgd(lr = 1, nesterov = 1)\n",
     "t.lam:3:38: error: 'nesterov' is true or false, but this is the int 1"},
    {"link behind the rule", "  optimizer = adamw(lr = 1) |> clip_norm(1.0)\n",
     "t.lam:3:32: error: 'clip_norm' stands behind 'adamw', but works on the gradient, which that "
     "has used up: it stands before it"},
    {"sam not first", "  optimizer = clip_norm(1.0) |> sam() |> sgd(lr = 1)\n",
     "t.lam:3:33: error: 'sam' stands behind 'clip_norm', but is around the whole step: it stands "
     "first"},
    {"two rules", "  optimizer = sgd(lr = 1) |> adamw(lr = 1)\n",
     "t.lam:3:30: error: an optimizer has one rule, and 'sgd' is one already"},
    {"no rule", "  optimizer = clip_norm(1.0)\n",
     "t.lam:3:15: error: the chain has no rule that moves the weights: one of sgd, adam, adamw, "
     "lamb, lion, muon"},
    {"follows nothing", "  optimizer = ema(0.9)\n",
     "t.lam:3:15: error: 'ema' follows the weights that a rule makes: write 'adamw(…) |> ema(…)'"},
    {"no unit", kSettings + "  schedule = cosine(warmup = 5)\n",
     "t.lam:5:30: error: 'warmup' counts epochs or steps: write '5 epochs' or '5 steps'"},
    {"patience without metric", kSettings + "  stop = patience(3)\n",
     "t.lam:5:10: error: 'patience' goes by one metric: 'max = val.accuracy' or 'min = val.loss'"},
    {"metric without part", kSettings + "  stop = patience(3, max = accuracy)\n",
     "t.lam:5:28: error: 'max' names a metric of a part of the data: 'val.loss'"},
    {"unknown metric", kData + kObjective + kSettings + "  keep = best(max = val.acuracy)\n",
     "t.lam:16:10: error: nothing measures 'val.acuracy'; did you mean 'val.accuracy'?"},
    {"group that matches nothing",
     kData + kObjective + kSettings + "  group \"*.baas\" { weight_decay = 0 }\n",
     "t.lam:16:9: error: no parameter's path matches \"*.baas\"; 'lamina summary --paths' lists "
     "them"},
    {"group without number", kData + kObjective + kSettings + "  group \"*\" { rho = 0 }\n",
     "t.lam:16:15: error: a group changes numbers of the optimizer, such as 'lr' and "
     "'weight_decay'; there is no 'rho' in this chain"},
    {"split of nothing", "  data { split = random(val = 0.5) }\n" + kSettings,
     "t.lam:3:18: error: no part of the split is called 'train'"},
    {"split of too much", "  data { split = random(train = 0.8, val = 0.3) }\n" + kSettings,
     "t.lam:3:18: error: the parts of the split add up to 1.1, which is more than all rows"},
    {"no split", "  data { split = halves(train = 0.8) }\n" + kSettings,
     "t.lam:3:18: error: 'split' is 'random(train = 0.8, val = 0.2)', 'stratified(label, …)' or "
     "'rows(train = 0..800, val = 800..1000)'"},
    {"stratified by nothing", "  data { split = stratified(train = 0.8) }\n" + kSettings,
     "t.lam:3:18: error: 'stratified' says by which binding: 'stratified(label, train = 0.8, val = "
     "0.2)'"},
    {"empty rows", "  data { split = rows(train = 3..3) }\n" + kSettings,
     "t.lam:3:31: error: rows are a range that is not empty: 'train = 0..800'"},
    {"share", "  data { split = random(train = 1.5) }\n" + kSettings,
     "t.lam:3:33: error: 'train' is a share of the rows, more than 0 and at most 1, not 1.5"},
    {"no file", "  data { t = csv() }\n" + kSettings,
     "t.lam:3:14: error: 'csv' needs a file: 'csv(\"FILE\")'"},
    {"text", "  data {\n    t = csv(\"t\")\n    x = t[0..2]\n  }\n" + kSettings,
     "t.lam:5:9: error: a cell of a CSV file is text until a type reads it: write 'f32(…)' or "
     "'i64(…)'"},
    {"columns that do not fit",
     "  data {\n    t = csv(\"t\")\n    x = f32(t[0..3])\n  }\n" + kSettings,
     "t.lam:5:13: error: these are 3 columns, but f32[c: 2] has 2 elements"},
    {"columns without axes",
     "  data {\n    t = csv(\"t\")\n    z = f32(t[0..3])\n  }\n" + kSettings,
     "t.lam:5:13: error: these columns need axes: write the binding's type, 'x: f32[c: 3] = …'"},
    {"wrong type", "  data {\n    t = csv(\"t\")\n    x = i64(t[0..2])\n  }\n" + kSettings,
     "t.lam:5:9: error: the binding 'x' is i64[c: 2], but 'M' takes f32[c: 2]; write 'f32(…)'"},
    {"no loss", kData + "  objective {\n    z = M(x)\n  }\n" + kSettings,
     "t.lam:9:3: error: the objective binds no 'loss'"},
    {"no model", kData + "  objective {\n    loss = mse(x, x)\n  }\n" + kSettings,
     "t.lam:9:3: error: the objective does not apply 'M', the model that is trained"},
    {"loss with an axis", kData + "  objective {\n    loss = M(x)\n  }\n" + kSettings,
     "t.lam:10:12: error: 'loss' is f32[k: 3], but must be one float for a sample: average it, as "
     "with 'mean<…>(…)'"},
    {"metric loss", kData + "  objective {\n    metric loss = M(x)\n  }\n" + kSettings,
     "t.lam:10:12: error: the loss is measured anyway; this needs another name"},
    {"a window of a computed row",
     "  data {\n    t = csv(\"t\")\n    r: f32[c: 2] = f32(t[0..2]) * 2\n    x = windows<t: "
     "3>(r)\n  }\n" +
         kSettings,
     "t.lam:6:23: error: a window is of columns as they are read: compute on the window instead, "
     "'f(windows<t: 96>(row))'"},
    {"a window and a random split",
     "  data {\n    t = csv(\"t\")\n    r: f32[c: 2] = f32(t[0..2])\n"
     "    x = mean<t>(windows<t: 3>(r))\n    split = random(train = 1)\n  }\n" +
         kSettings,
     "t.lam:7:13: error: windows of neighbouring rows overlap, so a 'random' split would train on "
     "what it measures: write 'rows(…)'"},
    {"metric twice",
     kData +
         "  objective {\n    z = M(x)\n    loss = cross_entropy(z, y)\n"
         "    metric a = z\n    metric a = z\n  }\n" +
         kSettings,
     "t.lam:13:12: error: there are two metrics 'a'"},
    {"class axis",
     kData + "  objective {\n    z = M(x)\n    loss = kl(mean<k>(z), mean<k>(z))\n  }\n" +
         kSettings,
     "t.lam:11:12: error: which axis of f32 are the classes? the label is f32; write "
     "'kl<AXIS>(…)'"},
};

TEST(SemaTraining, EveryMistakeIsTold) {
  for (const Mistake &mistake : kMistakes) {
    const std::string errors = "\n" + errorsOf(mistake.body);
    EXPECT_NE(errors.find("\n" + std::string(mistake.message)), std::string::npos)
        << mistake.what << "\nwant " << mistake.message << errors;
  }
}

TEST(SemaTraining, WhatTheStepCannotDoYetIsRefused) {
  auto errors = [](const std::string &body) {
    Compilation compilation("model M(x: f32[c: 2]) -> f32[k: 3] {\n" + body +
                                "  return Linear<c -> k: 3>(x)\n}\ntrain M {\n" + kData +
                                kObjective + kSettings + "}\n" + kBlocks,
                            withLibrary());
    if (compilation.loaded)
      compilation.program.training("M", {});
    return compilation.rendered();
  };
  EXPECT_TRUE(errors("  x = dropout(x, 0.1)\n")
                  .starts_with("t.lam:2:7: error: 'dropout' is not supported in training yet"))
      << errors("  x = dropout(x, 0.1)\n");
  EXPECT_TRUE(errors("  state m: [c] = 0\n  m <- m + 1\n")
                  .starts_with("t.lam:3:3: error: moving a state is not supported in training yet"))
      << errors("  state m: [c] = 0\n  m <- m + 1\n");
}

TEST(SemaTraining, AnOverrideOfNothingIsTold) {
  const std::string errors = errorsOf(kData + kObjective + kSettings, {{"optimizer.lrr", "1"}});
  EXPECT_TRUE(errors.starts_with("--set:1:1: error: 'M' has no setting 'optimizer.lrr'")) << errors;
}

} // namespace
