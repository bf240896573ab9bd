/* Trains a network on by its compiled step: no runtime of Lamina, nothing but libc. The step has
 * one input for each tensor that it moves, parameters and what the optimizer keeps of them; an
 * output of the same name is the next value, and the two arrays change places after each step.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "digits_step.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kPixels = 64, kBatch = 64, kImages = 1797, kEpochs = 20, kMost = 64 };

static float images[kImages][kPixels];
static int64_t labels[kImages];

/* An input of the step: its array now and, where the step gives a next value, the place for it. */
typedef struct {
  const lamina_value_info *info;
  void *now, *next;
} slot;

static int64_t countOf(const lamina_value_info *info) {
  int64_t count = 1;
  for (int32_t axis = 0; axis < info->rank; axis++)
    count *= info->shape[axis];
  return count;
}

static int readDigits(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file)
    return 0;
  int ok = 1;
  for (int i = 0; i < kImages && ok; i++) {
    for (int j = 0; j < kPixels; j++)
      ok &= fscanf(file, "%f,", &images[i][j]) == 1;
    long long label = 0;
    ok &= fscanf(file, "%lld", &label) == 1;
    labels[i] = label;
  }
  fclose(file);
  return ok;
}

/* A generator that is good enough to begin with and to shuffle. */
static uint32_t random32(void) {
  static uint64_t state = 1;
  state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
  return (uint32_t)(state >> 32);
}

/* Weights begin between -1/sqrt(n) and 1/sqrt(n), where n is what they sum over; all else with 0.
 */
static void initialise(slot *one) {
  const int64_t count = countOf(one->info);
  const char *name = one->info->name, *end = strrchr(name, '.');
  const int isWeight = end && !strcmp(end, ".weight") && !strncmp(name, "fc", 2);
  for (int64_t i = 0; i < count && isWeight; i++) {
    const double unit = random32() / 4294967295.0;
    ((float *)one->now)[i] = (float)((2 * unit - 1) / sqrt((double)one->info->shape[1]));
  }
}

/* One slot for each input, in order; `results` gets where the outputs go that are no next value. */
static int64_t makeSlots(const lamina_model_info *info, slot *slots) {
  for (int64_t i = 0; i < info->num_inputs; i++) {
    const size_t bytes = (size_t)countOf(&info->inputs[i]) * 8;
    slots[i] = (slot){&info->inputs[i], calloc(1, bytes), NULL};
    for (int64_t k = 0; k < info->num_outputs; k++)
      if (!strcmp(info->outputs[k].name, info->inputs[i].name))
        slots[i].next = calloc(1, bytes);
    if (slots[i].next)
      initialise(&slots[i]);
  }
  return info->num_inputs;
}

static slot *find(slot *slots, int64_t count, const char *name) {
  for (int64_t i = 0; i < count; i++)
    if (!strcmp(slots[i].info->name, name))
      return &slots[i];
  fprintf(stderr, "train: the step has no '%s'\n", name);
  exit(1);
}

/* Fills a batch with the images from `first` of an order. */
static void fill(slot *image, slot *label, const int *order, int first) {
  for (int i = 0; i < kBatch; i++) {
    memcpy((float *)image->now + (size_t)i * kPixels, images[order[first + i]], sizeof images[0]);
    ((int64_t *)label->now)[i] = labels[order[first + i]];
  }
}

static void shuffle(int *order) {
  for (int i = kImages - 1; i > 0; i--) {
    const int other = (int)(random32() % (uint32_t)(i + 1)), kept = order[i];
    order[i] = order[other];
    order[other] = kept;
  }
}

/* A training: the step's inputs, where its results go, and its arguments in order. */
typedef struct {
  const lamina_model_info *info;
  slot slots[kMost];
  int64_t count, batch;
  double results[kMost]; /* each a scalar of at most eight bytes */
  void *packed, *workspace, *arguments[2 * kMost];
} training;

static int start(training *t) {
  t->info = digits_step_info();
  t->count = makeSlots(t->info, t->slots);
  t->batch = 1; /* the samples of a batch are an axis of the step's own */
  t->packed = aligned_alloc(64, (size_t)(digits_step_weights_bytes() + 63) / 64 * 64);
  t->workspace = aligned_alloc(64, (size_t)(digits_step_workspace_bytes(1) + 127) / 64 * 64);
  *(double *)find(t->slots, t->count, "lr_factor")->now = 1;
  return digits_step_pack(NULL, 0, t->packed);
}

/* Packed, inputs, outputs, batch, workspace; then now and next change places. */
static int advance(training *t) {
  int64_t next = 0;
  t->arguments[next++] = t->packed;
  for (int64_t i = 0; i < t->count; i++)
    t->arguments[next++] = t->slots[i].now;
  for (int64_t k = 0; k < t->info->num_outputs; k++) {
    void *place = &t->results[k];
    for (int64_t i = 0; i < t->count; i++)
      if (t->slots[i].next && !strcmp(t->slots[i].info->name, t->info->outputs[k].name))
        place = t->slots[i].next;
    t->arguments[next++] = place;
  }
  t->arguments[next++] = &t->batch;
  t->arguments[next++] = t->workspace;
  const int status = digits_step_invoke(t->arguments);
  for (int64_t i = 0; i < t->count; i++)
    if (t->slots[i].next) {
      void *before = t->slots[i].now;
      t->slots[i].now = t->slots[i].next;
      t->slots[i].next = before;
    }
  ++*(int64_t *)find(t->slots, t->count, "step")->now;
  return status;
}

/* One pass over the images, in the order given. */
static int runEpoch(training *t, const int *order, double *loss, double *accuracy) {
  slot *image = find(t->slots, t->count, "image"), *label = find(t->slots, t->count, "label");
  int status = LAMINA_OK, batches = 0;
  *loss = *accuracy = 0;
  for (int first = 0; first + kBatch <= kImages && status == LAMINA_OK; first += kBatch) {
    fill(image, label, order, first);
    status = advance(t);
    *loss += *(float *)&t->results[0];
    *accuracy += *(float *)&t->results[1];
    ++batches;
  }
  *loss /= batches;
  *accuracy /= batches;
  return status;
}

static void finish(training *t) {
  for (int64_t i = 0; i < t->count; i++) {
    free(t->slots[i].now);
    free(t->slots[i].next);
  }
  free(t->packed);
  free(t->workspace);
}

int main(int argc, char **argv) {
  if (argc < 2 || !readDigits(argv[1])) {
    fprintf(stderr, "usage: train digits.csv\n");
    return 1;
  }
  static training t;
  int order[kImages], status = start(&t);
  for (int i = 0; i < kImages; i++)
    order[i] = i;
  for (int epoch = 1; epoch <= kEpochs && status == LAMINA_OK; epoch++) {
    double loss, accuracy;
    shuffle(order);
    status = runEpoch(&t, order, &loss, &accuracy);
    if (epoch == 1 || epoch % 5 == 0)
      printf("epoch %2d: loss %.4f, accuracy %.4f\n", epoch, loss, accuracy);
  }
  if (status != LAMINA_OK)
    fprintf(stderr, "train: %s\n", lamina_status_text(status));
  finish(&t);
  return status != LAMINA_OK;
}
