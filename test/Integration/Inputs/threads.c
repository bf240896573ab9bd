/* Runs a model of one f32 input and output over numbers of threads and batch sizes; every row must
 * have the bits that it has alone on one thread, and no byte beyond the workspace may change. cc
 * -DHEADER='"x.h"' -DPREFIX=x
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include HEADER

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define MODEL(name) JOIN(PREFIX, name)

void omp_set_num_threads(int);

enum { MOST = 97, CANARY = 64 };

static unsigned long state = 1;
static float next(void) {
  state = state * 6364136223846793005ul + 1442695040888963407ul;
  return (float)((state >> 33) & 0xffff) / 65536 - 0.5f;
}

static int64_t elements(const lamina_value_info *value, int first) {
  int64_t count = 1;
  for (int i = first; i < value->rank; ++i)
    count *= value->shape[i];
  return count;
}

/* Every tensor of a stacked parameter gets its own name. */
static void *packWeights(void) {
  const lamina_model_info *info = MODEL(_info)();
  lamina_tensor *tensors = calloc(10000, sizeof *tensors);
  int64_t n = 0;
  for (int64_t i = 0; i < info->num_parameters; ++i) {
    const lamina_value_info *value = &info->parameters[i];
    const char *star = strchr(value->name, '*');
    int64_t rounds = star ? value->shape[0] : 1, count = elements(value, star != NULL);
    for (int64_t round = 0; round < rounds; ++round) {
      char *name = malloc(strlen(value->name) + 20);
      if (star)
        sprintf(name, "%.*s%d%s", (int)(star - value->name), value->name, (int)round, star + 1);
      else
        strcpy(name, value->name);
      float *data = malloc(sizeof(float) * (size_t)count);
      for (int64_t e = 0; e < count; ++e)
        data[e] = next() * 0.3f;
      tensors[n++] = (lamina_tensor){name, data, value->shape + (star != NULL),
                                     value->rank - (star != NULL), LAMINA_F32};
    }
  }
  void *packed = aligned_alloc(64, (size_t)(MODEL(_weights_bytes)() + 63) / 64 * 64);
  if (MODEL(_pack)(tensors, n, packed) != LAMINA_OK)
    exit(2);
  return packed;
}

static void run(const void *packed, const float *in, float *out, int64_t batch) {
  size_t bytes = (size_t)MODEL(_workspace_bytes)(batch);
  unsigned char *workspace = aligned_alloc(64, (bytes + CANARY + 63) / 64 * 64);
  memset(workspace, 0xff, bytes + CANARY); /* NaN: what is read before it is written shows */
  int status = MODEL(_run)(packed, in, out, batch, workspace);
  for (int i = 0; i < CANARY; ++i)
    if (workspace[bytes + (size_t)i] != 0xff)
      status = -1;
  if (status != LAMINA_OK) {
    printf("batch %d: status %d\n", (int)batch, status);
    exit(1);
  }
  free(workspace);
}

int main(void) {
  const lamina_model_info *info = MODEL(_info)();
  int64_t in = elements(&info->inputs[0], 1), out = elements(&info->outputs[0], 1);
  void *packed = packWeights();
  float *x = malloc(sizeof(float) * (size_t)(MOST * in)),
        *alone = malloc(sizeof(float) * (size_t)(MOST * out));
  float *y = malloc(sizeof(float) * (size_t)(MOST * out));
  for (int64_t i = 0; i < MOST * in; ++i)
    x[i] = next();
  omp_set_num_threads(1);
  for (int64_t row = 0; row < MOST; ++row)
    run(packed, x + row * in, alone + row * out, 1);
  static const int threads[] = {1, 2, 3, 7, 64}, batches[] = {0, 1, 2, 3, 13, 64, 97};
  for (int t = 0; t < 5; ++t)
    for (int b = 0; b < 7; ++b) {
      memset(y, 0, sizeof(float) * (size_t)(MOST * out));
      omp_set_num_threads(threads[t]);
      run(packed, x, y, batches[b]);
      if (memcmp(y, alone, sizeof(float) * (size_t)(batches[b] * out)) != 0) {
        printf("%d threads, batch %d: other bits\n", threads[t], batches[b]);
        return 1;
      }
    }
  if (alone[0] != alone[0])
    return 3;
  puts("equal");
  return 0;
}
