// Comma-separated numbers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_CSV_H
#define LAMINA_CSV_H

#include "lamina/Array.h"
#include "lamina/Input.h"
#include "lamina/Output.h"

namespace lamina::runtime {

/// Reads a table `[rows, columns]` of `type`; `.gz` is unpacked. A first row that is not all
/// numbers is a header. Blanks around a cell, quotes, a leading `+`, CR, LF or CRLF and a byte
/// order mark are fine; an empty cell, a row of another length, what is no number of `type` or
/// beyond its range is a failure with row and column (both from 1, the header counted).
Result<Array> readCsv(Input input, ElementType type);

/// Writes an array of one axis as one row, of more axes as one row for each position of the first.
/// Floats read back to the same bits.
Status writeCsv(Output &output, const Array &array);

} // namespace lamina::runtime

#endif // LAMINA_CSV_H
