// What only a training step does: draws, states that move, `training`.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/unit/SemaTrainingBlocks.h"

#include <functional>

using namespace lamina;
using namespace lamina::test;

namespace {

using sema::Node;
using sema::Op;

/// A model with this body, its parts before it, trained with these further settings.
struct Trained {
  explicit Trained(const std::string &body, const std::string &settings = "",
                   const std::string &blocks = "")
      : compilation("model M(x: f32[c: 2]) -> f32[k: 3] {\n" + body +
                        "  return Linear<c -> k: 3>(x)\n}\n" + blocks + "train M {\n" + kData +
                        kObjective + kSettings + settings + "}\n" + kBlocks,
                    withLibrary()) {
    if (compilation.loaded)
      training = compilation.program.training("M", {});
  }
  Compilation compilation;
  std::optional<sema::Training> training;
};

/// The nodes of one op in a model, also inside of others.
std::vector<const Node *> nodesOf(const sema::Model &model, Op op) {
  std::vector<const Node *> found;
  std::function<void(const sema::Region &)> walk = [&](const sema::Region &region) {
    for (const auto &node : region.nodes) {
      if (node->op == op)
        found.push_back(node.get());
      for (const auto &inner : node->regions)
        walk(*inner);
    }
  };
  walk(model.body);
  return found;
}

std::string text(const Node &node, const char *name) {
  return std::get<std::string>(node.attributes.find(std::string_view(name))->second);
}

TEST(SemaTrainingMode, DropoutDrawsInTheStepOnly) {
  Trained trained("  x = dropout(x, 0.1)\n  x = drop_path(x, p = 0.2)\n");
  ASSERT_TRUE(trained.training) << trained.compilation.rendered();
  auto draws = nodesOf(trained.training->loss, Op::Draw);
  ASSERT_EQ(draws.size(), 2u);
  EXPECT_EQ(draws[0]->result()->type.axes.size(), 2u) << "each element of each sample";
  EXPECT_EQ(draws[1]->result()->type.axes.size(), 1u) << "each sample";
  EXPECT_NE(draws[0]->attributes.at("application"), draws[1]->attributes.at("application"))
      << "no two draws have one key";
  EXPECT_TRUE(nodesOf(trained.training->check, Op::Draw).empty());
  EXPECT_TRUE(nodesOf(trained.training->network, Op::Draw).empty());
}

TEST(SemaTrainingMode, DrawsAreOfTheAxesThatTheyNameAndOfSamples) {
  Trained trained("  if training {\n"
                  "    x = x + normal<c>() + uniform<c>(-1, 1) + normal<batch>(0.5)\n"
                  "    x = where(bernoulli<c>(0.5), x, f32(random_int<c>(-3, 9)))\n"
                  "  }\n");
  ASSERT_TRUE(trained.training) << trained.compilation.rendered();
  auto draws = nodesOf(trained.training->loss, Op::Draw);
  ASSERT_EQ(draws.size(), 5u);
  EXPECT_EQ(text(*draws[0], "kind"), "normal");
  EXPECT_EQ(draws[0]->result()->type.axes.size(), 2u);
  EXPECT_EQ(draws[2]->result()->type.axes.size(), 1u);
}

TEST(SemaTrainingMode, ABareDrawIsNotForCompiledModels) {
  Trained trained("  x = x + normal<c>()\n");
  EXPECT_FALSE(trained.training);
  EXPECT_TRUE(trained.compilation.rendered().starts_with(
      "t.lam:2:11: error: 'normal' draws random numbers, which a compiled model has not"))
      << trained.compilation.rendered();
}

TEST(SemaTrainingMode, StatesMoveInTheStepInProgramOrder) {
  Trained trained("  state m: [c] = 0\n  m <- m + mean<batch>(x)\n  m <- 2 * m\n  x = x + m\n");
  ASSERT_TRUE(trained.training) << trained.compilation.rendered();
  auto moves = nodesOf(trained.training->loss, Op::Assign);
  ASSERT_EQ(moves.size(), 2u);
  EXPECT_EQ(text(*moves[1], "path"), "m");
  const Node *stop = moves[1]->operands[0]->node, *twice = stop->operands[0]->node;
  ASSERT_EQ(twice->op, Op::Binary);
  EXPECT_TRUE(std::count(twice->operands.begin(), twice->operands.end(), moves[0]->operands[0]))
      << "the second reads what the first has made";
  EXPECT_TRUE(nodesOf(trained.training->check, Op::Assign).empty());
}

TEST(SemaTrainingMode, ALayerAppliedTwiceMovesItsStateTwice) {
  Trained trained("  layer count = Count<c>\n  x = count(count(x))\n", "",
                  "block Count<axis c>(x: [.., c]) -> [.., c] {\n"
                  "  state n: [] = 0\n  n <- n + 1\n  return x + n\n}\n");
  ASSERT_TRUE(trained.training) << trained.compilation.rendered();
  auto moves = nodesOf(trained.training->loss, Op::Assign);
  ASSERT_EQ(moves.size(), 2u);
  EXPECT_EQ(text(*moves[0], "path"), "count.n");
  const Node *sum = moves[1]->operands[0]->node->operands[0]->node;
  EXPECT_TRUE(std::any_of(sum->operands.begin(), sum->operands.end(), [](const sema::Value *v) {
    return v->node && v->node->op == Op::Apply;
  })) << "the second begins with what the first application gives";
}

/// A block that counts its applications.
const char *const kCount = "block Count<axis c>(x: [.., c]) -> [.., c] {\n"
                           "  state n: [] = 0\n  n <- n + 1\n  return x + n\n}\n";

TEST(SemaTrainingMode, ARepeatCarriesAStateThatItsRoundsMove) {
  Trained trained("  layer count = Count<c>\n  repeat 3 as rounds { x = count(x) }\n", "", kCount);
  ASSERT_TRUE(trained.training) << trained.compilation.rendered();
  auto moves = nodesOf(trained.training->loss, Op::Assign);
  ASSERT_EQ(moves.size(), 1u) << "once, behind the repeat";
  EXPECT_EQ(text(*moves[0], "path"), "count.n");
  const Node *repeat = moves[0]->operands[0]->node;
  ASSERT_TRUE(repeat && repeat->op == Op::Repeat);
  EXPECT_EQ(std::get<int64_t>(repeat->attributes.at("carried")), 2);
  ASSERT_EQ(repeat->operands.size(), 2u);
  EXPECT_EQ(repeat->operands[1]->node->op, Op::Param);
  EXPECT_EQ(repeat->regions[0]->arguments.size(), 3u);
  EXPECT_EQ(moves[0]->operands[0], repeat->result(1));
  std::function<bool(const sema::Region &)> readsParam = [&](const sema::Region &region) {
    return std::any_of(region.nodes.begin(), region.nodes.end(), [&](const auto &node) {
      return std::any_of(node->operands.begin(), node->operands.end(),
                         [&](const sema::Value *v) { return v == repeat->operands[1]; }) ||
             std::any_of(node->regions.begin(), node->regions.end(),
                         [&](const auto &inner) { return readsParam(*inner); });
    });
  };
  EXPECT_FALSE(readsParam(*repeat->regions[0])) << "a round reads what the one before has left";
}

TEST(SemaTrainingMode, NestedRepeatsCarryItToo) {
  Trained trained("  layer count = Count<c>\n  repeat 2 as outer {\n    x = count(x)\n"
                  "    repeat 3 as inner { x = count(x) }\n  }\n  x = count(x)\n",
                  "", kCount);
  ASSERT_TRUE(trained.training) << trained.compilation.rendered();
  auto moves = nodesOf(trained.training->loss, Op::Assign);
  ASSERT_EQ(moves.size(), 2u) << "behind the outer repeat, and by the last application";
  auto repeats = nodesOf(trained.training->loss, Op::Repeat);
  ASSERT_EQ(repeats.size(), 2u);
  for (const Node *repeat : repeats)
    EXPECT_EQ(std::get<int64_t>(repeat->attributes.at("carried")), 2);
}

TEST(SemaTrainingMode, AScanCarriesAStateThatItsPositionsMove) {
  Trained trained("  layer count = Count<()>\n  scan<c>(x) { emit y = count(x) }\n  x = y\n", "",
                  "block Count<axes c>(x: [.., c]) -> [.., c] {\n"
                  "  state n: [] = 0\n  n <- n + 1\n  return x + n\n}\n");
  ASSERT_TRUE(trained.training) << trained.compilation.rendered();
  auto moves = nodesOf(trained.training->loss, Op::Assign);
  ASSERT_EQ(moves.size(), 1u);
  EXPECT_EQ(moves[0]->operands[0], nodesOf(trained.training->loss, Op::Repeat)[0]->result(0));
}

TEST(SemaTrainingMode, AnObjectiveDrawsWhereItIsMeasuredToo) {
  const std::string objective = "  objective {\n    z = M(x)\n    u = dropout(x, 0.5)\n"
                                "    loss = cross_entropy(z + normal<k>() + sum<c>(u), y)\n  }\n";
  Checked checked(kData + objective + kSettings);
  ASSERT_TRUE(checked.training) << checked.compilation.rendered();
  EXPECT_EQ(nodesOf(checked.training->loss, Op::Draw).size(), 2u);
  auto draws = nodesOf(checked.training->check, Op::Draw);
  ASSERT_EQ(draws.size(), 1u) << "dropout is the identity there";
  EXPECT_EQ(text(*draws[0], "kind"), "normal");
}

TEST(SemaTrainingMode, FrozenAndEvaluatedLayersComputeAsOutside) {
  const std::string body = "  layer a = Drop<c>\n  layer b = Drop<c>\n  frozen layer d = Drop<c>\n"
                           "  x = x |> a |> b |> d\n";
  const std::string drop = "block Drop<axis c>(x: [.., c]) -> [.., c] {\n"
                           "  param w: [c] = 1\n  return dropout(x * w, 0.5)\n}\n";
  Trained trained(body, "  eval = [\"a.*\"]\n", drop);
  ASSERT_TRUE(trained.training) << trained.compilation.rendered();
  auto draws = nodesOf(trained.training->loss, Op::Draw);
  ASSERT_EQ(draws.size(), 1u);
  EXPECT_EQ(text(*draws[0], "path"), "b");
}

TEST(SemaTrainingMode, MistakesInDrawsAreTold) {
  const std::pair<const char *, const char *> mistakes[] = {
      {"uniform<c>(1, 0)", "'uniform' has its bounds in the wrong order; write "
                           "'uniform<axis>(low, high)'"},
      {"uniform<c>(1)", "'uniform' takes its two bounds; write 'uniform<axis>(low, high)'"},
      {"f32(bernoulli<c>(2))", "'bernoulli' takes the probability of true, from 0 to 1"},
      {"f32(random_int<c>(3, 3))",
       "'random_int' draws from low up to, but not including, high: two static ints, the second "
       "larger by at most 2^24"},
      {"truncated_normal(1)",
       "'truncated_normal' draws random numbers, which a compiled model has"},
      {"dropout(x, 1)", "'dropout' drops a share from 0 up to, but not including, 1"},
      {"dropout(i64(x), 0.5)", "'dropout' is for floats"},
  };
  for (const auto &[call, message] : mistakes) {
    Trained trained("  if training { x = x + " + std::string(call) + " }\n");
    EXPECT_NE(trained.compilation.rendered().find("t.lam:2:"), std::string::npos) << call;
    EXPECT_NE(trained.compilation.rendered().find(message), std::string::npos)
        << call << "\n"
        << trained.compilation.rendered();
  }
  Trained named("  param w: [c] = normal<c>(0.1)\n  x = x * w\n");
  EXPECT_NE(named.compilation.rendered().find(
                "t.lam:2:18: error: an initialiser draws along the axes of its parameter and names "
                "none; write 'normal(std)'"),
            std::string::npos)
      << named.compilation.rendered();
}

} // namespace
