// Cells of CSV text that are no numbers: keys and dates.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef RUNTIME_SRC_CELLTEXT_H
#define RUNTIME_SRC_CELLTEXT_H

#include "CsvCells.h"
#include "lamina/Dataset.h"
#include "lamina/Input.h"

namespace lamina::runtime {

/// The key of the text of the cell where `cells` stands, with doubled quotes resolved.
int64_t keyOf(const CsvCells &cells);

/// The keys of the cell's parts, the last ones where there are more than places; 0 in the places
/// that are left. A part without text is none.
void putKeys(const CsvCells &cells, const std::string &separator, std::span<int64_t> places);

/// One element of the column's type: what an empty cell stands for, or anything where that is a
/// failure.
Result<Array> blankCell(const ColumnSpec &spec);

/// Why the cell where `cells` stands is no date.
Failure badDate(const Input &input, const CsvCells &cells);

} // namespace lamina::runtime

#endif // RUNTIME_SRC_CELLTEXT_H
