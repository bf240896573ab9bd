// Each optimizer, compiled, against what PyTorch (for lion and lamb: their papers' formulas) made
// of the same gradients: test/oracle/optimizers.py wrote the numbers.
// SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
#include "test/unit/StepRunner.h"

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

using namespace lamina::testing;

namespace {

struct Optimizer {
  std::string name;
  std::string chain;
  std::string groups = "";
  std::string shipped = ""; ///< the prefix of the slots to compare, else the parameters
};

void PrintTo(const Optimizer &optimizer, std::ostream *stream) { *stream << optimizer.name; }

/// A loss whose gradients are the inputs.
std::string lossProgram(const Optimizer &optimizer) {
  std::string w = "tensor<4x3xf32, #lamina.axes<o, i>>", b = "tensor<4xf32, #lamina.axes<o>>";
  std::string s = "tensor<f32, #lamina.axes<>>";
  auto param = [](const std::string &name, const std::string &type) {
    return "%" + name + " = lamina.param \"fc." + name + "\" \"trained\" : " + type +
           " { %c = lamina.constant dense<0.0> : " + type + "\nlamina.yield %c : " + type + " }\n";
  };
  return "lamina.model @Loss(shared %gw: " + w + ", shared %gb: " + b + ") -> (loss: " + s +
         ") attributes {train = {optimizer = [" + optimizer.chain + "], groups = [" +
         optimizer.groups + "]}} {\n" + param("weight", w) + param("bias", b) +
         "%0 = lamina.dot %weight, %gw over [\"o\", \"i\"] : (" + w + ", " + w + ") -> " + s +
         "\n%1 = lamina.dot %bias, %gb over [\"o\"] : (" + b + ", " + b + ") -> " + s +
         "\n%2 = lamina.binary add %0, %1 : (" + s + ", " + s + ") -> " + s +
         "\nlamina.yield %2 : " + s + "\n}";
}

void setStart(std::vector<double> &values, int64_t salt) {
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = double((int64_t(i) * 37 + salt) % 64 - 32) / 64;
}

void setGradient(std::vector<double> &values, int64_t step, int64_t salt) {
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = double((step * 7919 + int64_t(i) * 104729 + salt) % 1024 - 512) / 512;
}

/// The numbers of a case after so many steps: weight, then bias.
std::vector<double> expected(const std::string &name, int64_t steps) {
  std::ifstream file(LAMINA_ORACLE "/optimizers.txt");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string word;
    int64_t count = 0;
    words >> word >> count;
    if (word != name || count != steps)
      continue;
    std::vector<double> numbers;
    while (words >> word)
      numbers.push_back(std::strtod(word.c_str(), nullptr));
    return numbers;
  }
  ADD_FAILURE() << "no expected numbers for " << name;
  return {};
}

class Optimizers : public testing::TestWithParam<Optimizer> {
protected:
  void compare(StepRunner &runner, int64_t steps) {
    std::string prefix = GetParam().shipped.empty() ? "" : GetParam().shipped + ".";
    std::vector<double> actual = runner.value(prefix + "fc.weight").reals;
    llvm::append_range(actual, runner.value(prefix + "fc.bias").reals);
    std::vector<double> wanted = expected(GetParam().name, steps);
    ASSERT_EQ(actual.size(), wanted.size());
    for (size_t i = 0; i < actual.size(); ++i) {
      double ulp = std::ldexp(1.0, std::ilogb(std::max(std::abs(wanted[i]), 1e-30)) - 23);
      double bound = steps == 1 ? 2 * ulp : 1e-5 * std::max(std::abs(wanted[i]), 0.01);
      EXPECT_NEAR(actual[i], wanted[i], bound) << "element " << i << " after " << steps << " steps";
    }
  }
};

TEST_P(Optimizers, EqualThePublishedOnes) {
  StepRunner runner(lossProgram(GetParam()));
  ASSERT_TRUE(bool(runner));
  for (const auto &slot : runner.slotsOf()) {
    auto fields = mlir::cast<mlir::DictionaryAttr>(slot);
    bool isWeight = fields.getAs<mlir::StringAttr>("of").getValue() == "fc.weight";
    if (mlir::isa<mlir::StringAttr>(fields.get("init")))
      setStart(runner.value(fields.getAs<mlir::StringAttr>("name").getValue()).reals,
               isWeight ? 0 : 11);
  }
  for (int64_t step = 0; step < 100; ++step) {
    setGradient(runner.value("gw").reals, step, 0);
    setGradient(runner.value("gb").reals, step, 511);
    runner.value("step").integers = {step};
    runner.step();
    if (step == 0)
      compare(runner, 1);
  }
  compare(runner, 100);
}

INSTANTIATE_TEST_SUITE_P(
    All, Optimizers,
    testing::Values(
        Optimizer{"sgd", "{link = \"sgd\", lr = 0.1}"},
        Optimizer{"sgd_momentum",
                  "{link = \"sgd\", lr = 0.01, momentum = 0.9, weight_decay = 0.01}"},
        Optimizer{"sgd_nesterov", "{link = \"sgd\", lr = 0.01, momentum = 0.9, nesterov = true}"},
        Optimizer{"adam", "{link = \"adam\", lr = 0.01, weight_decay = 0.01}"},
        Optimizer{"adamw", "{link = \"adamw\", lr = 0.01, weight_decay = 0.1}"},
        Optimizer{"adamw_group", "{link = \"adamw\", lr = 0.01, weight_decay = 0.1}",
                  "{patterns = [\"*.bias\"], weight_decay = 0.0}"},
        Optimizer{"lion", "{link = \"lion\", lr = 0.001, weight_decay = 0.1}"},
        Optimizer{"lamb", "{link = \"lamb\", lr = 0.01, weight_decay = 0.01}"},
        Optimizer{"muon", "{link = \"muon\", lr = 0.01, weight_decay = 0.1}",
                  "{patterns = [\"*.bias\"], optimizer = {link = \"adamw\", lr = 0.01}}"},
        Optimizer{"clip_norm", "{link = \"clip_norm\", max = 1.0}, {link = \"sgd\", lr = 0.1}"},
        Optimizer{"clip_value", "{link = \"clip_value\", max = 0.25}, {link = \"sgd\", lr = 0.1}"},
        Optimizer{"ema", "{link = \"sgd\", lr = 0.01}, {link = \"ema\", decay = 0.9}", "", "ema"},
        Optimizer{"average", "{link = \"sgd\", lr = 0.01}, {link = \"average\"}", "", "average"},
        Optimizer{"lookahead",
                  "{link = \"sgd\", lr = 0.01}, {link = \"lookahead\", steps = 5, alpha = 0.5}", "",
                  "lookahead"}),
    [](const auto &info) { return info.param.name; });

} // namespace
