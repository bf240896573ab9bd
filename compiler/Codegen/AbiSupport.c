/* What every compiled model needs besides its kernels: the check of a packed buffer and the packing
 * of named tensors. Compiled to bitcode when Lamina is built, linked into each model, where it
 * becomes internal. Uses nothing of libc.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "compiler/Codegen/AbiSupport.h"

enum { MAX_RANK = 32 };

int32_t lamina_support_check(const lamina_packed_header *head, uint64_t hash, int64_t bytes) {
  if (!head || head->magic != LAMINA_PACKED_MAGIC || head->abi_version != LAMINA_ABI_VERSION ||
      head->hash != hash || head->bytes != bytes)
    return LAMINA_BAD_WEIGHTS;
  return LAMINA_OK;
}

/* Whether `name` is `path` with its asterisks replaced by `rounds`. */
static int matches(const char *path, const int64_t *rounds, const char *name) {
  for (; *path; ++path) {
    if (*path != '*') {
      if (*path != *name++)
        return 0;
      continue;
    }
    int64_t value = *rounds++;
    int64_t scale = 1;
    while (value / scale >= 10)
      scale *= 10;
    for (; scale; scale /= 10)
      if (*name++ != (char)('0' + value / scale % 10))
        return 0;
  }
  return *name == 0;
}

/* Tensors mostly come in the order of the parameters, so the search goes on from where the last one
 * was found. */
static const lamina_tensor *find(const lamina_packing *p, const int64_t *rounds,
                                 const lamina_tensor *tensors, int64_t n, int64_t *next) {
  for (int64_t i = 0; i < n; ++i) {
    int64_t at = *next + i < n ? *next + i : *next + i - n;
    if (matches(p->path, rounds, tensors[at].name)) {
      *next = at + 1 < n ? at + 1 : 0;
      return &tensors[at];
    }
  }
  return 0;
}

static void copy_bytes(char *to, const char *from, int64_t bytes) {
  for (int64_t i = 0; i < bytes; ++i)
    to[i] = from[i];
}

static void zero_bytes(char *to, int64_t bytes) {
  for (int64_t i = 0; i < bytes; ++i)
    to[i] = 0;
}

static void copy_element(char *to, const char *from, int32_t bytes) {
  switch (bytes) {
  case 4:
    *(uint32_t *)to = *(const uint32_t *)from;
    break;
  case 8:
    *(uint64_t *)to = *(const uint64_t *)from;
    break;
  case 2:
    *(uint16_t *)to = *(const uint16_t *)from;
    break;
  default:
    *to = *from;
    break;
  }
}

/* Copies one tensor, row-major, to its places. */
static void pack_tensor(const lamina_packing *p, const char *data, char *out) {
  const int64_t *shape = p->shape + p->stacked;
  int32_t rank = p->rank - p->stacked;
  int64_t index[MAX_RANK];
  int64_t count = 1;
  for (int32_t d = 0; d < rank; ++d) {
    index[d] = 0;
    count *= shape[d];
  }
  int64_t lane = 0, depth = 0, outer = 0;
  for (int64_t e = 0; e < count; ++e) {
    int64_t at = outer;
    if (p->block)
      at += (lane / p->block * p->depth_extent + depth) * p->block + lane % p->block;
    copy_element(out + at * p->element_bytes, data + e * p->element_bytes, p->element_bytes);
    for (int32_t d = rank - 1; d >= 0; --d) {
      ++index[d];
      lane += p->lane_strides[d];
      depth += p->depth_strides[d];
      outer += p->outer_strides[d];
      if (index[d] < shape[d])
        break;
      index[d] = 0;
      lane -= shape[d] * p->lane_strides[d];
      depth -= shape[d] * p->depth_strides[d];
      outer -= shape[d] * p->outer_strides[d];
    }
  }
}

static int32_t check_tensor(const lamina_packing *p, const lamina_tensor *tensor) {
  if (tensor->dtype != p->dtype)
    return LAMINA_BAD_DTYPE;
  if (tensor->rank != p->rank - p->stacked)
    return LAMINA_BAD_SHAPE;
  for (int32_t d = 0; d < tensor->rank; ++d)
    if (tensor->shape[d] != p->shape[p->stacked + d])
      return LAMINA_BAD_SHAPE;
  return LAMINA_OK;
}

/* Packs every round of one parameter. */
static int32_t pack_parameter(const lamina_packing *p, const lamina_tensor *tensors, int64_t n,
                              int64_t *next, char *packed) {
  int64_t rounds[MAX_RANK];
  int64_t total = 1, elements = 1;
  for (int32_t d = 0; d < p->stacked; ++d)
    total *= p->shape[d];
  for (int32_t d = p->stacked; d < p->rank; ++d)
    elements *= p->shape[d];
  for (int64_t round = 0; round < total; ++round) {
    int64_t rest = round, at = p->offset;
    for (int32_t d = p->stacked - 1; d >= 0; --d) {
      rounds[d] = rest % p->shape[d];
      rest /= p->shape[d];
      at += rounds[d] * p->round_strides[d];
    }
    const lamina_tensor *tensor = find(p, rounds, tensors, n, next);
    const char *data =
        p->fallback ? (const char *)p->fallback + round * elements * p->element_bytes : 0;
    if (tensor) {
      int32_t status = check_tensor(p, tensor);
      if (status != LAMINA_OK)
        return status;
      data = (const char *)tensor->data;
    }
    if (!data)
      return LAMINA_MISSING_TENSOR;
    pack_tensor(p, data, packed + at);
  }
  return LAMINA_OK;
}

int32_t lamina_support_pack(const lamina_packing *packings, int64_t count,
                            const lamina_tensor *tensors, int64_t n, uint64_t hash, int64_t bytes,
                            void *packed) {
  lamina_packed_header head = {LAMINA_PACKED_MAGIC, LAMINA_ABI_VERSION, hash, bytes, {0, 0, 0, 0}};
  int64_t next = 0;
  zero_bytes((char *)packed, bytes);
  for (int64_t i = 0; i < count; ++i) {
    int32_t status = pack_parameter(&packings[i], tensors, n, &next, (char *)packed);
    if (status != LAMINA_OK)
      return status;
  }
  /* The head comes last: a buffer whose packing failed is never taken for a good one. */
  copy_bytes((char *)packed, (const char *)&head, (int64_t)sizeof head);
  return LAMINA_OK;
}
