/* The support code that models with threads carry.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef COMPILER_CODEGEN_THREADSUPPORT_H
#define COMPILER_CODEGEN_THREADSUPPORT_H

#include "lamina/abi.h"

/* Runs `rows` samples from `first` on as thread `thread` of `threads` that run them together.
 * `arguments` are those of the model's `run` up to the batch, each in eight bytes, then its
 * run-time extents. */
typedef int32_t (*lamina_form)(void *const *arguments, int64_t first, int64_t rows, int64_t thread,
                               int64_t threads, void *workspace);

typedef struct lamina_threading {
  lamina_form form;
  int64_t threads; /* that a call may use at most */
  int64_t work;    /* multiply-adds of one sample */
  int64_t apart;   /* samples a thread from which on threads take samples of their own */
  int64_t tile;    /* samples that `form` takes at most */
  int64_t slice;   /* bytes of one thread's workspace */
} lamina_threading;

/* Runs a batch. Gives the largest lamina_status of all threads. */
int32_t lamina_support_run(const lamina_threading *plan, void *const *arguments, int64_t batch,
                           void *workspace);

/* The bytes of workspace for a batch, whatever the number of threads will be; `one`: for one
 * sample. */
int64_t lamina_support_workspace(const lamina_threading *plan, int64_t one, int64_t batch);

#endif /* COMPILER_CODEGEN_THREADSUPPORT_H */
