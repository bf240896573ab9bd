// IDX, the format of MNIST.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_IDX_H
#define LAMINA_IDX_H

#include "lamina/Array.h"
#include "lamina/Input.h"

namespace lamina::runtime {

/// Reads an array; `.gz` is unpacked. i16 becomes i32.
Result<Array> readIdx(Input input);

} // namespace lamina::runtime

#endif // LAMINA_IDX_H
