// The extensions of a CPU as bits of cpuid.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/Versions.h"

#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;

namespace lamina::codegen {

namespace {

struct Extension {
  const char *name; ///< LLVM's
  int word;
  int bit;
};

/// Those that LLVM selects instructions of without being asked; encryption, random numbers and
/// system instructions are not among them, and virtual machines often hide those.
constexpr Extension kExtensions[] = {
    {"sse3", LAMINA_CPUID_1_ECX, 0},
    {"ssse3", LAMINA_CPUID_1_ECX, 9},
    {"fma", LAMINA_CPUID_1_ECX, 12},
    {"sse4.1", LAMINA_CPUID_1_ECX, 19},
    {"sse4.2", LAMINA_CPUID_1_ECX, 20},
    {"movbe", LAMINA_CPUID_1_ECX, 22},
    {"popcnt", LAMINA_CPUID_1_ECX, 23},
    {"avx", LAMINA_CPUID_1_ECX, 28},
    {"f16c", LAMINA_CPUID_1_ECX, 29},
    {"bmi", LAMINA_CPUID_7_EBX, 3},
    {"avx2", LAMINA_CPUID_7_EBX, 5},
    {"bmi2", LAMINA_CPUID_7_EBX, 8},
    {"avx512f", LAMINA_CPUID_7_EBX, 16},
    {"avx512dq", LAMINA_CPUID_7_EBX, 17},
    {"avx512ifma", LAMINA_CPUID_7_EBX, 21},
    {"avx512cd", LAMINA_CPUID_7_EBX, 28},
    {"avx512bw", LAMINA_CPUID_7_EBX, 30},
    {"avx512vl", LAMINA_CPUID_7_EBX, 31},
    {"avx512vbmi", LAMINA_CPUID_7_ECX, 1},
    {"avx512vbmi2", LAMINA_CPUID_7_ECX, 6},
    {"gfni", LAMINA_CPUID_7_ECX, 8},
    {"avx512vnni", LAMINA_CPUID_7_ECX, 11},
    {"avx512bitalg", LAMINA_CPUID_7_ECX, 12},
    {"avx512vpopcntdq", LAMINA_CPUID_7_ECX, 14},
    {"avx512fp16", LAMINA_CPUID_7_EDX, 23},
    {"avxvnni", LAMINA_CPUID_7_1_EAX, 4},
    {"avx512bf16", LAMINA_CPUID_7_1_EAX, 5},
    {"avxifma", LAMINA_CPUID_7_1_EAX, 23},
    {"avxvnniint8", LAMINA_CPUID_7_1_EDX, 4},
    {"avxneconvert", LAMINA_CPUID_7_1_EDX, 5},
    {"avxvnniint16", LAMINA_CPUID_7_1_EDX, 10},
    {"sahf", LAMINA_CPUID_80000001_ECX, 0},
    {"lzcnt", LAMINA_CPUID_80000001_ECX, 5},
    {"sse4a", LAMINA_CPUID_80000001_ECX, 6},
    {"xop", LAMINA_CPUID_80000001_ECX, 11},
    {"fma4", LAMINA_CPUID_80000001_ECX, 16},
    {"tbm", LAMINA_CPUID_80000001_ECX, 21},
    // What the system must save: the upper halves of vectors, masks and wide vectors.
    {"avx", LAMINA_CPUID_XCR0, 1},
    {"avx", LAMINA_CPUID_XCR0, 2},
    {"avx512f", LAMINA_CPUID_XCR0, 5},
    {"avx512f", LAMINA_CPUID_XCR0, 6},
    {"avx512f", LAMINA_CPUID_XCR0, 7},
};

} // namespace

lamina_cpu_needs cpuNeeds(const Target &target) {
  std::unique_ptr<TargetMachine> machine = createMachine(target);
  const MCSubtargetInfo &info = *machine->getMCSubtargetInfo();
  lamina_cpu_needs needs = {};
  for (const Extension &extension : kExtensions)
    if (info.checkFeatures("+" + std::string(extension.name)))
      needs.bits[extension.word] |= UINT32_C(1) << extension.bit;
  return needs;
}

} // namespace lamina::codegen
