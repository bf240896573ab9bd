// Stages with a smaller model: which axes are cut together, and what cannot be cut.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/unit/SemaTrainingBlocks.h"

using namespace lamina;
using namespace lamina::test;

namespace {

/// A model with a stream and hidden units, trained in these stages.
struct Staged {
  explicit Staged(const std::string &stages, const std::string &body = "  x = x |> first |> mlp\n")
      : compilation("model M<dim = 4, hidden = 6, deep = 2>(x: f32[c: 2]) -> f32[k: 3] {\n"
                    "  layer first = Linear<c -> d: dim>\n  layer mlp = Mlp<d, hidden>\n" +
                        body + "  return Linear<d -> k: 3>(x)\n}\ntrain M {\n" + kData +
                        kObjective + kSettings + "  stage whole { steps = 1 }\n" + stages + "}\n" +
                        kBlocks,
                    withLibrary()) {
    if (compilation.loaded)
      training = compilation.program.training("M", {});
  }
  Compilation compilation;
  std::optional<sema::Training> training;
};

std::string spelled(const sema::CarriedCut &cut) {
  std::string text = std::to_string(cut.from) + " to " + std::to_string(cut.to) +
                     (cut.isPerRound ? " in each round:" : ":");
  for (const sema::CarriedCut::Part &part : cut.parts)
    text += " " + part.path + "/" + std::to_string(part.axis) + (part.isScored ? "" : " (follows)");
  return text;
}

const char *const kCarry = "carry = prune(by = \"l2\")";

TEST(SemaTrainingCarry, HiddenUnitsAreCutWhereTheyAreMadeAndRead) {
  Staged staged("  stage cut { model = M<hidden = 3>, " + std::string(kCarry) + " }\n");
  ASSERT_TRUE(staged.training) << staged.compilation.rendered();
  const sema::Training &cut = staged.training->later.at(0);
  ASSERT_EQ(cut.cuts.size(), 1u);
  EXPECT_EQ(spelled(cut.cuts[0]), "6 to 3: mlp.fc1.weight/0 mlp.fc1.bias/0 mlp.fc2.weight/1");
  EXPECT_EQ(cut.carry.words.at("by"), "l2");
  EXPECT_TRUE(staged.training->cuts.empty());
  EXPECT_EQ(cut.network.instantiation, "M<dim = 4, hidden = 3, deep = 2>");
  EXPECT_EQ(staged.training->network.instantiation, "M<dim = 4, hidden = 6, deep = 2>");
}

TEST(SemaTrainingCarry, AResidualStreamIsOneIndex) {
  Staged staged("  stage cut { model = M<dim = 2>, " + std::string(kCarry) + " }\n",
                "  x = first(x)\n  x = x + mlp(x)\n");
  ASSERT_TRUE(staged.training) << staged.compilation.rendered();
  const sema::Training &cut = staged.training->later.at(0);
  ASSERT_EQ(cut.cuts.size(), 1u);
  EXPECT_EQ(spelled(cut.cuts[0]), "4 to 2: first.weight/0 first.bias/0 mlp.fc1.weight/1 "
                                  "mlp.fc2.weight/0 mlp.fc2.bias/0 linear.weight/1");
}

TEST(SemaTrainingCarry, WithoutAResidualItIsTwo) {
  Staged staged("  stage cut { model = M<dim = 2>, " + std::string(kCarry) + " }\n");
  ASSERT_TRUE(staged.training) << staged.compilation.rendered();
  const sema::Training &cut = staged.training->later.at(0);
  ASSERT_EQ(cut.cuts.size(), 2u);
  EXPECT_NE(spelled(cut.cuts[0]), spelled(cut.cuts[1]));
}

TEST(SemaTrainingCarry, EachRoundHasHiddenUnitsOfItsOwn) {
  Staged staged("  stage cut { model = M<dim = 2, hidden = 3>, " + std::string(kCarry) + " }\n",
                "  x = x |> first |> mlp\n"
                "  repeat deep as rounds {\n    state m: [d] = 0\n    m <- mean<batch>(x)\n"
                "    x = x + Mlp<d, hidden>(x) + m\n  }\n");
  ASSERT_TRUE(staged.training) << staged.compilation.rendered();
  std::string all;
  for (const sema::CarriedCut &cut : staged.training->later.at(0).cuts)
    all += spelled(cut) + "\n";
  EXPECT_TRUE(has(all, "6 to 3 in each round: rounds.*.mlp.fc1.weight/1 rounds.*.mlp.fc1.bias/1 "
                       "rounds.*.mlp.fc2.weight/2\n"));
  EXPECT_TRUE(has(all, "4 to 2: mlp.fc2.weight/0 mlp.fc2.bias/0 rounds.*.m/1 (follows) "
                       "rounds.*.mlp.fc1.weight/2 rounds.*.mlp.fc2.weight/1 "
                       "rounds.*.mlp.fc2.bias/1 linear.weight/1\n"));
}

TEST(SemaTrainingCarry, MistakesAreTold) {
  struct Mistake {
    std::string stages, message, body = "  x = x |> first |> mlp\n";
  };
  const std::string carry = kCarry;
  const Mistake mistakes[] = {
      {"  stage cut { model = M<hidden = 3> }\n",
       "t.lam:22:23: error: axis 'hid' of 'mlp.fc1.weight' has 6 positions in the stage before and "
       "3 in this one; 'carry = prune(by = \"l2\")' keeps those with the largest norm"},
      {"  stage cut { model = M<hidden = 9>, " + carry + " }\n",
       "t.lam:22:38: error: axis 'hid' of 'mlp.fc1.weight' has 6 positions in the stage before and "
       "9 in this one: 'prune' cuts, it does not grow"},
      {"  stage cut { model = M<hidden = 3>, carry = prune(by = \"l3\") }\n",
       "t.lam:22:46: error: 'carry' is 'prune(by = \"l2\")' or 'prune(by = \"l1\")': which "
       "positions stay"},
      {"  stage cut { model = M<hidden = 3>, carry = prune }\n",
       "t.lam:22:46: error: 'carry' is 'prune(by = \"l2\")' or 'prune(by = \"l1\")'"},
      {"  " + carry + "\n",
       "t.lam:22:3: error: 'carry' says what a stage takes over from the one before: it stands in "
       "'stage NAME { … }'"},
      {"  stage cut { model = M<hidden = 3>, continue = true, " + carry + " }\n",
       "error: 'continue' keeps what the optimizer had of each parameter, and 'prune' changes "
       "their shapes; a pruned stage begins with a fresh optimizer"},
      {"  stage cut { model = M<deep = 1>, " + carry + " }\n",
       "error: axis 'rounds' of 'rounds.*.weight' has 2 positions in the stage before and 1 in "
       "this one: 'prune' cuts no rounds of a 'repeat', which are no positions",
       "  x = x |> first |> mlp\n  repeat deep as rounds { x = Linear<d -> d>(x) }\n"},
      {"  stage cut { model = M<dim = 2>, " + carry + " }\n",
       "error: axis 'd' of 'mlp.fc2.weight' has 4 positions in the stage before and 2 in this "
       "one, but its positions have an order: 'roll' goes along it",
       "  x = x |> first |> mlp\n  x = roll<d, 1>(x)\n"},
      {"  stage cut { model = M<deep = 1>, " + carry + " }\n",
       " in the stage before: nothing carries that over",
       "  x = x |> first |> mlp\n  if deep > 1 {\n    layer e = Linear<d -> d> each g: 2\n"
       "    x = x + mean<g>(e(x))\n  } else {\n    layer e = Linear<d -> d>\n    x = x + e(x)\n"
       "  }\n"}};
  for (const Mistake &mistake : mistakes) {
    Staged staged(mistake.stages, mistake.body);
    ASSERT_TRUE(staged.compilation.loaded) << staged.compilation.rendered();
    EXPECT_FALSE(staged.training);
    EXPECT_TRUE(has(staged.compilation.rendered(), mistake.message));
  }
  EXPECT_TRUE(has(errorsOf(kData + kObjective + kSettings + "  stage a { " + carry + " }\n"),
                  "error: 'carry' goes on with what the stage before has made, and this is the "
                  "first one"));
}

} // namespace
