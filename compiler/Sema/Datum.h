// What an expression of the language can denote while a program is instantiated: static values,
// tensors, blocks, layers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SEMA_DATUM_H
#define COMPILER_SEMA_DATUM_H

#include "compiler/Sema/Checked.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

namespace lamina::sema {

struct Module;
struct Callable;
struct Layer;
struct Record;
struct Datum;
struct ColumnRef;

/// What stands for an expression whose error has been reported; everything it touches stays silent.
struct Poison {};
/// `none`
struct Absent {};
/// `lo..hi` as a value
struct IntRange {
  std::optional<int64_t> low, high;
};
/// An axis as a block sees it: `ir` is its name in the program that is built, `spelled` the
/// caller's word for it.
struct BoundAxis {
  std::string ir;
  std::string spelled;
  std::optional<int64_t> extent; ///< given by `c: n`
  SourceRange range;
  size_t home = 0; ///< the number of the frame where `spelled` was written; 0 at file level
};
/// An `axis` or `axes` formal's value.
using AxisList = std::vector<BoundAxis>;
using List = std::shared_ptr<const std::vector<Datum>>;
/// Several results of one application.
struct Results {
  std::vector<Datum> values;
};

/// `table = csv("…")` in a `train` block's `data`.
struct DataTable {
  size_t source = 0; ///< its number among the block's sources
  std::string name;
  bool isText = false;    ///< columns of cells
  bool isArray = false;   ///< one array, without named parts
  bool isCounted = false; ///< generated: numbers of samples
};

/// The result of an expression. `record` is set where a layer was applied.
struct Datum {
  using Alternatives =
      std::variant<Poison, Absent, int64_t, double, bool, std::string, IntRange, AxisList, List,
                   Results, Value *, std::shared_ptr<const Callable>, std::shared_ptr<Layer>,
                   const Module *, std::shared_ptr<const DataTable>,
                   std::shared_ptr<const ColumnRef>>;
  Alternatives value;
  std::shared_ptr<const Record> record;

  Datum() = default;
  template <typename T>
    requires std::is_constructible_v<Alternatives, T>
  Datum(T v) : value(std::move(v)) {}

  template <typename T> const T *as() const { return std::get_if<T>(&value); }
  bool isPoison() const { return as<Poison>(); }
  bool isNumber() const { return as<int64_t>() || as<double>(); }
  bool isStatic() const { return isNumber() || as<bool>() || as<std::string>(); }
  Value *tensor() const {
    Value *const *v = std::get_if<Value *>(&value);
    return v ? *v : nullptr;
  }
};

/// `table[0..64]`, `log.price`, `files.image`: not yet read as any type.
struct ColumnRef {
  DataTable table;
  std::string member;          ///< by name; empty: by number
  int64_t first = 0, last = 0; ///< columns [first, last)
  SourceRange range;
};

/// The argument of one static formal.
struct BoundArg {
  AxisList axes; ///< of an `axis` or `axes` formal
  Datum value;   ///< of any other
  SourceRange range;
};

struct PrimitiveStatics;

/// Something that can be applied: a block or model with some of its static arguments, a function, a
/// primitive.
struct Callable {
  std::variant<const ast::BlockDecl *, const ast::ModelDecl *, const ast::FnDecl *, std::string>
      target;
  const Module *module = nullptr; ///< where it is declared; null for a primitive
  std::vector<std::optional<BoundArg>> bound;
  /// Of a primitive with `<…>` that is passed on: what stands there, resolved where it was written.
  std::shared_ptr<const PrimitiveStatics> statics;
  std::string name;         ///< of the declaration
  std::string instanceName; ///< what an unnamed instance of it is called in paths
  SourceRange range;        ///< the declaration's name

  const ast::BlockDecl *block() const {
    auto *b = std::get_if<const ast::BlockDecl *>(&target);
    return b ? *b : nullptr;
  }
  const ast::ModelDecl *model() const {
    auto *m = std::get_if<const ast::ModelDecl *>(&target);
    return m ? *m : nullptr;
  }
  const ast::FnDecl *fn() const {
    auto *f = std::get_if<const ast::FnDecl *>(&target);
    return f ? *f : nullptr;
  }
  const std::string *primitive() const { return std::get_if<std::string>(&target); }
  bool isInstantiable() const { return block() || model(); }

  /// Of a block or model.
  const std::vector<ast::Formal> &formals() const {
    return block() ? block()->formals : model()->formals;
  }
  const std::vector<ast::Input> &inputs() const {
    return block() ? block()->inputs : model()->inputs;
  }
  const std::vector<ast::Output> &outputs() const {
    return block() ? block()->outputs : model()->outputs;
  }
  const ast::Body &body() const { return block() ? block()->body : model()->body; }
};
using CallablePtr = std::shared_ptr<const Callable>;
using LayerPtr = std::shared_ptr<Layer>;

/// A parameter or state of a layer.
struct ParamSlot {
  std::string name;
  Node *node = nullptr; ///< stands at the beginning of the model
  Type declared; ///< as the layer's body sees it: with its `each` axes, without those of `repeat`
  SourceRange range;
  /// Of a state in a training step: what it was moved to last, and the nodes around that value.
  Value *moved = nullptr;
  std::vector<Node *> movedWithin;
};

/// A node of the tree of parameter paths: an instance of a block, a `repeat`, a list of layers, or
/// the model itself.
struct Layer {
  enum class Kind { Root, Instance, Repeat, List } kind = Kind::Instance;
  Layer *parent = nullptr;
  std::string name;
  bool unnamed = false;
  bool frozen = false;
  bool isPrefixless = false; ///< the model that a `train` block trains: its name is in no path
  bool isEvaluated = false;  ///< computes as outside of training also in the step
  SourceRange place;         ///< the declaration, or the call of an unnamed instance
  CallablePtr callee;
  AxisList each;             ///< `each` axes from the outside in; extents set
  size_t hiddenEach = 0;     ///< how many of `each` were there before this layer's own
  std::vector<Node *> stack; ///< the repeats that stack its parameters
  std::vector<LayerPtr> children;
  std::vector<std::pair<const void *, int>>
      keys; ///< of the children: the statement or call, and its repetition
  std::vector<ParamSlot> params;
  bool applied = false;
  SourceRange firstApplication;

  ParamSlot *findParam(std::string_view param);
  Layer *findChild(std::string_view child);
  bool holdsParams() const;
};

/// What an application names from inside: taps and outputs, by path relative to the applied layer.
struct Tapped {
  const Layer *owner;
  std::string name;
  Value *value;
  std::vector<Node *> enclosing; ///< the apply and repeat nodes around the value, outermost first
};
struct Record {
  const Layer *layer = nullptr;
  std::vector<Tapped> taps;
  std::vector<std::pair<std::string, Value *>> outputs;
  std::string
      prefix; ///< of the path that members so far have named: `blocks.` in `a.blocks.hidden`
};

/// A short word for what a datum is, for messages: "an int", "a tensor f32[s: 3]", "a block".
std::string describe(const Datum &datum);
/// How a static value is written: `3`, `0.5`, `[1, 2]`.
std::string spell(const Datum &datum);

} // namespace lamina::sema

#endif // COMPILER_SEMA_DATUM_H
