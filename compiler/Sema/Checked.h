// The checked program: what Sema makes of an AST. Every name is resolved, every static expression
// evaluated, every block instantiated; values are typed with axes and extents. One node is one op
// of the `lamina` dialect, so that IRGen decides nothing.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SEMA_CHECKED_H
#define COMPILER_SEMA_CHECKED_H

#include "compiler/Syntax/Ast.h"
#include "compiler/Syntax/Source.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lamina::sema {

using ast::ElementType;

/// An extent that is known at run time: max(0, ⌊(scale · n + offset) / divisor⌋), where n is that
/// of the axis `of` of an input.
struct RunTimeExtent {
  std::string of;
  int64_t scale = 1, offset = 0, divisor = 1;
  bool operator==(const RunTimeExtent &) const = default;
  /// That of an input itself.
  bool isInputs() const { return scale == 1 && offset == 0 && divisor == 1; }
};

/// An axis of a value. Names are unique within a type and follow the hygiene of the language: where
/// a block's local axis would meet another of the same spelling it gets a numbered name (`hid_2`).
struct Axis {
  static constexpr int64_t kBatch = -1; ///< the extent of `batch`
  std::string name;
  int64_t extent = 0;
  bool isBound = false;    ///< `n: <= 13`: the extent is known at run time, `extent` is its bound
  RunTimeExtent runTime{}; ///< of a bounded axis
  bool operator==(const Axis &) const = default;
};

/// A tensor type. The order of axes is the order of declaration; it matters only for parameters,
/// inputs and outputs.
struct Type {
  ElementType element = ElementType::F32;
  std::vector<Axis> axes;
  bool isSparse = false; ///< most elements are zeros, which no contraction looks at
  const Axis *find(std::string_view name) const;
  bool operator==(const Type &) const = default;
};

struct Node;

/// A value: a result of a node, or an argument of a region (then `node` is null).
struct Value {
  Node *node = nullptr;
  Type type;
  std::string name; ///< the user's name for it, for diagnostics; may be empty
  SourceRange range;
};

/// The ops of the dialect (dialect/*.td), one to one.
enum class Op {
  Param,
  Random,
  Constant,
  Apply,
  Repeat,
  Tap,
  Extent,
  Assert,
  Unary,
  Binary,
  Where,
  Cast,
  Dot,
  Reduce,
  Softmax,
  Standardize,
  Cumulate,
  Rearrange,
  Rename,
  Concat,
  Slice,
  Take,
  Expand,
  Pad,
  Roll,
  Shift,
  Window,
  Resize,
  Index,
  Gather,
  ScatterAdd,
  OneHot,
  TopK,
  KeepTopK,
  Sort,
  Grad,
  StopGradient,
  Backward,
  Checkpoint,
  Draw,
  Assign
};

/// `[axis, part, part, …]` groups of a rearrangement.
using AxisGroups = std::vector<std::vector<std::string>>;

/// The value of a node's attribute. Enumerations are strings in the dialect's spelling ("exp",
/// "add", "mean").
using Attribute = std::variant<bool, int64_t, double, std::string, std::vector<int64_t>,
                               std::vector<double>, std::vector<std::string>, AxisGroups>;

struct Region {
  std::vector<std::unique_ptr<Value>> arguments;
  std::vector<std::unique_ptr<Node>> nodes;
  std::vector<Value *> results;
};

/// One op. `attributes` has the names and meanings of the dialect's attributes:
/// Unary/Binary/Reduce/Pad/Resize/Cumulate/Random `kind` or `mode`; Dot/Reduce/Softmax/Standardize
/// `axes`; and so on. What differs from the dialect:
/// - Constant: `values` (int64s or doubles, row-major in the order of the type's axes; one value
/// fills).
/// - Repeat: `carried` (int64: how many of the operands are carried; the rest are stacked). Region
/// arguments: index, carried,
///   slices. Region results: carried, then collected.
/// - Param: region 0 is the initialiser, if there is one.
/// - Backward: `values` (int64: how many of the operands are the values; the rest are what they are
/// derived by). Region arguments:
///   one cotangent for each value; region results: one for each of the rest.
/// - Assert: `message` (the condition's source text).
struct Node {
  Op op;
  std::vector<Value *> operands;
  std::map<std::string, Attribute, std::less<>> attributes;
  std::vector<std::unique_ptr<Value>> results;
  std::vector<std::unique_ptr<Region>> regions;
  SourceRange range;

  Value *result(size_t i = 0) const { return results[i].get(); }
};

struct Output {
  std::string name;
  Value *value = nullptr;
};

/// A model, instantiated: `body` begins with its Param nodes; its arguments are the inputs.
struct Model {
  std::string name; ///< `Mixer_S16`; C symbols are made of its snake case
  std::string doc;
  /// With all static arguments, defaults too: `Mixer<patch = 16, dim = 512, act = gelu>`.
  std::string instantiation;
  std::vector<bool> shared; ///< one an input; input names are those of the arguments
  Region body;
  std::vector<Output> outputs;
  SourceRange range;
};

/// A `test` block, instantiated.
struct Test {
  std::string title;
  Region body;
  SourceRange range;
};

} // namespace lamina::sema

#endif // COMPILER_SEMA_CHECKED_H
