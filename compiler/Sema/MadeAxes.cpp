// The extents of axes that a block makes: its result type, `name: n`, the same name read, the int
// in scope, in this order.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/Application.h"

#include "compiler/Sema/Axes.h"

#include <algorithm>
#include <utility>

namespace lamina::sema {

void Instantiator::madeExtents(Application &app) {
  for (const std::string &name : app.made) {
    const AxisList axes = app.inner.axes[name];
    for (size_t k = 0; k < axes.size(); ++k) {
      EntryExtent extent = madeExtent(app, name, k);
      if (extent.axis)
        extent.axis->name = axes[k].ir;
      app.inner.entry[axes[k].ir] = std::move(extent);
    }
  }
}

EntryExtent Instantiator::madeExtent(Application &app, const std::string &name, size_t index) {
  const BoundAxis axis = app.given[name][index];
  if (std::optional<EntryExtent> computed = computedExtent(app, name))
    return *computed;
  if (axis.extent)
    return {Axis{axis.ir, *axis.extent}, "", axis.range};
  const std::string &callers = app.callers[name][index];
  for (const std::string &other : app.read)
    for (size_t k = 0; k < app.callers[other].size(); ++k)
      if (app.callers[other][k] == callers)
        return app.inner.entry[app.inner.axes[other][k].ir];
  return callersInt(app, axis);
}

/// `-> [.., h: (h + 2 * pad - k) // stride + 1]`
std::optional<EntryExtent> Instantiator::computedExtent(Application &app, const std::string &name) {
  for (const ast::Output &output : app.callee.outputs())
    for (const ast::AxisDecl &decl : output.type.axes) {
      if (decl.isRest || decl.name.text != name || !decl.extent)
        continue;
      auto *ref = decl.extent->as<ast::NameRef>();
      if (ref && ref->text == "_")
        return EntryExtent{std::nullopt,
                           "the extent of axis '" + name + "' is what the body of " + app.who() +
                               " gives",
                           {}};
      Frame *saved = std::exchange(frame, &app.inner);
      std::optional<int64_t> extent = evalInt(*decl.extent, "an extent");
      frame = saved;
      if (extent)
        return EntryExtent{Axis{name, *extent}, "", decl.range};
      return EntryExtent{std::nullopt, "the extent of axis '" + name + "' has an error", {}};
    }
  return std::nullopt;
}

/// The int of an axis' name where the application is written, unless a value there says otherwise.
EntryExtent Instantiator::callersInt(const Application &app, const BoundAxis &axis) {
  auto live = liveFrames.find(axis.home);
  Frame &home = live != liveFrames.end() ? *live->second : *frame;
  SourceRange range = axis.range.isValid() ? axis.range : app.range;
  EntryExtent known = knownExtent(home, axis);
  known.range = range;
  if (!known.axis) {
    known.whyNot = app.who() + " makes axis '" + axis.spelled +
                   "', and nothing says how long it is: write '" + axis.spelled + ": n'" +
                   (known.whyNot.empty() ? "" : " (" + known.whyNot + ")");
    return known;
  }
  if (auto seen = home.seen.find(axis.ir); seen != home.seen.end())
    for (const Sighting &sighting : seen->second)
      if (sighting.axis.extent != known.axis->extent) {
        known.whyNot = app.who() + " makes axis '" + axis.spelled + "', but '" + axis.spelled +
                       "' is " + extentText(*known.axis) + " in the signature and " +
                       extentText(sighting.axis) + " in a value here: write '" + axis.spelled +
                       ": n'";
        known.axis.reset();
        return known;
      }
  return known;
}

} // namespace lamina::sema
