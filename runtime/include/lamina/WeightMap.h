// `.map` files: how the names and layouts of somebody else's weights become ours, and back.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LAMINA_WEIGHTMAP_H
#define LAMINA_WEIGHTMAP_H

#include "lamina/Array.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lamina::runtime {

/// What a pattern's names stand for.
using Bindings = std::map<std::string, std::string>;

/// A name with holes: `{x}` is one component (between `.` and `/`) or a part of one, `{x..}` any
/// text, `{q,k,v}` one of these,
/// `{2*i+1}` a number.
class NamePattern {
public:
  /// Parses `text`; `column` (from 0) is where an error stands.
  static Result<NamePattern> parse(std::string_view text, size_t &column);

  /// All of `name`; `bindings` keeps what earlier patterns bound and gets what this one binds. An
  /// alternative `{q,k,v}` binds the name `{}` to its position. False leaves `bindings` alone.
  bool match(std::string_view name, Bindings &bindings) const;
  /// The name that `bindings` give; nothing if one is missing or a number is negative.
  std::optional<std::string> fill(const Bindings &bindings) const;
  /// The names that it binds or needs, in order.
  std::vector<std::string> names() const;
  /// The number of alternatives, 0 without.
  size_t alternatives() const;

private:
  /// `factor * name + offset`; a bare number has no name.
  struct Part {
    enum class Kind { Text, Component, Rest, Alternatives, Number } kind = Kind::Text;
    std::string text; ///< the text, or the name
    std::vector<std::string> options;
    int64_t factor = 1;
    int64_t offset = 0;
  };
  static Result<Part> parseHole(std::string_view text, size_t &column);
  static Result<Part> parseNumber(std::string_view text, size_t &column);
  bool matchFrom(size_t part, std::string_view rest, Bindings &bindings, size_t &budget) const;
  bool matchPart(const Part &part, std::string_view text, Bindings &bindings) const;
  std::vector<Part> parts;
};

/// One step of a rule's right column.
struct Transform {
  enum class Kind {
    Reshape,
    Transpose,
    Permute,
    Split,
    Stack,
    Flip,
    Slice,
    Squeeze,
    Unsqueeze,
    Negate
  };
  Kind kind;
  std::vector<int64_t> arguments;
};

struct Rule {
  NamePattern theirs;
  NamePattern ours;
  bool ignore = false;            ///< `-> ignore`
  std::optional<double> constant; ///< `zeros` and `value(v)`: there is no `theirs`
  std::vector<Transform> transforms;
  size_t line = 0;

  const Transform *find(Transform::Kind kind) const;
};

/// A parsed `.map` file.
class WeightMap {
public:
  /// Failures begin with `file:line:column: error: `.
  static Result<WeightMap> parse(const std::string &file, std::string_view text);
  static Result<WeightMap> open(const std::string &path);

  const std::vector<Rule> &rules() const { return list; }
  /// The first rule that makes the parameter `ours`, and what its pattern bound; null if none does.
  const Rule *ruleFor(std::string_view ours, Bindings &bindings) const;
  /// True if some rule takes or ignores the tensor `theirs`.
  bool names(std::string_view theirs) const;
  bool ignores(std::string_view theirs) const;

private:
  std::vector<Rule> list;
};

} // namespace lamina::runtime

#endif // LAMINA_WEIGHTMAP_H
