// `train` blocks with a mistake: each is told where it stands.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/unit/SemaTrainingBlocks.h"

using namespace lamina;
using namespace lamina::test;

namespace {

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
     "… }', 'group \"PATTERN\" { … }', 'with NAME = MODEL', 'every 10 steps { … }' and 'stage NAME "
     "{ … }'"},
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
     "t.lam:16:15: error: a group changes numbers of the rule, such as 'lr' and 'weight_decay', or "
     "has an 'optimizer' of its own; 'adamw' has no 'rho'"},
    {"a link of all in a group",
     "  optimizer = clip_norm(1.0) |> sgd(lr = 1)\n  batch = 1, steps = 1\n" + kData + kObjective +
         "  group \"*\" { max = 2 }\n",
     "t.lam:16:15: error: a group changes numbers of the rule, such as 'lr' and 'weight_decay', or "
     "has an 'optimizer' of its own; 'sgd' has no 'max'"},
    {"a link as a group's optimizer",
     kData + kObjective + kSettings + "  group \"*\" { optimizer = ema(0.9) }\n",
     "t.lam:16:27: error: a group may have another rule, one of sgd, adam, adamw, lamb, lion, "
     "muon; "
     "'ema' is a link of the whole chain"},
    {"another precision", kData + kObjective + kSettings + "  precision = bf16\n",
     "t.lam:16:15: error: 'precision' is 'f32'; steps in other types are not supported yet"},
    {"no loss", kData + "  objective {\n    z = M(x)\n  }\n" + kSettings,
     "t.lam:9:3: error: the objective binds no 'loss'"},
    {"no model", kData + "  objective {\n    loss = mse(x, x)\n  }\n" + kSettings,
     "t.lam:9:3: error: the objective does not apply 'M', the model that is trained"},
    {"loss with an axis", kData + "  objective {\n    loss = M(x)\n  }\n" + kSettings,
     "t.lam:10:12: error: 'loss' is f32[k: 3], but must be one float for a sample: average it, as "
     "with 'mean<…>(…)'"},
    {"metric loss", kData + "  objective {\n    metric loss = M(x)\n  }\n" + kSettings,
     "t.lam:10:12: error: the loss is measured anyway; this needs another name"},
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
    {"returns", kData + kObjective + kSettings + "  return 3\n",
     "t.lam:16:3: error: a 'train' block returns nothing"},
    {"typed setting", "  batch: i64 = 3\n",
     "t.lam:3:3: error: a setting is one name and its value: 'batch = 64'"},
    {"metric of nothing",
     kData + kObjective + kSettings + "  keep = best(max = zzzzzzzzzz.qqqqqqqqqqq)\n",
     "t.lam:16:10: error: nothing measures 'zzzzzzzzzz.qqqqqqqqqqq'; a metric is 'PART.NAME' with "
     "a part of 'split' and a 'metric' of the objective or 'loss'"},
    {"number",
     kData + kObjective +
         "  optimizer = adamw(lr = \"fast\")\n"
         "  batch = 8, epochs = 2\n",
     "t.lam:14:26: error: 'lr' is a number, but this is the string \"fast\""},
    {"int",
     kData + kObjective +
         "  optimizer = adamw(lr = 1e-3)\n"
         "  batch = 0, epochs = 2\n",
     "t.lam:15:11: error: 'batch' is an int of at least 1, but this is the int 0"},
    {"string",
     "  data {\n"
     "    t = csv(3)\n"
     "    x = f32(t[0..2])\n"
     "    y = i64(t[2])\n"
     "  }\n" +
         kObjective + kSettings,
     "t.lam:4:13: error: 'a file' is a string, but this is the int 3"},
    {"loss of one",
     kData +
         "  objective {\n"
         "    z = M(x)\n"
         "    loss = cross_entropy(z)\n"
         "  }\n" +
         kSettings,
     "t.lam:11:12: error: 'cross_entropy' compares two tensors: 'cross_entropy(logits, label)'"},
    {"constant binding",
     "  data {\n"
     "    t = csv(\"t.csv\")\n"
     "    x = f32(t[0..2])\n"
     "    y = i64(t[2])\n"
     "    n = mean<batch>(x)\n"
     "  }\n" +
         kObjective + kSettings,
     "t.lam:7:5: error: the binding 'n' is the same for every sample; write it in the objective"},
    {"objective returns",
     kData +
         "  objective {\n"
         "    loss = cross_entropy(M(x), y)\n"
         "    return 3\n"
         "  }\n" +
         kSettings,
     "t.lam:11:5: error: an objective returns nothing; it binds 'loss'"},
    {"loss of two",
     "  data {\n"
     "    t = csv(\"t.csv\")\n"
     "    x = f32(t[0..2])\n"
     "    y = i64(t[2])\n"
     "    n: f32[c: 2] = f32(t[0..2])\n"
     "  }\n"
     "  loss = cross_entropy()\n" +
         kSettings,
     "t.lam:9:3: error: 'loss' outside of an objective is of the model's one output and the one "
     "binding that is no input; here are 1 and 2: write 'objective { … }'"},
    {"loss a number", kData + "  loss = 3\n" + kSettings,
     "t.lam:9:10: error: 'loss' is a call such as 'cross_entropy(smoothing = 0.1)'"},
    {"two lengths",
     kData + kObjective +
         "  optimizer = adamw(lr = 1e-3)\n"
         "  batch = 8, epochs = 2, steps = 3\n",
     "t.lam:15:26: error: 'epochs' and 'steps' both say how long; one is enough"},
    {"eval", kData + kObjective + kSettings + "  eval = 3\n",
     "t.lam:16:3: error: 'eval' is a list of patterns: eval = [\"backbone.*\"]"},
    {"eval of nothing", kData + kObjective + kSettings + "  eval = [\"linear.*\", \"linaer.*\"]\n",
     "t.lam:16:23: error: no layer's path matches \"linaer.*\"; 'lamina summary' lists the layers"},
    {"only", kData + kObjective + kSettings + "  only = 3\n",
     "t.lam:16:10: error: 'only' is a list of patterns: only = [\"head.*\"]"},
};

TEST(SemaTraining, EveryMistakeIsTold) { expectTold(kMistakes); }

TEST(SemaTraining, AnOverrideOfNothingIsTold) {
  const std::string errors = errorsOf(kData + kObjective + kSettings, {{"optimizer.lrr", "1"}});
  EXPECT_TRUE(errors.starts_with("--set:1:1: error: 'M' has no setting 'optimizer.lrr'")) << errors;
}

TEST(SemaTraining, WhereABlockTakesItsSettingsFromIsChecked) {
  auto errors = [](const std::string &after, const std::string &name) {
    return Checked(kData + kObjective + kSettings, {}, after, name).compilation.rendered();
  };
  const std::string circle =
      errors("train a from b { batch = 1 }\ntrain b from a { batch = 2 }\n", "a");
  EXPECT_NE(circle.find("error: 'a' is made from itself"), std::string::npos) << circle;
  const std::string none = errors("train a from qqqqqqqqqq { batch = 1 }\n", "a");
  EXPECT_NE(none.find("error: there is no 'train' block to take settings from here"),
            std::string::npos)
      << none;
  const std::string block =
      errors("train a of Linear {\n" + kData + kObjective + kSettings + "}\n", "a");
  EXPECT_NE(block.find("error: a 'train' block trains a model, but this is "), std::string::npos)
      << block;
}

TEST(SemaTraining, APartOfATrainBlockInAnObjectiveIsTold) {
  const std::string errors = errorsOf(
      kData +
      "  objective {\n    z = M(x)\n    stage a = z\n    loss = cross_entropy(z, y)\n  }\n" +
      kSettings);
  EXPECT_NE(
      errors.find(
          "t.lam:11:5: error: 'stage' starts no statement here; it belongs in a 'train' block"),
      std::string::npos)
      << errors;
}

TEST(SemaTraining, WhatIsTrainedIsChecked) {
  auto errors = [](const std::string &body, const std::string &settings) {
    Compilation compilation("model M(x: f32[c: 2]) -> f32[k: 3] {\n" + body + "}\ntrain M {\n" +
                                kData + kObjective + kSettings + settings + "}\n" + kBlocks,
                            withLibrary());
    if (compilation.loaded)
      compilation.program.training("M", {});
    return compilation.rendered();
  };
  const std::string rounds = "  repeat 2 as rounds {\n    param w: [c] = 1\n    x = x * w\n  }\n  "
                             "return Linear<c -> k: 3>(x)\n";
  const std::string only = errors(rounds, "  only = [\"rounds.0.*\"]\n");
  EXPECT_NE(only.find("error: 'only' takes some positions of 'rounds.*.w' and leaves others, which "
                      "is not supported yet"),
            std::string::npos)
      << only;
  const std::string group = errors(rounds, "  group \"rounds.0.*\" { weight_decay = 0 }\n");
  EXPECT_NE(group.find("error: this group takes some positions of 'rounds.*.w' and leaves others, "
                       "which is not supported yet"),
            std::string::npos)
      << group;
  const std::string frozen = errors("  frozen param w: [k: 3, c] = 0\n  return dot<c>(x, w)\n", "");
  EXPECT_NE(frozen.find("error: nothing is left to train"), std::string::npos) << frozen;
}

} // namespace
