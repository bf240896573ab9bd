/* What `--emit=exe` adds to a compiled model.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef COMPILER_CODEGEN_PROGRAM_H
#define COMPILER_CODEGEN_PROGRAM_H

#include "lamina/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a program is made for at most: axes of a value, inputs and outputs, run-time extents. */
enum { LAMINA_PROGRAM_RANK = 16, LAMINA_PROGRAM_VALUES = 64, LAMINA_PROGRAM_EXTENTS = 16 };

/* A model with its weights in it. `invoke` is `run` with its arguments by address, as in Jit.h. */
typedef struct lamina_program {
  const lamina_model_info *info;
  int64_t (*workspace_bytes)(int64_t batch);
  int32_t (*invoke)(void **arguments);
} lamina_program;

/* The `main` of the program: `PROGRAM INPUT.npy... [OUTPUT.npy...]`. Gives the exit code: 0, 1 the
 * input is wrong, 2 the command line is. */
int lamina_program_main(int argc, char **argv, const lamina_program *program);

#ifdef __cplusplus
}
#endif

#endif /* COMPILER_CODEGEN_PROGRAM_H */
