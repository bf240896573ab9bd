// NumPy's .npz: a zip archive of .npy files, stored or deflated.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_NPZ_H
#define LAMINA_NPZ_H

#include "lamina/Array.h"
#include "lamina/Input.h"
#include "lamina/Output.h"

#include <span>

namespace lamina::runtime {

/// Reads the member `name`, without its `.npy`. One that is missing is a failure that lists those
/// that are there; encrypted, double or damaged ones are failures.
Result<Array> readNpz(const Input &input, const std::string &name);

struct NamedArray {
  std::string name;
  const Array *array = nullptr;
};

/// Writes an archive of `arrays`, stored; the bytes depend on nothing but these.
Status writeNpz(Output &output, std::span<const NamedArray> arrays);

} // namespace lamina::runtime

#endif // LAMINA_NPZ_H
