// A dense array that owns its bytes, and the one place where sizes are computed.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_ARRAY_H
#define LAMINA_ARRAY_H

#include "lamina/Result.h"
#include "lamina/abi.h"

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lamina::runtime {

enum class ElementType : int32_t {
  F32 = LAMINA_F32,
  F64 = LAMINA_F64,
  BF16 = LAMINA_BF16,
  F16 = LAMINA_F16,
  I8 = LAMINA_I8,
  U8 = LAMINA_U8,
  I32 = LAMINA_I32,
  I64 = LAMINA_I64,
  Bool = LAMINA_BOOL,
};

size_t elementSize(ElementType type);
/// The language's name of it: `f32`.
const char *elementName(ElementType type);
bool isFloat(ElementType type);

using Shape = std::vector<int64_t>;

/// `[3, 224, 224]`; a scalar is `[]`.
std::string printShape(const Shape &shape);

/// More axes than this are refused in every file.
inline constexpr size_t kMaxRank = 32;

/// The number of elements; nothing if an extent is negative or the count exceeds 2^63 - 1, even
/// where another extent is 0.
std::optional<int64_t> countElements(std::span<const int64_t> shape);
/// The number of bytes; nothing where countElements gives none or the product exceeds 2^63 - 1.
std::optional<int64_t> countBytes(std::span<const int64_t> shape, size_t elementSize);

/// A dense array in C order.
class Array {
public:
  /// Uninitialised storage; fails when the size overflows or memory is short.
  static Result<Array> create(ElementType type, Shape shape);

  ElementType type() const { return elementType; }
  const Shape &shape() const { return extents; }
  size_t rank() const { return extents.size(); }
  int64_t size() const { return count; }
  size_t sizeInBytes() const { return size_t(count) * elementSize(elementType); }
  std::byte *data() { return bytes.get(); }
  const std::byte *data() const { return bytes.get(); }
  template <typename T> T *as() { return reinterpret_cast<T *>(bytes.get()); }
  template <typename T> const T *as() const { return reinterpret_cast<const T *>(bytes.get()); }

  /// Element `i` in C order; exact for every type but i64 beyond 2^53.
  double valueAt(int64_t i) const;
  /// The bytes under another shape of as many elements.
  void reshape(Shape shape) { extents = std::move(shape); }
  Result<Array> copy() const;

private:
  struct Free {
    void operator()(std::byte *p) const { std::free(p); }
  };
  ElementType elementType = ElementType::F32;
  Shape extents;
  int64_t count = 0;
  std::unique_ptr<std::byte[], Free> bytes;
};

/// `array` as `type`. A cast that loses is refused: a float to an integer, an integer that `type`
/// cannot hold exactly, a finite float that becomes infinite. Floats round to nearest.
Result<Array> cast(const Array &array, ElementType type);

/// `index` of `shape` as `(1, 2, 3)`, for messages.
std::string printIndex(int64_t index, const Shape &shape);

} // namespace lamina::runtime

#endif // LAMINA_ARRAY_H
