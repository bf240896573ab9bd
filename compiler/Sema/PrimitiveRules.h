// What the typing rules of the primitives share: where a call stands, its arguments read by form,
// agreement of axes and of element types. Private to the Primitives*.cpp files.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SEMA_PRIMITIVERULES_H
#define COMPILER_SEMA_PRIMITIVERULES_H

#include "compiler/Sema/Axes.h"
#include "compiler/Sema/Primitives.h"

#include <initializer_list>
#include <span>

namespace lamina::sema {

using Results = std::vector<Value *>;
using Attributes = std::map<std::string, Attribute, std::less<>>;

inline constexpr std::string_view kBatchName = "batch";

// --- Element types -------------------------------------------------------------------------------

bool isFloat(ElementType type);
/// Whether `type` is an integer; bool is none.
bool isInteger(ElementType type);
/// How many bits an element has (bool: 1).
int bitsOf(ElementType type);

/// What a function takes.
enum class ElementClass { Any, Number, Float, Integer, Bool };
bool belongsTo(ElementType type, ElementClass wanted);

// --- A place that emits nodes and errors
// ----------------------------------------------------------

/// Beyond this a value fits no machine: the source is wrong.
inline constexpr int64_t kMaxElements = int64_t(1) << 40;

/// A call or operator: its name as the user wrote it, its place, and where nodes and errors go.
struct Site {
  std::string name;
  SourceRange range;
  Builder &builder;
  Diagnostics &diagnostics;

  Diagnostic &error(SourceRange where, std::string message) const {
    return diagnostics.error(where, std::move(message));
  }
  /// Adds a node with one result. Null after an error: a result of absurdly many elements, an empty
  /// axis or an axis that stands twice is refused here, once for all rules.
  Value *emit(Op op, std::vector<Value *> operands, Type result, Attributes attributes = {}) const;
};

/// Whether sparse operands may stand there; decides whether the result is sparse, and tells a `dot`
/// which operand is. False after an error.
bool checkSparse(const Site &site, Op op, const std::vector<Value *> &operands,
                 Attributes &attributes, Type &result);

/// `'x'`, or `this value` where it has no name.
std::string describe(const Value &value);
/// `'s' (196), 'c' (512)`: the axes of a value for a message, without batch.
std::string axesText(const Type &type);
/// Adds the note that tells what a value is and where it comes from, where that is known.
void noteOrigin(Diagnostic &diagnostic, const Value &value);

// --- Agreement between operands
// -------------------------------------------------------------------

/// All axes of the operands, each once, `batch` first, then in the order of the operand with the
/// most axes. Nothing after an error: an axis whose extents differ, unless it is `except`.
std::optional<std::vector<Axis>> uniteAxes(const Site &site, const std::vector<Value *> &operands,
                                           std::string_view except = {});
/// Gives all operands one element type: literals take that of the tensors, narrower integers widen.
/// False after an error.
bool uniteElements(const Site &site, std::vector<Value *> &operands);
/// False after an error that offers a cast.
bool requireElement(const Site &site, const Value &value, ElementClass wanted);
/// Whether `value` is a number of the source that has not met a tensor yet.
bool isLiteral(const Value &value);
/// The literal with an element type; null after an error (a float for an integer, a number that
/// does not fit).
Value *convertLiteral(const Site &site, Value *literal, ElementType type);
/// A cast, none where the type is right already.
Value *castTo(const Site &site, Value *value, ElementType type);
/// The scalar of a Constant node as a double, if the value is one.
std::optional<double> constantScalar(const Value &value);
/// `batch` in front, the others in their order.
void putBatchFirst(std::vector<Axis> &axes);

// --- A call with its arguments read
// ---------------------------------------------------------------

/// An axis that an argument names.
struct NamedAxis {
  std::string name;
  SourceRange range;
};
/// `a: value` or `a: (lo, hi)`.
struct AxisEntry {
  std::string name;
  std::vector<StaticValue> values;
  SourceRange range;
};
/// `a -> b`, `a -> (o, k: size)`.
struct AxisArrow {
  std::string name;
  std::vector<MadeAxis> to;
  SourceRange range;
};

/// The form of a primitive's static arguments.
enum class Form {
  None,     ///< options only
  Axes,     ///< one or more axes
  Axis,     ///< one axis, then values
  Entries,  ///< `a: value`, several, of axes that the operand has
  Made,     ///< `a: n`, several, of axes that the call makes
  Arrows,   ///< `a -> b`, several
  Position, ///< `a: n`, or an axis with an operand that has it
  Drawn, ///< none, or `a: n`, several, of axes that the call makes; `batch` among them is implied
  Free,  ///< whatever stands there: the rule reads it
};

class Call;

/// One line of the table of primitives.
struct Rule {
  std::string_view name;
  Form form;
  size_t minOperands, maxOperands;
  size_t minValues, maxValues; ///< positional static values after the axis
  std::vector<std::string_view> options;
  std::string_view usage; ///< what stands behind the name, for messages: `<axis>(x)`
  Results (*check)(Call &);
};
inline constexpr size_t kMany = SIZE_MAX;

class Call : public Site {
public:
  Call(const Rule &rule, const PrimitiveCall &source, Builder &builder, Diagnostics &diagnostics)
      : Site{source.name, source.range, builder, diagnostics}, rule(rule), source(source),
        operands(source.operands) {}

  /// Sorts the arguments by form; false after an error about their number or kind.
  bool read();

  /// How the primitive is written: `topk<axis, k>(x)`.
  std::string usage() const { return std::string(rule.name) + std::string(rule.usage); }

  /// The axis of `value` that is meant; null after an error that lists its axes.
  const Axis *axisOf(const Value &value, const NamedAxis &axis) const;
  /// The same where the rule goes along the axis: not `batch`.
  const Axis *sampleAxisOf(const Value &value, const NamedAxis &axis) const;
  /// The same where the extent decides what the rule gives: neither `batch` nor an extent of run
  /// time.
  const Axis *staticAxisOf(const Value &value, const NamedAxis &axis) const;
  /// Where operand `i` stands in the call (not where its value was made).
  SourceRange operandRange(size_t i) const {
    return i < source.operandRanges.size() ? source.operandRanges[i] : range;
  }
  /// `mean<..>` of a value for which `..` stands for no axis.
  bool isOverNothing() const { return axes.empty() && !source.statics.empty(); }
  NamedAxis nameOf(const AxisEntry &entry) const { return {entry.name, entry.range}; }

  /// Options and values by kind; the default where absent, nothing after an error.
  std::optional<int64_t> intOption(std::string_view option, int64_t absent) const;
  std::optional<double> floatOption(std::string_view option, double absent) const;
  std::optional<bool> boolOption(std::string_view option, bool absent) const;
  std::optional<std::string> wordOption(std::string_view option, std::string_view absent,
                                        std::initializer_list<std::string_view> words) const;
  /// One value for each of `count` things; a single one stands for all.
  std::optional<std::vector<int64_t>> intsOption(std::string_view option, int64_t absent,
                                                 size_t count) const;
  bool hasOption(std::string_view option) const { return findOption(option) != nullptr; }
  SourceRange optionRange(std::string_view option) const;
  /// `values[i]` as an int; `what` names it in the error.
  std::optional<int64_t> intValue(const StaticValue &value, SourceRange where,
                                  std::string_view what) const;

  Results fail(SourceRange where, std::string message) const {
    error(where, std::move(message));
    return {};
  }
  /// The results, or none if the last step failed.
  static Results one(Value *value) { return value ? Results{value} : Results{}; }

  const Rule &rule;
  const PrimitiveCall &source;
  std::vector<Value *> operands;
  std::vector<NamedAxis> axes;
  std::vector<std::pair<StaticValue, SourceRange>> values;
  std::vector<AxisEntry> entries;
  std::vector<AxisArrow> arrows;

private:
  bool readArgument(const PrimitiveArg &argument);
  bool readOption(const PrimitiveArg &argument);
  bool fitsForm() const;
  bool checkForm() const;
  bool checkOperands() const;
  bool checkAxesOnce() const;
  const PrimitiveArg *findOption(std::string_view option) const;

  std::vector<const PrimitiveArg *> options;
};

/// The names of axes, as attributes want them.
std::vector<std::string> namesOf(const std::vector<NamedAxis> &axes);
/// `axes` without the one of that name.
std::vector<Axis> without(std::vector<Axis> axes, std::string_view name);
/// Gives an axis another extent.
void setExtent(std::vector<Axis> &axes, std::string_view name, int64_t extent);

/// A static number that stands in parentheses after the first operand (`standardize<c>(x, 1e-5)`,
/// `dropout(x, 0.1)`), or as the option of that name; nothing after an error.
std::optional<double> trailingNumber(const Call &call, std::string_view what);

/// `rearrange`, in a file of its own.
Results checkRearrange(Call &call);

// --- The table, by family
// --------------------------------------------------------------------------

std::span<const Rule> elementwiseRules();
std::span<const Rule> reductionRules();
std::span<const Rule> shapeRules();
std::span<const Rule> neighbourhoodRules();
std::span<const Rule> indexingRules();
std::span<const Rule> randomRules();
/// In a training step, in PrimitivesDraw.cpp: where `initialised` is not set.
Results drawUniform(Call &call);
Results drawNormal(Call &call);
Results drawBernoulli(Call &call);
Results drawInt(Call &call);
Results drawPermutation(Call &call);
/// `dropout` and `drop_path`: the identity where nothing is drawn; the share is checked all the
/// same.
Results drawDropout(Call &call);
std::span<const Rule> derivativeRules();

} // namespace lamina::sema

#endif // COMPILER_SEMA_PRIMITIVERULES_H
