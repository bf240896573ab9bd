/* Asks an x86-64 processor what it can do. It becomes part of compiled code as bitcode.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "compiler/Codegen/CpuChoice.h"

typedef struct {
  uint32_t eax, ebx, ecx, edx;
} registers;

static registers cpuid(uint32_t leaf, uint32_t subleaf) {
  registers r;
  __asm__ volatile("cpuid"
                   : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
                   : "a"(leaf), "c"(subleaf));
  return r;
}

/* Which vector registers the system saves; 0 if it saves none beyond those of SSE. */
static uint32_t saved_state(uint32_t leaf1_ecx) {
  uint32_t low, high;
  if (!(leaf1_ecx & UINT32_C(1) << 27))
    return 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

static void read_bits(uint32_t *bits) {
  int32_t i;
  for (i = 0; i < LAMINA_CPUID_WORDS; ++i)
    bits[i] = 0;
  bits[LAMINA_CPUID_1_ECX] = cpuid(1, 0).ecx;
  bits[LAMINA_CPUID_XCR0] = saved_state(bits[LAMINA_CPUID_1_ECX]);
  if (cpuid(0, 0).eax >= 7) {
    const registers leaf = cpuid(7, 0);
    bits[LAMINA_CPUID_7_EBX] = leaf.ebx;
    bits[LAMINA_CPUID_7_ECX] = leaf.ecx;
    bits[LAMINA_CPUID_7_EDX] = leaf.edx;
    if (leaf.eax >= 1) {
      const registers more = cpuid(7, 1);
      bits[LAMINA_CPUID_7_1_EAX] = more.eax;
      bits[LAMINA_CPUID_7_1_EDX] = more.edx;
    }
  }
  if (cpuid(0x80000000u, 0).eax >= 0x80000001u)
    bits[LAMINA_CPUID_80000001_ECX] = cpuid(0x80000001u, 0).ecx;
}

int32_t lamina_choose_version(const lamina_cpu_needs *needs, int32_t count, int32_t *cache) {
  uint32_t bits[LAMINA_CPUID_WORDS];
  /* One more than the answer, so that 0 is "not asked yet"; -1 for none. Every thread finds the
   * same. */
  int32_t known = __atomic_load_n(cache, __ATOMIC_RELAXED), i, word;
  if (known != 0)
    return known < 0 ? -1 : known - 1;
  read_bits(bits);
  for (i = 0, known = -1; i < count && known < 0; ++i) {
    int is_met = 1;
    for (word = 0; word < LAMINA_CPUID_WORDS; ++word)
      is_met &= (needs[i].bits[word] & ~bits[word]) == 0;
    if (is_met)
      known = i + 1;
  }
  __atomic_store_n(cache, known, __ATOMIC_RELAXED);
  return known < 0 ? -1 : known - 1;
}
