/* A C program that owns everything the network needs: it makes the weights, packs them once, and
 * calls `run` with a workspace of its own, on one reading and then on a batch. Nothing is
 * allocated, nothing is global in the object.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "anomaly.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { kSensors = 16, kBatch = 5, kMaxParameters = 16 };

/* Weights in [-scale, scale] from a linear congruential generator: in earnest they would come from
 * a file. */
static float nextWeight(uint32_t *state) {
  *state = *state * 1664525u + 1013904223u;
  return (float)(*state >> 8) / 8388608.0f - 1.0f;
}

/* Allocates and fills one tensor for every parameter that the object asks for, by the names and
 * shapes it gives. */
static int64_t makeTensors(const lamina_model_info *info, lamina_tensor *tensors) {
  uint32_t state = 1;
  for (int64_t p = 0; p < info->num_parameters; p++) {
    const lamina_value_info *parameter = &info->parameters[p];
    int64_t count = 1;
    for (int32_t axis = 0; axis < parameter->rank; axis++)
      count *= parameter->shape[axis];
    float *values = malloc((size_t)count * sizeof(float));
    for (int64_t i = 0; values && i < count; i++)
      values[i] = 0.5f * nextWeight(&state);
    tensors[p] =
        (lamina_tensor){parameter->name, values, parameter->shape, parameter->rank, LAMINA_F32};
    printf("  %-16s %lld values\n", parameter->name, (long long)count);
  }
  return info->num_parameters;
}

static int fail(int status) {
  fprintf(stderr, "anomaly: %s\n", lamina_status_text(status));
  return 1;
}

int main(void) {
  const lamina_model_info *info = anomaly_info();
  lamina_tensor tensors[kMaxParameters];
  printf("%s, made by Lamina %s for %s\n", info->name, info->version, info->target);
  int64_t count = makeTensors(info, tensors);

  void *packed = aligned_alloc(64, (size_t)(anomaly_weights_bytes() + 63) / 64 * 64);
  void *workspace = aligned_alloc(64, (size_t)(anomaly_workspace_bytes(kBatch) + 127) / 64 * 64);
  int status = anomaly_pack(tensors, count, packed);
  if (status != LAMINA_OK)
    return fail(status);

  float readings[kBatch][kSensors], rebuilt[kBatch][kSensors], oddness[kBatch], alone[kSensors],
      odd;
  for (int i = 0; i < kBatch; i++)
    for (int j = 0; j < kSensors; j++)
      readings[i][j] = sinf(0.7f * (float)i + 0.3f * (float)j);
  status = anomaly_run(packed, &readings[0][0], &rebuilt[0][0], oddness, kBatch, workspace);
  if (status != LAMINA_OK)
    return fail(status);
  int same = 1;
  for (int i = 0; i < kBatch; i++) {
    status = anomaly_run(packed, readings[i], alone, &odd, 1, workspace);
    if (status != LAMINA_OK)
      return fail(status);
    printf("reading %d: oddness %.6f\n", i, oddness[i]);
    same = same && odd == oddness[i];
  }
  printf("a row of a batch and the row alone give %s\n", same ? "the same bits" : "different bits");

  ((char *)packed)[0] ^= 1;
  status = anomaly_run(packed, readings[0], alone, &odd, 1, workspace);
  printf("a damaged buffer of weights: %s\n", lamina_status_text(status));
  for (int64_t p = 0; p < count; p++)
    free((void *)tensors[p].data);
  free(packed);
  free(workspace);
  return same && status == LAMINA_BAD_WEIGHTS ? 0 : 1;
}
