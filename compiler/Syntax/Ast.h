// The syntax tree of a .lam file: plain structs with source ranges, one for each form of the
// grammar (Lamina.g4). Nothing is resolved here: names are text, extents are expressions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SYNTAX_AST_H
#define COMPILER_SYNTAX_AST_H

#include "compiler/Syntax/Source.h"

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lamina::ast {

struct Expr;
struct Stmt;
using ExprPtr = std::unique_ptr<Expr>;
using StmtPtr = std::unique_ptr<Stmt>;

struct Name {
  std::string text;
  SourceRange range;
};

enum class ElementType { F32, F64, BF16, F16, I8, U8, I32, I64, Bool };

// --- Expressions ---------------------------------------------------------------------------------

/// `sum`, `lo..hi`, `lo..`, `..hi` or `..`: an index, a slice bound or a static argument.
struct Part {
  ExprPtr low;
  ExprPtr high;
  bool isRange = false;
  SourceRange range;
};

/// One `sarg`: `name = e`, `name: e` or a part, with its arrow: `a -> b` is the argument a whose
/// `arrow` is b.
struct StaticArg {
  std::optional<Name> name;
  char binder = 0; ///< '=' or ':' if there is a name, else 0
  Part value;
  std::unique_ptr<StaticArg> arrow;
  SourceRange range;
};
using StaticArgs = std::vector<StaticArg>;

/// A cell of a rearrange pattern: `c` or `c: (heads d)`.
struct PatternCell {
  Name axis;
  std::optional<std::vector<Name>> parts;
};
struct Pattern {
  std::vector<PatternCell> from;
  std::vector<PatternCell> to;
  SourceRange range;
};

/// An argument in `(…)`: a pattern, `name = e`, `name: e`, or an expression.
struct Arg {
  std::optional<Name> name;
  char binder = 0;
  std::variant<ExprPtr, Pattern> value;
  SourceRange range;
};

struct Number {
  std::string spelling;
  bool isFloat = false;
  std::string unit; ///< "epochs", "steps" or nothing
};
struct String {
  std::string value; ///< unescaped
};
enum class Constant { True, False, None };
/// A name, or an element type used as a cast, with its static arguments if `<…>` follows.
struct NameRef {
  std::string text;
  std::optional<StaticArgs> statics;
};
struct List {
  std::vector<ExprPtr> items;
};
/// `[body for names in source if condition]`
struct Comprehension {
  ExprPtr body;
  std::vector<Name> names;
  ExprPtr source;
  ExprPtr condition; ///< may be null
};
struct TupleItem {
  std::optional<Name> key; ///< `k: size`
  ExprPtr value;
};
/// `( … )`. A single item without key and trailing comma is plain grouping.
struct Tuple {
  std::vector<TupleItem> items;
  bool isGrouping() const { return items.size() == 1 && !items[0].key && !trailingComma; }
  bool trailingComma = false;
};
struct Call {
  ExprPtr callee;
  std::vector<Arg> args;
};
struct Index {
  ExprPtr base;
  std::vector<Part> parts;
};
struct Member {
  ExprPtr base;
  Name name;
  std::optional<StaticArgs> statics;
};
enum class UnaryOp { Negate, Not };
struct Unary {
  UnaryOp op;
  ExprPtr operand;
};
enum class BinaryOp { Add, Sub, Mul, Div, FloorDiv, Mod, Pow, Eq, Ne, Lt, Le, Gt, Ge, And, Or };
struct Binary {
  BinaryOp op;
  ExprPtr lhs;
  ExprPtr rhs;
  SourceRange opRange;
};
/// `low..high` as an expression (`for i in 0..n`).
struct RangeExpr {
  ExprPtr low;
  ExprPtr high;
};
struct Conditional {
  ExprPtr condition;
  ExprPtr thenValue;
  ExprPtr elseValue;
};
/// `input |> target`, where `x |> f<…>(a)` means `f<…>(x, a)`.
struct Pipe {
  ExprPtr input;
  ExprPtr target;
};

struct Expr {
  std::variant<Number, String, Constant, NameRef, List, Comprehension, Tuple, Call, Index, Member,
               Unary, Binary, RangeExpr, Conditional, Pipe>
      node;
  SourceRange range;

  template <typename T> const T *as() const { return std::get_if<T>(&node); }
};

// --- Types and formals ---------------------------------------------------------------------------

/// An axis in a type: `..`, `c`, `c: e`, `n: <= e`. The extent `_` is the name `_`.
struct AxisDecl {
  bool isRest = false;
  Name name;
  ExprPtr extent; ///< null where only the name stands
  bool isBound = false;
  SourceRange range;
};
struct TypeExpr {
  bool sparse = false;
  std::optional<ElementType> element;
  bool hasAxes = false; ///< false for a bare element type: a scalar
  std::vector<AxisDecl> axes;
  SourceRange range;
};

/// What a static formal takes: `int`, `float`, `bool`, `string`, `fn`, `block`, a type name, or a
/// list of one.
struct Kind {
  std::string name;
  std::unique_ptr<Kind> listOf; ///< set for `[kind]`
  SourceRange range;
};
/// A static formal: `axis h = h`, `axes n`, `k: int = 3`, `bias = true`. `axis i -> axis o` joins
/// two.
struct Formal {
  enum class Sort { Axis, Axes, Value } sort = Sort::Value;
  Name name;
  std::optional<Name> defaultAxis;
  std::optional<Kind> kind;
  ExprPtr defaultValue;
  bool arrowToNext = false;
  SourceRange range;
};
struct Input {
  bool shared = false;
  Name name;
  TypeExpr type;
  bool isOptional = false; ///< `= none`
  SourceRange range;
};
struct Output {
  std::optional<Name> name;
  TypeExpr type;
};

// --- Statements ----------------------------------------------------------------------------------

struct Note {
  Name name;
  std::vector<Arg> args;
  SourceRange range;
};
struct BackwardClause {
  std::vector<Name> grads;
  std::vector<std::pair<Name, ExprPtr>> results;
  SourceRange range;
};
struct Body {
  std::vector<StmtPtr> statements;
  std::vector<ExprPtr> returns; ///< empty: no `return`
  std::optional<BackwardClause> backward;
  SourceRange range;
  SourceRange returnRange;
};

struct LayerStmt {
  bool frozen = false;
  Name name;
  ExprPtr value;
  std::optional<Name> eachAxis;
  ExprPtr eachCount;
};
struct ParamStmt {
  bool frozen = false;
  Name name;
  std::optional<TypeExpr> type;
  ExprPtr init; ///< may be null
};
struct StateStmt {
  Name name;
  TypeExpr type;
  ExprPtr init;
};
struct LetStmt {
  Name name;
  std::optional<TypeExpr> type;
  ExprPtr value;
};
struct TapStmt {
  Name name;
  ExprPtr value;
};
struct EmitStmt {
  Name name;
  ExprPtr value;
};
struct RepeatStmt {
  std::optional<Name> index;
  ExprPtr count; ///< an int or `0..n`
  Name name;
  Body body;
};
struct ForStmt {
  std::vector<Name> names;
  ExprPtr source;
  Body body;
};
struct IfStmt {
  ExprPtr condition;
  Body thenBody;
  std::optional<Body> elseBody;
  bool elseIsBranch = false; ///< `else if`: elseBody holds that one IfStmt
};
struct ScanStmt {
  StaticArgs statics;
  std::vector<ExprPtr> inputs;
  Body body;
};
struct AssertStmt {
  ExprPtr condition;
};
/// `x = e`, `a, b = f(x)`, `y: [s, c] = e`. `_` is a name that binds nothing.
struct BindStmt {
  std::vector<Name> names;
  std::optional<TypeExpr> type;
  ExprPtr value;
};
/// `m <- e`, `decoder.weight[d, n] <- e`
struct UpdateStmt {
  std::vector<Name> path;
  std::vector<Part> index;
  ExprPtr value;
};
/// The parts of a `train` block: `group "*.bias" { … }`, `every 1 steps { … }`, `with n = M<…>(…)`,
/// `objective { … }`.
struct SettingStmt {
  Name keyword;
  std::vector<Name> path; ///< set for `keyword path = value`
  ExprPtr value;
  std::vector<ExprPtr> heads; ///< NUMBER, STRINGs or a name before the braces
  std::optional<Body> body;
};

struct Stmt {
  std::variant<LayerStmt, ParamStmt, StateStmt, LetStmt, TapStmt, EmitStmt, RepeatStmt, ForStmt,
               IfStmt, ScanStmt, AssertStmt, BindStmt, UpdateStmt, SettingStmt>
      node;
  std::vector<std::string> doc; ///< lines of `///` before it
  std::vector<Note> notes;
  SourceRange range;

  template <typename T> const T *as() const { return std::get_if<T>(&node); }
};

// --- Declarations --------------------------------------------------------------------------------

struct ImportDecl {
  std::vector<Name> path;
};
struct FnDecl {
  Name name;
  std::vector<Name> params;
  ExprPtr value;
};
struct LetDecl {
  Name name;
  std::optional<TypeExpr> type;
  ExprPtr value;
};
struct BlockDecl {
  Name name;
  std::vector<Formal> formals;
  std::vector<Input> inputs;
  std::vector<Output> outputs;
  Body body;
};
/// `model M<…>(…) -> … { … }`, or a variant: `model M_S = M<dim = 512>` (then `variant` is set).
struct ModelDecl {
  Name name;
  std::vector<Formal> formals;
  std::vector<Input> inputs;
  std::vector<Output> outputs;
  Body body;
  ExprPtr variant;
};
struct TrainDecl {
  Name name;
  std::optional<Name> relation; ///< `of` or `from`
  ExprPtr target;
  Body body;
};
struct TestDecl {
  std::string title;
  Body body;
};

struct Decl {
  std::variant<ImportDecl, FnDecl, LetDecl, BlockDecl, ModelDecl, TrainDecl, TestDecl> node;
  std::vector<std::string> doc;
  std::vector<Note> notes;
  SourceRange range;

  template <typename T> const T *as() const { return std::get_if<T>(&node); }
};

/// A `#` comment or a `///` line, in source order; the printer puts them back.
struct Comment {
  std::string text; ///< with its marker
  SourceRange range;
};

struct Module {
  uint32_t file = SourceRange::kNoFile;
  std::vector<std::unique_ptr<Decl>> decls;
  std::vector<Comment> comments;
};

} // namespace lamina::ast

#endif // COMPILER_SYNTAX_AST_H
