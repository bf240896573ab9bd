// How threads share a model: when they start, and when each takes samples of its own.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/PlanThreads.h"

using namespace mlir;

namespace lamina::plan {
namespace {

/// What an element of a kernel without a contraction costs, in multiply-adds of a contraction.
constexpr int64_t kWorkOfElement = 16;
/// As many tiles of rows for each panel as hide the fetch of the next one from beyond L2.
constexpr int64_t kTilesOfFetch = 4;

int64_t elementsOfSample(Value value) {
  int64_t count = 1;
  for (StringAttr name : ir::axisNames(cast<RankedTensorType>(value.getType())))
    count *= extentOf(value, name);
  return count;
}

int64_t workOf(const Contraction &contraction) {
  int64_t work = elementsOfSample(ir::DotOp(contraction.dot).getResult());
  for (const std::string &name : contraction.depth)
    work *= extentOf(contraction.rightOperand(), name);
  return work;
}

/// How often a kernel runs in one call.
int64_t roundsOf(ir::KernelOp kernel) {
  int64_t rounds = 1;
  for (auto repeat = kernel->getParentOfType<ir::RepeatOp>(); repeat;
       repeat = repeat->getParentOfType<ir::RepeatOp>())
    rounds *= repeat.getCount();
  return rounds;
}

/// The samples that give a contraction rows enough to be worth a pass over its weights.
int64_t samplesOf(const Contraction &contraction, bool fitsL2) {
  if (!llvm::is_contained(contraction.rows, "batch"))
    return 1;
  int64_t rows = 1;
  for (const std::string &name : contraction.rows)
    rows *= extentOf(contraction.leftOperand(), name);
  return llvm::divideCeil(contraction.tileRows * (fitsL2 ? 1 : kTilesOfFetch), rows);
}

} // namespace

Threads planThreads(ir::ModelOp model, ir::TargetAttr target, const Contractions &contractions,
                    int64_t packed) {
  Threads threads;
  int64_t heaviest = 0;
  model.walk([&](ir::KernelOp kernel) {
    auto found = contractions.find(kernel);
    int64_t work = found != contractions.end()
                       ? workOf(found->second)
                       : kWorkOfElement * elementsOfSample(kernel.getResult(0));
    threads.work += work * roundsOf(kernel);
    if (found == contractions.end() || work <= heaviest)
      return;
    heaviest = work;
    threads.apart = samplesOf(found->second, packed <= target.getL2());
  });
  return threads;
}

} // namespace lamina::plan
