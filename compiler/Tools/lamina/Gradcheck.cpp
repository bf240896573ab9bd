// `lamina gradcheck`: compiled gradients against central differences in double.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/Gradients.h"
#include "compiler/Tools/lamina/PrintArray.h"
#include "compiler/Tools/lamina/Table.h"
#include "compiler/Tools/lamina/TrainBlock.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include <CLI/CLI.hpp>

#include <cmath>
#include <set>

namespace lamina::tool {
namespace {

struct Options {
  TrainBlockOptions block;
  int64_t samples = 10;
};

/// Single precision loses about six digits of a gradient at most, double as many as the differences
/// do; a wrong rule loses all of them.
constexpr double kSingle = 1e-4, kDouble = 1e-6;

/// What was found of one parameter.
struct Finding {
  std::string path;
  int64_t elements = 0, kinks = 0;
  double size = 0;   ///< root mean square of the gradient
  double error = 0;  ///< the largest, relative to the difference, `size` and what noise may be
  std::string worst; ///< the element, both derivatives
};

/// Up to `count` elements of `size`, spread evenly but not regularly.
std::set<int64_t> chooseElements(int64_t size, int64_t count) {
  std::set<int64_t> chosen;
  constexpr uint64_t kGolden = 0x9e3779b97f4a7c15;
  for (uint64_t i = 1; int64_t(chosen.size()) < std::min(size, count); ++i)
    chosen.insert(int64_t((i * kGolden >> 11) % uint64_t(size)));
  return chosen;
}

std::string number(double value) { return llvm::formatv("{0:e2}", value).str(); }

class Gradcheck {
public:
  Gradcheck(const Invocation &invocation, const Options &options)
      : invocation(invocation), options(options), frontend(invocation) {}

  int run() {
    std::optional<sema::Training> training = readTrainBlock(invocation, frontend, options.block);
    if (!training)
      return kBadInput;
    Gradients gradients(invocation, frontend.sources(), *training);
    if (int code = gradients.prepare(options.block))
      return code;
    if (int code = gradients.derive())
      return code;
    tolerance = gradients.isDouble() ? kDouble : kSingle;
    for (size_t slot : gradients.slots())
      if (!check(gradients, slot))
        return kBadInput;
    if (!invocation.console.result(invocation.json ? json(gradients) : text(gradients)))
      return kBadInput;
    return complain();
  }

private:
  bool check(Gradients &gradients, size_t slot) {
    Finding finding;
    finding.path = gradients.path(slot);
    int64_t size = 1;
    for (int64_t extent : gradients.shape(slot))
      size *= extent;
    for (int64_t i = 0; i < size; ++i)
      finding.size += std::pow(gradients.compiled(slot, i), 2) / double(size);
    finding.size = std::sqrt(finding.size);
    for (int64_t element : chooseElements(size, options.samples)) {
      const std::optional<Slope> slope = gradients.difference(slot, element);
      if (!slope)
        return false;
      if (!slope->isSmooth) {
        ++finding.kinks;
        continue;
      }
      ++finding.elements;
      const double got = gradients.compiled(slot, element);
      const double gap = std::abs(got - slope->value),
                   scale = std::abs(slope->value) + finding.size + slope->noise / tolerance;
      const double error = gap == 0 ? 0 : gap / std::max(scale, 1e-30);
      if (!(error <= finding.error)) {
        finding.error = error;
        finding.worst = runtime::printIndex(element, gradients.shape(slot)) + ": " +
                        formatNumber(got) + " compiled, " + formatNumber(slope->value) +
                        " by differences";
      }
    }
    findings.push_back(std::move(finding));
    return true;
  }

  std::string text(const Gradients &gradients) const {
    Table table(1);
    table.row({"parameter", "elements", "at kinks", "gradient", "largest error"});
    table.line();
    for (const Finding &finding : findings)
      table.row({finding.path, grouped(finding.elements), grouped(finding.kinks),
                 number(finding.size), number(finding.error)});
    return table.print() + "loss " + formatNumber(gradients.loss()) + " of " +
           std::to_string(gradients.samples()) + " samples; tolerance " + number(tolerance) + "\n";
  }

  std::string json(const Gradients &gradients) const {
    llvm::json::Array list;
    for (const Finding &finding : findings)
      list.push_back(llvm::json::Object{{"path", finding.path},
                                        {"elements", finding.elements},
                                        {"kinks", finding.kinks},
                                        {"gradient", finding.size},
                                        {"error", finding.error}});
    return llvm::formatv("{0:2}\n",
                         llvm::json::Value(llvm::json::Object{{"loss", gradients.loss()},
                                                              {"samples", gradients.samples()},
                                                              {"tolerance", tolerance},
                                                              {"parameters", std::move(list)}}))
        .str();
  }

  int complain() const {
    int code = kSuccess;
    for (const Finding &finding : findings)
      if (!(finding.error <= tolerance)) {
        invocation.console.error("the gradient of '" + finding.path +
                                 "' is not that of the loss at " + finding.worst);
        code = kBadInput;
      }
    return code;
  }

  const Invocation &invocation;
  const Options &options;
  Frontend frontend;
  double tolerance = kSingle;
  std::vector<Finding> findings;
};

} // namespace

void addGradcheck(CLI::App &app, Invocation &invocation) {
  auto options = std::make_shared<Options>();
  CLI::App *verb =
      addVerb(app, invocation, "gradcheck", "compare compiled gradients with differences in double",
              "  lamina gradcheck digits.lam\n"
              "  lamina gradcheck digits.lam --samples=100 --json\n",
              [options, &invocation] { return Gradcheck(invocation, *options).run(); });
  addTrainBlockOptions(*verb, options->block);
  verb->add_option("--samples", options->samples,
                   "elements of each parameter, 10 by default; the loss is that of the first " +
                       std::to_string(Gradients::kMostSamples) + " samples of the data")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
}

} // namespace lamina::tool
