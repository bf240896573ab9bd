// Where an evaluation stands: a linear form of loop indices and lanes for every axis.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_KERNELS_EVALUATORPLACE_H
#define COMPILER_KERNELS_EVALUATORPLACE_H

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/StringMap.h"

namespace lamina::kernels {

/// What is known of an index at compile time: it lies in [low, high] and is a multiple of `divisor`
/// (0: it is 0).
struct IndexFacts {
  int64_t low;
  int64_t high;
  int64_t divisor;
};

/// Facts from how an index value is made: loops with constant bounds, constants, quotients and
/// rests.
IndexFacts factsOf(mlir::Value index);

/// The position on one axis in lane l: `constant + sum of coefficient * term + step * l +
/// vector[l]`. Linear forms keep views free: a slice of a window of a split axis is still one base
/// address and one step.
struct Coordinate {
  int64_t constant = 0;
  int64_t step = 0;
  llvm::SmallVector<std::pair<mlir::Value, int64_t>, 2> terms; ///< index values and coefficients
  mlir::Value vector; ///< `vector<lanes x i32>` where lanes are not evenly spaced, else null

  static Coordinate of(mlir::Value index);
  bool isUniform() const { return step == 0 && !vector; }
  bool isConstant() const { return isUniform() && terms.empty(); }

  Coordinate operator+(int64_t offset) const;
  /// Facts of lane 0's linear part; a vector makes the range unknown.
  IndexFacts facts() const;
};

/// A coordinate for every axis of a tensor, and how many lanes are computed at once.
struct Place {
  llvm::StringMap<Coordinate> at;
  int64_t lanes = 1;

  /// The coordinate on `axis`; 0 where the place has none.
  Coordinate find(llvm::StringRef axis) const;
  /// Whether some lane stands elsewhere than lane 0.
  bool varies() const;
  /// The same place `first` lanes further on, `count` lanes wide.
  Place part(int64_t first, int64_t count, mlir::ImplicitLocOpBuilder &builder) const;
};

Coordinate sum(const Coordinate &lhs, const Coordinate &rhs, mlir::ImplicitLocOpBuilder &builder);
Coordinate scaled(const Coordinate &coordinate, int64_t factor,
                  mlir::ImplicitLocOpBuilder &builder);

/// The coordinate of lane 0 without its vector, as an index value.
mlir::Value scalarIndex(const Coordinate &coordinate, mlir::ImplicitLocOpBuilder &builder);

/// The coordinates of all lanes: `vector<lanes x i32>`.
mlir::Value laneIndices(const Coordinate &coordinate, int64_t lanes,
                        mlir::ImplicitLocOpBuilder &builder);

/// `coordinate / divisor` and `coordinate % divisor`, by knowledge of the linear form where that
/// suffices. `extent` bounds the coordinate.
std::pair<Coordinate, Coordinate> divide(const Coordinate &coordinate, int64_t divisor,
                                         int64_t extent, int64_t lanes,
                                         mlir::ImplicitLocOpBuilder &builder);

/// How many consecutive lanes surely stay within one group of `divisor` positions (0: no crossing
/// for all lanes).
int64_t lanesWithinGroup(const Coordinate &coordinate, int64_t divisor, int64_t lanes);

/// A constant `vector<lanes x i32>`: start, start + step, ….
mlir::Value iota(int64_t start, int64_t step, int64_t lanes, mlir::ImplicitLocOpBuilder &builder);

/// A constant of an index or integer type, or of a vector of integers.
mlir::Value constantLike(mlir::Type type, int64_t value, mlir::ImplicitLocOpBuilder &builder);

} // namespace lamina::kernels

#endif // COMPILER_KERNELS_EVALUATORPLACE_H
