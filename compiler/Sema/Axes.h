// Questions about axes that messages and checks ask of the program built so far.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SEMA_AXES_H
#define COMPILER_SEMA_AXES_H

#include "compiler/Sema/Checked.h"
#include "compiler/Syntax/Diagnostics.h"

#include <string>
#include <string_view>

namespace lamina::sema {

/// The value that first had `axis` with its extent on the way to `value`: a model's input, a
/// parameter, the op that made it.
const Value *axisOrigin(const Value &value, std::string_view axis);

/// Adds "'x' gets axis 's' = 196 here" to a diagnostic, if the place is known.
void noteAxisOrigin(Diagnostic &diagnostic, const Value &value, std::string_view axis);

/// `196`, `at most 13, known at run time`, `of the batch`, for messages.
std::string extentText(const Axis &axis);

/// `[s, c]`, the axes of a list by name.
std::string axisNames(const std::vector<std::string> &names);

} // namespace lamina::sema

#endif // COMPILER_SEMA_AXES_H
