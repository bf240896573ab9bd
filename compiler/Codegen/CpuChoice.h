/* Which of several versions of the code a processor can run.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef COMPILER_CODEGEN_CPUCHOICE_H
#define COMPILER_CODEGEN_CPUCHOICE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Registers of cpuid, by leaf and subleaf, and the state that the system keeps (XCR0). */
enum {
  LAMINA_CPUID_1_ECX,
  LAMINA_CPUID_7_EBX,
  LAMINA_CPUID_7_ECX,
  LAMINA_CPUID_7_EDX,
  LAMINA_CPUID_7_1_EAX,
  LAMINA_CPUID_7_1_EDX,
  LAMINA_CPUID_80000001_ECX,
  LAMINA_CPUID_XCR0,
  LAMINA_CPUID_WORDS
};

/* The bits that one version needs. */
typedef struct lamina_cpu_needs {
  uint32_t bits[LAMINA_CPUID_WORDS];
} lamina_cpu_needs;

/* The first of `count` versions whose needs this processor meets; -1 if there is none. `cache` is 0
 * at first and keeps the answer: cpuid takes microseconds in a virtual machine. Threads may call it
 * at once. */
int32_t lamina_choose_version(const lamina_cpu_needs *needs, int32_t count, int32_t *cache);

#ifdef __cplusplus
}
#endif

#endif /* COMPILER_CODEGEN_CPUCHOICE_H */
