// IDX, the format of MNIST.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_IDX_H
#define LAMINA_IDX_H

#include "lamina/Array.h"
#include "lamina/Input.h"
#include "lamina/StoredType.h"

namespace lamina::runtime {

/// Reads an array; `.gz` is unpacked. i16 becomes i32.
Result<Array> readIdx(Input input);
/// The same, without its elements. What was packed is as `unpackGzip` leaves it.
Result<StoredArray> openIdx(Input input, int64_t inMemory = kInMemoryBytes);

} // namespace lamina::runtime

#endif // LAMINA_IDX_H
