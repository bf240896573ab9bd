// Readers of CSV cells: `f32(log.price, empty = 0)`, `date(log.time)`, `key(log.user)`,
// `keys(log.seen)`.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/TrainingBuilder.h"

#include <cmath>

namespace lamina::sema {

using ColumnPtr = std::shared_ptr<const ColumnRef>;

/// The named arguments of a reader.
bool Instantiator::readForm(const std::string &reader, const std::vector<CallArg> &args,
                            bool isFloat, CellForm &form) {
  form.reader = reader;
  form.separator = "^";
  for (size_t i = 1; i < args.size(); ++i) {
    const std::string name = args[i].name ? args[i].name->text : "";
    const Datum &datum = args[i].datum;
    auto *text = datum.as<std::string>();
    if (name == "separator" && reader == "keys" && text && !text->empty()) {
      form.separator = *text;
    } else if (name == "empty" && reader != "keys" && datum.isNumber()) {
      auto *whole = datum.as<int64_t>();
      form.empty = whole ? static_cast<double>(*whole) : *datum.as<double>();
      if (!whole && !isFloat) {
        error(args[i].range, "a static float never becomes an integer; write the int");
        return false;
      }
    } else {
      error(args[i].range,
            reader == "keys"
                ? "'keys' takes a column and a separator: 'keys(log.seen, separator = \"^\")'"
                : "a column is read with its type and what an empty cell stands for: "
                  "'f32(log.price, empty = 0)'");
      return false;
    }
  }
  if (reader != "keys")
    form.separator.clear();
  return true;
}

/// `f32(log.price, empty = 0)`
Datum Instantiator::castColumn(const ColumnRef &column, ElementType to,
                               const std::vector<CallArg> &args, SourceRange range) {
  CellForm form;
  if (!readForm("", args, to <= ElementType::F16, form))
    return Datum();
  if (form.empty && !column.table.isText)
    return error(range, "only a cell of a CSV file can be empty");
  Value *read = readColumn(column, to, &form, args[0].range);
  return read ? Datum(read) : Datum();
}

/// `key(log.user)`: an i64 of the text.
Datum Instantiator::callCell(const std::string &reader, const std::vector<CallArg> &args,
                             SourceRange range) {
  auto *column = args.empty() ? nullptr : args[0].datum.as<ColumnPtr>();
  if (!training->columns || !column || !(*column)->table.isText)
    return error(range,
                 "'" + reader + "' reads a column of a CSV file: '" + reader + "(table.name)'");
  CellForm form;
  if (!readForm(reader, args, false, form))
    return Datum();
  const bool isOne = !(*column)->member.empty() || (*column)->last - (*column)->first == 1;
  if (reader == "keys" && !isOne)
    return error(args[0].range, "'keys' reads one column, whose cells are lists");
  Value *read = readColumn(**column, ElementType::I64, &form, args[0].range);
  return read ? Datum(read) : Datum();
}

/// A list of keys gets its axis from the binding's type.
std::optional<Type> Instantiator::keysType(SourceRange range) {
  const Type *wanted = training->expected;
  if (!wanted || wanted->axes.size() != 1) {
    error(range,
          "a list of keys needs one axis, as long as lists may be: write the binding's type, "
          "'seen: i64[place: 20] = keys(…)'");
    return std::nullopt;
  }
  return Type{ElementType::I64, {{"batch", Axis::kBatch}, wanted->axes[0]}};
}

} // namespace lamina::sema
