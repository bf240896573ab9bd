// Initial values: counter-based random numbers by Philox 4x32-10 (Salmon et al. 2011, "Parallel
// random numbers: as easy as 1, 2, 3"), so that an element depends on the seed, the parameter's
// path and its place alone.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Interpreter/Random.h"

#include "compiler/Interpreter/Evaluate.h"

#include <cmath>

namespace lamina::interpreter {

std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    uint64_t a = uint64_t(0xD2511F53) * counter[0], b = uint64_t(0xCD9E8D57) * counter[2];
    counter = {uint32_t(b >> 32) ^ counter[1] ^ key[0], uint32_t(b),
               uint32_t(a >> 32) ^ counter[3] ^ key[1], uint32_t(a)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

/// FNV-1a, 64 bits.
static uint64_t hashOf(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (unsigned char c : text)
    hash = (hash ^ c) * 0x100000001b3;
  return hash;
}

namespace {
/// The random numbers of one draw: element i, attempt t give two uniform numbers in [0, 1).
class Stream {
public:
  Stream(uint64_t seed, std::string_view name)
      : key{uint32_t(seed), uint32_t(seed >> 32)}, stream(hashOf(name)) {}

  std::pair<double, double> uniforms(int64_t i, uint32_t attempt = 0) const {
    auto words = philox({uint32_t(i), uint32_t(uint64_t(i) >> 32) + (attempt << 16),
                         uint32_t(stream), uint32_t(stream >> 32)},
                        key);
    return {unit(words[0], words[1]), unit(words[2], words[3])};
  }

  /// Box and Muller 1958, the cosine branch: sqrt(-2 ln(1 - u)) cos(2 pi v).
  double normal(int64_t i, uint32_t attempt = 0) const {
    auto [u, v] = uniforms(i, attempt);
    return std::sqrt(-2 * std::log1p(-u)) * std::cos(2 * M_PI * v);
  }

  double truncatedNormal(int64_t i) const {
    double z = normal(i);
    for (uint32_t attempt = 1; std::abs(z) > 2; ++attempt)
      z = normal(i, attempt);
    return z;
  }

private:
  /// 53 bits of two words.
  static double unit(uint32_t high, uint32_t low) {
    return std::ldexp(double((uint64_t(high) << 21) | (low >> 11)), -53);
  }

  std::array<uint32_t, 2> key;
  uint64_t stream;
};
} // namespace

/// Makes the rows of a rows x columns matrix (rows <= columns) orthonormal: Gram and Schmidt, each
/// row twice, which is orthogonal to working precision (Giraud et al. 2005).
static void orthonormalize(std::vector<double> &matrix, int64_t rows, int64_t columns) {
  for (int64_t r = 0; r < rows; ++r) {
    double *row = &matrix[r * columns];
    for (int64_t earlier = 0; earlier < 2 * r; ++earlier) {
      const double *other = &matrix[(earlier % r) * columns];
      double product = 0;
      for (int64_t c = 0; c < columns; ++c)
        product += row[c] * other[c];
      for (int64_t c = 0; c < columns; ++c)
        row[c] -= product * other[c];
    }
    double squares = 0;
    for (int64_t c = 0; c < columns; ++c)
      squares += row[c] * row[c];
    for (int64_t c = 0; c < columns; ++c)
      row[c] /= std::sqrt(squares);
  }
}

/// A matrix whose rows are orthonormal, or its columns where it has fewer of those, from element
/// `first` on.
static void drawMatrix(Tensor &result, int64_t first, int64_t rows, int64_t columns,
                       const Stream &stream, double gain) {
  bool isTall = rows > columns;
  int64_t vectors = isTall ? columns : rows, length = isTall ? rows : columns;
  std::vector<double> matrix(vectors * length);
  for (size_t i = 0; i < matrix.size(); ++i)
    matrix[i] = stream.normal(first + int64_t(i));
  orthonormalize(matrix, vectors, length);
  for (int64_t v = 0; v < vectors; ++v)
    for (int64_t l = 0; l < length; ++l)
      result.reals[first + (isTall ? l * columns + v : v * columns + l)] =
          gain * matrix[v * length + l];
}

/// A matrix of the first axis behind `members` ones by all others, for each position of those.
static void drawOrthogonal(Tensor &result, int64_t members, const Stream &stream, double gain) {
  const std::vector<int64_t> &extents = result.shape.extents;
  int64_t matrices = 1;
  for (int64_t axis = 0; axis < members; ++axis)
    matrices *= extents[axis];
  int64_t size = matrices == 0 ? 0 : result.shape.size() / matrices;
  int64_t rows = members < int64_t(extents.size()) ? extents[members] : 1;
  int64_t columns = rows == 0 ? 0 : size / rows;
  for (int64_t i = 0; i < matrices; ++i)
    drawMatrix(result, i * size, rows, columns, stream, gain);
}

/// In [low, high) also after rounding to the element type.
static double uniformBelow(double low, double high, double u, mlir::Type element) {
  double value = roundTo(element, low + (high - low) * u);
  return value >= high && low < high ? roundTo(element, low) : value;
}

Tensor evaluateRandom(ir::RandomOp op, uint64_t seed, std::string_view name) {
  Tensor result = makeTensor(op.getType().getElementType(), shapeOf(op.getType(), {}));
  Stream stream(seed, name);
  double low = op.getLow().convertToDouble(), high = op.getHigh().convertToDouble();
  if (op.getKind() == ir::RandomKind::Orthogonal) {
    drawOrthogonal(result, op.getEach(), stream, high);
    return result;
  }
  for (size_t i = 0; i < result.reals.size(); ++i) {
    auto element = int64_t(i);
    if (op.getKind() == ir::RandomKind::Uniform)
      result.reals[i] = uniformBelow(low, high, stream.uniforms(element).first, result.element);
    else if (op.getKind() == ir::RandomKind::Normal)
      result.reals[i] = low + high * stream.normal(element);
    else
      result.reals[i] = low + high * stream.truncatedNormal(element);
  }
  return result;
}

} // namespace lamina::interpreter
