/* Measures what the core can do: independent fused multiply-adds on full vectors, none of which
 * waits for memory. One call is PEAK_FLOPS operations, printed first.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "protocol.h"

#if defined(__AVX512F__)
enum { kBytes = 64, kChains = 24 };
#elif defined(__AVX__)
enum { kBytes = 32, kChains = 12 };
#else
enum { kBytes = 16, kChains = 24 };
#endif
enum { kSteps = 20000 };
typedef float vector __attribute__((vector_size(kBytes)));

static void burn(void *context) {
  vector sums[kChains], a, b;
  for (int i = 0; i < (int)(kBytes / sizeof(float)); i++)
    a[i] = 0.999f, b[i] = 1e-3f;
  for (int i = 0; i < kChains; i++)
    sums[i] = b * (float)i;
  for (int step = 0; step < kSteps; step++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < kChains; i++)
      sums[i] = sums[i] * a + b;
    __asm__ volatile("" : "+v"(a));
  }
  vector total = sums[0];
  for (int i = 1; i < kChains; i++)
    total += sums[i];
  *(volatile float *)context = total[0];
}

int main(void) {
  float sink;
  printf("%ld\n", 2L * kSteps * kChains * (long)(kBytes / sizeof(float)));
  serve(burn, &sink);
  return 0;
}
