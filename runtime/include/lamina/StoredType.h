// Element types as files store them, and how they become arrays.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_STOREDTYPE_H
#define LAMINA_STOREDTYPE_H

#include "lamina/Array.h"
#include "lamina/Input.h"

namespace lamina::runtime {

/// The types of the language, then those that only files have; the latter widen to the next larger
/// integer.
enum class StoredType { F32, F64, BF16, F16, I8, U8, I32, I64, Bool, I16, U16, U32, U64 };

size_t storedSize(StoredType type);
/// What an array of `type` becomes: i16 and u16 become i32, u32 and u64 become i64.
ElementType elementOf(StoredType type);

struct Layout {
  StoredType type = StoredType::F32;
  Shape shape;
  bool bigEndian = false;
  bool fortranOrder = false;
};

/// Reads an array that lies at `offset`. The caller has checked that `input` holds its bytes. A
/// bool other than 0 and 1 and a u64 beyond i64 are failures.
Result<Array> decode(const Input &input, int64_t offset, const Layout &layout);

/// An array within a file that holds all of its bytes.
struct StoredArray {
  Input input;
  int64_t offset = 0;
  Layout layout;

  /// Whether the elements of a row, a position of the first axis, lie side by side.
  bool hasRows() const;
  int64_t sizeInBytes() const;
  /// Reads rows [first, first + count).
  Result<Array> rows(int64_t first, int64_t count) const;
  Result<Array> all() const { return decode(input, offset, layout); }
};

} // namespace lamina::runtime

#endif // LAMINA_STOREDTYPE_H
