// Resolves target triples and CPU names to what the compiler needs to know of them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/Target.h"

#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"

#include <mutex>

using namespace llvm;

namespace lamina::codegen {

static void initializeTargets() {
  static std::once_flag once;
  std::call_once(once, [] {
    InitializeAllTargetInfos();
    InitializeAllTargets();
    InitializeAllTargetMCs();
    InitializeAllAsmPrinters();
    InitializeAllAsmParsers();
  });
}

static std::string hostFeatures() {
  SubtargetFeatures features;
  for (const auto &[name, enabled] : sys::getHostCPUFeatures())
    features.AddFeature(name, enabled);
  return features.getString();
}

/// The second-level cache of a core. CPUs that are not listed have 512 KiB, the least of the last
/// ten years' cores.
static int64_t secondLevelCache(StringRef cpu) {
  return StringSwitch<int64_t>(cpu)
      .Cases({"znver4", "znver5", "x86-64-v4", "neoverse-n1", "neoverse-v1", "neoverse-n2"},
             1 << 20)
      .Cases({"skylake-avx512", "cascadelake", "cooperlake"}, 1 << 20)
      .Cases({"sapphirerapids", "emeraldrapids", "graniterapids", "neoverse-v2"}, 2 << 20)
      .Default(512 << 10);
}

static std::unique_ptr<TargetMachine> createMachine(const std::string &triple,
                                                    const std::string &cpu,
                                                    const std::string &features,
                                                    std::string &error) {
  initializeTargets();
  Triple parsed(Triple::normalize(triple));
  const llvm::Target *target = TargetRegistry::lookupTarget(parsed, error);
  if (!target)
    return nullptr;
  TargetOptions options;
  std::unique_ptr<TargetMachine> machine(target->createTargetMachine(
      parsed, cpu, features, options, Reloc::PIC_, std::nullopt, CodeGenOptLevel::Aggressive));
  if (!machine)
    error = "no machine for '" + triple + "'";
  return machine;
}

std::unique_ptr<TargetMachine> createMachine(const Target &target) {
  std::string error;
  return createMachine(target.triple, target.cpu, target.features, error);
}

/// Fills in the vector unit. False where the target has none that the kernels are written for.
static bool describeVectors(Target &target, const TargetMachine &machine, std::string &error) {
  const MCSubtargetInfo &info = *machine.getMCSubtargetInfo();
  const Triple &triple = machine.getTargetTriple();
  if (triple.getArch() == Triple::x86_64) {
    if (!info.checkFeatures("+avx2,+fma")) {
      error = "'" + target.cpu + "' has no AVX2 and FMA; the least is x86-64-v3";
      return false;
    }
    bool wide = info.checkFeatures("+avx512f,+avx512vl,+avx512bw,+avx512dq");
    target.vectorBytes = wide ? 64 : 32;
    target.vectorRegisters = wide ? 32 : 16;
    return true;
  }
  if (triple.isAArch64()) {
    target.vectorBytes = 16;
    target.vectorRegisters = 32;
    return true;
  }
  error = "'" + target.triple + "' is not supported; x86_64 and aarch64 are";
  return false;
}

std::unique_ptr<Target> resolveTarget(const std::string &triple, const std::string &cpu,
                                      std::string &error) {
  auto target = std::make_unique<Target>();
  target->triple = Triple::normalize(triple.empty() ? sys::getProcessTriple() : triple);
  Triple parsed(target->triple);
  bool host = cpu.empty() || cpu == "native" || cpu == "host";
  if (host && parsed.getArch() == Triple(sys::getProcessTriple()).getArch()) {
    target->cpu = sys::getHostCPUName().str();
    target->features = hostFeatures();
  } else if (host) {
    target->cpu = parsed.getArch() == Triple::x86_64 ? "x86-64-v3" : "generic";
  } else {
    target->cpu = cpu;
  }
  // Asked of a machine without a CPU: making one for an unknown name prints to stderr.
  std::unique_ptr<TargetMachine> machine = createMachine(target->triple, "", "", error);
  if (!machine)
    return nullptr;
  if (!machine->getMCSubtargetInfo()->isCPUStringValid(target->cpu)) {
    error = "unknown CPU '" + target->cpu + "' for '" + target->triple + "'";
    return nullptr;
  }
  machine = createMachine(target->triple, target->cpu, target->features, error);
  if (!describeVectors(*target, *machine, error))
    return nullptr;
  target->l2 = secondLevelCache(target->cpu);
  return target;
}

} // namespace lamina::codegen
