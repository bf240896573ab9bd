/* The other side of bench.py: a worker reads 'run K' or 'wall K' and answers with the processor
 * time of K calls, or the time that passed, in nanoseconds, until its input ends.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef TEST_BENCH_PROTOCOL_H
#define TEST_BENCH_PROTOCOL_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* The processor time of a process with one thread is the time that passes on a quiet machine, and
 * does not count that of other programs on a busy one. */
static inline double nowNanoseconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
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

/* Serves 'run K' and 'wall K' with `call(context)` until the input ends. */
static inline void serve(void (*call)(void *), void *context) {
  char kind[8];
  long calls;
  puts("ready");
  fflush(stdout);
  while (scanf(" %7s %ld", kind, &calls) == 2) {
    clockid_t clock = kind[0] == 'w' ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID;
    double start = nowNanoseconds(clock);
    for (long i = 0; i < calls; i++)
      call(context);
    printf("%.0f\n", nowNanoseconds(clock) - start);
    fflush(stdout);
  }
}

#endif /* TEST_BENCH_PROTOCOL_H */
