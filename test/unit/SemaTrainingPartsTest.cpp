// The parts of a `train` block beside data and objective: `with`, `init`, `stage`, `every`,
// `augment`, schedules.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/unit/SemaTrainingBlocks.h"

using namespace lamina;
using namespace lamina::test;

namespace {

/// Data, settings, and an objective with these statements before its loss.
std::string block(const std::string &parts, const std::string &statements = "") {
  return kData + "  objective {\n    z = M(x)\n" + statements +
         "    loss = cross_entropy(z, y)\n  }\n" + kSettings + parts;
}

std::vector<std::string> pathsOf(const sema::Model &model, const std::string &role) {
  std::vector<std::string> paths;
  for (const auto &node : model.body.nodes)
    if (node->op == sema::Op::Param && std::get<std::string>(node->attributes["role"]) == role)
      paths.push_back(std::get<std::string>(node->attributes["path"]));
  return paths;
}

using Paths = std::vector<std::string>;

TEST(SemaTrainingParts, AModelBesideTheTrainedOneIsFrozenUnderItsName) {
  Checked checked(block("  with teacher = M(weights = \"t.safetensors\")\n",
                        "    u = teacher(x)\n    tap t = u\n"));
  ASSERT_TRUE(checked.training) << checked.compilation.rendered();
  const sema::Training &t = *checked.training;
  EXPECT_EQ(pathsOf(t.loss, "frozen"), (Paths{"teacher.linear.weight", "teacher.linear.bias"}));
  EXPECT_EQ(t.companions, Paths{"teacher"});
  ASSERT_EQ(t.weightFiles.size(), 1u);
  EXPECT_EQ(t.weightFiles[0].layer, "teacher");
  EXPECT_EQ(t.rules.size(), 2u);
  EXPECT_TRUE(pathsOf(t.network, "frozen").empty()) << "it is never compiled";
}

TEST(SemaTrainingParts, ItIsTrainedWhereThatIsSaid) {
  Checked checked(
      block("  with other = M(trained = true)\n", "    z = z + stop_gradient(other(x))\n"));
  ASSERT_TRUE(checked.training) << checked.compilation.rendered();
  EXPECT_EQ(checked.training->rules.size(), 4u);
}

TEST(SemaTrainingParts, ACopyFollowsTheTrainedModel) {
  Checked checked(block("  with mean = M(average = 0.99)\n", "    z = z + mean(x)\n"));
  ASSERT_TRUE(checked.training) << checked.compilation.rendered();
  const auto &followers = checked.training->followers;
  ASSERT_EQ(followers.size(), 2u);
  EXPECT_EQ(followers[0].path, "mean.linear.bias");
  EXPECT_EQ(followers[0].of, "linear.bias");
  EXPECT_EQ(followers[0].decay, 0.99);
}

TEST(SemaTrainingParts, TheObjectivesOwnParametersAreTrained) {
  Checked checked(block("", "    param scale: [] = 1\n    layer more = Linear<k -> k>\n"
                            "    z = more(z * scale)\n"));
  ASSERT_TRUE(checked.training) << checked.compilation.rendered();
  EXPECT_EQ(checked.training->rules.size(), 5u);
  EXPECT_EQ(checked.training->companions, (Paths{"scale", "more"}));
}

TEST(SemaTrainingParts, InitNamesAFile) {
  Checked checked(
      block("  init = weights(\"b.safetensors\", map = \"b.map\", missing = [\"*.bias\"])\n"));
  ASSERT_TRUE(checked.training) << checked.compilation.rendered();
  const sema::WeightFile &file = checked.training->weightFiles.at(0);
  EXPECT_EQ(file.file + file.map + file.missing.at(0), "b.safetensorsb.map*.bias");
}

TEST(SemaTrainingParts, StagesAreTheBlockWithTheirOwnSettings) {
  Checked checked(block("  stage warm { only = [\"*.bias\"], epochs = 1 }\n"
                        "  stage rest { continue = true, batch = 4, steps = 9 }\n"),
                  {{"rest.batch", "5"}, {"warm.epochs", "7"}, {"seed", "3"}});
  ASSERT_TRUE(checked.training) << checked.compilation.rendered();
  const sema::Training &warm = *checked.training;
  ASSERT_EQ(warm.later.size(), 1u);
  const sema::Training &rest = warm.later[0];
  EXPECT_EQ(warm.stage + rest.stage, "warmrest");
  EXPECT_EQ(warm.rules.size(), 1u);
  EXPECT_EQ(rest.rules.size(), 2u);
  EXPECT_EQ(warm.batch, 8);
  EXPECT_EQ(rest.batch, 5);
  EXPECT_EQ(warm.length.count, 7);
  EXPECT_FALSE(rest.length.isEpochs);
  EXPECT_EQ(warm.seed + rest.seed, 6u);
  EXPECT_TRUE(rest.continues);
}

TEST(SemaTrainingParts, AScheduleIsACallOrAnExpression) {
  Checked call(block("  schedule = plateau(max = val.loss, patience = 2)\n"));
  ASSERT_TRUE(call.training) << call.compilation.rendered();
  EXPECT_EQ(call.training->schedule.words.at("max"), "val.loss");
  Checked checked(block("  schedule = min(1, (step + 1) / 100) * 0.5 ** (epoch // 10)\n"));
  ASSERT_TRUE(checked.training) << checked.compilation.rendered();
  ASSERT_TRUE(checked.training->scheduleProgram);
  EXPECT_EQ(checked.training->scheduleProgram->body.arguments.size(), 4u);
}

TEST(SemaTrainingParts, EveryMovesParameters) {
  Checked checked(block("  every 2 steps {\n"
                        "    more.weight[a, b] <- more.weight[a, b] / norm<b>(more.weight[a, b])\n"
                        "    more.weight[a, b] <- 2 * more.weight[a, b]\n  }\n",
                        "    layer more = Linear<k -> k, bias = false>\n    z = more(z)\n"));
  ASSERT_TRUE(checked.training) << checked.compilation.rendered();
  ASSERT_EQ(checked.training->periodic.size(), 1u);
  const sema::Periodic &periodic = checked.training->periodic[0];
  EXPECT_EQ(periodic.interval.count, 2);
  ASSERT_EQ(periodic.program.outputs.size(), 1u);
  EXPECT_EQ(periodic.program.outputs[0].name, "more.weight");
  ASSERT_EQ(periodic.program.body.arguments.size(), 1u);
  EXPECT_EQ(periodic.program.body.arguments[0]->name, "more.weight");
}

TEST(SemaTrainingParts, AugmentChangesTheStepAlone) {
  const std::string data = "  data {\n    t = csv(\"t.csv\")\n    x = f32(t[0..2])\n"
                           "    y: f32[k: 3] = one_hot<k: 3>(i64(t[2]))\n"
                           "    augment {\n      other = permutation<batch>()\n"
                           "      share = uniform()\n"
                           "      x = share * x + (1 - share) * gather<batch>(x, other)\n"
                           "      y = share * y + (1 - share) * gather<batch>(y, other)\n"
                           "    }\n  }\n";
  Checked checked(data + "  loss = cross_entropy()\n" + kSettings);
  ASSERT_TRUE(checked.training) << checked.compilation.rendered();
  auto draws = [](const sema::Model &model) {
    return std::count_if(model.body.nodes.begin(), model.body.nodes.end(),
                         [](const auto &node) { return node->op == sema::Op::Draw; });
  };
  EXPECT_EQ(draws(checked.training->loss), 2);
  EXPECT_EQ(draws(checked.training->check), 0);
  EXPECT_FALSE(checked.training->checksWholeBatches);
}

TEST(SemaTrainingParts, AnObjectiveMayGoByTheBatch) {
  Checked checked(kData + "  objective {\n    z = M(x)\n    loss = info_nce<k>(z, 2 * z)\n  }\n" +
                  kSettings);
  ASSERT_TRUE(checked.training) << checked.compilation.rendered();
  EXPECT_TRUE(checked.training->checksWholeBatches);
}

struct Mistake {
  std::string parts, statements;
  const char *message; ///< somewhere in what is told
};

const Mistake kMistakes[] = {
    {"  with a.b = M\n", "",
     "t.lam:16:3: error: 'with' brings in a model under a name: 'with teacher = Net(weights = "
     "\"FILE\")'"},
    {"  with a = M\n  with a = M\n", "", "t.lam:17:8: error: two models are called 'a'"},
    {"  with a = Linear\n", "", "t.lam:16:12: error: 'with' brings in a model, but this is "},
    {"  with M = M\n", "",
     "t.lam:16:8: error: 'M' is the model that is trained; call this one otherwise"},
    {"  with a = M(average = 0.9, trained = true)\n", "",
     "t.lam:16:12: error: with 'average' it is a copy of 'M' that follows it: neither another "
     "model "
     "nor trained"},
    {"  with a = M(average = 2)\n", "",
     "error: 'average' is the share that the copy keeps in each step, from 0 to 1"},
    {"  with a = M(file = 2)\n", "",
     "error: a model of 'with' takes 'weights = \"FILE\"', 'trained = true' and 'average = 0.99'; "
     "its static arguments stand in '<…>'"},
    {"  with a = M\n", "", "error: nothing applies the layer 'a'"},
    {"  init = \"f\"\n", "",
     "t.lam:16:10: error: weights come from 'weights(\"FILE\", map = \"FILE.map\", missing = "
     "[\"PATTERN\"])', of which the file alone is needed"},
    {"  init = weights(\"f\", missing = [\"zz\"])\n", "",
     "error: no parameter's path matches \"zz\" of 'missing'"},
    {"", "    layer linear = Linear<k -> k>\n    z = linear(z)\n",
     "error: 'linear.weight' would be the path of two parameters, of 'M' and of the objective; "
     "give "
     "that of the objective another name"},
    {"  stage { batch = 1 }\n", "", "t.lam:16:3: error: a stage has a name: 'stage warm { … }'"},
    {"  stage a { stage b { batch = 1 } }\n", "", "error: a stage holds no stages"},
    {"  stage a { batch = 1 }\n  stage a { batch = 1 }\n", "",
     "t.lam:17:9: error: two stages are called 'a'"},
    {"  continue = true\n", "",
     "t.lam:16:3: error: 'continue' says how a stage begins: it stands in 'stage NAME { … }'"},
    {"  stage a { continue = true }\n", "",
     "error: 'continue' goes on with what the stage before has made, and this is the first one"},
    {"  schedule = step == 3\n", "",
     "t.lam:16:14: error: a schedule is one number, the factor on 'lr', but this is bool"},
    {"  schedule = cosin()\n", "", "error: 'schedule' has no 'cosin'; did you mean 'cosine'?"},
    {"  schedule = plateau()\n", "",
     "error: 'plateau' goes by one metric: 'max = val.accuracy' or 'min = val.loss'"},
    {"  every 0 steps { a = 1 }\n", "",
     "error: 'every' counts steps or epochs: 'every 10 steps { … }'"},
    {"  every 1 steps { w <- 1 }\n", "",
     "error: 'every' moves the parameter of a layer, its axes named: 'decoder.weight[d, n] <- …'"},
    {"  every 1 steps { more.bias[a] <- 0 }\n",
     "    frozen layer more = Linear<k -> k>\n    z = more(z)\n",
     "error: 'bias' is frozen, which 'every' leaves as it is too"},
    {"  every 1 steps { a = 1 }\n", "",
     "error: 'every' moves nothing: 'decoder.weight[d, n] <- …' moves a parameter"},
    {"  every 1 steps { more.bias[a] <- more.bias[a] + mean<batch, c>(x) }\n",
     "    layer more = Linear<k -> k>\n    z = more(z)\n",
     "error: 'every' computes with parameters alone: it runs between two batches"},
};

TEST(SemaTrainingParts, EveryMistakeIsTold) {
  for (const Mistake &mistake : kMistakes) {
    // The parts stand in line 16 where the objective has no statements of its own.
    const std::string errors =
        "\n" + errorsOf(kData + "  objective {\n    z = M(x)\n" + mistake.statements +
                        "    loss = cross_entropy(z, y)\n\n  }\n" + kSettings + mistake.parts);
    EXPECT_NE(errors.find(mistake.message), std::string::npos)
        << mistake.parts << mistake.statements << "want " << mistake.message << errors;
  }
}

/// A model whose input goes through a block with fitted states.
std::string fitting(const std::string &state, const std::string &body = "  x = Standard<c>(x)\n",
                    const std::string &data = kData) {
  return "model M(x: f32[c: 2]) -> f32[k: 3] {\n" + body +
         "  return Linear<c -> k: 3>(x)\n}\nblock Standard<axis c>(x: [.., c]) -> [.., c] {\n" +
         state + "  return x - s\n}\ntrain M {\n" + data + kObjective + kSettings + "}\n" + kBlocks;
}

TEST(SemaTrainingParts, FittedStatesAreAProgramOfTheData) {
  Compilation compilation(fitting("  state s: [c] = fit(mean<batch, ..>(x))\n",
                                  "  layer a = Standard<c>\n  layer b = Standard<c>\n  x = b(2 * "
                                  "a(x))\n"),
                          withLibrary());
  ASSERT_TRUE(compilation.loaded);
  auto training = compilation.program.training("M", {});
  ASSERT_TRUE(training) << compilation.rendered();
  ASSERT_TRUE(training->fit);
  ASSERT_EQ(training->fit->outputs.size(), 2u);
  EXPECT_EQ(training->fit->outputs[0].name + training->fit->outputs[1].name, "a.sb.s");
  ASSERT_EQ(training->fit->body.arguments.size(), 1u) << "the label is not read";
  EXPECT_TRUE(pathsOf(*training->fit, "trained").empty());
}

/// `data` with a row of its own, and this behind it.
std::string dataWith(const std::string &statement) {
  return "  data {\n    t = csv(\"t.csv\")\n    x = f32(t[0..2])\n    y = i64(t[2])\n"
         "    row: f32[c: 2] = f32(t[3..5])\n" +
         statement + "  }\n";
}

const char *const kMean = "  state s: [c] = fit(mean<batch, ..>(x))\n";

TEST(SemaTrainingParts, FitInDataLearnsFromAnotherValue) {
  Compilation compilation(fitting(kMean,
                                  "  layer a = Standard<c>\n  layer b = Standard<c>\n"
                                  "  x = b(a(x))\n",
                                  dataWith("    fit M.a = row\n")),
                          withLibrary());
  ASSERT_TRUE(compilation.loaded);
  auto training = compilation.program.training("M", {});
  ASSERT_TRUE(training) << compilation.rendered();
  ASSERT_TRUE(training->fit);
  std::vector<std::string> inputs;
  for (const auto &argument : training->fit->body.arguments)
    inputs.push_back(argument->name);
  EXPECT_EQ(inputs, (Paths{"x", "fit a"})) << "'b' still learns from its input";
  EXPECT_EQ(training->fit->outputs.size(), 2u);
  EXPECT_EQ(training->loss.body.arguments.size(), 2u) << "the step reads x and y";
}

TEST(SemaTrainingParts, MistakesInFitInDataAreTold) {
  struct Mistake {
    const char *state, *statement, *message;
  };
  const Mistake mistakes[] = {
      {kMean, "    fit a = row\n",
       "t.lam:16:9: error: 'fit' in 'data' names a layer of 'M', the model that is trained: 'fit "
       "M.LAYER = VALUE'"},
      {kMean, "    fit M.b = row\n",
       "t.lam:16:9: error: 'M' applies no layer 'b'; 'lamina summary --paths' lists the paths"},
      {kMean, "    fit M.a = row\n    fit M.a = row\n",
       "t.lam:17:9: error: 'a' would be learnt from two values"},
      {kMean, "    fit M.a = 3\n",
       "t.lam:16:15: error: 'fit' learns from the data, but this is the same for every sample"},
      {"  state s: [c] = 0\n", "    fit M.a = row\n",
       "t.lam:16:9: error: 'a' has no state that is learnt: 'state s: … = fit(…)'"}};
  for (const Mistake &mistake : mistakes) {
    Compilation compilation(fitting(mistake.state, "  layer a = Standard<c>\n  x = a(x)\n",
                                    dataWith(mistake.statement)),
                            withLibrary());
    ASSERT_TRUE(compilation.loaded);
    EXPECT_FALSE(compilation.program.training("M", {}));
    EXPECT_TRUE(has(compilation.rendered(), mistake.message));
  }
}

TEST(SemaTrainingParts, MistakesInFitAreTold) {
  auto errors = [](const std::string &text) {
    Compilation compilation(text, withLibrary());
    if (compilation.loaded)
      compilation.program.training("M", {});
    return compilation.rendered();
  };
  const std::string param = errors(fitting("  param s: [c] = fit(mean<batch, ..>(x))\n"));
  EXPECT_NE(param.find("error: 'fit' is for states: 'state s: … = fit(…)'"), std::string::npos)
      << param;
  const std::string sample = errors(fitting("  state s: [c] = fit(x)\n"));
  EXPECT_NE(sample.find("error: the new value of 's' depends on the sample"), std::string::npos)
      << sample;
  const std::string nothing = errors(fitting("  state s: [c] = fit(3)\n"));
  EXPECT_NE(nothing.find("error: 'fit' learns from the data, but this depends on no binding"),
            std::string::npos)
      << nothing;
  const std::string rounds = errors(fitting("  state s: [c] = fit(mean<batch, ..>(x))\n",
                                            "  repeat 2 as r { x = Standard<c>(x) }\n"));
  EXPECT_NE(rounds.find("error: 'fit' stands in a layer that is applied once, not in 'repeat'"),
            std::string::npos)
      << rounds;
}

TEST(SemaTrainingParts, MistakesInAugmentAreTold) {
  auto errors = [](const std::string &body) {
    return errorsOf("  data {\n    t = csv(\"t.csv\")\n    x = f32(t[0..2])\n    y = i64(t[2])\n"
                    "    augment {\n" +
                    body + "    }\n  }\n" + kObjective + kSettings);
  };
  const std::string type = errors("      x = mean<c>(x)\n");
  EXPECT_NE(type.find("t.lam:8:11: error: 'augment' keeps types: the binding 'x' is f32[c: 2], but "
                      "here it becomes f32"),
            std::string::npos)
      << type;
  const std::string returns = errors("      return x\n");
  EXPECT_NE(returns.find("error: 'augment' returns nothing; it binds bindings of 'data' again"),
            std::string::npos)
      << returns;
  const std::string order = errors("      x = f32(permutation<c>()) * x\n");
  EXPECT_NE(order.find("error: 'permutation' is one of the samples of a step; write "
                       "'permutation<batch>()'"),
            std::string::npos)
      << order;
}

TEST(SemaTrainingParts, ACopyHasTheShapeOfWhatItFollows) {
  Compilation compilation(
      "model M<n = 4>(x: f32[c: 2]) -> f32[k: 3] {\n"
      "  layer a = Linear<c -> h: n>\n  layer b = Linear<h -> k: 3>\n  return b(a(x))\n}\n"
      "train M {\n" +
          kData + "  objective {\n    z = M(x) + wide(x)\n    loss = cross_entropy(z, y)\n  }\n" +
          kSettings + "  with wide = M<n = 5>(average = 0.9)\n}\n" + kBlocks,
      withLibrary());
  ASSERT_TRUE(compilation.loaded);
  EXPECT_FALSE(compilation.program.training("M", {}));
  EXPECT_NE(compilation.rendered().find(
                "error: 'wide.a.bias' is f32[h: 5], but 'M' has f32[h: 4]: a copy has the static "
                "arguments of what it follows"),
            std::string::npos)
      << compilation.rendered();
}

TEST(SemaTrainingParts, AParameterOfARepeatIsNamedInsideOfItOnly) {
  Compilation compilation(
      "model M(x: f32[c: 2]) -> f32[c: 2] {\n"
      "  layer a = Rounds<c>\n  x = a(x)\n  return x * a.rounds.l.bias[c]\n}\n"
      "block Rounds<axis c>(x: [c]) -> [c] {\n"
      "  repeat 2 as rounds {\n    layer l = Linear<c -> c>\n    x = l(x)\n  }\n"
      "  return x\n}\n" +
          kBlocks,
      withLibrary());
  ASSERT_TRUE(compilation.loaded);
  compilation.program.checkAll();
  EXPECT_NE(
      compilation.rendered().find("error: 'a.rounds.*.l.bias' is another one in each round of "
                                  "a 'repeat'; only inside of that it can be named"),
      std::string::npos)
      << compilation.rendered();
}

} // namespace
