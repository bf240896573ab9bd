/* Calls the model of sum.lam with an output of ROOM elements, of three. */
#include "sum.h"

#include <stdio.h>
#include <stdlib.h>

int main(void) {
  const float a[3] = {1, 2, 3}, b[3] = {10, 10, 10};
  float diff[3], *total = malloc(ROOM * sizeof *total);
  void *workspace = malloc((size_t)sum_workspace_bytes(1) + 1);
  void *packed = aligned_alloc(64, ((size_t)sum_weights_bytes() + 63) / 64 * 64);
  if (sum_pack(NULL, 0, packed) || sum_run(packed, a, b, total, diff, 1, workspace))
    return 1;
  printf("%g %g %g\n", total[0], total[1], total[2]);
  free(packed);
  free(workspace);
  free(total);
  return 0;
}
