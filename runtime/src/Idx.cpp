// Reads IDX: two zero bytes, type, rank, big-endian extents, big-endian data.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lamina/Idx.h"

#include "lamina/Gzip.h"
#include "lamina/StoredType.h"

namespace lamina::runtime {
namespace {

std::optional<StoredType> typeOf(unsigned char code) {
  switch (code) {
  case 0x08:
    return StoredType::U8;
  case 0x09:
    return StoredType::I8;
  case 0x0b:
    return StoredType::I16;
  case 0x0c:
    return StoredType::I32;
  case 0x0d:
    return StoredType::F32;
  case 0x0e:
    return StoredType::F64;
  default:
    return std::nullopt;
  }
}

uint32_t readExtent(const unsigned char *p, bool bigEndian) {
  return bigEndian ? uint32_t(p[0]) << 24 | p[1] << 16 | p[2] << 8 | p[3]
                   : uint32_t(p[3]) << 24 | p[2] << 16 | p[1] << 8 | p[0];
}

/// Why the extents do not fit the data.
Failure misfit(const Input &input, const Layout &layout, const unsigned char *extents,
               int64_t held) {
  const std::string shape = printShape(layout.shape);
  Shape swapped;
  for (size_t i = 0; i < layout.shape.size(); ++i)
    swapped.push_back(readExtent(extents + 4 * i, false));
  if (countBytes(swapped, storedSize(layout.type)) == held)
    return input.fail("its extents are little-endian; IDX is big-endian");
  std::optional<int64_t> bytes = countBytes(layout.shape, storedSize(layout.type));
  if (!bytes)
    return input.fail("its shape " + shape + " is too large");
  return input.fail("holds " + std::to_string(held) + " bytes of data, but its shape " + shape +
                    " needs " + std::to_string(*bytes));
}

} // namespace

Result<Array> readIdx(Input file) {
  Result<StoredArray> stored = openIdx(std::move(file));
  return stored ? stored->all() : stored.failure();
}

Result<StoredArray> openIdx(Input file, int64_t inMemory) {
  Result<Input> input = unpackGzip(std::move(file), inMemory);
  if (!input)
    return input.failure();
  unsigned char magic[4], extents[4 * kMaxRank];
  if (input->size() < 4)
    return input->fail("is too short for an IDX file: " + std::to_string(input->size()) + " bytes");
  if (Status status = input->read(0, magic, 4); !status)
    return status.failure();
  std::optional<StoredType> type = typeOf(magic[2]);
  if (magic[0] || magic[1])
    return input->fail("is no IDX file: it does not begin with two zero bytes");
  if (!type)
    return input->fail("has the unknown IDX element type " + std::to_string(magic[2]));
  const size_t rank = magic[3];
  if (rank == 0 || rank > kMaxRank)
    return input->fail("has " + std::to_string(rank) + " axes; 1 to " + std::to_string(kMaxRank) +
                       " are possible");
  const int64_t start = 4 + 4 * int64_t(rank);
  if (input->size() < start)
    return input->fail("ends within its " + std::to_string(rank) + " extents");
  if (Status status = input->read(4, extents, 4 * int64_t(rank)); !status)
    return status.failure();
  Layout layout{*type, {}, /*bigEndian=*/true};
  for (size_t i = 0; i < rank; ++i)
    layout.shape.push_back(readExtent(extents + 4 * i, true));
  if (countBytes(layout.shape, storedSize(*type)) != input->size() - start)
    return misfit(*input, layout, extents, input->size() - start);
  return StoredArray{std::move(*input), start, std::move(layout)};
}

} // namespace lamina::runtime
