/* A compiled model's symbols in a shared library.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef TEST_BENCH_LIBRARY_H
#define TEST_BENCH_LIBRARY_H

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

/* The address of PREFIX_NAME; ends the worker if it is not there. */
static inline void *symbol(void *library, const char *prefix, const char *name) {
  char text[256];
  snprintf(text, sizeof text, "%s_%s", prefix, name);
  void *address = dlsym(library, text);
  if (!address) {
    fprintf(stderr, "no symbol %s\n", text);
    exit(1);
  }
  return address;
}

#endif /* TEST_BENCH_LIBRARY_H */
