// `data`: sources, the split, and the bindings of one sample, executed into the loader's program.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/TrainingBuilder.h"

#include <algorithm>

namespace lamina::sema {

static bool isSource(std::string_view name) {
  const std::span<const SettingRule> rules = sourceRules();
  return std::any_of(rules.begin(), rules.end(),
                     [&](const SettingRule &rule) { return rule.name == name; });
}

void TrainingBuilder::enter(Instantiator &engine, Frame &top, Region &body) {
  engine.root = std::make_shared<Layer>();
  engine.root->kind = Layer::Kind::Root;
  top.kind = Frame::Kind::Model;
  top.module = &root;
  top.name = training.name;
  top.owner = top.instance = engine.root.get();
  top.ambient.insert("batch");
  engine.frame = &top;
  engine.region = &body;
}

bool TrainingBuilder::buildData() {
  if (data.empty()) {
    error(training.range,
          "'" + training.name + "' needs 'data { … }', which says where samples come from");
    return false;
  }
  Instantiator engine(modules, diagnostics, limits, reported);
  TrainingContext context;
  context.losses = losses;
  context.columns = &training.columns;
  context.inputs = &training.load.body;
  context.sources = &training.sources;
  engine.training = &context;
  Frame top;
  Instantiator::LiveFrame live(engine, top);
  enter(engine, top, training.load.body);
  bool isWell = true;
  for (const ast::Stmt *stmt : data)
    isWell &= dataStatement(engine, *stmt);
  engine.frame = nullptr;
  if (!isWell || engine.failed())
    return false;
  training.load.name = training.name + "Load";
  training.load.range = training.range;
  const bool hasWindows = std::any_of(training.columns.begin(), training.columns.end(),
                                      [](const DataColumn &column) { return column.window > 0; });
  if (hasWindows && (training.split.kind == "random" || training.split.kind == "stratified")) {
    error(training.split.range, "windows of neighbouring rows overlap, so a '" +
                                    training.split.kind +
                                    "' split would train on what it measures: write 'rows(…)'");
    return false;
  }
  if (training.split.kind == "stratified" && !bound.contains(training.split.by)) {
    error(training.split.range,
          "'stratified' goes by a binding of 'data', and there is no '" + training.split.by + "'");
    return false;
  }
  return true;
}

bool TrainingBuilder::dataStatement(Instantiator &engine, const ast::Stmt &stmt) {
  auto *bind = stmt.as<ast::BindStmt>();
  if (auto *part = stmt.as<ast::SettingStmt>()) {
    if (part->keyword.text == "augment" && part->body && part->heads.empty()) {
      augments.push_back(part); // a part of the step's program
      return true;
    }
    if (part->keyword.text == "fit" && part->value)
      return dataFit(engine, *part, stmt.range);
    error(part->keyword.range, "'" + part->keyword.text +
                                   "' is no part of 'data'; these are 'augment { … }' and 'fit "
                                   "NET.LAYER = VALUE'");
    return false;
  }
  if (!bind) {
    const size_t before = engine.errors;
    engine.execStmt(stmt);
    return engine.errors == before;
  }
  auto *call = bind->value->as<ast::Call>();
  auto *callee = call ? call->callee->as<ast::NameRef>() : nullptr;
  if (bind->names.size() == 1 && bind->names.front().text == "split")
    return dataSplit(*bind->value);
  if (callee && !callee->statics && isSource(callee->text) && bind->names.size() == 1)
    return dataSource(engine, *bind, *call);
  return dataBinding(engine, *bind);
}

/// The files of a source: one, or one for each part of the split.
bool TrainingBuilder::sourceFiles(DataSource &source, const ast::Call &call) {
  for (const ast::Arg &arg : call.args) {
    auto *value = std::get_if<ast::ExprPtr>(&arg.value);
    const std::string role = arg.name ? arg.name->text : "";
    if (value && role == "size" && source.kind == "image_folder") {
      std::optional<int64_t> size = readInt(**value, "size", 1);
      if (!size)
        return false;
      source.options.numbers["size"] = static_cast<double>(*size);
      continue;
    }
    std::optional<std::string> path =
        value ? readString(**value, arg.name ? role : "a file") : std::nullopt;
    if (!path)
      return false;
    for (const auto &[other, known] : source.files)
      if (other == role || role.empty() || other.empty()) {
        error(arg.range, "a source has one file, or one for each part of the split: '" +
                             source.kind + "(train = \"a\", val = \"b\")'");
        return false;
      }
    source.files.emplace_back(role, std::move(*path));
  }
  if (source.files.empty()) {
    error(source.range, "'" + source.kind + "' needs a file: '" + source.kind + "(\"FILE\")'");
    return false;
  }
  if (source.kind == "image_folder" && !source.options.numbers.contains("size")) {
    error(source.range, "'image_folder' needs the size that its images get: "
                        "'image_folder(\"DIR\", size = 224)'");
    return false;
  }
  return true;
}

bool TrainingBuilder::dataSource(Instantiator &engine, const ast::BindStmt &bind,
                                 const ast::Call &call) {
  DataSource source;
  source.name = bind.names.front().text;
  source.kind = call.callee->as<ast::NameRef>()->text;
  source.range = bind.value->range;
  if (source.kind == "generated") {
    std::optional<SettingCall> options =
        readCall(*bind.value, sourceRules(), "data", "data." + source.name);
    if (!options)
      return false;
    source.options = std::move(*options);
  } else if (!sourceFiles(source, call)) {
    return false;
  }
  auto table = std::make_shared<DataTable>();
  table->source = training.sources.size();
  table->name = source.name;
  table->isText = source.kind == "csv";
  table->isArray = source.kind == "npy" || source.kind == "idx";
  table->isCounted = source.kind == "generated";
  training.sources.push_back(std::move(source));
  engine.frame->bind(table->name, Datum(std::shared_ptr<const DataTable>(std::move(table))));
  return true;
}

bool TrainingBuilder::dataSplit(const ast::Expr &expr) {
  auto *call = expr.as<ast::Call>();
  auto *callee = call ? call->callee->as<ast::NameRef>() : nullptr;
  DataSplit &split = training.split;
  split.range = expr.range;
  split.kind = callee ? callee->text : "";
  split.seed = 0;
  split.parts.clear();
  if (split.kind != "random" && split.kind != "stratified" && split.kind != "rows") {
    error(expr.range, "'split' is 'random(train = 0.8, val = 0.2)', 'stratified(label, …)' or "
                      "'rows(train = 0..800, val = 800..1000)'");
    return false;
  }
  for (const ast::Arg &arg : call->args)
    if (!splitPart(arg))
      return false;
  if (split.kind == "stratified" && split.by.empty()) {
    error(expr.range,
          "'stratified' says by which binding: 'stratified(label, train = 0.8, val = 0.2)'");
    return false;
  }
  double sum = 0;
  bool hasTrain = false;
  for (const DataSplit::Part &part : split.parts) {
    sum += part.fraction;
    hasTrain |= part.name == "train";
  }
  constexpr double kRounding = 1e-9;
  if (sum > 1 + kRounding || !hasTrain) {
    error(expr.range, !hasTrain ? std::string("no part of the split is called 'train'")
                                : "the parts of the split add up to " + spell(Datum(sum)) +
                                      ", which is more than all rows");
    return false;
  }
  return true;
}

/// `train = 0.8`, `val = 8640..11520`, `seed = 1`, or the binding of `stratified`.
bool TrainingBuilder::splitPart(const ast::Arg &arg) {
  DataSplit &split = training.split;
  auto *value = std::get_if<ast::ExprPtr>(&arg.value);
  if (!value || arg.binder == ':') {
    error(arg.range, "a part of the split is 'name = value'");
    return false;
  }
  if (!arg.name) {
    auto *name = (*value)->as<ast::NameRef>();
    if (name && split.kind == "stratified" && split.by.empty()) {
      split.by = name->text;
      return true;
    }
    error(arg.range, "a part of the split needs a name: 'train = 0.8'");
    return false;
  }
  const ast::Expr *later = overrideOf("split." + arg.name->text);
  const ast::Expr &expr = later ? *later : **value;
  if (arg.name->text == "seed") {
    std::optional<int64_t> seed = readInt(expr, "seed", 0);
    split.seed = static_cast<uint64_t>(seed.value_or(0));
    show("split.seed", std::to_string(split.seed), false);
    return seed.has_value();
  }
  DataSplit::Part part;
  part.name = arg.name->text;
  if (!(split.kind == "rows" ? splitRows(part, expr) : splitShare(part, expr)))
    return false;
  show("split." + part.name, std::string(diagnostics.sourceManager().text(expr.range)), false);
  split.parts.push_back(std::move(part));
  return true;
}

bool TrainingBuilder::splitRows(DataSplit::Part &part, const ast::Expr &expr) {
  auto *rows = expr.as<ast::RangeExpr>();
  std::optional<int64_t> first = rows ? readInt(*rows->low, part.name, 0) : std::nullopt;
  std::optional<int64_t> last = rows ? readInt(*rows->high, part.name, 0) : std::nullopt;
  if (!rows || (first && last && *first >= *last))
    error(expr.range, "rows are a range that is not empty: 'train = 0..800'");
  if (!first || !last || *first >= *last)
    return false;
  part.first = *first;
  part.last = *last;
  return true;
}

bool TrainingBuilder::splitShare(DataSplit::Part &part, const ast::Expr &expr) {
  std::optional<double> fraction = readNumber(expr, "'" + part.name + "'");
  if (!fraction)
    return false;
  part.fraction = *fraction;
  if (*fraction > 0 && *fraction <= 1)
    return true;
  error(expr.range, "'" + part.name + "' is a share of the rows, more than 0 and at most 1, not " +
                        spell(Datum(*fraction)));
  return false;
}

std::optional<Type> TrainingBuilder::expectedType(Instantiator &engine, const ast::BindStmt &bind) {
  if (bind.type)
    return engine.evalType(*bind.type, bind.names.front().range);
  for (const auto &input : signature.body.arguments)
    if (input->name == bind.names.front().text) {
      Type type = input->type;
      std::erase_if(type.axes, [](const Axis &axis) { return axis.extent == Axis::kBatch; });
      for (const Axis &axis : type.axes)
        engine.frame->axis(axis.name, bind.names.front().range);
      return type;
    }
  return std::nullopt;
}

bool TrainingBuilder::dataBinding(Instantiator &engine, const ast::BindStmt &bind) {
  if (bind.names.size() != 1) {
    const size_t before = engine.errors;
    engine.execNode(bind, ast::Stmt{});
    return engine.errors == before;
  }
  const size_t before = engine.errors;
  std::optional<Type> expected = expectedType(engine, bind);
  engine.training->expected = expected ? &*expected : nullptr;
  Datum datum = engine.eval(*bind.value);
  auto *table = datum.as<std::shared_ptr<const DataTable>>();
  if (datum.isStatic() || (table && !(*table)->isArray)) {
    engine.training->expected = nullptr;
    engine.bindName(bind.names.front(), std::move(datum));
    return engine.errors == before;
  }
  const std::string &name = bind.names.front().text;
  Value *value = engine.errors == before
                     ? engine.toTensor(datum, bind.value->range, "the binding '" + name + "'")
                     : nullptr;
  engine.training->expected = nullptr;
  if (!value || (expected && !checkBinding(bind, value, *expected, bind.type.has_value())))
    return false;
  if (expected) {
    std::vector<std::string> order;
    if (value->type.find("batch"))
      order.push_back("batch");
    for (const Axis &axis : expected->axes)
      order.push_back(axis.name);
    Builder build = engine.builder();
    value = reorder(value, order, build);
  }
  engine.bindName(bind.names.front(), Datum(value));
  engine.frame->sight(value);
  std::erase_if(bindings, [&](const ast::Name &known) { return known.text == name; });
  bindings.push_back(bind.names.front());
  bound[name] = value;
  return engine.errors == before;
}

bool TrainingBuilder::checkBinding(const ast::BindStmt &bind, const Value *value,
                                   const Type &expected, bool isWritten) {
  const std::string &name = bind.names.front().text;
  const std::string wants = isWritten ? "its type says " : "'" + training.model + "' takes ";
  Type type = value->type;
  std::erase_if(type.axes, [](const Axis &axis) { return axis.extent == Axis::kBatch; });
  const bool fits = type.axes.size() == expected.axes.size() &&
                    std::all_of(type.axes.begin(), type.axes.end(), [&](const Axis &axis) {
                      const Axis *wanted = expected.find(axis.name);
                      return wanted && *wanted == axis;
                    });
  if (fits && type.element == expected.element)
    return true;
  Diagnostic &diagnostic =
      error(bind.value->range, "the binding '" + name + "' is " + toString(type) + ", but " +
                                   wants + toString(expected) +
                                   (fits ? "; write '" + toString(expected.element) + "(…)'" : ""));
  if (!isWritten)
    diagnostic.note(signature.range, "'" + training.model + "' is declared here");
  return false;
}

} // namespace lamina::sema
