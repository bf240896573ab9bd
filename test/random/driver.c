/* Runs the programs of cases.h, which random-programs wrote beside their data, and compares their
 * outputs with the expected ones: `driver FOLDER`. Exits with 1 if one differs.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST_BATCH = 64, MOST_VALUES = 64 };

typedef struct {
  int seed;
  int (*invoke)(void **arguments);
  int64_t (*workspace_bytes)(int64_t batch);
} program;

#define CASE(seed)                                                                                 \
  int random_##seed##_invoke(void **);                                                             \
  int64_t random_##seed##_workspace_bytes(int64_t);
#include "cases.h"
#undef CASE

static const program programs[] = {
#define CASE(seed) {seed, random_##seed##_invoke, random_##seed##_workspace_bytes},
#include "cases.h"
};

static void *take(FILE *file, size_t bytes) {
  void *data = aligned_alloc(64, (bytes + 127) / 64 * 64);
  if (!data || fread(data, 1, bytes, file) != bytes) {
    fprintf(stderr, "a case is cut short\n");
    exit(2);
  }
  return data;
}

typedef struct {
  int64_t inputs, outputs;
  int64_t extent; /* the run-time extent; -1 where there is none */
  int64_t *size;  /* elements of each input, then of each output; then the bytes of the weights */
  void *weights;
  float *values[MOST_VALUES]; /* inputs, then room for outputs */
  double *expected[MOST_VALUES], *bounds[MOST_VALUES];
} data;

static data read_case(const char *folder, int seed) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%d.case", folder, seed);
  FILE *file = fopen(path, "rb");
  if (!file) {
    perror(path);
    exit(2);
  }
  int64_t *counts = take(file, 3 * sizeof(int64_t));
  data d = {.inputs = counts[0], .outputs = counts[1], .extent = counts[2]};
  free(counts);
  int64_t values = d.inputs + d.outputs;
  d.size = take(file, (values + 1) * sizeof(int64_t));
  d.weights = take(file, d.size[values]);
  for (int64_t i = 0; i < d.inputs; ++i)
    d.values[i] = take(file, d.size[i] * sizeof(float));
  for (int64_t i = 0; i < d.outputs; ++i) {
    int64_t size = d.size[d.inputs + i];
    d.values[d.inputs + i] = malloc(size * sizeof(float));
    d.expected[i] = take(file, size * sizeof(double));
    d.bounds[i] = take(file, size * sizeof(double));
  }
  fclose(file);
  return d;
}

static void release(data *d) {
  for (int64_t i = 0; i < d->inputs + d->outputs; ++i)
    free(d->values[i]);
  for (int64_t i = 0; i < d->outputs; ++i) {
    free(d->expected[i]);
    free(d->bounds[i]);
  }
  free(d->weights);
  free(d->size);
}

static int run(const program *p, data *d, int64_t batch) {
  void *arguments[MOST_VALUES + 4], *workspace;
  int64_t values = d->inputs + d->outputs, bytes = p->workspace_bytes(batch);
  workspace = aligned_alloc(64, (bytes + 127) / 64 * 64);
  arguments[0] = d->weights;
  memcpy(arguments + 1, d->values, values * sizeof(void *));
  arguments[1 + values] = &batch;
  arguments[2 + values] = d->extent < 0 ? workspace : &d->extent;
  arguments[3 + values] = workspace;
  int status = p->invoke(arguments);
  free(workspace);
  return status;
}

/* 1 and a line of text if an element is further from the expected one than its bound. */
static int differs(const program *p, const data *d, int64_t batch) {
  for (int64_t i = 0; i < d->outputs; ++i)
    for (int64_t j = 0; j < d->size[d->inputs + i] / LARGEST_BATCH * batch; ++j) {
      double want = d->expected[i][j], got = d->values[d->inputs + i][j], bound = d->bounds[i][j];
      if (isinf(bound) || fabs(want - got) <= bound || want == got || (isnan(want) && isnan(got)))
        continue;
      printf("seed %d, batch %" PRId64 ", output %" PRId64 ", element %" PRId64
             " is %.9g, should be %.9g within %g\n",
             p->seed, batch, i, j, got, want, bound);
      return 1;
    }
  return 0;
}

int main(int argc, char **argv) {
  static const int64_t batches[] = {LARGEST_BATCH, 5, 1};
  size_t count = sizeof programs / sizeof *programs, failures = 0;
  if (argc != 2)
    return fprintf(stderr, "usage: driver FOLDER\n"), 2;
  for (size_t k = 0; k < count; ++k) {
    data d = read_case(argv[1], programs[k].seed);
    for (int b = 0; b < 3; ++b) {
      int status = run(&programs[k], &d, batches[b]);
      if (status)
        printf("seed %d: status %d\n", programs[k].seed, status);
      if (status || differs(&programs[k], &d, batches[b])) {
        ++failures;
        break;
      }
    }
    release(&d);
  }
  printf("%zu programs, %zu differ\n", count, failures);
  return failures != 0;
}
