/* Runs the model of sum.lam and says which version of its code that was. */
#include "sum.h"

#include <stdio.h>
#include <stdlib.h>

int main(void) {
  const float a[3] = {1, 2, 3}, b[3] = {10, 10, 10};
  float total[3] = {0}, diff[3] = {0};
  void *workspace = malloc((size_t)sum_workspace_bytes(1) + 1);
  void *packed = aligned_alloc(64, ((size_t)sum_weights_bytes() + 63) / 64 * 64);
  int status = sum_pack(NULL, 0, packed);
  if (status == LAMINA_OK)
    status = sum_run(packed, a, b, total, diff, 1, workspace);
  printf("%s\n", sum_info()->target);
  if (status == LAMINA_OK)
    printf("status 0: %g %g %g, %g %g %g\n", total[0], total[1], total[2], diff[0], diff[1],
           diff[2]);
  else
    printf("status %d: %s\n", status, lamina_status_text(status));
  free(packed);
  free(workspace);
  return 0;
}
