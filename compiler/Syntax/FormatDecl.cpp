// Canonical text: declarations, signatures and types.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Syntax/Formatter.h"

namespace lamina {

using namespace ast;

void Formatter::decl(const Decl &decl) {
  notes(decl.notes);
  std::visit([&](const auto &node) { declare(node); }, decl.node);
}

void Formatter::declare(const ImportDecl &decl) { layout.text("import " + spelling(decl.path)); }

void Formatter::declare(const FnDecl &decl) {
  layout.text("fn " + decl.name.text + "(");
  names(decl.params);
  layout.text(")");
  assigned(decl.value);
}

void Formatter::declare(const LetDecl &decl) {
  layout.text("let " + decl.name.text);
  typed(decl.type);
  assigned(decl.value);
}

void Formatter::declare(const BlockDecl &decl) {
  layout.text("block ");
  signature(decl.name, decl.formals, decl.inputs, decl.outputs);
  body(decl.body);
}

void Formatter::declare(const ModelDecl &decl) {
  layout.text("model ");
  if (decl.variant) {
    layout.text(decl.name.text);
    return assigned(decl.variant);
  }
  signature(decl.name, decl.formals, decl.inputs, decl.outputs);
  body(decl.body);
}

void Formatter::declare(const TrainDecl &decl) {
  layout.text("train " + decl.name.text + " ");
  if (decl.relation) {
    layout.text(decl.relation->text + " ");
    expr(*decl.target);
    layout.text(" ");
  }
  body(decl.body);
}

void Formatter::declare(const TestDecl &decl) {
  layout.text("test " + quoted(decl.title) + " ");
  body(decl.body);
}

/// `Name<…>(…) -> … `; what is too long for a line breaks before the inputs first.
void Formatter::signature(const Name &name, const std::vector<Formal> &formals,
                          const std::vector<Input> &inputs, const std::vector<Output> &outputs) {
  std::vector<Entry> statics = formalEntries(formals);
  std::vector<Entry> values;
  for (const Input &each : inputs)
    values.push_back({each.range, [this, &each] { input(each); }});
  std::vector<Entry> results;
  for (const Output &each : outputs) {
    SourceRange range = each.type.range;
    if (each.name)
      range.begin = each.name->range.begin;
    results.push_back({range, [this, &each] { output(each); }});
  }
  layout.open();
  layout.text(name.text);
  if (!statics.empty()) {
    bool isBroken = this->isBroken(statics);
    list({"<", ">"}, statics);
    if (!isBroken)
      continuation("");
  }
  list({"(", ")"}, values);
  layout.text(" -> ");
  if (outputs.size() == 1 && !outputs[0].name)
    output(outputs[0]);
  else
    list({"(", ")"}, results);
  layout.text(" ");
  layout.close();
}

/// Two formals that an arrow joins are one entry.
std::vector<Formatter::Entry> Formatter::formalEntries(const std::vector<Formal> &formals) {
  std::vector<Entry> items;
  for (size_t i = 0; i < formals.size(); ++i) {
    const Formal &first = formals[i];
    if (!first.arrowToNext) {
      items.push_back({first.range, [this, &first] { formal(first); }});
      continue;
    }
    const Formal &second = formals[++i];
    items.push_back(
        {{first.range.file, first.range.begin, second.range.end}, [this, &first, &second] {
           formal(first);
           layout.text(" -> ");
           formal(second);
         }});
  }
  return items;
}

void Formatter::formal(const Formal &formal) {
  if (formal.sort != Formal::Sort::Value)
    layout.text(formal.sort == Formal::Sort::Axis ? "axis " : "axes ");
  layout.text(formal.name.text);
  if (formal.defaultAxis)
    layout.text(" = " + formal.defaultAxis->text);
  if (formal.kind)
    layout.text(": " + spelling(*formal.kind));
  assigned(formal.defaultValue);
}

void Formatter::input(const Input &input) {
  layout.text((input.shared ? "shared " : "") + input.name.text + ": ");
  type(input.type);
  if (input.isOptional)
    layout.text(" = none");
}

void Formatter::output(const Output &output) {
  if (output.name)
    layout.text(output.name->text + ": ");
  type(output.type);
}

void Formatter::type(const TypeExpr &type) {
  if (type.sparse)
    layout.text("sparse ");
  if (type.element)
    layout.text(spelling(*type.element));
  if (!type.hasAxes)
    return;
  std::vector<Entry> items;
  for (const AxisDecl &each : type.axes)
    items.push_back({each.range, [this, &each] { axis(each); }});
  list({"[", "]"}, items);
}

void Formatter::axis(const AxisDecl &axis) {
  layout.text(axis.isRest ? ".." : axis.name.text);
  if (!axis.extent)
    return;
  layout.text(axis.isBound ? ": <= " : ": ");
  expr(*axis.extent);
}

} // namespace lamina
