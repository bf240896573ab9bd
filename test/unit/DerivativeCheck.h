// Compares derivatives with central differences, both computed in double by the interpreter.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef TEST_UNIT_DERIVATIVECHECK_H
#define TEST_UNIT_DERIVATIVECHECK_H

#include "compiler/Interpreter/Interpreter.h"
#include "compiler/Passes/Passes.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "gtest/gtest.h"

#include <cmath>
#include <sstream>

namespace lamina::testing {

/// An input: its type, and the interval that its elements are drawn from.
struct Input {
  std::string type;
  double low = -1, high = 1;
};

/// Ops that make `%y` of `%x0`, `%x1`, …; the inputs from `derived` on are not derived by.
struct Case {
  std::string name;
  std::vector<Input> inputs;
  std::string body;
  std::string result; ///< the type of `%y`
  size_t derived = 100;
};

inline void PrintTo(const Case &one, std::ostream *stream) { *stream << one.name; }

/// `tensor<2x3xf64, #lamina.axes<s, c>>` from `s:2 c:3`; another element type may stand in front,
/// with a blank.
inline std::string tensorOf(const std::string &axes, const std::string &element = "f64") {
  std::string shape, names;
  std::istringstream words(axes);
  for (std::string word; words >> word;) {
    size_t colon = word.find(':');
    shape += word.substr(colon + 1) + "x";
    names += (names.empty() ? "" : ", ") + word.substr(0, colon);
  }
  return "tensor<" + shape + element + ", #lamina.axes<" + names + ">>";
}

class DerivativeCheck {
public:
  explicit DerivativeCheck(const Case &one) : one(one) { context.loadDialect<ir::LaminaDialect>(); }

  /// First and second derivatives of the sum of `%y`, each element weighted by a number of its own.
  void run() {
    module = mlir::parseSourceString<mlir::ModuleOp>(text(), &context);
    ASSERT_TRUE(module) << text();
    mlir::PassManager manager(&context);
    manager.addPass(createInlinePass());
    manager.addPass(createDifferentiatePass());
    ASSERT_TRUE(succeeded(manager.run(*module)));
    ASSERT_TRUE(succeeded(mlir::verify(*module)));
    drawInputs();
    std::vector<interpreter::Tensor> outputs = evaluate();
    for (size_t i = 0, n = derivedCount(); i < n; ++i) {
      compare(i, 0, outputs[2 + i], "first");
      compare(i, 1, outputs[2 + n + i], "second");
    }
  }

private:
  size_t derivedCount() const { return std::min(one.derived, one.inputs.size()); }

  static std::string axesOf(const std::string &type) {
    size_t open = type.find("axes<") + 5, close = type.find(">>");
    std::string names = type.substr(open, close - open), list;
    std::istringstream words(names);
    for (std::string word; std::getline(words, word, ',');) {
      word.erase(0, word.find_first_not_of(' '));
      list += (list.empty() ? "\"" : ", \"") + word + "\"";
    }
    return list;
  }

  /// Ops that make the scalar `%NAME` of a value: the sum of its elements times fixed random
  /// numbers.
  static std::string weigh(const std::string &name, const std::string &value,
                           const std::string &type) {
    std::string scalar = "tensor<f64, #lamina.axes<>>", w = "%w_" + name, p = "%p_" + name;
    std::string text = w + " = lamina.param \"" + name + "\" \"frozen\" : " + type +
                       " { %r = lamina.random uniform, 0.5, 1.5 : " + type +
                       "\n lamina.yield %r : " + type + " }\n" + p + " = lamina.binary mul " +
                       value + ", " + w + " : (" + type + ", " + type + ") -> " + type + "\n";
    if (axesOf(type).empty())
      return text + "%" + name + " = lamina.unary abs " + p + " : (" + scalar + ") -> " + scalar +
             "\n";
    return text + "%" + name + " = lamina.reduce sum " + p + " over [" + axesOf(type) + "] : (" +
           type + ") -> " + scalar + "\n";
  }

  std::string grad(const std::string &name, const std::string &value) const {
    std::string results, by, types, made;
    for (size_t i = 0; i < derivedCount(); ++i) {
      std::string comma = i ? ", " : "";
      results += comma + "%" + name + std::to_string(i);
      by += comma + "%x" + std::to_string(i);
      types += ", " + one.inputs[i].type;
      made += comma + one.inputs[i].type;
    }
    return results + " = lamina.grad " + value + " by " + by + " : (tensor<f64, #lamina.axes<>>" +
           types + ") -> (" + made + ")\n";
  }

  std::string text() const {
    std::string scalar = "tensor<f64, #lamina.axes<>>", body = one.body + "\n";
    std::string inputs, outputs = "first: " + scalar + ", second: " + scalar;
    std::string values = "%first, %second", types = scalar + ", " + scalar;
    for (size_t i = 0; i < one.inputs.size(); ++i)
      inputs += (i ? ", shared %x" : "shared %x") + std::to_string(i) + ": " + one.inputs[i].type;
    body += weigh("first", "%y", one.result) + grad("g", "%first");
    std::string sum;
    for (size_t i = 0; i < derivedCount(); ++i) {
      std::string part = "s" + std::to_string(i), total = "%t" + std::to_string(i);
      body += weigh(part, "%g" + std::to_string(i), one.inputs[i].type);
      if (i > 0)
        body += total + " = lamina.binary add " + sum + ", %" + part + " : (" + scalar + ", " +
                scalar + ") -> " + scalar + "\n";
      sum = i > 0 ? total : "%" + part;
    }
    body += "%second = lamina.stop_gradient " + sum + " : " + scalar + "\n" + grad("h", sum);
    for (const char *name : {"g", "h"})
      for (size_t i = 0; i < derivedCount(); ++i) {
        std::string number = name + std::to_string(i);
        outputs += ", " + number + ": " + one.inputs[i].type;
        values += ", %" + number;
        types += ", " + one.inputs[i].type;
      }
    return "lamina.model @M(" + inputs + ") -> (" + outputs + ") {\n" + body + "lamina.yield " +
           values + " : " + types + "\n}";
  }

  void drawInputs() {
    auto model = *module->getOps<ir::ModelOp>().begin();
    uint64_t state = 88172645463325252ull;
    for (auto [i, input] : llvm::enumerate(one.inputs)) {
      auto type = mlir::cast<mlir::RankedTensorType>(model.getBody().getArgument(i).getType());
      interpreter::Tensor tensor =
          interpreter::makeTensor(type.getElementType(), interpreter::shapeOf(type, {}));
      for (int64_t k = 0; k < tensor.shape.size(); ++k) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        double number = input.low + (input.high - input.low) * double(state >> 11) * 0x1p-53;
        if (tensor.isReal())
          tensor.reals[k] = number;
        else
          tensor.integers[k] = int64_t(std::floor(number));
      }
      inputs["x" + std::to_string(i)] = tensor;
    }
  }

  std::vector<interpreter::Tensor> evaluate() {
    auto outputs = interpreter::runModel(*module->getOps<ir::ModelOp>().begin(), inputs, {});
    if (!outputs) {
      ADD_FAILURE() << llvm::toString(outputs.takeError());
      return {};
    }
    return *outputs;
  }

  /// The derivative of output `output` by input `i`.
  void compare(size_t i, size_t output, const interpreter::Tensor &derivative, const char *which) {
    interpreter::Tensor &input = inputs["x" + std::to_string(i)];
    constexpr double kStep = 1e-5;
    for (int64_t k = 0; k < input.shape.size(); ++k) {
      double middle = input.reals[k];
      auto at = [&](double place) {
        input.reals[k] = middle + place * kStep;
        return evaluate()[output].reals[0];
      };
      // Fourth order: the error is that of rounding.
      double slope = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * kStep);
      input.reals[k] = middle;
      EXPECT_NEAR(derivative.reals[k], slope, 1e-6 * std::abs(slope) + 2e-8)
          << which << " derivative by element " << k << " of x" << i;
    }
  }

  const Case &one;
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  interpreter::Tensors inputs;
};

} // namespace lamina::testing

#endif // TEST_UNIT_DERIVATIVECHECK_H
