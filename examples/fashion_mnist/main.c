/* Classifies the 10,000 test images of Fashion-MNIST with the object that Lamina made of
 * fashion.lam, batch by batch, and prints the accuracy and what is mistaken for what.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "fashion.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

enum { kImages = 10000, kPixels = 28 * 28, kKinds = 10, kBatch = 100 };

static const char *const kKindNames[kKinds] = {"T-shirt", "trousers", "pullover", "dress", "coat",
                                               "sandal",  "shirt",    "sneaker",  "bag",   "boot"};

/* Reads the `bytes` bytes behind the header of FOLDER/NAME, an IDX file under gzip. */
static int readIdx(const char *folder, const char *name, int header, uint8_t *data, int bytes) {
  char path[1024];
  uint8_t skipped[16];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  gzFile file = gzopen(path, "rb");
  int ok = file && gzread(file, skipped, (unsigned)header) == header &&
           gzread(file, data, (unsigned)bytes) == bytes;
  if (file)
    gzclose(file);
  if (!ok)
    fprintf(stderr, "fashion: cannot read %s\n", path);
  return ok;
}

static void printMistakes(int counts[kKinds][kKinds]) {
  puts("most frequent mistakes:");
  for (int rank = 0; rank < 5; rank++) {
    int truth = 0, answer = 1;
    for (int i = 0; i < kKinds; i++)
      for (int j = 0; j < kKinds; j++)
        if (i != j && counts[i][j] > counts[truth][answer])
          truth = i, answer = j;
    printf("  %4d  %s taken for %s\n", counts[truth][answer], kKindNames[truth],
           kKindNames[answer]);
    counts[truth][answer] = 0;
  }
}

int main(int argc, char **argv) {
  static uint8_t images[kImages * kPixels], labels[kImages];
  static float scores[kBatch * kKinds];
  static int64_t best[kImages];
  const char *folder = argc > 1 ? argv[1] : "/usr/share/datasets/fashion-mnist";
  if (!readIdx(folder, "t10k-images-idx3-ubyte.gz", 16, images, kImages * kPixels) ||
      !readIdx(folder, "t10k-labels-idx1-ubyte.gz", 8, labels, kImages))
    return 1;
  void *workspace = aligned_alloc(64, (size_t)(fashion_workspace_bytes(kBatch) + 127) / 64 * 64);
  for (int first = 0; first < kImages; first += kBatch) {
    int status =
        fashion_run(NULL, images + first * kPixels, scores, best + first, kBatch, workspace);
    if (status != LAMINA_OK) {
      fprintf(stderr, "fashion: %s\n", lamina_status_text(status));
      return 1;
    }
  }
  free(workspace);
  int counts[kKinds][kKinds] = {{0}}, right = 0;
  for (int i = 0; i < kImages; i++) {
    counts[labels[i]][best[i]]++;
    right += best[i] == labels[i];
  }
  printf("%d of %d test images are read right: %.1f %%\n", right, kImages, 100.0 * right / kImages);
  printMistakes(counts);
  return 0;
}
