// Prints and compares outputs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tools/lamina/OutputReport.h"

#include "compiler/Tools/lamina/Comparison.h"
#include "compiler/Tools/lamina/PrintArray.h"
#include "lamina/ArrayFile.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

namespace lamina::tool {
namespace {

std::string printText(const NamedOutputs &outputs) {
  std::string text;
  for (size_t i = 0; i < outputs.arrays.size(); ++i)
    text += outputs.names[i] + " " + elementName(outputs.arrays[i].type()) +
            runtime::printShape(outputs.arrays[i].shape()) + "\n" + printArray(outputs.arrays[i]);
  return text;
}

std::string printJson(const NamedOutputs &outputs) {
  llvm::json::Object object;
  for (size_t i = 0; i < outputs.arrays.size(); ++i) {
    const runtime::Array &array = outputs.arrays[i];
    llvm::json::Array values;
    for (int64_t k = 0; k < array.size(); ++k)
      values.push_back(jsonNumber(array, k));
    object[outputs.names[i]] = llvm::json::Object{{"dtype", elementName(array.type())},
                                                  {"shape", llvm::json::Array(array.shape())},
                                                  {"values", std::move(values)}};
  }
  return llvm::formatv("{0:2}\n", llvm::json::Value(std::move(object))).str();
}

runtime::Shape withoutOnes(runtime::Shape shape) {
  std::erase(shape, 1);
  return shape;
}

/// One output against one file.
class Check {
public:
  Check(const Invocation &invocation, const std::string &name, const runtime::Array &got,
        double tolerance)
      : invocation(invocation), name(name), got(got), tolerance(tolerance) {}

  bool compareWith(const std::string &file, llvm::json::Object &report) {
    runtime::Result<runtime::Array> expected = runtime::readAny(file, got.type());
    if (!expected) {
      invocation.console.error(expected.failure());
      return false;
    }
    // A batch of 1 and a row of a table may stand without their axis.
    if (got.size() != expected->size() ||
        withoutOnes(got.shape()) != withoutOnes(expected->shape())) {
      invocation.console.error(file + ": the shape " + runtime::printShape(expected->shape()) +
                               " does not fit output '" + name + "', which has " +
                               runtime::printShape(got.shape()));
      return false;
    }
    const Comparison errors = compare(got, *expected, tolerance);
    tell(errors, report);
    if (errors.bad > 0)
      complain(errors, *expected);
    return errors.bad == 0;
  }

private:
  void tell(const Comparison &errors, llvm::json::Object &report) const {
    if (invocation.json)
      report[name] = llvm::json::Object{{"maxAbsolute", errors.absolute},
                                        {"maxRelative", errors.relative},
                                        {"beyondTolerance", errors.bad},
                                        {"elements", got.size()}};
    else
      invocation.console.result(
          llvm::formatv(
              "{0}: largest absolute error {1} at {2}, relative {3} at {4}\n", name,
              formatNumber(errors.absolute), runtime::printIndex(errors.absoluteAt, got.shape()),
              formatNumber(errors.relative), runtime::printIndex(errors.relativeAt, got.shape()))
              .str());
  }

  void complain(const Comparison &errors, const runtime::Array &expected) const {
    invocation.console.error("output '" + name + "': " + std::to_string(errors.bad) + " of " +
                             std::to_string(got.size()) + " elements are beyond the tolerance " +
                             formatNumber(tolerance) + "; the first is " +
                             runtime::printIndex(errors.firstBad, got.shape()) + ", " +
                             formatNumber(got.valueAt(errors.firstBad)) + " instead of " +
                             formatNumber(expected.valueAt(errors.firstBad)));
  }

  const Invocation &invocation;
  const std::string &name;
  const runtime::Array &got;
  double tolerance;
};

} // namespace

std::string printOutputs(const NamedOutputs &outputs, bool json) {
  return json ? printJson(outputs) : printText(outputs);
}

int compareOutputs(const Invocation &invocation, const NamedOutputs &outputs,
                   const std::vector<Assignment> &checks, double tolerance) {
  bool isWell = true;
  llvm::json::Object report;
  for (const Assignment &check : checks)
    isWell &= Check(invocation, outputs.names[check.index], outputs.arrays[check.index], tolerance)
                  .compareWith(check.file, report);
  if (invocation.json && !invocation.console.result(
                             llvm::formatv("{0:2}\n", llvm::json::Value(std::move(report))).str()))
    return kBadInput;
  return isWell ? kSuccess : kBadInput;
}

} // namespace lamina::tool
