/* memory BATCH: runs the model of large.lam with buffers that end where memory ends, and prints
 * what it asked for and by how many bytes the process grew. */
#define _GNU_SOURCE
#include "large.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* The process' largest size so far. */
static long long peak_bytes(void) {
  char line[256];
  long long kib = 0;
  FILE *status = fopen("/proc/self/status", "r");
  while (status && fgets(line, sizeof line, status))
    if (strncmp(line, "VmHWM:", 6) == 0)
      kib = atoll(line + 6);
  if (status)
    fclose(status);
  return kib * 1024;
}

/* `bytes` bytes, aligned to 64, with a page after them (and one before) that nobody may touch. */
static char *allocate(long long bytes) {
  const long long page = 4096, rounded = (bytes + 63) / 64 * 64,
                  pages = (rounded + page - 1) / page * page;
  char *memory =
      mmap(NULL, (size_t)(pages + 2 * page), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED || mprotect(memory + page, (size_t)pages, PROT_READ | PROT_WRITE))
    exit(2);
  return memory + page + pages - rounded;
}

int main(int argc, char **argv) {
  const long long batch = argc > 1 ? atoll(argv[1]) : 1,
                  io = batch * 1024 * (long long)sizeof(float);
  const long long workspace_bytes = large_workspace_bytes(batch), before = peak_bytes();
  float *x = (float *)allocate(io), *y = (float *)allocate(io);
  char *workspace = allocate(workspace_bytes);
  long long i;
  for (i = 0; i < batch * 1024; ++i)
    x[i] = (float)(i % 7) - 3;
  if (large_run(NULL, x, y, batch, workspace) != LAMINA_OK)
    return 1;
  printf("%lld %lld %lld %lld\n", (long long)large_weights_bytes(), workspace_bytes, 2 * io,
         peak_bytes() - before);
  return 0;
}
