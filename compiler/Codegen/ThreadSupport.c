/* How the threads of a model made with --threads=omp share a batch. Compiled to bitcode when Lamina
 * is built, linked into such models, where it becomes internal.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "compiler/Codegen/ThreadSupport.h"

int omp_get_max_threads(void);
int omp_get_num_threads(void);
int omp_get_thread_num(void);

enum {
  MOST_THREADS = 64,
  /* Multiply-adds that are worth one more thread: a parallel region costs a microsecond, these cost
     about five. */
  WORTH_A_THREAD = 1 << 18
};

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }

static int64_t threads_worth(const lamina_threading *plan, int64_t batch) {
  int64_t enough = MOST_THREADS;
  if (plan->work == 0 || batch < (int64_t)MOST_THREADS * WORTH_A_THREAD / plan->work)
    enough = batch * plan->work / WORTH_A_THREAD;
  return least(least(enough, MOST_THREADS), least(plan->threads, omp_get_max_threads()));
}

/* Samples `first` to `last` in equal tiles by `threads` threads together, of which this is number
 * `thread`. A bad status ends nothing: the other threads would wait for this one. */
static int32_t run_tiles(const lamina_threading *plan, void *const *arguments, int64_t first,
                         int64_t last, int64_t thread, int64_t threads, char *workspace) {
  int32_t status = LAMINA_OK;
  while (first < last) {
    int64_t left = last - first, tiles = (left - 1) / plan->tile + 1, rows = (left - 1) / tiles + 1;
    int32_t own = plan->form(arguments, first, rows, thread, threads, workspace);
    if (own > status)
      status = own;
    first += rows;
  }
  return status;
}

/* The part of the thread that calls. Threads that have samples enough run all layers on their own;
 * few samples they share, kernel by kernel, and so they do where one thread would be left with many
 * more samples than another. */
static int32_t run_part(const lamina_threading *plan, void *const *arguments, int64_t batch,
                        char *workspace) {
  int64_t thread = omp_get_thread_num(), threads = omp_get_num_threads();
  int64_t fewest = batch / threads, longer = batch % threads;
  if (fewest < plan->apart || (longer != 0 && fewest < 8))
    return run_tiles(plan, arguments, 0, batch, thread, threads, workspace);
  int64_t first = thread * fewest + least(thread, longer);
  return run_tiles(plan, arguments, first, first + fewest + (thread < longer), 0, 1,
                   workspace + thread * plan->slice);
}

int32_t lamina_support_run(const lamina_threading *plan, void *const *arguments, int64_t batch,
                           void *workspace) {
  int64_t threads = threads_worth(plan, batch);
  if (threads <= 1)
    return run_tiles(plan, arguments, 0, batch, 0, 1, workspace);
  int32_t statuses[MOST_THREADS] = {LAMINA_OK};
#pragma omp parallel num_threads((int)threads)
  statuses[omp_get_thread_num()] = run_part(plan, arguments, batch, workspace);
  int32_t status = LAMINA_OK;
  for (int64_t i = 0; i < threads; ++i)
    if (statuses[i] > status)
      status = statuses[i];
  return status;
}

int64_t lamina_support_workspace(const lamina_threading *plan, int64_t one, int64_t batch) {
  if (batch <= 1)
    return one;
  return plan->slice * most(1, least(plan->threads, batch / plan->apart));
}
