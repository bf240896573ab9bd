// Entering a block: the extents that values bring, held to what the signature and the arguments
// say.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Application.h"

#include "compiler/Sema/Axes.h"

#include <algorithm>
#include <utility>

namespace lamina::sema {

bool Instantiator::inputExtents(Application &app) {
  for (size_t i = 0; i < app.inputs.size(); ++i)
    for (const ast::AxisDecl &decl : app.callee.inputs()[i].type.axes)
      if (app.inputs[i] && !decl.isRest && !inputExtent(app, i, decl))
        return false;
  return restExtents(app);
}

/// The extent that a value brings for an axis of the signature: the same as another input's and as
/// one given in `<…>`.
bool Instantiator::inputExtent(Application &app, size_t index, const ast::AxisDecl &decl) {
  const AxisList &axes = app.inner.axes[decl.name.text];
  const AxisList &given = app.given[decl.name.text];
  const Value *value = app.inputs[index];
  for (size_t k = 0; k < axes.size(); ++k) {
    const std::string &callers = app.callers[decl.name.text][k];
    Axis found = *value->type.find(callers);
    if (given[k].extent && (found.isBound || found.extent != *given[k].extent))
      return error(app.inputRanges[index], "axis '" + callers + "' has extent " +
                                               extentText(found) + " here but " + app.who() +
                                               " was built for " + std::to_string(*given[k].extent))
                 .origin(value, callers)
                 .note(given[k].range, app.who() + " was built here with '" + given[k].spelled +
                                           "' = " + std::to_string(*given[k].extent)),
             false;
    found.name = axes[k].ir;
    EntryExtent &entry = app.inner.entry[axes[k].ir];
    if (entry.axis && !(*entry.axis == found))
      return error(app.inputRanges[index], "axis '" + decl.name.text + "' of " + app.who() +
                                               " has extent " + extentText(*entry.axis) +
                                               " in one input and " + extentText(found) + " in '" +
                                               app.callee.inputs()[index].name.text + "'")
                 .origin(value, callers)
                 .note(entry.range, "the other input is here"),
             false;
    entry = {found, "", app.inputRanges[index]};
  }
  return true;
}

/// All `..` of a signature are one set: an axis that two inputs bring has one extent.
bool Instantiator::restExtents(Application &app) {
  for (const std::string &name : app.inner.rest) {
    const Value *first = nullptr;
    for (size_t i = 0; i < app.inputs.size(); ++i) {
      const Value *value = app.inputs[i];
      const Axis *axis = value ? value->type.find(name) : nullptr;
      if (!axis)
        continue;
      if (first && !(*first->type.find(name) == *axis))
        return error(app.inputRanges[i], "axis '" + name + "' has extent " + extentText(*axis) +
                                             " here and " + extentText(*first->type.find(name)) +
                                             " in another input of " + app.who())
                   .origin(value, name)
                   .origin(first, name),
               false;
      first = first ? first : value;
    }
  }
  return true;
}

/// The extent that the signature asks of an axis of an input: `k: 2 * n`, or the block's own int of
/// the axis' name. Nothing where any will do.
std::optional<int64_t> Instantiator::wantedExtent(const ast::AxisDecl &decl, bool &fine) {
  if (!decl.extent) {
    const Binding *own = frame->find(decl.name.text);
    const int64_t *extent = own ? own->datum.as<int64_t>() : nullptr;
    return extent ? std::optional(*extent) : std::nullopt;
  }
  if (auto *ref = decl.extent->as<ast::NameRef>(); ref && ref->text == "_")
    return std::nullopt;
  std::optional<int64_t> extent = evalInt(*decl.extent, "an extent");
  fine = extent.has_value();
  return extent;
}

/// Holds the values to the extents that the signature gives.
bool Instantiator::declaredExtents(Application &app) {
  Frame *saved = std::exchange(frame, &app.inner);
  bool fine = true;
  for (size_t i = 0; i < app.inputs.size() && fine; ++i)
    for (const ast::AxisDecl &decl : app.callee.inputs()[i].type.axes) {
      if (!fine || !app.inputs[i] || decl.isRest)
        continue;
      std::optional<int64_t> wanted = wantedExtent(decl, fine);
      if (!wanted)
        continue;
      const std::string &callers = app.callers[decl.name.text].front();
      const Axis &found = *app.inputs[i]->type.find(callers);
      fine = decl.isBound ? found.extent <= *wanted : found.extent == *wanted && !found.isBound;
      if (!fine)
        error(app.inputRanges[i], "axis '" + callers + "' has extent " + extentText(found) +
                                      " here but " + app.who() + " takes " +
                                      (decl.isBound ? "at most " : "") + std::to_string(*wanted))
            .origin(app.inputs[i], callers)
            .note(decl.range, "'" + decl.name.text + "' is declared here");
    }
  frame = saved;
  return fine;
}

} // namespace lamina::sema
