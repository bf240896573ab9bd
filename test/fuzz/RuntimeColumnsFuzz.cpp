// Any bytes as a CSV file with columns of numbers, keys, lists of keys and dates: what lies in
// memory and what is read from a temporary file are the same, however long the stretches are.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Dataset.h"
#include "runtime/src/CsvCells.h"

#include <cstdint>
#include <cstring>

using namespace lamina::runtime;

namespace {

Input inputOf(const uint8_t *data, size_t size) {
  std::vector<std::byte> bytes(size);
  if (size)
    std::memcpy(bytes.data(), data, size);
  const bool isPacked = size > 1 && data[0] == 0x1f && data[1] == 0x8b;
  return Input::fromMemory(isPacked ? "f.gz" : "f", std::move(bytes));
}

std::string cellsOf(const Input &input, int64_t stretch) {
  CsvCells cells(input, stretch);
  std::string all;
  while (cells.next()) {
    all += cells.cell;
    all += cells.isLastOfRow ? '\n' : '\0';
  }
  return cells.status() ? all : cells.status().error();
}

void compare(const uint8_t *data, size_t size, const ColumnSpec &spec) {
  Result<std::vector<ColumnPiece>> kept = openCsvColumns(inputOf(data, size), {&spec, 1});
  Result<std::vector<ColumnPiece>> streamed = openCsvColumns(inputOf(data, size), {&spec, 1}, 0);
  if (bool(kept) != bool(streamed))
    __builtin_trap();
  if (!kept)
    return;
  const Array &array = *kept->front().array;
  std::vector<std::byte> rows(array.sizeInBytes());
  const ColumnPiece &piece = streamed->front();
  if (!piece.source || !piece.source->read(0, piece.rows, rows.data()) ||
      std::memcmp(rows.data(), array.data(), rows.size()) != 0)
    __builtin_trap();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const Input input = inputOf(data, size);
  if (cellsOf(input, 1) != cellsOf(input, CsvCells::kStretch))
    __builtin_trap();
  ColumnSpec spec;
  spec.last = 1;
  spec.type = ElementType::F32;
  spec.empty = -1;
  compare(data, size, spec);
  spec.type = ElementType::I64;
  spec.reader = CellReader::Date;
  compare(data, size, spec);
  spec.reader = CellReader::Key;
  compare(data, size, spec);
  spec.reader = CellReader::Keys;
  spec.separator = "^";
  spec.shape = {3};
  compare(data, size, spec);
  return 0;
}
