// Arithmetic on static values.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Sema/StaticEval.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

namespace lamina::sema {

using ast::BinaryOp;

std::string_view spell(BinaryOp op) {
  static constexpr std::string_view kWords[] = {
      "+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", "<=", ">", ">=", "and", "or"};
  return kWords[static_cast<size_t>(op)];
}

std::string_view kindOf(BinaryOp op) {
  static constexpr std::string_view kKinds[] = {"add", "sub", "mul", "div", "floordiv",
                                                "mod", "pow", "eq",  "ne",  "lt",
                                                "le",  "gt",  "ge",  "and", "or"};
  return kKinds[static_cast<size_t>(op)];
}

static StaticResult fail(std::string why) { return {Datum(), std::move(why)}; }

static StaticResult overflow(int64_t a, BinaryOp op, int64_t b) {
  return fail("'" + std::to_string(a) + " " + std::string(spell(op)) + " " + std::to_string(b) +
              "' does not fit in a 64-bit int");
}

static StaticResult intPower(int64_t base, int64_t exponent) {
  if (exponent < 0)
    return fail("'" + std::to_string(base) + " ** " + std::to_string(exponent) +
                "' is not an int; write a float such as '" + std::to_string(base) + ".0'");
  int64_t result = 1, factor = base;
  for (int64_t left = exponent; left; left >>= 1) {
    if ((left & 1) && __builtin_mul_overflow(result, factor, &result))
      return overflow(base, BinaryOp::Pow, exponent);
    if (left > 1 && __builtin_mul_overflow(factor, factor, &factor))
      return overflow(base, BinaryOp::Pow, exponent);
  }
  return {Datum(result), ""};
}

static StaticResult intDivision(BinaryOp op, int64_t a, int64_t b) {
  if (b == 0)
    return fail("division by zero: '" + std::to_string(a) + " " + std::string(spell(op)) + " 0'");
  if (a == INT64_MIN && b == -1)
    return op == BinaryOp::Mod ? StaticResult{Datum(int64_t(0)), ""} : overflow(a, op, b);
  int64_t quotient = a / b, rest = a % b;
  if (op == BinaryOp::Div) {
    if (rest)
      return fail("'" + std::to_string(a) + " / " + std::to_string(b) + "' has a rest of " +
                  std::to_string(rest) + "; '//' floors, and '" + std::to_string(a) + " / " +
                  std::to_string(b) + ".0' is a float");
    return {Datum(quotient), ""};
  }
  bool floors = rest && (rest < 0) != (b < 0);
  return {Datum(op == BinaryOp::FloorDiv ? quotient - floors : rest + (floors ? b : 0)), ""};
}

template <typename T> static std::optional<bool> compare(BinaryOp op, const T &a, const T &b) {
  switch (op) {
  case BinaryOp::Eq:
    return a == b;
  case BinaryOp::Ne:
    return a != b;
  case BinaryOp::Lt:
    return a < b;
  case BinaryOp::Le:
    return a <= b;
  case BinaryOp::Gt:
    return a > b;
  case BinaryOp::Ge:
    return a >= b;
  default:
    return std::nullopt;
  }
}

static StaticResult intBinary(BinaryOp op, int64_t a, int64_t b) {
  if (std::optional<bool> truth = compare(op, a, b))
    return {Datum(*truth), ""};
  int64_t result = 0;
  bool overflows = false;
  switch (op) {
  case BinaryOp::Add:
    overflows = __builtin_add_overflow(a, b, &result);
    break;
  case BinaryOp::Sub:
    overflows = __builtin_sub_overflow(a, b, &result);
    break;
  case BinaryOp::Mul:
    overflows = __builtin_mul_overflow(a, b, &result);
    break;
  case BinaryOp::Pow:
    return intPower(a, b);
  default:
    return intDivision(op, a, b);
  }
  return overflows ? overflow(a, op, b) : StaticResult{Datum(result), ""};
}

static StaticResult floatBinary(BinaryOp op, double a, double b) {
  if (std::optional<bool> truth = compare(op, a, b))
    return {Datum(*truth), ""};
  switch (op) {
  case BinaryOp::Add:
    return {Datum(a + b), ""};
  case BinaryOp::Sub:
    return {Datum(a - b), ""};
  case BinaryOp::Mul:
    return {Datum(a * b), ""};
  case BinaryOp::Pow:
    return {Datum(std::pow(a, b)), ""};
  case BinaryOp::Div:
    return {Datum(a / b), ""};
  case BinaryOp::FloorDiv:
    return {Datum(std::floor(a / b)), ""};
  default:
    return {Datum(a - b * std::floor(a / b)), ""};
  }
}

static double asDouble(const Datum &datum) {
  auto *whole = datum.as<int64_t>();
  return whole ? static_cast<double>(*whole) : *datum.as<double>();
}

bool staticEqual(const Datum &a, const Datum &b) {
  if (a.isNumber() && b.isNumber()) {
    if (a.as<int64_t>() && b.as<int64_t>())
      return *a.as<int64_t>() == *b.as<int64_t>();
    return asDouble(a) == asDouble(b);
  }
  if (auto *x = a.as<List>())
    if (auto *y = b.as<List>())
      return (*x)->size() == (*y)->size() &&
             std::equal((*x)->begin(), (*x)->end(), (*y)->begin(), staticEqual);
  if (a.value.index() != b.value.index())
    return false;
  if (auto *x = a.as<bool>())
    return *x == *b.as<bool>();
  if (auto *x = a.as<std::string>())
    return *x == *b.as<std::string>();
  if (auto *x = a.as<CallablePtr>())
    return (*x)->target == (*b.as<CallablePtr>())->target;
  return a.as<Absent>() != nullptr;
}

static StaticResult concatenate(const List &a, const List &b) {
  constexpr size_t kMost = 1'000'000;
  if (a->size() + b->size() > kMost)
    return fail("this list would have " + std::to_string(a->size() + b->size()) +
                " items; the most is " + std::to_string(kMost));
  auto joined = std::make_shared<std::vector<Datum>>(*a);
  joined->insert(joined->end(), b->begin(), b->end());
  return {Datum(List(std::move(joined))), ""};
}

StaticResult staticBinary(BinaryOp op, const Datum &lhs, const Datum &rhs) {
  if (lhs.as<int64_t>() && rhs.as<int64_t>() && op != BinaryOp::And && op != BinaryOp::Or)
    return intBinary(op, *lhs.as<int64_t>(), *rhs.as<int64_t>());
  if (lhs.isNumber() && rhs.isNumber() && op != BinaryOp::And && op != BinaryOp::Or)
    return floatBinary(op, asDouble(lhs), asDouble(rhs));
  if (op == BinaryOp::Eq || op == BinaryOp::Ne)
    return {Datum(staticEqual(lhs, rhs) == (op == BinaryOp::Eq)), ""};
  if (op == BinaryOp::Add && lhs.as<List>() && rhs.as<List>())
    return concatenate(*lhs.as<List>(), *rhs.as<List>());
  if (op == BinaryOp::Add && lhs.as<std::string>() && rhs.as<std::string>())
    return {Datum(*lhs.as<std::string>() + *rhs.as<std::string>()), ""};
  return fail("'" + std::string(spell(op)) + "' does not take " + describe(lhs) + " and " +
              describe(rhs));
}

StaticResult staticUnary(ast::UnaryOp op, const Datum &operand) {
  if (op == ast::UnaryOp::Not) {
    if (auto *truth = operand.as<bool>())
      return {Datum(!*truth), ""};
    return fail("'not' takes a bool, not " + describe(operand));
  }
  if (auto *whole = operand.as<int64_t>())
    return *whole == INT64_MIN ? fail("the negative of the least int does not fit in 64 bits")
                               : StaticResult{Datum(-*whole), ""};
  if (auto *number = operand.as<double>())
    return {Datum(-*number), ""};
  return fail("'-' takes a number, not " + describe(operand));
}

using Function = double (*)(double);
static const std::map<std::string, Function, std::less<>> &functions() {
  static const std::map<std::string, Function, std::less<>> table = {
      {"exp", std::exp},
      {"log", std::log},
      {"log1p", std::log1p},
      {"expm1", std::expm1},
      {"sqrt", std::sqrt},
      {"floor", std::floor},
      {"ceil", std::ceil},
      {"round", std::nearbyint},
      {"sin", std::sin},
      {"cos", std::cos},
      {"tan", std::tan},
      {"sinh", std::sinh},
      {"cosh", std::cosh},
      {"tanh", std::tanh},
      {"erf", std::erf},
      {"abs", std::fabs},
      {"rsqrt", [](double v) { return 1 / std::sqrt(v); }},
      {"sigmoid", [](double v) { return 1 / (1 + std::exp(-v)); }},
      {"sign", [](double v) { return v > 0   ? 1.0
                                     : v < 0 ? -1.0
                                             : v; }}};
  return table;
}

static StaticResult staticExtreme(bool isMax, const std::vector<Datum> &args) {
  Datum best = args[0];
  for (const Datum &arg : args) {
    bool better = isMax ? asDouble(arg) > asDouble(best) : asDouble(arg) < asDouble(best);
    if (arg.as<int64_t>() && best.as<int64_t>())
      better = isMax ? *arg.as<int64_t>() > *best.as<int64_t>()
                     : *arg.as<int64_t>() < *best.as<int64_t>();
    if (better)
      best = arg;
  }
  return {best, ""};
}

StaticResult staticFunction(std::string_view name, const std::vector<Datum> &args) {
  if (args.empty() ||
      !std::all_of(args.begin(), args.end(), [](const Datum &d) { return d.isNumber(); }))
    return {};
  if ((name == "min" || name == "max") && args.size() > 1)
    return staticExtreme(name == "max", args);
  if (args.size() != 1)
    return {};
  if (name == "abs" && args[0].as<int64_t>())
    return *args[0].as<int64_t>() < 0 ? staticUnary(ast::UnaryOp::Negate, args[0])
                                      : StaticResult{args[0], ""};
  if (auto function = functions().find(name); function != functions().end())
    return {Datum(function->second(asDouble(args[0]))), ""};
  return {};
}

/// A number may be as long as its file.
static std::string shortened(const std::string &spelling) {
  constexpr size_t kMost = 40;
  return spelling.size() <= kMost ? spelling : spelling.substr(0, kMost) + "…";
}

StaticResult parseNumber(const ast::Number &number) {
  std::string text;
  for (char c : number.spelling)
    if (c != '_')
      text += c;
  errno = 0;
  if (number.isFloat) {
    double value = std::strtod(text.c_str(), nullptr);
    return {Datum(value), ""};
  }
  bool isHex = text.starts_with("0x") || text.starts_with("0X");
  unsigned long long value = std::strtoull(text.c_str(), nullptr, isHex ? 16 : 10);
  if (errno == ERANGE || value > static_cast<unsigned long long>(INT64_MAX))
    return fail("'" + shortened(number.spelling) + "' does not fit in a 64-bit int");
  return {Datum(static_cast<int64_t>(value)), ""};
}

} // namespace lamina::sema
