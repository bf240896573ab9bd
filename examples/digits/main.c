/* Classifies handwritten digits with the object that Lamina made of digits.lam: draws a few, then
 * prints the accuracy.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "digits.h"

#include <stdio.h>
#include <stdlib.h>

enum { kPixels = 64, kDigits = 10, kMaxRows = 4096, kDrawn = 4 };

typedef struct {
  int rows;
  float images[kMaxRows][kPixels];
  int labels[kMaxRows];
} dataset;

/* Reads all rows. Returns 0 if the file is not what it should be. */
static int readRows(const char *path, dataset *data) {
  FILE *file = fopen(path, "r");
  int ok = file != NULL;
  data->rows = 0;
  while (ok && data->rows < kMaxRows) {
    float cells[kPixels + 1];
    int count = 0;
    while (count <= kPixels && fscanf(file, "%f%*[,]", &cells[count]) == 1)
      count++;
    if (count == 0)
      break;
    ok = count == kPixels + 1;
    if (ok) {
      for (int i = 0; i < kPixels; i++)
        data->images[data->rows][i] = cells[i];
      data->labels[data->rows++] = (int)cells[kPixels];
    }
  }
  if (file)
    fclose(file);
  return ok && data->rows > 0;
}

static int largest(const float *scores) {
  int best = 0;
  for (int i = 1; i < kDigits; i++)
    if (scores[i] > scores[best])
      best = i;
  return best;
}

static void draw(const dataset *data, int first, const int *answers) {
  static const char *const shades[] = {"  ", "\u2591\u2591", "\u2592\u2592", "\u2593\u2593",
                                       "\u2588\u2588"};
  for (int y = 0; y < 8; y++) {
    for (int i = first; i < first + kDrawn; i++) {
      for (int x = 0; x < 8; x++)
        fputs(shades[(int)data->images[i][8 * y + x] * 4 / 16], stdout);
      fputs(i + 1 < first + kDrawn ? "  " : "\n", stdout);
    }
  }
  for (int i = first; i < first + kDrawn; i++)
    printf("%-18s",
           (const char[3]){(char)('0' + answers[i]), answers[i] == data->labels[i] ? 0 : '!', 0});
  puts("\n");
}

int main(int argc, char **argv) {
  static dataset data;
  static float scores[kMaxRows][kDigits];
  static int answers[kMaxRows];
  if (argc != 2 || !readRows(argv[1], &data)) {
    fprintf(stderr, "usage: %s digits.csv\n", argv[0]);
    return 2;
  }
  int64_t bytes = digits_workspace_bytes(data.rows);
  void *workspace = aligned_alloc(64, (size_t)(bytes + 63) / 64 * 64 + 64);
  /* The weights lie in the object, so there is no buffer of packed weights to pass. */
  int status = digits_run(NULL, &data.images[0][0], &scores[0][0], data.rows, workspace);
  free(workspace);
  if (status != LAMINA_OK) {
    fprintf(stderr, "digits: %s\n", lamina_status_text(status));
    return 1;
  }
  int right = 0;
  for (int i = 0; i < data.rows; i++) {
    answers[i] = largest(scores[i]);
    right += answers[i] == data.labels[i];
  }
  draw(&data, 0, answers);
  draw(&data, data.rows / 2, answers);
  printf("%d of %d images are read right: %.1f %%\n", right, data.rows, 100.0 * right / data.rows);
  return 0;
}
