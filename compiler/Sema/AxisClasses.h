// Which axes of a program's values are one index: they meet in an operation, so a position of one
// is the same position of the other.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SEMA_AXISCLASSES_H
#define COMPILER_SEMA_AXISCLASSES_H

#include "compiler/Sema/Checked.h"

#include <map>
#include <string>
#include <vector>

namespace lamina::sema {

/// Follows the axes of a checked program through its operations, once, when it is made.
class AxisClasses {
public:
  explicit AxisClasses(const Region &body) { addRegion(body); }

  /// The class of an axis of a value; equal for axes that are one index.
  size_t classOf(const Value &value, const std::string &axis) { return find(place(value, axis)); }
  /// The operation that gives positions of this class a meaning of their own, such as `window`;
  /// empty where each stands for itself.
  const std::string &order(size_t of) { return classes[find(of)].order; }
  /// Whether the class goes from one round of a `repeat` to the next, or beyond it.
  bool leavesRounds(size_t of) { return classes[find(of)].leavesRounds; }

private:
  struct Class {
    size_t parent;
    std::string order;
    bool leavesRounds = false;
  };
  size_t place(const Value &value, const std::string &axis);
  size_t find(size_t at);
  void join(size_t a, size_t b);
  void joinAxes(const Value &a, const Value &b);
  void addRegion(const Region &body);
  void addNode(const Node &node);
  void addByName(const Node &node);
  void addRename(const Node &node);
  void addRepeat(const Node &node);
  void addAssign(const Node &node);
  void carry(const Value &outside, const Value &inside);
  void setOrder(const Node &node, const std::string &axis);

  std::map<std::pair<const Value *, std::string>, size_t> places;
  std::vector<Class> classes;
  std::map<std::string, const Value *> params; ///< by path
};

} // namespace lamina::sema

#endif // COMPILER_SEMA_AXISCLASSES_H
