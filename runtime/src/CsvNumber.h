// Numbers in cells of CSV text.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef RUNTIME_SRC_CSVNUMBER_H
#define RUNTIME_SRC_CSVNUMBER_H

#include "CsvCells.h"
#include "lamina/Array.h"
#include "lamina/Input.h"

namespace lamina::runtime {

enum class Verdict { Number, NoNumber, OutOfRange };

/// Stores the number in `text` as element `i`. Without an array, only looks whether it is one.
Verdict parseCell(std::string_view text, ElementType type, Array *array, int64_t i);

/// Why the cell where `cells` stands is no number of `type`.
Failure badCell(const Input &input, const CsvCells &cells, ElementType type, Verdict verdict);

} // namespace lamina::runtime

#endif // RUNTIME_SRC_CSVNUMBER_H
