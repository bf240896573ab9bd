/* Times a compiled model of one f32 input and one f32 output.
 * lamina_worker LIBRARY PREFIX PACKED INPUT INPUT_COUNT OUTPUT OUTPUT_COUNT BATCH
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "library.h"
#include "protocol.h"

#include <stdint.h>

typedef struct {
  int (*run)(const void *, const float *, float *, int64_t, void *);
  const void *packed;
  const float *input;
  float *output;
  int64_t batch;
  void *workspace;
} model;

static void call(void *context) {
  model *m = context;
  int status = m->run(m->packed, m->input, m->output, m->batch, m->workspace);
  if (status != 0) {
    fprintf(stderr, "run returned %d\n", status);
    exit(1);
  }
}

int main(int argc, char **argv) {
  void *library = argc == 9 ? dlopen(argv[1], RTLD_NOW) : NULL;
  if (!library) {
    fprintf(stderr, "lamina_worker: %s\n", argc == 9 ? dlerror() : "needs 8 arguments");
    return 1;
  }
  int64_t (*weightsBytes)(void) = (int64_t (*)(void))symbol(library, argv[2], "weights_bytes");
  int64_t (*workspaceBytes)(int64_t) =
      (int64_t (*)(int64_t))symbol(library, argv[2], "workspace_bytes");
  size_t outputs = strtoul(argv[7], NULL, 10);
  model m = {.batch = strtol(argv[8], NULL, 10)};
  m.run = (int (*)(const void *, const float *, float *, int64_t, void *))symbol(library, argv[2],
                                                                                 "run");
  m.packed = readFloats(argv[3], (size_t)weightsBytes() / sizeof(float));
  m.input = readFloats(argv[4], strtoul(argv[5], NULL, 10));
  m.output = aligned_alloc(64, (outputs * sizeof(float) + 63) / 64 * 64);
  m.workspace = aligned_alloc(64, (size_t)(workspaceBytes(m.batch) + 127) / 64 * 64);
  call(&m);
  writeFloats(argv[6], m.output, outputs);
  serve(call, &m);
  return 0;
}
