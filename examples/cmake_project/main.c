/* Steers with the network that lamina_add_model() built. Its weights are constants here, to keep
 * the example short.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include <controller.h>

#include <stdio.h>
#include <stdlib.h>

int main(void) {
  static float hiddenWeight[16 * 4], hiddenBias[16], outWeight[2 * 16], outBias[2] = {0.5f, -0.5f};
  for (int i = 0; i < 16 * 4; i++)
    hiddenWeight[i] = (float)(i % 7 - 3) * 0.1f;
  for (int i = 0; i < 2 * 16; i++)
    outWeight[i] = (float)(i % 5 - 2) * 0.1f;
  const int64_t hiddenShape[] = {16, 4}, outShape[] = {2, 16};
  const lamina_tensor tensors[] = {{"hidden.weight", hiddenWeight, hiddenShape, 2, LAMINA_F32},
                                   {"hidden.bias", hiddenBias, hiddenShape, 1, LAMINA_F32},
                                   {"out.weight", outWeight, outShape, 2, LAMINA_F32},
                                   {"out.bias", outBias, outShape, 1, LAMINA_F32}};
  void *packed = aligned_alloc(64, (size_t)(controller_weights_bytes() + 63) / 64 * 64);
  void *workspace = aligned_alloc(64, (size_t)(controller_workspace_bytes(1) + 127) / 64 * 64);
  const float state[4] = {1.0f, -0.5f, 0.25f, 0.0f};
  float set[2];
  int status = controller_pack(tensors, 4, packed);
  if (status == LAMINA_OK)
    status = controller_run(packed, state, set, 1, workspace);
  if (status == LAMINA_OK)
    printf("settings: %.4f %.4f\n", set[0], set[1]);
  else
    fprintf(stderr, "controller: %s\n", lamina_status_text(status));
  free(packed);
  free(workspace);
  return status;
}
