// NumPy's .npy, versions 1 to 3 (numpy.lib.format).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_NPY_H
#define LAMINA_NPY_H

#include "lamina/Array.h"
#include "lamina/Input.h"
#include "lamina/Output.h"
#include "lamina/StoredType.h"

namespace lamina::runtime {

/// Reads an array of numbers, of either byte order and axis order. Objects, text and records are
/// refused, as is any byte too few or too many.
Result<Array> readNpy(const Input &input);
/// The same, without its elements.
Result<StoredArray> openNpy(Input input);

/// All of a version 1 file that stands before the elements of `array`, which may not be bf16.
std::string npyHeader(const Array &array);

/// Writes a whole file. bf16, which NumPy lacks, is written as
/// f32, which holds it exactly.
Status writeNpy(Output &output, const Array &array);

} // namespace lamina::runtime

#endif // LAMINA_NPY_H
