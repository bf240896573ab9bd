// Checks expressions of primitives without Sema's core: parses them, hands literals and named
// values over, keeps the errors.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef TEST_UNIT_PRIMITIVESFIXTURE_H
#define TEST_UNIT_PRIMITIVESFIXTURE_H

#include "compiler/Sema/Primitives.h"
#include "compiler/Syntax/Parser.h"

#include <gtest/gtest.h>

namespace lamina::sema {

class PrimitivesTest : public ::testing::Test {
protected:
  /// Declares a value that expressions can name.
  Value *declare(const std::string &name, Type type) {
    region.arguments.push_back(std::make_unique<Value>(Value{nullptr, std::move(type), name, {}}));
    return values[name] = region.arguments.back().get();
  }

  /// The types of an expression's results, `; ` between them, or its first error as `line:column:
  /// message`.
  std::string check(const std::string &text) {
    uint32_t file = sources.add("test.lam", text);
    size_t before = diagnostics.all().size();
    Diagnostics syntax(sources);
    ast::ExprPtr expression = parseExpression(file, syntax);
    if (!expression)
      return render(syntax.all().at(0));
    last = evaluate(*expression);
    if (diagnostics.all().size() > before)
      return render(diagnostics.all()[before]);
    std::string types;
    for (const Value *value : last)
      types += (types.empty() ? "" : "; ") + toString(value->type);
    return types;
  }

  /// The notes of the last error.
  std::vector<std::string> notes() const {
    std::vector<std::string> all;
    for (const Note &note : diagnostics.all().back().notes)
      all.push_back(note.message);
    return all;
  }

  const Node &lastNode() const { return *region.nodes.back(); }
  template <typename T> T attribute(const std::string &name) const {
    return std::get<T>(lastNode().attributes.at(name));
  }

  SourceManager sources;
  Diagnostics diagnostics{sources};
  Region region;
  Builder builder{region};
  std::map<std::string, Value *> values;
  std::vector<Value *> last;
  std::optional<Type> initialised;

private:
  std::string render(const Diagnostic &diagnostic) const {
    if (!diagnostic.range.isValid())
      return "?: " + diagnostic.message;
    LineColumn place = sources.lineColumn(diagnostic.range.file, diagnostic.range.begin);
    return std::to_string(place.line) + ":" + std::to_string(place.column) + ": " +
           diagnostic.message;
  }

  std::vector<Value *> evaluate(const ast::Expr &expression);
  std::vector<Value *> evaluateCall(const ast::Call &call, SourceRange range);
  PrimitiveArg argument(const ast::StaticArg &source, bool isAxis);
  std::vector<StaticValue> staticValues(const ast::Part &part);
  StaticValue staticValue(const ast::Expr &expression);
  void addOperand(PrimitiveCall &call, const ast::Arg &source);
};

} // namespace lamina::sema

#endif // TEST_UNIT_PRIMITIVESFIXTURE_H
