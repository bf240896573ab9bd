/* The C ABI of a compiled model. A model's generated header carries this text to stand alone.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef LAMINA_ABI_H
#define LAMINA_ABI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Raised when a layout or a signature below changes. */
#define LAMINA_ABI_VERSION 1

/* Element types; the values are part of the ABI. bf16 and f16 are two bytes, bool is one (0 or 1).
 */
typedef enum lamina_dtype {
  LAMINA_F32 = 0,
  LAMINA_F64 = 1,
  LAMINA_BF16 = 2,
  LAMINA_F16 = 3,
  LAMINA_I8 = 4,
  LAMINA_U8 = 5,
  LAMINA_I32 = 6,
  LAMINA_I64 = 7,
  LAMINA_BOOL = 8
} lamina_dtype;

/* What a function of a model returns. After anything but LAMINA_OK the outputs are unspecified. */
typedef enum lamina_status {
  LAMINA_OK = 0,
  LAMINA_INDEX_OUT_OF_RANGE = 1,
  LAMINA_EXTENT_OUT_OF_RANGE = 2,
  LAMINA_BAD_BATCH = 3,
  LAMINA_BAD_WEIGHTS = 4,
  LAMINA_MISSING_TENSOR = 5,
  LAMINA_BAD_SHAPE = 6,
  LAMINA_BAD_DTYPE = 7,
  LAMINA_UNSUPPORTED_CPU = 8
} lamina_status;

static inline const char *lamina_status_text(int status) {
  switch (status) {
  case LAMINA_OK:
    return "ok";
  case LAMINA_INDEX_OUT_OF_RANGE:
    return "an index is out of range";
  case LAMINA_EXTENT_OUT_OF_RANGE:
    return "a run-time extent is negative or beyond its bound";
  case LAMINA_BAD_BATCH:
    return "the batch is negative or too large";
  case LAMINA_BAD_WEIGHTS:
    return "the packed weights are not those of this model and target";
  case LAMINA_MISSING_TENSOR:
    return "a parameter has no tensor";
  case LAMINA_BAD_SHAPE:
    return "a tensor has another shape than its parameter";
  case LAMINA_BAD_DTYPE:
    return "a tensor has another element type than its parameter";
  case LAMINA_UNSUPPORTED_CPU:
    return "this processor lacks instructions that every version of the code needs";
  default:
    return "unknown status";
  }
}

/* The key of a text of `length` bytes: what `key` in a `train` block makes of a cell, for programs
 * that feed the trained model. FNV-1a, stirred by MurmurHash3's finaliser, without the sign bit;
 * never 0, which stands for no text. */
static inline int64_t lamina_key(const char *text, int64_t length) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  int64_t i;
  for (i = 0; i < length; i++)
    hash = (hash ^ (uint8_t)text[i]) * UINT64_C(0x100000001b3);
  hash = (hash ^ (hash >> 33)) * UINT64_C(0xff51afd7ed558ccd);
  hash = (hash ^ (hash >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
  hash = (hash ^ (hash >> 33)) & UINT64_C(0x7fffffffffffffff);
  return hash ? (int64_t)hash : 1;
}

/* A dense tensor in C order. Nothing is owned. */
typedef struct lamina_tensor {
  const char *name;
  const void *data;
  const int64_t *shape; /* rank extents; may be null where rank is 0 */
  int32_t rank;
  int32_t dtype; /* a lamina_dtype */
} lamina_tensor;

/* In a lamina_value_info's shape: the batch, and the run-time extent number k. */
#define LAMINA_BATCH (-1)
#define LAMINA_EXTENT(k) (-2 - (k))

/* An input, an output or a parameter. */
typedef struct lamina_value_info {
  const char *name; /* as in the signature; a parameter's path */
  const int64_t *shape;
  int32_t rank;
  int32_t dtype;
} lamina_value_info;

/* A run-time extent `n: <= bound`, in the order in which `run` takes them. */
typedef struct lamina_extent_info {
  const char *name;
  int64_t bound;
} lamina_extent_info;

/* All that a program may ask of a model. Everything lies in read-only memory. */
typedef struct lamina_model_info {
  uint32_t abi_version;  /* LAMINA_ABI_VERSION of the compiler that made it */
  uint32_t embedded;     /* 1 if the weights lie in the object: `run` then takes null for them */
  const char *name;      /* the model, as written */
  const char *version;   /* of the compiler */
  const char *target;    /* triple and CPU */
  const char *options;   /* of the compilation */
  uint64_t hash;         /* of model and target; packed weights carry it */
  int64_t weights_bytes; /* of the packed buffer, its header included */
  int64_t num_inputs;
  const lamina_value_info *inputs;
  int64_t num_outputs;
  const lamina_value_info *outputs;
  int64_t num_parameters;
  const lamina_value_info *parameters;
  int64_t num_extents;
  const lamina_extent_info *extents;
} lamina_model_info;

/* The first 64 bytes of a packed buffer, which is aligned to 64 bytes. `run` refuses a buffer whose
 * header differs. */
#define LAMINA_PACKED_MAGIC                                                                        \
  UINT64_C(0x3157414e494d414c) /* "LAMINAW1" in memory on a little-endian machine */
typedef struct lamina_packed_header {
  uint64_t magic;
  uint64_t abi_version;
  uint64_t hash;
  int64_t bytes; /* of the whole buffer */
  uint64_t reserved[4];
} lamina_packed_header;

#ifdef __cplusplus
}
#endif

#endif /* LAMINA_ABI_H */
