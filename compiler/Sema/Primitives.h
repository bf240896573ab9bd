// The typing rules of the core primitives: operand types and static arguments in, nodes out.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SEMA_PRIMITIVES_H
#define COMPILER_SEMA_PRIMITIVES_H

#include "compiler/Sema/Checked.h"
#include "compiler/Syntax/Diagnostics.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lamina::sema {

/// Appends nodes to a region; what Sema's core and the primitives build with.
class Builder {
public:
  explicit Builder(Region &region) : region(region) {}
  /// Adds a node with results of the given types and returns it.
  Node *add(Op op, std::vector<Value *> operands, std::vector<Type> results, SourceRange range);
  Region &current() { return region; }

private:
  Region &region;
};

/// A resolved static argument of a primitive, with its place. Axis names are already those of the
/// IR.
struct StaticInt {
  int64_t value;
};
struct StaticFloat {
  double value;
};
struct StaticBool {
  bool value;
};
struct StaticString {
  std::string value;
};
struct StaticAxes {
  std::vector<std::string> names;
}; ///< one axis, several, or `..` expanded
struct StaticRange {
  std::optional<int64_t> low, high;
}; ///< `lo..hi`, ends open
struct StaticList {
  std::vector<int64_t> values;
};
/// An axis that is made: `o`, `k: size`; `extent` if given.
struct MadeAxis {
  std::string name;
  std::optional<int64_t> extent;
};
using StaticValue = std::variant<StaticInt, StaticFloat, StaticBool, StaticString, StaticAxes,
                                 StaticRange, StaticList>;

/// One `sarg` of a primitive: positional axes (`mean<s, c>`), `a: value` (axis with a value), `name
/// = value`, `a -> b`.
struct PrimitiveArg {
  enum class Sort { Axes, AxisValue, Named, Arrow, Value } sort;
  std::string name;               ///< the axis (AxisValue, Arrow) or the parameter's name (Named)
  std::vector<StaticValue> value; ///< one value, or those of a tuple `(lo, hi)`
  std::vector<MadeAxis> to;       ///< Arrow: what stands right of `->`
  SourceRange range;
};

/// Where random numbers are drawn: what a draw has beside the axes that the call names.
struct DrawPlace {
  std::vector<Axis> axes;                ///< `batch`, and those of `each`
  Value *like = nullptr;                 ///< a value that has the batch
  ElementType floats = ElementType::F32; ///< the model's float type
  bool isTraining = true; ///< else in an objective that is measured: `dropout` is the identity
};

/// A call of a primitive after Sema's core has resolved its parts.
struct PrimitiveCall {
  std::string name;
  std::vector<PrimitiveArg> statics;
  std::vector<Value *> operands;
  std::vector<SourceRange> operandRanges;
  /// rearrange only: the pattern with resolved axis names, and the extents given for its parts. `c`
  /// is the group {"c"}, `c: (a b)` is {"c", "a", "b"}, `c: ()` is {"c", ""}.
  AxisGroups from, to;
  std::map<std::string, int64_t> partExtents;
  /// The parameter's type where the call stands in an initialiser.
  std::optional<Type> initialised;
  int64_t members = 0; ///< how many of its first axes are those of `each`: each draws as if alone
  /// Set where code draws random numbers while it runs: in a training step.
  std::optional<DrawPlace> draws;
  bool namesBatch = false; ///< in objectives and `augment`: `batch` may be renamed and indexed
  SourceRange range;
};

/// Whether `name` is a primitive of the core.
bool isPrimitive(std::string_view name);
/// The names of all primitives, sorted; for "did you mean".
std::vector<std::string> primitiveNames();

/// How the static arguments of a primitive are read.
struct PrimitiveSyntax {
  static constexpr size_t kAllAxes = SIZE_MAX;
  size_t leadingAxes = 0; ///< how many positional arguments name axes; those after them are values
  bool makesAxes =
      false; ///< a bare axis is one that the call makes: it comes as AxisValue with its extent
};
PrimitiveSyntax primitiveSyntax(std::string_view name);

/// A number of the source, or a static one that meets tensors, as a scalar Constant (i64 or f32)
/// with the bool attribute `literal`: it takes the element type of the tensor that it meets.
Value *makeLiteral(std::variant<int64_t, double> number, SourceRange range, Builder &builder);

/// The same value with its axes stored in the order of `names`, which are exactly its axes.
Value *reorder(Value *value, const std::vector<std::string> &names, Builder &builder);

/// Checks a call and appends its nodes. Returns its results (two for topk, several for unstack and
/// chunk), or nothing after an error, which names axes, both extents and where they came from.
std::vector<Value *> checkPrimitive(const PrimitiveCall &call, Builder &builder,
                                    Diagnostics &diagnostics);

/// Elementwise operators of the expression grammar, literals already tensors of the right element
/// type.
Value *checkUnary(std::string_view kind, Value *operand, SourceRange range, Builder &builder,
                  Diagnostics &diagnostics);
Value *checkBinary(std::string_view kind, Value *lhs, Value *rhs, SourceRange range,
                   Builder &builder, Diagnostics &diagnostics);

/// `f32[s: 196, c: 512]`, for messages.
std::string toString(const Type &type);
std::string toString(ElementType type);

} // namespace lamina::sema

#endif // COMPILER_SEMA_PRIMITIVES_H
