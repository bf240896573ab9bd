// What may be done with sparse values, and what stays sparse.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/PrimitiveRules.h"

#include <algorithm>
#include <cmath>

namespace lamina::sema {
namespace {

const std::string &kindOf(const Attributes &attributes) {
  return std::get<std::string>(attributes.find("kind")->second);
}

/// Whether the function of one value gives 0 for 0.
bool unaryKeepsZero(std::string_view kind) {
  constexpr std::string_view kKeeping[] = {"neg",   "abs",   "sign", "floor", "ceil", "round",
                                           "relu",  "sqrt",  "sin",  "tan",   "sinh", "tanh",
                                           "expm1", "log1p", "erf",  "isnan"};
  return std::find(std::begin(kKeeping), std::end(kKeeping), kind) != std::end(kKeeping);
}

/// What the function of two values gives where one is 0 and the other `number`; NaN where it cannot
/// be told before the program runs.
double atZero(std::string_view kind, std::optional<double> number, bool isZeroLeft) {
  if (kind == "mul" || (kind == "div" && isZeroLeft && !number))
    return 0;
  if (!number)
    return NAN;
  const double a = isZeroLeft ? 0 : *number, b = isZeroLeft ? *number : 0;
  if (kind == "div" || kind == "floordiv" || kind == "mod")
    return isZeroLeft && b != 0 ? 0 : NAN;
  if (kind == "pow")
    return std::pow(a, b);
  if (kind == "add" || kind == "sub")
    return kind == "add" ? a + b : a - b;
  if (kind == "min" || kind == "max")
    return kind == "min" ? std::min(a, b) : std::max(a, b);
  if (kind == "eq" || kind == "ne")
    return (a == b) == (kind == "eq");
  if (kind == "lt" || kind == "le")
    return kind == "lt" ? a < b : a <= b;
  if (kind == "gt" || kind == "ge")
    return kind == "gt" ? a > b : a >= b;
  return NAN;
}

class SparseRule {
public:
  SparseRule(const Site &site, const std::vector<Value *> &operands, const Value &sparse)
      : site(site), operands(operands), sparse(sparse) {}

  bool binary(const std::string &kind) const {
    const Value &other = operands[0] == &sparse ? *operands[1] : *operands[0];
    if (!other.type.axes.empty())
      return refuse("'" + site.name + "' takes a number beside " + theSparse() + ", not " +
                    toString(other.type));
    if (atZero(kind, constantScalar(other), operands[0] == &sparse) == 0)
      return true;
    return fills();
  }

  bool fills() const {
    return refuse("'" + site.name + "' would make the zeros of " + theSparse() +
                  " something else; what keeps zeros, 'dot' and reductions take sparse values");
  }

  bool dot(Attributes &attributes) const {
    if (operands[0]->type.isSparse && operands[1]->type.isSparse)
      return refuse("'dot' takes a dense value beside " + theSparse() + ", and both are sparse");
    if (bitsOf(sparse.type.element) < 32)
      return refuse("'dot' with a sparse value takes f32, f64, i32 and i64, and this is " +
                    toString(sparse.type) + "; cast it, as in 'f32(" +
                    (sparse.name.empty() ? "x" : sparse.name) + ")'");
    attributes["sparse"] = int64_t(operands[0] == &sparse ? 0 : 1);
    return true;
  }

  bool refuse(const std::string &why) const {
    Diagnostic &diagnostic = site.error(site.range, why);
    noteOrigin(diagnostic, sparse);
    return false;
  }

  std::string theSparse() const {
    return "the sparse " + (sparse.name.empty() ? "value" : "'" + sparse.name + "'");
  }

private:
  const Site &site;
  const std::vector<Value *> &operands;
  const Value &sparse;
};

} // namespace

bool checkSparse(const Site &site, Op op, const std::vector<Value *> &operands,
                 Attributes &attributes, Type &result) {
  const auto found = std::find_if(operands.begin(), operands.end(),
                                  [](const Value *value) { return value->type.isSparse; });
  result.isSparse = false;
  if (found == operands.end() || op == Op::Reduce || op == Op::Extent)
    return true;
  const SparseRule rule(site, operands, **found);
  if (op == Op::Dot)
    return rule.dot(attributes);
  result.isSparse = true;
  switch (op) {
  case Op::Rename:
  case Op::Cast:
  case Op::StopGradient:
    return true;
  case Op::Unary:
    return unaryKeepsZero(kindOf(attributes)) || rule.fills();
  case Op::Binary:
    return rule.binary(kindOf(attributes));
  default:
    return rule.refuse("'" + site.name + "' takes dense values, not " + rule.theSparse() +
                       "; elementwise functions of numbers, reductions and 'dot' take it");
  }
}

} // namespace lamina::sema
