// Loads and stores of buffers at places, and the types that elements have in registers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_KERNELS_BUFFERACCESS_H
#define COMPILER_KERNELS_BUFFERACCESS_H

#include "compiler/Kernels/EvaluatorPlace.h"
#include "compiler/Kernels/Kernels.h"

namespace lamina::kernels {

/// The type that elements have in registers: signless integers, i1 for bool.
mlir::Type registerType(mlir::Type element);
/// The type that elements have in memory: bytes for bool.
mlir::Type memoryType(mlir::Type element);

/// `type`, or a vector of it where `lanes` is above 1.
mlir::Type lanesOf(mlir::Type type, int64_t lanes);

/// `value` for all lanes: a scalar is broadcast where `lanes` is above 1.
mlir::Value broadcastTo(mlir::Value value, int64_t lanes, mlir::ImplicitLocOpBuilder &builder);

/// The linear form of a position in a buffer's memory, in elements.
Coordinate addressOf(const Buffer &buffer, const Place &place, mlir::ImplicitLocOpBuilder &builder);

/// A vector of `place.lanes` elements, or a scalar where all lanes read one element.
mlir::Value loadAt(const Buffer &buffer, const Place &place, mlir::ImplicitLocOpBuilder &builder);
/// Writes `value`, a scalar or a vector of `place.lanes`.
void storeAt(mlir::Value value, const Buffer &buffer, const Place &place,
             mlir::ImplicitLocOpBuilder &builder);

/// The place that a position of a builder stands for.
Place placeOf(const Position &position);

} // namespace lamina::kernels

#endif // COMPILER_KERNELS_BUFFERACCESS_H
