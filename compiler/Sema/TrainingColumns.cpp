// Columns of tables: what the Instantiator asks while it executes a binding of `data`.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/TrainingBuilder.h"

#include <algorithm>

namespace lamina::sema {

using ColumnPtr = std::shared_ptr<const ColumnRef>;

Datum Instantiator::tableColumns(const DataTable &table, const std::vector<ast::Part> &parts,
                                 SourceRange range) {
  if (!table.isText)
    return error(range, "'" + table.name + "' has no numbered columns: it is not a CSV file");
  if (parts.size() != 1)
    return error(range,
                 "'" + table.name + "' has one index, of its columns: '" + table.name + "[0..8]'");
  ColumnRef column;
  column.table = table;
  column.range = range;
  const ast::Part &part = parts[0];
  if (!part.isRange) {
    Datum index = eval(*part.low);
    if (auto *name = index.as<std::string>()) {
      column.member = *name;
      return ColumnPtr(std::make_shared<ColumnRef>(std::move(column)));
    }
  }
  std::optional<int64_t> first = part.low ? evalInt(*part.low, "a column") : 0;
  std::optional<int64_t> last = !part.isRange ? (first ? std::optional(*first + 1) : std::nullopt)
                                : part.high   ? evalInt(*part.high, "a column")
                                              : std::nullopt;
  if (part.isRange && !part.high)
    return error(range, "say where the columns end: '" + table.name + "[1..8]'");
  if (!first || !last)
    return Datum();
  if (*first < 0 || *last <= *first)
    return error(range, "columns are numbered from 0, and a range is not empty");
  column.first = *first;
  column.last = *last;
  return ColumnPtr(std::make_shared<ColumnRef>(std::move(column)));
}

Datum Instantiator::tableMember(const DataTable &table, const ast::Name &name, SourceRange range) {
  if (table.isArray)
    return error(name.range, "'" + table.name + "' is one array and has no parts");
  if (table.isCounted && name.text != "row")
    return error(name.range, "generated data have one part, '" + table.name +
                                 ".row': the number of the sample, from 0");
  ColumnRef column;
  column.table = table;
  column.member = name.text;
  column.range = range;
  return ColumnPtr(std::make_shared<ColumnRef>(std::move(column)));
}

/// The type of a column as one value of a sample.
std::optional<Type> Instantiator::columnType(const ColumnRef &column, ElementType element,
                                             SourceRange range) {
  Type type{element, {{"batch", Axis::kBatch}}};
  const Type *wanted = training->expected;
  const bool isOneElement = wanted && !wanted->axes.empty() &&
                            std::all_of(wanted->axes.begin(), wanted->axes.end(),
                                        [](const Axis &axis) { return axis.extent == 1; });
  const bool isCell = column.table.isCounted ||
                      (column.table.isText && (!column.member.empty() ||
                                               (column.last - column.first == 1 && !isOneElement)));
  if (isCell)
    return type;
  if (!wanted && column.table.isText) {
    error(range, "these columns need axes: write the binding's type, 'x: f32[c: " +
                     std::to_string(column.last - column.first) + "] = …'");
    return std::nullopt;
  }
  int64_t count = 1;
  for (size_t i = 0; wanted && i < wanted->axes.size(); ++i) {
    type.axes.push_back(wanted->axes[i]);
    count *= wanted->axes[i].extent;
  }
  if (column.table.isText && count != column.last - column.first) {
    error(range, "these are " + std::to_string(column.last - column.first) + " columns, but " +
                     toString(*wanted) + " has " + std::to_string(count) + " elements");
    return std::nullopt;
  }
  return type;
}

Value *Instantiator::readColumn(const ColumnRef &column, std::optional<ElementType> element,
                                const CellForm *form, SourceRange range) {
  if (!element && column.table.isText) {
    error(range, "a cell of a CSV file is text until a type reads it: write 'f32(…)' or 'i64(…)'");
    return nullptr;
  }
  if (!element && !training->expected) {
    error(range, "this array needs a type: 'f32(…)', or write the binding's: 'x: f32[c: 8] = …'");
    return nullptr;
  }
  std::optional<Type> type =
      form && form->reader == "keys"
          ? keysType(range)
          : columnType(column, element ? *element : training->expected->element, range);
  if (!type)
    return nullptr;
  DataColumn read;
  read.source = column.table.source;
  read.member = column.member;
  read.first = column.first;
  read.last = column.last;
  read.element = type->element;
  if (form)
    read.form = *form;
  read.range = range;
  for (size_t i = 1; i < type->axes.size(); ++i)
    read.shape.push_back(type->axes[i].extent);
  read.name = column.table.name;
  return columnArgument(std::move(read), *type, range);
}

/// The loader's input for a column; one for equal columns.
Value *Instantiator::columnArgument(DataColumn read, const Type &type, SourceRange range) {
  for (size_t i = 0; i < training->columns->size(); ++i) {
    const DataColumn &known = (*training->columns)[i];
    if (known.source == read.source && known.member == read.member && known.first == read.first &&
        known.last == read.last && known.window == read.window && known.form == read.form &&
        training->inputs->arguments[i]->type == type)
      return training->inputs->arguments[i].get();
  }
  read.name += "_" + std::to_string(training->columns->size());
  Value *value = argument(*training->inputs, type, read.name, range);
  training->columns->push_back(std::move(read));
  frame->sight(value);
  return value;
}

/// `windows<t: 608>(row)`: this row and those after it, along a new axis.
Datum Instantiator::callWindows(const ast::NameRef &ref, const std::vector<CallArg> &args,
                                SourceRange range) {
  const ast::StaticArg *axis =
      ref.statics && ref.statics->size() == 1 ? &ref.statics->front() : nullptr;
  if (!axis || axis->binder != ':' || axis->arrow || args.size() != 1)
    return error(range, "'windows' takes one axis with its extent and one binding: "
                        "'windows<t: 96>(row)'");
  if (!training->columns)
    return error(range, "'windows' stands in 'data'");
  std::optional<int64_t> extent = evalInt(*axis->value.low, "an extent");
  if (!extent)
    return Datum();
  if (*extent < 1)
    return error(axis->range, "a window has at least one row, not " + std::to_string(*extent));
  const Value *row = args[0].datum.tensor();
  const auto &inputs = training->inputs->arguments;
  const auto found = std::find_if(inputs.begin(), inputs.end(),
                                  [&](const auto &input) { return input.get() == row; });
  if (found == inputs.end())
    return error(args[0].range, "a window is of columns as they are read: compute on the window "
                                "instead, 'f(windows<t: 96>(row))'");
  const std::string ir = frame->axis(axis->name->text, axis->name->range).front().ir;
  if (row->type.find(ir))
    return error(axis->range, "the row has an axis '" + axis->name->text + "' already");
  DataColumn read = (*training->columns)[static_cast<size_t>(found - inputs.begin())];
  if (read.window)
    return error(args[0].range, "this is a window already");
  read.window = *extent;
  read.name = read.name.substr(0, read.name.rfind('_'));
  Type type = row->type;
  type.axes.insert(type.axes.begin() + 1, Axis{ir, *extent});
  return Datum(columnArgument(std::move(read), type, range));
}

} // namespace lamina::sema
