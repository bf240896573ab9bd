// Two loops in LLVM IR: independent multiply-adds in registers, and sums of an array.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/Peak.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/SourceMgr.h"

#include <algorithm>
#include <chrono>

using namespace llvm;

namespace lamina::codegen {
namespace {

using Clock = std::chrono::steady_clock;
using Loop = float (*)(const float *data, int64_t rounds);

/// A loop over `chains` vectors; `step` is the text of one chain's next value, with {0} its number.
std::string loopText(StringRef name, int64_t lanes, int chains, StringRef step, bool advances) {
  const std::string vector = formatv("<{0} x float>", lanes);
  std::string phis, body, last;
  for (int i = 0; i < chains; ++i) {
    phis += formatv("  %a{0} = phi {1} [ zeroinitializer, %entry ], [ %n{0}, %loop ]\n", i, vector);
    std::string line = step.str();
    for (size_t at; (at = line.find("$i")) != std::string::npos;)
      line.replace(at, 2, std::to_string(i));
    body += line;
    last += i == 0 ? std::string()
                   : formatv("  %s{0} = fadd {1} {2}, %n{0}\n", i, vector,
                             i == 1 ? "%n0" : "%s" + std::to_string(i - 1));
  }
  return formatv("define float @{0}(ptr %data, i64 %rounds) {{\n"
                 "entry:\n  br label %loop\nloop:\n"
                 "  %i = phi i64 [ 0, %entry ], [ %next, %loop ]\n{1}"
                 "  %at = mul i64 %i, {2}\n{3}"
                 "  %next = add i64 %i, 1\n  %more = icmp ult i64 %next, %rounds\n"
                 "  br i1 %more, label %loop, label %end\nend:\n{4}"
                 "  %first = extractelement {5} %s{6}, i32 0\n  ret float %first\n}\n",
                 name, phis, advances ? chains * lanes : 0, body, last, vector, chains - 1);
}

std::string programText(int64_t lanes) {
  const std::string vector = formatv("<{0} x float>", lanes), type = formatv("v{0}f32", lanes);
  const std::string multiply =
      formatv("  %n$i = call {0} @llvm.fma.{1}({0} %a$i, {0} %x, {0} %x)\n", vector, type);
  const std::string read = formatv("  %o$i = add i64 %at, {1}\n"
                                   "  %p$i = getelementptr float, ptr %data, i64 %o$i\n"
                                   "  %v$i = load {0}, ptr %p$i, align 4\n"
                                   "  %n$i = fadd {0} %a$i, %v$i\n",
                                   vector, "OFFSET$i");
  std::string sums = loopText("sums", lanes, 8, read, true);
  for (int i = 0; i < 8; ++i) {
    const std::string mark = "OFFSET" + std::to_string(i);
    sums.replace(sums.find(mark), mark.size(), std::to_string(i * lanes));
  }
  // The factor is loaded, so that nothing is known of it.
  std::string products = loopText("products", lanes, 12, multiply, false);
  const std::string entry = "entry:\n";
  products.insert(products.find(entry) + entry.size(),
                  formatv("  %x = load {0}, ptr %data, align 4\n", vector).str());
  return products + sums +
         formatv("declare {0} @llvm.fma.{1}({0}, {0}, {0})\n", vector, type).str();
}

/// The shortest time of some runs of `work`, in seconds.
template <typename Work> double shortest(Work work) {
  constexpr int kRounds = 5;
  double best = 1e30;
  for (int i = 0; i < kRounds; ++i) {
    const auto begin = Clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(Clock::now() - begin).count());
  }
  return best;
}

} // namespace

double Peak::bandwidth(double bytes) const {
  for (const Level &level : levels)
    if (bytes <= double(level.bytes))
      return level.perSecond;
  return levels.back().perSecond;
}

namespace {

/// The two loops as code, and what holds it.
struct Loops {
  std::unique_ptr<orc::LLJIT> jit;
  Loop products = nullptr, sums = nullptr;
};

Expected<Loops> compileLoops(int64_t lanes) {
  auto context = std::make_unique<LLVMContext>();
  SMDiagnostic diagnostic;
  std::unique_ptr<Module> module = parseAssemblyString(programText(lanes), diagnostic, *context);
  if (!module)
    return createStringError("the measuring loops are no LLVM IR: " +
                             diagnostic.getMessage().str());
  auto machine = orc::JITTargetMachineBuilder::detectHost();
  if (!machine)
    return machine.takeError();
  auto jit = orc::LLJITBuilder().setJITTargetMachineBuilder(std::move(*machine)).create();
  if (!jit)
    return jit.takeError();
  if (Error failure =
          (*jit)->addIRModule(orc::ThreadSafeModule(std::move(module), std::move(context))))
    return failure;
  auto products = (*jit)->lookup("products"), sums = (*jit)->lookup("sums");
  if (!products || !sums)
    return joinErrors(products.takeError(), sums.takeError());
  return Loops{std::move(*jit), products->toPtr<Loop>(), sums->toPtr<Loop>()};
}

} // namespace

std::optional<Peak> measurePeak(const Target &target, std::string &error) {
  const int64_t lanes = target.vectorBytes / int64_t(sizeof(float));
  Expected<Loops> loops = compileLoops(lanes);
  if (!loops) {
    error = toString(loops.takeError());
    return std::nullopt;
  }
  constexpr int64_t kRounds = 2'000'000, kMostBytes = 256 << 20, kReadBytes = 64 << 20;
  std::vector<float> data(size_t(kMostBytes) / sizeof(float), 0.5f);
  volatile float sink = 0; // what is computed is used
  Peak peak;
  peak.flops = 2.0 * 12 * double(lanes) * double(kRounds) /
               shortest([&] { sink = sink + loops->products(data.data(), kRounds); });
  for (int64_t bytes : {target.l1 / 2, target.l2 / 2, int64_t(8) << 20, kMostBytes}) {
    const int64_t rounds = bytes / (8 * target.vectorBytes);
    const int64_t repeats = std::max<int64_t>(1, kReadBytes / bytes);
    const double seconds = shortest([&] {
      for (int64_t i = 0; i < repeats; ++i)
        sink = sink + loops->sums(data.data(), rounds);
    });
    peak.levels.push_back({bytes, double(bytes * repeats) / seconds});
  }
  return peak;
}

} // namespace lamina::codegen
