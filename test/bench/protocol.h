/* The other side of bench.py: a worker reads 'run K' and answers with the processor time of K calls
 * in nanoseconds, until its input ends.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef TEST_BENCH_PROTOCOL_H
#define TEST_BENCH_PROTOCOL_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* The processor time of this process: with one thread it is the time that passes on a quiet
 * machine, and it does not count that of other programs on a busy one. */
static inline double nowNanoseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Reads `count` floats from the file at `path`; ends the worker if they are not there. */
static inline float *readFloats(const char *path, size_t count) {
  float *data = (float *)aligned_alloc(64, (count * sizeof(float) + 63) / 64 * 64);
  FILE *file = fopen(path, "rb");
  if (!file || fread(data, sizeof(float), count, file) != count) {
    fprintf(stderr, "cannot read %zu floats from %s\n", count, path);
    exit(1);
  }
  fclose(file);
  return data;
}

static inline void writeFloats(const char *path, const float *data, size_t count) {
  FILE *file = fopen(path, "wb");
  if (!file || fwrite(data, sizeof(float), count, file) != count || fclose(file) != 0) {
    fprintf(stderr, "cannot write %s\n", path);
    exit(1);
  }
}

/* Serves 'run K' with `call(context)` until the input ends. */
static inline void serve(void (*call)(void *), void *context) {
  long calls;
  puts("ready");
  fflush(stdout);
  while (scanf(" run %ld", &calls) == 1) {
    double start = nowNanoseconds();
    for (long i = 0; i < calls; i++)
      call(context);
    printf("%.0f\n", nowNanoseconds() - start);
    fflush(stdout);
  }
}

#endif /* TEST_BENCH_PROTOCOL_H */
