/* Times the steps of a compiled `train` block and prints their losses.
 * train_worker LIBRARY PREFIX START STEPS
 * START holds all inputs of the step one after the other, in the order of PREFIX_info(). Prints the
 * losses of the first STEPS steps, then serves 'run K' as protocol.h says, and 'peak' by the bytes
 * of memory above those at the start.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "lamina/abi.h"
#include "library.h"
#include "protocol.h"

#include <string.h>

enum { MOST = 4096 };

typedef struct {
  int (*invoke)(void **);
  void *arguments[MOST];
  int64_t inputs, outputs, stepInput;
} program;

static size_t bytesOf(const lamina_value_info *value) {
  size_t bytes = value->dtype == LAMINA_F32 ? 4 : value->dtype == LAMINA_BOOL ? 1 : 8;
  for (int32_t i = 0; i < value->rank; i++)
    bytes *= (size_t)value->shape[i];
  return bytes;
}

static void *allocate(size_t bytes) {
  void *memory = aligned_alloc(64, (bytes + 64) / 64 * 64);
  if (!memory)
    exit(1);
  return memory;
}

/* The most memory that this process has held. (getrusage counts what it was forked from, too.) */
static long peakBytes(void) {
  char line[256];
  long kilobytes = 0;
  FILE *file = fopen("/proc/self/status", "r");
  while (file && fgets(line, sizeof line, file))
    if (strncmp(line, "VmHWM:", 6) == 0)
      kilobytes = strtol(line + 6, NULL, 10);
  if (file)
    fclose(file);
  return kilobytes * 1024L;
}

/* One step, which writes the slots' new values over them. */
static void step(void *context) {
  program *p = context;
  int status = p->invoke(p->arguments);
  if (status != LAMINA_OK) {
    fprintf(stderr, "%s\n", lamina_status_text(status));
    exit(1);
  }
  ++*(int64_t *)p->arguments[1 + p->stepInput];
}

static void load(program *p, const lamina_model_info *info, const char *path) {
  FILE *file = fopen(path, "rb");
  p->inputs = info->num_inputs;
  p->outputs = info->num_outputs;
  for (int64_t i = 0; i < p->inputs; i++) {
    size_t bytes = bytesOf(&info->inputs[i]);
    p->arguments[1 + i] = allocate(bytes);
    if (!file || fread(p->arguments[1 + i], 1, bytes, file) != bytes) {
      fprintf(stderr, "cannot read %s from %s\n", info->inputs[i].name, path);
      exit(1);
    }
    if (strcmp(info->inputs[i].name, "step") == 0)
      p->stepInput = i;
  }
  fclose(file);
  for (int64_t i = 0; i < p->outputs; i++) {
    void *memory = NULL;
    for (int64_t k = 0; k < p->inputs; k++)
      if (strcmp(info->outputs[i].name, info->inputs[k].name) == 0)
        memory = p->arguments[1 + k];
    p->arguments[1 + p->inputs + i] = memory ? memory : allocate(bytesOf(&info->outputs[i]));
  }
}

int main(int argc, char **argv) {
  static program p;
  static int64_t batch = 1;
  long before = peakBytes();
  void *library = argc == 5 ? dlopen(argv[1], RTLD_NOW) : NULL;
  if (!library) {
    fprintf(stderr, "train_worker: %s\n", argc == 5 ? dlerror() : "needs 4 arguments");
    return 1;
  }
  const lamina_model_info *info =
      ((const lamina_model_info *(*)(void))symbol(library, argv[2], "info"))();
  if (info->num_inputs + info->num_outputs + 3 > MOST)
    return 1;
  load(&p, info, argv[3]);
  p.invoke = (int (*)(void **))symbol(library, argv[2], "invoke");
  int (*pack)(const lamina_tensor *, int64_t, void *) =
      (int (*)(const lamina_tensor *, int64_t, void *))symbol(library, argv[2], "pack");
  p.arguments[0] = allocate((size_t)info->weights_bytes);
  if (pack(NULL, 0, p.arguments[0]) != LAMINA_OK)
    return 1;
  p.arguments[1 + p.inputs + p.outputs] = &batch;
  int64_t (*workspace)(int64_t) = (int64_t (*)(int64_t))symbol(library, argv[2], "workspace_bytes");
  p.arguments[2 + p.inputs + p.outputs] = allocate((size_t)workspace(1));
  for (long i = 0; i < strtol(argv[4], NULL, 10); i++) {
    step(&p);
    printf("%.9g ", *(float *)p.arguments[1 + p.inputs]);
  }
  printf("\n%ld\n", peakBytes() - before);
  serve(step, &p);
  return 0;
}
