// The tree as indented text: one node a line, with its place.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/Parser.h"

#include "compiler/Syntax/Spelling.h"

namespace lamina {

using namespace ast;

namespace {

class TreePrinter {
public:
  explicit TreePrinter(const SourceManager &sources) : sources(sources) {}

  void print(const Decl &decl) {
    std::visit([&](const auto &node) { declare(node, decl.range); }, decl.node);
  }
  std::string out;

private:
  /// Prints one line and, inside `children`, everything under it.
  template <typename Children>
  void node(std::string_view label, SourceRange where, Children children) {
    out.append(2 * depth, ' ').append(label);
    if (where.isValid()) {
      LineColumn place = sources.lineColumn(where.file, where.begin);
      out += " @" + std::to_string(place.line) + ":" + std::to_string(place.column);
    }
    out += '\n';
    ++depth;
    children();
    --depth;
  }
  void leaf(std::string_view label, SourceRange where) {
    node(label, where, [] {});
  }
  static std::string label(std::string_view kind, std::string_view text) {
    return std::string(kind) + " " + std::string(text);
  }

  // Declarations.
  void declare(const ImportDecl &decl, SourceRange where) {
    leaf(label("import", spelling(decl.path)), where);
  }
  void declare(const FnDecl &decl, SourceRange where) {
    node(label("fn", decl.name.text), where, [&] {
      for (const Name &param : decl.params)
        leaf(label("param", param.text), param.range);
      expr(*decl.value);
    });
  }
  void declare(const LetDecl &decl, SourceRange where) {
    node(label("let", decl.name.text), where, [&] { typeAndValue(decl.type, decl.value); });
  }
  void declare(const BlockDecl &decl, SourceRange where) {
    node(label("block", decl.name.text), where, [&] { signatureAndBody(decl); });
  }
  void declare(const ModelDecl &decl, SourceRange where) {
    node(label("model", decl.name.text), where, [&] {
      if (decl.variant)
        expr(*decl.variant);
      else
        signatureAndBody(decl);
    });
  }
  void declare(const TrainDecl &decl, SourceRange where) {
    node(label("train", decl.name.text), where, [&] {
      if (decl.relation)
        node(decl.relation->text, decl.relation->range, [&] { expr(*decl.target); });
      body(decl.body);
    });
  }
  void declare(const TestDecl &decl, SourceRange where) {
    node(label("test", quoted(decl.title)), where, [&] { body(decl.body); });
  }

  template <typename Callable> void signatureAndBody(const Callable &decl) {
    for (const Formal &each : decl.formals)
      formal(each);
    for (const Input &input : decl.inputs)
      node(label(input.shared ? "shared input" : "input", input.name.text) +
               (input.isOptional ? " = none" : ""),
           input.range, [&] { type(input.type); });
    for (const Output &output : decl.outputs)
      node(output.name ? label("output", output.name->text) : "output", output.type.range,
           [&] { type(output.type); });
    body(decl.body);
  }

  void formal(const Formal &formal) {
    static constexpr const char *kSorts[] = {"axis", "axes", "value"};
    std::string text = label(kSorts[size_t(formal.sort)], formal.name.text);
    if (formal.defaultAxis)
      text += " = " + formal.defaultAxis->text;
    if (formal.kind)
      text += ": " + spelling(*formal.kind);
    if (formal.arrowToNext)
      text += " ->";
    node(label("formal", text), formal.range, [&] { optional(formal.defaultValue); });
  }

  void type(const TypeExpr &type) {
    std::string text = "type";
    if (type.sparse)
      text += " sparse";
    if (type.element)
      text += " " + std::string(spelling(*type.element));
    node(text, type.range, [&] {
      for (const AxisDecl &axis : type.axes)
        node(axis.isRest ? "axis .." : label("axis", axis.name.text) + (axis.isBound ? " <=" : ""),
             axis.range, [&] { optional(axis.extent); });
    });
  }

  // Statements.
  void body(const Body &body) {
    node("body", body.range, [&] {
      for (const StmtPtr &each : body.statements)
        stmt(*each);
      if (!body.returns.empty())
        node("return", body.returnRange, [&] { exprs(body.returns); });
      if (body.backward)
        node("backward", body.backward->range, [&] {
          for (const Name &grad : body.backward->grads)
            leaf(label("gradient", grad.text), grad.range);
          for (const auto &[name, value] : body.backward->results)
            node(label("of", name.text), name.range, [&] { expr(*value); });
        });
    });
  }

  void stmt(const Stmt &stmt) {
    std::visit([&](const auto &node) { state(node, stmt.range); }, stmt.node);
  }

  void typeAndValue(const std::optional<TypeExpr> &declared, const ExprPtr &value) {
    if (declared)
      type(*declared);
    optional(value);
  }

  void state(const LayerStmt &stmt, SourceRange where) {
    node(label(stmt.frozen ? "frozen layer" : "layer", stmt.name.text), where, [&] {
      expr(*stmt.value);
      if (stmt.eachAxis)
        node(label("each", stmt.eachAxis->text), stmt.eachAxis->range,
             [&] { expr(*stmt.eachCount); });
    });
  }
  void state(const ParamStmt &stmt, SourceRange where) {
    node(label(stmt.frozen ? "frozen param" : "param", stmt.name.text), where,
         [&] { typeAndValue(stmt.type, stmt.init); });
  }
  void state(const StateStmt &stmt, SourceRange where) {
    node(label("state", stmt.name.text), where, [&] {
      type(stmt.type);
      expr(*stmt.init);
    });
  }
  void state(const LetStmt &stmt, SourceRange where) {
    node(label("let", stmt.name.text), where, [&] { typeAndValue(stmt.type, stmt.value); });
  }
  void state(const TapStmt &stmt, SourceRange where) {
    node(label("tap", stmt.name.text), where, [&] { expr(*stmt.value); });
  }
  void state(const EmitStmt &stmt, SourceRange where) {
    node(label("emit", stmt.name.text), where, [&] { expr(*stmt.value); });
  }
  void state(const RepeatStmt &stmt, SourceRange where) {
    node(label("repeat", stmt.name.text) + (stmt.index ? " index " + stmt.index->text : ""), where,
         [&] {
           expr(*stmt.count);
           body(stmt.body);
         });
  }
  void state(const ForStmt &stmt, SourceRange where) {
    node(label("for", join(stmt.names)), where, [&] {
      expr(*stmt.source);
      body(stmt.body);
    });
  }
  void state(const IfStmt &stmt, SourceRange where) {
    node("if", where, [&] {
      expr(*stmt.condition);
      body(stmt.thenBody);
      if (stmt.elseBody)
        body(*stmt.elseBody);
    });
  }
  void state(const ScanStmt &stmt, SourceRange where) {
    node("scan", where, [&] {
      statics(stmt.statics);
      exprs(stmt.inputs);
      body(stmt.body);
    });
  }
  void state(const AssertStmt &stmt, SourceRange where) {
    node("assert", where, [&] { expr(*stmt.condition); });
  }
  void state(const BindStmt &stmt, SourceRange where) {
    node(label("bind", join(stmt.names)), where, [&] { typeAndValue(stmt.type, stmt.value); });
  }
  void state(const UpdateStmt &stmt, SourceRange where) {
    node(label("update", spelling(stmt.path)), where, [&] {
      parts(stmt.index);
      expr(*stmt.value);
    });
  }
  void state(const SettingStmt &stmt, SourceRange where) {
    std::string text = label("setting", stmt.keyword.text);
    if (!stmt.path.empty())
      text += " " + spelling(stmt.path);
    node(text, where, [&] {
      exprs(stmt.heads);
      optional(stmt.value);
      if (stmt.body)
        body(*stmt.body);
    });
  }

  static std::string join(const std::vector<Name> &names) {
    std::string result;
    for (const Name &name : names)
      result += (result.empty() ? "" : ", ") + name.text;
    return result;
  }

  // Expressions.
  void optional(const ExprPtr &value) {
    if (value)
      expr(*value);
  }
  void exprs(const std::vector<ExprPtr> &list) {
    for (const ExprPtr &each : list)
      expr(*each);
  }
  void expr(const Expr &value) {
    std::visit([&](const auto &node) { express(node, value.range); }, value.node);
  }

  void express(const Number &value, SourceRange where) {
    leaf(label("number", value.spelling) + (value.unit.empty() ? "" : " " + value.unit), where);
  }
  void express(const String &value, SourceRange where) {
    leaf(label("string", quoted(value.value)), where);
  }
  void express(const Constant &value, SourceRange where) {
    leaf(label("constant", spelling(value)), where);
  }
  void express(const NameRef &value, SourceRange where) {
    node(label("name", value.text), where, [&] {
      if (value.statics)
        statics(*value.statics);
    });
  }
  void express(const List &value, SourceRange where) {
    node("list", where, [&] { exprs(value.items); });
  }
  void express(const Comprehension &value, SourceRange where) {
    node(label("comprehension", join(value.names)), where, [&] {
      expr(*value.body);
      expr(*value.source);
      optional(value.condition);
    });
  }
  void express(const Tuple &value, SourceRange where) {
    node(value.isGrouping() ? "group" : "tuple", where, [&] {
      for (const TupleItem &item : value.items) {
        if (item.key)
          node(label("key", item.key->text), item.key->range, [&] { expr(*item.value); });
        else
          expr(*item.value);
      }
    });
  }
  void express(const Call &value, SourceRange where) {
    node("call", where, [&] {
      expr(*value.callee);
      for (const Arg &arg : value.args)
        argument(arg);
    });
  }
  void express(const Index &value, SourceRange where) {
    node("index", where, [&] {
      expr(*value.base);
      parts(value.parts);
    });
  }
  void express(const Member &value, SourceRange where) {
    node(label("member", value.name.text), where, [&] {
      expr(*value.base);
      if (value.statics)
        statics(*value.statics);
    });
  }
  void express(const Unary &value, SourceRange where) {
    node(value.op == UnaryOp::Not ? "not" : "negate", where, [&] { expr(*value.operand); });
  }
  void express(const Binary &value, SourceRange where) {
    node(label("binary", spelling(value.op)), where, [&] {
      expr(*value.lhs);
      expr(*value.rhs);
    });
  }
  void express(const RangeExpr &value, SourceRange where) {
    node("range", where, [&] {
      expr(*value.low);
      expr(*value.high);
    });
  }
  void express(const Conditional &value, SourceRange where) {
    node("conditional", where, [&] {
      expr(*value.condition);
      expr(*value.thenValue);
      expr(*value.elseValue);
    });
  }
  void express(const Pipe &value, SourceRange where) {
    node("pipe", where, [&] {
      expr(*value.input);
      expr(*value.target);
    });
  }

  // Arguments.
  void argument(const Arg &arg) {
    if (auto *pattern = std::get_if<Pattern>(&arg.value)) {
      leaf(label("pattern", cells(pattern->from) + " -> " + cells(pattern->to)), pattern->range);
      return;
    }
    const Expr &value = *std::get<ExprPtr>(arg.value);
    if (arg.name)
      node(label("argument", arg.name->text) + " " + arg.binder, arg.range, [&] { expr(value); });
    else
      expr(value);
  }
  static std::string cells(const std::vector<PatternCell> &cells) {
    std::string result;
    for (const PatternCell &cell : cells) {
      result += (result.empty() ? "" : ", ") + cell.axis.text;
      if (!cell.parts)
        continue;
      std::string parts;
      for (const Name &part : *cell.parts)
        parts += (parts.empty() ? "" : " ") + part.text;
      result += ": (" + parts + ")";
    }
    return "[" + result + "]";
  }
  void statics(const StaticArgs &args) {
    for (const StaticArg &arg : args)
      staticArg("static", arg);
  }
  void staticArg(std::string_view kind, const StaticArg &arg) {
    std::string text =
        arg.name ? label(kind, arg.name->text) + " " + arg.binder : std::string(kind);
    node(text, arg.range, [&] {
      part(arg.value);
      if (arg.arrow)
        staticArg("to", *arg.arrow);
    });
  }
  void parts(const std::vector<Part> &list) {
    for (const Part &each : list)
      part(each);
  }
  void part(const Part &part) {
    if (!part.isRange)
      return expr(*part.low);
    node(part.low    ? part.high ? "from to" : "from"
         : part.high ? "to"
                     : "..",
         part.range, [&] {
           optional(part.low);
           optional(part.high);
         });
  }

  const SourceManager &sources;
  size_t depth = 0;
};

} // namespace

std::string printTree(const Module &module, const SourceManager &sources) {
  TreePrinter printer(sources);
  for (const std::unique_ptr<Decl> &decl : module.decls)
    printer.print(*decl);
  return std::move(printer.out);
}

} // namespace lamina
