// gzip, for the readers that take `.gz`.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_GZIP_H
#define LAMINA_GZIP_H

#include "lamina/Input.h"

namespace lamina::runtime {

/// `input` itself, or its unpacked bytes where its name ends in `.gz`; checks that name and content
/// agree. A stream that unpacks to more than 64 MiB and 200 times its size is refused. What unpacks
/// to more than `inMemory` bytes goes to a temporary file that has no name.
Result<Input> unpackGzip(Input input, int64_t inMemory = kInMemoryBytes);

} // namespace lamina::runtime

#endif // LAMINA_GZIP_H
