// Arithmetic on static values: checked 64-bit integers, doubles, booleans, strings and lists.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef COMPILER_SEMA_STATICEVAL_H
#define COMPILER_SEMA_STATICEVAL_H

#include "compiler/Sema/Datum.h"

#include <string>
#include <string_view>
#include <vector>

namespace lamina::sema {

/// A static value, or why there is none.
struct StaticResult {
  Datum value;
  std::string error;
};

/// `a op b`; both are static values or lists. Integers are exact: overflow, division by zero and a
/// rest are errors.
StaticResult staticBinary(ast::BinaryOp op, const Datum &lhs, const Datum &rhs);
/// `-a`, `not a`.
StaticResult staticUnary(ast::UnaryOp op, const Datum &operand);
/// A mathematical function of numbers by its primitive's name (`sqrt`, `min`, …); no value and no
/// error if there is none.
StaticResult staticFunction(std::string_view name, const std::vector<Datum> &args);
/// Whether two static values are the same.
bool staticEqual(const Datum &a, const Datum &b);
/// The word of an operator: `+`, `and`.
std::string_view spell(ast::BinaryOp op);
/// The dialect's kind of an operator: "add", "floordiv".
std::string_view kindOf(ast::BinaryOp op);
/// The value of a number as it is spelled; an error beyond 64 bits.
StaticResult parseNumber(const ast::Number &number);

} // namespace lamina::sema

#endif // COMPILER_SEMA_STATICEVAL_H
