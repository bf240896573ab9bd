// One application of a block while it is being instantiated: its names, its axes, and who applied
// it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SEMA_FRAME_H
#define COMPILER_SEMA_FRAME_H

#include "compiler/Sema/Datum.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lamina::sema {

/// A name in a body: a value, or a parameter that is made at its first use (its extents may come
/// from values bound after it).
struct Binding {
  Datum datum;
  const ast::Stmt *pending = nullptr; ///< a `param` or `state` not yet made
  Layer *owner = nullptr;             ///< of the pending parameter
};

/// Extents that an axis has been seen with in a body, one value for each.
struct Sighting {
  Axis axis;
  const Value *value;
};

/// What is known of the extent of an axis where a block is entered.
struct EntryExtent {
  std::optional<Axis> axis;
  std::string whyNot; ///< if it is not known: the message to give when somebody asks
  SourceRange range;
};

struct Frame {
  enum class Kind { File, Function, Block, Model, Test } kind = Kind::Block;
  const Module *module = nullptr;
  Frame *caller = nullptr;
  size_t number = 0; ///< of a block's, model's or test's frame: none other ever has it
  SourceRange call;  ///< where the caller applies this
  std::string name;  ///< of the block

  std::vector<std::map<std::string, Binding, std::less<>>> scopes{1};
  /// Axis names of the source and what they stand for: formals, names of the signature, and locals
  /// once they are met.
  std::map<std::string, AxisList, std::less<>> axes;
  std::map<std::string, EntryExtent, std::less<>> entry;          ///< by IR name
  std::map<std::string, std::vector<Sighting>, std::less<>> seen; ///< by IR name
  std::vector<std::string> rest;                                  ///< the IR names of `..`
  bool hasRest = false;
  std::set<std::string, std::less<>>
      ambient; ///< axes that the text cannot see: batch, `each`, `repeat`
  std::set<std::string, std::less<>> taken; ///< IR names that no local axis may have

  Layer *owner = nullptr; ///< gets the instances and parameters of the text that is being executed
  Layer *instance = nullptr; ///< the applied layer itself
  std::shared_ptr<Record> record;
  std::map<const void *, int>
      occurrences;                ///< how often a call or declaration was met in this application
  std::vector<LayerPtr> declared; ///< named layers, to find those that nothing applies
  int forDepth = 0;

  Binding *find(std::string_view name);
  void bind(const std::string &name, Datum datum) {
    scopes.back()[name] = Binding{std::move(datum)};
  }

  /// What an axis name of the source stands for; a name not met before becomes a local axis.
  const AxisList &axis(const std::string &name, SourceRange range);
  /// An IR name for a new axis that no value of this body can have.
  std::string fresh(const std::string &name);
  /// Remembers the extents of a value that the body has made.
  void sight(const Value *value);
  bool isBlockLike() const {
    return kind == Kind::Block || kind == Kind::Model || kind == Kind::Test;
  }
};

} // namespace lamina::sema

#endif // COMPILER_SEMA_FRAME_H
