/* Runs a compiled step of `train Digits` three times, through its array of arguments: `train_step
 * apart` gives each slot's next value an array of its own, `train_step same` the slot's. Prints the
 * losses and a sum of the slots' bits. */
#include "step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t bytesOf(const lamina_value_info *value) {
  size_t bytes = value->dtype == LAMINA_F32 ? 4 : value->dtype == LAMINA_BOOL ? 1 : 8;
  for (int32_t i = 0; i < value->rank; i++)
    bytes *= (size_t)value->shape[i];
  return bytes;
}

static void fill(const lamina_value_info *value, void *memory) {
  size_t count = bytesOf(value) / (value->dtype == LAMINA_F32 ? 4 : 8);
  int isSlot = strncmp(value->name, "first_", 6) == 0 || strncmp(value->name, "second_", 7) == 0;
  memset(memory, 0, bytesOf(value));
  for (size_t i = 0; i < count && !isSlot; i++)
    if (value->dtype == LAMINA_F32)
      ((float *)memory)[i] = (float)(i * 37 % 101) / 256 - 0.2f;
    else if (strcmp(value->name, "label") == 0)
      ((int64_t *)memory)[i] = (int64_t)(i % 10);
  if (strcmp(value->name, "lr_factor") == 0)
    *(double *)memory = 1;
}

int main(int argc, char **argv) {
  const lamina_model_info *info = digits_step_info();
  void *arguments[256], *next[128] = {0};
  int64_t batch = 1, inputs = info->num_inputs, outputs = info->num_outputs;
  int isSame = argc > 1 && strcmp(argv[1], "same") == 0;
  arguments[0] = malloc((size_t)digits_step_weights_bytes() + 64);
  arguments[0] = (void *)(((uintptr_t)arguments[0] + 63) / 64 * 64);
  if (digits_step_pack(NULL, 0, arguments[0]))
    return 1;
  for (int64_t i = 0; i < inputs; i++)
    fill(&info->inputs[i], arguments[1 + i] = malloc(bytesOf(&info->inputs[i])));
  for (int64_t k = 0; k < outputs; k++) {
    arguments[1 + inputs + k] = malloc(bytesOf(&info->outputs[k]));
    for (int64_t i = 0; i < inputs; i++)
      if (strcmp(info->inputs[i].name, info->outputs[k].name) == 0) {
        next[k] = arguments[1 + i];
        if (isSame)
          arguments[1 + inputs + k] = next[k];
      }
  }
  arguments[1 + inputs + outputs] = &batch;
  arguments[2 + inputs + outputs] = malloc((size_t)digits_step_workspace_bytes(1) + 64);
  uint64_t sum = 0;
  for (int step = 0; step < 3; step++) {
    if (digits_step_invoke(arguments))
      return 1;
    printf("%.9g\n", *(float *)arguments[1 + inputs]);
    for (int64_t k = 0; k < outputs; k++)
      if (next[k]) {
        size_t bytes = bytesOf(&info->outputs[k]);
        memmove(next[k], arguments[1 + inputs + k], bytes);
        for (size_t i = 0; i < bytes / 4; i++)
          sum = sum * 31 + ((uint32_t *)next[k])[i];
      }
    ++*(int64_t *)arguments[4];
  }
  printf("%llu\n", (unsigned long long)sum);
  return 0;
}
