/* Calls a model with a run-time extent: dense arrays of that extent, and what is beyond the bound.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "shift.h"

#include <stdio.h>

int main(void) {
  static char workspace[1 << 22];
  static char packed[1 << 10];
  float x[2][13], y[2][13], sums[2];
  if (shift_workspace_bytes(2) > (int64_t)sizeof(workspace) ||
      shift_weights_bytes() > (int64_t)sizeof(packed))
    return 1;
  if (shift_pack(0, 0, packed) != LAMINA_OK)
    return 2;
  for (int64_t n = 0; n <= 13; ++n) {
    float *in = &x[0][0], *out = &y[0][0];
    for (int64_t i = 0; i < 2 * n; ++i)
      in[i] = (float)i;
    for (int64_t i = 0; i < 26; ++i)
      out[i] = -1;
    if (shift_run(packed, in, out, sums, 2, n, workspace) != LAMINA_OK)
      return 3;
    for (int64_t row = 0; row < 2; ++row) {
      float sum = 0;
      for (int64_t i = 0; i < n; ++i) {
        if (out[row * n + i] != in[row * n + i] + 1)
          return 4;
        sum += in[row * n + i];
      }
      if (sums[row] != sum)
        return 5;
    }
    for (int64_t i = 2 * n; i < 26; ++i)
      if (out[i] != -1)
        return 6; /* nothing else is touched */
  }
  printf("14: %s\n",
         lamina_status_text(shift_run(packed, &x[0][0], &y[0][0], sums, 2, 14, workspace)));
  printf("-1: %s\n",
         lamina_status_text(shift_run(packed, &x[0][0], &y[0][0], sums, 2, -1, workspace)));
  return 0;
}
