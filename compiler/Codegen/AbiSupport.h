/* The support code that every compiled model carries. Lamina itself calls it to pack weights that
 * go into an object.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef COMPILER_CODEGEN_ABISUPPORT_H
#define COMPILER_CODEGEN_ABISUPPORT_H

#include "lamina/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One parameter; the layout is described in compiler/Codegen/Interface.h. */
typedef struct lamina_packing {
  const char *path;
  const int64_t *shape;
  const int64_t *round_strides;
  const int64_t *outer_strides;
  const int64_t *lane_strides;
  const int64_t *depth_strides;
  const void *fallback;
  int64_t offset;
  int64_t depth_extent;
  int64_t block;
  int32_t rank;
  int32_t stacked;
  int32_t dtype;
  int32_t element_bytes;
} lamina_packing;

/* LAMINA_OK if `head` begins a packed buffer of `bytes` bytes with this hash. */
int32_t lamina_support_check(const lamina_packed_header *head, uint64_t hash, int64_t bytes);

/* Packs `n` tensors as the `count` packings say into `packed`, `bytes` bytes, its head last. Gives
 * a lamina_status. */
int32_t lamina_support_pack(const lamina_packing *packings, int64_t count,
                            const lamina_tensor *tensors, int64_t n, uint64_t hash, int64_t bytes,
                            void *packed);

#ifdef __cplusplus
}
#endif

#endif /* COMPILER_CODEGEN_ABISUPPORT_H */
